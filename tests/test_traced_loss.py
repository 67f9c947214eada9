"""Plain functions as losses: exact derivatives to the fourth, thresholds and 2-cycles of closed form."""

from __future__ import annotations

import numpy as np
import pytest
from polynomial_losses import random_quartic

import contin
from contin.learning import TracedLoss
from contin.models import losses


def double_well(theta, *, scale=1.0):
    return scale * (theta**2 - 1) ** 2 / 4


def hard_spring(theta, *, k=1.0):
    return theta**2 / 2 + k * theta**4 / 4


def chain(x, *, a=1.0, b=100.0):
    """Rosenbrock's function of any number of parameters."""
    return sum(b * (x[1:] - x[:-1] ** 2) ** 2 + (a - x[:-1]) ** 2)


def trained_by_cases(x):
    """A loss that cannot be traced, with its gradient."""
    return x**2 / 2 + x**4 / 4 if x > -10 else 0.0


BY_CASES = contin.Loss(trained_by_cases, gradient=lambda x: x + x**3 if x > -10 else 0.0)


@pytest.mark.parametrize("scale", [1.0, 0.25, 1e-9, 3e7])
def test_the_double_wells_flip_is_at_1_over_its_scale_with_coefficient_8(scale):
    t = contin.thresholds(double_well, at={"theta": 1.0}, parameters={"scale": scale})
    assert t.largest == pytest.approx(1 / scale, rel=1e-14)
    assert abs(t.coefficient - 8) <= 1e-13
    assert abs(t.coefficient - 8) <= t.coefficient_error < 1e-12
    assert t.criticality == "supercritical"
    assert t.names == ("theta",)


def test_the_hardening_spring_is_subcritical_with_coefficient_minus_2():
    t = contin.thresholds(hard_spring, at=[0.0])
    assert (t.largest, t.criticality) == (2.0, "subcritical")
    assert abs(t.coefficient + 2) <= 1e-13


@pytest.mark.parametrize(
    ("loss", "c"), [(losses.log_cosh, 2 / 3), (losses.pseudo_huber, 1), (losses.cosine, 1 / 3)]
)
def test_coefficients_of_known_bowls(loss, c):
    """c = -L4/(3 L2) where L3 = 0; L4 is -2, -3 and -1 beside L2 = 1."""
    t = contin.thresholds(loss, at=[0.0])
    assert t.largest == 2
    assert abs(t.coefficient - c) <= 1e-13


@pytest.mark.parametrize("name", losses.names())
def test_built_in_losses_are_accepted_at_each_of_their_minima(name):
    example = losses.example(name)
    for minimum in example.minima:
        t = contin.thresholds(example.system, at=minimum.theta)
        assert t.stationary
        assert t.largest == pytest.approx(2 / max(minimum.curvatures), rel=1e-12)
        assert t.zeros == minimum.curvatures.count(0.0)


def test_the_minimum_of_rosenbrocks_function_is_reached_and_its_curvature_is_known():
    found = contin.minimum(losses.rosenbrock, {"x0": -1.2, "x1": 1.0})
    assert found.x == pytest.approx([1, 1], abs=1e-14)
    t = contin.thresholds(losses.rosenbrock, at=found.x)
    trace, determinant = 1002.0, 400.0  # H = [[802, -400], [-400, 200]]
    assert t.largest == pytest.approx(4 / (trace + np.sqrt(trace**2 - 4 * determinant)), rel=1e-13)


def test_parameters_move_the_minimum():
    found = contin.minimum(losses.rosenbrock, [1.0, 1.0], parameters={"a": 2.0})
    assert found.x == pytest.approx([2, 4], abs=1e-13)
    assert (found["x0"], found["x1"]) == tuple(found.x)


def test_a_loss_of_an_array():
    loss = contin.Loss(chain, 6)
    found = contin.minimum(loss, np.zeros(6))
    assert found.x == pytest.approx(np.ones(6), abs=1e-12)
    t = contin.thresholds(loss, at=found.x, optimizer="nesterov", momentum=0.5)
    assert t.largest == pytest.approx(1.5 / np.linalg.eigvalsh(loss.hessian(np.ones(6))).max(), rel=1e-12)
    assert t.names == ("x0", "x1", "x2", "x3", "x4", "x5")


def test_minima_of_a_factorisation_form_a_line_of_dimension_1():
    t = contin.thresholds(lambda u, v: (u * v - 1) ** 2 / 2, at={"u": 2.0, "v": 0.5})
    assert t.zeros == 1
    assert t.largest == pytest.approx(2 / 4.25, rel=1e-15)
    balanced = contin.thresholds(losses.factorisation, at=[1.0, 1.0])
    assert balanced.largest == pytest.approx(1, rel=1e-15)


