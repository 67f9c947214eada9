"""What is covered of the Axes' area, so that labels and the legend find free places.

Lengths are points (1/72 inch) from the lower left corner of the Axes, so that results do not depend on the resolution.
A box is (left, bottom, right, top).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text


_FRAME = 1.0  # half the width of the frame's line, and some air


class Room:
    """A raster of cells of one point's size, each covered or free.

    A table of sums over all rectangles from the corner (Crow, SIGGRAPH 1984) gives the covered area of any box in
    four look-ups.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = float(width), float(height)
        self._covered = np.zeros((max(int(np.ceil(width)), 1), max(int(np.ceil(height)), 1)), dtype=bool)
        self._sums: NDArray[np.int64] | None = None

    def add_curve(self, points: Floats) -> None:
        """Cover a polygonal line through `points` (m, 2); rows that are not finite interrupt it."""
        a, b = _clipped(points[:-1], points[1:], self.width, self.height)
        steps = np.ceil(2.0 * np.abs(b - a).max(axis=1, initial=0.0)).astype(np.int64) + 1
        segment = np.repeat(np.arange(len(a)), steps)
        step = np.arange(len(segment)) - np.repeat(np.cumsum(steps) - steps, steps)
        share = (step / steps[segment])[:, None]
        self._cover(np.concatenate([a[segment] + share * (b - a)[segment], b]))

    def add_box(self, box: Floats) -> None:
        """Cover a box."""
        left, bottom, right, top = self._cells(np.asarray(box)[None])[0]
        self._covered[left:right, bottom:top] = True
        self._sums = None

    def covered(self, boxes: Floats) -> Floats:
        """Covered area inside each of `boxes` (..., 4), in square points, (...)."""
        if self._sums is None:
            self._sums = np.pad(self._covered.cumsum(axis=0, dtype=np.int64).cumsum(axis=1), ((1, 0), (1, 0)))
        left, bottom, right, top = np.moveaxis(self._cells(boxes), -1, 0)
        S = self._sums
        area: Floats = (S[right, top] - S[left, top] - S[right, bottom] + S[left, bottom]).astype(float)
        return area

    def outside(self, boxes: Floats) -> NDArray[np.bool_]:
        """Which of `boxes` (..., 4) reach over the frame or touch it, (...)."""
        low, high = boxes[..., :2], boxes[..., 2:]
        over = (low < _FRAME).any(axis=-1) | (high > [self.width - _FRAME, self.height - _FRAME]).any(axis=-1)
        return np.asarray(over)

    def _cells(self, boxes: Floats) -> NDArray[np.int64]:
        """First and one past the last cell that each box touches."""
        edges = np.concatenate([np.floor(boxes[..., :2]), np.ceil(boxes[..., 2:])], axis=-1)
        cells: NDArray[np.int64] = np.clip(edges, 0, [*self._covered.shape] * 2).astype(np.int64)
        return cells

    def _cover(self, points: Floats) -> None:
        i, j = np.floor(points).astype(np.int64).T
        inside = (i >= 0) & (j >= 0) & (i < self._covered.shape[0]) & (j < self._covered.shape[1])
        self._covered[i[inside], j[inside]] = True
        self._sums = None


def _clipped(a: Floats, b: Floats, width: float, height: float) -> tuple[Floats, Floats]:
    """The parts inside the frame of the segments from `a` to `b`, (m, 2) each (Liang and Barsky, 1984)."""
    finite = np.isfinite(a).all(axis=1) & np.isfinite(b).all(axis=1)
    a, b = a[finite], b[finite]
    enter, leave = np.zeros(len(a)), np.ones(len(a))
    for axis, size in ((0, width), (1, height)):
        d = b[:, axis] - a[:, axis]
        flat = d == 0
        with np.errstate(over="ignore"):
            d = np.where(flat, 1.0, d)
            low, high = -a[:, axis] / d, (size - a[:, axis]) / d
        enter = np.where(flat, enter, np.maximum(enter, np.minimum(low, high)))
        leave = np.where(flat, leave, np.minimum(leave, np.maximum(low, high)))
        outside = flat & ((a[:, axis] < 0) | (a[:, axis] > size))
        leave = np.where(outside, -1.0, leave)
    seen = enter <= leave
    a, b, enter, leave = a[seen], b[seen], enter[seen, None], leave[seen, None]
    return a + enter * (b - a), a + leave * (b - a)


def in_points(ax: Axes, positions: Any, transform: Any = None) -> Floats:
    """Positions (m, 2), in data coordinates unless `transform` says otherwise, in points from the Axes' corner."""
    corner = np.array([ax.bbox.x0, ax.bbox.y0])
    display = (transform or ax.transData).transform(np.asarray(positions, dtype=float))
    return np.asarray((np.asarray(display) - corner) * (72 / ax.figure.dpi))


def box_of(ax: Axes, text: Text) -> Floats:
    """The box of a text, without the leader that an annotation may have."""
    from matplotlib.text import Text

    text.get_window_extent()  # an annotation takes its position only now
    extent = Text.get_window_extent(text)
    return in_points(ax, [[extent.x0, extent.y0], [extent.x1, extent.y1]], _SAME).ravel()


class _Same:
    """The transform that changes nothing: display coordinates are given already."""

    def transform(self, positions: Floats) -> Floats:
        return positions


_SAME = _Same()


def room_of(ax: Axes) -> Room:
    """What the Axes' curves, markers, scattered points and texts cover."""
    scale = 72 / ax.figure.dpi
    room = Room(ax.bbox.width * scale, ax.bbox.height * scale)
    for line in ax.lines:
        points = in_points(ax, line.get_xydata(), line.get_transform())
        if line.get_linestyle() not in ("None", "none", " ", ""):
            room.add_curve(points)
        if line.get_marker() not in ("None", "none", " ", "", None):
            _add_markers(room, points, line.get_markersize() / 2 + 0.5)
    for collection in ax.collections:
        offsets = np.asarray(collection.get_offsets(), dtype=float).reshape(-1, 2)
        _add_markers(room, in_points(ax, offsets, collection.get_offset_transform()), 2.0)
    for text in ax.texts:
        if text.get_visible() and text.get_text():
            room.add_box(box_of(ax, text))
    return room


def _add_markers(room: Room, points: Floats, radius: float) -> None:
    for x, y in points[np.isfinite(points).all(axis=1)]:
        room.add_box(np.array([x - radius, y - radius, x + radius, y + radius]))
