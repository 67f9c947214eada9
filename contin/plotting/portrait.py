"""The phase portrait of a flow in a plane: flow lines, nullclines, fixed points, manifolds of saddles, basins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue
from contin.explore.basins import basins as basins_of
from contin.explore.manifolds import curve
from contin.explore.manifolds import manifolds as manifolds_of
from contin.explore.place import check_system
from contin.explore.plane import Plane, PlanePoint
from contin.explore.trajectory import Trajectory
from contin.plotting.axes import dress, new_axes, sizes_of
from contin.plotting.legend import draw_legend
from contin.plotting.lines import unused
from contin.plotting.palette import BLUE, DASHED, INK, ORANGE, PURPLE, Sizes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from contin.systems import Flow

Floats = NDArray[np.float64]

FINE = 201  # points a side: nullclines
COARSE = 41  # flow lines
BASINS = 120
HALVINGS = 20
ORBIT = 8.0  # lengths of the box
FLOW = "#aeb7c2"
TINTS = ("#dcebf5", "#fbe6d6", "#dff2ef", "#f3e0ea", "#ececec")  # light blue, orange, teal, purple, grey
PRIME = "\N{PRIME}"


def phase_portrait(
    system: Flow,
    x: str | None = None,
    y: str | None = None,
    *,
    span: Mapping[str, tuple[float, float]],
    at: Mapping[str, float] | None = None,
    hold: Mapping[str, float] | None = None,
    ax: Axes | None = None,
    nullclines: bool = True,
    flow: bool = True,
    fixed_points: bool = True,
    manifolds: bool = True,
    basins: bool | int = False,
    trajectories: Sequence[Any] = (),
    legend: bool | str = True,
) -> Axes:
    """Draw the phase portrait of a flow in the plane of two states.

    Parameters
    ----------
    system : Flow
    x, y : str
        The states at the abscissa and at the ordinate; default the first two.
    span : dict of str to pair
        The box: `{"x": (low, high), "y": (low, high)}`.
    at : dict, optional
        Parameters that differ from the defaults.
    hold : dict, optional
        Values of all other states, if there are more than two. Nullclines, flow lines and fixed points are then those
        of the two rates with the others held.
    ax : matplotlib Axes, optional
        Drawn into. Without it, pyplot makes a figure.
    nullclines : bool
        The curves on which one of the two rates is zero.
    flow : bool
        Lines along the flow with arrows.
    fixed_points : bool
        Filled where stable, open where unstable, half filled for saddles, a diamond where the linearisation does not
        decide.
    manifolds : bool
        The saddles' stable manifolds, solid: the borders between what goes here and there; and unstable ones, dashed.
    basins : bool or int
        Colour each point by the stable fixed point in the box that it goes to (white: to none); as a number, how many
        points a side.
    trajectories : sequence
        Each a `Trajectory`, or the two states (dict or pair) from which an orbit is drawn.
    legend : bool or str
        Whether there is one: above the frame, or "inside", or at a place by matplotlib's name.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    UnknownName, BadValue
        For wrong names and spans, or a model of one state.

    Notes
    -----
    Fixed points are searched by Newton's method from a grid of starts; one whose neighbourhood is small beside the
    grid's cells may be missed. Basins are computed by following every cell's centre.
    """
    if len(check_system(system).states) < 2:
        raise BadValue(f"a phase portrait needs two states; '{system.name}' has one.")
    names = (x or _state(system, 0, y), y or _state(system, 1, x))
    plane = Plane(system, names, span, at, hold)
    orbits = [_orbit(plane, given) for given in trajectories]  # wrong names are told before a figure is made
    rates = plane.grid(FINE)[1]
    slow = _typical_speed(rates)
    points = plane.fixed_points(rates) if fixed_points or manifolds or basins else []

    ax = ax if ax is not None else new_axes()
    sizes = sizes_of(ax)
    drawn = _Portrait(ax, plane, sizes)
    if basins:
        drawn.basins(points, BASINS if basins is True else int(basins), slow)
    if flow:
        drawn.flow()
    if nullclines:
        drawn.nullclines(rates)
    if manifolds:
        for point in points:
            if point.kind.kind == "saddle":
                drawn.manifolds(manifolds_of(plane, point, points, 1e-3 * slow))
    for orbit in orbits:
        drawn.orbit(orbit)
    if fixed_points:
        drawn.fixed_points(points)
    drawn.finish(legend)
    return ax


def _state(system: Flow, i: int, other: str | None) -> str:
    names = [name for name in system.states if name != other]
    return names[i] if other is None else names[0]


def _typical_speed(rates: Floats) -> float:
    speed = np.linalg.norm(rates, axis=2)
    speed = speed[np.isfinite(speed) & (speed > 0)]
    return float(np.median(speed)) if speed.size else 1.0


def _orbit(plane: Plane, given: Any) -> Floats:
    """Points (m, 2) of an orbit in units of the box."""
    if isinstance(given, Trajectory):
        values = np.column_stack([given[name] for name in plane.names])
        return np.asarray((values - plane.low) / plane.size)
    pair = [given[name] for name in plane.names] if isinstance(given, Mapping) else given
    start = np.asarray(pair, dtype=np.float64)
    if start.shape != (2,) or not np.isfinite(start).all():
        raise BadValue(f"an orbit starts at {plane.names[0]} and {plane.names[1]}, not {given!r}.")
    slow = 1e-3 * _typical_speed(plane.grid(COARSE)[1])
    return curve(plane, (start - plane.low) / plane.size, 1.0, slow, longest=ORBIT)


class _Portrait:
    """The artists of a portrait on its Axes."""

    def __init__(self, ax: Axes, plane: Plane, sizes: Sizes) -> None:
        self.ax, self.plane, self.sizes = ax, plane, sizes
        low, high = plane.low, plane.low + plane.size
        ax.set_xlim(low[0], high[0])
        ax.set_ylim(low[1], high[1])

    def line(self, points: Floats, colour: str, word: str, **look: Any) -> None:
        """A curve through `points` (m, 2) in units of the box; its word is in the legend once."""
        values = self.plane.low + points * self.plane.size
        options: dict[str, Any] = {"linewidth": self.sizes.line, "solid_capstyle": "round", "zorder": 2.3}
        options |= {"label": unused(self.ax, word), "color": colour}
        self.ax.plot(values[:, 0], values[:, 1], **{**options, **look})

    def basins(self, points: list[PlanePoint], count: int, slow: float) -> None:
        from matplotlib.colors import ListedColormap

        stable = [point for point in points if point.kind.stability == "stable"]
        reached = basins_of(self.plane, stable, count, slow)
        low, high = self.plane.low, self.plane.low + self.plane.size
        colours = [TINTS[i % len(TINTS)] for i in range(max(len(stable), 1))]
        self.ax.imshow(
            np.ma.masked_less(reached, 0), origin="lower", extent=(low[0], high[0], low[1], high[1]), aspect="auto",
            cmap=ListedColormap(colours), vmin=-0.5, vmax=len(colours) - 0.5, interpolation="nearest", zorder=0.5,
        )  # fmt: skip

    def flow(self) -> None:
        points, rates = self.plane.grid(COARSE)
        line = np.linspace(0.0, 1.0, COARSE)
        u, v = (np.ma.masked_invalid(rates[:, :, i] * self.plane.size[i]) for i in (0, 1))
        x, y = (self.plane.low[i] + line * self.plane.size[i] for i in (0, 1))
        self.ax.streamplot(
            x, y, u, v, density=0.9, minlength=0.04, color=FLOW, linewidth=0.6 * self.sizes.line, arrowsize=0.7, arrowstyle="-|>",
            zorder=1.0, broken_streamlines=True,
        )  # fmt: skip

    def nullclines(self, rates: Floats) -> None:
        for i, (colour, name) in enumerate(zip((BLUE, ORANGE), self.plane.names, strict=True)):
            points = zero_level(rates[:, :, i])
            points[poles_among(self.plane, i, points, len(rates))] = np.nan
            if np.isfinite(points).any():
                self.line(points, colour, f"{name}{PRIME} = 0", zorder=2.0)

    def manifolds(self, halves: dict[str, list[Floats]]) -> None:
        for word, dashes, zorder in (("stable", "-", 2.3), ("unstable", DASHED, 2.2)):
            for points in halves[word]:
                self.line(points, PURPLE, f"{word} manifold", linestyle=dashes, zorder=zorder)

    def orbit(self, points: Floats) -> None:
        self.line(points, INK, "orbit", zorder=2.5)
        begin = self.plane.low + points[:1] * self.plane.size
        self.ax.plot(begin[:, 0], begin[:, 1], ".", color=INK, markersize=self.sizes.marker, zorder=2.6)

    def fixed_points(self, points: list[PlanePoint]) -> None:
        paper = "#ffffff"
        for point in points:
            kind = point.kind
            style: dict[str, Any] = {"marker": "o", "fillstyle": "full", "markerfacecolor": INK}
            if kind.kind == "saddle":
                style |= {"fillstyle": "left", "markerfacecoloralt": paper}
            elif kind.stability == "unstable":
                style |= {"markerfacecolor": paper}
            elif kind.stability == "undecided":
                style |= {"marker": "D", "markerfacecolor": paper, "markersize": self.sizes.marker}
            at = self.plane.low + point.at * self.plane.size
            look: dict[str, Any] = {
                "markersize": 1.25 * self.sizes.marker,
                "markeredgecolor": INK,
                "zorder": 3.0,
            }
            look |= {"linestyle": "none", "markeredgewidth": 1.0, "clip_on": False}
            self.ax.plot(*at[:, None], label=unused(self.ax, kind.kind), **{**look, **style})

    def finish(self, legend: bool | str) -> None:
        dress(self.ax, self.sizes, *self.plane.names)
        if legend is False:
            return
        self.ax.figure.figure.draw_without_rendering()
        draw_legend(self.ax, self.sizes, "above" if legend is True else legend)


def poles_among(plane: Plane, i: int, points: Floats, count: int) -> NDArray[np.bool_]:
    """Which of the points (m, 2), each between two neighbours of a grid of `count` a side, are poles of the rate `i`.

    There it changes sign, too, but grows as the interval is halved.
    """
    cells = np.nan_to_num(points) * (count - 1)
    along = np.argmax(np.abs(cells - np.round(cells)), axis=1)[:, None] == np.arange(2)
    low, high = (np.where(along, part(cells), np.round(cells)) / (count - 1) for part in (np.floor, np.ceil))
    with np.errstate(all="ignore"):
        begin, end = (plane.field(edge)[:, i] for edge in (low, high))
        largest = np.maximum(np.abs(begin), np.abs(end))
        value = begin
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            value = plane.field(middle)[:, i]
            left = (value > 0) == (begin > 0)
            low, high = np.where(left[:, None], middle, low), np.where(left[:, None], high, middle)
        return np.asarray(~np.isfinite(value) | (np.abs(value) > 2.0 * largest))


def zero_level(values: Floats) -> Floats:
    """Where `values` (count, count) on the unit square are zero: curves (m, 2), NaN rows between them."""
    from matplotlib.figure import Figure

    known = values[np.isfinite(values)]
    if not known.size or known.min() > 0 or known.max() < 0 or not known.any():
        return np.empty((0, 2))
    line = np.linspace(0.0, 1.0, len(values))
    contours = Figure().subplots().contour(line, line, np.ma.masked_invalid(values), levels=[0.0])
    pieces = [piece for piece in contours.allsegs[0] if len(piece) > 1]
    gap = np.full((1, 2), np.nan)
    return np.vstack([part for piece in pieces for part in (piece, gap)]) if pieces else np.empty((0, 2))
