"""Branch points: F + beta b = 0, g_1 = g_2 = 0 with [F_z b; C' 0] [v_i; g_i] = [0; e_i] (Govaerts 2000, section 4.2).

The corrector's own matrix is singular at a branch point; this system is regular, and its unknown beta is zero at a
branch point and measures the gap where two branches only come near each other.
"""

from __future__ import annotations

import math

import numpy as np
from numba import types

from contin_kernels.abi import CROSS, CROSSING, INTEGERS, NUMBERS, call_residual, ints_of
from contin_kernels.jit import entry, fused, kernel, tool
from contin_kernels.lu import unit_solutions
from contin_kernels.memory import caller, matrix, pointer_to, shifted
from contin_kernels.normal_forms.branching import basis, branching_equation, branching_size
from contin_kernels.points.attempt import ATTEMPT, ERROR, OMEGA, RESIDUAL, point_at
from contin_kernels.points.newton import (
    AUGMENTED,
    EPSILON,
    SAMPLES,
    SIZES,
    scrambled,
    solve_augmented,
    solve_size,
)
from contin_kernels.points.piece import on_piece, piece_at, point_on
from contin_kernels.points.scaled import (
    curvature_gradient,
    row_sizes,
    scaled_size,
    scaled_system,
    size_of_terms,
)
from contin_kernels.status import OK

BESIDE = 1e-2
GAP = 30.0
FARTHEST = 1e-10  # part of the scale, beyond which it is no rounding that moves a point

