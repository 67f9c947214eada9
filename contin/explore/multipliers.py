"""Fixed points and cycles of a map near a state: Newton's method on all phases, and their multipliers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue, with_article
from contin.explore.classify import (
    Classification,
    classify_across,
    classify_multipliers,
    eigenvalues_and_errors,
)
from contin.following.engine import ensure_engine
from contin.following.search import LEAST
from contin.problems import FixedPoints
from contin.problems.manifold import dimension_at
from contin.settings import Settings
from contin.systems import Map

Floats = NDArray[np.float64]

NEAR = 1e-3  # of the largest state: farther than that Newton's method has gone elsewhere
NEARLY = 1e-5  # how far from 1 a multiplier may be where a solution on a manifold was not found to rounding


def classify_cycle(system: Map, phases: Floats, parameters: Floats, period: int) -> Classification:
    """The kind of the fixed point or cycle near `phases`, (n,) or (k, n), at all parameters (k,).

    Raises
    ------
    BadValue
        If there is none, or one of smaller period.
    """
    problem = FixedPoints(system, next(iter(system.parameters)), period)
    ensure_engine()
    context = problem.context(parameters)
    z = problem.unknowns(phases, parameters)
    given = z.copy()
    sizes = np.maximum(np.abs(z), LEAST)
    found = solve(context, z)
    if not found or np.max(np.abs(z - given)[:-1]) > NEAR * max(float(np.max(np.abs(z[:-1]))), NEAR):
        state = system.describe(np.atleast_2d(phases)[0], parameters)
        raise BadValue(
            f"{state} is no {problem.solution} of '{system.name}'; contin.fixed_points finds some."
        )
    smaller = problem.smallest_period(z, sizes)
    if smaller < period:
        word = problem.with_period(smaller).solution
        raise BadValue(
            f"near {system.describe(z[: len(system.states)], parameters)} is {with_article(word)}."
        )
    return classify_solution(problem, context, z)


def solve(context: Any, z: Floats) -> bool:
    """Newton's method from `z` (m + 1,) in place, at its parameter value; whether it converged."""
    from contin_kernels.records import loop_memory
    from contin_kernels.start import solve_start
    from contin_kernels.status import OK

    scale = np.maximum(np.abs(z), LEAST)
    status, _, _ = solve_start(context.table, z, scale, Settings().tolerance, 50, loop_memory(len(z) - 1))
    return bool(status == OK and np.all(np.isfinite(z)))


def classify_solution(problem: FixedPoints, context: Any, z: Floats) -> Classification:
    """The kind of the solution `z` (m + 1,) by the product of its phases' derivatives; on a manifold of such, across it."""
    found = classify_multipliers(*multipliers_at(problem, context, z))
    if not np.any(np.abs(found.eigenvalues - 1.0) <= NEARLY):
        return found
    dimension, z = dimension_at(problem.solutions(context), z)
    if not 0 < dimension < len(found.eigenvalues):
        return found
    return classify_across(*multipliers_at(problem, context, z), dimension)


def multipliers_at(problem: FixedPoints, context: Any, z: Floats) -> tuple[NDArray[np.complex128], Floats]:
    """The multipliers (n,) at the solution `z` (m + 1,), and what rounding makes of each."""
    from contin_kernels.inspection import jacobian_from

    n, k, m = len(problem.system.states), problem.period, len(z) - 1
    F = jacobian_from(context.table, z, np.empty((m, m + 1)))[:, :-1] + np.eye(m)
    blocks = F.reshape(k, n, k, n)
    A = [blocks[(i + 1) % k, :, i] for i in range(k)]
    before, behind = [np.eye(n)], [np.eye(n)]
    for i in range(k):
        before.append(A[i] @ before[-1])
        behind.append(behind[-1] @ A[-1 - i])
    # What rounding of each factor becomes in the product.
    size = sum(_norm(behind[k - 1 - i]) * _norm(A[i]) * _norm(before[i]) for i in range(k))
    return eigenvalues_and_errors(before[-1], max(1.0, size))


def _norm(matrix: Floats) -> float:
    return float(np.linalg.norm(matrix, 2))
