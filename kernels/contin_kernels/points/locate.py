"""All special points of one kind on a followed path: from pairs of rows to finished rows."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from contin_kernels.abi import PATIENCE, inspect_beside, ints_of, jacobian_at
from contin_kernels.corrector import tangent_beside, tangent_size
from contin_kernels.defining.stability import CIRCLE
from contin_kernels.jit import entry, fused, kernel
from contin_kernels.memory import borrowed, matrix, pointer_to, shifted
from contin_kernels.points.attempt import (
    COEFFICIENTS,
    ERROR,
    FORM,
    OMEGA,
    RESIDUAL,
    call_attempt,
    point_at,
    point_size,
)
from contin_kernels.points.change import JUMP, POLE, change_of_sign
from contin_kernels.points.piece import (
    SAME,
    halve,
    halve_size,
    piece_at,
    piece_size,
    point_on,
    width,
)
from contin_kernels.records import Rows, borrow_rows
from contin_kernels.vectors import copy
from contin_kernels.watching import inspected

SHORTEST = 1e-13
CERTAIN = 1e-12
HALF_TURN = math.pi  # the angle of a flip


_piece = fused(piece_size)
_point = fused(point_size)


class Found(NamedTuple):
    """The points found, one for each place (K places).

    `rows` (K rows) as the loop records them, without the critical eigenvalues among the unstable ones; `after` (K,) the
    row that a point comes after, or that it is itself where `on` (K,) is 1; `solved` (K,) 0 where only the bracket is known,
    -1 where there is no point; `error` (K,); `form` (K,), of one that is not solved what `change_of_sign` says; `omega`
    (K,) the critical frequency; `coefficients` (K, 4).
    """

    rows: Rows
    after: Any
    on: Any
    solved: Any
    error: Any
    form: Any
    omega: Any
    coefficients: Any


def locate_size(m: int, w: int, c: int, attempt: int) -> int:
    """Length of the work of `locate` where the attempt needs that of length `attempt`."""
    after = max(attempt, halve_size(m, w, c), m * (m + 1) + tangent_size(m))
    return piece_size(m, w, c) + point_size(m) + after


@entry
def sign_changes(values, ends, out):
    """The pairs of rows between which a column of `values` (N, s) changes sign, with nothing but zeros between them.

    So is a zero at the first or the last row alone, where `ends` (2,) is 1: the path ends on a point. Fills `out` (M, 3)
    with first row, second row, column, by columns. Returns how many there are, which may be more than M.
    """
    count = 0
    for slot in range(values.shape[1]):
        last = -1
        for k in range(values.shape[0]):
            if values[k, slot] == 0.0 or math.isnan(values[k, slot]):
                continue
            if last >= 0 and values[k, slot] * values[last, slot] < 0.0:
                if count < out.shape[0]:
                    out[count, 0] = last
                    out[count, 1] = k
                    out[count, 2] = slot
                count += 1
            last = k
        for side in range(2 if values.shape[0] > 1 else 0):
            end = side * (values.shape[0] - 1)
            beside = end + 1 - 2 * side
            if ends[side] == 1 and values[end, slot] == 0.0 and abs(values[beside, slot]) > 0.0:
                if count < out.shape[0]:
                    out[count, 0] = min(end, beside)
                    out[count, 1] = max(end, beside)
                    out[count, 2] = slot
                count += 1
    return count


@entry
def locate(
    attempt, system, context, rows, scales, tolerance, places, values, halvings, regular, border, found, work
):
    """Solve for the point of each of `places` (K, 3) (first row, second row, slot), on ever smaller pieces, into `found`.

    Newton's method from a long piece may find a neighbour of the point; from a short enough one it does not. A point that
    it knows less well than the piece does is not solved. Where it finds none on the shortest piece, the defining system is
    singular at the point, and the point is the middle of that piece; at a pole there is none. `attempt` and `system` are
    the addresses of the kind's functions, `scales` (K, m + 1) those of the unknowns at the places, `values` (K,) what the
    kind needs, `regular` 0 where the Jacobian at a point gives no tangent, `border` of stability: the imaginary axis or the unit
    circle (`contin_kernels.defining.stability`).
    """
    context = pointer_to(context)
    rows = borrow_rows(rows)
    new = borrow_rows(found.rows)
    scales = borrowed(scales)
    ints = ints_of(context)
    m = ints[0]
    memory = pointer_to(work)
    point = shifted(memory, _piece(m, ints[1], ints[2]))
    rest = shifted(point, _point(m))
    piece = piece_at(memory, context)
    here = point_at(point, context)
    for q in range(places.shape[0]):
        i, j, slot = places[q, 0], places[q, 1], places[q, 2]
        scale = scales[q]
        fill(piece, rows, scale, i, j)
        piece.numbers[0] = tolerance
        piece.numbers[1] = 0.0
        first, last, whole = watched(piece.watch_a, slot), watched(piece.watch_b, slot), width(piece)
        solved = 0
        for turn in range(halvings):
            solved = call_attempt(attempt, (context, system, memory, slot, values[q], point, rest))
            if here.numbers[ERROR] > width(piece) * scale[m] and width(piece) > SHORTEST:
                solved = 0
            if solved == 1 or turn + 1 == halvings or width(piece) <= SHORTEST:
                break
            if halve(context, memory, slot, rest) == 0:
                break
        if solved == 0:
            point_on(piece, 0.5, here.z)
            here.numbers[RESIDUAL] = piece.numbers[1]
            here.numbers[ERROR] = abs(piece.b[m] - piece.a[m]) + CERTAIN * scale[m]
            left, right = watched(piece.watch_a, slot), watched(piece.watch_b, slot)
            change = change_of_sign(left, right, first, last, width(piece) / whole)
            if change == JUMP:
                rise = max(steepness(piece.tangent_a, scale), steepness(piece.tangent_b, scale))
                here.numbers[ERROR] += rise * width(piece)
            here.numbers[FORM] = change
            solved = -1 if change == POLE else 0
            for e in range(4):
                here.numbers[COEFFICIENTS + e] = np.nan
        found.solved[q] = solved
        found.error[q] = here.numbers[ERROR]
        found.form[q] = int(here.numbers[FORM])
        found.omega[q] = here.numbers[OMEGA]
        for e in range(4):
            found.coefficients[q, e] = here.numbers[COEFFICIENTS + e]
        finish(context, rows, i, j, scale, regular, border, here, new, found, q, rest)


@kernel
def watched(watch, slot):
    """The watched number of a slot, NaN where the slot is that of a marked unknown, which may be more than are watched."""
    return watch[slot] if slot < watch.shape[0] else np.nan


@kernel
def fill(piece, rows, scale, i, j):
    """The piece between rows i and j."""
    copy(scale, piece.scale)
    copy(rows.z[i], piece.a)
    copy(rows.z[j], piece.b)
    copy(rows.tangent[i], piece.tangent_a)
    copy(rows.tangent[j], piece.tangent_b)
    copy(rows.watch[i], piece.watch_a)
    copy(rows.watch[j], piece.watch_b)
    copy(rows.columns[i], piece.columns_a)
    copy(rows.columns[j], piece.columns_b)
    rescale(piece.watch_a, piece.tangent_a, scale)
    rescale(piece.watch_b, piece.tangent_b, scale)


@kernel
def rescale(watch, tangent, scale):
    """Let the tangent's watched component be that in these scales: the loop's may have been others at either end."""
    m = tangent.shape[0] - 1
    size = 0.0
    for i in range(m):
        size += (tangent[i] / scale[i]) ** 2 / m
    size = math.sqrt(size + (tangent[m] / scale[m]) ** 2)
    if watch[0] != 0.0 and size > 0.0:
        watch[0] = tangent[m] / (scale[m] * size)


@kernel
def steepness(tangent, scale):
    """How far the parameter moves along a tangent while the fastest of the states moves by its scale."""
    most = 0.0
    for i in range(tangent.shape[0] - 1):
        most = max(most, abs(tangent[i]) / scale[i])
    return abs(tangent[tangent.shape[0] - 1]) / most if most > 0.0 else 0.0


@kernel
def apart(z, points, row, scale):
    """Largest scaled distance of `z` (m + 1,) from points[row]."""
    size = 0.0
    for i in range(z.shape[0]):
        size = max(size, abs(z[i] - points[row, i]) / scale[i])
    return size


@kernel
def finish(context, rows, i, j, scale, regular, border, here, new, found, q, work):
    """Row q of the found ones: place, tangent, and how many eigenvalues are unstable without the critical.

    The eigenvalues themselves are computed where that number needs them, or where they are at all rows.
    """
    z = here.z
    n = z.shape[0]
    m = n - 1
    k = i
    if j > i + 1:
        least = np.inf
        for row in range(i, j):
            away = apart(z, rows.z, row, scale) + apart(z, rows.z, row + 1, scale)
            if away < least:
                least = away
                k = row
    on = -1
    if apart(z, rows.z, k, scale) < SAME:
        on = k
    elif k + 1 < rows.z.shape[0] and apart(z, rows.z, k + 1, scale) < SAME:
        on = k + 1
    found.on[q] = 1 if on >= 0 else 0
    found.after[q] = on if on >= 0 else k
    copy(z, new.z[q])
    tangent = new.tangent[q]
    length = 0.0
    for e in range(n):
        tangent[e] = rows.tangent[on, e] if on >= 0 else rows.z[j, e] - rows.z[i, e]
        length += (tangent[e] / scale[e]) ** 2
    if length > 0.0:
        for e in range(n):
            tangent[e] /= math.sqrt(length)
    if regular:
        tangent_beside(context, pointer_to(z), pointer_to(scale), pointer_to(tangent), work)
    watch = new.watch[q]
    watch[0] = tangent[m] / scale[m]
    watch[1] = rows.watch[k, 1]
    omega = here.numbers[OMEGA]
    critical = critical_ones(omega, border)
    lazy = on < 0 and ints_of(context)[PATIENCE] > 1
    new.unstable[q] = count_beside(rows, k, critical) if lazy else -1
    if new.unstable[q] < 0:
        jacobian = matrix(work, m, n)
        jacobian[0, 0] = np.nan
        jacobian_at(context, z, jacobian)
        inspect_beside(context, z, jacobian, rows.columns[k], new.columns[q], watch[2:])
        new.unstable[q] = uncritical(new.columns[q], watch[2:], omega, critical, border)
    else:
        new.columns[q] = np.nan
        watch[2:] = np.nan
    new.iterations[q] = 0
    new.residual[q] = here.numbers[RESIDUAL]
    new.arclength[q] = rows.arclength[on]
    if on < 0:
        chord = 0.0
        along = 0.0
        for e in range(n):
            step = (rows.z[k + 1, e] - rows.z[k, e]) / scale[e]
            chord += step * step
            along += step * (z[e] - rows.z[k, e]) / scale[e]
        part = min(1.0, max(0.0, along / chord)) if chord > 0.0 else 0.0
        new.arclength[q] = rows.arclength[k] + part * (rows.arclength[k + 1] - rows.arclength[k])


@kernel
def critical_ones(omega, border):
    """How many eigenvalues are critical: none where omega is negative, one if it is real, else a pair."""
    if omega < 0.0:
        return 0
    return 1 if omega == 0.0 or (border == CIRCLE and omega >= HALF_TURN) else 2


@kernel
def count_beside(rows, k, critical):
    """How many eigenvalues are unstable at a point after row k, without the critical, as far as the rows beside it tell.

    They do where so many `critical` ones are all that change between them. Else -1.
    """
    left = rows.unstable[k]
    right = rows.unstable[k + 1]
    if abs(right - left) != critical:
        return -1
    if inspected(rows, k) and inspected(rows, k + 1):
        for i in range(2, rows.watch.shape[1]):
            if rows.watch[k, i] * rows.watch[k + 1, i] <= 0.0:
                critical -= 1
        if critical != 0:
            return -1
    return min(left, right)


@kernel
def uncritical(columns, watch, omega, critical, border):
    """How many of the watched numbers are positive, without those of the critical pair, or of the critical real one.

    `columns` (2 w,): real, then imaginary parts. So many `critical` ones are the eigenvalues nearest to +- i omega or, on the
    unit circle, to exp(+- i omega).
    """
    w = watch.shape[0]
    first = second = -1
    if critical > 0:
        x, y = (math.cos(omega), math.sin(omega)) if border == CIRCLE else (0.0, omega)
        first = nearest(columns, w, x, y)
        second = nearest(columns, w, x, -y) if critical == 2 else first
    count = 0
    for i in range(w):
        if watch[i] > 0.0 and i != first and i != second:
            count += 1
    return count


@kernel
def nearest(columns, w, x, y):
    """Index of the eigenvalue nearest to x + i y."""
    best = 0
    least = np.inf
    for i in range(w):
        away = (columns[i] - x) ** 2 + (columns[w + i] - y) ** 2
        if away < least:
            least = away
            best = i
    return best
