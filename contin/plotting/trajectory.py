"""States over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from contin.explore.trajectory import Trajectory
from contin.plotting.axes import dress, new_axes, sizes_of
from contin.plotting.legend import draw_legend
from contin.plotting.palette import BLUE, INK, ORANGE, PURPLE, RED, TEAL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = (BLUE, ORANGE, TEAL, PURPLE, RED, INK)
DASHES: tuple[Any, ...] = ("-", (0, (4, 1.6)), (0, (1.2, 1.4)))


def plot_trajectory(
    trajectory: Trajectory, states: str | Sequence[str] | None = None, ax: Axes | None = None, **options: Any
) -> Axes:
    """Draw states of a trajectory over time.

    Parameters
    ----------
    trajectory : Trajectory
    states : str or sequence of str, optional
        Default: all.
    ax : matplotlib Axes, optional
        Drawn into, beside what is there already. Without it, pyplot makes a figure.
    **options
        For the curves, as matplotlib's `Axes.plot` takes them.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    UnknownName
        If there is no state of that name.
    """
    names = [states] if isinstance(states, str) else list(states or trajectory.state_names)
    values = [trajectory[name] for name in names]
    ax = ax if ax is not None else new_axes()
    sizes = sizes_of(ax)
    before = len(ax.lines)
    for i, (name, value) in enumerate(zip(names, values, strict=True), start=before):
        colour, dashes = COLOURS[i % len(COLOURS)], DASHES[i // len(COLOURS) % len(DASHES)]
        look = {"color": colour, "linestyle": dashes, "linewidth": sizes.line, "label": name}
        ax.plot(trajectory.t, value, **{**look, **options})
    dress(ax, sizes, "t", names[0] if len(names) == 1 else "")
    if len(ax.lines) > 1:
        ax.figure.figure.draw_without_rendering()
        draw_legend(ax, sizes, "inside")
    return ax
