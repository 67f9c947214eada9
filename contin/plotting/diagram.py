"""The bifurcation diagram of one or several branches."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from contin.branch import Diagram, SpecialPoint, SpecialPoints
from contin.errors import BadValue
from contin.plotting.axes import new_axes, sizes_of
from contin.plotting.labels import draw_labels
from contin.plotting.legend import draw_legend
from contin.plotting.lines import View, axis_label, coordinate, draw_branch, unused
from contin.plotting.orbits import plot_orbits
from contin.plotting.palette import PALE, Mark, is_open, mark_of, rank, style_named, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from contin.explore import OrbitDiagram


def plot_diagram(
    diagram: Diagram,
    y: str | None = None,
    ax: Axes | None = None,
    *,
    x: str | None = None,
    style: str = "contin",
    labels: bool | Collection[str] = True,
    special: bool | Collection[str] = True,
    legend: bool | str = True,
    title: str | None = None,
    orbits: OrbitDiagram | None = None,
    **line_options: Any,
) -> Axes:
    """Draw a bifurcation diagram: stable parts solid, unstable parts dashed, a marker for each special point.

    Parameters
    ----------
    diagram : Diagram
    y : str
        Name of a state or a parameter, or "norm", the Euclidean norm of the state; default the first state.
    ax : matplotlib Axes, optional
        Drawn into, beside what is there already; limits that are set stay as they are. Without it, pyplot makes a
        figure.
    x : str
        As `y`; default the free parameter.
    style : "contin" or "xpp"
        "xpp" has that program's colours: red stable, black unstable.
    labels : bool or collection of str
        Whether the points carry their labels ("LP1", "H2"); or the kinds or labels of those that do. A label for
        which there is no free place is left out.
    special : bool or collection of str
        Whether special points are drawn; or the kinds or labels of those that are. Marked points and neutral
        saddles are small and grey; they carry a label only where `special` or `labels` asks for points by name.
    legend : bool or str
        Whether there is one. It goes where it hides nothing: inside, or "above" the frame; or a place by
        matplotlib's name ("upper left").
    title : str, optional
    orbits : OrbitDiagram, optional
        Orbits of the same map along the same parameter, drawn beneath the branches.
    **line_options
        For the curves, as matplotlib's `Axes.plot` takes them; not the line style, which tells the stability.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    UnknownName
        If there is no state, parameter, style or kind of that name.
    BadValue
        If the diagram has no branches, a line style is given, or the orbits belong to another parameter.

    Notes
    -----
    Where the stability changes, the line changes at the special point's row. Text, lines and markers are smaller on
    narrow Axes, so that a figure of a column's width (3.4 inches) reads as it is; text is never larger than
    matplotlib's `font.size`.
    """
    if not diagram.branches:
        raise BadValue("There is nothing to draw: the diagram has no branches.")
    first, look = diagram.branches[0], style_named(style)
    x, y = x or diagram.along[0], y or first.state_names[0]
    options = _line_options(line_options)
    points = _selected(diagram.special, special)
    labelled = _selected(points, labels)
    if labels is True and special is True:
        labelled = SpecialPoints([point for point in labelled if not mark_of(point).quiet])
    for branch in diagram.branches:  # wrong names are told before a figure is made
        coordinate(branch, x), coordinate(branch, y)

    if orbits is not None and orbits.along != x:
        raise BadValue(f"the orbits are along {orbits.along!r}, the abscissa is {x!r}.")
    ax = ax if ax is not None else new_axes()
    if orbits is not None:
        plot_orbits(orbits, y, ax, color=PALE)
    view = View(ax, x, y, look, sizes_of(ax), options)
    for branch in diagram.branches:
        draw_branch(branch, view)
    for point in sorted(points, key=rank):
        _draw_point(point, view, loud=point in labelled)
    _dress(view, axis_label(x, first), axis_label(y, first), title)
    _annotate(view, labelled, legend)
    return ax


def _line_options(options: Mapping[str, Any]) -> dict[str, Any]:
    from matplotlib.cbook import normalize_kwargs
    from matplotlib.lines import Line2D

    full: dict[str, Any] = normalize_kwargs(dict(options), Line2D)
    if "linestyle" in full:
        raise BadValue(
            f"`linestyle` tells the stability and cannot be set, not even to {full['linestyle']!r}."
        )
    return full


def _selected(points: SpecialPoints, wanted: bool | Collection[str]) -> SpecialPoints:
    """All, none, or the points of these kinds and labels, in their order."""
    if isinstance(wanted, bool):
        return points if wanted else SpecialPoints(())
    words = (wanted,) if isinstance(wanted, str) else wanted
    named = [point for word in words for point in points[word]]
    return SpecialPoints([point for point in points if point in named])


def _radius(mark: Mark, view: View) -> float:
    """Of a marker, with its edge, in points."""
    return view.sizes.marker * mark.size / 2 + 0.5


def _draw_point(point: SpecialPoint, view: View, loud: bool) -> None:
    mark = mark_of(point)
    color = mark.color if mark.quiet else view.style.mark or view.style.marks.get(point.kind, mark.color)
    every = [point] if point.phases is None else [replace(point, state=state) for state in point.phases]
    view.ax.plot(
        [coordinate(one, view.x) for one in every], [coordinate(one, view.y) for one in every],
        linestyle="none", marker=mark.marker,
        markersize=view.sizes.marker * mark.size, markeredgewidth=0.9, markeredgecolor=color,
        markerfacecolor=view.ax.get_facecolor() if is_open(point) else color,
        label=unused(view.ax, words_for(point)) if loud or not mark.quiet else "_nolegend_",
        zorder=2.5 if mark.quiet else 3,
    )  # fmt: skip


def _dress(view: View, x_label: str, y_label: str, title: str | None) -> None:
    """Names at the axes, small margins, sizes for the width; what the user has set stays."""
    from matplotlib.ticker import AutoLocator

    ax, sizes = view.ax, view.sizes
    if not ax.get_xlabel():
        ax.set_xlabel(x_label, fontsize=sizes.text)
    if not ax.get_ylabel():
        ax.set_ylabel(y_label, fontsize=sizes.text)
    if title is not None:
        ax.set_title(title, fontsize=sizes.text)
    ax.tick_params(labelsize=sizes.small)
    for axis, length in ((ax.xaxis, ax.bbox.width / 30), (ax.yaxis, ax.bbox.height / 20)):
        locator = axis.get_major_locator()
        if isinstance(locator, AutoLocator):  # as many ticks as the length carries
            locator.set_params(nbins=int(min(max(length * 72 / ax.figure.dpi, 3), 7)))
    ax.margins(x=0.02, y=0.06)
    ax.autoscale_view()


def _make_room(view: View, labelled: SpecialPoints) -> None:
    """Widen the margins by a label's width where points lie at the left or right edge, as on a closed branch."""
    ax = view.ax
    if not ax.get_autoscalex_on() or not labelled:
        return
    widest = 0.7 * view.sizes.small * max(len(point.label) for point in labelled) + 2 * view.sizes.marker + 3
    share = widest * ax.figure.dpi / 72 / ax.bbox.width
    at = ax.transAxes.inverted().transform(
        ax.transData.transform([(coordinate(p, view.x), coordinate(p, view.y)) for p in labelled])
    )[:, 0]
    if ((at < share) | (at > 1 - share)).any():
        ax.margins(x=max(share, 0.02))
        ax.autoscale_view()


def _annotate(view: View, labelled: SpecialPoints, legend: bool | str) -> None:
    """Labels, then the legend where it hides nothing; above the frame the picture shrinks and labels move."""
    ax = view.ax
    old = ax.get_legend()
    if old is not None and legend is not False:
        old.remove()
    _make_room(view, labelled)
    notes = _write_labels(view, labelled)
    if legend is False:
        return
    where = "inside" if legend is True or legend == "best" else legend
    if draw_legend(ax, view.sizes, where):
        return
    for note in notes:
        note.remove()
    _write_labels(view, labelled)


def _write_labels(view: View, labelled: SpecialPoints) -> list[Any]:
    ax = view.ax
    ax.figure.figure.draw_without_rendering()  # the layout engine and aspects give the Axes their place
    at = [(point, coordinate(point, view.x), coordinate(point, view.y)) for point in labelled]
    shown = [(p.label, px, py, _radius(mark_of(p), view)) for p, px, py in at if ax.viewLim.contains(px, py)]
    return draw_labels(ax, shown, view.sizes.small, "#222222")
