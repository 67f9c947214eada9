"""What a bifurcation diagram shows, asked of the artists it is made of."""

from __future__ import annotations

import subprocess
import sys
import time

import drawings
import matplotlib
import numpy as np
import pytest
from matplotlib import rcParams
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from contin.branch import Diagram
from contin.errors import BadValue, UnknownName
from contin.kinds import KINDS
from contin.plotting import plot_diagram
from contin.plotting.labels import Spot, place
from contin.plotting.lines import runs, unstable_segments
from contin.plotting.palette import MARKS, STYLES
from contin.plotting.room import Room

WIDE, NARROW = (6.4, 4.8), (3.4, 2.6)


@pytest.fixture(autouse=True)
def agg():
    matplotlib.use("Agg")
    yield
    from matplotlib import pyplot

    pyplot.close("all")


def axes(size=WIDE):
    """Return Axes of a figure that pyplot does not know."""
    return Figure(size, layout="constrained").subplots()


def curves(ax, dashed):
    return [line for line in ax.lines if line.get_linestyle() == ("--" if dashed else "-")]


def markers(ax):
    return [line for line in ax.lines if line.get_linestyle() == "None"]


def parts(line):
    """Split a line where it is interrupted."""
    xy = line.get_xydata()
    cut = np.flatnonzero(np.isnan(xy[:, 0]))
    return [part[np.isfinite(part[:, 0])] for part in np.split(xy, cut)]


def boxes(ax):
    """Return the labels' boxes (m, 4), without their leaders, after everything has found its place."""
    ax.figure.figure.draw_without_rendering()
    extents = []
    for text in ax.texts:
        text.get_window_extent()
        extents.append(Text.get_window_extent(text).extents)
    return np.array(extents)


def overlapping(boxes):
    return [
        (i, j)
        for i, a in enumerate(boxes)
        for j, b in enumerate(boxes[:i])
        if (a[:2] < b[2:]).all() and (b[:2] < a[2:]).all()
    ]


def curve_points_in(box, ax):
    """Count the curves' points, taken densely, inside a box in display coordinates."""
    count = 0
    for line in (*curves(ax, False), *curves(ax, True)):
        xy = line.get_transform().transform(line.get_xydata())
        t = np.linspace(0, len(xy) - 1, 20 * len(xy))
        dense = np.stack([np.interp(t, np.arange(len(xy)), column) for column in xy.T], axis=1)
        count += ((dense > box[:2]) & (dense < box[2:])).all(axis=1).sum()
    return count


def close_together(count=20):
    a = np.linspace(0, 1, 400)
    kinds = ("fold", "hopf", "branch point", "hopf")
    special = [(f"P{i + 1}", kinds[i % 4], 150 + 2 * i) for i in range(count)]
    return drawings.branch(a, a**2 + 0.1 * np.sin(9 * a), np.zeros(400), special)


# Lines


def test_the_line_changes_from_solid_to_dashed_at_the_folds_without_a_gap():
    branch = drawings.fold_curve()
    ax = plot_diagram(Diagram((branch,)), ax=axes())
    (stable,), (unstable,) = curves(ax, False), curves(ax, True)
    lower, upper = parts(stable)
    (middle,) = parts(unstable)
    for point, end, beginning in zip(
        branch.special, (lower[-1], upper[0]), (middle[0], middle[-1]), strict=True
    ):
        assert tuple(end) == tuple(beginning) == (point["a"], point["x"])
    assert len(lower) + len(upper) + len(middle) == len(branch) + 2  # only the folds belong to two parts


def test_a_snaking_branch_with_20_folds_has_10_dashed_and_11_solid_parts():
    ax = plot_diagram(Diagram((drawings.snake(20),)), ax=axes())
    assert [len(parts(line)) for line in curves(ax, True)] == [10]
    assert [len(parts(line)) for line in curves(ax, False)] == [11]


def test_a_special_row_between_unstable_segments_is_not_drawn_stable():
    # one eigenvalue at a neutral saddle, two at a fold between 1 and 2: the row counts fewer, the segments do not
    assert unstable_segments(np.array([1, 0, 1, 1, 0, 0])).tolist() == [True, True, True, True, False]
    assert runs(np.array([False, True, True])) == [(1, 3)]
    assert runs(np.array([False, False])) == []


def test_stability_reads_without_colour():
    for style in STYLES.values():
        assert style.stable.dashes is None and style.unstable.dashes is not None
    for name in STYLES:
        ax = plot_diagram(Diagram((drawings.fold_curve(),)), ax=axes(), style=name)
        assert all(line.is_dashed() for line in curves(ax, True)) and curves(ax, True)


