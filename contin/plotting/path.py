"""Orbits of maps as paths: in the plane of two states, or of a scheduled parameter and a state."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue
from contin.explore.trajectory import Trajectory
from contin.plotting.axes import dress, new_axes, sizes_of
from contin.plotting.palette import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

FINE = 161  # points a side, for contours
LEVELS = 12
MOST_ARROWS = 60
CONTOUR = "#c3cad3"


def plot_path(
    run: Trajectory,
    x: str | None = None,
    y: str | None = None,
    ax: Axes | None = None,
    *,
    loss: Callable[[float, float], float] | None = None,
    dots: bool = False,
    color: str = INK,
    label: str | None = None,
) -> Axes:
    """Draw the orbit of a map, every step as a line with an arrow: a ring where it begins, a disc at its end.

    Parameters
    ----------
    run : Trajectory
        Of `iterate`.
    x, y : str, optional
        What stands at the axes: a state, or a parameter that had a schedule. Default: the scheduled parameter and the
        first state, without a schedule the first two states.
    ax : matplotlib Axes, optional
        Drawn into, beside what is there already; limits that are set stay as they are. Without it, pyplot makes a
        figure.
    loss : callable, optional
        `loss(x, y)` is drawn by its contours.
    dots : bool
        Whether every point is a dot and no step is drawn: for orbits that alternate.
    color : str
    label : str, optional
        For the legend.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    UnknownName
        If there is no state or parameter of that name.
    BadValue
        If a name is missing, or is a parameter without a schedule.
    """
    names = [*run.scheduled, *run.state_names]
    x = x or names[0]
    y = y or next((name for name in names if name != x), None)
    if y is None:
        raise BadValue(f"a path needs two names for its axes; '{run.name}' has one state and no schedule.")
    values = [run[name] for name in (x, y)]
    for name, value in zip((x, y), values, strict=True):
        if np.ndim(value) == 0:
            raise BadValue(
                f"the parameter '{name}' is the same at all steps: it cannot be an axis of a path."
            )
    ax = ax if ax is not None else new_axes()
    sizes = sizes_of(ax)
    look: dict[str, Any] = {"color": color, "linewidth": 0.7 * sizes.line, "zorder": 2.6}
    if dots:
        look |= {"linestyle": "none", "marker": ".", "markersize": 0.7 * sizes.marker}
    ax.plot(*values, **look, label=label or "_nolegend_")
    if len(run) <= MOST_ARROWS and not dots:
        _arrows(ax, values[0], values[1], color)
    ends: dict[str, Any] = {"linestyle": "none", "marker": "o", "markeredgecolor": color, "zorder": 2.8}
    ax.plot(values[0][:1], values[1][:1], **ends, markerfacecolor="#ffffff", markersize=1.1 * sizes.marker)
    ax.plot(values[0][-1:], values[1][-1:], **ends, markerfacecolor=color, markersize=0.9 * sizes.marker)
    if loss is not None:
        _contours(ax, loss)
    dress(ax, sizes, x, y)
    return ax


def _arrows(ax: Axes, x: Floats, y: Floats, color: str) -> None:
    """A head in the middle of every step that is long enough to be seen."""
    at = ax.transData.transform(np.column_stack([x, y]))
    for i in np.flatnonzero(np.linalg.norm(np.diff(at, axis=0), axis=1) > 14.0):
        a, b = np.array([x[i], y[i]]), np.array([x[i + 1], y[i + 1]])
        ax.annotate(
            "", xy=tuple(0.45 * a + 0.55 * b), xytext=tuple(0.55 * a + 0.45 * b), zorder=2.7, annotation_clip=True,
            arrowprops={"arrowstyle": "-|>", "color": color, "mutation_scale": 7, "lw": 0, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip


def _contours(ax: Axes, loss: Callable[[float, float], float]) -> None:
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    x, y = np.linspace(left, right, FINE), np.linspace(low, high, FINE)
    values = np.array([[loss(a, b) for a in x] for b in y], dtype=np.float64)
    least, most = np.nanmin(values), np.nanmax(values)
    levels = least + (most - least) * (np.arange(1, LEVELS + 1) / (LEVELS + 1)) ** 2
    ax.contour(x, y, values, levels=levels, colors=CONTOUR, linewidths=0.7, zorder=1.0)
    ax.set_xlim(left, right)
    ax.set_ylim(low, high)
