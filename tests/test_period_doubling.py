"""Cascades of period doublings: every cycle once, from flip to flip, and where they accumulate."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import contin

FEIGENBAUM = 4.669201609102990671853


@contin.map
def double_well(th, *, eta=0.5):
    """Gradient descent on (th^2 - 1)^2 / 4."""
    return th - eta * (th**3 - th)


@contin.map
def logistic(x, *, r=2.5):
    return r * x * (1 - x)


def cascade(system, along, span, start, longest, at=None):
    """The branches of periods 1, 2, 4, ..., each followed from the flip of the one before."""
    branches = [contin.follow(system, along, start=start, at=at, span=span)]
    while branches[-1].period < longest:
        problem = contin.FixedPoints(system, along, period=2 * branches[-1].period)
        branches.append(contin.follow(problem, start=branches[-1].special["flip"][0], span=span))
    return branches


@pytest.fixture(scope="module")
def wells():
    return cascade(double_well, "eta", (0.2, 1.6), {"th": 1.0}, 128)


def test_the_first_flip_of_the_double_well_is_at_one_with_b_eight(wells):
    (flip,) = wells[0].special["flip"]
    assert abs(flip["eta"] - 1.0) <= flip.error < 1e-13
    assert flip.coefficients["b"] == pytest.approx(8.0, rel=1e-12)  # (3 L3^2 - L2 L4) / (3 L2^2)
    assert flip.criticality == "supercritical"


def test_the_two_cycle_of_the_double_well(wells):
    eta, phases = wells[1]["eta"], wells[1].phases[:, :, 0]
    high = (np.sqrt(eta + 3) + np.sqrt(eta - 1)) / (2 * np.sqrt(eta))
    low = (np.sqrt(eta + 3) - np.sqrt(eta - 1)) / (2 * np.sqrt(eta))
    # Near its birth the cycle is wide open to the root of the tolerance.
    assert np.sort(phases) == pytest.approx(np.column_stack([low, high]), abs=1e-5)
    away = eta > 1.001
    assert np.sort(phases)[away] == pytest.approx(np.column_stack([low, high])[away], abs=1e-9)
    assert wells[1].multipliers[away, 0] == pytest.approx(9 - 2 * (1 + eta[away]) ** 2, abs=1e-7)
    (flip,) = wells[1].special["flip"]
    assert abs(flip["eta"] - (np.sqrt(5) - 1)) <= flip.error < 1e-13
    assert len(wells[1].special) == 1  # its birth, where it turns in eta, is no fold of it


def exact_flip(near, cubic, value):
    """The flip of period k near a phase and a parameter value, by Newton's method with 40 digits."""
    with mpmath.workdps(40):
        k = near.period

        def equations(th, eta):
            x, slope = th, mpmath.mpf(1)
            for _ in range(k):
                slope *= 1 - eta * (3 * x**2 - 1) if cubic else eta * (1 - 2 * x)
                x = x - eta * (x**3 - x) if cubic else eta * x * (1 - x)
            return x - th, slope + 1

        start = (mpmath.mpf(float(near.state[0])), mpmath.mpf(value))
        return mpmath.findroot(equations, start, tol=mpmath.mpf(10) ** -30, maxsteps=50)[1]


def test_flips_of_the_double_well_up_to_period_128(wells):
    assert [branch.period for branch in wells] == [2**i for i in range(8)]
    for branch in wells:
        (flip,) = branch.special["flip"]
        exact = exact_flip(flip, True, flip["eta"])
        assert abs(mpmath.mpf(flip["eta"]) - exact) <= flip.error
        assert flip.error < 1e-11
        assert flip.criticality == "supercritical"
        assert len(branch.special) == 1


def superstable_limit(count):
    """The accumulation point of the double well by another way: parameters at which the critical point is periodic."""
    with mpmath.workdps(40):

        def returned(eta, k):
            x = start = mpmath.sqrt((1 + eta) / (3 * eta))
            for _ in range(k):
                x = x - eta * (x**3 - x)
            return x - start

        values = [mpmath.mpf(1) / 2, mpmath.findroot(lambda eta: returned(eta, 2), mpmath.mpf("1.12"))]
        for n in range(2, count):
            guess = values[-1] + (values[-1] - values[-2]) / (FEIGENBAUM if n > 2 else 5)
            values.append(mpmath.findroot(lambda eta, k=2**n: returned(eta, k), guess))
        a, b, c = values[-3:]
        return float(c - (c - b) ** 2 / (c - 2 * b + a))


def test_the_cascade_of_the_double_well_ends_where_superstable_cycles_accumulate(wells):
    flips = [branch.special["flip"][0] for branch in wells]
    found = contin.accumulation_of(flips)
    exact = superstable_limit(11)
    assert abs(found.value - exact) < 1e-9
    assert abs(found.value - exact) <= found.error < 1e-6
    assert abs(found.delta - FEIGENBAUM) <= found.delta_error < 0.01


def test_the_cascade_of_the_logistic_map_ends_at_the_published_value():
    branches = cascade(logistic, "r", (2.5, 3.7), {"x": 0.6}, 128)
    flips = [branch.special["flip"][0] for branch in branches]
    published = [3.0, 1 + np.sqrt(6), 3.5440903595519228, 3.5644072660954326, 3.5687594195438263]
    for flip, value in zip(flips, published, strict=False):
        assert abs(flip["r"] - value) <= flip.error + 5e-16 * value
    found = contin.accumulation_of(flips)
    assert abs(found.value - 3.569945671870944901842) < 1e-9  # Briggs 1991; OEIS A098587
    assert abs(found.value - 3.569945671870944901842) <= found.error