def test_branches_of_one_diagram_share_the_colours_of_stability():
    ax = plot_diagram(drawings.pitchfork(), ax=axes())
    assert len(curves(ax, False)) == 3 and len({line.get_color() for line in curves(ax, False)}) == 1


def test_xpp_draws_stable_red_and_unstable_black():
    ax = plot_diagram(Diagram((drawings.fold_curve(),)), ax=axes(), style="xpp")
    red, green, blue = to_rgb(curves(ax, False)[0].get_color())
    assert red > 0.8 and green < 0.1 and blue < 0.1
    assert to_hex(curves(ax, True)[0].get_color()) == "#000000"


def test_an_unstable_branch_has_no_solid_line_and_no_word_for_one():
    ax = plot_diagram(Diagram((drawings.branch([0, 1], [0, 1], [1, 1]),)), ax=axes())
    assert not curves(ax, False)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["unstable"]


def test_a_single_point_shows_as_a_dot():
    ax = plot_diagram(Diagram((drawings.branch([1.0], [2.0], [0]),)), ax=axes())
    assert ax.lines[0].get_marker() == "."


def test_options_reach_every_curve_but_the_line_style_is_not_one():
    ax = plot_diagram(Diagram((drawings.fold_curve(),)), ax=axes(), lw=3, alpha=0.5)
    assert {line.get_linewidth() for line in (*curves(ax, False), *curves(ax, True))} == {3}
    with pytest.raises(BadValue, match="'-.'"):
        plot_diagram(Diagram((drawings.fold_curve(),)), ax=axes(), ls="-.")


# Points


def test_every_kind_has_a_mark_and_those_of_codimension_one_differ():
    assert {kind.name for kind in KINDS} == set(MARKS)
    usual = ("fold", "branch point", "hopf", "flip", "neimark-sacker", "homoclinic")
    assert len({MARKS[kind].marker for kind in usual}) == len(usual)
    assert "o" not in {mark.marker for mark in MARKS.values()}  # circles are limit cycles


def test_supercritical_hopf_points_are_filled_and_subcritical_ones_open():
    ax = plot_diagram(Diagram((drawings.two_hopf_points(),)), ax=axes())
    face = {line.get_label(): to_hex(line.get_markerfacecolor()) for line in markers(ax)}
    assert face["subcritical Hopf"] == to_hex(ax.get_facecolor())
    assert face["supercritical Hopf"] == MARKS["hopf"].color


def test_neutral_saddles_and_marked_points_are_quiet_unless_asked_for():
    a = np.linspace(0, 1, 11)
    special = [("NSA1", "neutral saddle", 3), ("M1", "marked", 5), ("LP1", "fold", 8)]
    diagram = Diagram((drawings.branch(a, a, np.ones(11), special),))
    ax = plot_diagram(diagram, ax=axes())
    assert [text.get_text() for text in ax.texts] == ["LP1"]
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {"unstable", "fold"}
    assert len(markers(ax)) == 3
    ax = plot_diagram(diagram, ax=axes(), special=["UZ", "LP1"])  # an alias of "marked", and a label
    assert sorted(text.get_text() for text in ax.texts) == ["LP1", "M1"]


def test_points_and_labels_are_chosen_by_kind_and_label():
    diagram = Diagram((drawings.two_hopf_points(),))
    ax = plot_diagram(diagram, ax=axes(), labels=("H2",))
    assert [text.get_text() for text in ax.texts] == ["H2"] and len(markers(ax)) == 2
    assert not markers(plot_diagram(diagram, ax=axes(), special=False))
    assert not plot_diagram(diagram, ax=axes(), labels=False).texts
    with pytest.raises(UnknownName, match="did you mean 'hopf'"):
        plot_diagram(diagram, ax=axes(), special="hopff")


