"""Phase portraits, asked of the artists they are made of and of the curves behind them."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import matplotlib
import numba
import numpy as np
import pytest
from explored import exponential_saddle, lotka_volterra, pendulum, plane
from matplotlib.figure import Figure

import contin
from contin.explore.basins import basins
from contin.explore.manifolds import curve, manifolds
from contin.explore.plane import Plane
from contin.models import griffith, lorenz, novak_tyson
from contin.plotting.portrait import zero_level

SWITCH = {"x": (0.0, 3.0), "y": (0.0, 1.2)}
ANGLES = {"theta": (-2 * np.pi, 2 * np.pi), "w": (-7.0, 7.0)}


@pytest.fixture(autouse=True)
def agg():
    matplotlib.use("Agg")
    yield
    from matplotlib import pyplot

    pyplot.close("all")


def portrait(*arguments, **options):
    """Axes of a figure that pyplot does not know."""
    ax = Figure((4.6, 3.7), layout="constrained").subplots()
    return contin.phase_portrait(*arguments, ax=ax, **options)


def lines(ax, word):
    """Curves (m, 2) with this word and without one that follow it."""
    found = [line for line in ax.lines if line.get_label() == word]
    assert found, [line.get_label() for line in ax.lines]
    return np.vstack([line.get_xydata() for line in found])


def words(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_griffiths_switch():
    ax = portrait(griffith, span=SWITCH, at={"a": 0.4})
    assert set(words(ax)) == {
        "x′ = 0", "y′ = 0", "stable manifold", "unstable manifold", "stable node", "saddle",
    }  # fmt: skip
    markers = {
        tuple(np.round(line.get_xydata()[0], 12)): line for line in ax.lines if line.get_marker() == "o"
    }
    assert set(markers) == {(0, 0), (0.5, 0.2), (2, 0.8)}
    assert markers[0.5, 0.2].get_fillstyle() == "left" and markers[2, 0.8].get_fillstyle() == "full"
    x, y = lines(ax, "x′ = 0").T
    assert np.nanmax(np.abs(y - 0.4 * x)) < 1e-12
    x, y = lines(ax, "y′ = 0").T
    assert np.nanmax(np.abs(y - x**2 / (1 + x**2))) < 1e-4
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x", "y")
    assert ax.get_xlim() == SWITCH["x"] and ax.get_ylim() == SWITCH["y"]


def test_the_stable_manifold_of_the_saddle_is_the_known_curve():
    ax = portrait(exponential_saddle, span={"x": (-4, 3), "y": (-1.5, 3)}, flow=False)
    drawn = Plane(exponential_saddle, ("x", "y"), {"x": (-4, 3), "y": (-1.5, 3)})
    points = drawn.fixed_points(drawn.grid(101)[1])
    assert [p.kind.kind for p in points] == ["saddle"]
    halves = manifolds(drawn, points[0], points, 1e-3)
    for half in halves["stable"]:
        x, y = (drawn.low + half * drawn.size).T
        y = y[1:]
        assert x[1:] == pytest.approx(-(1 - np.exp(-y)) / y, abs=1e-7)
        assert abs(y[-1]) > 1.4
    for half in halves["unstable"]:
        assert np.abs((drawn.low + half * drawn.size)[:, 1]).max() < 1e-12
    assert words(ax) == ["x′ = 0", "y′ = 0", "stable manifold", "unstable manifold", "saddle"]


def test_the_pendulum_repeats_itself():
    drawn = Plane(pendulum, ("theta", "w"), ANGLES)
    points = drawn.fixed_points(drawn.grid(101)[1])
    states = [(drawn.low + p.at * drawn.size)[0] / np.pi for p in points]
    assert states == pytest.approx([-2, -1, 0, 1, 2], abs=1e-9)
    assert [p.kind.kind for p in points] == ["stable spiral", "saddle"] * 2 + ["stable spiral"]


def test_basins_meet_at_the_stable_manifold():
    drawn = Plane(griffith, ("x", "y"), SWITCH, at={"a": 0.4})
    rates = drawn.grid(101)[1]
    points = drawn.fixed_points(rates)
    stable = [p for p in points if p.kind.stability == "stable"]
    count = 24
    reached = basins(drawn, stable, count, float(np.median(np.linalg.norm(rates, axis=2))))
    assert set(np.unique(reached)) == {0, 1}
    saddle = next(p for p in points if p.kind.kind == "saddle")
    border = np.vstack(manifolds(drawn, saddle, points, 1e-3)["stable"])
    border = border[np.argsort(border[:, 1])]
    centres = (np.arange(count) + 0.5) / count
    for i, y in enumerate(centres[: int(0.5 * count)]):
        x = np.interp(y, border[:, 1], border[:, 0])
        clear = np.abs(centres - x) > 0.5 / count
        assert (reached[i][clear] == (centres > x)[clear]).all()


def test_basins_of_a_stiff_switch_meet_at_the_stable_manifold_too():
    """Cdh1 is lost a thousand times as fast as CycB rises to the node."""
    box = {"CycB": (0.0, 1.1), "Cdh1": (0.0, 1.0)}
    drawn = Plane(novak_tyson, ("CycB", "Cdh1"), box, at={"m": 0.3})
    rates = drawn.grid(101)[1]
    points = drawn.fixed_points(rates)
    stable = [p for p in points if p.kind.stability == "stable"]
    assert len(stable) == 2 and stable[0].at[0] < stable[1].at[0]
    count = 12
    reached = basins(drawn, stable, count, float(np.median(np.linalg.norm(rates, axis=2))))
    saddle = next(p for p in points if p.kind.kind == "saddle")
    border = np.vstack(manifolds(drawn, saddle, points, 1e-3)["stable"])
    border = border[np.argsort(border[:, 1])]
    centres = (np.arange(count) + 0.5) / count
    for i, y in enumerate(centres):
        x = np.interp(y, border[:, 1], border[:, 0])
        clear = np.abs(centres - x) > 0.5 / count
        assert (reached[i][clear] == (centres > x)[clear]).all()


@contin.flow
def pole(x, y, *, a=1.0):
    """x' has a pole at x = 1 and is zero at x = 3; the flow points to the pole from both sides."""
    return a * (3 - x) / (1 - x), x - y


