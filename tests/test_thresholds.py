"""The largest stable learning rate: closed forms, and the spectral radius of one step of each optimiser."""

from __future__ import annotations

import numpy as np
import optimizer_steps as steps
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polynomial_losses import (
    QuarticPolynomial,
    double_well,
    hard_spring,
    matrix_factorisation,
    random_quartic,
    scalar_factorisation,
)

import contin
from contin.learning import DecayedLoss
from contin.systems.optimizers import optimizers

RULES = [
    pytest.param(kind, kind.rule(**{**kind.choices, **choices}), id=f"{kind.name} {choices or ''}")
    for kind in optimizers()
    for choices in ({}, {"eps_inside": True})
    if choices.keys() <= kind.choices.keys()
]

OPTIMIZERS = [
    ("gradient descent", steps.gradient_descent, {}),
    ("heavy ball", steps.heavy_ball, {"momentum": 0.8}),
    ("averaged momentum", steps.averaged_momentum, {"momentum": 0.8}),
    ("nesterov", steps.nesterov, {"momentum": 0.8}),
    ("rmsprop", steps.rmsprop, {"alpha": 0.9, "eps": 0.3}),
    ("rmsprop", steps.rmsprop, {"alpha": 0.9, "eps": 0.3, "eps_inside": True}),
    ("adam", steps.adam, {"beta1": 0.7, "beta2": 0.9, "eps": 0.3}),
    ("adam", steps.adam, {"beta1": 0.7, "beta2": 0.9, "eps": 0.3, "eps_inside": True}),
]


@pytest.mark.parametrize(("name", "step", "values"), OPTIMIZERS)
def test_below_the_threshold_one_step_contracts_and_above_it_does_not(name, step, values):
    loss = random_quartic(np.random.default_rng(3), 5)
    largest = contin.thresholds(loss, at=np.zeros(5), optimizer=name, **values).largest
    z = steps.at_rest(step, np.zeros(5))
    radius = [
        steps.spectral_radius(step, loss.gradient, factor * largest, z, **values)
        for factor in (0.05, 0.3, 0.7, 0.999, 1.001)
    ]
    assert max(radius[:-1]) < 1 < radius[-1]


@pytest.mark.parametrize(("kind", "rule"), RULES)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_all_multipliers_are_inside_the_circle_up_to_the_flip_where_one_is_minus_one(kind, rule, data):
    rates = {
        name: data.draw(st.floats(0, 0.99))
        for name in kind.hyperparameters
        if name in ("momentum", "alpha", "beta1", "beta2")
    }
    values = {**kind.hyperparameters, **rates}
    flip = rule.flip(3.0, **values)
    for eta in np.linspace(0.001, 0.999, 97) * flip:
        assert np.abs(np.roots(rule.polynomial(eta, 3.0, **values))).max() < 1
    at_flip = rule.polynomial(flip, 3.0, **values)
    assert abs(np.polyval(at_flip, -1.0)) <= 1e-13 * np.abs(at_flip).sum()
    assert (
        np.polyval(rule.polynomial(1.001 * flip, 3.0, **values), -1.0) * (-1) ** len(at_flip) > 0
    )  # one is beyond -1


@pytest.mark.parametrize("momentum", [0.1, 0.5, 0.9])
def test_momentum_spirals_between_its_two_borders(momentum):
    loss = QuarticPolynomial([[2.0]])
    t = contin.thresholds(loss, at=[0.0], optimizer="heavy ball", momentum=momentum)
    rates = {rate.kind: rate for rate in t.special}
    assert rates["node to spiral"].eta == pytest.approx((1 - momentum**0.5) ** 2 / 2, rel=1e-14)
    assert rates["spiral to node"].eta == pytest.approx((1 + momentum**0.5) ** 2 / 2, rel=1e-14)
    assert [rate.bifurcation for rate in t.special] == [False, False, True]


@pytest.mark.parametrize(("kind", "rule"), RULES)
def test_the_kind_of_a_fixed_point_changes_where_the_rules_say(kind, rule):
    def multipliers(eta):
        return np.roots(rule.polynomial(eta, 3.0, **kind.hyperparameters))

    for what, eta in rule.changes(3.0, **kind.hyperparameters):
        below, above = multipliers(0.99 * eta), multipliers(1.01 * eta)
        if what == "dead-beat":
            assert np.abs(multipliers(eta)).min() < 1e-7
        else:
            before, after = (below, above) if what == "node to spiral" else (above, below)
            assert np.abs(before.imag).max() == 0 < np.abs(after.imag).max()


