"""Pseudo-arclength continuation: the loop.

z (m + 1,) are unknowns with the free parameter last, y = z / scale are scaled unknowns with the inner product
<a, b> = (a_1 b_1 + ... + a_m b_m) / m + a_p b_p, t the unit tangent in it (Keller 1977; Govaerts, Numerical Methods for
Bifurcations of Dynamical Equilibria, SIAM 2000, chapter 2). A step is taken back and made shorter when Newton's method
does not converge, when the tangent turns too far, when the first correction is large beside the step, or when the two
ends of the step leave open what happened between them (`contin_kernels.doubts`). Watched numbers that are dear are
computed at some of the points (`contin_kernels.watching`). The loop knows unknowns, columns and watched numbers, never
what they mean.
"""

from __future__ import annotations

import math

import numpy as np

from contin_kernels.abi import PATIENCE, ints_of
from contin_kernels.arclength import (
    border_row,
    distance,
    predict,
    scaled_tangent,
    solve_tangent,
    turning,
)
from contin_kernels.branching import confirmed
from contin_kernels.corrector import (
    bordered_at,
    correct,
    evaluate,
    factor_at,
    tangent_beside,
    tangent_system,
)
from contin_kernels.doubts import dips, hides_turn
from contin_kernels.endings import FARTHEST_CORRECTION, at_edge, ending, land_on_edge
from contin_kernels.jit import entry, fused, loop
from contin_kernels.memory import borrowed, pointer_to
from contin_kernels.records import borrow_rows, grow_scale, record, step_at, system_of, watching_of
from contin_kernels.status import (
    BACK,
    DOUBTED,
    EIGENVALUES_FAILED,
    FULL,
    NOT_CONVERGED,
    NOT_FINITE,
    OK,
    SINGULAR,
    SMALL_STEP,
    SPAN,
    TOO_SHARP,
    TURNED,
)
from contin_kernels.watching import (
    ASIDE,
    HALF,
    RESOLUTION,
    due,
    examine,
    inspect_row,
    open_between,
    start_watching,
    watch_at,
)

ON_POINT = 1e-13  # relative pivot, below which an end of the span is taken to be a branch point
AT_EDGE = 1e-6  # steps are shorter than this where a branch comes near the edge of the domain

CLOSING, BASE = 11, 12
"""Places in the cursor: 1 if all rows are to be sure when they are full; the row from which states' scales are measured."""

# Sizes that LLVM knows: loops of known length are unrolled. Not literals, for which Numba would compile all again.
ONE, TWO, FOUR = np.int64(1), np.int64(2), np.int64(4)


@entry
def begin(context, z, towards, scale, rows, work):
    """Record the starting point `z` (m + 1,) as row 0, its tangent on the side of `towards` (m + 1,), in scaled unknowns.

    `work` from `loop_memory`. Returns OK, SINGULAR or EIGENVALUES_FAILED.
    """
    context = pointer_to(context)
    m = z.shape[0] - 1
    memory = pointer_to(work)
    step = step_at(memory, m)
    system = system_of(memory, m)
    for i in range(m + 1):
        step.z[i] = z[i]
        step.tangent[i] = towards[i] * scale[i]
    sign = 0.0
    for _ in range(2):
        sign = tangent_beside(context, memory, pointer_to(scale), pointer_to(step.tangent), system)
        if sign == 0.0:
            return SINGULAR
    for i in range(m + 1):
        step.tangent[i] /= scale[i]
    w = bordered_at(tangent_system(system, m), m)
    rows.arclength[0] = 0.0
    rows.iterations[0] = 0
    residual = evaluate(context, step.z, w, m)
    record(scale, step, sign, residual, rows, 0, m, rows.watch.shape[1])
    return OK if inspect_row(context, w.jacobian, rows, -1, 0, 0) else EIGENVALUES_FAILED


