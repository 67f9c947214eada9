"""Other branches that pass near, and branches that close; every answer is known in closed form."""

import math

import numpy as np
import pytest
from trouble import assert_points, assert_special, mixed, reasons

import contin
from contin import flow, follow

GAPS = [1e-2, 1e-4, 1e-6, 1e-8]


@flow
def imperfect_pitchfork(x, *, r=-1.0, e=1e-3):
    """The branch from the left turns upwards and stays there: r = x^2 - e / x."""
    return e + r * x - x**3


@pytest.mark.parametrize("e", GAPS)
@pytest.mark.parametrize("sign", [1, -1])
def test_both_branches_of_an_imperfect_pitchfork(e, sign):
    """The one has nothing; the other a fold at x = -(e/2)^(1/3), r = 3 (e/2)^(2/3)."""
    at = {"e": sign * e}
    branch = follow(imperfect_pitchfork, "r", start=[0.0], at=at, span=(-1, 1))
    assert len(branch.special) == 0
    assert np.all(sign * branch["x"] > 0)
    assert branch.stable.all()
    assert reasons(branch) == ["span", "span"]
    branch = follow(imperfect_pitchfork, "r", start=[-sign], at={**at, "r": 1.0}, span=(-1, 1))
    assert_special(branch, {"fold": [3 * (e / 2) ** (2 / 3)]}, rounding=1e-17)
    assert np.all(sign * branch["x"] < 0)
    assert branch["r"][0] == branch["r"][-1] == 1.0


@flow
def imperfect_transcritical(x, *, r=-1.0, e=1e-3):
    """x = r / 2 +- sqrt(r^2 / 4 + e)."""
    return r * x - x * x + e


@pytest.mark.parametrize("e", GAPS)
def test_both_branches_of_an_imperfect_transcritical_point(e):
    """Apart for e > 0, with a fold each at r = +-2 sqrt -e for e < 0."""
    for x, side in ((0.0, 1), (-1.0, -1)):
        branch = follow(imperfect_transcritical, "r", start=[x], at={"e": e}, span=(-1, 1.1))
        assert len(branch.special) == 0
        assert np.all(side * branch["x"] > 0)
        assert reasons(branch) == ["span", "span"]
    for r in (-1.0, 1.0):
        branch = follow(imperfect_transcritical, "r", start=[0.0], at={"r": r, "e": -e}, span=(-1, 1))
        assert_special(branch, {"fold": [2 * r * math.sqrt(e)]}, rounding=1e-17)
        assert np.all(r * branch["r"] > 0)


@flow
def hyperbola(x, *, r=-1.0, e=1e-3):
    """x^2 = r^2 + e^2: two branches, x > 0 and x < 0, with a gap of 2 e."""
    return r * r - x * x + e * e


@flow
def other_hyperbola(x, *, r=-1.0, e=1e-3):
    """x^2 = r^2 - e^2: the left branch turns at r = -e."""
    return r * r - x * x - e * e


@pytest.mark.parametrize("e", GAPS)
def test_no_jump_to_a_branch_that_passes_near(e):
    branch = follow(hyperbola, "r", start=[1.0], at={"e": e}, span=(-1, 1.1))
    assert len(branch.special) == 0
    assert np.all(branch["x"] > 0)
    branch = follow(other_hyperbola, "r", start=[1.0], at={"e": e}, span=(-1, 1.1))
    assert_points(branch, "fold", [-e])
    assert np.all(branch["r"] < 0)


@flow
def imperfect_among_others(x, y, z, *, r=-1.0, e=1e-3):
    """An imperfect pitchfork of x, a state that follows and a pair's worth of coupling."""
    return e + r * x - x**3, x - y - z, y - 2 * z


@pytest.mark.parametrize("e", [1e-3, 1e-6])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_jump_in_any_coordinates(e, seed):
    model, T = mixed(imperfect_among_others, seed)
    inverse = np.linalg.inv(T)
    branch = follow(model, "r", start=[0.0] * 3, at={"e": e}, span=(-1, 1))
    assert len(branch.special) == 0
    assert np.all((branch.states @ inverse.T)[:, 0] > 0)
    x = min(np.roots([1, 0, -1, -e]).real)
    start = T @ [x, 2 * x / 3, x / 3]
    branch = follow(model, "r", start=start, at={"r": 1.0, "e": e}, span=(-1, 1))
    assert_special(branch, {"fold": [3 * (e / 2) ** (2 / 3)]}, rounding=1e-16)


