"""Driving the compiled loop: memory that grows, progress, interruption, and why it stopped in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import End
from contin.following.contact import go_on_across
from contin.following.growing import grown
from contin.following.rows import cut, enlarge
from contin.following.scales import unit_tangent
from contin.following.sharp import TOO_SHARP_STEP, SharpTurns
from contin.problems.problem import ContinuationProblem
from contin.settings import Settings

Floats = NDArray[np.float64]
Progress = Callable[[int], None]

FIRST_ROWS = 1024


@dataclass
class Track:
    """One direction, as the loop recorded it: rows as in `contin_kernels.records.Rows`, scales at its start and its end."""

    rows: Any
    first: Floats
    scale: Floats
    end: End


def run(
    problem: ContinuationProblem,
    context: Any,
    first: Any,
    scale: Floats,
    span: tuple[float, float],
    settings: Settings,
    progress: Progress | None,
) -> Track:
    """Follow from the one row in `first` (its tangent says which way) until an end."""
    from contin_kernels.follow import CLOSING, advance
    from contin_kernels.records import Limits, last_tangent, loop_memory, new_cursor
    from contin_kernels.status import FULL, NOT_CONVERGED, SINGULAR, SMALL_STEP, TOO_SHARP

    m = first.z.shape[1] - 1
    limits = Limits(
        settings.tolerance,
        settings.first_step,
        settings.smallest_step,
        settings.largest_step,
        math.radians(settings.largest_angle),
        int(settings.most_iterations),
        np.array(span, dtype=np.float64),
        settings.largest_state * np.maximum(1.0, scale[:m]),
    )
    stride = max(32, min(FIRST_ROWS, int(2e6 / (m + 1) ** 2)))
    rows = enlarge(first, min(1 + stride, int(settings.most_points)))
    work = loop_memory(m)
    cursor = new_cursor(settings.first_step, TOO_SHARP_STEP, scale[m])
    at_start = scale.copy()
    turns = SharpTurns(problem, context, span, scale, work, cursor, settings)
    k, status = 0, FULL
    enlarged = -1  # the row at which the scales were enlarged last: once at a row
    try:
        while status == FULL and k + 1 < settings.most_points:
            stop = min(k + 1 + stride, int(settings.most_points))
            if stop > len(rows.z):
                rows = enlarge(rows, min(4 * stop, int(settings.most_points)))
            cursor[CLOSING] = stop == settings.most_points
            status, k = advance(context.table, limits, scale, cursor, cut(rows, stop), work, k)
            if k > enlarged and status in (FULL, TOO_SHARP, SMALL_STEP, SINGULAR, NOT_CONVERGED):
                point, direction = rows.z[k], rows.tangent[k]
                if grown(context, first.z[0], point, direction, scale, at_start, settings.tolerance):
                    last_tangent(work, m)[:] = unit_tangent(direction, scale)
                    cursor[0], cursor[2] = settings.first_step, 1.0
                    enlarged, status = k, FULL
                    continue
            if status in (TOO_SHARP, SMALL_STEP, SINGULAR, NOT_CONVERGED):
                beyond = go_on_across(problem, context, rows, k, scale, work, cursor, settings)
                if beyond is not None:
                    (rows, k), status = beyond, FULL
            if status in (TOO_SHARP, SMALL_STEP):
                rows, k, status = turns.met(rows, k, status)
            if progress is not None:
                progress(k + 1)
    except KeyboardInterrupt:
        while rows.unstable[k] < 0:
            k -= 1
        done = cut(rows, k + 1)
        return Track(done, at_start, scale, End("interrupted", f"interrupted at {_where(problem, done)}"))
    done = cut(rows, k + 1)
    return Track(done, at_start, scale, words(problem, status, done, cursor[0], settings, span))


def _where(problem: ContinuationProblem, rows: Any) -> str:
    system = problem.system
    z = rows.z[-1]
    shown = [f"{problem.along[0]} = {z[-1]:.6g}"]
    shown += [
        f"{name} = {value:.6g}"
        for name, value in zip(system.states, problem.states(rows.z[-1:])[0], strict=True)
    ][:4]
    return ", ".join(shown)


def words(
    problem: ContinuationProblem,
    status: int,
    rows: Any,
    step: float,
    settings: Settings,
    span: tuple[float, float],
) -> End:
    """The end's reason and sentence."""
    from contin_kernels import status as s

    where = _where(problem, rows)
    name = problem.along[0]
    if status == s.SPAN:
        edge = "upper" if rows.z[-1, -1] >= span[1] else "lower"
        return End("span", f"reached the {edge} end of the span at {where}")
    if status == s.CLOSED:
        return End("closed loop", f"returned to its start: a closed loop, at {where}")
    if status == s.DIVERGES:
        i = int(np.argmax(np.abs(problem.states(rows.z[-1:])[0])))
        return End("diverges", f"{problem.system.states[i]} grows without bound at {where}")
    if status == s.FULL:
        return End("most points", f"reached {len(rows.z)} points (`most_points`) at {where}")
    if status == s.NOT_FINITE:
        return End(
            "not finite",
            f"'{problem.system.name}' is not finite just beyond {where}: a pole, or the edge of where it is defined",
        )
    if status in (s.SINGULAR, s.EIGENVALUES_FAILED):
        return End("singular", f"the Jacobian is singular, or no eigenvalues are found, at {where}")
    return End(
        "step too small",
        f"the step fell below {settings.smallest_step:g} at {where}; the model may not be smooth there in {name} or its states",
    )
