"""Folds: F(z) = 0 and g(z) = 0 with [A b; c' 0] [r; g] = [0; 1], A the scaled F_x (Govaerts 2000, section 4.1)."""

from __future__ import annotations

import math

import numpy as np

from contin_kernels.abi import ints_of
from contin_kernels.jit import kernel, tool
from contin_kernels.lu import unit_solutions
from contin_kernels.memory import matrix, pointer_to, shifted, vector
from contin_kernels.points.attempt import ATTEMPT, COEFFICIENTS, OMEGA, RESIDUAL, point_at
from contin_kernels.points.newton import AUGMENTED, SIZES, scrambled, solve_augmented, solve_size
from contin_kernels.points.piece import on_piece, part_at_zero, piece_at, point_on
from contin_kernels.points.scaled import (
    curvature_gradient,
    curved,
    row_sizes,
    scaled_size,
    scaled_system,
    size_of_terms,
)
from contin_kernels.status import OK
from contin_kernels.vectors import norm

FLAT = 1e-8  # a fold bent less than this, in scaled unknowns, is degenerate


def work_size(m: int) -> int:
    """Length of the work of `attempt`."""
    n = m + 1
    return 8 * n + n * n + solve_size(m) + 3 * n + n * n + 5 * n + scaled_size(m)


@kernel
def null_vectors(context, D, n, left, right, r, w, work):
    """Right and left vectors r, w (n,) of D (n, n) bordered by `left` and `right` (n - 1,), whose last row is not read.

    Their last entries are g. All pointers; `work` (n n + 5 n,).
    """
    m = n - 1
    K = matrix(work, n, n)
    for i in range(m):
        for j in range(m):
            K[i, j] = D[i * n + j]
        K[i, m] = left[i]
        K[m, i] = right[i]
    K[m, m] = 0.0
    unit_solutions(context, work, n, 1, r, w, shifted(work, n * n))


@tool(AUGMENTED)
def augmented(context, frame, u, out, D, derivatives, work):
    """Unknowns `u` (m + 1,) = scaled z; equations: F, then g. In the frame the borders b, c (m,)."""
    m = ints_of(context)[0]
    n = m + 1
    r = shifted(work, n)
    w = shifted(work, 2 * n)
    rest = shifted(work, 3 * n)
    scaled_system(context, m, frame, u, work, out, D, n, rest)
    null_vectors(context, D, n, shifted(frame, 2 * m + 1), shifted(frame, 3 * m + 1), r, w, rest)
    out[m] = r[m]
    if derivatives == SIZES:
        out[n] = size_of_terms(D, n, m, m, w, r)
    elif derivatives:
        r[m] = 0.0
        curvature_gradient(context, m, frame, work, r, w, shifted(D, m * n), rest)


@kernel
def finished(context, m, scale, r, w, point, frame, numbers, work):
    """The coefficient a = 1/2 p . B(q, q) from the scaled null vectors r and w (m + 1,), their last entries zero.

    A q = 0, A' p = 0, |q| = 1, p . q = 1, q's largest entry positive (Kuznetsov 2004, equation 5.31); NaN where p . q = 0
    (Bogdanov-Takens). Returns 0 where the bend vanishes: the fold is degenerate.
    """
    size_r = norm(r)
    size_w = norm(w)
    size_q = 0.0
    size_p = 0.0
    normal = 0.0
    biggest = 0.0
    sign = 1.0
    for i in range(m):
        q = r[i] * scale[i]
        p = w[i] / frame[m + 1 + i]
        size_q += q * q
        size_p += p * p
        normal += p * q
        if abs(q) > biggest:
            biggest = abs(q)
            sign = 1.0 if q > 0.0 else -1.0
        r[i] = q
    bent = curved(context, m, frame, point, pointer_to(r), pointer_to(r), pointer_to(w), work)
    if not abs(bent) > FLAT * size_r * size_r * size_w:
        return 0
    size_q = math.sqrt(size_q)
    flat = abs(normal) < 1e-12 * math.sqrt(size_p) * size_q
    numbers[COEFFICIENTS] = np.nan if flat else 0.5 * sign * bent / (normal * size_q)
    return 1


@tool(ATTEMPT)
def attempt(context, system, piece, slot, value, point, work):
    """Solve for the fold on a piece; coefficient `a`. 0 if there is none or it is degenerate.

    Nor is it tried where a branch point lies on the piece: that solves the equations of a fold too.
    """
    m = ints_of(context)[0]
    n = m + 1
    here = piece_at(piece, context)
    found = point_at(point, context)
    frame = work
    left = shifted(frame, 2 * m + 1)
    right = shifted(frame, 3 * m + 1)
    u = shifted(work, 4 * n)
    r = vector(shifted(work, 5 * n), n)
    w = vector(shifted(work, 6 * n), n)
    out = shifted(work, 7 * n)
    D = shifted(work, 8 * n)
    rest = shifted(work, 8 * n + n * n)
    found.numbers[OMEGA] = 0.0
    if here.watch_a[1] * here.watch_b[1] < 0.0:
        return 0
    point_on(here, part_at_zero(here, slot), found.z)
    row_sizes(context, m, piece, point, shifted(frame, n), rest)
    for i in range(n):
        frame[i] = here.scale[i]
        u[i] = found.z[i] / here.scale[i]
    scaled_system(context, m, frame, u, point, out, D, n, rest)
    for i in range(m):
        left[i] = scrambled(1.0 + i)
        right[i] = scrambled(101.0 + i)
    for _ in range(2):
        null_vectors(context, D, n, left, right, shifted(work, 5 * n), shifted(work, 6 * n), rest)
        r[m] = 0.0
        w[m] = 0.0
        size_r = norm(r)
        size_w = norm(w)
        for i in range(m):
            left[i] = w[i] / size_w
            right[i] = r[i] / size_r
    # The report goes where residual and error stand.
    if solve_augmented(context, system, n, frame, u, shifted(point, n + RESIDUAL), rest) != OK:
        return 0
    scaled_system(context, m, frame, u, point, out, D, n, rest)
    if not on_piece(here, found.z):
        return 0
    null_vectors(context, D, n, left, right, shifted(work, 5 * n), shifted(work, 6 * n), rest)
    r[m] = 0.0
    w[m] = 0.0
    return finished(context, m, here.scale, r, w, point, frame, found.numbers, rest)
