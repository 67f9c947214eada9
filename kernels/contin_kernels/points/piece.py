"""A piece of a followed path on which a watched number changes its sign: guesses for the point, and halving."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import types

from contin_kernels.abi import HALVE, INTEGERS, NUMBERS, inspect_beside, ints_of, jacobian_at
from contin_kernels.corrector import corrected, tangent_beside, tangent_size
from contin_kernels.jit import fused, kernel, tool
from contin_kernels.memory import caller, matrix, shifted, vector
from contin_kernels.status import OK
from contin_kernels.vectors import copy

SAME = 1e-9
MARGIN = 1e-3
ITERATIONS = 10

HALVE_TYPE = types.int64(INTEGERS, NUMBERS, types.int64, types.float64, NUMBERS)
_call_halve = caller(HALVE_TYPE)


class Piece(NamedTuple):
    """The piece between two points `a` and `b` of a path.

    `scale`, `a`, `b`, the unscaled tangents there, all (m + 1,); `watch_a`, `watch_b` (2 + w,); `columns_a`,
    `columns_b` (c,); `numbers` (2,): the tolerance of a point, the largest scaled residual at the end found last.
    """

    scale: Any
    a: Any
    b: Any
    tangent_a: Any
    tangent_b: Any
    watch_a: Any
    watch_b: Any
    columns_a: Any
    columns_b: Any
    numbers: Any


def piece_size(m: int, w: int, c: int) -> int:
    """Length of a piece's memory."""
    return 5 * (m + 1) + 2 * (w + 2) + 2 * c + 2


@fused
def piece_at(memory, context):
    """The piece at a pointer."""
    ints = ints_of(context)
    n = ints[0] + 1
    w = ints[1] + 2
    c = ints[2]
    watch = shifted(memory, 5 * n)
    columns = shifted(watch, 2 * w)
    return Piece(
        vector(memory, n),
        vector(shifted(memory, n), n),
        vector(shifted(memory, 2 * n), n),
        vector(shifted(memory, 3 * n), n),
        vector(shifted(memory, 4 * n), n),
        vector(watch, w),
        vector(shifted(watch, w), w),
        vector(columns, c),
        vector(shifted(columns, c), c),
        vector(shifted(columns, 2 * c), 2),
    )


@kernel
def part_at_zero(piece, slot):
    """Part of the way from a to b at which the straight line of `watch[slot]` is zero."""
    one = piece.watch_a[slot]
    other = piece.watch_b[slot]
    return one / (one - other) if one != other else 0.5


@kernel
def width(piece):
    """Largest scaled distance of the ends."""
    size = 0.0
    for i in range(piece.a.shape[0]):
        size = max(size, abs(piece.b[i] - piece.a[i]) / piece.scale[i])
    return size


@kernel
def point_on(piece, s, z):
    """z (m + 1,) = the point at the part `s` of the way, on the cubic through both ends in the directions of the tangents."""
    u = 0.0
    v = 0.0
    chord = 0.0
    for i in range(z.shape[0]):
        u += (piece.tangent_a[i] / piece.scale[i]) ** 2
        v += (piece.tangent_b[i] / piece.scale[i]) ** 2
        chord += ((piece.b[i] - piece.a[i]) / piece.scale[i]) ** 2
    if not (chord > 0.0 and u > 0.0 and v > 0.0):
        for i in range(z.shape[0]):
            z[i] = piece.a[i] + s * (piece.b[i] - piece.a[i])
        return
    u = 1.0 / math.sqrt(u)
    v = 1.0 / math.sqrt(v)
    turn = 0.0
    for i in range(z.shape[0]):
        turn += ((u * piece.tangent_a[i] - v * piece.tangent_b[i]) / piece.scale[i]) ** 2
    length = math.sqrt(chord) * (1.0 + turn / 24.0)
    rest = 1.0 - s
    for i in range(z.shape[0]):
        z[i] = (
            rest * rest * (1.0 + 2.0 * s) * piece.a[i]
            + s * rest * rest * length * u * piece.tangent_a[i]
            + s * s * (3.0 - 2.0 * s) * piece.b[i]
            - s * s * rest * length * v * piece.tangent_b[i]
        )


