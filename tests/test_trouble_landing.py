"""Steps and starts that land exactly on a special point, or next to it."""

import numpy as np
import pytest
from trouble import assert_special, hopf, mixed, pitchfork, reasons, transcritical

import contin
from contin import flow, follow


@flow
def hopf_and_pitchfork(x, y, z, *, r=-1.0):
    s = x * x + y * y
    return (r + 0.25) * x - y - x * s, x + (r + 0.25) * y - y * s, r * z - z**3


ON_A_LINE = {
    "transcritical": (transcritical, {"branch point": [0.0]}),
    "pitchfork": (pitchfork, {"branch point": [0.0]}),
    "hopf": (hopf, {"hopf": [0.0]}),
    "hopf and pitchfork": (hopf_and_pitchfork, {"hopf": [-0.25], "branch point": [0.0]}),
}


@pytest.mark.parametrize("name", ON_A_LINE)
@pytest.mark.parametrize("parts", [8, 16, 32, 64])
def test_a_step_that_lands_exactly_on_the_point(name, parts):
    """On the straight branch x = 0 from r = -1, steps of 2 / parts of the parameter come to 0 with no rounding."""
    model, points = ON_A_LINE[name]
    settings = contin.Settings(first_step=1 / parts, largest_step=1 / parts)
    start = [0.0] * len(model.states)
    branch = follow(model, "r", start=start, at={"r": -1.0}, span=(-1, 1), settings=settings)
    assert_special(branch, points)
    assert reasons(branch) == ["span", "span"]


OFFSETS = [0.0, 1e-16, -1e-16, 1e-14, -1e-14, 1e-12, -1e-12, 1e-9, -1e-9, 1e-6, -1e-6]


@pytest.mark.parametrize("name", ON_A_LINE)
def test_a_start_on_the_point_or_next_to_it_finds_it_once(name):
    model, points = ON_A_LINE[name]
    for offset in OFFSETS:
        start = [0.0] * len(model.states)
        branch = follow(model, "r", start=start, at={"r": offset}, span=(-1, 1))
        assert_special(branch, points)


def test_a_start_on_the_point_in_any_coordinates_finds_it_once():
    for seed in (1, 2):
        model, _ = mixed(hopf_and_pitchfork, seed)
        for r in (0.0, -0.25):
            branch = follow(model, "r", start=[0.0] * 3, at={"r": r}, span=(-1, 1))
            assert_special(branch, {"hopf": [-0.25], "branch point": [0.0]}, rounding=1e-13)


@flow
def parabola(x, y, *, r=-1.0):
    """A fold at the origin, and y that follows."""
    return r + x * x, x - y


def test_a_start_on_the_fold_or_next_to_it_finds_it_once():
    for x in OFFSETS:
        branch = follow(parabola, "r", start=[x, x], at={"r": -x * x}, span=(-1, 1))
        assert_special(branch, {"fold": [0.0]})
        assert branch["r"][0] == branch["r"][-1] == -1.0
    for seed in (1, 2):
        model, T = mixed(parabola, seed)
        for x in (0.0, 1e-9, 1e-3):
            branch = follow(model, "r", start=T @ [x, x], at={"r": -x * x}, span=(-1, 1))
            assert_special(branch, {"fold": [0.0]})


def test_a_fold_at_the_end_of_the_span_is_found():
    for x in (1.0, -1.0):
        branch = follow(parabola, "r", start=[x, x], span=(-1, 0))
        assert_special(branch, {"fold": [0.0]})
    branch = follow(parabola, "r", start=[0.0, 0.0], at={"r": 0.0}, span=(-1, 0))
    assert_special(branch, {"fold": [0.0]})


@pytest.mark.parametrize("beyond", [1e-12, 1e-9, 1e-6])
def test_a_span_that_ends_just_beyond_the_point_or_just_before_it(beyond):
    for model, points in ON_A_LINE.values():
        start = [0.0] * len(model.states)
        branch = follow(model, "r", start=start, at={"r": -1.0}, span=(-1, beyond))
        assert_special(branch, points)
        branch = follow(model, "r", start=start, at={"r": -1.0}, span=(-1, -beyond))
        assert_special(branch, {kind: values for kind, values in points.items() if values != [0.0]})
    branch = follow(parabola, "r", start=[1.0, 1.0], span=(-1, beyond))
    assert_special(branch, {"fold": [0.0]})
    branch = follow(parabola, "r", start=[1.0, 1.0], span=(-1, -beyond))
    assert len(branch.special) == 0


@pytest.mark.parametrize("name", ON_A_LINE)
def test_any_largest_step_finds_the_same_points(name):
    model, points = ON_A_LINE[name]
    for largest in np.geomspace(0.005, 0.5, 12):
        settings = contin.Settings(first_step=0.005, largest_step=largest)
        start = [0.0] * len(model.states)
        branch = follow(model, "r", start=start, at={"r": -1.0}, span=(-1, 1), settings=settings)
        assert_special(branch, points)
