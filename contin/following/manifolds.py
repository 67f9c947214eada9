"""Manifolds of solutions, each once: of all the points of one that Newton's method finds, the first stands for them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.problems.fixed_points import FixedPoints
from contin.problems.manifold import Solutions, connected, dimension_at
from contin.problems.problem import ContinuationProblem

Floats = NDArray[np.float64]


class KnownManifolds:
    """Manifolds of a map's fixed points or cycles, asked whether they contain another one.

    Two are the same where a walk over one comes from the one point to the other (`contin.problems.manifold.connected`).

    Parameters
    ----------
    problem : problem
        Of a flow's equilibria none is on a manifold: conservation laws take care of them.
    """

    def __init__(self, problem: ContinuationProblem) -> None:
        self._problem = problem
        self._points: list[tuple[int, Floats]] = []

    def first(self, context: Any, z: Floats) -> Floats | None:
        """The solution `z` (m + 1,), or where it stands on a manifold the same to rounding; None if that is known already."""
        if not isinstance(self._problem, FixedPoints):
            return z
        solutions = self._problem.solutions(context)
        dimension, here = dimension_at(solutions, z)
        if dimension == 0:
            return z
        if any(dimension == other and self._reaches(solutions, point, here) for other, point in self._points):
            return None
        self._points.append((dimension, here))
        return here

    def _reaches(self, solutions: Solutions, point: Floats, here: Floats) -> bool:
        """Whether the manifold through `point`, where it is at the other's parameter value, contains `here` (m + 1,)."""
        beside = solutions.nearest(np.append(point[:-1], here[-1]))
        return beside is not None and any(
            connected(solutions, turned, beside) for turned in self._problem.shifts(here)
        )
