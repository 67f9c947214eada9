"""Pseudo-arclength continuation: the loop.

z (m + 1,) are unknowns with the free parameter last, y = z / scale are scaled unknowns with the inner product
<a, b> = (a_1 b_1 + ... + a_m b_m) / m + a_p b_p, t the unit tangent in it (Keller 1977; Govaerts, Numerical Methods for
Bifurcations of Dynamical Equilibria, SIAM 2000, chapter 2). A step is taken back and made shorter when Newton's method
does not converge, when the tangent turns too far, when the first correction is large beside the step, or when the two
ends of the step leave open what happened between them (`contin_kernels.doubts`). The loop knows unknowns, columns and
watched numbers, never what they mean.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from contin_kernels.abi import doubtful, inspect_at
from contin_kernels.branching import confirmed
from contin_kernels.corrector import (
    Bordered,
    bordered_workspace,
    borrow_bordered,
    correct,
    evaluate,
    factor_at,
)
from contin_kernels.doubts import dips, hides_turn
from contin_kernels.jit import fused, kernel
from contin_kernels.lu import lu_solve
from contin_kernels.memory import borrowed, pointer_to
from contin_kernels.status import (
    BACK,
    CLOSED,
    DIVERGES,
    EIGENVALUES_FAILED,
    FULL,
    NOT_CONVERGED,
    OK,
    OUTSIDE,
    SINGULAR,
    SMALL_STEP,
    SPAN,
    TURNED,
)

RESOLUTION = 1e-9
VERTICAL = 1e-13
FARTHEST_CORRECTION = 0.25


class Rows(NamedTuple):
    """What is recorded, one row a point (N rows).

    `z` (N, m + 1); `tangent` (N, m + 1) = dz/ds; `arclength` (N,); `watch` (N, 2 + w): the tangent's parameter
    component, the sign of the bordered determinant, then what the problem watches; `columns` (N, c); `unstable`,
    `iterations` (N,); `residual` (N,).
    """

    z: Any
    tangent: Any
    arclength: Any
    watch: Any
    columns: Any
    unstable: Any
    iterations: Any
    residual: Any


class Limits(NamedTuple):
    """Numbers that govern the loop; `Settings` of contin documents them.

    `span` (2,) of the free parameter, `bounds` (m,) largest magnitudes of the unknowns.
    """

    tolerance: float
    first_step: float
    smallest_step: float
    largest_step: float
    largest_angle: float
    most_iterations: int
    span: Any
    bounds: Any


class Step(NamedTuple):
    """Workspace of a step: the candidate `z`, its unit scaled `tangent`, the border `row`, all (m + 1,), a copy `kept`."""

    z: Any
    tangent: Any
    row: Any
    kept: Any
    t: Any


class Workspace(NamedTuple):
    """Memory of the loop, made once in Python."""

    bordered: Bordered
    step: Step


def workspace(m: int) -> Workspace:
    """Memory for m equations."""
    return Workspace(bordered_workspace(m), Step(*(np.zeros(m + 1) for _ in range(5))))


@fused
def borrow_step(step):
    """The workspace with arrays without owners."""
    return Step(
        borrowed(step.z), borrowed(step.tangent), borrowed(step.row), borrowed(step.kept), borrowed(step.t)
    )


@fused
def borrow_rows(rows):
    """The rows with arrays without owners."""
    return Rows(
        borrowed(rows.z),
        borrowed(rows.tangent),
        borrowed(rows.arclength),
        borrowed(rows.watch),
        borrowed(rows.columns),
        borrowed(rows.unstable),
        borrowed(rows.iterations),
        borrowed(rows.residual),
    )


@fused
def tangent_length(t):
    """Length of `t` (m + 1,) in the scaled inner product."""
    m = t.shape[0] - 1
    total = 0.0
    for i in range(m):
        total += t[i] * t[i]
    return math.sqrt(total / m + t[m] * t[m])


@fused
def normalise(t):
    """Bring `t` (m + 1,) to unit length."""
    inverse = 1.0 / tangent_length(t)
    for i in range(t.shape[0]):
        t[i] *= inverse


@fused
def border_row(t, row):
    """row (m + 1,) with row . y = <t, y>."""
    m = t.shape[0] - 1
    weight = 1.0 / m
    for i in range(m):
        row[i] = t[i] * weight
    row[m] = t[m]


@fused
def solve_tangent(w, t):
    """The unit tangent (m + 1,) from the factors at a point, on the side of the row they are bordered with."""
    right = w.right
    m = t.shape[0] - 1
    for i in range(m):
        right[i] = 0.0
    right[m] = 1.0
    lu_solve(w.factors, w.order, right, t)
    normalise(t)


@fused
def record(context, scale, w, step, before, sign, residual, rows, k):
    """Fill row `k` from the point and unit scaled tangent in `step`, with the Jacobian at the point in `w`.

    `before` (c,) are the columns of the row before. Returns OK or EIGENVALUES_FAILED.
    """
    watch = rows.watch[k]
    unstable = inspect_at(context, step.z, w.jacobian, before, rows.columns[k], watch[2:])
    if unstable < 0:
        return EIGENVALUES_FAILED
    z = step.z
    t = step.tangent
    m = z.shape[0] - 1
    watch[0] = t[m] if abs(t[m]) > VERTICAL else 0.0
    watch[1] = sign
    for i in range(m + 1):
        rows.z[k, i] = z[i]
        rows.tangent[k, i] = t[i] * scale[i]
    rows.unstable[k] = unstable
    rows.residual[k] = residual
    return OK


@fused
def grow_scale(scale, rows, k):
    """Let the scale of the states follow their largest magnitude; True if it changed."""
    changed = False
    for i in range(scale.shape[0] - 1):
        if abs(rows.z[k, i]) > 1.25 * scale[i]:
            scale[i] = abs(rows.z[k, i])
            changed = True
    return changed


@fused
def scaled_tangent(rows, k, scale, t):
    """The unit scaled tangent (m + 1,) of row k."""
    for i in range(t.shape[0]):
        t[i] = rows.tangent[k, i] / scale[i]
    normalise(t)


@kernel
def begin(context, z, towards, scale, rows, work):
    """Record the starting point `z` (m + 1,) as row 0, its tangent on the side of `towards` (m + 1,), in scaled unknowns.

    Returns OK, NOT_FINITE, SINGULAR or EIGENVALUES_FAILED.
    """
    context = pointer_to(context)
    w = borrow_bordered(work.bordered)
    step = borrow_step(work.step)
    for i in range(z.shape[0]):
        step.z[i] = z[i]
        step.tangent[i] = towards[i]
    normalise(step.tangent)
    sign = 1.0
    for _ in range(3):
        border_row(step.tangent, step.row)
        status, sign = factor_at(context, step.z, scale, step.row, w)
        if status != OK:
            return status
        solve_tangent(w, step.tangent)
    rows.arclength[0] = 0.0
    rows.iterations[0] = 0
    for i in range(rows.columns.shape[1]):
        rows.columns[0, i] = np.nan
    residual = evaluate(context, step.z, w)
    return record(context, scale, w, step, rows.columns[0].copy(), sign, residual, rows, 0)


@kernel
def advance(context, limits, scale, cursor, rows, work, k):
    """Continue from row `k` until an end or until the rows are full.

    `cursor` (3,), kept between calls: the next step's length, the number of steps taken back so far, 1 if the scale has
    just changed; `work` from `workspace`, kept too: it holds the tangent of row `k`, so that the rows do not depend on
    how many are asked for at a time.

    Returns
    -------
    status : FULL, SPAN, CLOSED, DIVERGES, or SMALL_STEP, NOT_FINITE, SINGULAR, ... : why the last step failed when the
        smallest one did.
    k : the last row.
    """
    return _advance(
        pointer_to(context),
        limits,
        borrowed(limits.span),
        borrowed(scale),
        borrowed(cursor),
        borrow_rows(rows),
        borrow_bordered(work.bordered),
        borrow_step(work.step),
        k,
    )


@fused
def _advance(context, limits, span, scale, cursor, rows, w, step, k):
    m = rows.z.shape[1] - 1
    t = step.t
    if k == 0:
        scaled_tangent(rows, k, scale, t)
    h = cursor[0]
    steady = k > 0 and cursor[2] == 0.0
    while True:
        if at_edge(rows.z[k, m], t[m], span):
            return SPAN, k
        if k + 1 == rows.z.shape[0]:
            cursor[0] = h
            cursor[2] = 0.0 if steady else 1.0
            return FULL, k
        status, ease = take_step(context, limits, span, scale, rows, k, steady, t, h, w, step)
        if status == OK:
            k += 1
            finished = ending(rows, k, limits, span, scale)
            steady = not grow_scale(scale, rows, k)
            if not steady:
                scaled_tangent(rows, k, scale, t)
                for i in range(m + 1):
                    rows.tangent[k, i] = t[i] * scale[i]
            else:
                for i in range(m + 1):
                    t[i] = step.tangent[i]
            if finished != OK:
                return finished, k
            h = min(limits.largest_step, h * ease)
            continue
        cursor[1] += 1.0
        if status == BACK:
            h = 0.5 * (rows.arclength[k] - rows.arclength[k - 1])
            k -= 1
            steady = False
            scaled_tangent(rows, k, scale, t)
        else:
            h *= ease
        if h < limits.smallest_step:
            if status == OK or status == TURNED or status == NOT_CONVERGED or status == OUTSIDE:
                return SMALL_STEP, k
            return status, k


@fused
def at_edge(p, direction, span):
    """Whether the parameter stands on an edge of the span and heads outside."""
    return (p >= span[1] and direction > 0.0) or (p <= span[0] and direction < 0.0)


@fused
def take_step(context, limits, span, scale, rows, k, steady, t, h, w, step):
    """Try a step of length `h` from row k with unit tangent `t`; on OK row k + 1 is filled.

    `steady`: row k - 1 is there and was recorded with the same scale.

    Returns
    -------
    status : OK or why the step is refused.
    factor : by which to multiply the step's length, for the next step or for the next try.
    """
    m = t.shape[0] - 1
    z = step.z
    predict(rows, k, steady, t, scale, h, z)
    border_row(t, step.row)
    status, iterations, first, residual = correct(
        context, z, scale, step.row, limits.tolerance, limits.most_iterations, w
    )
    if status != OK:
        return status, 0.5
    if first > FARTHEST_CORRECTION * h:
        return TURNED, 0.5
    if z[m] > span[1] or z[m] < span[0]:
        status, residual = land_on_edge(context, limits, span, scale, rows, k, step, w)
        if status != OK:
            return status, 0.5
    status, sign = factor_at(context, z, scale, step.row, w)
    if status == SINGULAR and (z[m] == span[0] or z[m] == span[1]):
        for i in range(m + 1):
            step.tangent[i] = t[i]
    elif status != OK:
        return status, 0.7
    else:
        solve_tangent(w, step.tangent)
    angle = turning(t, step.tangent)
    if angle > limits.largest_angle:
        return TURNED, max(0.1, min(0.7, 0.5 * limits.largest_angle / angle))
    rows.arclength[k + 1] = rows.arclength[k] + distance(rows.z, k, z, scale) * (1.0 + angle * angle / 24.0)
    rows.iterations[k + 1] = iterations
    status = record(context, scale, w, step, rows.columns[k], sign, residual, rows, k + 1)
    if status != OK:
        return status, 0.5
    if h > RESOLUTION:
        ease = refused(context, span, scale, rows, k)
        if ease < 1.0:
            return (TURNED if ease > 0.0 else BACK), ease
    aim = 0.5 * limits.largest_angle
    growth = 2.0 if angle < 0.5 * aim else aim / angle
    if first > 0.03 * h:
        growth = min(growth, 0.06 * h / first)
    return OK, max(0.3, growth)


@fused
def refused(context, span, scale, rows, k):
    """Factor to shorten the step from row k to k + 1 by where it leaves open what happened in it; 1 where it does not.

    A step that lands on a zero of a watched number is moved aside; one that may hide an even number of zeros, a turn
    outside the span, or unexplained changes is halved (-1: the step before is to be taken again), and so is one
    whose determinant changes sign without a branch point: it has jumped to another branch.
    """
    for i in range(rows.watch.shape[1]):
        if rows.watch[k + 1, i] == 0.0 and rows.watch[k, i] != 0.0:
            return 0.7
    dip = dips(rows, k)
    if dip < 0:
        return -1.0
    if dip > 0 or hides_turn(rows, k, span):
        return 0.5
    if doubtful(context, rows.watch[k], rows.watch[k + 1], rows.columns[k], rows.columns[k + 1]):
        return 0.5
    if rows.watch[k, 1] * rows.watch[k + 1, 1] < 0.0 and not confirmed(
        context, rows.z[k], rows.z[k + 1], scale
    ):
        return 0.5
    return 1.0


@fused
def predict(rows, k, steady, t, scale, h, z):
    """z (m + 1,): `h` further on the cubic through the last two points and tangents; on the tangent if not `steady`."""
    n = z.shape[0]
    for i in range(n):
        z[i] = rows.z[k, i] + h * t[i] * scale[i]
    if not steady:
        return
    length = rows.arclength[k] - rows.arclength[k - 1]
    if not (length > 0.0 and h < 3.0 * length):
        return
    inverse = 1.0 / length
    square = h * h * inverse
    cubic = square * (h + length) * inverse
    for i in range(n):
        along = t[i] * scale[i]
        chord = (rows.z[k, i] - rows.z[k - 1, i]) * inverse
        z[i] += square * (along - chord) + cubic * (rows.tangent[k - 1, i] + along - 2.0 * chord)


@fused
def turning(a, b):
    """Angle in radians between two unit tangents (m + 1,)."""
    m = a.shape[0] - 1
    total = 0.0
    for i in range(m):
        total += (a[i] - b[i]) * (a[i] - b[i])
    chord = math.sqrt(total / m + (a[m] - b[m]) * (a[m] - b[m]))
    return 2.0 * math.asin(min(1.0, 0.5 * chord))


@fused
def distance(points, row, z, scale):
    """Scaled distance of points[row] and `z` (m + 1,)."""
    m = z.shape[0] - 1
    total = 0.0
    for i in range(m):
        d = (points[row, i] - z[i]) / scale[i]
        total += d * d
    d = (points[row, m] - z[m]) / scale[m]
    return math.sqrt(total / m + d * d)


@kernel
def land_on_edge(context, limits, span, scale, rows, k, step, w):
    """Replace the point in `step.z` beyond the span by the branch's point on the edge; OUTSIDE if that is another place."""
    z = step.z
    row = step.row
    kept = step.kept
    m = z.shape[0] - 1
    edge = span[1] if z[m] > span[1] else span[0]
    start = rows.z[k, m]
    reach = distance(rows.z, k, z, scale)
    part = (edge - start) / (z[m] - start)
    for i in range(m):
        z[i] = rows.z[k, i] + part * (z[i] - rows.z[k, i])
    z[m] = edge
    for i in range(m + 1):
        kept[i] = row[i]
        row[i] = 0.0
    row[m] = 1.0
    status, _, first, residual = correct(context, z, scale, row, limits.tolerance, limits.most_iterations, w)
    for i in range(m + 1):
        row[i] = kept[i]
    if status != OK:
        return status, residual
    z[m] = edge
    if first > FARTHEST_CORRECTION * reach or distance(rows.z, k, z, scale) > 1.2 * reach:
        return OUTSIDE, residual
    return OK, residual


