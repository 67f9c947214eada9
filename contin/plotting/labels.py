"""Places for the labels of points: near their point, off each other, off the curves, inside the frame.

Each label tries places around its point at growing distances; a place costs what it covers. Labels take their
cheapest place in turn, again and again until none moves (coordinate descent), which always gives the same picture.
Surveyed in Christensen, Marks and Shieber, ACM Transactions on Graphics 14 (1995) 203-232.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import Floats
from contin.plotting.room import Room, box_of, in_points, room_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Around a square, the better directions first: right and left of the point above, below, then straight.
_NEAR: list[tuple[float, float]] = [(1, 1), (-1, 1), (1, -1), (-1, -1), (1, 0), (-1, 0), (0, 1), (0, -1)]
_NEAR += [(0.5, 1), (-0.5, 1), (0.5, -1), (-0.5, -1), (1, 0.5), (-1, 0.5), (1, -0.5), (-1, -0.5)]
_BETWEEN = [(s, t) for t in (0.75, 0.25, -0.25, -0.75) for s in (1, -1)]
_FAR = _NEAR + _BETWEEN + [(t, s) for s, t in _BETWEEN]
_RINGS = [(d, _NEAR) for d in (1.0, 2.5, 5.0)]
_RINGS += [(d, _FAR) for d in (8.0, 11.0, 15.0, 19.0, 24.0, 30.0, 38.0, 48.0, 60.0, 75.0)]
_DIRECTIONS = np.array([direction for _, directions in _RINGS for direction in directions], dtype=float)
_DISTANCES = np.array([distance for distance, directions in _RINGS for _ in directions])
_PREFERENCES = np.array(
    [0.1 * (k // 4) + 0.01 * k for _, directions in _RINGS for k in range(len(directions))]
)
_AIR = 1.2  # free space around a label
_LEADER_FROM = 6.0  # a label farther from its point than this gets a thin line to it
_SWEEPS = 10

# Costs. A point's worth of distance costs 1.
_OVER_A_LABEL = 1e4
_OVER_THE_FRAME = 1e5
_OVER_A_CURVE = 8.0  # per square point
_LEADER = 6.0
_LEADER_OVER_A_LABEL = 2e3
_LEADER_OVER_A_LEADER = 300.0
_LEADER_OVER_A_CURVE = 1.5


@dataclass(frozen=True)
class Spot:
    """A point to be labelled: `x`, `y`, the `radius` of its marker, `width` and `height` of its label, in points."""

    x: float
    y: float
    radius: float
    width: float
    height: float


@dataclass(frozen=True)
class Place:
    """Where a label goes: its centre as an offset (`dx`, `dy`) from the point; with a `leader` or without."""

    dx: float
    dy: float
    leader: bool


@dataclass(frozen=True)
class _Candidates:
    """The places that each of n labels may take, m for each.

    `offsets` (n, m, 2) from the point to the label's centre; `boxes` (n, m, 4); `leaders` (n, m, 4) from end to
    end, NaN for none; `costs` (n, m), of what is there besides other labels.
    """

    offsets: Floats
    boxes: Floats
    leaders: Floats
    costs: Floats


def place(spots: Sequence[Spot], room: Room) -> list[Place | None]:
    """A place for each label; None for a label that would cover another one or the frame wherever it stood.

    Parameters
    ----------
    spots : sequence of Spot
    room : Room
        With all curves and markers in it.
    """
    if not spots:
        return []
    options = _candidates(spots, room)
    return _kept(
        options, _chosen(options, sorted(range(len(spots)), key=lambda i: (spots[i].x, spots[i].y))), room
    )


def _chosen(options: _Candidates, order: Sequence[int]) -> NDArray[np.int64]:
    """The number of each label's place, (n,): the cheapest in turn, until none moves."""
    chosen = np.full(len(order), -1)
    costs = options.costs.copy()
    near = _neighbours(options)
    for _ in range(_SWEEPS):
        before = chosen.copy()
        for i in order:
            best = int(np.argmin(costs[i]))
            if best == chosen[i]:
                continue
            if chosen[i] >= 0:
                costs[near[i]] -= _conflicts(options, near[i], i, chosen[i])
            costs[near[i]] += _conflicts(options, near[i], i, best)
            chosen[i] = best
        if (chosen == before).all():
            break
    return chosen


