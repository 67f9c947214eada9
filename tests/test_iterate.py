"""Orbits step by step, schedules, and the sharpness along training runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

import contin
from contin.models.losses import double_well, quadratic


@contin.map
def doubling(x, y, *, a=2.0, b=0.5):
    return a * x, b * y + x


def test_an_orbit_is_the_map_applied_again_and_again():
    run = contin.iterate(doubling, {"x": 1.0, "y": 0.0}, 30)
    t = np.arange(31)
    np.testing.assert_array_equal(run.t, t)
    np.testing.assert_array_equal(run["x"], 2.0**t)
    np.testing.assert_allclose(run["y"], (2.0**t - 0.5**t) / 1.5, rtol=1e-14)
    assert run["a"] == 2.0 and run.method == "map" and run.final["x"] == 2.0**30


def test_a_schedule_is_what_each_step_takes():
    factors = np.linspace(0.5, 2.0, 8)
    for given in (factors, factors.tolist(), lambda t: factors[t]):
        run = contin.iterate(doubling, [1.0, 0.0], 8, at={"b": 0.0}, schedule={"a": given})
        np.testing.assert_allclose(run["x"], np.append(1.0, np.cumprod(factors)), rtol=1e-15)
        np.testing.assert_array_equal(run["a"], np.append(factors, factors[-1]))
        assert run["b"] == 0.0


def test_an_orbit_ends_before_what_is_not_finite():
    run = contin.iterate(doubling, [1e300, 0.0], 100, at={"a": 1e3})
    assert len(run) == 3 and np.isfinite(run.states).all()
    scheduled = contin.iterate(doubling, [1e300, 0.0], 100, schedule={"a": [1e3] * 100})
    assert len(scheduled["a"]) == 3


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"schedule": {"c": [1.0] * 5}}, contin.UnknownName, "no parameter 'c'"),
        ({"schedule": {"a": [1.0] * 4}}, contin.BadValue, "each of the 5 steps, not shape \\(4,\\)"),
        ({"schedule": {"a": "fast"}}, contin.BadValue, "must be numbers"),
        ({"schedule": {"a": [math.nan] * 5}}, contin.BadValue, "finite"),
        ({"at": {"c": 1.0}}, contin.UnknownName, "no parameter 'c'"),
        ({"steps": 0}, contin.BadValue, "`steps`"),
        ({"system": contin.models.lorenz}, contin.BadValue, "@contin.map"),
    ],
)
def test_what_cannot_be_meant_is_told(options, error, message):
    given = {"system": doubling, "steps": 5, **options}
    with pytest.raises(error, match=message):
        contin.iterate(given.pop("system"), [1.0, 0.0], given.pop("steps"), **given)


def test_a_flow_s_trajectory_has_numbers_for_parameters():
    run = contin.simulate(contin.models.lotka_volterra, [1.0, 2.0], 1.0)
    assert run.scheduled == {} and isinstance(run["alpha"], float)


@pytest.mark.parametrize(
    ("optimizer", "hyper", "threshold"),
    [
        ("gradient descent", {}, 2.0),
        ("heavy ball", {"momentum": 0.6}, 3.2),
        ("averaged momentum", {"momentum": 0.6}, 8.0),
        ("nesterov", {"momentum": 0.5}, 1.5),
        ("rmsprop", {}, 2.0),
        ("adam", {}, 38.0),
        ("adam", {"beta1": 0.5}, 6.0),
    ],
)
def test_the_threshold_is_that_of_the_linear_theory(optimizer, hyper, threshold):
    system = contin.OptimizerMap(quadratic, optimizer, hyper)
    found = contin.sharpness(contin.iterate(system, [0.3, 0.1], 5, at={"eta": 0.01}))
    np.testing.assert_allclose(found.threshold, threshold / 0.01, rtol=1e-13)
    assert found.preconditioned == (optimizer in ("rmsprop", "adam"))


def test_the_sharpness_of_gradient_descent_is_the_second_derivative():
    system = contin.OptimizerMap(double_well, "gradient descent")
    run = contin.iterate(system, {"theta": 0.3}, 40, schedule={"eta": np.linspace(0.1, 1.2, 40)})
    found = contin.sharpness(run)
    np.testing.assert_allclose(found.values, 3 * run["theta"] ** 2 - 1, rtol=1e-13)
    np.testing.assert_allclose(found.threshold, 2 / run["eta"], rtol=1e-13)
    assert (found.above == (found.values > found.threshold)).all()


def test_the_preconditioned_sharpness_of_a_parabola_is_its_curvature_over_the_divisor():
    for inside in (False, True):
        system = contin.OptimizerMap(lambda th: 3.0 * th**2 / 2, "adam", {"eps": 0.1}, eps_inside=inside)
        run = contin.iterate(system, {"th": 1.0}, 20, at={"eta": 0.01})
        v = run["v_th"][1:]
        divisor = np.sqrt(v + 0.1) if inside else np.sqrt(v) + 0.1
        np.testing.assert_allclose(contin.sharpness(run).values[:-1], 3.0 / divisor, rtol=1e-12)


def test_bias_correction_is_part_of_the_divisor():
    system = contin.OptimizerMap(double_well, "adam", bias_correction=True)
    run = contin.iterate(system, {"theta": 0.5, "beta1_t": 1.0, "beta2_t": 1.0}, 3, at={"eta": 1e-6})
    # At first v/(1 - beta2^t) is the squared gradient itself.
    g, h = 0.5 * (0.25 - 1), 3 * 0.25 - 1
    assert contin.sharpness(run).values[0] == pytest.approx(h / abs(g), rel=1e-6)


def test_adam_hovers_at_38_over_eta():
    # J. Cohen et al., arXiv 2207.14484, with beta2 = 0.99 so that v forgets within the run.
    system = contin.OptimizerMap(_minimal, "adam", {"beta2": 0.99}, bias_correction=True)
    start = {"x": 2.26, "y": 0.05, "beta1_t": 1.0, "beta2_t": 1.0}
    found = contin.sharpness(contin.iterate(system, start, 3000, at={"eta": 0.02}))
    late = found.values[1500:] / found.threshold[1500:]
    assert 0.9 < np.median(late) < 1.0 and late.max() < 1.2 and late.min() > 0.6


def _minimal(x, y):
    return (1 - x**2 * y**2) ** 2 / 4


def test_only_runs_of_optimisers_have_a_sharpness():
    with pytest.raises(contin.BadValue, match="OptimizerMap"):
        contin.sharpness(contin.iterate(doubling, [1.0, 1.0], 3))
