"""Folds that are near each other, sharp, degenerate, many, or no folds at all; every answer is known in closed form."""

import math

import numpy as np
import pytest
from trouble import assert_points, assert_special, mixed, reasons, values

import contin
from contin import flow, follow


@flow
def wiggle(x, *, r=-1.0, d=0.1):
    """r = x^3 / 3 - d x: folds at x = +-sqrt d."""
    return r - (x**3 / 3 - d * x)


@pytest.mark.parametrize("d", [0.1, 1e-2, 1e-3, 1e-4, 1e-6, 1e-8])
def test_two_folds_however_close(d):
    branch = follow(wiggle, "r", start=[-1.5], at={"d": d}, span=(-1, 1.3))
    assert_special(branch, {"fold": [-2 / 3 * d**1.5, 2 / 3 * d**1.5]})
    assert reasons(branch) == ["span", "span"]


def test_backwards_gives_the_same_points():
    forward = follow(wiggle, "r", start=[-1.5], at={"d": 0.1, "r": -1}, span=(-1, 1.3))
    back = follow(wiggle, "r", start=forward.states[-1], at={"d": 0.1, "r": 1.3}, span=(-1, 1.3))
    one, _ = values(forward, "fold")
    other, _ = values(back, "fold")
    np.testing.assert_allclose(one, other, rtol=1e-13)
    assert back["r"][0] == -1.0 and back["r"][-1] == 1.3


@flow
def wiggle_among_others(x, y, z, *, r=-1.0, d=0.1):
    """The same two folds of x, beside a state that follows and a saddle direction."""
    return r - (x**3 / 3 - d * x), x * x - y, 2 * z - r


@pytest.mark.parametrize("d", [0.1, 1e-3, 1e-6])
@pytest.mark.parametrize("seed", [1, 2])
def test_two_folds_however_close_in_any_coordinates(d, seed):
    model, T = mixed(wiggle_among_others, seed)
    x = min(np.roots([1 / 3, 0, -d, 1]), key=lambda root: abs(root.imag)).real
    branch = follow(model, "r", start=T @ [x, x * x, -0.5], at={"d": d}, span=(-1, 1.3))
    assert_special(branch, {"fold": [-2 / 3 * d**1.5, 2 / 3 * d**1.5]})


@flow
def double_well(x, *, r=-1.0, d=0.01):
    """r = -(x^2 - d)^2: folds at x = 0, r = -d^2, and at x = +-sqrt d, both at r = 0."""
    return r + (x * x - d) ** 2


@pytest.mark.parametrize("d", [0.1, 1e-2, 1e-3])
def test_three_folds_of_which_two_are_at_one_value(d):
    branch = follow(double_well, "r", start=[math.sqrt(1 + d)], at={"d": d}, span=(-1, 1))
    assert_special(branch, {"fold": [-(d**2), 0.0, 0.0]})


@pytest.mark.parametrize("k", [3, 5, 7])
@pytest.mark.parametrize("c", [0.0, 0.3])
def test_an_inflection_is_no_fold(k, c):
    @flow
    def inflection(x, *, r=-1.0, c=0.0):
        return r - (x - c) ** k

    branch = follow(inflection, "r", start=[c - 1.0], at={"c": c}, span=(-1, 1.3))
    assert len(branch.special) == 0
    assert reasons(branch) == ["span", "span"]
    assert branch["x"][-1] == pytest.approx(c + 1.3 ** (1 / k), rel=1e-9)


@pytest.mark.parametrize("k", [4, 6])
@pytest.mark.parametrize("c", [0.0, 0.3])
def test_a_flat_fold_is_degenerate(k, c):
    @flow
    def flat(x, *, r=-1.0, c=0.0):
        return r + (x - c) ** k

    branch = follow(flat, "r", start=[c + 1.0], at={"c": c}, span=(-1, 1))
    (point,) = branch.special
    assert point.kind == "degenerate fold"
    assert abs(point["r"]) <= point.error
    assert reasons(branch) == ["span", "span"]
    assert branch["x"][-1] == pytest.approx(c - 1, rel=1e-9)


