"""`diagram`: everything from a model, a parameter and a span."""

import numpy as np
import pytest

import contin
from contin import BadValue, NotConverged, UnknownName, flow
from contin.models import example


def test_griffith_from_nothing_but_a_span():
    diagram = contin.diagram(example("griffith").system, "a", span=(0.05, 1.0))
    assert len(diagram) == 2
    (fold,) = diagram.special
    assert abs(fold["a"] - 0.5) <= fold.error
    assert {"branches", "points", "starts", "seconds"} <= set(diagram.effort)


def test_a_pitchfork_has_three_branches_and_one_point():
    diagram = contin.diagram(example("pitchfork").system, "r", span=(-1.0, 1.0))
    assert len(diagram) == 3
    (point,) = diagram.special
    assert point.label == "BP1"
    ends = sorted(float(branch["x"][-1]) for branch in diagram)
    np.testing.assert_allclose(ends, [-1.0, 0.0, 1.0], atol=1e-9)
    assert [branch.parent for branch in diagram] == [None, (0, 0), (0, 0)]


def test_a_cross_of_lines_is_four_ways_out_of_one_point():
    @flow
    def cross(x, *, r=-1.0):
        return (x - r) * (x + 2 * r)

    diagram = contin.diagram(cross, "r", span=(-1.0, 1.0))
    (point,) = diagram.special
    assert point.form == "transcritical"
    assert abs(point["r"]) <= point.error
    values = sorted(
        {round(float(x), 9) for branch in diagram for x in (branch["x"][0], branch["x"][-1])} - {0.0}
    )
    assert values == [-2.0, -1.0, 1.0, 2.0]


def test_an_isola_is_found_and_closed():
    @flow
    def isola(x, *, r=0.0):
        return (x - 2) ** 2 + r**2 - 0.25

    diagram = contin.diagram(isola, "r", span=(-1.0, 1.0), box={"x": (0, 4)})
    (branch,) = diagram
    assert branch.ends[0].reason == "closed loop"
    assert sorted(round(p["r"], 9) for p in diagram.special) == [-0.5, 0.5]


def test_loops_between_branch_points_are_followed_once():
    @flow
    def loops(x, *, r=0.0):
        return x * (1 - r * r - x * x)

    diagram = contin.diagram(loops, "r", start=[0.0], span=(-2.0, 2.0))
    assert sorted(round(p["r"], 9) for p in diagram.special) == [-1.0, 1.0]
    assert {p.label for p in diagram.special} == {"BP1", "BP2"}
    assert len(diagram) <= 3
    top = [branch for branch in diagram if branch["x"].max() > 0.9]
    assert len(top) >= 1


def test_start_restricts_to_what_is_connected():
    e = example("griffith")
    diagram = contin.diagram(e.system, "a", span=(0.05, 1.0), start=e.start)
    assert len(diagram) == 1


def test_what_cannot_be_meant():
    griffith = example("griffith").system
    with pytest.raises(BadValue, match="`span` is missing"):
        contin.diagram(griffith, "a")
    with pytest.raises(UnknownName, match="no state 'z'"):
        contin.diagram(griffith, "a", (0.1, 1), box={"z": (0, 1)})
    with pytest.raises(BadValue, match="low < high"):
        contin.diagram(griffith, "a", (0.1, 1), box={"x": (1, 0)})

    @flow
    def none(x, *, r=1.0):
        return 1 + r**2 + x**2

    with pytest.raises(NotConverged, match="no equilibrium of 'none'"):
        contin.diagram(none, "r", span=(-1, 1))


def test_labels_count_over_the_whole_diagram():
    e = example("pitchfork_subcritical")
    diagram = contin.diagram(e.system, e.along, e.span)
    assert sorted(p.label for p in diagram.special) == ["BP1", "LP1", "LP2"]
