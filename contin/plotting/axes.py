"""Axes to draw into: made where none are given, with names and text sizes for their width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contin.plotting.palette import Sizes, sizes_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def new_axes() -> Axes:
    """Axes of a new figure of pyplot."""
    import matplotlib.pyplot as plt

    return plt.subplots(layout="constrained")[1]


def sizes_of(ax: Axes) -> Sizes:
    """Sizes of text, lines and markers for the width of the Axes."""
    from matplotlib import rcParams
    from matplotlib.font_manager import FontProperties

    largest = float(FontProperties(size=rcParams["font.size"]).get_size_in_points())
    return sizes_for(float(ax.get_window_extent().width / ax.figure.dpi), largest)


def dress(ax: Axes, sizes: Sizes, x: str, y: str) -> None:
    """Names at the axes, unless there are some already, and ticks of the text's size."""
    if not ax.get_xlabel():
        ax.set_xlabel(x, fontsize=sizes.text)
    if not ax.get_ylabel():
        ax.set_ylabel(y, fontsize=sizes.text)
    ax.tick_params(labelsize=sizes.small)