def test_derivatives_are_those_of_a_random_quartic():
    exact = random_quartic(np.random.default_rng(9), 3)
    H, T, Q = exact.H, exact.T, exact.Q

    def quartic(x):
        T_x, Q_x = [[r @ x for r in M] for M in T], [[[r @ x for r in M] for M in N] for N in Q]
        terms = [H[i, j] / 2 + T_x[i][j] / 6 for i in range(3) for j in range(3)]
        fourth = [sum(Q_x[i][j][k] * x[k] for k in range(3)) / 24 for i in range(3) for j in range(3)]
        pairs = [x[i] * x[j] for i in range(3) for j in range(3)]
        return sum((a + b) * p for a, b, p in zip(terms, fourth, pairs, strict=True))

    loss = TracedLoss(contin.Loss(quartic, 3))
    rng = np.random.default_rng(1)
    x, u = rng.standard_normal(3), rng.standard_normal(3)
    assert loss.value(x) == pytest.approx(exact.value(x), rel=1e-13)
    assert loss.gradient(x) == pytest.approx(exact.gradient(x), rel=1e-13)
    assert loss.hvp(x, u) == pytest.approx(exact.hvp(x, u), rel=1e-13)
    assert loss.third(x, u)[0] == pytest.approx(exact.third(x, u)[0], rel=1e-13)
    assert loss.fourth(x, u)[0] == pytest.approx(exact.fourth(x, u)[0], rel=1e-13)


def test_the_gradient_has_no_cancellation_beside_a_large_parameter():
    """At theta = 1e8 the slope of (theta - 1e8)^2/2e12 is 1e-12 of a distance: theta - eta g would lose it for eta = 1."""
    loss = TracedLoss(contin.Loss(lambda theta: (theta - 1e8) ** 2 * 5e-13))
    assert loss.gradient(np.array([1e8 + 0.5])) == pytest.approx([5e-13], rel=1e-15)
    assert loss.gradient(np.array([1e8])) == pytest.approx([0.0], abs=1e-9)


def test_a_loss_with_a_given_gradient_has_derivatives_by_differences_with_their_errors():
    t = contin.thresholds(BY_CASES, at=[0.0])
    assert t.largest == pytest.approx(2, abs=1e-8)
    assert abs(t.coefficient + 2) <= t.coefficient_error < 1e-3


def test_where_a_loss_is_not_defined_it_is_infinite():
    loss = TracedLoss(contin.Loss(lambda x: np.log(x) + 1 / x))
    assert loss.value(np.array([0.0])) == loss.value(np.array([-1.0])) == float("inf")
    assert contin.minimum(loss, [0.3]).x == pytest.approx([1.0], abs=1e-12)


def test_the_double_wells_2_cycle_has_its_closed_form():
    parameters = {"scale": 0.5}
    t = contin.thresholds(double_well, at=[1.0], parameters=parameters)
    branch = contin.two_cycles(double_well, t, (1.0, 3.0), parameters=parameters)
    eta = branch["eta"] / 2
    exact = np.array([np.sqrt(eta + 3) + s * np.sqrt(eta - 1) for s in (-1, 1)]) / (2 * np.sqrt(eta))
    assert np.sort([branch.states[:, 0], branch.second[:, 0]], axis=0) == pytest.approx(exact, abs=1e-13)
    assert branch.special["flip"][1]["eta"] == pytest.approx(2 * (np.sqrt(5) - 1), abs=1e-13)
    with pytest.raises(contin.BadValue, match="not those of this loss"):
        contin.two_cycles(double_well, t, (1.0, 3.0))


def test_adamw_rests_where_its_decay_balances_a_plain_functions_gradient():
    decayed = contin.learning.DecayedLoss(double_well, weight_decay=0.1, eps=0.1)
    x = contin.minimum(decayed, [0.9]).x
    t = contin.thresholds(double_well, at=x, optimizer="AdamW", eps=0.1, weight_decay=0.1)
    step = contin.OptimizerMap(double_well, "adamw", {"eps": 0.1, "weight_decay": 0.1})
    g = float(x[0] * (x[0] ** 2 - 1))
    rest = {"theta": x[0], "m_theta": g, "v_theta": g**2}
    for factor, stability in ((0.999, "stable"), (1.001, "unstable")):
        assert contin.classify(step, rest, at={"eta": factor * t.largest}).stability == stability


@pytest.mark.parametrize(
    ("loss", "arguments", "error", "words"),
    [
        (double_well, {"parameters": {"scal": 1.0}}, contin.UnknownName, "did you mean 'scale'"),
        (double_well, {"scale": 2.0}, contin.UnknownName, "no hyperparameter 'scale'"),
        (
            TracedLoss(contin.Loss(double_well)),
            {"parameters": {"scale": 1.0}},
            contin.BadValue,
            "has its own",
        ),
        (double_well, {"at": {}}, contin.BadValue, "`at` lacks theta"),
        (lambda x: x**2 if x > 0 else x, {}, contin.ModelError, "give its gradient"),
        (3.0, {}, contin.ModelError, r"must be a plain function f\(x, y, \*, a=1.0\)"),
        (double_well, {"optimizer": "adamw", "eps_inside": True}, contin.BadValue, "outside the root only"),
    ],
)
def test_what_cannot_be_meant_is_said(loss, arguments, error, words):
    with pytest.raises(error, match=words):
        contin.thresholds(loss, **{"at": [1.0], **arguments})