def test_an_accumulation_is_that_of_flips_that_shrink():
    with pytest.raises(contin.BadValue, match="at least 3 flips, not 2"):
        contin.accumulation_of([3.0, 3.4])
    with pytest.raises(contin.BadValue, match="do not accumulate"):
        contin.accumulation_of([3.0, 3.4, 3.9])
    (flip,) = contin.follow(logistic, "r", start=[0.6], span=(2.5, 3.5)).special["flip"]
    with pytest.raises(contin.BadValue, match="each of twice the period"):
        contin.accumulation_of([flip, flip, flip])
    three = contin.accumulation_of([3.0, 1 + np.sqrt(6), 3.5440903595519228])
    assert abs(three.value - 3.5699456718709449) <= three.error


def test_a_doubled_branch_from_either_side_ends_at_its_flip():
    problem = contin.FixedPoints(logistic, "r", period=2)
    branch = contin.follow(problem, start=[0.5], at={"r": 3.2}, span=(2.5, 3.4))
    assert [point.kind for point in branch.special] == ["branch point"]
    (point,) = branch.special
    assert abs(point["r"] - 3.0) <= point.error
    assert (point.form, point.criticality) == ("pitchfork", "supercritical")
    assert point.coefficients["c"] == pytest.approx(-2 * 9.0, rel=1e-9)  # of f^2: - 2 b
    assert branch.ends[0].reason == "known branch"
    assert "meets a branch of fixed points at r = 3" in branch.ends[0].text
    assert branch["r"].min() == point["r"]
    (start,) = contin.switch(point)
    assert start.phases.shape == (1, 1)
    parent = contin.follow(logistic, "r", start=start, span=(2.5, 3.4))
    assert [p.kind for p in parent.special] == ["flip"]


def test_switching_at_a_flip_is_the_same_as_naming_the_doubled_problem():
    (flip,) = contin.follow(logistic, "r", start=[0.6], span=(2.5, 3.6)).special["flip"]
    (start,) = contin.switch(flip)
    one = contin.follow(logistic, "r", start=start, span=(2.5, 3.6))
    other = contin.follow(contin.FixedPoints(logistic, "r", period=2), start=flip, span=(2.5, 3.6))
    assert one.period == other.period == 2
    assert np.array_equal(one.phases, other.phases)
    assert one.phases[0].ravel() == pytest.approx([2 / 3, 2 / 3], abs=1e-12)


@contin.map
def bubble(x, *, a=0.5, s=0.3):
    """Two flips, at a^2 = s, with one bubble of 2-cycles between them."""
    return -(1 + s - a**2) * x + x**3


def test_a_bubble_of_two_cycles_is_followed_once():
    diagram = contin.diagram(bubble, "a", (-1.0, 1.0), start={"x": 0.0}, at={"a": -0.9}, period_doublings=1)
    assert [branch.period for branch in diagram] == [1, 2]
    flips = diagram[0].special["flip"]
    assert [point["a"] for point in flips] == pytest.approx([-np.sqrt(0.3), np.sqrt(0.3)], abs=1e-12)
    assert diagram[1]["a"].min() == pytest.approx(-np.sqrt(0.3), abs=1e-9)
    assert diagram[1]["a"].max() == pytest.approx(np.sqrt(0.3), abs=1e-9)
    # x^2 = s - a^2, and both halves are the same cycle.
    assert diagram[1].phases[:, 0, 0] ** 2 == pytest.approx(0.3 - diagram[1]["a"] ** 2, abs=1e-8)
    assert diagram[1].phases[:, 1, 0] == pytest.approx(-diagram[1].phases[:, 0, 0], abs=1e-8)


def test_diagram_follows_period_doublings_to_a_chosen_depth():
    diagram = contin.diagram(logistic, "r", (0.5, 4.0), period_doublings=3)
    assert [branch.period for branch in diagram] == [1, 1, 1, 2, 4, 8]
    assert diagram[3].parent is not None and diagram[diagram[3].parent[0]].period == 1
    flips = [point["r"] for point in diagram.special["flip"]]
    assert flips == pytest.approx([3.0, 1 + np.sqrt(6), 3.5440903595519228, 3.5644072660954326], abs=1e-12)
    assert [point.label for point in diagram.special["flip"]] == ["PD1", "PD2", "PD3", "PD4"]
    with pytest.raises(contin.BadValue, match="`period_doublings` must be a whole number"):
        contin.diagram(logistic, "r", (0.5, 4.0), period_doublings=-1)
    with pytest.raises(contin.BadValue, match="is for maps"):
        contin.diagram(contin.models.griffith, "a", (0.05, 1.0), period_doublings=1)


def test_a_start_of_smaller_period_is_refused_in_words():
    problem = contin.FixedPoints(logistic, "r", period=2)
    with pytest.raises(contin.NotConverged, match="a fixed point of 'logistic' instead of a 2-cycle"):
        contin.follow(problem, start=[0.6], at={"r": 2.5}, span=(2.0, 4.0))
    (flip,) = contin.follow(logistic, "r", start=[0.6], span=(2.5, 3.6)).special["flip"]
    with pytest.raises(contin.BadValue, match="has the period 3"):
        contin.follow(contin.FixedPoints(logistic, "r", period=3), start=flip, span=(2.0, 4.0))


def test_a_linear_map_flips_without_a_doubled_branch():
    """Gradient descent on h x^2 / 2 with h = 3."""

    @contin.map
    def linear(x, *, eta=0.1):
        return x - eta * 3 * x

    (flip,) = contin.follow(linear, "eta", start=[0.0], span=(0.1, 1.0)).special
    assert (flip.kind, flip.form, flip.criticality) == ("flip", "degenerate", None)
    assert flip["eta"] == pytest.approx(2 / 3, abs=1e-14)
    with pytest.raises(contin.BadValue, match="coefficient of PD1 is zero"):
        contin.switch(flip)
