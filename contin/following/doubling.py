"""From a flip to the branch of cycles of twice the period.

There x_i +- u q_i + ... solve the doubled problem, with the critical vector q, its sign changed once around the cycle. On the
centre manifold w -> - (1 + s dp) w + b w^3, so that the cycles of twice the period have w^2 = s dp / b (Kuznetsov 2004,
section 4.5).
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import SpecialPoint
from contin.errors import BadValue
from contin.following.drifting import DRIFTING
from contin.following.rough_doubling import rough_start
from contin.problems.fixed_points import FixedPoints
from contin.problems.start import Start

Floats = NDArray[np.float64]

LEAST = 1e-3
NOTHING = 1e-100
BESIDE = 1e-5  # of the states' sizes, for the multiplier's slope along the branch


def doubled_start(point: SpecialPoint, problem: FixedPoints) -> Start:
    """The start, at the flip itself, of the one branch of cycles of twice the period; `problem` is the flip's own.

    Both ways out are the same cycles, begun with another phase.

    Raises
    ------
    BadValue
        If the flip is degenerate, or stands on a manifold of fixed points and orbits drift along it.
    NotConverged
        If the map is not smooth at the flip and no cycle is found beside it.
    """
    if point.form == "degenerate":
        raise BadValue(
            f"the coefficient of {point.label} is zero, as that of a linear map is: no branch of cycles of twice the period is "
            "sure to leave it."
        )
    if point.form == DRIFTING:
        raise BadValue(
            f"{point.label} stands on a manifold of fixed points, along which orbits beyond it drift to others with a smaller "
            "multiplier: no branch of cycles of twice the period leaves it. contin.iterate shows where they go."
        )
    n = len(point.state)
    phases = point.whole.reshape(-1, n)
    z = problem.unknowns(phases, point.parameters)
    context = problem.context(point.parameters)
    q = critical_vector(context, z, n)
    if point.form == "non-smooth":
        return rough_start(point, problem, q)
    tangent = np.concatenate([q, -q, [0.0]])
    sizes = functools.partial(
        expected_sizes, z, q, slope(problem, context, point, z), point.coefficients["b"]
    )
    parameters = point.parameters[: len(problem.parameter_names)].copy()
    return Start(
        phases[0].copy(),
        parameters,
        tangent,
        sizes,
        f"from {point.label}",
        point,
        phases=np.concatenate([phases, phases]),
    )


def critical_vector(context: Any, z: Floats, n: int) -> Floats:
    """The vector q (m,) of all phases that the multiplier -1 belongs to, the mean of their |q|^2 equal to 1."""
    from contin_kernels.inspection import jacobian_from

    m = len(z) - 1
    A = jacobian_from(context.table, z, np.empty((m, m + 1)))[:, :-1]
    A[:n, :n] += 2.0 * np.eye(n)
    sizes = sizes_of(z[:-1])
    q = sizes * np.linalg.svd(A * sizes)[2][-1]
    return np.asarray(q / np.linalg.norm(q) * np.sqrt(m / n))


def slope(problem: FixedPoints, context: Any, point: SpecialPoint, z: Floats) -> float:
    """How fast the multiplier moves along the branch, by its change in the parameter."""
    from contin_kernels.inspection import inspect_from

    m = len(z) - 1
    step = BESIDE * point.tangent / np.max(np.abs(point.tangent) / sizes_of(z))
    values = []
    for sign in (1.0, -1.0):
        columns, watch = np.empty(problem.columns), np.empty(problem.watched)
        before = np.full(problem.columns, np.nan)
        inspect_from(context.table, z + sign * step, np.empty((m, m + 1)), before, columns, watch)
        multipliers = problem.eigenvalues(columns[None])[0]
        values.append(float(multipliers[np.argmin(np.abs(multipliers + 1.0))].real))
    return (values[0] - values[1]) / (2.0 * float(step[-1])) if step[-1] else np.nan


def expected_sizes(z: Floats, q: Floats, slope: float, b: float, width: float) -> Floats:
    """Sizes (2 m,) of the phases on the doubled branch, once the parameter has moved by `width`."""
    distance = np.sqrt(abs(slope) * width / abs(b))
    sizes = np.abs(q) * distance if np.isfinite(distance) else np.abs(z[:-1])
    return np.tile(sizes_of(sizes), 2)


def sizes_of(values: Floats) -> Floats:
    """Magnitudes, small ones brought up to a part of the largest; 1 where all are zero."""
    largest = float(np.max(np.abs(values)))
    return np.asarray(np.maximum(np.abs(values), LEAST * (largest if largest > NOTHING else 1.0)))
