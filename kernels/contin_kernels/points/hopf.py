"""Hopf points: F(z) = 0 and g(z, omega) = 0, complex, with [A - i omega w; v* 0] [q; g] = [0; 1] (Govaerts 2000, 4.3).

A is F_x in scaled states (a similarity), divided by the frequency at the start so that any frequency is of order one.
With g complex and omega real, a neutral saddle (two real eigenvalues of sum zero) is no solution.

And Neimark-Sacker points, of maps: A - (exp(i omega) - 1) E instead, with E the identity in the first phase
(`contin_kernels.defining.fixed_points`), which is singular where a cycle has the multiplier exp(i omega).
"""

from __future__ import annotations

import math

import numpy as np

from contin_kernels.abi import ints_of
from contin_kernels.jit import kernel, tool
from contin_kernels.lu import complex_unit_solutions
from contin_kernels.memory import complexes, matrix, shifted, vector
from contin_kernels.normal_forms.hopf import cubic_term, lyapunov_size
from contin_kernels.points.attempt import ATTEMPT, COEFFICIENTS, FORM, OMEGA, RESIDUAL, point_at
from contin_kernels.points.newton import AUGMENTED, SIZES, scrambled, solve_augmented, solve_size
from contin_kernels.points.piece import on_piece, part_at_zero, piece_at, point_on
from contin_kernels.points.scaled import contracted, row_sizes, scaled_size, scaled_system
from contin_kernels.status import OK
from contin_kernels.vectors import norm

HOPF, NEIMARK_SACKER = 0.0, 1.0
"""Which of them an attempt is for: the value that it is given."""
DEGENERATE = 1e-10  # of the terms that l1 is the sum of
RESONANT = 1e-7  # an angle as near as this to a third or a fourth of the circle is there
APART = 1e-8  # of two multipliers of a pair from each other


def work_size(m: int) -> int:
    """Length of the work of `attempt`."""
    N = m + 2
    own = 14 * N + N * N
    system = 14 * N + max(2 * N * N + 5 * N, scaled_size(m))
    return own + max(solve_size(m) + system, lyapunov_size(m), 2 * N * N + 5 * N)


@kernel
def critical_vectors(context, D, frame, omega, m, q, p, work):
    """Complex q, p (m + 1,) of the bordered matrix: (A / unit - i omega) q and p (A / unit - i omega) are small with g.

    `D` (m + 2, m + 2) holds the scaled F_z; p is a row, without conjugation. The last entries are g. In the frame after scales
    and divisors the unit, the borders (4, m), then HOPF or, with another shift of A, NEIMARK_SACKER. All pointers to numbers;
    `work` (2 (m + 1)^2 + 5 (m + 1),).
    """
    circle = frame[6 * m + 2] == NEIMARK_SACKER
    count = ints_of(context)[1] if circle else m
    shift = np.exp(1j * omega) - 1.0 if circle else 1j * omega
    n = m + 1
    unit = frame[2 * m + 1]
    K = matrix(complexes(work), n, n)
    borders = shifted(frame, 2 * m + 2)
    for i in range(m):
        size = frame[m + 1 + i] / (frame[i] * unit)
        for j in range(m):
            K[i, j] = D[i * (m + 2) + j] * size
        if i < count:
            K[i, i] -= shift
        K[i, m] = borders[i] + 1j * borders[m + i]
        K[m, i] = borders[2 * m + i] - 1j * borders[3 * m + i]
    K[m, m] = 0.0
    complex_unit_solutions(context, work, n, q, p, shifted(work, 2 * n * n))


@tool(AUGMENTED)
def augmented(context, frame, u, out, D, derivatives, work):
    """Unknowns `u` (m + 2,) = scaled z, omega / unit; equations: F, Re g, Im g. The frame as `critical_vectors` has it."""
    m = ints_of(context)[0]
    n = m + 1
    N = m + 2
    re = shifted(work, n)
    im = shifted(work, 2 * n)
    q = vector(complexes(shifted(work, 4 * n)), n)
    p = vector(complexes(shifted(work, 6 * n)), n)
    weights = shifted(work, 8 * n)
    bent_re = shifted(work, 10 * n)
    bent_im = shifted(work, 12 * n)
    rest = shifted(work, 14 * n)
    full = matrix(D, N, N)
    scaled_system(context, m, frame, u, work, out, D, N, rest)
    critical_vectors(context, D, frame, u[n], m, shifted(work, 4 * n), shifted(work, 6 * n), rest)
    out[m] = q[m].real
    out[m + 1] = q[m].imag
    if not derivatives:
        return
    circle = frame[6 * m + 2] == NEIMARK_SACKER
    if derivatives == SIZES:
        diagonal = 2.0 if circle else u[n]
        size = 0.0
        for i in range(m):
            for j in range(m):
                entry = D[i * N + j] * frame[m + 1 + i] / (frame[i] * frame[2 * m + 1])
                size += abs(p[i]) * (abs(entry) + (diagonal if i == j else 0.0)) * abs(q[j])
        out[m] = out[m + 1] = size
        return
    unit = frame[2 * m + 1]
    turn = 0.0j
    speed = 1j * np.exp(1j * u[n]) if circle else 1j
    count = ints_of(context)[1] if circle else m
    for i in range(m):
        full[i, n] = 0.0
        if i < count:
            turn += speed * p[i] * q[i]
        re[i] = q[i].real * frame[i]
        im[i] = q[i].imag * frame[i]
        weights[i] = -p[i].real / (frame[i] * unit)
        weights[m + i] = -p[i].imag / (frame[i] * unit)
    re[m] = im[m] = 0.0
    contracted(context, m, frame, work, re, weights, 2, bent_re, rest)
    contracted(context, m, frame, work, im, weights, 2, bent_im, rest)
    full[m, n] = turn.real
    full[n, n] = turn.imag
    for j in range(n):
        full[m, j] = bent_re[j] - bent_im[n + j]
        full[n, j] = bent_re[n + j] + bent_im[j]


