"""Corners: where the model is not smooth and the branch leaves a point in another direction than it came.

No step is short enough there. The pieces of the model that meet beside the point are found by their Jacobians at points
all around it; each is smooth, and a branch through it leaves along the Jacobian's null vector (Simpson, Bifurcations in
Piecewise-Smooth Continuous Systems, World Scientific 2010). Where exactly one solution other than the branch itself
lies beside the point, the branch goes on there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.following.rows import allocate
from contin.following.scales import unit_tangent
from contin.problems.problem import ContinuationProblem
from contin.settings import Settings

Floats = NDArray[np.float64]

WIDEST = 4  # place in the cursor: the largest scale of the parameter
BESIDE = (1e-4, 1e-5)  # scaled distances at which a way on must have solutions
AROUND = 24  # random directions, beside those of the unknowns
NEAR = 1e-5  # scaled distance within which one sharp turn is the same as another
OTHER_PIECE = 1e-2  # change of a Jacobian that is no curvature at the distance of `BESIDE`
ASTRAY = 0.2  # of the distance: how far a solution may lie from where it is expected
ALIKE = 1.0 - 1e-6  # cosine


@dataclass(frozen=True)
class Sharp:
    """A turn that needs shorter steps than the scales allow: the row before it, the scales there, the parameter's widest."""

    row: int
    scale: Floats
    widest: float

    def near(self, rows: Any, k: int) -> bool:
        """Whether row k is at the same turn."""
        return bool(np.max(np.abs(rows.z[k] - rows.z[self.row]) / self.scale) < NEAR)


def sharp_turn(known: Sharp | None, rows: Any, k: int, scale: Floats, cursor: Floats) -> Sharp:
    """The turn just beyond row k: the one that is known, if it is the same."""
    if known is not None and known.near(rows, k):
        return known
    return Sharp(k, scale.copy(), float(cursor[WIDEST]))


def go_on(
    problem: ContinuationProblem,
    context: Any,
    rows: Any,
    corner: Sharp,
    span: tuple[float, float],
    scale: Floats,
    work: Any,
    cursor: Floats,
    settings: Settings,
) -> bool:
    """Go on from behind the corner: its row is put after the one before it, the scales are as there; False if there is no way."""
    from contin_kernels.follow import BASE
    from contin_kernels.inspection import jacobian_from
    from contin_kernels.records import last_jacobian, last_tangent, new_cursor
    from contin_kernels.watching import LAST, PREVIOUS

    k, m = corner.row, len(scale) - 1
    row = behind(problem, context, rows, k, corner.scale, settings)
    if row is None or not span[0] <= row.z[0, -1] <= span[1]:
        return False
    for array, new in zip(rows, row, strict=True):
        array[k + 1] = new[0]
    taken_back = cursor[1]
    scale[:] = corner.scale
    cursor[:] = new_cursor(settings.first_step, cursor[3], corner.widest)
    cursor[1], cursor[2] = taken_back, 1.0
    cursor[LAST], cursor[PREVIOUS], cursor[BASE] = k + 1, k, k + 1
    last_tangent(work, m)[:] = unit_tangent(row.tangent[0], scale)
    jacobian_from(context.table, row.z[0], last_jacobian(work, m))
    return True


def behind(
    problem: ContinuationProblem, context: Any, rows: Any, k: int, scale: Floats, settings: Settings
) -> Any:
    """The one row (`contin_kernels.records.Rows`) behind a corner just beyond row k; None if there is not one way on."""
    from contin_kernels.follow import begin
    from contin_kernels.inspection import inspect_from
    from contin_kernels.records import loop_memory
    from contin_kernels.status import OK

    m = len(scale) - 1
    z, back = rows.z[k], -unit(rows.tangent[k] / scale)
    ways = [way for way in ways_from(context, z, scale, settings) if unit(way) @ back < ALIKE]
    if len(ways) != 1:
        return None
    way = ways[0]
    row = allocate(problem, m, 1)
    if begin(context.table, z + way * scale, way, scale, row, loop_memory(m)) != OK:
        return None
    if unit(row.tangent[0] / scale) @ unit(way) < 1.0 - ASTRAY:
        return None
    row.unstable[0] = inspect_from(
        context.table,
        row.z[0],
        np.empty((m, m + 1)),
        rows.columns[k],
        row.columns[0],
        row.watch[0, 2:],
    )
    row.arclength[0] = rows.arclength[k] + math.sqrt(np.mean(way[:-1] ** 2) + way[-1] ** 2)
    return row if row.unstable[0] >= 0 else None


def unit(direction: Floats) -> Floats:
    """The direction with length 1."""
    return np.asarray(direction / np.linalg.norm(direction))


def ways_from(context: Any, z: Floats, scale: Floats, settings: Settings) -> list[Floats]:
    """Scaled ways (m + 1,) from `z` to the solutions at the distance `BESIDE[0]`, each once."""
    found: list[Floats] = []
    for direction in null_directions(context, z, scale):
        way = way_along(context, z, direction, scale, settings)
        if way is not None and all(unit(way) @ unit(other) < ALIKE for other in found):
            found.append(way)
    return found


def null_directions(context: Any, z: Floats, scale: Floats) -> Iterator[Floats]:
    """Both scaled null directions (m + 1,) of each of the different Jacobians around `z`."""
    from contin_kernels.inspection import jacobian_from

    m = len(z) - 1
    random = np.random.default_rng(7).normal(size=(AROUND, m + 1))
    pieces: list[Floats] = []
    for direction in (*np.eye(m + 1), *-np.eye(m + 1), *map(unit, random)):
        J = jacobian_from(context.table, z + BESIDE[0] * scale * direction, np.empty((m, m + 1))) * scale
        sizes = np.max(np.abs(J), axis=1, keepdims=True)
        if not (np.isfinite(J).all() and sizes.all()):
            continue
        J /= sizes
        if all(np.max(np.abs(J - other)) > OTHER_PIECE for other in pieces):
            pieces.append(J)
            null = np.linalg.svd(J)[2][-1]
            yield null
            yield -null


def way_along(context: Any, z: Floats, direction: Floats, scale: Floats, settings: Settings) -> Floats | None:
    """The scaled way from `z` to the solution at the distance `BESIDE[0]` in this direction, if there are some at all of them."""
    from contin_kernels.records import loop_memory
    from contin_kernels.start import solve_across
    from contin_kernels.status import OK

    row = direction / np.max(np.abs(direction))
    ways = []
    for part in BESIDE:
        point = z + part * scale * direction
        status = solve_across(
            context.table,
            point,
            scale,
            row,
            settings.tolerance,
            int(settings.most_iterations),
            np.empty(2),
            loop_memory(len(z) - 1),
        )
        way = (point - z) / scale
        if status != OK or np.linalg.norm(way - part * direction) > ASTRAY * part:
            return None
        ways.append(way)
    return ways[0]
