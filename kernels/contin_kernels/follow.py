"""Pseudo-arclength continuation: the loop.

z (m + 1,) are unknowns with the free parameter last, y = z / scale are scaled unknowns with the inner product
<a, b> = (a_1 b_1 + ... + a_m b_m) / m + a_p b_p, t the unit tangent in it (Keller 1977; Govaerts, Numerical Methods for
Bifurcations of Dynamical Equilibria, SIAM 2000, chapter 2). A step is taken back and made shorter when Newton's method
does not converge, when the tangent turns too far, when the first correction is large beside the step, or when the two
ends of the step leave open what happened between them (`contin_kernels.doubts`). The loop knows unknowns, columns and
watched numbers, never what they mean.
"""

from __future__ import annotations

import numpy as np

from contin_kernels.abi import doubtful
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
from contin_kernels.records import borrow_rows, grow_scale, record, step_at, system_of
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

RESOLUTION = 1e-9

# Sizes that LLVM knows: loops of known length are unrolled. Not literals, for which Numba would compile all again.
TWO, FOUR = np.int64(2), np.int64(4)


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
    for i in range(rows.columns.shape[1]):
        rows.columns[0, i] = np.nan
    residual = evaluate(context, step.z, w, m)
    return record(context, scale, w, step, rows.columns[0].copy(), sign, residual, rows, 0, m)


@loop
def advance(context, limits, scale, cursor, rows, work, k):
    """Continue from row `k` until an end or until the rows are full.

    `cursor` (7,), kept between calls: the next step's length, the number of steps taken back so far, 1 if the scale has
    just changed, the length below which a turn is too sharp for these scales, the largest scale of the parameter, the
    last step's curvature, 1 if the last try was refused; `work` from `loop_memory`, kept too: it holds the tangent of row
    `k`, so that the rows do not depend on how many are asked for at a time.

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
    small = m == TWO and watched == FOUR
    step = step_at(memory, m)
    t = step.t
    if k == 0:
        scaled_tangent(rows, k, scale, t, m)
    h = cursor[0]
    steady = k > 0 and cursor[2] == 0.0
    while True:
        if at_edge(rows.z[k, m], t[m], span):
            return SPAN, k
        if k + 1 == rows.z.shape[0]:
            cursor[0] = h
            cursor[2] = 0.0 if steady else 1.0
            return FULL, k
        if small:
            status, ease = take_step(
                context, limits, span, scale, cursor, rows, k, steady, h, memory, TWO, FOUR
            )
        else:
            status, ease = take_step(
                context, limits, span, scale, cursor, rows, k, steady, h, memory, m, watched
            )
        if status == OK:
            k += 1
            for i in range(m + 1):
                t[i] = step.tangent[i]
            finished = ending(context, rows, k, limits, span, scale, memory, m)
            steady = not grow_scale(scale, rows, k, cursor[4], h >= limits.largest_step, m)
            if not steady:
                scaled_tangent(rows, k, scale, t, m)
                for i in range(m + 1):
                    rows.tangent[k, i] = t[i] * scale[i]
            if finished != OK:
                return finished, k
            # A step that had to be shortened is not made longer at once.
            h = min(limits.largest_step, h * (min(ease, 1.0) if cursor[6] > 0.0 else ease))
            cursor[6] = 0.0
            continue
        cursor[1] += 1.0
        cursor[6] = 1.0
        if status == BACK:
            h = 0.5 * (rows.arclength[k] - rows.arclength[k - 1])
            k -= 1
            steady = False
            scaled_tangent(rows, k, scale, t, m)
        else:
            h *= ease
        if h < cursor[3] and (status == TURNED or status == NOT_CONVERGED):
            return TOO_SHARP, k
        if h < limits.smallest_step:
            if status == NOT_FINITE or status == SINGULAR or status == EIGENVALUES_FAILED:
                return status, k
            return SMALL_STEP, k


@fused
def take_step(context, limits, span, scale, cursor, rows, k, steady, h, memory, m, watched):
    """Try a step of length `h` from row k; on OK row k + 1 is filled. `m` equations, `watched` numbers.

    `steady`: row k - 1 is there and was recorded with the same scale.

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
        return status, 0.5
    if first > FARTHEST_CORRECTION * h:
        return TURNED, 0.5
    if z[m] > span[1] or z[m] < span[0]:
        status, residual = land_on_edge(context, limits, span, scale, rows, k, step, system, m)
        if status != OK:
            return status, 0.5
    status, sign = factor_at(context, z, scale, step.row, w, m)
    if status == SINGULAR and (z[m] == span[0] or z[m] == span[1]):
        for i in range(m + 1):
            step.tangent[i] = t[i]
    elif status != OK:
        return status, 0.7
    else:
        solve_tangent(w, step.tangent, m)
    angle = turning(t, step.tangent, m)
    if angle > limits.largest_angle:
        return TURNED, max(0.1, min(0.7, 0.5 * limits.largest_angle / angle))
    rows.arclength[k + 1] = rows.arclength[k] + distance(rows.z, k, z, scale, m) * (
        1.0 + angle * angle / 24.0
    )
    rows.iterations[k + 1] = iterations
    status = record(context, scale, w, step, rows.columns[k], sign, residual, rows, k + 1, m)
    if status != OK:
        return status, 0.5
    if h > RESOLUTION:
        ease = refused(context, span, scale, rows, k, m, watched)
        if ease < 1.0:
            return (DOUBTED if ease > 0.0 else BACK), ease
    # The next step's curvature: the last one's and as much more again as it grew, for bends that begin.
    bend = angle / h
    expected = max(bend, min(2.0 * bend, 2.0 * bend - cursor[5]))
    cursor[5] = bend
    growth = min(2.0, 0.5 * limits.largest_angle / (expected * h)) if expected > 0.0 else 2.0
    if first > 0.03 * h:
        growth = min(growth, 0.06 * h / first)
    return OK, max(0.3, growth)


@fused
def refused(context, span, scale, rows, k, m, watched):
    """Factor to shorten the step from row k to k + 1 by where it leaves open what happened in it; 1 where it does not.

    A step that lands on a zero of a watched number is moved aside; one that may hide an even number of zeros, a turn
    outside the span, or unexplained changes is halved (-1: the step before is to be taken again), and so is one
    whose determinant changes sign without a branch point: it has jumped to another branch.
    """
    for i in range(watched):
        if rows.watch[k + 1, i] == 0.0 and rows.watch[k, i] != 0.0:
            return 0.7
    dip = dips(rows, k, watched)
    if dip < 0:
        return -1.0
    if dip > 0 or hides_turn(rows, k, span, m):
        return 0.5
    if doubtful(context, rows.watch[k], rows.watch[k + 1], rows.columns[k], rows.columns[k + 1]):
        return 0.5
    if rows.watch[k, 1] * rows.watch[k + 1, 1] < 0.0 and not confirmed(
        context, rows.z[k], rows.z[k + 1], scale
    ):
        return 0.5
    return 1.0