@kernel
def divided(a, b):
    """a / b, NaN where b is zero: there Numba's division of complex numbers raises an exception, in any error model."""
    return a / b if b != 0.0 else complex(np.nan, np.nan)


@kernel
def unscaled(q, p, scale, m, count, turn):
    """Bring q, p to unscaled states: A q = i omega q, A' p = -i omega p, <q, q> = 1, <p, q> = sum conj(p) q = 1.

    For maps with `count` states the mean of the phases' <q, q> is 1, and <p, q> = 1 / `turn` = exp(-i omega) in the first phase,
    so that it is 1 in all others; for flows `count` is m and `turn` 1.
    """
    product = 0.0j
    q[m] = 0.0
    for i in range(m):
        q[i] *= scale[i]
        p[i] = np.conj(p[i] / scale[i])
    size = norm(q) * np.sqrt(count / m)
    for i in range(m):
        q[i] = divided(q[i], size)
        if i < count:
            product += np.conj(p[i]) * q[i] * turn
    for i in range(m):
        p[i] = divided(p[i], np.conj(product))


@tool(ATTEMPT)
def attempt(context, system, piece, slot, value, point, work):
    """Solve for the Hopf point of the pair in `watch[slot]` on a piece; coefficients l1, l1 omega, omega.

    Where `value` is NEIMARK_SACKER, for the point of that kind; coefficients d, omega; the form is 3 or 4 at a resonance.
    """
    ints = ints_of(context)
    m = ints[0]
    n = m + 1
    N = m + 2
    here = piece_at(piece, context)
    found = point_at(point, context)
    frame = work
    borders = shifted(frame, 2 * m + 2)
    u = shifted(work, 7 * N)
    out = shifted(work, 8 * N)
    right = shifted(work, 9 * N)
    left = shifted(work, 11 * N)
    q = vector(complexes(right), n)
    p = vector(complexes(left), n)
    D = shifted(work, 14 * N)
    rest = shifted(work, 14 * N + N * N)
    full = matrix(D, N, N)
    part = part_at_zero(here, slot)
    pair = ints[1] + slot - 2
    circle = value == NEIMARK_SACKER
    first, last = abs(here.columns_a[pair]), abs(here.columns_b[pair])
    if circle:
        first = math.atan2(first, here.columns_a[pair - ints[1]])
        last = math.atan2(last, here.columns_b[pair - ints[1]])
    omega = (1.0 - part) * first + part * last
    found.numbers[OMEGA] = omega
    if not omega > 0.0:
        return 0
    point_on(here, part, found.z)
    row_sizes(context, m, piece, point, shifted(frame, n), rest)
    for i in range(n):
        frame[i] = here.scale[i]
        u[i] = found.z[i] / here.scale[i]
    unit = 1.0 if circle else omega
    frame[2 * m + 1] = unit
    frame[6 * m + 2] = value
    u[n] = omega / unit
    omega = u[n]
    scaled_system(context, m, frame, u, point, out, D, N, rest)
    for i in range(4 * m):
        borders[i] = scrambled(1.0 + i)
    for _ in range(3):
        critical_vectors(context, D, frame, omega, m, right, left, rest)
        q[m] = p[m] = 0.0
        size_q = norm(q)
        size_p = norm(p)
        for i in range(m):
            borders[i] = p[i].real / size_p
            borders[m + i] = -p[i].imag / size_p
            borders[2 * m + i] = q[i].real / size_q
            borders[3 * m + i] = q[i].imag / size_q
    # The report goes where residual and error stand.
    if solve_augmented(context, system, N, frame, u, shifted(point, n + RESIDUAL), rest) != OK:
        return 0
    scaled_system(context, m, frame, u, point, out, D, N, rest)
    if not (u[n] > 0.0 and on_piece(here, found.z)):
        return 0
    if circle and not APART < u[n] < math.pi - APART:
        return 0
    critical_vectors(context, D, frame, u[n], m, right, left, rest)
    omega = u[n] * unit
    found.numbers[OMEGA] = omega
    for i in range(m):
        for j in range(m):
            full[i, j] *= frame[n + i] / frame[j]
    turn = np.exp(1j * omega)
    count = ints[1] if circle else m
    unscaled(q, p, here.scale, m, count, turn if circle else 1.0 + 0.0j)
    double = turn * turn - 1.0 if circle else 2j * omega
    cubic, size = cubic_term(context, point, full, double, count, m, q, p, rest)
    found.numbers[FORM] = 0.0 if abs(cubic.real) > DEGENERATE * size else 1.0
    if circle:
        found.numbers[COEFFICIENTS] = 0.5 * cubic.real
        found.numbers[COEFFICIENTS + 1] = omega
        for part_of_turn in range(3, 5):
            if abs(omega - 2.0 * math.pi / part_of_turn) < RESONANT:
                found.numbers[FORM] = part_of_turn
    else:
        l1 = cubic.real / (2.0 * omega)
        found.numbers[COEFFICIENTS] = l1
        found.numbers[COEFFICIENTS + 1] = l1 * omega
        found.numbers[COEFFICIENTS + 2] = omega
    return 1
