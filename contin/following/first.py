"""The first point of a branch: its scales, Newton's method from the start, and its tangent."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import matrix_balance

from contin.errors import NotConverged, NotFinite
from contin.following.rows import allocate
from contin.problems.problem import ContinuationProblem
from contin.settings import Settings

Floats = NDArray[np.float64]

ZERO = 1e-14
BESIDE = 1e-3
SMALL = 1e-4  # part of its change over the span, below which a state's own value says nothing of its scale
LEAST = (
    1e-3  # part of its value, and of the others' where its own is less, which a state's scale has at least
)


def first_scale(z: Floats, span: tuple[float, float]) -> Floats:
    """Scales of the unknowns (m + 1,): magnitudes of the states at the start, the width of the span.

    A state that is zero, or zero to rounding, takes the smallest of the others' magnitudes, or 1 where that is smaller.
    """
    scale = np.abs(z)
    zero = scale[:-1] <= ZERO * max(1.0, float(scale[:-1].max()))
    known = scale[:-1][~zero]
    scale[:-1][zero] = min(1.0, float(known.min())) if known.size else 1.0
    scale[-1] = span[1] - span[0]
    return scale


def scale_along(z: Floats, tangent: Floats, scale: Floats, least: Floats) -> Floats:
    """Scales of the unknowns (m + 1,) by how far the `tangent` (m + 1,) at the start leads over the span.

    So they depend little on where the origin is: a state of 1000 may change by one. Their magnitudes, from which
    `scale` is, bound them; where a state is small beside its change, that of the others does. A state that stands still
    keeps its magnitude.
    """
    size, rise = np.abs(z[:-1]), abs(float(tangent[-1]))
    way = np.abs(tangent[:-1]) * (scale[-1] / rise) if rise > 0.0 else np.full(len(size), np.inf)
    nothing = ZERO * max(1.0, float(size.max()))
    small = (size < SMALL * way) | (size <= nothing)
    other = min(1.0, float(size[~small].min())) if not small.all() else 1.0
    changing = np.where(way > nothing, np.minimum(way, other), scale[:-1])
    lowest = np.maximum(LEAST * size, np.minimum(size, LEAST * other))
    scales = np.where(small, changing, np.where(way > nothing, np.clip(way, lowest, size), size))
    return np.append(np.maximum(scales, least), scale[-1])


def balanced(table: Any, z: Floats, scale: Floats) -> Floats:
    """The scales (m + 1,) with those of states that are zero in the units that the Jacobian tells of.

    Balancing makes its rows and columns alike by changes of units (Osborne, On Pre-conditioning of Matrices, Journal of
    the ACM 7, 1960); the states that are not zero, or the mean of all, give the common factor.
    """
    from contin_kernels.inspection import jacobian_from

    m = len(z) - 1
    zero = np.abs(z[:-1]) <= ZERO * max(1.0, float(np.max(np.abs(z[:-1]))))
    A = jacobian_from(table, z, np.empty((m, m + 1)))[:, :m]
    if m == 1 or not zero.any() or not np.isfinite(A).all():
        return scale
    units = matrix_balance(A, permute=False, separate=True)[1][0]
    given = zero if zero.all() else ~zero
    factor = np.exp(np.mean(np.log(scale[:-1][given] / units[given])))
    return np.append(np.where(zero, factor * units, scale[:-1]), scale[-1])


def correct_start(
    problem: ContinuationProblem, table: Any, z: Floats, scale: Floats, settings: Settings
) -> Floats:
    """Newton's method at the start's parameters, in place; returns the least scales (m,) that rounding allows.

    Raises
    ------
    NotConverged, NotFinite
    """
    from contin_kernels.records import loop_memory
    from contin_kernels.start import solve_start
    from contin_kernels.status import NOT_FINITE, OK

    given = z.copy()
    system = problem.system
    status, iterations, residual = solve_start(
        table, z, scale, settings.tolerance, 50, loop_memory(len(z) - 1)
    )
    if status == OK:
        scale[:-1] = balanced(table, z, first_scale(z, (0.0, float(scale[-1]))))[:-1]
        least = 100.0 * rounding_of_states(table, z, scale) / settings.tolerance
        scale[:-1] = np.maximum(scale[:-1], least)
        return np.asarray(least)
    state = problem.states(given[None])[0]
    start = ", ".join(f"{name} = {value:.6g}" for name, value in zip(system.states, state, strict=True))
    place = f"{problem.along[0]} = {z[-1]:.6g} from {start}"
    if status == NOT_FINITE:
        raise NotFinite(
            f"'{system.name}' became not finite while Newton's method looked for an equilibrium at {place}."
        )
    raise NotConverged(
        f"Newton's method found no equilibrium of '{system.name}' at {place} ({iterations} iterations, scaled residual "
        f"{residual:.2g}); start nearer to one, or at another value of {problem.along[0]}."
    )


def rounding_of_states(table: Any, z: Floats, scale: Floats) -> Floats:
    """What rounding in the model makes of each state (n,): no scale may be so small that this is seen.

    Measured as what is left of small changes when their linear part is taken away (More and Wild, Estimating
    Computational Noise, SIAM Journal on Scientific Computing 33, 2011, in its simplest form).
    """
    from contin_kernels.start import REGULAR, rounding_beside

    states = np.empty(len(z) - 1)
    A, noise, regular = rounding_beside(table, z, scale, states)
    if not regular:
        left, singular, right = np.linalg.svd(A)
        inverse = np.where(singular > REGULAR, 1.0 / np.maximum(singular, REGULAR), 0.0)
        states = scale[:-1] * (np.abs((right.T * inverse) @ left.T) @ noise)
    return np.asarray(states)


def first_row_near(
    problem: ContinuationProblem,
    table: Any,
    z: Floats,
    scale: Floats,
    span: tuple[float, float],
    settings: Settings,
) -> Any:
    """The starting point's row; if the point is singular, that of the branch's point a little way along the parameter.

    Raises
    ------
    NotConverged
        If the neighbours are singular too.
    """
    try:
        return first_row(problem, table, z, scale, span)
    except NotConverged:
        for part in (BESIDE, -BESIDE):
            beside = z.copy()
            beside[-1] += part * (span[1] - span[0])
            if span[0] < beside[-1] < span[1]:
                try:
                    correct_start(problem, table, beside, scale, settings)
                    return first_row(problem, table, beside, scale, span)
                except (NotConverged, NotFinite):
                    continue
        raise


def first_row(
    problem: ContinuationProblem, table: Any, z: Floats, scale: Floats, span: tuple[float, float]
) -> Any:
    """The starting point's row, its tangent towards growing parameter.

    Raises
    ------
    NotConverged
        If the tangent is not unique there.
    """
    from contin_kernels.follow import begin
    from contin_kernels.records import loop_memory
    from contin_kernels.status import OK

    rows = allocate(problem, len(z) - 1, 1)
    for attempt in range(4):
        towards = np.zeros(len(z))
        towards[-1] = 1.0
        if attempt:
            towards = np.random.default_rng(attempt).normal(size=len(z))
        if begin(table, z, towards, scale, rows, loop_memory(len(z) - 1)) == OK:
            component = (
                rows.tangent[0, -1]
                if abs(rows.watch[0, 0]) > 0
                else rows.tangent[0, np.argmax(np.abs(rows.tangent[0]))]
            )
            if component < 0:
                rows.tangent[0] *= -1
                rows.watch[0, :2] *= -1
            return rows
    raise NotConverged(
        f"the start {problem.along[0]} = {z[-1]:.6g} of '{problem.system.name}' is a branch point or another singular point, "
        "where the direction of the branch is not unique; start at another value of the parameter, or follow from "
        "contin.switch(point)."
    )


def first_row_beside(
    problem: ContinuationProblem, table: Any, z: Floats, tangent: Floats, scale: Floats, settings: Settings
) -> Any:
    """The row of a start with a tangent, where the point itself may be singular: recorded with the tangent given."""
    from contin_kernels.inspection import inspect_from

    rows = allocate(problem, len(z) - 1, 1)
    t = tangent / scale
    rows.z[0] = z
    rows.tangent[0] = t / np.sqrt(np.mean(t[:-1] ** 2) + t[-1] ** 2) * scale
    rows.arclength[0] = rows.iterations[0] = rows.residual[0] = 0
    rows.watch[0] = 0.0
    before = np.full(problem.columns, np.nan)
    jacobian = np.empty((len(z) - 1, len(z)))
    rows.unstable[0] = inspect_from(table, z, jacobian, before, rows.columns[0], rows.watch[0, 2:])
    return rows
