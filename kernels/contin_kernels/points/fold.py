"""Folds: F(z) = 0 and g(z) = 0 with [A b; c' 0] [r; g] = [0; 1], A the scaled F_x (Govaerts 2000, section 4.1).

And flips, of maps: A is F_x + 2 E there, with E the identity in the first phase (`contin_kernels.defining.fixed_points`), which
is singular where a cycle has the multiplier -1.
"""

from __future__ import annotations

import math

import numpy as np

from contin_kernels.abi import ints_of
from contin_kernels.jit import kernel, tool
from contin_kernels.lu import unit_solutions
from contin_kernels.memory import matrix, pointer_to, shifted, vector
from contin_kernels.normal_forms.flip import flip_coefficient, flip_size
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

FOLD, FLIP = 0.0, 1.0
"""Which of them an attempt is for: the value that it is given."""
FLAT = 1e-8  # a fold bent less than this, in scaled unknowns, is degenerate


def work_size(m: int) -> int:
    """Length of the work of `attempt`."""
    n = m + 1
    own = 8 * n + n * n
    return own + max(solve_size(m) + 3 * n + n * n + 5 * n + scaled_size(m), flip_size(m))


@kernel
def null_vectors(context, D, n, frame, r, w, work):
    """Right and left vectors r, w (n,) of A, which is D (n, n) without its last row and column, bordered as the frame says.

    Their last entries are g. In the frame after scales and divisors the borders b, c (n - 1,), then FOLD or FLIP. All
    pointers; `work` (n n + 5 n,).
    """
    m = n - 1
    K = matrix(work, n, n)
    for i in range(m):
        for j in range(m):
            K[i, j] = D[i * n + j]
        K[i, m] = frame[2 * m + 1 + i]
        K[m, i] = frame[3 * m + 1 + i]
    K[m, m] = 0.0
    if frame[4 * m + 1] == FLIP:
        for i in range(ints_of(context)[1]):
            K[i, i] += 2.0 * frame[i] / frame[m + 1 + i]
    unit_solutions(context, work, n, 1, r, w, shifted(work, n * n))


@tool(AUGMENTED)
def augmented(context, frame, u, out, D, derivatives, work):
    """Unknowns `u` (m + 1,) = scaled z; equations: F, then g. The frame as `null_vectors` has it."""
    m = ints_of(context)[0]
    n = m + 1
    r = shifted(work, n)
    w = shifted(work, 2 * n)
    rest = shifted(work, 3 * n)
    scaled_system(context, m, frame, u, work, out, D, n, rest)
    null_vectors(context, D, n, frame, r, w, rest)
    out[m] = r[m]
    if derivatives == SIZES:
        out[m] = size_of_terms(D, n, m, m, w, r)
        if frame[4 * m + 1] == FLIP:
            for i in range(ints_of(context)[1]):
                out[m] += abs(2.0 * w[i] * frame[i] / frame[m + 1 + i] * r[i])
    elif derivatives:
        r[m] = 0.0
        curvature_gradient(context, m, frame, work, r, w, shifted(D, m * n), rest)


@kernel
def finished(context, m, scale, r, w, point, frame, numbers, work):
    """The coefficient a = 1/2 p . B(q, q) from the scaled null vectors r and w (m + 1,), their last entries zero.

    A q = 0, A' p = 0, |q| = 1, p . q = 1, q's largest entry positive (Kuznetsov 2004, equation 5.31); NaN where p . q = 0
    (Bogdanov-Takens). Of a k-cycle it is that of the k-th iterate, with the mean of the phases' |q|^2 equal to 1. Returns
    0 where the bend vanishes: the fold is degenerate.
    """
    phases = m / ints_of(context)[1]
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
    numbers[COEFFICIENTS] = np.nan if flat else 0.5 * sign * bent / (normal * size_q) * phases**1.5
    return 1


@tool(ATTEMPT)
def attempt(context, system, piece, slot, value, point, work):
    """Solve for the fold on a piece, coefficient `a`, or, where `value` is FLIP, for the flip, coefficient `b`.

    0 if there is none or the fold is degenerate. Nor is a fold tried where a branch point lies on the piece: that solves the
    equations of a fold too.
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
    found.numbers[OMEGA] = math.pi if value == FLIP else 0.0
    if value == FOLD and here.watch_a[1] * here.watch_b[1] < 0.0:
        return 0
    frame[4 * m + 1] = value
    point_on(here, part_at_zero(here, slot), found.z)
    row_sizes(context, m, piece, point, shifted(frame, n), rest)
    for i in range(n):
        frame[i] = here.scale[i]
        u[i] = found.z[i] / here.scale[i]
    scaled_system(context, m, frame, u, point, out, D, n, rest)
    for i in range(m):
        left[i] = scrambled(1.0 + i)
        right[i] = scrambled(101.0 + i)
    for _ in range(3):
        null_vectors(context, D, n, frame, shifted(work, 5 * n), shifted(work, 6 * n), rest)
        r[m] = 0.0
        w[m] = 0.0
        size_r = norm(r)
        size_w = norm(w)
        if not (0.0 < size_r < np.inf and 0.0 < size_w < np.inf):
            return 0
        for i in range(m):
            left[i] = w[i] / size_w
            right[i] = r[i] / size_r
    # The report goes where residual and error stand.
    if solve_augmented(context, system, n, frame, u, shifted(point, n + RESIDUAL), rest) != OK:
        return 0
    scaled_system(context, m, frame, u, point, out, D, n, rest)
    if not on_piece(here, found.z):
        return 0
    null_vectors(context, D, n, frame, shifted(work, 5 * n), shifted(work, 6 * n), rest)
    r[m] = 0.0
    w[m] = 0.0
    if value == FLIP:
        if not (0.0 < norm(r) < np.inf and 0.0 < norm(w) < np.inf):
            return 0
        flip_coefficient(context, point, matrix(shifted(work, 8 * n), n, n), frame, r, w, found.numbers, rest)
        return 1
    return finished(context, m, here.scale, r, w, point, frame, found.numbers, rest)