CROSS_TYPE = types.int64(INTEGERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
_call_cross = caller(CROSS_TYPE)


@fused
def cross(context, scale, z, chord, store, work):
    """Solve for the branch point near `z` (m + 1,) in place, met along the unscaled `chord` (m + 1,), by the tool's address.

    `store` (store_size(m),) becomes: residual, error, gap (beta relative to the rounding of its evaluation: large where
    the branches only come near each other), null vectors v (2, m + 2) in scaled unknowns and w (m + 2,) in scaled
    equations, with entries of no meaning after the last unknown or equation, and the equations' divisors (m,).
    Returns the status of `solve_augmented`. Pointers.
    """
    return _call_cross(context[CROSS], (context, scale, z, chord, store, work))


def store_size(m: int) -> int:
    """Length of what `cross` stores."""
    return 3 + 3 * (m + 2) + m


_stored = fused(store_size)


def cross_size(m: int) -> int:
    """Length of the work of `cross`."""
    N = m + 2
    system = 4 * N + max(N * N + 5 * N, scaled_size(m))
    return 11 * N + N * N + max(solve_size(m) + system, scaled_size(m))


def work_size(m: int) -> int:
    """Length of the work of `attempt`."""
    return store_size(m) + m + 1 + max(cross_size(m), branching_size(m))


@kernel
def null_vectors(context, D, m, borders, v, w, work):
    """Right vectors v (2, m + 2) and left vector w (m + 2,) of the scaled F_z in `D` (m + 2, m + 2), bordered.

    `borders`: b (m,), then the columns of C, each (m + 1,). The last entries of v are g. All pointers;
    `work` (N N + 5 N,), N = m + 2.
    """
    N = m + 2
    K = matrix(work, N, N)
    for i in range(m):
        for j in range(m + 1):
            K[i, j] = D[i * N + j]
        K[i, m + 1] = borders[i]
    for j in range(m + 1):
        K[m, j] = borders[m + j]
        K[m + 1, j] = borders[2 * m + 1 + j]
    K[m, m + 1] = K[m + 1, m + 1] = 0.0
    unit_solutions(context, work, N, 2, v, w, shifted(work, N * N))


@kernel
def length(a, n):
    """Euclidean norm of n numbers at a pointer."""
    total = 0.0
    for i in range(n):
        total += a[i] * a[i]
    return math.sqrt(total)


@kernel
def choose_borders(context, D, m, direction, borders, v, w, work):
    """Borders near a branch point, from the scaled `direction` (m + 1,) of the branch and a scrambled one."""
    n = m + 1
    size = length(direction, n)
    for i in range(n):
        borders[m + i] = direction[i] / size
        borders[m + n + i] = scrambled(101.0 + i)
    for i in range(m):
        borders[i] = scrambled(1.0 + i)
    other = shifted(v, n + 1)
    for _ in range(2):
        null_vectors(context, D, m, borders, v, w, work)
        size = length(w, m)
        for i in range(m):
            borders[i] = w[i] / size
        first = length(v, n)
        overlap = 0.0
        for i in range(n):
            overlap += v[i] * other[i]
        overlap /= first * first
        for i in range(n):
            other[i] -= overlap * v[i]
        second = length(other, n)
        for i in range(n):
            borders[m + i] = v[i] / first
            borders[m + n + i] = other[i] / second


@tool(AUGMENTED)
def augmented(context, frame, u, out, D, derivatives, work):
    """Unknowns `u` (m + 2,) = scaled z, beta; equations: F + beta b, then g. In the frame the borders b, C."""
    m = ints_of(context)[0]
    n = m + 1
    N = m + 2
    full = matrix(D, N, N)
    borders = shifted(frame, 2 * m + 1)
    v = shifted(work, N)
    w = shifted(work, 3 * N)
    rest = shifted(work, 4 * N)
    scaled_system(context, m, frame, u, work, out, D, N, rest)
    null_vectors(context, D, m, borders, v, w, rest)
    out[m] = v[n]
    out[n] = v[N + n]
    for i in range(m):
        out[i] += u[n] * borders[i]
        full[i, n] = borders[i]
    if derivatives == SIZES:
        out[N] = size_of_terms(D, N, m, n, w, v)
        out[N + 1] = size_of_terms(D, N, m, n, w, shifted(v, N))
    elif derivatives:
        full[m, n] = full[n, n] = 0.0
        for i in range(2):
            curvature_gradient(context, m, frame, work, shifted(v, N * i), w, shifted(D, (m + i) * N), rest)


@kernel
def unfolding(context, m, frame, z, w, part, moved, f):
    """The gap: w . F / rows at `z` (m + 1,), which is - beta, relative to how it varies within a `part` of the scale of `z`.

    Newton's method leaves in its own beta what it leaves in F, which is more than the second order in the error of z.
    """
    level = 0.0
    here = 0.0
    for sample in range(SAMPLES + 1):
        for i in range(m + 1):
            sign = 1.0 if scrambled(7.0 + i + 31.0 * sample) > 0.0 else -1.0
            moved[i] = z[i] + (sign * part * frame[i] if sample > 0 else 0.0)
        call_residual(context, moved, f)
        total = 0.0
        for i in range(m):
            total += w[i] * f[i] / frame[m + 1 + i]
        if sample == 0:
            here = total
        level = max(level, abs(total - here))
    if abs(here) <= 1e-290:
        return 0.0
    return abs(here) / level if level > 0.0 else np.inf


@tool(CROSS_TYPE)
def cross_tool(context, scale, z, chord, store, work):
    """`cross`."""
    m = ints_of(context)[0]
    n = m + 1
    N = m + 2
    frame = work
    borders = shifted(frame, 2 * m + 1)
    rows = shifted(frame, n)
    u = shifted(work, 6 * N)
    out = shifted(work, 7 * N)
    direction = shifted(work, 8 * N)
    beside = shifted(work, 9 * N)
    one = shifted(work, 10 * N)
    D = shifted(work, 11 * N)
    rest = shifted(work, 11 * N + N * N)
    v = shifted(store, 3)
    w = shifted(v, 2 * N)
    for i in range(n):
        frame[i] = scale[i]
        u[i] = z[i] / scale[i]
        direction[i] = chord[i] / scale[i]
    u[n] = 0.0
    # The equations' sizes a little way along the branch to both sides: at the point itself a whole row may vanish.
    size = length(direction, n)
    for i in range(m):
        rows[i] = 0.0
    for turn in range(2):
        for i in range(n):
            beside[i] = z[i] + (1.0 - 2.0 * turn) * BESIDE * scale[i] * direction[i] / size
        row_sizes(context, m, scale, beside, one, rest)
        for i in range(m):
            rows[i] = max(rows[i], one[i])
    scaled_system(context, m, frame, u, z, out, D, N, rest)
    choose_borders(context, D, m, direction, borders, v, w, rest)
    status = solve_augmented(context, context[CROSSING], N, frame, u, store, rest)
    if status != OK:
        return status
    scaled_system(context, m, frame, u, z, out, D, N, rest)
    null_vectors(context, D, m, borders, v, w, rest)
    # Where the branches come near each other like parabolas the error is large, and the gap known all the same.
    part = min(max(4.0 * EPSILON, store[1] / scale[m]), FARTHEST)
    store[2] = unfolding(context, m, frame, z, w, part, beside, out)
    divisors = shifted(w, N)
    for i in range(m):
        divisors[i] = rows[i]
    return OK


@tool(ATTEMPT)
def attempt(context, system, piece, slot, value, point, work):
    """Solve for the branch point on a piece, without a gap; coefficients a, b, d, c and the form."""
    m = ints_of(context)[0]
    n = m + 1
    here = piece_at(piece, context)
    found = point_at(point, context)
    store = work
    chord = shifted(work, _stored(m))
    rest = shifted(chord, n)
    found.numbers[OMEGA] = 0.0
    point_on(here, 0.5, found.z)
    for i in range(n):
        chord[i] = here.b[i] - here.a[i]
    if cross(context, piece, point, chord, store, rest) != OK:
        return 0
    if store[2] > GAP or not on_piece(here, found.z):
        return 0
    found.numbers[RESIDUAL] = store[0]
    found.numbers[ERROR] = store[1]
    branching_equation(context, m, piece, point, shifted(store, 3), found.numbers, rest)
    return 1


def basis_size(m: int) -> int:
    """Length of the work of `kernel_basis`."""
    return store_size(m) + cross_size(m)


@entry
def kernel_basis(context, z, scale, chord, q, across, work):
    """Fill q and (h, 1), both (m + 1,), of the branch point near `z` (m + 1,), in place, met along `chord` (m + 1,)."""
    context = pointer_to(context)
    m = z.shape[0] - 1
    store = pointer_to(work)
    rest = shifted(store, _stored(m))
    status = cross(context, pointer_to(scale), pointer_to(z), pointer_to(chord), store, rest)
    basis(m, pointer_to(scale), shifted(store, 3), pointer_to(q), pointer_to(across))
    return status