def _candidates(spots: Sequence[Spot], room: Room) -> _Candidates:
    points = np.array([(spot.x, spot.y) for spot in spots])[:, None]
    half = np.array([(spot.width, spot.height) for spot in spots])[:, None] / 2
    radii = np.array([spot.radius for spot in spots])[:, None]
    gaps = radii + _DISTANCES
    corner = (np.abs(_DIRECTIONS) == 1).all(axis=1)  # a corner is farther from the point than a side
    gaps = np.where(corner, 0.7 * gaps, gaps)
    offsets = _DIRECTIONS * (half + gaps[:, :, None])
    centres = points + offsets
    boxes = np.concatenate([centres - half - _AIR, centres + half + _AIR], axis=2)
    leaders = _leaders(points, radii, centres - half, centres + half)
    costs = _DISTANCES + _PREFERENCES + _LEADER * np.isfinite(leaders[:, :, 0])
    costs += _OVER_A_CURVE * room.covered(boxes) + _OVER_THE_FRAME * room.outside(boxes)
    costs += _LEADER_OVER_A_CURVE * _covered_by_leaders(leaders, room)
    return _Candidates(offsets, boxes, leaders, costs)


def _leaders(points: Floats, radii: Floats, low: Floats, high: Floats) -> Floats:
    """From the marker's edge to the nearest place on each label, (n, m, 4); NaN where the label is near enough."""
    end = np.clip(points, low, high)
    way = end - points
    start = points + way * (radii / np.maximum(np.hypot(way[..., 0], way[..., 1]), 1e-9))[..., None]
    leaders = np.concatenate([start, end], axis=2)
    leaders[:, _DISTANCES < _LEADER_FROM] = np.nan
    return leaders


def _covered_by_leaders(leaders: Floats, room: Room) -> Floats:
    """How much of each leader runs over something, in points (n, m)."""
    way = leaders[..., 2:] - leaders[..., :2]
    hits = np.zeros(leaders.shape[:2])
    for share in np.linspace(0.05, 0.95, 10):
        at = np.nan_to_num(leaders[..., :2] + share * way, nan=-9.0)
        hits += room.covered(np.concatenate([at, at], axis=-1) + [0, 0, 1e-6, 1e-6]) > 0
    return np.asarray(hits / 10 * np.nan_to_num(np.hypot(way[..., 0], way[..., 1])))


def _neighbours(options: _Candidates) -> list[NDArray[np.int64]]:
    """For each label the others that have places where it has some."""
    reach = np.concatenate([options.boxes[..., :2].min(axis=1), options.boxes[..., 2:].max(axis=1)], axis=1)
    near = _overlap(reach[:, None], reach) & ~np.eye(len(reach), dtype=bool)
    return [np.flatnonzero(row) for row in near]


def _conflicts(options: _Candidates, others: NDArray[np.int64], i: int, k: int) -> Floats:
    """What it costs the places of `others`, (others, m), that label `i` has its place `k`."""
    boxes, leaders = options.boxes[others], options.leaders[others]
    box, leader = options.boxes[i, k], options.leaders[i, k]
    costs = _OVER_A_LABEL * _overlap(boxes, box)
    costs += _LEADER_OVER_A_LABEL * _cuts(leaders, box)
    costs += _LEADER_OVER_A_LABEL * _cuts(leader, boxes)
    costs += _LEADER_OVER_A_LEADER * _cross(leaders, leader)
    return np.asarray(costs)


def _overlap(a: Floats, b: Floats) -> NDArray[np.bool_]:
    """Which of the boxes (..., 4) overlap."""
    apart = (a[..., :2] >= b[..., 2:]) | (a[..., 2:] <= b[..., :2])
    return np.asarray(~apart.any(axis=-1))