def test_an_ill_conditioned_quadratic_is_stable_below_two_over_its_steep_curvature():
    t = contin.thresholds(QuarticPolynomial(np.diag([100.0, 1.0])), at=[0, 0])
    assert t.largest == pytest.approx(0.02, rel=1e-15)
    assert [(rate.kind, round(rate.eta, 12)) for rate in t.special] == [
        ("dead-beat", 0.01),
        ("flip", 0.02),
        ("dead-beat", 1.0),
        ("flip", 2.0),
    ]
    assert np.abs(t.direction) == pytest.approx([1, 0])


def test_the_threshold_of_any_quadratic_is_two_over_its_largest_eigenvalue():
    rng = np.random.default_rng(0)
    turn = np.linalg.qr(rng.standard_normal((7, 7)))[0]
    t = contin.thresholds(
        QuarticPolynomial(turn @ np.diag([8, 7, 5, 3, 1, 0.5, 1e-3]) @ turn.T), at=np.zeros(7)
    )
    assert abs(t.largest - 0.25) <= t.error < 1e-14
    assert np.abs(t.direction @ turn[:, 0]) == pytest.approx(1, rel=1e-14)


def test_adams_threshold_with_its_usual_hyperparameters_is_38_eps_over_the_sharpness():
    t = contin.thresholds(QuarticPolynomial([[1.0]]), at=[0.0], optimizer="adam")
    assert t.largest == pytest.approx(38e-8, rel=1e-14)
    assert t.coefficient is None
    assert "differentiable only once" in str(t)


def test_a_frozen_preconditioner_scales_the_hessian():
    H, P = np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([0.1, 4.0])
    t = contin.thresholds(QuarticPolynomial(H), at=[0, 0], preconditioner=P)
    assert t.sharpness == pytest.approx(np.linalg.eigvals(H / P[:, None]).max(), rel=1e-14)
    leading = np.linalg.eig(H / P[:, None])[1][:, 0]
    assert np.abs(t.direction @ leading) == pytest.approx(1, rel=1e-12)


def test_adam_frozen_at_its_minimum_is_preconditioned_by_eps():
    loss = random_quartic(np.random.default_rng(1), 4)
    usual = contin.thresholds(loss, at=np.zeros(4), optimizer="adam", eps=1e-3)
    frozen = contin.thresholds(loss, at=np.zeros(4), optimizer="adam", preconditioner=np.full(4, 1e-3))
    assert frozen.largest == pytest.approx(usual.largest, rel=1e-13)


def test_a_saddle_is_unstable_for_every_learning_rate():
    t = contin.thresholds(QuarticPolynomial(np.diag([1.0, -0.3])), at=[0, 0])
    assert t.largest == 0
    assert t.limited_by == "not a minimum"
    assert "an eigenvalue -0.3; unstable for every learning rate" in str(t)


def test_a_place_that_is_not_stationary_gets_its_sharpness_only():
    t = contin.thresholds(double_well, at={"theta": 1.5})
    assert not t.stationary
    assert t.largest == pytest.approx(2 / 5.75)
    assert "Not at a stationary point: the gradient is 1.88" in str(t)
    assert t.coefficient is None


def test_minima_of_a_factorisation_form_a_line():
    t = contin.thresholds(scalar_factorisation(), at={"u": 2.0, "v": 0.5})
    assert t.zeros == 1
    assert t.largest == pytest.approx(2 / 4.25, rel=1e-14)  # the sharpness is u^2 + v^2
    assert [rate.kind for rate in t.special] == ["dead-beat", "flip"]
    assert t.coefficient is None
    assert "drifts to flatter minima" in str(t)
    assert "manifold of dimension 1" in str(t)


@pytest.mark.parametrize(("m", "n", "rank"), [(2, 2, 1), (3, 4, 2), (4, 3, 3)])
def test_the_dimension_of_the_manifold_of_factorisations_is_counted(m, n, rank):
    rng = np.random.default_rng(5)
    U, V = rng.standard_normal((m, rank)), rng.standard_normal((n, rank))
    loss = matrix_factorisation(U @ V.T, rank)
    t = contin.thresholds(loss, at=np.concatenate([U.ravel(), V.ravel()]))
    assert t.zeros == rank * rank  # U A and V A^-T give the same product, A invertible
    assert t.limited_by == "flip"


def test_the_minimum_of_a_factorisation_is_reached_to_rounding():
    rng = np.random.default_rng(6)
    M = rng.standard_normal((3, 1)) @ rng.standard_normal((1, 4))
    loss = matrix_factorisation(M, 1)
    found = contin.minimum(loss, rng.standard_normal(7))
    assert found.gradient < 1e-13
    assert loss.value(found.x) < 1e-28


