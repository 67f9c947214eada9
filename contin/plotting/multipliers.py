"""Multipliers of a map's branch in the complex plane, beside the unit circle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import Branch, SpecialPoint
from contin.errors import BadValue
from contin.plotting.axes import dress, new_axes, sizes_of
from contin.plotting.labels import draw_labels
from contin.plotting.legend import draw_legend
from contin.plotting.lines import pieces, runs, unused
from contin.plotting.palette import DASHED, GREY, INK, SLATE, Sizes, mark_of, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

NEAR = 1e-6  # of the unit circle: on it
ARROWS = (0.3, 0.7)  # of a path's length inside the frame


def plot_multipliers(
    branch: Branch,
    ax: Axes | None = None,
    *,
    reach: float = 1.6,
    labels: bool = True,
    legend: bool | str = True,
) -> Axes:
    """Draw the paths of a branch's multipliers: solid inside the unit circle, dashed outside, arrows as the parameter grows.

    Parameters
    ----------
    branch : Branch
        Of fixed points or cycles.
    ax : matplotlib Axes, optional
        Drawn into. Without it, pyplot makes a figure.
    reach : float
        The largest real or imaginary part that is shown.
    labels : bool
        Whether special points carry their labels.
    legend : bool or str
        As in `plot_diagram`.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    BadValue
        If the branch has no multipliers, or `reach` is smaller than the circle.
    """
    if branch.phases is None:
        raise BadValue(f"a branch of {branch.problem} has eigenvalues, no multipliers.")
    if not reach > 1.0:
        raise BadValue(f"`reach` must be larger than 1, not {reach!r}.")
    ax = ax if ax is not None else new_axes()
    sizes = sizes_of(ax)
    angle = np.linspace(0.0, 2.0 * np.pi, 361)
    ax.plot(np.cos(angle), np.sin(angle), color=GREY, linewidth=0.7 * sizes.line, zorder=1.5)
    for line in (ax.axhline, ax.axvline):
        line(0.0, color=GREY, linewidth=0.4 * sizes.line, zorder=1.0)
    forward = branch[branch.along[0]][-1] >= branch[branch.along[0]][0]
    for path in branch.multipliers.T:
        _draw_path(ax, with_meetings(path if forward else path[::-1]), sizes, reach)
    ax.set_aspect("equal")
    ax.set_xlim(-reach, reach)
    ax.set_ylim(-reach, reach)
    notes = [note for point in branch.special for note in _draw_point(ax, point, sizes, reach)]
    dress(ax, sizes, "real part", "imaginary part")
    ax.figure.figure.draw_without_rendering()
    if labels:
        draw_labels(ax, notes, sizes.small, "#222222")
    if legend:
        draw_legend(ax, sizes, "above" if legend is True else legend)
    return ax


def with_meetings(path: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """The path with a real point more wherever two real multipliers become a pair or the reverse.

    They meet at right angles, with a square root in between that no spacing of the points shows.
    """
    real = path.imag == 0.0
    before = np.flatnonzero(real[:-1] != real[1:])
    pairs = np.where(real[before], path[before + 1], path[before])
    return np.insert(path, before + 1, pairs.real)


def _draw_path(ax: Axes, path: NDArray[np.complex128], sizes: Sizes, reach: float) -> None:
    x, y = path.real, path.imag
    if np.abs(path - path[0]).max() < NEAR:  # it stays where it is
        word = unused(ax, "constant")
        ax.plot(x[:1], y[:1], ".", color=INK, markersize=1.6 * sizes.marker, label=word, zorder=2.4)
        return
    size = np.maximum(np.abs(path[:-1]), np.abs(path[1:])) > 1.0 + NEAR
    looks: tuple[tuple[str, NDArray[np.bool_], dict[str, Any]], ...] = (
        ("inside the unit circle", ~size, {"color": INK, "linewidth": 1.15 * sizes.line}),
        ("outside", size, {"color": SLATE, "linewidth": sizes.line, "linestyle": DASHED}),
    )
    for word, mask, look in looks:
        if mask.any():
            ax.plot(*pieces(x, y, runs(mask)), **look, label=unused(ax, word), zorder=2.2)
    seen = np.flatnonzero((np.abs(x) < reach) & (np.abs(y) < reach))
    length = np.append(0.0, np.cumsum(np.abs(np.diff(path[seen]))))
    for share in ARROWS:
        i = int(np.searchsorted(length, share * length[-1])) if len(seen) > 1 else 0
        if 0 < i < len(seen):
            _arrow(ax, path[seen[i - 1]], path[seen[i]], sizes)


def _arrow(ax: Axes, a: complex, b: complex, sizes: Sizes) -> None:
    """A head without a shaft, half way between neighbouring points."""
    middle, way = 0.5 * (a + b), b - a
    if abs(way) == 0.0:
        return
    way = 1e-3 * way / abs(way)
    ax.annotate(
        "",
        xy=(float((middle + way).real), float((middle + way).imag)),
        xytext=(float((middle - way).real), float((middle - way).imag)),
        arrowprops={
            "arrowstyle": "-|>",
            "color": INK,
            "shrinkA": 0,
            "shrinkB": 0,
            "mutation_scale": 9,
            "lw": 0,
        },
        zorder=2.5,
    )


def _draw_point(
    ax: Axes, point: SpecialPoint, sizes: Sizes, reach: float
) -> list[tuple[str, float, float, float]]:
    """Mark the multipliers on the circle with the kind's marker; the labels to be written: text, place, radius."""
    mark = mark_of(point)
    on = point.eigenvalues[np.abs(np.abs(point.eigenvalues) - 1.0) < NEAR]
    if not len(on) or mark.quiet:
        return []
    look: dict[str, Any] = {"markersize": sizes.marker * mark.size, "color": mark.color, "zorder": 3}
    ax.plot(
        on.real, on.imag, linestyle="none", marker=mark.marker, label=unused(ax, words_for(point)), **look
    )
    first = on[np.argmax(on.imag)]
    return [(point.label, float(first.real), float(first.imag), sizes.marker * mark.size / 2 + 0.5)]