@pytest.mark.parametrize("e", [1e-2, 1e-4, 1e-6, 1e-7])
def test_a_turn_and_a_fold_as_sharp_as_1e_6(e):
    @flow
    def turn(x, *, r=-1.0, e=1e-6):
        return x - (r + np.sqrt(r * r + e * e)) / 2

    @flow
    def fold(x, *, r=-1.0, e=1e-6):
        return r + np.sqrt(x * x + e * e)

    branch = follow(turn, "r", start=[0.0], at={"e": e}, span=(-1, 1))
    assert len(branch.special) == 0
    assert reasons(branch) == ["span", "span"]
    branch = follow(fold, "r", start=[math.sqrt(1 - e * e)], at={"e": e}, span=(-1, 1))
    assert_special(branch, {"fold": [-e]})
    assert reasons(branch) == ["span", "span"]


@flow
def sharp_beside_blunt(x, y, *, r=-1.0, e=1e-6):
    """A fold of radius e in x, below it a state that follows both."""
    return r + np.sqrt(x * x + e * e) - 0.1 * x, r + x - y


@pytest.mark.parametrize("e", [1e-2, 1e-4, 1e-6])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_sharp_fold_in_any_coordinates(e, seed):
    """r = x / 10 - sqrt(x^2 + e^2) is largest at x = e / sqrt 99, where it is -e sqrt 0.99."""
    model, T = mixed(sharp_beside_blunt, seed)
    x = 1 / 0.9
    r = 0.1 * x - math.hypot(x, e)
    branch = follow(model, "r", start=T @ [x, r + x], at={"r": r, "e": e}, span=(-1.2, 1))
    assert_special(branch, {"fold": [-e * math.sqrt(0.99)]}, rounding=1e-15)


@pytest.mark.parametrize("slope", [0.02, 0.1, 0.3])
def test_snaking_has_all_its_folds(slope):
    """r = slope x + sin x has folds where cos x = -slope."""

    @flow
    def snake(x, *, r=0.0, slope=0.02):
        return r - slope * x - np.sin(x)

    branch = follow(snake, "r", start=[0.0], at={"slope": slope}, span=(-3, 3))
    turns = [s * math.acos(-slope) + 2 * math.pi * k for k in range(-40, 41) for s in (1, -1)]
    exact = [slope * x + math.sin(x) for x in turns]
    reached = [r for r, x in zip(exact, turns, strict=True) if branch["x"].min() < x < branch["x"].max()]
    assert len(reached) > 0.5 / slope
    assert_special(branch, {"fold": reached}, rounding=1e-15)
    assert reasons(branch) == ["span", "span"]


@flow
def snake_among_others(x, y, *, r=0.0):
    """Snaking, and a state whose eigenvalue comes near the other's."""
    return r - 0.05 * x - np.sin(x), x - y


def test_snaking_in_any_coordinates():
    model, _ = mixed(snake_among_others, 3)
    branch = follow(model, "r", start=[0.0, 0.0], span=(-2, 2))
    turns = [s * math.acos(-0.05) + 2 * math.pi * k for k in range(-10, 11) for s in (1, -1)]
    reached = [0.05 * x + math.sin(x) for x in turns]
    reached = [r for r, x in zip(reached, turns, strict=True) if abs(0.05 * x) < 1 + 1e-9]
    found, errors = values(branch, "fold")
    assert len(found) == len(branch.special) >= 12
    for value, error in zip(found, errors, strict=True):
        assert min(abs(value - r) for r in reached) <= error + 1e-15


@pytest.mark.parametrize("width", [1e2, 1e4, 1e6])
def test_a_span_far_wider_than_what_happens_in_it(width):
    @flow
    def griffith(x, y, *, a=0.4, b=1.0):
        return y - a * x, x**2 / (1 + x**2) - b * y

    @flow
    def sine(x, *, r=0.0):
        return np.sin(r) - x + 0.1 * x**3

    branch = follow(griffith, "a", start=[2.0, 0.8], span=(0.05, width))
    assert_points(branch, "fold", [0.5], along="a")
    assert branch["a"][0] == branch["a"][-1] == 0.05
    branch = follow(sine, "r", start=[0.0], span=(0.0, width), settings=contin.Settings(most_points=2000))
    assert branch.ends[1].reason in ("span", "most points")
    assert branch["r"][-1] > 40.0
    assert len(branch.special) == 0