def test_a_start_on_a_ridge_is_told_that_it_is_no_minimum():
    saddle = QuarticPolynomial(np.diag([1.0, -1.0]), Q=np.zeros((2,) * 4))
    with pytest.raises(contin.NotConverged, match="eigenvalue -1 of the Hessian"):
        contin.minimum(saddle.by_products_without_value(), [0.0, 0.0])


def decayed_fixed_point(values):
    loss = random_quartic(np.random.default_rng(2), 3, 0.1)
    moved = contin.MatrixFreeLoss(
        lambda x: loss.gradient(x - 1), lambda x, v: loss.hvp(x - 1, v), 3, value=lambda x: loss.value(x - 1)
    )
    decayed = DecayedLoss(moved, values["weight_decay"], values["eps"])
    return moved, contin.minimum(decayed, np.ones(3)).x


def test_adamw_stays_where_its_gradient_balances_the_decay():
    values = {"beta1": 0.7, "beta2": 0.95, "eps": 0.1, "weight_decay": 0.2}
    loss, x = decayed_fixed_point(values)
    g = loss.gradient(x)
    assert 0.2 * x * (np.abs(g) + 0.1) == pytest.approx(-g, rel=1e-12)
    t = contin.thresholds(loss, at=x, optimizer="adamw", **values)
    z = np.concatenate([x, g, g**2])
    assert steps.adamw(loss.gradient, t.largest, z, **values) == pytest.approx(z, rel=1e-12)
    radii = [
        steps.spectral_radius(steps.adamw, loss.gradient, f * t.largest, z, **values) for f in (0.999, 1.001)
    ]
    assert radii[0] < 1 < radii[1]
    multipliers = np.linalg.eigvals(steps.jacobian(steps.adamw, loss.gradient, t.largest, z, **values))
    assert np.abs(multipliers + 1).min() < 1e-6


def test_adamw_refuses_the_losss_own_minimum():
    loss, _ = decayed_fixed_point({"weight_decay": 0.2, "eps": 0.1})
    with pytest.raises(contin.NotConverged, match="AdamW's fixed point is not the loss's minimum"):
        contin.thresholds(loss, at=np.ones(3), optimizer="adamw", eps=0.1, weight_decay=0.2)


def test_adamw_without_decay_is_adam():
    loss = random_quartic(np.random.default_rng(1), 4)
    w = contin.thresholds(loss, at=np.zeros(4), optimizer="AdamW", eps=1e-3, weight_decay=0)
    assert w.largest == pytest.approx(
        contin.thresholds(loss, at=np.zeros(4), optimizer="adam", eps=1e-3).largest, rel=1e-12
    )


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"optimizer": "adamm"}, contin.UnknownName, "did you mean 'adam'"),
        ({"optimizer": "adam", "momentum": 0.9}, contin.UnknownName, "no hyperparameter 'momentum'"),
        (
            {"optimizer": "nesterov", "momentum": -0.5},
            contin.BadValue,
            "at least 0 and less than 1, not -0.5",
        ),
        ({"optimizer": "heavy ball", "momentum": 1.0}, contin.BadValue, "less than 1, not 1.0"),
        ({"optimizer": "adam", "eps": 0.0}, contin.BadValue, "`eps` must be a positive number"),
        ({"preconditioner": [-1.0]}, contin.BadValue, "must be positive"),
        ({"at": [1.0, 2.0]}, contin.BadValue, "1 numbers, one a parameter, not 2"),
        ({"at": {"thet": 1.0}}, contin.UnknownName, "did you mean 'theta'"),
        ({"at": {}}, contin.BadValue, "`at` lacks theta"),
        ({"at": [np.nan]}, contin.NotFinite, "theta is not a number"),
        ({"count": 0}, contin.BadValue, "from 1 to 1, not 0"),
    ],
)
def test_what_cannot_be_meant_is_said(arguments, error, words):
    with pytest.raises(error, match=words):
        contin.thresholds(hard_spring, **{"at": [0.0], **arguments})


def test_products_of_no_symmetric_matrix_are_refused():
    wrong = contin.MatrixFreeLoss(lambda x: x, lambda x, v: np.array([v[0] + v[1], v[1]]), 2)
    with pytest.raises(contin.ModelError, match="not symmetric"):
        contin.thresholds(wrong, at=[0, 0])


def test_something_else_is_no_loss():
    with pytest.raises(contin.ModelError, match=r"contin.MatrixFreeLoss"):
        contin.thresholds(object(), at=[0.0])