def test_a_pole_is_no_nullcline():
    box = {"x": (0.0, 4.03), "y": (0.0, 4.0)}
    ax = portrait(pole, span=box, flow=False, manifolds=False)
    x = lines(ax, "x′ = 0")[:, 0]
    np.testing.assert_allclose(x[np.isfinite(x)], 3.0, atol=1e-3)


def test_a_curve_that_makes_no_progress_ends(monkeypatch):
    drawn = Plane(pole, ("x", "y"), {"x": (0.0, 4.0), "y": (0.0, 4.0)})
    calls = []
    at = drawn.at
    monkeypatch.setattr(drawn, "at", lambda x: calls.append(1) or at(x))
    points = curve(drawn, np.array([0.1, 0.5]), 1.0, 1e-3)
    assert np.isfinite(points).all() and np.abs(points[-1, 0] - 0.25) < 0.05
    assert len(calls) < 60_000


def test_basins_are_drawn_and_none_are_where_nothing_is_stable():
    ax = portrait(griffith, span=SWITCH, at={"a": 0.4}, basins=12, flow=False, legend=False)
    assert len(ax.images) == 1 and ax.get_legend() is None
    nothing = portrait(lotka_volterra, span={"x": (0.1, 3), "y": (0.1, 3)}, basins=6, flow=False)
    assert nothing.images[0].get_array().mask.all()


def test_orbits_are_drawn_from_starts_and_from_trajectories():
    way = contin.simulate(pendulum, [np.pi - 0.1, 0.0], np.linspace(0, 10, 101))
    ax = portrait(pendulum, span=ANGLES, trajectories=[way, {"theta": 1.0, "w": 0.0}, (2.0, 0.0)], flow=False)
    drawn = [
        line.get_xydata() for line in ax.lines if line.get_color() == "#1b2a41" and len(line.get_xydata()) > 3
    ]
    assert len(drawn) == 3
    assert drawn[0] == pytest.approx(way.states)
    assert drawn[1][0] == pytest.approx([1, 0])
    energy = drawn[2][:, 1] ** 2 / 2 - 5 * np.cos(drawn[2][:, 0])
    assert (np.diff(energy) < 1e-6).all()


def test_centres_and_unstable_points_have_their_own_marks():
    centre = portrait(lotka_volterra, span={"x": (0.1, 3), "y": (0.1, 3)}, flow=False)
    assert [line.get_marker() for line in centre.lines if line.get_label() == "center-like"] == ["D"]
    source = portrait(plane, span={"x": (-1, 1), "y": (-1, 1)}, at={"a": 1.0, "d": 2.0})
    mark = next(line for line in source.lines if line.get_label() == "unstable node")
    assert mark.get_markerfacecolor() == "#ffffff"


