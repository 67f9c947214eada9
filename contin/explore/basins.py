"""Which attractor each point of a plane goes to."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from contin.explore.plane import Plane, PlanePoint

Floats = NDArray[np.float64]

NEAR = 0.01  # of the box: what comes so near to an attractor stays there, unless other attractors are as near
STEP = 0.02
MOST_STEPS = 1500
FAR = 20.0  # boxes away: it does not come back
TOGETHER = 2e-3
MOST_FOLLOWED = 2000
MOST_CALLS = 5000  # of f by the stiff solver
LIFETIMES = 100.0  # of the slowest attractor


def basins(plane: Plane, attractors: Sequence[PlanePoint], count: int, slow: float) -> NDArray[np.int64]:
    """Numbers of the attractors that the points of a grid reach, (count, count), rows along the ordinate; -1 for none.

    All points go together, by the classical Runge-Kutta method on dx/ds = f / sqrt(|f|^2 + slow^2), whose orbits are
    those of the flow. What is then still on its way is on a few slow curves: of those that are together one is followed
    further by a stiff solver.

    Parameters
    ----------
    plane : Plane
    attractors : sequence of PlanePoint
        Stable ones.
    count : int
        Points a side, in the middle of the cells.
    slow : float
        A speed, in boxes a time.
    """
    line = (np.arange(count) + 0.5) / count
    x = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    reached = np.full(len(x), -1)
    going = np.arange(len(x))
    targets = np.array([point.at for point in attractors]).reshape(-1, 2)
    fastest = max(
        (float(np.abs(np.linalg.eigvals(point.jacobian)).max()) for point in attractors), default=0.0
    )
    near = np.array([_near(point.at, targets) for point in attractors])
    h = min(STEP, slow / fastest) if fastest else STEP

    def direction(points: Floats) -> Floats:
        f = plane.field(points)
        return np.asarray(f / np.sqrt((f * f).sum(axis=1) + slow * slow)[:, None])

    with np.errstate(all="ignore"):
        for step in range(MOST_STEPS):
            if not len(going) or not len(targets):
                break
            k1 = direction(x)
            k2 = direction(x + 0.5 * h * k1)
            k3 = direction(x + 0.5 * h * k2)
            k4 = direction(x + h * k3)
            x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
            if step % 5:
                continue
            distances = np.linalg.norm(x[:, None] - targets, axis=2)
            nearest = np.argmin(distances, axis=1)
            there = distances[np.arange(len(x)), nearest] < near[nearest]
            reached[going[there]] = nearest[there]
            on = ~there & (np.abs(x).max(axis=1) < FAR) & np.isfinite(x).all(axis=1)
            x, going = x[on], going[on]
        cells, same = np.unique(np.round(x / TOGETHER), axis=0, return_inverse=True)
        if len(targets) and len(cells) <= MOST_FOLLOWED:
            members = [int(np.flatnonzero(same.ravel() == k)[0]) for k in range(len(cells))]
            ends = np.array([_end(plane, x[k], attractors, near) for k in members], dtype=np.int64)
            reached[going] = ends[same.ravel()] if len(going) else reached[going]
    return reached.reshape(count, count)


def _end(plane: Plane, begin: Floats, attractors: Sequence[PlanePoint], near: Floats) -> int:
    """The attractor that the flow reaches from `begin` (2,), -1 for none, by LSODA in the model's own time."""
    from contin.explore.simulate import quiet_solver

    targets = np.array([point.at for point in attractors])
    slowest = min(float(np.abs(np.linalg.eigvals(point.jacobian).real).min()) for point in attractors)
    calls = itertools.count()

    def rate(t: float, x: Floats) -> Floats:
        f = plane.at(x)
        return f if np.isfinite(f).all() and next(calls) < MOST_CALLS else np.zeros(2)

    def arriving(t: float, x: Floats) -> float:
        return float((np.linalg.norm(targets - x, axis=1) - near).min())

    arriving.terminal = True  # type: ignore[attr-defined]
    found = quiet_solver(
        rate, (0.0, LIFETIMES / slowest), begin, method="LSODA", rtol=1e-6, atol=1e-9, events=[arriving]
    )
    last = found.y[:, -1]
    distances = np.linalg.norm(targets - last, axis=1)
    nearest = int(np.argmin(distances))
    return nearest if distances[nearest] <= 1.001 * near[nearest] else -1


def _near(point: Floats, targets: Floats) -> float:
    distances = np.linalg.norm(targets - point, axis=1)
    return min(NEAR, 0.1 * float(distances[distances > 0].min(initial=np.inf)))
