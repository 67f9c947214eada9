"""Branches that touch, or meet in even numbers: a real eigenvalue comes to zero and turns back."""

import numpy as np
import pytest
from trouble import mixed, reasons

import contin
from contin import flow, follow


@flow
def three_lines(x, y, z, *, r=-1.0, gap=0.0):
    """x = 0 and x = +-r."""
    return (r * r + gap) * x - x**3, x - y, x * y - 2 * z


@flow
def parabola_on_a_line(x, y, z, *, r=-1.0, gap=0.0):
    """x = 0 and x = r^2."""
    return (r * r + gap) * x - x * x, x - y, x * y - 2 * z


@flow
def along_a_state(x, y, z, *, r=-1.0, gap=0.0):
    """x = 0 and x = (y - 0.3)^2, with y = r."""
    return ((y - 0.3) ** 2 + gap) * x - x * x, r - y, x * y - 2 * z


@flow
def two_parabolas(x, y, z, *, r=-1.0, gap=0.0):
    """x = 1 + r +- r^2."""
    return (x - 1 - r) ** 2 - r**4 - gap, x - y, x * y - 2 * z


@flow
def on_a_curve(x, y, z, *, r=-1.0, gap=0.0):
    """x = 0 and x = (y - 0.2)^2 (1 + y), with r = y + y^3."""
    return ((y - 0.2) ** 2 + gap) * (1 + y) * x - x * x, r - y - y**3, x - z


TOUCHING = [
    (three_lines, [0.0, 0.0, 0.0], 0.0),
    (parabola_on_a_line, [0.0, 0.0, 0.0], 0.0),
    (along_a_state, [0.0, -1.0, 0.0], 0.3),
    (two_parabolas, [1.0, 1.0, 0.5], 0.0),
    (on_a_curve, [0.0, -0.6823278038280193, 0.0], 0.208),
]


@pytest.mark.parametrize(("model", "start", "exact"), TOUCHING)
@pytest.mark.parametrize("seed", [None, *range(16), 21, 28, 30, 31])
def test_a_contact_is_one_branch_point_and_the_branch_goes_on(model, start, exact, seed):
    model, T = (model, np.eye(3)) if seed is None else mixed(model, seed)
    branch = follow(model, "r", start=T @ start, span=(-1, 1.3))
    assert reasons(branch) == ["span", "span"]
    (point,) = branch.special
    assert (point.kind, point.form) == ("branch point", "touching")
    assert abs(point["r"] - exact) <= point.error <= 1e-8


@pytest.mark.parametrize(("model", "start", "exact"), TOUCHING)
@pytest.mark.parametrize("gap", [1e-4, 1e-6, 1e-8, 1e-9])
@pytest.mark.parametrize("seed", [None, 1])
def test_a_near_miss_is_nothing(model, start, exact, gap, seed):
    model, T = (model, np.eye(3)) if seed is None else mixed(model, seed)
    branch = follow(model, "r", start=T @ start, at={"gap": gap}, span=(-1, 1.3))
    assert reasons(branch) == ["span", "span"]
    assert len(branch.special) == 0


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_an_inflection_with_a_zero_eigenvalue_is_no_branch_point(seed):
    @flow
    def inflection(x, y, *, r=-1.0):
        return r - x**3, x - y

    model, T = (inflection, np.eye(2)) if seed is None else mixed(inflection, seed)
    assert len(follow(model, "r", start=T @ [-1.0, -1.0], span=(-1, 1.3)).special) == 0


@flow
def cubic_term(x, *, r=-1.0):
    return r * r * x - x**3


@flow
def quadratic_term(x, *, r=-1.0):
    return r * r * x - x * x


@pytest.mark.parametrize(("model", "ends"), [(cubic_term, {-1, 0, 1}), (quadratic_term, {0, 1})])
def test_the_branches_that_meet_are_found_from_one_of_them(model, ends):
    """x = 0, r and -r; x = 0 and r^2."""
    diagram = contin.diagram(model, "r", span=(-1, 1), start=[0.0])
    assert {round(float(branch["x"][i])) for branch in diagram for i in (0, -1)} == ends
    (point,) = diagram.special
    assert point.form == "touching"


@flow
def smooth_near_miss(x, y, z, *, r=-1.0, gap=0.0):
    """x = 1 + r +- (r^2 + gap): each branch is smooth whatever the gap."""
    return (x - 1 - r) ** 2 - (r * r + gap) ** 2, x - y, x * y - 2 * z


@pytest.mark.parametrize("gap", [1e-5, 1e-6, 1e-7])
@pytest.mark.parametrize("seed", range(31))
def test_no_jump_between_parabolas_that_nearly_touch(gap, seed):
    model, T = mixed(smooth_near_miss, seed)
    branch = follow(
        model, "r", start=T @ [1 + gap, 1 + gap, (1 + gap) ** 2 / 2], at={"gap": gap}, span=(-1, 1.3)
    )
    x = np.linalg.solve(T, branch.states.T)[0]
    assert x == pytest.approx(1 + branch["r"] + branch["r"] ** 2 + gap, abs=1e-7)
    assert len(branch.special) == 0
    assert reasons(branch) == ["span", "span"]
