"""From branches to curves: the runs of one stability, and the artists that draw them.

A problem whose branches look different (cycles as circles, curves in two parameters) adds its own function to
`DRAWERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from contin.branch import Branch, Floats, SpecialPoint
from contin.errors import unknown
from contin.plotting.palette import Line, Sizes, Style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NORM = "norm"


@dataclass(frozen=True)
class View:
    """What is drawn, and where: names of both coordinates, the look, and options for every line."""

    ax: Axes
    x: str
    y: str
    style: Style
    sizes: Sizes
    line_options: Mapping[str, Any]


@overload
def coordinate(thing: Branch, name: str) -> Floats: ...
@overload
def coordinate(thing: SpecialPoint, name: str) -> float: ...
def coordinate(thing: Branch | SpecialPoint, name: str) -> Floats | float:
    """Values of the state, parameter or "norm" called `name`: (points,) of a branch, a number of a point.

    Raises
    ------
    UnknownName
        If there is none of that name; the message gives the nearest one.
    """
    known = thing.state_names + thing.parameter_names
    if name not in known and name == NORM:
        norm: Floats = np.linalg.norm(thing.states, axis=-1)
        return norm
    if name not in known:
        raise unknown("state or parameter", name, (*known, NORM))
    return thing[name]


def axis_label(name: str, branch: Branch) -> str:
    """What stands at an axis: the name itself."""
    is_norm = name == NORM and name not in branch.state_names + branch.parameter_names
    return "norm of the state" if is_norm else name


def unstable_segments(unstable: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which segments between neighbouring rows are unstable, (points - 1,).

    A special point's row does not count its critical eigenvalues, so a segment is as unstable as the less stable of
    its ends: the stability then changes exactly at the special point's row.
    """
    segments: NDArray[np.bool_] = np.maximum(unstable[:-1], unstable[1:]) > 0
    return segments


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last rows of the longest stretches of segments for which `mask` is True.

    >>> runs(np.array([True, True, False, True]))
    [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def pieces(x: Floats, y: Floats, stretches: list[tuple[int, int]]) -> tuple[Floats, Floats]:
    """The stretches of a curve as one curve: rows with NaN stand between them."""
    rows = [np.arange(a, b + 1) for a, b in stretches]
    cuts = np.cumsum([len(r) for r in rows])[:-1]
    joined = np.concatenate(rows)
    return np.insert(x[joined], cuts, np.nan), np.insert(y[joined], cuts, np.nan)


def draw_cycles(branch: Branch, view: View) -> None:
    """Draw a map's cycles: every phase as `draw_equilibria` does one."""
    if branch.phases is None or branch.period == 1:
        draw_equilibria(branch, view)
        return
    for phase in range(branch.phases.shape[1]):
        draw_equilibria(replace(branch, states=branch.phases[:, phase]), view)


def draw_equilibria(branch: Branch, view: View) -> None:
    """Draw one line for all that is stable and one for all that is unstable."""
    x, y = coordinate(branch, view.x), coordinate(branch, view.y)
    if len(branch) == 1:  # drawn as a dot
        x, y = np.repeat(x, 2), np.repeat(y, 2)
    unstable = unstable_segments(np.resize(branch.unstable, len(x)))
    for word, line, mask in (
        ("unstable", view.style.unstable, unstable),
        ("stable", view.style.stable, ~unstable),
    ):
        if mask.any():
            _draw(view, word, line, *pieces(x, y, runs(mask)))


def _draw(view: View, word: str, line: Line, x: Floats, y: Floats) -> None:
    """Add one Line2D. Its label, for the legend, is `word` unless a curve of that word is there already."""
    look: dict[str, Any] = {
        "color": line.color,
        "linestyle": line.dashes or "-",
        "linewidth": view.sizes.line * line.width,
        "solid_capstyle": "round",
        "dash_capstyle": "butt",
        "marker": "." if len(x) == 2 and x[0] == x[1] and y[0] == y[1] else "",
        "zorder": 2.2 if line.dashes is None else 2.1,
        "label": unused(view.ax, word),
    }
    # Line2D leaves out vertices that cannot be seen: 10^5 points draw in a blink and files stay small.
    view.ax.plot(x, y, **{**look, **view.line_options})


def unused(ax: Axes, word: str) -> str:
    """`word` if no line of the Axes bears it as its label, else the word for "not in the legend"."""
    return "_nolegend_" if any(line.get_label() == word for line in ax.lines) else word


DRAWERS: dict[str, Callable[[Branch, View], None]] = {
    "equilibria": draw_equilibria,
    "fixed points": draw_cycles,
}


def draw_branch(branch: Branch, view: View) -> None:
    """Draw a branch as its problem's branches are drawn."""
    DRAWERS.get(branch.problem, draw_equilibria)(branch, view)
