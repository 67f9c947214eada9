"""Optimisers as maps: linear theory at a minimum, flips, cycles in closed form."""

from __future__ import annotations

import numpy as np
import pytest

import contin
from contin.models import losses
from contin.models.losses.quadratic import of_hessian
from contin.systems import system_from_source
from contin.systems.optimizers import optimizer_named, optimizers

SMOOTH = ("gradient descent", "heavy ball", "averaged momentum", "nesterov")
ALL = [optimizer.name for optimizer in optimizers()]
EPS = {"eps": 1e-3}


def hyperparameters_of(name):
    """Other than the defaults, so that rounding hides nothing."""
    known = optimizer_named(name).hyperparameters
    other = {"momentum": 0.6, "alpha": 0.8, "beta1": 0.7, "beta2": 0.9, "eps": 1e-3, "weight_decay": 0.1}
    return {key: other[key] for key in known}


def factor_of(name, b):
    """The learning rate of gradient descent that has the same 2-cycles, divided by the optimiser's."""
    return {
        "gradient descent": 1.0,
        "heavy ball": 1 / (1 + b),
        "nesterov": (1 + 2 * b) / (1 + b),
        "averaged momentum": (1 - b) / (1 + b),
    }[name]


def momentum_of(name):
    return hyperparameters_of(name).get("momentum", 0.0)


def set_distance(found, expected):
    """The largest distance of a number from the nearest of the other set, both ways."""
    away = np.abs(np.subtract.outer(np.asarray(found), np.asarray(expected)))
    return max(away.min(axis=0).max(), away.min(axis=1).max())


def flip_of(system, eta, start, span):
    branch = contin.follow(system, "eta", start=start, at={"eta": eta}, span=span)
    (flip,) = branch.special["flip"]
    return flip


def test_every_optimiser_is_found_by_its_names():
    assert ALL == sorted([*SMOOTH, "adam", "adamw", "rmsprop"])
    for optimizer in optimizers():
        for word in (optimizer.name, optimizer.name.upper(), *optimizer.aliases):
            assert optimizer_named(word) is optimizer
    assert optimizer_named("Heavy_Ball").name == "heavy ball"
    with pytest.raises(contin.UnknownName, match="no optimizer 'adem'; did you mean 'adam'"):
        contin.OptimizerMap(losses.double_well, "adem")


def test_states_are_the_parameters_then_the_memory_then_the_clocks():
    adam = contin.OptimizerMap(losses.himmelblau, "adam", {"beta1": 0.8}, bias_correction=True)
    assert adam.states == ("x", "y", "m_x", "m_y", "v_x", "v_y", "beta1_t", "beta2_t")
    assert adam.parameters == {"eta": 1e-3, "beta1": 0.8, "beta2": 0.999, "eps": 1e-8}
    ball = contin.OptimizerMap(losses.double_well, "heavy ball")
    assert ball.states == ("theta", "previous_theta")
    assert tuple(ball.parameters) == ("eta", "momentum", "scale")
    assert isinstance(ball, contin.Map)


def test_what_is_left_out_of_a_start_is_at_rest():
    ball = contin.OptimizerMap(losses.double_well, "heavy ball")
    assert ball.state_vector({"theta": 0.5}).tolist() == [0.5, 0.5]
    assert ball.state_vector({"theta": 0.5, "previous_theta": 0.25}).tolist() == [0.5, 0.25]
    adam = contin.OptimizerMap(losses.double_well, "adam", bias_correction=True)
    assert adam.state_vector([0.5]).tolist() == [0.5, 0.0, 0.0, 0.0, 0.0]
    assert adam.state_vector({"theta": 0.5, "beta1_t": 1.0}).tolist() == [0.5, 0.0, 0.0, 1.0, 0.0]
    with pytest.raises(contin.BadValue, match="`start` lacks theta of the loss 'double_well'"):
        adam.state_vector({"m_theta": 0.5})
    with pytest.raises(contin.UnknownName, match="no state 'm_thet'"):
        adam.state_vector({"theta": 0.5, "m_thet": 0.5})
    with pytest.raises(contin.BadValue, match="must have 5 values"):
        adam.state_vector([0.5, 0.0])


