"""The first point of a branch: Newton's method from the start, its scales, and its tangent."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.errors import NotConverged, NotFinite, with_article
from contin.following.rows import allocate
from contin.following.scales import balanced, first_scale, rounding_of_states, scale_along, unit_tangent
from contin.problems.problem import ContinuationProblem
from contin.settings import Settings

Floats = NDArray[np.float64]

BESIDE = 1e-3


def first_point(
    problem: ContinuationProblem,
    context: Any,
    z: Floats,
    scale: Floats,
    span: tuple[float, float],
    settings: Settings,
) -> tuple[Any, Floats]:
    """The row of the point that Newton's method finds from `z` (m + 1,), and the scales (m + 1,) of the branch through it.

    `scale` (m + 1,) are the scales to find it in.
    """
    least = correct_start(problem, context.table, z, scale, settings)
    problem.rescale(context, scale)
    rows = first_row_near(problem, context.table, z, scale, span, settings)
    scale = scale_along(rows.z[0], rows.tangent[0], scale, least)
    problem.rescale(context, scale)
    t = unit_tangent(rows.tangent[0], scale)
    rows.tangent[0] = t * scale
    rows.watch[0, 0] = t[-1] if rows.watch[0, 0] != 0.0 else 0.0
    return rows, scale


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
            f"'{system.name}' became not finite while Newton's method looked for {with_article(problem.solution)} at {place}."
        )
    raise NotConverged(
        f"Newton's method found no {problem.solution} of '{system.name}' at {place} ({iterations} iterations, scaled residual "
        f"{residual:.2g}); start nearer to one, or at another value of {problem.along[0]}."
    )


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
    problem: ContinuationProblem, table: Any, z: Floats, tangent: Floats, scale: Floats, special: bool
) -> Any:
    """The row of a start with a tangent, where the point itself may be singular: recorded with the tangent given.

    At a special point the eigenvalue that is critical is so to within the point's error only: it is taken to be.
    """
    from contin_kernels.inspection import inspect_from

    rows = allocate(problem, len(z) - 1, 1)
    rows.z[0] = z
    rows.tangent[0] = unit_tangent(tangent, scale) * scale
    rows.arclength[0] = rows.iterations[0] = rows.residual[0] = 0
    rows.watch[0] = 0.0
    before = np.full(problem.columns, np.nan)
    jacobian = np.empty((len(z) - 1, len(z)))
    watch = rows.watch[0, 2:]
    rows.unstable[0] = inspect_from(table, z, jacobian, before, rows.columns[0], watch)
    if special:
        critical = np.argmin(np.abs(watch))
        rows.unstable[0] -= watch[critical] > 0.0
        watch[critical] = 0.0
    return rows