@loop
def advance(context, limits, scale, cursor, rows, work, k):
    """Continue from row `k` until an end or until the rows are full.

    `cursor` (13,), kept between calls: the next step's length, the number of steps taken back so far, 1 if the scale has
    just changed, the length below which a turn is too sharp for these scales, the largest scale of the parameter, the
    last step's curvature, 1 if the last try was refused, four numbers of `contin_kernels.watching`, CLOSING and BASE;
    `work` from `loop_memory`, kept too: it holds the tangent of row `k`, so that the rows do not depend on how many are
    asked for at a time. The last rows, up to the problem's patience, may have the number of unstable eigenvalues -1 as long
    as they are not sure.

    Returns
    -------
    status : FULL, SPAN, CLOSED, DIVERGES, TOO_SHARP, or SMALL_STEP, NOT_FINITE, SINGULAR, ... : why the last step failed when the
        smallest one did.
    k : the last row.
    """
    context = pointer_to(context)
    span = borrowed(limits.span)
    scale = borrowed(scale)
    cursor = borrowed(cursor)
    rows = borrow_rows(rows)
    memory = pointer_to(work)
    m = rows.z.shape[1] - 1
    watched = rows.watch.shape[1]
    patience = ints_of(context)[PATIENCE]
    small = m == TWO and watched == FOUR and patience == 1
    step = step_at(memory, m)
    watch = watch_at(watching_of(memory, m), m)
    t = step.t
    if k == 0:
        scaled_tangent(rows, k, scale, t, m)
        if patience > 1:
            start_watching(context, rows, k, cursor, watch, m)
    h = cursor[0]
    steady = k > 0 and cursor[2] == 0.0
    while True:
        finished = OK
        wanted = False
        if at_edge(rows.z[k, m], t[m], span):
            finished = SPAN
        elif k + 1 == rows.z.shape[0]:
            finished = FULL
        else:
            if small:
                status, ease = take_step(
                    context, limits, span, scale, cursor, rows, k, steady, h, memory, TWO, FOUR, ONE
                )
            else:
                status, ease = take_step(
                    context, limits, span, scale, cursor, rows, k, steady, h, memory, m, watched, patience
                )
            if status == OK:
                k += 1
                for i in range(m + 1):
                    t[i] = step.tangent[i]
                if patience > 1:
                    w = bordered_at(system_of(memory, m), m)
                    wanted = due(k, patience, w.jacobian, cursor, watch, m)
                finished = ending(context, rows, k, limits, span, scale, memory, m)
                steady = not grow_scale(
                    scale, rows, k, int(cursor[BASE]), cursor[4], h >= limits.largest_step, m
                )
                if not steady:
                    scaled_tangent(rows, k, scale, t, m)
                    for i in range(m + 1):
                        rows.tangent[k, i] = t[i] * scale[i]
                # A step that had to be shortened is not made longer at once.
                h = min(limits.largest_step, h * (min(ease, 1.0) if cursor[6] > 0.0 else ease))
                cursor[6] = 0.0
            else:
                cursor[1] += 1.0
                cursor[6] = 1.0
                if status == BACK:
                    h = HALF * (rows.arclength[k] - rows.arclength[k - 1])
                    k -= 1
                    steady = False
                    scaled_tangent(rows, k, scale, t, m)
                    if patience > 1:
                        start_watching(context, rows, k, cursor, watch, m)
                else:
                    h *= ease
                if h < cursor[3] and (status == TURNED or status == NOT_CONVERGED):
                    finished = TOO_SHARP
                elif h < limits.smallest_step:
                    finished = SMALL_STEP
                    if status == NOT_FINITE or status == SINGULAR or status == EIGENVALUES_FAILED:
                        finished = status
        if finished != OK:
            wanted = finished != FULL or cursor[CLOSING] > 0.0
        if wanted and patience > 1:
            left, factor = examine(context, rows, k, span, scale, cursor, watch, watched)
            if left < k:
                cursor[1] += 1.0
                cursor[6] = 1.0
                h = factor * (rows.arclength[left + 1] - rows.arclength[left])
                k = left
                steady = False
                scaled_tangent(rows, k, scale, t, m)
                start_watching(context, rows, k, cursor, watch, m)
                finished = OK if h >= limits.smallest_step else EIGENVALUES_FAILED
        if finished != OK:
            cursor[0] = h
            cursor[2] = 0.0 if steady else 1.0
            return finished, k