@pytest.mark.parametrize("radius", [1.0, 1e-3, 1e3])
def test_an_isola_closes(radius):
    @flow
    def circle(x, *, r=0.0, radius=1.0):
        return (x * x + r * r) / radius**2 - 1

    branch = follow(circle, "r", start=[radius], at={"radius": radius}, span=(-2 * radius, 2 * radius))
    assert reasons(branch) == ["closed loop", "closed loop"]
    assert_special(branch, {"fold": [-radius, radius]})
    np.testing.assert_array_equal(branch.states[0], branch.states[-1])


@flow
def eight(x, *, r=0.5, e=0.0):
    """x^2 = r^2 - r^4 + e: a figure of eight for e = 0, an oval about it for e > 0, two ovals for e < 0."""
    return r * r - r**4 + e - x * x


@flow
def upright_eight(x, *, r=0.0, e=0.0):
    """r^2 = x^2 - x^4 + e: the same, turned by a right angle."""
    return x * x - x**4 + e - r * r


def outer(e):
    """The larger root q of q^2 - q = e, and where it is."""
    return 0.5 + math.sqrt(0.25 + e)


def test_a_figure_of_eight_is_one_loop_through_its_crossing():
    branch = follow(eight, "r", start=[math.sqrt(3) / 4], span=(-2, 2))
    assert reasons(branch) == ["closed loop", "closed loop"]
    assert_special(branch, {"fold": [-1.0, 1.0], "branch point": [0.0, 0.0]})
    branch = follow(upright_eight, "r", start=[1.0], span=(-2, 2))
    assert reasons(branch) == ["closed loop", "closed loop"]
    assert_special(branch, {"fold": [-0.5, -0.5, 0.5, 0.5], "branch point": [0.0, 0.0]})
    assert branch["x"].min() == pytest.approx(-1, abs=1e-4)


@pytest.mark.parametrize("e", GAPS)
def test_an_oval_with_a_waist_is_one_loop(e):
    start = [math.sqrt(3 / 16 + e)]
    branch = follow(eight, "r", start=start, at={"r": 0.5, "e": e}, span=(-2, 2))
    assert reasons(branch) == ["closed loop", "closed loop"]
    assert_special(branch, {"fold": [-math.sqrt(outer(e)), math.sqrt(outer(e))]})
    start = [math.sqrt(outer(e))]
    branch = follow(upright_eight, "r", start=start, at={"e": e}, span=(-2, 2))
    assert reasons(branch) == ["closed loop", "closed loop"]
    width, waist = math.sqrt(0.25 + e), math.sqrt(e)
    assert_special(branch, {"fold": [-width, -width, width, width, -waist, waist]})


@pytest.mark.parametrize("e", GAPS)
def test_of_two_ovals_that_nearly_touch_one_is_followed(e):
    start = [math.sqrt(3 / 16 - e)]
    branch = follow(eight, "r", start=start, at={"r": 0.5, "e": -e}, span=(-2, 2))
    assert reasons(branch) == ["closed loop", "closed loop"]
    # The smaller root of q^2 - q = -e without cancellation.
    assert_special(branch, {"fold": [math.sqrt(e / outer(-e)), math.sqrt(outer(-e))]})
    start = [math.sqrt(outer(-e))]
    branch = follow(upright_eight, "r", start=start, at={"e": -e}, span=(-2, 2))
    assert reasons(branch) == ["closed loop", "closed loop"]
    assert_special(branch, {"fold": [-math.sqrt(0.25 - e), math.sqrt(0.25 - e)]})
    assert np.all(branch["x"] > 0)


@pytest.mark.parametrize("apart", [1e-2, 1e-4])
def test_a_branch_that_passes_near_its_start_is_no_closed_loop(apart):
    @flow
    def spiral(x, y, *, r=0.0, apart=1e-2):
        """A helix of angle x around the r axis: r = sin x, y = apart x."""
        return r - np.sin(x), apart * x - y

    settings = contin.Settings(most_points=2000)
    branch = follow(spiral, "r", start=[0.0, 0.0], at={"apart": apart}, span=(-2, 2), settings=settings)
    assert reasons(branch) == ["most points", "most points"]
    assert branch["x"][-1] > 10
