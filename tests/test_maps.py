"""Maps: fixed points and cycles with all phases, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

import contin


@contin.map
def logistic(x, *, r=2.5):
    return r * x * (1 - x)


@contin.map
def henon(x, y, *, a=0.3, b=0.3):
    return 1 + y - a * x**2, b * x


def test_a_map_is_a_function_with_names_as_a_flow_is():
    assert logistic.states == ("x",)
    assert dict(logistic.parameters) == {"r": 2.5}
    assert logistic(0.5, r=2.0) == 0.5
    assert repr(henon) == "<Map henon(x, y; a=0.3, b=0.3)>"
    assert isinstance(henon.with_parameters(a=1.0), contin.Map)
    assert henon.laws == {}
    with pytest.raises(contin.ModelError, match=r"contin\.Map\(f"):
        contin.map(lambda *x: x)


def test_a_map_wants_a_number_for_each_state():
    @contin.map
    def wrong(x, *, a=1.0):
        return "x"

    with pytest.raises(contin.ModelError, match="for the next x; a number is needed"):
        wrong.check()


def test_a_stored_source_gives_a_map_again():
    from contin.systems import system_from_source

    again = system_from_source(henon.source)
    assert isinstance(again, contin.Map)
    assert again.hash == henon.hash
    assert again.evaluate([0.5, 0.25], [1.0, 0.5]).tolist() == [1.0, 0.25]


def test_the_multiplier_of_the_logistic_maps_fixed_point():
    branch = contin.follow(logistic, "r", start={"x": 0.6}, span=(0.5, 4.0))
    assert (branch.problem, branch.period) == ("fixed points", 1)
    assert branch["x"] == pytest.approx(1 - 1 / branch["r"], abs=1e-10)
    assert branch.multipliers[:, 0] == pytest.approx(2 - branch["r"], abs=1e-9)
    assert branch.orbit(3).tolist() == [[branch["x"][3]]]
    assert np.array_equal(branch.stable, (branch["r"] >= 1) & (branch["r"] <= 3))


def two_cycle(r):
    """Both phases and the multiplier of the logistic map's 2-cycle."""
    root = np.sqrt((r + 1) * (r - 3))
    return (r + 1 + root) / (2 * r), (r + 1 - root) / (2 * r), 4 + 2 * r - r**2


def test_all_phases_of_the_logistic_maps_two_cycle():
    problem = contin.FixedPoints(logistic, "r", period=2)
    branch = contin.follow(problem, start=[0.5], at={"r": 3.2}, span=(3.01, 3.6))
    high, low, multiplier = two_cycle(branch["r"])
    assert np.sort(branch.phases[:, :, 0]) == pytest.approx(np.column_stack([low, high]), abs=1e-9)
    assert np.array_equal(branch.states, branch.phases[:, 0])
    assert branch.multipliers[:, 0] == pytest.approx(multiplier, abs=1e-8)
    assert branch.orbit(0).shape == (2, 1)


def test_multipliers_of_a_cycle_of_the_henon_map_have_the_product_of_the_determinants():
    problem = contin.FixedPoints(henon, "a", period=7)
    starts = contin.follow(problem, start=cycle_near(7, 1.24), at={"a": 1.24}, span=(1.23, 1.25))
    assert np.prod(starts.multipliers, axis=1) == pytest.approx((-0.3) ** 7, abs=1e-9)


def cycle_near(period, a):
    """A phase of the attracting cycle of this period."""
    x = np.array([0.1, 0.1])
    for _ in range(20000 - 20000 % period):
        x = henon.evaluate(x, [a, 0.3])
    return x


def test_folds_of_the_henon_maps_fixed_points_are_at_the_closed_form():
    branch = contin.follow(henon, "a", start=[0.9, 0.3], span=(-1.0, 1.0))
    (fold,) = branch.special["fold"]
    assert fold["a"] == pytest.approx(-((1 - 0.3) ** 2) / 4, abs=1e-14)
    assert fold.error < 1e-13
    assert fold.multipliers[np.argmin(abs(fold.multipliers - 1))] == pytest.approx(1.0, abs=1e-7)


def test_the_fold_of_three_cycles_of_the_logistic_map():
    problem = contin.FixedPoints(logistic, "r", period=3)
    branch = contin.follow(problem, start=[0.5], at={"r": 3.83}, span=(3.8, 3.9))
    (fold,) = branch.special["fold"]
    assert fold["r"] == pytest.approx(1 + np.sqrt(8), abs=1e-13)
    assert fold.phases.shape == (3, 1)
    assert fold.period == 3


def test_what_cannot_be_meant_is_said():
    with pytest.raises(contin.BadValue, match="`period` must be a whole number of at least 1, not 0"):
        contin.FixedPoints(logistic, "r", period=0)
    with pytest.raises(contin.UnknownName, match="no parameter 's'"):
        contin.FixedPoints(logistic, "s")
    with pytest.raises(contin.BadValue, match="a map is made with @contin.map"):
        contin.FixedPoints(contin.models.griffith, "a")
    with pytest.raises(
        contin.BadValue, match=r"a model is made with @contin.flow or contin.Flow\(...\), not Map"
    ):
        contin.Equilibria(henon, "a")