def test_a_line_of_fixed_points_is_not_marked():
    ax = portrait(plane, span={"x": (-1, 1), "y": (-1, 1)}, at={"d": 0.0}, flow=False)
    assert not [line for line in ax.lines if line.get_marker() == "o"]


def test_a_plane_of_more_states_holds_the_others():
    ax = portrait(lorenz, "y", "x", span={"x": (-2, 2), "y": (-2, 2)}, hold={"z": 0.0}, at={"rho": 0.5})
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("y", "x")
    assert any(line.get_label() == "stable node" for line in ax.lines)


def test_figures_are_made_where_none_are_given():
    ax = contin.phase_portrait(
        griffith, span=SWITCH, flow=False, manifolds=False, nullclines=False, legend="upper left"
    )
    assert len(ax.lines) == 3
    assert contin.phase_portrait(
        griffith, y="y", span=SWITCH, flow=False, fixed_points=False, manifolds=False
    )


def test_levels_are_exact_for_linear_functions():
    line = np.linspace(0, 1, 21)
    x, y = np.meshgrid(line, line)
    points = zero_level(x + 2 * y - 1.03)
    assert np.nanmax(np.abs(points @ [1, 2] - 1.03)) < 1e-12
    assert len(zero_level(x + 1)) == len(zero_level(x * 0)) == len(zero_level(np.full((5, 5), np.nan))) == 0


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((griffith, "x", "z"), {"span": SWITCH}, contin.UnknownName, "no state 'z'"),
        ((griffith, "x", "x"), {"span": SWITCH}, contin.BadValue, "'x' twice"),
        ((griffith,), {"span": {"x": (0, 1)}}, contin.BadValue, "lacks the state y"),
        ((griffith,), {"span": {"x": (0, 1), "y": 3}}, contin.BadValue, "must be a pair"),
        ((griffith,), {"span": {"x": (0, 1), "y": (2, 1)}}, contin.BadValue, "ascend, not \\(2, 1\\)"),
        ((lorenz,), {"span": SWITCH}, contin.BadValue, "hold=\\{'z': 0.0\\}"),
        (
            (griffith,),
            {"span": SWITCH, "trajectories": [(1.0,)]},
            contin.BadValue,
            "an orbit starts at x and y",
        ),
        ((None,), {"span": SWITCH}, contin.BadValue, "@contin.flow"),
    ],
)
def test_what_cannot_be_meant_is_told(arguments, options, error, message):
    with pytest.raises(error, match=message):
        portrait(*arguments, **options)


def test_one_state_has_no_portrait():
    from explored import cubic

    with pytest.raises(contin.BadValue, match="needs two states"):
        portrait(cubic, span={"x": (0, 1)})


def test_the_page_about_exploring_does_what_it_says(tmp_path, monkeypatch, capsys):
    page = (Path(__file__).parent.parent / "docs" / "explore.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    code = "\n".join(re.findall(r"^```python\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL))
    (tmp_path / "page.py").write_text(code, encoding="utf-8")
    if numba.config.DISABLE_JIT:  # basins of fewer cells: 14400 take a minute in plain Python
        monkeypatch.setattr("contin.plotting.portrait.BASINS", 12)
    names = runpy.run_path("page.py")
    assert names["fitted"].values == pytest.approx({"k1": 2.0, "km1": 1.0}, rel=1e-6)
    assert names["branch"].special["fold"][0]["a"] == pytest.approx(0.5, rel=1e-12)
    cycling = names["cycling"]
    assert cycling.success and cycling.eigenvalues[0].real > 0 and cycling.eigenvalues[0].imag != 0
    for name, true in (("A", 1.0), ("B", 2.6)):
        assert abs(cycling[name] - true) < 4 * cycling.errors[name] < 0.5
    assert names["swing"].states.shape == (101, 2)
    assert "stable node x = 2, y = 0.8, reached at t = " in capsys.readouterr().out
    assert (tmp_path / "pendulum.png").is_file() and (tmp_path / "portrait.png").is_file()
    for name in re.findall(r"\]\((?!http)([^)#]+)\)", page):
        picture = Path(__file__).parent.parent / "docs" / name
        assert picture.is_file() and picture.stat().st_size < 100_000