# Labels


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["default", "column"])
@pytest.mark.parametrize(
    "diagram",
    [
        Diagram((drawings.fold_curve(),)),
        drawings.griffith(),
        drawings.pitchfork(),
        Diagram((drawings.two_hopf_points(),)),
        Diagram((drawings.snake(),)),
    ],
    ids=["two folds", "griffith", "pitchfork", "two hopf points", "snake"],
)
def test_labels_cover_neither_each_other_nor_curves_nor_frame(diagram, size):
    ax = plot_diagram(diagram, ax=axes(size))
    found, frame = boxes(ax), ax.get_window_extent().extents
    assert len(found) == len(diagram.special)
    assert not overlapping(found)
    assert (found[:, :2] > frame[:2]).all() and (found[:, 2:] < frame[2:]).all()
    assert [curve_points_in(box, ax) for box in found] == [0] * len(found)
    legend = ax.get_legend().get_window_extent().extents
    assert not overlapping([*found, legend]) and curve_points_in(legend, ax) == 0


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["default", "column"])
def test_twenty_points_close_together_all_get_their_labels(size):
    ax = plot_diagram(Diagram((close_together(20),)), ax=axes(size))
    assert len(ax.texts) == 20 and not overlapping(boxes(ax))


def test_labels_that_cannot_stand_free_are_left_out():
    ax = plot_diagram(Diagram((close_together(40),)), ax=axes((2.0, 1.6)))
    assert 0 < len(ax.texts) < 40 and not overlapping(boxes(ax))
    assert len(markers(ax)) == 40


def test_points_at_the_frame_are_labelled_inside_it():
    branch = drawings.branch([0, 1], [0, 1], [0, 0], [("BP1", "branch point", 0), ("LP1", "fold", 1)])
    ax = axes()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    plot_diagram(Diagram((branch,)), ax=ax)
    found, frame = boxes(ax), ax.get_window_extent().extents
    assert len(found) == 2 and (found[:, :2] >= frame[:2]).all() and (found[:, 2:] <= frame[2:]).all()


def test_points_outside_set_limits_are_not_labelled():
    ax = axes()
    ax.set(xlim=(-0.5, 1), ylim=(0, 1.2))
    plot_diagram(Diagram((drawings.fold_curve(),)), ax=ax)
    assert [text.get_text() for text in ax.texts] == ["LP2"]


def test_the_same_diagram_gives_the_same_picture():
    first, second = (plot_diagram(Diagram((close_together(12),)), ax=axes()) for _ in range(2))
    assert (boxes(first) == boxes(second)).all()


def test_a_free_label_stands_beside_its_marker_and_a_curve_pushes_it_away():
    spot = Spot(x=100.0, y=100.0, radius=3.0, width=20.0, height=8.0)
    (free,) = place([spot], Room(200, 200))
    assert not free.leader and np.hypot(free.dx, free.dy) < 3 + 20
    room = Room(200, 200)
    room.add_box(np.array([104.0, 0.0, 200.0, 200.0]))
    (pushed,) = place([spot], room)
    assert 100 + pushed.dx + 10 <= 104


def test_a_room_knows_what_is_covered():
    room = Room(100, 50)
    room.add_curve(np.array([[-1e9, 10.5], [1e9, 10.5], [np.nan, np.nan], [20.5, 1e12], [20.5, -1e12]]))
    assert room.covered(np.array([[0.0, 0.0, 100.0, 50.0]])) == 100 + 50 - 1
    assert room.covered(np.array([[30.0, 11.0, 90.0, 50.0]])) == 0
    assert room.outside(np.array([[-1.0, 5.0, 10.0, 10.0], [5.0, 5.0, 10.0, 10.0]])).tolist() == [True, False]


# Axes


def test_axes_in_axes_out_without_pyplot_and_without_rcparams():
    from matplotlib import pyplot

    before = dict(rcParams)
    ax = axes()
    assert plot_diagram(drawings.griffith(), ax=ax) is ax
    assert dict(rcParams) == before and not pyplot.get_fignums()
    assert drawings.fold_curve().plot().figure.number in pyplot.get_fignums()
    assert dict(rcParams) == before


def test_the_names_stand_at_the_axes_and_all_points_lie_inside():
    ax = plot_diagram(drawings.griffith(), "y", ax=axes(), title="switch")
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == ("a", "y", "switch")
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    assert left < 0.05 < 1.0 < right and right - left < 1.1 * 0.95
    assert bottom < 0 and top > 19.95**2 / (1 + 19.95**2)


def test_norm_and_phase_plane():
    branch = drawings.two_hopf_points()
    norm = np.hypot(branch["x"], branch["y"])
    ax = plot_diagram(Diagram((branch,)), "norm", ax=axes())
    drawn = np.concatenate([part[:, 1] for line in ax.lines[:2] for part in parts(line)])
    assert np.unique(drawn) == pytest.approx(np.unique(norm), rel=1e-14)
    ax = plot_diagram(Diagram((branch,)), "y", x="x", ax=axes())
    assert ax.get_xlabel() == "x"


