"""Manifolds of fixed points: whether a fixed point is one of a whole manifold, its dimension and its tangent space.

At a point of a manifold of dimension d, d multipliers are 1 for every value of the parameters. A fold, a branch point or a
fixed point that is degenerate for ever has the multiplier 1 as well; but a fold is regular at other parameter values, and from
where it is nearly a solution Newton's method goes back to a degenerate point that is alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue
from contin.systems import Map

Floats = NDArray[np.float64]

RANK = 1e-11  # of the largest singular value: a smaller one is zero
KEPT = 1e-12  # of the largest singular value: what Newton's method does not divide by
MOST_STEPS = 60
SOLVED, ROUNDED = 1e-9, 1e-14  # of the states' size: Newton's last step
NEAR = 0.1  # of the states' size: farther than that it has gone elsewhere
MOVES = 0.1, 0.01, 1e-3  # of the states' size, along the manifold: as far as Newton's method finds back to it
LEAST = 1e-2  # the states' size, at least
ASIDE = 1e-3  # of a parameter's value, and of the states' size
TINY = 1e-12  # a parameter's value that says nothing of its scale
GENUINE = 0.5  # of a move along the manifold, that is left after Newton's method
CLOSE = 1e-5  # of the states' size: a walk has arrived
MOST_WALKED, MOST_STUCK = 200, 3  # steps of a walk, and how many of them without a direction
SAME = 1e-6  # how far tangent spaces that are the same may be apart


@dataclass(frozen=True)
class Manifold:
    """A manifold of fixed points near one of its points.

    Attributes
    ----------
    state : (n,) array
        The point.
    tangents : (n, d) array
        Orthonormal, d at least 1.
    """

    state: Floats
    tangents: Floats

    @property
    def dimension(self) -> int:
        """d."""
        return int(self.tangents.shape[1])


def manifold_at(solutions: Solutions, z: Floats) -> Manifold | None:
    """The manifold of fixed points near `z` (n + 1,), with the free parameter last, for all its values; None if there is none.

    `solutions` are those of period 1. None, too, where nothing is solved near `z`, and where there are fixed points
    in all directions, for then nothing is left to follow.

    Raises
    ------
    BadValue
        If the manifold's tangent space turns with the free parameter.
    """
    here = solutions.nearest(z)
    if here is None or not _near(here, z):
        return None
    N = solutions.null_space(here)
    if not N.shape[1]:
        return None
    beside = _at_other_values(solutions, here, N)
    spaces = [solutions.null_space(one) for one in beside]
    if not spaces or min(space.shape[1] for space in spaces) == 0:
        return None
    d = min(N.shape[1], *(space.shape[1] for space in spaces))
    if N.shape[1] > d:
        N = min(spaces, key=lambda space: space.shape[1])
    genuine, regular = _moved_along(solutions, here, N)
    if genuine < d or regular < d or d == len(here) - 1:
        return None
    for one in beside:
        held = solutions.nearest(np.append(here[:-1], one[-1]), still=N)
        if held is not None and _angle(N, solutions.null_space(held)) > SAME:
            raise BadValue(turning(d, "the start"))
    return Manifold(here[:-1], N)


def dimension_at(solutions: Solutions, z: Floats) -> tuple[int, Floats]:
    """The dimension of the manifold of fixed points or cycles near `z` (m + 1,) at its parameter values, 0 if there is none.

    And the solution itself, to rounding.
    """
    here = solutions.nearest(z)
    if here is None or not _near(here, z):
        return 0, z
    N = solutions.null_space(here)
    if not N.shape[1]:
        return 0, here
    genuine, regular = _moved_along(solutions, here, N)
    return (genuine if genuine == N.shape[1] == regular else 0), here


class Solutions:
    """The equations of a map's fixed points or cycles, and how to solve them near a place where they may be singular.

    Parameters
    ----------
    system : Map
    context : Context
        Of `FixedPoints`.
    period : int
    """

    def __init__(self, system: Map, context: Any, period: int = 1) -> None:
        self._system, self._context, self._period = system, context, period

    def equations(self, z: Floats) -> tuple[Floats, Floats]:
        """F (m,) and F_x (m, m) at `z` (m + 1,)."""
        from contin_kernels.inspection import jacobian_from, residual_from

        m, table = len(z) - 1, self._context.table
        return residual_from(table, z, np.empty(m)), jacobian_from(table, z, np.empty((m, m + 1)))[:, :-1]

    def nearest(self, z: Floats, still: Floats | None = None) -> Floats | None:
        """The solution (m + 1,) that Newton's method finds from `z` (m + 1,), the parameter held.

        By the shortest steps where F_x is singular, or such that the state's part along `still` (m, d) stays as it is.
        """
        here, size, last = z.copy(), _size(z), np.inf
        F, A = self.equations(here)  # the parameters are z's, too
        if self._period == 1:
            here[:-1] = self._system.resting(here[:-1], self._context.parameters)
        for _ in range(MOST_STEPS):
            F, A = self.equations(here)
            if not (np.isfinite(F).all() and np.isfinite(A).all()):
                return None
            rows = np.maximum(1.0, np.max(np.abs(A), axis=1))
            scaled, right = A / rows[:, None], F / rows
            if still is not None:
                scaled = np.vstack([scaled, still.T])
                right = np.append(right, still.T @ (here - z)[:-1])
            step = -np.linalg.lstsq(scaled, right, rcond=KEPT)[0]
            length = float(np.max(np.abs(step)))
            if length <= ROUNDED * size or (last <= SOLVED * size and length >= 0.5 * last):
                least = SOLVED * size * min(1.0, float(np.max(np.abs(A))))
                return here if np.max(np.abs(F) / rows) <= least else None
            here[:-1] += step
            last = length
        return None

    def null_space(self, z: Floats) -> Floats:
        """Orthonormal columns (m, d) that F_x at `z` (m + 1,) maps to zero; rows are weighed by the identity in F_x."""
        A = self.equations(z)[1]
        rows = np.maximum(1.0, np.max(np.abs(A), axis=1, keepdims=True))
        _, singular, right = np.linalg.svd(A / rows)
        return np.asarray(right[singular <= RANK * singular[0]].T)


def turning(dimension: int, where: str) -> str:
    """What is wrong with a manifold that turns."""
    return (
        f"a manifold of fixed points of dimension {dimension} turns with the free parameter at {where}; contin follows only "
        "those whose tangents stay, as they do along a learning rate: choose another parameter, or fix the position on the "
        "manifold in the model, by one state less."
    )


def complement(N: Floats) -> Floats:
    """Orthonormal columns (n, n - d) across those of `N` (n, d): unit vectors wherever N has no part."""
    n, d = N.shape
    parts = np.max(np.abs(N), axis=1) > RANK
    inside, outside = np.flatnonzero(parts), np.flatnonzero(~parts)
    Q = np.zeros((n, n - d))
    Q[inside, : len(inside) - d] = np.linalg.svd(N[inside])[0][:, d:]
    Q[outside, len(inside) - d + np.arange(len(outside))] = 1.0
    return Q


def connected(solutions: Solutions, one: Floats, other: Floats) -> bool:
    """Whether a walk over the manifold leads from the solution `one` to `other`, both (m + 1,), always nearer to it.

    Where no direction leads nearer, as from the opposite point of a circle, it takes one step in some direction.
    """
    here, away, stuck = one, float(np.linalg.norm(other[:-1] - one[:-1])), 0
    close, longest = CLOSE * _size(other), NEAR * _size(one)
    for _ in range(MOST_WALKED):
        if away <= close:
            return True
        N = solutions.null_space(here)
        way = N @ (N.T @ (other - here)[:-1])
        length = float(np.linalg.norm(way))
        if length <= LEAST * away:
            stuck += 1
            way, length = N.sum(axis=1), longest
        found = solutions.nearest(here + np.append(way * min(1.0, longest / length), 0.0), still=N)
        if found is None or stuck > MOST_STUCK:
            return False
        here, away = found, float(np.linalg.norm((other - found)[:-1]))
    return False


def _at_other_values(solutions: Solutions, z: Floats, N: Floats) -> list[Floats]:
    """Solutions near `z` (m + 1,), where F_x N = 0, at a slightly smaller and a slightly larger value of the parameter."""
    found = []
    for way in (-ASIDE, ASIDE):
        beside = z.copy()
        beside[-1] += way * (abs(z[-1]) if abs(z[-1]) > TINY else 1.0)
        solution = solutions.nearest(beside)
        if solution is None:  # at a fold itself Newton's method does not find the way
            beside[:-1] += ASIDE * _size(z) * N.sum(axis=1)
            solution = solutions.nearest(beside)
        if solution is not None and _near(solution, z):
            found.append(solution)
    return found


def _moved_along(solutions: Solutions, z: Floats, N: Floats) -> tuple[int, int]:
    """In how many dimensions `z` (m + 1,) can be moved along N (m, d) and stay a solution; the least dimension found there."""
    for part in MOVES:
        found = _moved_by(solutions, z, N, part * _size(z))
        if found is not None:
            ways = N.T @ (np.array(found) - z)[:, :-1].T / (part * _size(z))
            genuine = int(np.sum(np.linalg.svd(ways)[1] > GENUINE))
            return genuine, min(solutions.null_space(one).shape[1] for one in found)
    return 0, 0


def _moved_by(solutions: Solutions, z: Floats, N: Floats, move: float) -> list[Floats] | None:
    """The solutions (n + 1,) that Newton's method finds beside `z`, moved in each direction; None if one is not near."""
    found = []
    for direction in N.T:
        beside = z + move * np.append(direction, 0.0)
        solution = solutions.nearest(beside)
        if solution is None or np.linalg.norm(solution - beside) > 2.0 * move:
            return None
        found.append(solution)
    return found


def _angle(N: Floats, other: Floats) -> float:
    """How far the columns of N (n, d) are from the span of the others: the largest sine."""
    return float(np.linalg.norm(N - other @ (other.T @ N), 2))


def _size(z: Floats) -> float:
    return max(float(np.max(np.abs(z[:-1]))), LEAST)


def _near(one: Floats, other: Floats) -> bool:
    return bool(np.max(np.abs(one - other)[:-1]) <= NEAR * max(1.0, _size(other)))
