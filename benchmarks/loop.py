"""contin's compiled loop without the Python around it: memory made beforehand, one call for all points of a direction.

It does what `contin.following.run` does for one direction, less the memory that grows, progress, and interruption.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import contin
from benchmarks.models import RING_PARAMETERS, cyclic_griffith, griffith, ring, ring_jacobian
from contin.following.first import first_point
from contin.following.rows import allocate
from contin.following.scales import first_scale
from contin.following.sharp import TOO_SHARP_STEP
from contin.problems import Equilibria

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.models import Case

FUNCTIONS: dict[str, Callable[..., Any]] = {"cyclic_griffith": cyclic_griffith, "griffith": griffith}


def flow_of(case: Case, users_jacobian: bool = False) -> contin.Flow:
    """The case's model for contin, with the user's Jacobian (of the ring only) or without."""
    if case.states is not None:
        return contin.flow(FUNCTIONS[case.name])
    return contin.Flow(
        ring, len(case.state), RING_PARAMETERS, jacobian=ring_jacobian if users_jacobian else None
    )


@dataclass
class Loop:
    """A loop ready to run from the start of `case`: `first` is the starting point's row, `rows` take `count` points."""

    problem: Equilibria
    context: Any
    limits: Any
    scale: Any
    first: Any
    rows: Any
    work: Any
    settings: contin.Settings

    def run(self, sign: float = 1.0) -> tuple[int, int]:
        """Follow in the direction of growing (or, with `sign` -1, falling) parameter: status and the last row."""
        from contin_kernels.follow import advance
        from contin_kernels.records import new_cursor

        for array, value in zip(self.rows, self.first, strict=True):
            array[0] = value[0]
        self.rows.tangent[0] *= sign
        self.rows.watch[0, :2] *= sign
        self.cursor = new_cursor(self.settings.first_step, TOO_SHARP_STEP, self.scale[-1])
        self.scale_at_end = self.scale.copy()
        status, last = advance(
            self.context.table, self.limits, self.scale_at_end, self.cursor, self.rows, self.work, 0
        )
        return int(status), int(last)

    def cut(self, count: int) -> Loop:
        """The same loop with room for `count` points only."""
        rows = type(self.rows)(*(array[:count] for array in self.rows))
        return Loop(
            self.problem, self.context, self.limits, self.scale, self.first, rows, self.work, self.settings
        )


def loop_for(
    model: contin.Flow,
    case: Case,
    span: tuple[float, float],
    count: int,
    settings: contin.Settings | None = None,
) -> Loop:
    """Correct the start, record it, and make the memory for `count` points."""
    from contin_kernels.records import Limits, loop_memory

    settings = settings or contin.Settings()
    problem = Equilibria(model, case.along)
    parameters = model.parameter_vector(case.parameters)
    context = problem.context(parameters)
    z = problem.unknowns(np.array(case.state), parameters)
    m = len(z) - 1
    first, scale = first_point(problem, context, z, first_scale(z, span), span, settings)
    limits = Limits(
        tolerance=settings.tolerance,
        first_step=settings.first_step,
        smallest_step=settings.smallest_step,
        largest_step=settings.largest_step,
        largest_angle=math.radians(settings.largest_angle),
        most_iterations=int(settings.most_iterations),
        span=np.array(span, dtype=np.float64),
        bounds=settings.largest_state * np.maximum(1.0, scale[:m]),
    )
    return Loop(problem, context, limits, scale, first, allocate(problem, m, count), loop_memory(m), settings)