def test_wrong_names_are_told_before_a_figure_is_made():
    from matplotlib import pyplot

    with pytest.raises(UnknownName, match="no state or parameter 'X'; did you mean 'x'"):
        drawings.fold_curve().plot("X")
    with pytest.raises(UnknownName, match="did you mean 'xpp'"):
        drawings.fold_curve().plot(style="xppp")
    with pytest.raises(BadValue, match="no branches"):
        Diagram(()).plot()
    assert not pyplot.get_fignums()


def test_limits_labels_and_lines_of_the_user_stay():
    ax = axes()
    ax.plot([0, 1], [0, 1], label="data")
    ax.set_xlim(-3, 3)
    ax.set_ylabel("protein (nM)")
    plot_diagram(Diagram((drawings.fold_curve(),)), ax=ax)
    assert ax.get_xlim() == (-3, 3) and ax.get_ylabel() == "protein (nM)"
    assert "data" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_two_diagrams_on_one_axes_have_one_legend_with_each_word_once():
    ax = axes()
    for diagram in (Diagram((drawings.fold_curve(),)), drawings.pitchfork()):
        plot_diagram(diagram, ax=ax)
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert sorted(words) == ["branch point", "fold", "stable", "unstable"]
    assert not overlapping(boxes(ax))


def test_the_legend_goes_above_where_the_frame_is_full_and_a_title_above_it():
    ax = plot_diagram(Diagram((drawings.snake(),)), ax=axes(NARROW), title="snaking")
    ax.figure.draw_without_rendering()
    legend, frame, title = (t.get_window_extent() for t in (ax.get_legend(), ax, ax.title))
    assert frame.y1 <= legend.y0 and legend.y1 <= title.y0 and title.y1 <= ax.figure.bbox.y1


def test_the_legend_covers_no_neighbouring_axes():
    above, below = Figure((5, 5)).subplots(2, 1)
    plot_diagram(Diagram((drawings.snake(),)), ax=below)
    assert below.get_legend().get_window_extent().y1 < below.get_window_extent().y1 < above.bbox.y0


def test_subfigures_and_reversed_axes_with_equal_scales():
    figure = Figure((7, 3), layout="constrained")
    left, right = (half.subplots() for half in figure.subfigures(1, 2))
    right.set_aspect("equal")
    right.invert_xaxis()
    for ax in (left, right):
        plot_diagram(Diagram((drawings.fold_curve(),)), ax=ax)
        assert [text.get_text() for text in ax.texts] == ["LP1", "LP2"]
    assert right.xaxis_inverted()
    assert [curve_points_in(box, right) for box in boxes(right)] == [0, 0]


def test_legend_by_hand():
    diagram = Diagram((drawings.fold_curve(),))
    assert plot_diagram(diagram, ax=axes(), legend=False).get_legend() is None
    assert plot_diagram(diagram, ax=axes(), legend="lower right").get_legend()._loc == 4
    ax = plot_diagram(diagram, ax=axes(), legend="above")
    assert ax.get_legend().get_window_extent().y0 >= ax.get_window_extent().y1


def test_text_of_a_column_wide_figure_is_7_to_8_points_and_never_larger_than_the_users():
    ax = plot_diagram(Diagram((drawings.fold_curve(),)), ax=axes(NARROW))
    sizes = {text.get_fontsize() for text in (*ax.texts, ax.xaxis.label, *ax.get_xticklabels())}
    assert min(sizes) >= 7 and max(sizes) <= 8
    with matplotlib.rc_context({"font.size": 6}):
        ax = plot_diagram(Diagram((drawings.fold_curve(),)), ax=axes())
    assert {text.get_fontsize() for text in (*ax.texts, ax.xaxis.label)} == {6}


def test_logarithmic_axes():
    ax = axes()
    ax.set(xscale="log", yscale="log")
    plot_diagram(drawings.griffith(), ax=ax)  # one branch is x = 0, which has no place there
    assert [text.get_text() for text in ax.texts] == ["LP1"]


def test_a_branch_of_100_000_points_is_two_lines_and_fast():
    a = np.linspace(0, 1, 100_000)
    x = np.sin(40 * a)
    diagram = Diagram((drawings.branch(a, x, (x > 0).astype(int)),))
    ax = axes()
    started = time.process_time()
    plot_diagram(diagram, ax=ax)
    ax.figure.draw_without_rendering()
    assert time.process_time() - started < 5
    assert len(ax.lines) == 2


def test_importing_the_package_does_not_load_matplotlib():
    code = "import sys, contin.plotting; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