# The right-hand side, and the fold at a corner (None where the corner at the origin is no fold).
KINKS = {
    "|x|": (lambda r, x: r + abs(x), 0.0),
    "unequal sides": (lambda r, x: r + np.maximum(x, -2 * x), 0.0),
    "|x| on a parabola": (lambda r, x: r + abs(x) + x * x, 0.0),
    "away from the origin": (lambda r, x: r - 0.25 + abs(x - 0.5), 0.25),
    "two curves": (lambda r, x: r + np.maximum(x, x * x - 2), 1.0),
    "blunt": (lambda r, x: r + 1e-3 * abs(x), 0.0),
    "no fold": (lambda r, x: r + x - 0.5 * abs(x), None),
    "a fold and a corner": (lambda r, x: r + abs(x) - 2 * abs(x - 0.125) + 0.25, -0.375),
}


@pytest.mark.parametrize("name", KINKS)
def test_a_branch_goes_on_behind_a_kink(name):
    """The slopes on both sides tell whether the kink is a fold: then it is one without a tangent."""
    right, fold = KINKS[name]

    @flow
    def kink(x, *, r=-1.0):
        return right(r, x)

    branch = follow(kink, "r", start=[1.0], at={"r": -float(right(0.0, 1.0))}, span=(-3.0, 1.5))
    assert [end.reason for end in branch.ends] == ["span", "span"]
    assert branch["x"].min() < -0.5
    assert_special(branch, {} if fold is None else {"degenerate fold": [fold]})
    assert all(point.form == "non-smooth" for point in branch.special)
    assert np.max(np.abs(right(branch["r"], branch["x"]))) <= 1e-9


@pytest.mark.parametrize("T", [[[1, 0], [0, 1]], [[1, 2], [1, 3]], [[2, -1], [-5, 3]]])
def test_a_fold_at_a_kink_in_any_coordinates(T):
    """r + |u| + v / 4 and u^2 - v in the coordinates (x, y) = T (u, v), T of whole numbers and determinant 1."""
    (a, b), (c, d) = T

    @flow
    def kink(x, y, *, r=-1.0):
        u, v = d * x - b * y, a * y - c * x
        f, g = r + abs(u) + 0.25 * v, u * u - v
        return a * f + b * g, c * f + d * g

    start = np.array(T) @ [1.0, 1.0]
    branch = follow(kink, "r", start=start, at={"r": -1.25}, span=(-3.0, 1.5))
    assert [end.reason for end in branch.ends] == ["span", "span"]
    assert_special(branch, {"degenerate fold": [0.0]})


def test_a_fold_at_a_kink_among_many_states():
    """r = -|u| in a row of twenty states that follow each other: one eigenvalue is 1 and becomes -1, the others are -1."""

    def row(x, p, out):
        out[0] = p[0] + abs(x[0])
        for i in range(1, 20):
            out[i] = x[i - 1] - x[i]

    branch = follow(contin.Flow(row, 20, {"r": -1.0}), "r", start=np.ones(20), span=(-3.0, 1.5))
    assert [end.reason for end in branch.ends] == ["span", "span"]
    assert_special(branch, {"degenerate fold": [0.0]})
    assert sorted(branch.unstable[[0, -1]]) == [0, 1]


def test_a_square_on_its_corner_is_a_closed_loop():
    @flow
    def square(x, *, r=0.0):
        return abs(x) + abs(r) - 1

    branch = follow(square, "r", start=[0.5], at={"r": 0.5}, span=(-2.0, 2.0))
    assert branch.ends[0].reason == "closed loop"
    assert_special(branch, {"degenerate fold": [-1.0, 1.0]})


def test_a_branch_ends_where_the_right_hand_side_jumps():
    """x = r - 1 above x = 1/4 and x = r + 1 below: nothing beside (r, x) = (5/4, 1/4) but the branch itself."""

    @flow
    def step(x, *, r=0.0):
        return r - x - np.sign(x - 0.25)

    branch = follow(step, "r", start=[2.0], at={"r": 3.0}, span=(-3.0, 5.0))
    assert [end.reason for end in branch.ends] == ["step too small", "span"]
    assert abs(branch["r"][0] - 1.25) <= 1e-6
    assert len(branch.special) == 0


def test_a_smooth_fold_beside_a_kink_is_solved():
    """r = x + 3 x |1 - x|: below the kink at (1, 1), where the branch turns back again, a fold at x = 2/3, r = 4/3."""

    @flow
    def kinked(x, *, r=0.37):
        return r - x - 3 * x * abs(1 - x)

    branch = follow(kinked, "r", start=[0.1], span=(0.0, 3.0))
    assert_special(branch, {"fold": [4 / 3], "degenerate fold": [1.0]}, rounding=1e-15)
