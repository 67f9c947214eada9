"""Curves in a plane: stable and unstable manifolds of saddles, and orbits, at nearly constant speed along them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from contin.explore.plane import Plane, PlanePoint

Floats = NDArray[np.float64]

BESIDE = 1e-5  # of the box: where a manifold begins; it is straight to the square of that
LONGEST = 25.0  # lengths of the box
MARGIN = 0.02
BESIDE_A_SPIRAL = 0.03
MOST_CALLS = 20_000  # of f; without trouble it is a third of that


def manifolds(
    plane: Plane, point: PlanePoint, points: Sequence[PlanePoint], slow: float
) -> dict[str, list[Floats]]:
    """The two halves of the "stable" and of the "unstable" manifold of a saddle, (m, 2) each, from the saddle on.

    Parameters
    ----------
    plane : Plane
    point : PlanePoint
        A saddle.
    points : sequence of PlanePoint
        All fixed points: a manifold that winds into one ends beside it.
    slow : float
        A speed, see `curve`.
    """
    values, vectors = np.linalg.eig(point.jacobian)
    spirals = np.array([p.at for p in points if "spiral" in p.kind.kind]).reshape(-1, 2)
    halves: dict[str, list[Floats]] = {}
    for i, word in ((int(np.argmin(values.real)), "stable"), (int(np.argmax(values.real)), "unstable")):
        way = -1.0 if word == "stable" else 1.0
        v = vectors[:, i].real / np.abs(vectors[:, i].real).max()
        begins = [point.at + side * BESIDE * v for side in (1.0, -1.0)]
        halves[word] = [np.vstack([point.at, curve(plane, x, way, slow, stops=spirals)]) for x in begins]
    return halves


def curve(
    plane: Plane,
    begin: Floats,
    way: float,
    slow: float,
    stops: Floats | None = None,
    longest: float = LONGEST,
) -> Floats:
    """The orbit through `begin` (2,), forwards (`way` 1) or backwards (-1), until it leaves the box or rests: (m, 2).

    It also ends beside one of `stops` (k, 2), where spirals would fill the picture, and where it makes no progress, as on
    a pole of f towards which the flow points from both sides.

    Time is changed to s with dx/ds = f / sqrt(|f|^2 + slow^2): nearly the arclength where the flow is faster than
    `slow`, so that an orbit that reaches infinity in finite time is followed as easily as any other.
    """
    from contin.explore.simulate import quiet_solver

    calls = itertools.count()

    def direction(s: float, x: Floats) -> Floats:
        f = plane.at(x)
        if not np.isfinite(f).all() or next(calls) > MOST_CALLS:
            return np.zeros(2)
        return np.asarray(way * f / np.sqrt(f @ f + slow * slow))

    def outside(s: float, x: Floats) -> float:
        return float(0.5 + MARGIN - np.abs(x - 0.5).max())

    def resting(s: float, x: Floats) -> float:
        f = plane.at(x)
        return float(np.sqrt(f @ f) - 1e-7 * slow) if s > 1.0 else 1.0

    def winding(s: float, x: Floats) -> float:
        return float(np.linalg.norm(ends - x, axis=1).min(initial=1.0)) - BESIDE_A_SPIRAL

    ends = np.empty((0, 2)) if stops is None else stops
    outside.terminal = resting.terminal = winding.terminal = True  # type: ignore[attr-defined]
    outside.direction = -1.0  # type: ignore[attr-defined]
    found = quiet_solver(
        direction, (0.0, longest), begin, method="LSODA", rtol=1e-8, atol=1e-10, max_step=0.015,
        events=[outside, resting, winding],
    )  # fmt: skip
    points: Floats = found.y.T
    return points[np.isfinite(points).all(axis=1)]
