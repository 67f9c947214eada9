"""The sharpness along a training run beside its threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contin.explore.sharpness import Sharpness
from contin.plotting.axes import dress, new_axes, sizes_of
from contin.plotting.legend import draw_legend
from contin.plotting.palette import DASHED, INK, RED

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_sharpness(
    found: Sharpness,
    ax: Axes | None = None,
    *,
    label: str | None = None,
    threshold_label: str = "threshold",
    legend: bool | str = True,
) -> Axes:
    """Draw the sharpness, solid, and the threshold, dashed, over the steps.

    Parameters
    ----------
    found : Sharpness
    ax : matplotlib Axes, optional
        Drawn into. Without it, pyplot makes a figure.
    label, threshold_label : str, optional
        For the legend; "2/eta", for example.
    legend : bool or str
        As in `plot_diagram`.

    Returns
    -------
    matplotlib Axes
    """
    ax = ax if ax is not None else new_axes()
    sizes = sizes_of(ax)
    word = label or ("preconditioned sharpness" if found.preconditioned else "sharpness")
    ax.plot(found.t, found.values, color=INK, linewidth=sizes.line, label=word, zorder=2.2)
    look: dict[str, Any] = {"color": RED, "linewidth": sizes.line, "linestyle": DASHED, "zorder": 2.3}
    ax.plot(found.t, found.threshold, label=threshold_label, **look)
    top = np.nanmax(np.minimum(found.values, 4 * found.threshold.max()))
    ax.set_ylim(0.0, 1.1 * max(float(top), float(found.threshold.max())))
    ax.set_xlim(found.t[0], found.t[-1])
    dress(ax, sizes, "step", word)
    if legend:
        ax.figure.figure.draw_without_rendering()
        draw_legend(ax, sizes, "inside" if legend is True else legend)
    return ax
