"""Coefficient and 2-cycle of the flip at the edge of stability: closed forms, dense formulas, plain runs."""

from __future__ import annotations

import numpy as np
import pytest
from polynomial_losses import (
    QuarticPolynomial,
    double_well,
    hard_spring,
    log_cosh,
    pseudo_huber,
    random_quartic,
    scalar_factorisation,
)
from scipy.optimize import fsolve

import contin


def test_the_double_wells_flip_is_supercritical_with_c_8():
    t = contin.thresholds(double_well, at=[1.0])
    assert t.largest == pytest.approx(1, rel=1e-14)
    assert abs(t.coefficient - 8) <= t.coefficient_error < 1e-6
    assert t.criticality == "supercritical"


def test_the_hard_springs_flip_is_subcritical_with_c_minus_2():
    t = contin.thresholds(hard_spring, at=[0.0])
    assert t.largest == pytest.approx(2, rel=1e-14)
    assert t.coefficient == pytest.approx(-2, abs=1e-8)
    assert t.criticality == "subcritical"


@pytest.mark.parametrize(("loss", "fourth"), [(log_cosh, -2.0), (pseudo_huber, -3.0)])
def test_even_losses_have_c_minus_a_third_of_their_fourth_derivative(loss, fourth):
    t = contin.thresholds(loss, at=[0.0])
    assert t.coefficient == pytest.approx(-fourth / 3, abs=10 * t.coefficient_error)
    assert t.coefficient_error < 1e-8
    assert t.criticality == "supercritical"


def test_a_quadratics_flip_is_degenerate():
    t = contin.thresholds(QuarticPolynomial(np.diag([3.0, 1.0])), at=[0, 0])
    assert t.coefficient == 0
    assert t.criticality is None
    assert "on a quadratic every run diverges" in str(t)
    with pytest.raises(contin.BadValue, match="degenerate"):
        t.cycle(1.0)


def test_two_equal_curvatures_have_no_coefficient():
    t = contin.thresholds(QuarticPolynomial(np.eye(2)), at=[0, 0])
    assert t.coefficient is None
    assert "several eigenvalues flip at once" in str(t)


def test_the_symmetric_minimum_of_a_factorisation_has_the_double_wells_flip():
    t = contin.thresholds(scalar_factorisation(), at=[1.0, 1.0])
    assert t.largest == pytest.approx(1, rel=1e-14)
    assert t.coefficient == pytest.approx(4, rel=1e-7)  # half-distances along (1, 1) are sqrt 2 times longer


@pytest.mark.parametrize("n", [2, 5, 11])
def test_c_is_the_formula_with_dense_tensors(n):
    loss = random_quartic(np.random.default_rng(n), n)
    t = contin.thresholds(loss, at=np.zeros(n))
    h, q = np.linalg.eigh(loss.H)[0][-1], np.linalg.eigh(loss.H)[1][:, -1]
    w = np.einsum("ijk,j,k", loss.T, q, q)
    c = (3 * w @ np.linalg.solve(loss.H, w) - np.einsum("ijkl,i,j,k,l", loss.Q, q, q, q, q)) / (3 * h)
    assert t.coefficient == pytest.approx(c, rel=1e-12)
    assert abs(t.coefficient - c) <= t.coefficient_error
    by_products = contin.thresholds(loss.by_products(), at=np.zeros(n))
    assert abs(by_products.coefficient - c) <= by_products.coefficient_error < 1e-5 * abs(c)


def two_cycle(loss, step, guess):
    """Both points of a 2-cycle of the gradient descent `step`, solved."""

    def misfit(z):
        first, second = np.split(z, 2)
        return np.concatenate([step(first) - second, step(second) - first])

    z = fsolve(misfit, guess, xtol=1e-14, full_output=True)[0]
    assert np.abs(misfit(z)).max() < 1e-13
    return np.split(z, 2)


@pytest.mark.parametrize("preconditioner", [None, [0.2, 1.0, 3.0]])
def test_the_predicted_cycle_is_the_solved_one_to_leading_order(preconditioner):
    loss = random_quartic(np.random.default_rng(8), 3)
    t = contin.thresholds(loss, at=np.zeros(3), preconditioner=preconditioner)
    side = np.sign(t.coefficient)
    P = np.ones(3) if preconditioner is None else np.array(preconditioner)
    off = []
    for delta in (1e-4, 1e-5):
        eta = t.largest * (1 + side * delta)
        predicted = t.cycle(eta)
        first, second = two_cycle(
            loss, lambda x, eta=eta: x - eta * loss.gradient(x) / P, predicted.states.ravel()
        )
        half, centre = (first - second) / 2, (first + second) / 2
        off.append(
            [
                abs(np.linalg.norm(half) / predicted.half_distance - 1),
                np.linalg.norm(centre - predicted.centre) / np.linalg.norm(centre),
            ]
        )
    assert np.max(off) < 0.1
    assert np.array(off[0]) / off[1] == pytest.approx(
        [10, 10], rel=0.2
    )  # the next terms are one order of delta up


@pytest.mark.parametrize(
    ("name", "values", "factor"),
    [
        ("heavy ball", {"momentum": 0.5}, 1.5),
        ("nesterov", {"momentum": 0.5}, 0.75),
        ("averaged momentum", {"momentum": 0.5}, 3.0),
    ],
)
def test_momentum_shares_the_cycles_of_gradient_descent_at_another_rate(name, values, factor):
    plain = contin.thresholds(double_well, at=[1.0])
    t = contin.thresholds(double_well, at=[1.0], optimizer=name, **values)
    assert t.largest == pytest.approx(factor * plain.largest, rel=1e-13)
    assert t.cycle(1.01 * factor).states == pytest.approx(plain.cycle(1.01).states, rel=1e-9)


def test_with_eps_inside_the_root_adams_cycle_grows_by_a_square_root():
    """On h x^2/2 the cycle is +-a with sqrt(h^2 a^2 + eps) = eta h (1 - b1)/(2 (1 + b1))."""
    h, eps, b1 = 3.0, 0.04, 0.6
    t = contin.thresholds(
        QuarticPolynomial([[h]]), at=[0.0], optimizer="adam", beta1=b1, eps=eps, eps_inside=True
    )
    assert t.largest == pytest.approx(2 * np.sqrt(eps) * (1 + b1) / (1 - b1) / h, rel=1e-14)
    assert t.criticality == "supercritical"
    eta = t.largest * (1 + 1e-6)
    exact = np.sqrt((eta * h * (1 - b1) / (2 * (1 + b1))) ** 2 - eps) / h
    assert t.cycle(eta).half_distance == pytest.approx(exact, rel=1e-6)


def test_just_above_the_threshold_a_plain_run_ends_on_the_predicted_cycle():
    t = contin.thresholds(double_well, at=[1.0])
    x, eta = 1.01, 1.001
    for _ in range(20_000):
        x -= eta * x * (x * x - 1)
    half = abs(eta * x * (x * x - 1)) / 2
    assert t.cycle(eta).half_distance == pytest.approx(half, rel=1e-3)


def test_no_cycle_is_predicted_on_the_other_side():
    t = contin.thresholds(double_well, at=[1.0])
    with pytest.raises(contin.BadValue, match="predicted above eta = 1, not at 0.9"):
        t.cycle(0.9)