@fused
def take_step(context, limits, span, scale, cursor, rows, k, steady, h, memory, m, watched, patience):
    """Try a step of length `h` from row k; on OK row k + 1 is filled. `m` equations, `watched` numbers.

    `steady`: row k - 1 is there and was recorded with the same scale. The row is inspected if all are, with `patience` 1.

    Returns
    -------
    status : OK or why the step is refused.
    factor : by which to multiply the step's length, for the next step or for the next try.
    """
    system = system_of(memory, m)
    w = bordered_at(system, m)
    step = step_at(memory, m)
    t = step.t
    z = step.z
    predict(rows, k, steady, t, scale, h, z, m)
    border_row(t, step.row, m)
    status, iterations, first, residual = correct(
        context, z, scale, step.row, limits.tolerance, limits.most_iterations, w, m
    )
    if status != OK:
        return status, HALF
    if first > FARTHEST_CORRECTION * h:
        return TURNED, HALF
    if z[m] > span[1] or z[m] < span[0]:
        status, residual = land_on_edge(context, limits, span, scale, rows, k, step, system, m)
        if status != OK:
            return status, HALF
    status, sign, pivot = factor_at(context, z, scale, step.row, w, m)
    landed = z[m] == span[0] or z[m] == span[1]
    if landed and (status == OK or status == SINGULAR) and pivot < ON_POINT:
        sign = 0.0
        for i in range(m + 1):
            step.tangent[i] = t[i]
    elif status != OK:
        return status, ASIDE
    else:
        solve_tangent(w, step.tangent, m)
    if h < AT_EDGE:
        # The last correction may have led over the edge of the domain, where the Jacobian may still be finite.
        residual = evaluate(context, z, w, m)
        if not math.isfinite(residual):
            return NOT_FINITE, HALF
    angle = turning(t, step.tangent, m)
    if angle > limits.largest_angle:
        return TURNED, max(0.1, min(ASIDE, HALF * limits.largest_angle / angle))
    rows.arclength[k + 1] = rows.arclength[k] + distance(rows.z, k, z, scale, m) * (
        1.0 + angle * angle / 24.0
    )
    rows.iterations[k + 1] = iterations
    record(scale, step, sign, residual, rows, k + 1, m, watched)
    if patience == 1 and not inspect_row(context, w.jacobian, rows, k - 1, k, k + 1):
        return EIGENVALUES_FAILED, HALF
    if h > RESOLUTION:
        ease = refused(context, span, scale, rows, k, landed, m)
        if ease == 1.0 and patience == 1:
            ease = open_between(context, rows, k - 1, k, k + 1, landed, watched)
        if ease < 1.0:
            return (DOUBTED if ease > 0.0 else BACK), ease
    # The next step's curvature: the last one's and as much more again as it grew, for bends that begin.
    bend = angle / h
    expected = max(bend, min(2.0 * bend, 2.0 * bend - cursor[5]))
    cursor[5] = bend
    growth = min(2.0, HALF * limits.largest_angle / (expected * h)) if expected > 0.0 else 2.0
    if first > 0.03 * h:
        growth = min(growth, 0.06 * h / first)
    return OK, max(0.3, growth)


@fused
def refused(context, span, scale, rows, k, landed, m):
    """Factor to shorten the step from row k to k + 1 by where it leaves open what happened in it; 1 where it does not.

    A step that lands on a fold or on a branch point is moved aside, unless it `landed` on an end of the span; one that may
    hide two folds or a turn outside the span is halved (-1: the step before is to be taken again), and so is one whose
    determinant changes sign without a branch point: it has jumped to another branch.
    """
    for i in range(2):
        if not landed and rows.watch[k + 1, i] == 0.0 and rows.watch[k, i] != 0.0:
            return ASIDE
    dip = dips(rows, k - 1, k, k + 1, 0, 1)
    if dip < 0:
        return -1.0
    if dip > 0 or hides_turn(rows, k, span, m):
        return HALF
    if rows.watch[k, 1] * rows.watch[k + 1, 1] < 0.0 and not confirmed(
        context, rows.z[k], rows.z[k + 1], scale
    ):
        return HALF
    return 1.0
