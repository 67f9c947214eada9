"""Branches that end at a pole, an asymptote or an edge of the domain, and what must not be reported on the way."""

import math

import numpy as np
import pytest
from trouble import assert_special, mixed, reasons

from contin import Settings, flow, follow

# The right-hand side, the start, r there, and the value of r at which the branch goes to infinity.
POLES = {
    "1 / r": (lambda x, r: r * x - 1, 1.0, 1.0, 0.0),
    "1 / (1 - r)": (lambda x, r: x * (1 - r) - 1, 1.0, 0.0, 1.0),
    "tan r": (lambda x, r: np.tan(r) - x, 0.0, 0.0, math.pi / 2),
    "arctan x": (lambda x, r: np.arctan(x) - r, 0.0, 0.0, math.pi / 2),
    "tanh x": (lambda x, r: np.tanh(x) - r, 0.0, 0.0, 1.0),
    "1 / (1 - r)^2": (lambda x, r: x * (1 - r) ** 2 - 1, 1.0, 0.0, 1.0),
    "1 / sqrt(1 - r)": (lambda x, r: x * x * (1 - r) - 1, 1.0, 0.0, 1.0),
}


@pytest.mark.parametrize("name", POLES)
def test_a_branch_that_goes_to_infinity_diverges(name):
    right, x, r, pole = POLES[name]

    @flow
    def model(x, *, r=0.0):
        return right(x, r)

    span = (-1.0, 3.0) if pole else (-1.0, 2.0)
    branch = follow(model, "r", start=[x], at={"r": r}, span=span)
    end = branch.ends[0 if pole < r else 1]
    assert end.reason == "diverges"
    assert "x grows" in end.text
    reached = branch["r"][0 if pole < r else -1]
    # x = 1e8 is where it ends: for 1 / (1 - r)^2 that is 1e-4 from the pole.
    assert abs(reached - pole) <= (1.1e-4 if "^2" in name else 1e-7)
    assert len(branch.special) == 0


# The right-hand side, the start, r there, and the end: (r, x). The branch is one-sided there.
EDGES = {
    "x = sqrt r": (lambda x, r: np.sqrt(r) - x, 1.0, 1.0, (0.0, 0.0)),
    "sqrt x = r": (lambda x, r: np.sqrt(x) - r, 1.0, 1.0, (0.0, 0.0)),
    "x = r^(3/2)": (lambda x, r: r**1.5 - x, 1.0, 1.0, (0.0, 0.0)),
    "x = r log r": (lambda x, r: r * np.log(r) - x, 0.0, 1.0, (0.0, 0.0)),
    "x = arcsin r": (lambda x, r: np.arcsin(r) - x, 0.0, 0.0, (1.0, math.pi / 2)),
}


@pytest.mark.parametrize("name", EDGES)
def test_a_branch_ends_at_the_edge_of_the_domain(name):
    right, x, r, edge = EDGES[name]

    @flow
    def model(x, *, r=0.0):
        return right(x, r)

    branch = follow(model, "r", start=[x], at={"r": r}, span=(-2.0, 2.0))
    end = branch.ends[0 if edge[0] < r else 1]
    assert end.reason == "not finite"
    at = 0 if edge[0] < r else -1
    np.testing.assert_allclose([branch["r"][at], branch["x"][at]], edge, atol=1e-5)
    assert abs(branch["r"][at] - edge[0]) <= 1e-8
    assert len(branch.special) == 0


# The right-hand side, r where x = 0, and the edge of the domain, where x = -infinity.
LOGARITHMS = {
    "x = log r": (lambda x, r: np.log(r) - x, 1.0, 0.0),
    "x = log(r) / 2": (lambda x, r: np.log(r) / 2 - x, 1.0, 0.0),
    "x = log(2 r + 1)": (lambda x, r: np.log(2 * r + 1) - x, 0.0, -0.5),
}


@pytest.mark.parametrize("name", LOGARITHMS)
@pytest.mark.parametrize("n", [1, 2])
def test_a_branch_does_not_step_over_the_edge_of_a_logarithm(name, n):
    """Where the Jacobian is finite on both sides of the edge, which is nearer than what Newton's method resolves."""
    right, r, edge = LOGARITHMS[name]

    @flow
    def one(x, *, r=0.0):
        return right(x, r)

    @flow
    def two(x, y, *, r=0.0):
        return right(x, r), x - y

    branch = follow(one if n == 1 else two, "r", start=[0.0] * n, at={"r": r}, span=(-1.0, 3.0))
    assert reasons(branch) == ["not finite", "span"]
    assert edge <= branch["r"].min() <= edge + 1e-11
    assert len(branch.special) == 0


def test_an_edge_behind_a_fold():
    """r = x log x: the fold at x = 1 / e, r = -1 / e, then the edge of the logarithm at the origin."""

    @flow
    def logarithm(x, *, r=0.0):
        return r - x * np.log(x)

    branch = follow(logarithm, "r", start=[1.0], span=(-1, 3))
    assert_special(branch, {"fold": [-1 / math.e]})
    assert sorted(reasons(branch)) == ["not finite", "span"]


