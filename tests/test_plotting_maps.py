"""The pictures of maps: what is drawn is what the data say."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import matplotlib
import numba
import numpy as np
import pytest

import contin
from contin.models.losses import double_well, quadratic
from contin.plotting import plot_path, plot_traces
from contin.plotting.multipliers import with_meetings
from contin.plotting.orbits import count

matplotlib.use("Agg")
pytestmark = pytest.mark.filterwarnings("ignore:.*figures have been opened.*:RuntimeWarning")


@contin.map
def quartic(th, *, eta=1.5):
    return th - eta * th * (th * th - 1)


@pytest.fixture(autouse=True)
def no_figures_left():
    from matplotlib import pyplot

    yield
    pyplot.close("all")


def axes():
    from matplotlib import pyplot

    return pyplot.subplots()[1]


@pytest.fixture(scope="module")
def found():
    return contin.orbit_diagram(
        quartic, "eta", (0.8, 2.1), points=60, starts=[0.3, -0.3], transient=200, keep=40
    )


def test_every_point_is_counted_once_in_its_row():
    values = np.array([[0.0, 0.05, 0.95, 1.0, np.nan], [0.5, 0.5, 0.5, -1.0, 2.0]])
    counts = count(values, 0.0, 1.0, 10)
    assert counts.shape == (10, 2)
    assert counts[:, 0].tolist() == [2, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert counts[:, 1].tolist() == [0, 0, 0, 0, 0, 3, 0, 0, 0, 0]


def test_the_picture_of_orbits_has_a_column_for_each_value_and_covers_the_span(found):
    ax = found.plot("th")
    (image,) = ax.images
    assert image.get_array().shape[1] == 60
    left, right, low, high = image.get_extent()
    assert left < 0.8 < 2.1 < right and low == np.nanmin(found["th"]) and high == np.nanmax(found["th"])
    opaque = image.get_array()[:, :, 3] > 0
    assert opaque.any(axis=0)[found["eta"] < 2.0].all() and not opaque.any(axis=0)[found["eta"] > 2.01].any()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("eta", "th")


def test_each_start_may_have_its_colour(found):
    assert len(found.plot(by_start=True).images) == 2


def test_limits_that_are_set_stay(found):
    ax = axes()
    ax.set_xlim(1.0, 1.5)
    ax.set_ylim(0.0, 1.2)
    found.plot(ax=ax)
    assert ax.get_xlim() == (1.0, 1.5) and ax.get_ylim() == (0.0, 1.2)
    assert ax.images[0].get_extent()[2:] == [0.0, 1.2]


def test_orbits_lie_beneath_the_branches(found):
    branch = contin.follow(quartic, "eta", start={"th": 1.0}, at={"eta": 0.9}, span=(0.8, 2.0))
    ax = branch.plot("th", orbits=found)
    assert len(ax.images) == 1 and max(image.zorder for image in ax.images) < min(
        line.zorder for line in ax.lines
    )
    with pytest.raises(contin.BadValue, match="the orbits are along 'eta', the abscissa is 'th'"):
        branch.plot("eta", x="th", orbits=found)


def test_where_all_escaped_nothing_is_drawn():
    gone = contin.orbit_diagram(quartic, "eta", (2.2, 2.3), points=2, starts=[0.3], keep=3)
    with pytest.raises(contin.BadValue, match="all orbits of 'quartic' escaped"):
        gone.plot()
    with pytest.raises(contin.UnknownName, match="no kept state 'x'"):
        gone.plot("x")


@pytest.fixture(scope="module")
def ball():
    system = contin.OptimizerMap(double_well, "heavy ball", {"momentum": 0.64})
    return contin.follow(system, "eta", start={"theta": 1.0}, at={"eta": 0.1}, span=(0.005, 2.0))


def test_complex_multipliers_of_heavy_ball_lie_on_the_circle_of_radius_root_momentum(ball):
    ax = ball.plot_multipliers(legend="upper right")
    drawn = np.vstack([line.get_xydata() for line in ax.lines if line.get_linewidth() > 1.1])
    paired = drawn[np.abs(drawn[:, 1]) > 1e-6]
    assert len(paired) > 20
    np.testing.assert_allclose(np.hypot(*paired.T), 0.8, rtol=1e-9)
    assert ax.get_aspect() == 1.0
    assert [text.get_text() for text in ax.texts if text.get_text()] == ["PD1"]


def test_the_flip_is_marked_at_minus_one(ball):
    ax = ball.plot_multipliers(labels=False, legend=False)
    marks = [line.get_xydata() for line in ax.lines if line.get_marker() == "v"]
    assert len(marks) == 1 and marks[0] == pytest.approx(np.array([[-1.0, 0.0]]), abs=1e-9)


def test_multipliers_meet_on_the_real_axis():
    path = np.array([0.9, 0.8, 0.7 + 0.2j, 0.6 + 0.3j, -0.5, -0.6 + 0j])
    assert with_meetings(path).tolist() == [0.9, 0.8, 0.7, 0.7 + 0.2j, 0.6 + 0.3j, 0.6, -0.5, -0.6]
    real = np.array([0.1, 0.2 + 0j])
    assert with_meetings(real).tolist() == real.tolist()


def test_equilibria_have_no_multipliers(ball):
    flow = contin.follow(contin.models.griffith, "a", start=[2.0, 0.8], at={"a": 0.4}, span=(0.3, 0.6))
    with pytest.raises(contin.BadValue, match="no multipliers"):
        flow.plot_multipliers()
    with pytest.raises(contin.BadValue, match="larger than 1"):
        ball.plot_multipliers(reach=0.5)


def test_a_path_goes_through_the_orbit_s_points():
    descent = contin.OptimizerMap(quadratic, "gradient descent")
    run = contin.iterate(descent, [0.9, 1.0], 20, at={"eta": 0.0185})
    ax = plot_path(run, loss=lambda x, y: 50 * x * x + y * y / 2)
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), run.states)
    assert ax.lines[1].get_xydata().tolist() == [[0.9, 1.0]] and len(ax.collections) == 1
    dots = plot_path(run, "y", "x", axes(), dots=True)
    np.testing.assert_array_equal(dots.lines[0].get_xydata(), run.states[:, ::-1])


def test_a_schedule_is_drawn_over_its_parameter():
    eta = np.linspace(0.1, 0.9, 30)
    run = contin.iterate(quartic, [0.3], 30, schedule={"eta": eta})
    ax = plot_path(run)
    np.testing.assert_array_equal(ax.lines[0].get_xydata()[:-1, 0], eta)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("eta", "th")
    plain = contin.iterate(quartic, [0.3], 30)
    with pytest.raises(contin.BadValue, match="one state and no schedule"):
        plot_path(plain)
    with pytest.raises(contin.BadValue, match="'eta' is the same at all steps"):
        plot_path(plain, "eta", "th")


def test_sharpness_and_threshold_are_drawn_as_they_are():
    run = contin.iterate(contin.OptimizerMap(double_well), {"theta": 0.3}, 30, at={"eta": 0.8})
    found = contin.sharpness(run)
    ax = found.plot(threshold_label="2/eta")
    solid, dashed = ax.lines
    np.testing.assert_array_equal(solid.get_ydata(), found.values)
    assert (dashed.get_ydata() == 2.5).all() and dashed.is_dashed()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["sharpness", "2/eta"]


def test_traces_have_a_panel_for_each_memory_and_the_effective_step():
    system = contin.OptimizerMap(double_well, "adam", {"eps": 1e-3})
    run = contin.iterate(system, {"theta": 0.5}, 50, at={"eta": 0.01})
    panels = plot_traces(run)
    assert [ax.get_ylabel() for ax in panels] == ["theta", "m_theta", "v_theta", "effective step"]
    step = panels[3].lines[0].get_ydata()
    assert np.isnan(step[0])
    # theta moves by the effective step times the mean gradient.
    np.testing.assert_allclose(np.diff(run["theta"]), -step[1:] * run["m_theta"][1:], rtol=1e-9)
    assert panels[3].get_yscale() == "log" and panels[0].get_yscale() == "linear"
    with pytest.raises(contin.UnknownName, match="no trained parameter 'x'"):
        plot_traces(run, "x")
    with pytest.raises(contin.BadValue, match="OptimizerMap"):
        plot_traces(contin.iterate(quartic, [0.3], 3))


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="millions of steps")
def test_the_page_about_orbits_does_what_it_says(tmp_path, monkeypatch, capsys):
    page = (Path(__file__).parent.parent / "docs" / "orbits.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"^```python\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL))
    (tmp_path / "page.py").write_text(code, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = runpy.run_path("page.py")
    assert names["found"].largest == pytest.approx(np.log(3), abs=5 * names["found"].errors[0])
    assert names["orbits"]["theta"].shape == (1000, 2, 200)
    assert "LyapunovExponents 1.09" in capsys.readouterr().out
    for name in re.findall(r"\]\((?!http)([^)#]+)\)", page):
        picture = Path(__file__).parent.parent / "docs" / name
        assert picture.is_file() and picture.stat().st_size < 100_000
