"""The legend: what occurs, in words, where it hides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contin.branch import Floats
from contin.plotting.palette import Sizes
from contin.plotting.room import room_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The better corners first; matplotlib's words, and the share of the free width and height to the left and below.
_PLACES = {
    "upper right": (1.0, 1.0),
    "upper left": (0.0, 1.0),
    "lower right": (1.0, 0.0),
    "lower left": (0.0, 0.0),
    "center right": (1.0, 0.5),
    "center left": (0.0, 0.5),
    "upper center": (0.5, 1.0),
    "lower center": (0.5, 0.0),
}
_AIR = 3.0  # points between the legend and what is drawn


def draw_legend(ax: Axes, sizes: Sizes, where: str) -> bool:
    """Draw the legend; "inside" is where it covers nothing, "above" is over the frame, else as matplotlib's `loc`.

    Returns
    -------
    bool
        Whether it is inside and hides nothing, or stands at the `loc`: what is drawn already can stay as it is.
    """
    entries = _entries(ax)
    if not entries:
        return True
    if where not in ("inside", "above"):
        _legend(ax, entries, sizes, loc=where)
        return True
    if where == "inside" and _inside(ax, entries, sizes):
        return True
    legend = _above(ax, entries, sizes)
    if where == "inside" and _is_in_the_way(ax, legend):
        _anywhere(ax, entries, sizes)
    return False


def _entries(ax: Axes) -> dict[str, Any]:
    """What is in the legend: each word once, lines before points, whatever the user labelled on these Axes included."""
    handles, words = ax.get_legend_handles_labels()
    entries = dict(zip(reversed(words), reversed(handles), strict=True))
    order = {"stable": 0, "unstable": 1}
    return {word: entries[word] for word in sorted(dict.fromkeys(words), key=lambda word: order.get(word, 2))}


def _legend(ax: Axes, entries: dict[str, Any], sizes: Sizes, **options: Any) -> Any:
    look = {"fontsize": sizes.small, "frameon": False, "handlelength": 2.3, "labelspacing": 0.35}
    look |= {"borderpad": 0.2, "handletextpad": 0.6, "columnspacing": 1.4}
    return ax.legend(list(entries.values()), list(entries), **{**look, **options})


def _size(legend: Any) -> tuple[float, float]:
    """Width and height, in points."""
    extent, scale = legend.get_window_extent(), 72 / legend.figure.dpi
    return extent.width * scale, extent.height * scale


def _inside(ax: Axes, entries: dict[str, Any], sizes: Sizes) -> bool:
    """At a corner or the middle of a side, if it covers nothing at one of them."""
    legend = _legend(ax, entries, sizes, loc="upper right")
    hidden = _hidden(ax, legend, sizes, np.array(list(_PLACES.values())))
    if hidden.min() > 0:
        legend.remove()
        return False
    legend.set_loc(list(_PLACES)[int(np.argmin(hidden))])
    return True


def _anywhere(ax: Axes, entries: dict[str, Any], sizes: Sizes) -> None:
    """Where it covers least, on a ground of its own if it covers something."""
    legend = _legend(ax, entries, sizes, loc="upper right", frameon=True)
    shares = np.stack(np.meshgrid(np.linspace(1, 0, 31), np.linspace(1, 0, 31)), axis=-1).reshape(-1, 2)
    hidden = _hidden(ax, legend, sizes, shares)
    best = int(np.argmin(hidden))
    corner = _corners(ax, legend, sizes, shares[best : best + 1])[0] * ax.figure.dpi / 72
    legend.set_loc((float(corner[0] / ax.bbox.width), float(corner[1] / ax.bbox.height)))
    legend.set_frame_on(bool(hidden[best] > 0))


def _corners(ax: Axes, legend: Any, sizes: Sizes, shares: Floats) -> Floats:
    """Lower left corners (m, 2), in points, that leave `shares` (m, 2) of the free width and height beside them."""
    air = 0.5 * sizes.small  # matplotlib's own distance from the frame
    frame = np.array([ax.bbox.width, ax.bbox.height]) * 72 / ax.figure.dpi
    return np.asarray(air + shares * (frame - np.array(_size(legend)) - 2 * air))


def _hidden(ax: Axes, legend: Any, sizes: Sizes, shares: Floats) -> Floats:
    """How much the legend hides at each of these places, (m,); infinite where it is larger than the frame."""
    corners = _corners(ax, legend, sizes, shares)
    boxes = np.concatenate([corners - _AIR, corners + np.array(_size(legend)) + _AIR], axis=1)
    room = room_of(ax)
    too_large = (np.array(_size(legend)) > [room.width, room.height]).any()
    return np.full(len(boxes), np.inf) if too_large else room.covered(boxes)


def _is_in_the_way(ax: Axes, legend: Any) -> bool:
    """Whether the legend above lies over other Axes or the figure's edge, where no layout engine makes room for it."""
    figure = ax.figure
    if figure.get_layout_engine() is not None:
        return False
    extent = legend.get_window_extent()
    others = [other.get_tightbbox() for other in figure.axes if other is not ax and other.get_visible()]
    top: float = figure.bbox.y1
    return bool(extent.y1 > top or any(extent.overlaps(other) for other in others if other is not None))


def _above(ax: Axes, entries: dict[str, Any], sizes: Sizes) -> Any:
    """Over the frame, in as many columns as its width carries; a title moves up."""
    available = ax.bbox.width * 72 / ax.figure.dpi
    for columns in range(len(entries), 0, -1):
        legend = _legend(
            ax, entries, sizes, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=columns, borderaxespad=0.3
        )
        width, height = _size(legend)
        if width <= available + 2 or columns == 1:
            break
    if ax.get_title():
        ax.set_title(ax.get_title(), fontsize=ax.title.get_fontsize(), pad=height + 0.6 * sizes.small)
    return legend