def test_a_half_circle_has_a_fold_and_two_edges():
    """r = sqrt(1 - x^2): the fold at r = 1, and at x = +-1 no more root."""

    @flow
    def half_circle(x, *, r=0.5):
        return np.sqrt(1 - x * x) - r

    branch = follow(half_circle, "r", start=[math.sqrt(0.75)], span=(-1, 3))
    assert_special(branch, {"fold": [1.0]})
    assert reasons(branch) == ["not finite", "not finite"]
    np.testing.assert_allclose(branch["r"][[0, -1]], 0.0, atol=1e-7)
    np.testing.assert_allclose(abs(branch["x"][[0, -1]]), 1.0, atol=1e-7)


def test_a_pole_in_any_coordinates_diverges():
    """x goes to infinity at r = 1, y follows it, z does not."""

    @flow
    def pole(x, y, z, *, r=0.0):
        return x * (1 - r) - 1, 2 * x - y, r - z

    for seed in (1, 2):
        model, T = mixed(pole, seed)
        branch = follow(model, "r", start=T @ [1.0, 2.0, 0.0], span=(-1, 2))
        assert reasons(branch) == ["span", "diverges"]
        assert abs(branch["r"][-1] - 1) <= 1e-6
        assert len(branch.special) == 0


def test_an_eigenvalue_that_changes_sign_through_infinity_is_no_branch_point():
    """x / (r - 1/2) has the eigenvalue 1 / (r - 1/2) on x = 0."""

    @flow
    def pole(x, *, r=0.0):
        return x / (r - 0.5)

    @flow
    def tangent(x, y, *, r=0.0):
        return np.tan(r) * x - x**3, -y

    for model, n, span in ((pole, 1, (0.0, 1.3)), (tangent, 2, (0.2, 2.9))):
        branch = follow(model, "r", start=[0.0] * n, at={"r": span[0]}, span=span)
        assert len(branch.special) == 0


PAIRS = {
    "1 / (r - c)": lambda d: 1 / d,
    "1 / (r - c)^3": lambda d: 1 / d**3,
    "1 / cbrt(r - c)": lambda d: 1 / np.cbrt(d),
    "1 / (r - c) + 10 (r - c)": lambda d: 1 / d + 10 * d,
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("span", [(0.0, 1.3), (0.0, 1.0), (0.25, 1.0)])
def test_a_pair_that_changes_sign_through_infinity_is_no_special_point(name, span, capfd):
    """u +- i with u infinite at r = 1/2, which is the middle of a step in some of the spans."""
    part = PAIRS[name]

    @flow
    def pair(x, y, *, r=0.0):
        return x * part(r - 0.5) - y, x + y * part(r - 0.5)

    for step in (0.0625, 0.25, 1.0):
        settings = Settings(largest_step=step)
        with np.errstate(all="ignore"):
            branch = follow(pair, "r", start=[0.0, 0.0], at={"r": span[0]}, span=span, settings=settings)
        assert len(branch.special) == 0
    assert capfd.readouterr().err == ""


def test_a_pair_tan_r_passes_through_zero_and_through_infinity():
    @flow
    def pair(x, y, *, r=0.2):
        return x * np.tan(r) - y, x + y * np.tan(r)

    branch = follow(pair, "r", start=[0.0, 0.0], span=(0.2, 5.0))
    assert_special(branch, {"hopf": [math.pi]}, rounding=1e-15)


def test_tests_that_change_sign_both_through_a_pole_and_through_zero():
    """The determinant of [[1, -1], [-1, tan 3r]] is tan 3r - 1: zero at pi/12 + k pi/3, infinite at pi/6 + k pi/3."""

    @flow
    def coupled(x, y, *, r=0.0):
        return x - y, y * np.tan(3 * r) - x

    branch = follow(coupled, "r", start=[0.0, 0.0], span=(0, 1.7))
    assert_special(branch, {"branch point": [math.pi / 12, 5 * math.pi / 12]}, rounding=1e-15)


def test_a_long_tail_that_turns_no_more_has_no_special_points():
    """x = exp(1 / r), and x = 1 / r in the other direction: straight in all but name for most of their lengths."""

    @flow
    def tail(x, *, r=1.0):
        return r * x - 1

    branch = follow(tail, "r", start=[1.0], span=(0.0, 1e3))
    assert len(branch.special) == 0
    assert branch["r"][-1] == 1e3 and branch["x"][-1] == pytest.approx(1e-3, rel=1e-9)


@flow
def simple_pole(x, y, z, *, r=0.0):
    """x = 1 / (1 - r)."""
    return x * (1 - r) - 1, x - y, r - z


@flow
def pole_among_all(x, y, z, *, r=0.0):
    """x = 1 / (1 - r), in all states."""
    return x * (1 - r) - 1, x + r - y, x * r - z


@flow
def essential(x, y, z, *, r=0.0):
    """x = exp(1 / (1 - r))."""
    return x - np.exp(1 / (1 - r)), x + r - y, r - z


@pytest.mark.parametrize(
    ("model", "start"),
    [(simple_pole, [1, 1, 0]), (pole_among_all, [1, 1, 0]), (essential, [math.e, math.e, 0])],
)
@pytest.mark.parametrize("seed", [None, *range(12)])
def test_states_that_grow_beyond_bounds_diverge_in_mixed_coordinates_too(model, start, seed):
    model, T = (model, np.eye(3)) if seed is None else mixed(model, seed)
    branch = follow(model, "r", start=T @ start, span=(-1, 2))
    assert reasons(branch) == ["span", "diverges"]
    assert len(branch.special) == 0