def _cuts(lines: Floats, boxes: Floats) -> NDArray[np.bool_]:
    """Which of the lines (..., 4) run through which boxes (..., 4); lines of NaN through none."""
    start, way = lines[..., :2], lines[..., 2:] - lines[..., :2]
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = (boxes[..., :2] - start) / way, (boxes[..., 2:] - start) / way
        enter, leave = np.minimum(a, b).max(axis=-1), np.maximum(a, b).min(axis=-1)
        return np.asarray(np.maximum(enter, 0.0) < np.minimum(leave, 1.0))


def _cross(a: Floats, b: Floats) -> NDArray[np.bool_]:
    """Which of the lines (..., 4) cross."""

    def side(p: Floats, q: Floats, r: Floats) -> Floats:
        u, v = q - p, r - p
        return np.asarray(u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0])

    p, q, r, s = a[..., :2], a[..., 2:], b[..., :2], b[..., 2:]
    return np.asarray((side(p, q, r) * side(p, q, s) < 0) & (side(r, s, p) * side(r, s, q) < 0))


def _kept(options: _Candidates, chosen: NDArray[np.int64], room: Room) -> list[Place | None]:
    """The chosen places, without those that cover the frame or a label kept before."""
    kept: list[Place | None] = []
    taken = np.empty((0, 4))
    for i, k in enumerate(chosen):
        box = options.boxes[i, k]
        if room.outside(box) or _overlap(taken, box).any():
            kept.append(None)
            continue
        taken = np.concatenate([taken, box[None]])
        dx, dy = options.offsets[i, k]
        kept.append(Place(float(dx), float(dy), leader=bool(np.isfinite(options.leaders[i, k, 0]))))
    return kept


def draw_labels(
    ax: Axes, points: Sequence[tuple[str, float, float, float]], size: float, color: str
) -> list[Any]:
    """Write labels beside points.

    Parameters
    ----------
    points : sequence of (text, x, y, radius)
        In data coordinates; the radius of the marker in points.
    size : float
        Of the text, in points.

    Returns
    -------
    list of matplotlib Annotation
    """
    room = room_of(ax)
    places = in_points(ax, [(x, y) for _, x, y, _ in points] or np.empty((0, 2)))
    spots = [
        Spot(x, y, radius, *_measured(ax, text, size))
        for (x, y), (text, _, _, radius) in zip(places.tolist(), points, strict=True)
    ]
    return [
        _written(ax, text, (x, y), size, color, spot, where)
        for (text, x, y, _), spot, where in zip(points, spots, place(spots, room), strict=True)
        if where is not None
    ]


def _measured(ax: Axes, text: str, size: float) -> tuple[float, float]:
    """Width and height of a text, in points."""
    trial = ax.text(0.5, 0.5, text, fontsize=size, transform=ax.transAxes)
    left, bottom, right, top = box_of(ax, trial)
    trial.remove()
    return right - left, top - bottom


def _written(
    ax: Axes, text: str, point: tuple[float, float], size: float, color: str, spot: Spot, where: Place
) -> Any:
    from matplotlib.patheffects import withStroke

    arrow = None
    if where.leader:
        # from the nearest place on the label's box, given as a share of its width and height
        near = (
            float(np.clip(0.5 - where.dx / spot.width, 0, 1)),
            float(np.clip(0.5 - where.dy / spot.height, 0, 1)),
        )
        look = {"arrowstyle": "-", "linewidth": 0.5, "color": "#8c8c8c", "zorder": 4, "relpos": near}
        arrow = look | {"shrinkA": 0, "shrinkB": spot.radius}
    note = ax.annotate(
        text, point, (where.dx, where.dy), textcoords="offset points", ha="center", va="center", fontsize=size,
        color=color, arrowprops=arrow, annotation_clip=True, zorder=5,
        path_effects=[withStroke(linewidth=1.6, foreground=ax.get_facecolor())],
    )  # fmt: skip
    note.set_in_layout(False)  # inside the frame by construction
    return note
