"""Losses as plain functions, and the built-in ones: minima, curvatures, derivatives against differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy

import contin
from contin.models import losses
from contin.models.losses.quadratic import of_hessian

NAMES = losses.names()
MINIMA = [
    pytest.param(example.system, minimum, id=f"{name}-{i}")
    for name, example in ((name, losses.example(name)) for name in NAMES)
    for i, minimum in enumerate(example.minima)
]


def test_all_that_the_page_of_optimisers_names_are_there():
    assert set(NAMES) >= {
        "quadratic",
        "double_well",
        "hardening",
        "rosenbrock",
        "himmelblau",
        "factorisation",
        "factorisation_of_matrix",
        "log_cosh",
        "cosine",
        "pseudo_huber",
    }
    assert isinstance(losses.double_well, contin.Loss)
    assert losses.example("double_well").system is losses.double_well
    with pytest.raises(contin.UnknownName, match="no loss 'rosenbrok'; did you mean 'rosenbrock'"):
        losses.example("rosenbrok")
    with pytest.raises(AttributeError, match="no loss 'nothing'"):
        _ = losses.nothing


@pytest.mark.parametrize(("loss", "minimum"), MINIMA)
def test_minima_are_minima_with_the_curvatures_that_are_said(loss, minimum):
    assert loss.value(minimum.theta) == pytest.approx(minimum.value, abs=1e-15)
    assert loss.gradient(minimum.theta) == pytest.approx(0.0, abs=1e-14)
    curvatures = np.linalg.eigvalsh(loss.hessian(minimum.theta))
    assert curvatures == pytest.approx(minimum.curvatures, abs=1e-13 * max(minimum.curvatures))


@pytest.mark.parametrize("name", NAMES)
def test_gradient_and_hessian_are_those_of_differences(name):
    loss = getattr(losses, name)
    theta = np.linspace(0.3, 1.1, len(loss.names))
    h = 1e-4

    def slope(f, x, i):
        step = np.zeros(len(x))
        step[i] = h
        near, far = f(x + step) - f(x - step), f(x + 2 * step) - f(x - 2 * step)
        return (8 * near - far) / (12 * h)

    numbers = range(len(theta))
    size = np.max(np.abs(loss.hessian(theta))) + 1.0
    gradient = [slope(loss.value, theta, i) for i in numbers]
    assert loss.gradient(theta) == pytest.approx(gradient, abs=1e-10 * size)
    hessian = [slope(loss.gradient, theta, i) for i in numbers]
    assert loss.hessian(theta) == pytest.approx(np.array(hessian), abs=1e-10 * size)


def test_rosenbrocks_valley_in_any_dimension_has_its_minimum_at_ones():
    for n in (2, 5, 12):
        loss = contin.Loss(losses.rosenbrock, n)
        assert len(loss.names) == n
        assert loss.gradient(np.ones(n)) == pytest.approx(0.0, abs=1e-15)
        assert np.linalg.eigvalsh(loss.hessian(np.ones(n)))[0] > 0.0
        banded = loss.hessian(np.ones(n))
        assert np.all(banded[np.abs(np.subtract.outer(range(n), range(n))) > 1] == 0.0)


def test_a_quadratic_has_the_hessian_it_is_given():
    H = np.array([[2.0, 1.0, 0.0], [1.0, 3.0, -1.0], [0.0, -1.0, 4.0]])
    loss = of_hessian(H)
    assert loss.hessian([0.3, -0.2, 1.0]) == pytest.approx(H, abs=1e-15)
    assert loss.gradient([1.0, 2.0, 3.0]) == pytest.approx(H @ [1.0, 2.0, 3.0], abs=1e-14)
    assert loss.value([1.0, 0.0, 0.0], scale=3.0) == pytest.approx(3.0)


def test_a_loss_is_its_function_and_its_formula():
    def double_well(theta, *, scale=1.0):
        return scale * (theta**2 - 1) ** 2 / 4

    loss = contin.Loss(double_well)
    assert loss(2.0, scale=2.0) == double_well(2.0, scale=2.0)
    assert (loss.names, dict(loss.parameters), loss.name) == (("theta",), {"scale": 1.0}, "double_well")
    theta, scale = loss.symbols
    assert sympy.expand(loss.formula - scale * (theta**2 - 1) ** 2 / 4) == 0
    assert loss.gradient([2.0], scale=0.5).tolist() == [3.0]


def test_arguments_may_be_arrays_of_any_shape():
    def distance(W, b):
        return np.sum((W @ np.array([1.0, 2.0]) + b) ** 2)

    loss = contin.Loss(distance, {"W": (2, 2), "b": 2})
    assert loss.names == ("W0_0", "W0_1", "W1_0", "W1_1", "b0", "b1")
    residual = np.array([1.0 + 4.0 + 5.0, 3.0 + 8.0 + 6.0])
    expected = [*np.outer(2 * residual, [1.0, 2.0]).ravel(), *(2 * residual)]
    assert loss.gradient([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).tolist() == expected


def test_a_loss_with_cases_is_traced_where_they_are_functions():
    def hinge(x, y, *, edge=1.0):
        return np.where(x < edge, (x - edge) ** 2, 0.0) + max(y, 0.0) ** 2 + abs(x)

    loss = contin.Loss(hinge)
    assert loss.gradient([0.5, -1.0]).tolist() == [-1.0 + 1.0, 0.0]
    assert loss.gradient([2.0, 3.0]).tolist() == [1.0, 6.0]
    system = contin.OptimizerMap(loss, "gd", {"eta": 0.5})
    assert system.evaluate([2.0, 3.0], system.parameter_vector()).tolist() == [1.5, 0.0]
    assert system.compiled.derivatives == "symbolic"


def test_a_loss_that_looks_at_values_needs_a_gradient():
    def huber(x, *, edge=1.0):
        return x**2 / 2 if abs(x) < edge else edge * abs(x) - edge**2 / 2

    def slope(x, *, edge=1.0):
        return x if abs(x) < edge else math.copysign(edge, x)

    with pytest.raises(contin.ModelError, match="looks at the value of .* give its gradient"):
        contin.OptimizerMap(huber, "gd")
    loss = contin.Loss(huber, gradient=slope)
    assert loss.gradient([3.0], edge=2.0).tolist() == [2.0]
    system = contin.OptimizerMap(loss, "heavy ball", {"eta": 0.5, "momentum": 0.25})
    assert system.evaluate([3.0, 2.0], system.parameter_vector()).tolist() == [2.75, 3.0]
    assert system.resting(np.array([0.1, 0.1]), system.parameter_vector()).tolist() == [0.1, 0.1]


def test_a_given_gradient_of_arrays_is_read_in_the_order_of_the_names():
    def loss(U, b):
        raise AssertionError("the gradient is used")

    def gradient(U, b):
        return np.array([[U[0, 1], b], [0.0, 0.0]]), U[1, 0]

    system = contin.OptimizerMap(contin.Loss(loss, {"U": (2, 2)}, gradient=gradient), "gd", {"eta": 1.0})
    new = system.evaluate([1.0, 2.0, 3.0, 4.0, 5.0], system.parameter_vector())
    assert new.tolist() == [1.0 - 2.0, 2.0 - 5.0, 3.0, 4.0, 5.0 - 3.0]


def test_what_is_wrong_with_a_loss_is_said():
    with pytest.raises(contin.ModelError, match="has no positional argument"):
        contin.Loss(lambda *, a=1.0: a)
    with pytest.raises(contin.BadValue, match="give `shape` as a dict"):
        contin.Loss(lambda x, y: x * y, 3)
    with pytest.raises(contin.UnknownName, match="no argument 'z'"):
        contin.Loss(lambda x, y: x * y, {"z": 3})
    with pytest.raises(contin.BadValue, match="must be whole numbers of at least 1, not 0"):
        contin.Loss(lambda x: x, 0)
    with pytest.raises(contin.UnknownName, match="no parameter 'b'"):
        losses.double_well.value([1.0], b=1.0)
    with pytest.raises(contin.BadValue, match="has 1 numbers"):
        losses.double_well.gradient([1.0, 2.0])
    with pytest.raises(contin.ModelError, match="the loss 'broken' raises KeyError"):
        contin.OptimizerMap(broken)


def broken(x):
    return {"a": x}["b"]