def test_what_cannot_be_meant_is_said():
    with pytest.raises(contin.UnknownName, match="no parameter 'beta3'; did you mean 'beta"):
        contin.OptimizerMap(losses.double_well, "adam", {"beta3": 0.8})
    with pytest.raises(contin.UnknownName, match="no choice of adam 'eps_insid'; did you mean 'eps_inside'"):
        contin.OptimizerMap(losses.double_well, "adam", eps_insid=True)
    with pytest.raises(contin.UnknownName, match="no choice of heavy ball 'eps_inside'"):
        contin.OptimizerMap(losses.double_well, "heavy ball", eps_inside=True)
    with pytest.raises(
        contin.ModelError, match="'eta' of the loss '<lambda>' is a name of gradient descent, too"
    ):
        contin.OptimizerMap(lambda x, *, eta=1.0: x * eta, "gd")
    with pytest.raises(contin.UnknownName, match="no parameter 'lr'"):
        contin.OptimizerMap(losses.double_well, "gd").with_parameters(lr=1.0)


@pytest.mark.parametrize("name", ALL)
def test_a_stored_source_gives_the_same_map_again(name):
    choices = {key: True for key in optimizer_named(name).choices}
    system = contin.OptimizerMap(losses.factorisation_of_matrix, name, {"eta": 0.5}, **choices)
    again = system_from_source(system.source)
    assert isinstance(again, contin.OptimizerMap)
    assert (again.hash, again.source, again.choices) == (system.hash, system.source, system.choices)
    x, p = np.linspace(0.1, 0.9, len(system.states)), system.parameter_vector()
    assert again.evaluate(x, p).tolist() == system.evaluate(x, p).tolist()
    other = system.with_parameters(eta=0.25)
    assert other.parameters == {**system.parameters, "eta": 0.25}
    assert other.hash != system.hash