@kernel
def on_piece(piece, z):
    """Whether `z` (m + 1,) lies on the piece, or on one of its ends."""
    near_a = 0.0
    near_b = 0.0
    length = 0.0
    along = 0.0
    for i in range(z.shape[0]):
        chord = (piece.b[i] - piece.a[i]) / piece.scale[i]
        away = (z[i] - piece.a[i]) / piece.scale[i]
        near_a = max(near_a, abs(away))
        near_b = max(near_b, abs(z[i] - piece.b[i]) / piece.scale[i])
        length += chord * chord
        along += chord * away
    if min(near_a, near_b) < SAME:
        return True
    along /= length
    aside = 0.0
    for i in range(z.shape[0]):
        away = (z[i] - piece.a[i] - along * (piece.b[i] - piece.a[i])) / piece.scale[i]
        aside += away * away
    return -MARGIN <= along <= 1.0 + MARGIN and aside <= 0.1 * length


@fused
def halve(context, piece, slot, work):
    """Keep the part in which `watch[slot]` changes sign, by the tool's address; pointers, `work` (halve_size(m, w, c),).

    The piece is cut in its middle, or beside it where the middle cannot be solved for or is itself the zero; returns 0 if
    that fails too.
    """
    if _call_halve(context[HALVE], (context, piece, slot, 0.5, work)) != 0:
        return 1
    if _call_halve(context[HALVE], (context, piece, slot, 0.3, work)) != 0:
        return 1
    return _call_halve(context[HALVE], (context, piece, slot, 0.8, work))


def halve_size(m: int, w: int, c: int) -> int:
    """Length of the work of `halve`."""
    return 3 * (m + 1) + 2 + (w + 2) + c + m * (m + 1) + tangent_size(m)


@kernel
def take(z, tangent, watch, columns, end, end_tangent, end_watch, end_columns):
    """Let a point be an end of the piece."""
    copy(z, end)
    copy(tangent, end_tangent)
    copy(watch, end_watch)
    copy(columns, end_columns)


@tool(HALVE_TYPE)
def halve_tool(context, memory, slot, part, work):
    """`halve`."""
    piece = piece_at(memory, context)
    ints = ints_of(context)
    n = ints[0] + 1
    w = ints[1]
    z = vector(work, n)
    row = vector(shifted(work, n), n)
    tangent = vector(shifted(work, 2 * n), n)
    report = shifted(work, 3 * n)
    watch = vector(shifted(work, 3 * n + 2), w + 2)
    columns = vector(shifted(work, 3 * n + 2 + w + 2), ints[2])
    jacobian = matrix(shifted(work, 3 * n + 2 + w + 2 + ints[2]), n - 1, n)
    rest = shifted(work, 3 * n + 2 + w + 2 + ints[2] + (n - 1) * n)
    point_on(piece, part, z)
    size = 0.0
    for i in range(n):
        row[i] = (piece.b[i] - piece.a[i]) / piece.scale[i]
        size = max(size, abs(row[i]))
    for i in range(n):
        row[i] /= size
        tangent[i] = piece.tangent_a[i]
    status = corrected(context, work, memory, shifted(work, n), piece.numbers[0], ITERATIONS, report, rest)
    if status != OK:
        return 0
    sign = tangent_beside(context, work, memory, shifted(work, 2 * n), rest)
    if sign == 0.0:
        return 0
    # Where no branch point lies on the piece the determinant keeps its sign, however far the tangent turns.
    if piece.watch_a[1] * piece.watch_b[1] > 0.0 and sign * piece.watch_a[1] < 0.0:
        sign = -sign
        for i in range(n):
            tangent[i] = -tangent[i]
    if slot >= 2:
        jacobian[0, 0] = np.nan
        jacobian_at(context, z, jacobian)
        inspect_beside(context, z, jacobian, piece.columns_a, columns, watch[2:])
    watch[0] = tangent[n - 1] / piece.scale[n - 1]
    watch[1] = sign
    if watch[slot] == 0.0:
        return 0
    piece.numbers[1] = report[1]
    if watch[slot] * piece.watch_a[slot] > 0.0:
        take(z, tangent, watch, columns, piece.a, piece.tangent_a, piece.watch_a, piece.columns_a)
    else:
        take(z, tangent, watch, columns, piece.b, piece.tangent_b, piece.watch_b, piece.columns_b)
    return 1