@fused
def ending(rows, k, limits, span, scale):
    """Whether the branch ends at row k: SPAN, CLOSED, DIVERGES, else OK."""
    m = rows.z.shape[1] - 1
    for i in range(m):
        if abs(rows.z[k, i]) > limits.bounds[i]:
            return DIVERGES
    if at_edge(rows.z[k, m], rows.tangent[k, m], span):
        return SPAN
    if k > 8 and passes_start(rows, k, scale):
        return CLOSED
    return OK


@kernel
def passes_start(rows, k, scale):
    """Whether the step to row k went through row 0 in its direction: then row 0 is copied to row k."""
    m = rows.z.shape[1] - 1
    size = rows.arclength[k] - rows.arclength[k - 1]
    if abs(rows.z[k, m] - rows.z[0, m]) > size * scale[m]:
        return False
    start = rows.z[0]
    near = distance(rows.z, k - 1, start, scale)
    if near > size or distance(rows.z, k, start, scale) > size:
        return False
    along = 0.0
    same = 0.0
    for i in range(m + 1):
        weight = 1.0 if i == m else 1.0 / m
        chord = (rows.z[k, i] - rows.z[k - 1, i]) / scale[i] / size
        along += weight * chord * (rows.z[0, i] - rows.z[k - 1, i]) / scale[i]
        same += weight * (rows.tangent[0, i] / scale[i]) * chord
    aside = math.sqrt(max(0.0, near * near - along * along))
    if not (same > 0.9 and 0.0 <= along <= size and aside < 0.1 * size):
        return False
    rows.arclength[k] = rows.arclength[k - 1] + near
    for i in range(m + 1):
        rows.z[k, i] = rows.z[0, i]
        rows.tangent[k, i] = rows.tangent[0, i]
    for i in range(rows.watch.shape[1]):
        rows.watch[k, i] = rows.watch[0, i]
    for i in range(rows.columns.shape[1]):
        rows.columns[k, i] = rows.columns[0, i]
    rows.unstable[k] = rows.unstable[0]
    rows.residual[k] = rows.residual[0]
    return True