@pytest.mark.parametrize(
    ("name", "choices"),
    [(name, {}) for name in ALL] + [(name, {"eps_inside": True}) for name in ("adam", "adamw", "rmsprop")],
)
def test_multipliers_at_a_minimum_are_those_of_the_linear_theory_and_pass_minus_one_at_the_flip(
    name, choices
):
    h = 3.0
    own = hyperparameters_of(name)
    system = contin.OptimizerMap(of_hessian([[h]]), name, own, **choices)
    rate = system.rule.flip(h, **own)
    branch = contin.follow(system, "eta", start=[0.0], at={"eta": 0.6 * rate}, span=(0.13 * rate, 2.0 * rate))
    (flip,) = branch.special["flip"]
    assert flip["eta"] == pytest.approx(rate, rel=1e-12)
    assert abs(flip["eta"] - rate) <= max(flip.error, 1e-15 * rate)
    for i in (0, len(branch) // 2, -1):
        roots = np.roots(system.rule.polynomial(branch["eta"][i], h, **own))
        assert set_distance(branch.multipliers[i], roots) < 1e-10
    beside = branch["eta"] != flip["eta"]
    assert np.array_equal(branch.stable[beside], branch["eta"][beside] < rate)


@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_bias_correction_adds_the_multipliers_beta_and_leaves_the_flip(name):
    own = hyperparameters_of(name)
    system = contin.OptimizerMap(of_hessian([[2.0]]), name, own, bias_correction=True)
    rate = system.rule.flip(2.0, **own)
    flip = flip_of(system, 0.6 * rate, [0.0], (0.1 * rate, 2.0 * rate))
    assert flip["eta"] == pytest.approx(rate, rel=1e-12)
    roots = np.roots(system.rule.polynomial(rate, 2.0, **own))
    assert set_distance(flip.multipliers, [*roots, own["beta1"], own["beta2"]]) < 1e-7


@pytest.mark.parametrize("name", SMOOTH)
def test_the_largest_curvature_of_an_ill_conditioned_quadratic_decides(name):
    system = contin.OptimizerMap(losses.quadratic, name, hyperparameters_of(name))
    rate = system.rule.flip(100.0, **hyperparameters_of(name))
    flip = flip_of(system, 0.5 * rate, [0.0, 0.0], (0.1 * rate, 1.5 * rate))
    assert flip["eta"] == pytest.approx(rate, rel=1e-13)
    assert flip.form == "degenerate"  # a quadratic has no 2-cycle
    with pytest.raises(contin.BadValue, match="is zero, as that of a linear map is"):
        contin.switch(flip)


def test_the_slow_direction_of_a_quadratic_needs_a_over_b_times_as_many_steps():
    gd = contin.OptimizerMap(losses.quadratic, "gd")
    branch = contin.follow(gd, "eta", start=[0.0, 0.0], at={"eta": 1e-4}, span=(1e-4, 2e-4))
    rates = -np.log(np.abs(branch.multipliers[0]))
    assert rates.max() / rates.min() == pytest.approx(100.0, rel=0.01)


def test_momentum_makes_a_spiral_between_its_two_borders():
    b, h = 0.25, 2.0
    ball = contin.OptimizerMap(losses.double_well, "heavy ball", {"momentum": b})
    low, high = (1 - np.sqrt(b)) ** 2, (1 + np.sqrt(b)) ** 2
    branch = contin.follow(ball, "eta", start=[1.0], at={"eta": 0.5}, span=(0.01, 1.2))
    s = h * branch["eta"]
    spiral = np.abs(branch.multipliers[:, 0].imag) > 0
    assert np.array_equal(spiral, (low < s) & (s < high))
    assert np.abs(branch.multipliers[spiral]) == pytest.approx(np.sqrt(b), abs=1e-12)
    for border in (low, high):
        (first, second) = np.roots(ball.rule.polynomial(border / h, h, momentum=b))
        assert first == pytest.approx(second, abs=1e-7)


@pytest.mark.parametrize("name", SMOOTH)
def test_two_cycles_of_the_double_well_are_those_of_gradient_descent_at_another_rate(name):
    b = momentum_of(name)
    factor = factor_of(name, b)
    system = contin.OptimizerMap(losses.double_well, name, hyperparameters_of(name))
    flip = flip_of(system, 0.5 / factor, [1.0], (0.2 / factor, 1.5 / factor))
    assert flip["eta"] == pytest.approx(1.0 / factor, rel=1e-13)
    assert flip.criticality == "supercritical"
    marks = [1.05 / factor, 1.2 / factor]
    cycle = contin.follow(
        system, "eta", start=contin.switch(flip)[0], span=(0.2 / factor, 1.22 / factor), mark={"eta": marks}
    )
    ahead = (
        b if name == "nesterov" else 0.0
    )  # Nesterov's is the cycle of the points where the gradient is taken
    for point in cycle.special["marked"]:
        e = point["eta"] * factor
        expected = [(np.sqrt(e + 3) + sign * np.sqrt(e - 1)) / (2 * np.sqrt(e)) for sign in (-1, 1)]
        theta = point.phases[:, 0]
        assert np.sort(theta + ahead * (theta - theta[::-1])) == pytest.approx(expected, abs=1e-12)
    e = cycle["eta"][1:] * factor
    half = np.ptp(cycle.phases[1:, :, 0], axis=1) * (1 + 2 * ahead) / 2
    assert half == pytest.approx(np.sqrt(e - 1) / (2 * np.sqrt(e)), abs=1e-9)


def test_gradient_descents_cascade_in_the_double_well_begins_at_one_and_the_root_of_five_less_one():
    gd = contin.OptimizerMap(losses.double_well, "gd")
    flip = flip_of(gd, 0.5, [1.0], (0.2, 1.4))
    assert flip["eta"] == pytest.approx(1.0, abs=1e-14)
    cycle = contin.follow(gd, "eta", start=contin.switch(flip)[0], span=(0.2, 1.4), mark={"eta": [1.1, 1.3]})
    (second,) = cycle.special["flip"]
    assert second["eta"] == pytest.approx(np.sqrt(5) - 1, abs=1e-13)
    for point in cycle.special["marked"]:
        assert point.multipliers[0] == pytest.approx(9 - 2 * (1 + point["eta"]) ** 2, abs=1e-12)


def test_the_half_distance_of_the_two_cycle_is_the_root_that_the_criticality_tells():
    gd = contin.OptimizerMap(losses.double_well, "gd")
    flip = flip_of(gd, 0.5, [1.0], (0.2, 1.4))
    h, c = 2.0, 8.0
    small = 1e-4
    cycle = contin.follow(
        gd, "eta", start=contin.switch(flip)[0], span=(0.9, 1.1), mark={"eta": [1.0 + small]}
    )
    (point,) = cycle.special["marked"]
    half = np.ptp(point.phases[:, 0]) / 2
    assert half == pytest.approx(np.sqrt(h * small / c), rel=2 * small)
    assert flip.coefficients["b"] == pytest.approx(c / 1.0, rel=1e-12)


def test_log_cosh_has_one_stable_two_cycle_for_every_rate_above_two():
    gd = contin.OptimizerMap(losses.log_cosh, "gd")
    flip = flip_of(gd, 1.0, [0.0], (0.5, 12.0))
    assert flip["eta"] == pytest.approx(2.0, abs=1e-14)
    assert flip.criticality == "supercritical"
    cycle = contin.follow(
        gd, "eta", start=contin.switch(flip)[0], span=(0.5, 12.0), mark={"eta": [2.5, 11.0]}
    )
    for point in cycle.special["marked"]:
        x = abs(point["theta"])
        assert 2 * x == pytest.approx(point["eta"] * np.tanh(x), abs=1e-11)
        assert point.multipliers[0] == pytest.approx((1 - point["eta"] / np.cosh(x) ** 2) ** 2, abs=1e-12)
    assert [point.kind for point in cycle.special if point.kind != "marked"] == []
    assert np.all(cycle.stable[1:])
    assert cycle["eta"][-1] == 12.0


def test_the_pseudo_huber_loss_has_the_cycle_of_a_circle():
    gd = contin.OptimizerMap(losses.pseudo_huber, "gd")
    flip = flip_of(gd, 1.0, [0.0], (0.5, 9.0))
    cycle = contin.follow(
        gd, "eta", start=contin.switch(flip)[0], span=(0.5, 9.0), mark={"eta": [2.01, 4.0, 8.5]}
    )
    for point in cycle.special["marked"]:
        e = point["eta"]
        assert np.abs(point.phases[:, 0]) == pytest.approx(np.sqrt(e**2 / 4 - 1), abs=1e-11)
        assert point.multipliers[0] == pytest.approx((1 - 8 / e**2) ** 2, abs=1e-11)
    assert np.all(cycle.stable[1:])


def test_a_hardening_well_flips_subcritically():
    gd = contin.OptimizerMap(losses.hardening, "gd")
    flip = flip_of(gd, 1.0, [0.0], (0.5, 2.5))
    assert flip["eta"] == pytest.approx(2.0, abs=1e-14)
    assert flip.criticality == "subcritical"
    assert flip.coefficients["b"] == pytest.approx(-2.0, rel=1e-12)
    cycle = contin.follow(gd, "eta", start=contin.switch(flip)[0], span=(0.5, 2.5), mark={"eta": [1.0, 1.9]})
    for point in cycle.special["marked"]:
        assert np.abs(point.phases[:, 0]) == pytest.approx(np.sqrt(2 / point["eta"] - 1), abs=1e-12)
    assert not np.any(cycle.stable[1:])


def test_one_multiplier_of_a_factorisation_is_one_on_the_whole_line_of_minima():
    gd = contin.OptimizerMap(losses.factorisation, "gd")
    for u in (0.4, 1.0, 2.5):
        for eta in (0.1, 1.0):
            A = jacobian_of(gd, np.array([u, 1 / u]), gd.parameter_vector({"eta": eta}))
            expected = [1.0, 1 - eta * (u**2 + u**-2)]
            assert set_distance(np.linalg.eigvals(A), expected) < 1e-13


def test_a_factorisations_imbalance_shrinks_exactly():
    gd = contin.OptimizerMap(losses.factorisation, "gd", {"eta": 0.7})
    p = gd.parameter_vector()
    x = np.array([1.3, 0.2])
    for _ in range(20):
        u, v = x
        new = gd.evaluate(x, p)
        assert new[0] ** 2 - new[1] ** 2 == pytest.approx(
            (u**2 - v**2) * (1 - 0.7**2 * (u * v - 1) ** 2), abs=1e-14
        )
        x = new


def test_a_start_beside_a_line_of_minima_rests_at_the_nearest_of_them():
    gd = contin.OptimizerMap(losses.factorisation, "gd")
    u, v = gd.resting(np.array([1.02, 1.02]), gd.parameter_vector())
    assert u * v == pytest.approx(1.0, abs=1e-15)
    assert u == pytest.approx(v, abs=1e-12)


def test_adamw_rests_where_its_decay_balances_the_step():
    system = contin.OptimizerMap(losses.double_well, "adamw", {"eps": 1e-3, "weight_decay": 0.05})
    branch = contin.follow(system, "eta", start=[0.9], at={"eta": 0.01}, span=(0.005, 0.015))
    theta = branch["theta"][0]
    g = theta * (theta**2 - 1)
    assert 0.05 * theta * (abs(g) + 1e-3) == pytest.approx(-g, abs=1e-16)
    assert branch["theta"] == pytest.approx(theta, abs=1e-12)
    assert branch["m_theta"] == pytest.approx(g, abs=1e-14)
    assert branch["v_theta"] == pytest.approx(g**2, rel=1e-8)


def jacobian_of(system, x, p):
    """The map's compiled Jacobian (n, n)."""
    from contin_kernels.inspection import jacobian_from

    problem = contin.FixedPoints(system, "eta")
    context = problem.context(p)
    n = len(x)
    return jacobian_from(context.table, np.append(x, p[0]), np.empty((n, n + 1)))[:, :n] + np.eye(n)


def test_the_jacobian_at_a_minimum_is_that_of_the_map_where_the_root_has_none():
    adam = contin.OptimizerMap(of_hessian([[2.0]]), "adam", {"eps": 0.1, "beta1": 0.5, "beta2": 0.75})
    p = adam.parameter_vector({"eta": 0.3})
    A = jacobian_of(adam, np.zeros(3), p)
    assert [[-2.0, -1.5, 0.0], [1.0, 0.5, 0.0], [0.0, 0.0, 0.75]] == pytest.approx(A, abs=1e-15)
    for step in (np.array([1e-9, 2e-9, 0.0]), np.array([-2e-9, 1e-9, 1e-17])):
        assert adam.evaluate(step, p) == pytest.approx(A @ step, abs=1e-7 * np.linalg.norm(step))


def test_a_rough_map_without_exact_derivatives_is_refused():
    def huber(x):
        return x**2 / 2 if abs(x) < 1 else abs(x) - 0.5

    loss = contin.Loss(huber, gradient=lambda x: x if abs(x) < 1 else 1.0)
    assert contin.OptimizerMap(loss, "adam", eps_inside=True).compiled.derivatives != "symbolic"
    with pytest.raises(contin.ModelError, match="where v = 0 differences are wrong"):
        _ = contin.OptimizerMap(loss, "adam").compiled


@pytest.mark.parametrize("name", ["nesterov", "adam"])
def test_rosenbrocks_valley_in_eight_dimensions_flips_at_each_curvature(name):
    loss = contin.Loss(losses.rosenbrock, 8)
    own = hyperparameters_of(name)
    system = contin.OptimizerMap(loss, name, own)
    curvatures = np.linalg.eigvalsh(loss.hessian(np.ones(8)))
    rates = np.sort([system.rule.flip(h, **own) for h in curvatures])
    first, last = rates[0], rates[2]
    branch = contin.follow(
        system, "eta", start=1.001 * np.ones(8), at={"eta": 0.5 * first}, span=(0.3 * first, 1.01 * last)
    )
    found = [flip["eta"] for flip in branch.special["flip"]]
    assert found == pytest.approx(rates[:3], rel=1e-9)
    for flip, rate in zip(branch.special["flip"], rates, strict=False):
        assert abs(flip["eta"] - rate) <= flip.error + 1e-14 * rate
