"""Ways out of a multiple branch point: solutions beside it, found by Newton's method away from the branch that is known.

The reduced equation of a kernel of higher dimension need not be written down: a little beside the point its small
solutions are those of the full equations near the kernel (Golubitsky and Schaeffer, Singularities and Groups in
Bifurcation Theory I, Springer 1985, chapter VII). They are looked for from directions all over the kernel, at several
distances, with the solutions found so far deflated.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.problems.problem import ContinuationProblem
from contin.settings import Settings

Floats = NDArray[np.float64]

BESIDE = (1e-2, 1e-3, 1e-4)  # of the tangent's step in the parameter: the first at which there is something
RADII = (0.03, 0.3, 0.003, 3.0)  # of the states' sizes
RANK = 1e-6
RANDOM = 12  # directions more for each dimension of the kernel
MOST_SIGNS = 81
MOST_WAYS = 64
INSIDE = 0.9  # of a solution's direction lies in the kernel
SAME = 0.999  # cosine


def ways_out(
    problem: ContinuationProblem, context: Any, z: Floats, tangent: Floats, scale: Floats
) -> list[Floats]:
    """Unscaled directions (m + 1,) from the point `z` (m + 1,) to solutions beside it that are not on its branch.

    `tangent` (m + 1,) is the branch's own, unscaled; `scale` (m + 1,) the sizes of the unknowns.
    """
    kernel = kernel_of(context, z, scale)
    found: list[Floats] = []
    for part in BESIDE:
        for sign in (1.0, -1.0):
            for way in _beside(problem, context, z, sign * part * tangent, kernel, scale):
                unit = way / scale / np.linalg.norm(way / scale)
                if all(unit @ (other / scale) < SAME * np.linalg.norm(other / scale) for other in found):
                    found.append(way)
        if found:
            break
    return found[:MOST_WAYS]


def kernel_of(context: Any, z: Floats, scale: Floats) -> Floats:
    """An orthonormal basis (d, m) of the null space of the scaled F_x at `z`."""
    from contin_kernels.inspection import jacobian_from

    m = len(z) - 1
    A = jacobian_from(context.table, z, np.empty((m, m + 1)))[:, :m] * scale[:m]
    _, singular, right = np.linalg.svd(A)
    return np.asarray(right[singular <= RANK * max(1.0, float(singular[0]))])


def directions(count: int) -> Floats:
    """Unit vectors (.., count) all over the sphere: all of entries -1, 0, 1 where these are few, and scattered ones."""
    random = np.random.default_rng(3).normal(size=(RANDOM * count, count))
    signs = itertools.islice(itertools.product((1.0, 0.0, -1.0), repeat=count), MOST_SIGNS)
    table = np.array([*[s for s in signs if any(s)], *random])
    return np.asarray(table / np.linalg.norm(table, axis=1, keepdims=True))


def _beside(
    problem: ContinuationProblem, context: Any, z: Floats, step: Floats, kernel: Floats, scale: Floats
) -> list[Floats]:
    """Solutions at the parameter value z + step, off the branch, as differences from `z`."""
    from contin_kernels.deflation import solve_deflated
    from contin_kernels.records import loop_memory
    from contin_kernels.start import solve_start
    from contin_kernels.status import OK

    m = len(z) - 1
    work, tolerance = loop_memory(m), Settings().tolerance
    known = np.empty((MOST_WAYS + 1, m + 1))
    known[0] = z + step
    if solve_start(context.table, known[0], scale.copy(), tolerance, 30, work)[0] != OK:
        return []
    count = 1
    ways = []
    for radius, direction in itertools.product(RADII, directions(len(kernel))):
        if count > MOST_WAYS:
            break
        lengths = radius * scale
        lengths[-1] = scale[-1]
        point = known[0].copy()
        point[:m] += lengths[:m] * (direction @ kernel)
        if solve_deflated(context.table, point, lengths, known, count, tolerance, 40, work) != OK:
            continue
        if solve_start(context.table, point, lengths.copy(), tolerance, 30, work)[0] != OK:
            continue
        away = (point - known[0])[:m] / scale[:m]
        size = float(np.linalg.norm(away))
        if not size < max(RADII) * np.sqrt(m) or np.linalg.norm(kernel @ away) < INSIDE * size:
            continue
        if np.min(np.linalg.norm((known[:count] - point)[:, :m] / scale[:m], axis=1)) < 1e-6 * size:
            continue
        known[count] = point
        count += 1
        ways.append(point - z)
    return ways
