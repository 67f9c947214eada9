"""All equilibria in a box, with their kinds: models whose equilibria are known exactly."""

from __future__ import annotations

import math

import numpy as np
import pytest

import contin
from contin import fixed_points
from contin.errors import BadValue, UnknownName
from contin.models import griffith, lorenz


@contin.flow
def grid(x, y, *, a=0.0):
    """15 equilibria: five values of x beside three of y."""
    return (x - 1) * (x - 2) * (x - 3) * (x + 1) * (x + 2) - a, (y * y - 1) * (y - 0.5)


@contin.flow
def himmelblau(x, y, *, a=0.0):
    """Downhill on Himmelblau's function: four minima, one maximum, four saddles."""
    return (
        -4 * x * (x * x + y - 11) - 2 * (x + y * y - 7) - a,
        -2 * (x * x + y - 11) - 4 * y * (x + y * y - 7),
    )


@contin.flow
def near(x, *, d=1e-3):
    """Two equilibria 2 d apart beside one far away."""
    return (3 - x) * ((x - 1) ** 2 - d * d)


@contin.flow(conserved={"ligand": "Lf + 2*LD + 2*Rb", "receptors": "Rb + Rf"})
def receptor(Lf, LD, Rb, Rf, *, k1=2.0, km1=1.0, k2=4.0, km2=1.0):
    dimerise = k1 * Lf**2 - km1 * LD
    bind = k2 * LD * Rf - km2 * Rb
    return -2 * dimerise, dimerise - bind, bind, -bind


def test_griffith_has_the_three_of_the_lecture():
    points = fixed_points(griffith, {"x": (0, 5), "y": (0, 5)}, at={"a": 0.4, "b": 1.0}, confirm=True)
    assert [point.kind for point in points] == ["stable node", "stable node", "saddle"]
    states = np.array([point.state for point in points])
    assert states == pytest.approx(np.array([[0, 0], [2, 0.8], [0.5, 0.2]]), abs=1e-12)
    assert points[1].eigenvalues == pytest.approx([-0.2, -1.2], abs=1e-12)
    assert [point.reached for point in points] == [True, True, None]
    assert [point.stable for point in points] == [True, True, False]
    assert len(points.stable) == 2
    assert points[2]["x"] == pytest.approx(0.5, abs=1e-12)
    with pytest.raises(KeyError):
        points[0]["z"]


def test_fifteen_on_a_grid():
    points = fixed_points(grid)
    found = {(round(point["x"], 9), round(point["y"], 9)) for point in points}
    assert found == {(x, y) for x in (-2, -1, 1, 2, 3) for y in (-1, 0.5, 1)}
    assert len(points) == 15


def test_nine_critical_points_of_himmelblaus_function():
    points = fixed_points(himmelblau)
    assert [point.kind for point in points] == ["stable node"] * 4 + ["saddle"] * 4 + ["unstable node"]
    assert any(point.state == pytest.approx([3.0, 2.0], abs=1e-12) for point in points.stable)


@pytest.mark.parametrize("d", [1e-1, 1e-3, 1e-5])
def test_two_close_ones_are_told_apart(d):
    points = fixed_points(near, at={"d": d})
    assert sorted(point["x"] for point in points) == pytest.approx([1 - d, 1 + d, 3], abs=1e-9)


def test_lorenz_beyond_the_hopf_points():
    points = fixed_points(lorenz, at={"rho": 28.0})
    side = math.sqrt(8 / 3 * 27)
    assert {point.kind for point in points} == {"saddle", "saddle-focus"}
    assert sorted(point["x"] for point in points) == pytest.approx([-side, 0.0, side], abs=1e-10)


def test_conserved_totals_and_the_feasible_one():
    (point,) = fixed_points(receptor, at={"ligand": 5.5, "receptors": 3.0}, feasible=True, confirm=True)
    assert point.state == pytest.approx([0.5, 0.5, 2.0, 1.0], abs=1e-12)
    assert (point.kind, point.reached, len(point.eigenvalues)) == ("stable node", True, 2)
    everything = fixed_points(receptor, at={"ligand": 5.5, "receptors": 3.0})
    assert len(everything) == 2
    with pytest.raises(BadValue, match="conserves ligand"):
        fixed_points(receptor, at={"receptors": 3.0})


def test_a_box_and_a_condition_choose():
    assert len(fixed_points(grid, {"x": (0, 4), "y": (0, 4)})) == 6
    assert len(fixed_points(grid, feasible=lambda state: state["x"] > 2.5)) == 3
    assert not len(fixed_points(grid, {"x": (10, 20)}))
    assert repr(fixed_points(grid, {"x": (10, 20)})) == "grid: 0 equilibria found"


def test_what_a_person_reads():
    text = repr(fixed_points(near, at={"d": 0.1}))
    assert text.startswith("near: 3 equilibria found")
    assert "stable node" in text and "unstable node" in text
    assert repr(fixed_points(near, at={"d": 0.1})[0]).startswith("<stable node at x = ")


def test_what_cannot_be_meant_is_told():
    with pytest.raises(UnknownName, match="did you mean 'x'"):
        fixed_points(grid, {"xx": (0, 1)})
    with pytest.raises(UnknownName):
        fixed_points(grid, at={"b": 1.0})
    with pytest.raises(BadValue):
        fixed_points(grid, {"x": (1, 0)})
    with pytest.raises(BadValue):
        fixed_points(grid.function)
