"""The equation of the two branches at a branch point (Kuznetsov 2004, section 7.4; Govaerts 2000, section 6.6).

With A q = 0, A' p = 0, |q| = 1, p . q = 1 and (h, 1) the kernel's direction across q: a = 1/2 p . B(q, q), b = p . (mixed second
derivative in q and (h, 1)), d = 1/2 p . (second derivative along (h, 1)) give a u^2 + b u v + d v^2 = 0 for the
directions u q + v (h, 1). At a pitchfork a = 0, and c = 1/6 p . (C(q, q, q) + 3 B(q, g)), A g = - B(q, q) with p . g
bordered away.
"""

from __future__ import annotations

import math

import numpy as np

from contin_kernels.abi import call_problem_jacobian, ints_of
from contin_kernels.jets import second, second_size, up_to_third
from contin_kernels.jit import kernel
from contin_kernels.lu import factor, substitute
from contin_kernels.memory import integers, matrix, shifted, vector
from contin_kernels.points.attempt import COEFFICIENTS, FORM

VANISHES = 1e-7
DEGENERATE, TRANSCRITICAL, PITCHFORK = range(3)


def branching_size(m: int) -> int:
    """Length of the work of `branching_equation`."""
    n = m + 1
    return 4 * n + 7 * m + m * n + n * n + 3 * n + 13 * m + 1 + second_size(m)


@kernel
def branching_equation(context, m, scale, z, null, numbers, work):
    """Fill form and coefficients a, b, d, c in `numbers`; NaN where there are none.

    Of a k-cycle they are those of the k-th iterate, with the mean of the phases' |q|^2 equal to 1.

    `null` holds the scaled null vectors v (2, m + 2), w (m + 2,) and the equations' divisors (m,); pointers.
    """
    n = m + 1
    q = work
    across = shifted(work, n)
    p = shifted(work, 2 * n)
    forms = shifted(work, 4 * n)
    rest = shifted(work, 4 * n + 7 * m)
    w = shifted(null, 2 * (n + 1))
    phases = m / ints_of(context)[1]
    for i in range(4):
        numbers[COEFFICIENTS + i] = np.nan
    numbers[FORM] = DEGENERATE
    basis(m, scale, null, q, across)
    normal = 0.0
    size_p = 0.0
    for i in range(m):
        p[i] = w[i] / w[m + 2 + i]
        normal += p[i] * q[i]
        size_p += p[i] * p[i]
    if abs(normal) < 1e-10 * math.sqrt(size_p):
        return
    up_to_third(context, m, z, q, across, forms, rest)
    a = b = d = cubic = 0.0
    for i in range(m):
        p[i] /= normal
        a += 0.5 * p[i] * forms[i]
        b += p[i] * forms[m + i]
        d += 0.5 * p[i] * forms[2 * m + i]
        cubic += p[i] * forms[3 * m + i]
    size_q = scaled_length(q, scale, n)
    size_across = scaled_length(across, scale, n)
    bend = abs(a) / (size_q * size_q)
    relative = max(bend, abs(b) / (size_q * size_across), abs(d) / (size_across * size_across))
    numbers[COEFFICIENTS] = a * phases**1.5
    numbers[COEFFICIENTS + 1] = b * phases
    numbers[COEFFICIENTS + 2] = d * math.sqrt(phases)
    if bend > VANISHES * relative:
        numbers[FORM] = TRANSCRITICAL if b * b > 4.0 * a * d else DEGENERATE
        return
    K = matrix(shifted(rest, m * n), n, n)
    order = vector(integers(shifted(rest, m * n + n * n)), n)
    right = vector(shifted(rest, m * n + n * n + n), n)
    g = shifted(rest, m * n + n * n + 2 * n)
    call_problem_jacobian(context, z, rest)
    for i in range(m):
        for j in range(m):
            K[i, j] = rest[i * n + j]
        K[i, m] = p[i]
        K[m, i] = q[i]
        right[i] = -forms[i]
    K[m, m] = right[m] = 0.0
    factor(K, order, n)
    substitute(K, order, right, vector(g, n), n)
    g[m] = 0.0
    second(context, z, q, g, forms, shifted(g, n))
    for i in range(m):
        cubic += 3.0 * p[i] * forms[i]
    numbers[COEFFICIENTS] = 0.0
    numbers[COEFFICIENTS + 3] = cubic / 6.0 * phases**2
    numbers[FORM] = PITCHFORK if cubic != 0.0 else DEGENERATE


@kernel
def scaled_length(a, scale, n):
    """Euclidean norm of n numbers, each divided by its scale; pointers."""
    total = 0.0
    for i in range(n):
        total += (a[i] / scale[i]) ** 2
    return math.sqrt(total)


@kernel
def basis(m, scale, v, q, across):
    """q = (phi, 0), |phi| = 1, its largest entry positive, and (h, 1) across it, of the scaled null vectors v (2, m + 2)."""
    n = m + 1
    other = n + 1
    size = 0.0
    biggest = 0.0
    sign = 1.0
    for i in range(m):
        q[i] = scale[i] * (v[i] * v[other + m] - v[other + i] * v[m])
        size += q[i] * q[i]
        if abs(q[i]) > biggest:
            biggest = abs(q[i])
            sign = 1.0 if q[i] > 0.0 else -1.0
    q[m] = 0.0
    size = sign / math.sqrt(size)
    best = 0
    if abs(v[other + m]) / scaled_norm(v, other, n, scale) > abs(v[m]) / scaled_norm(v, 0, n, scale):
        best = other
    overlap = 0.0
    for i in range(m):
        q[i] *= size
        across[i] = v[best + i] * scale[i] / (v[best + m] * scale[m])
        overlap += across[i] * q[i]
    across[m] = 1.0
    for i in range(m):
        across[i] -= overlap * q[i]


@kernel
def scaled_norm(v, at, n, scale):
    """Euclidean norm of n numbers from `at`, each times its scale; pointers."""
    total = 0.0
    for i in range(n):
        total += (v[at + i] * scale[i]) ** 2
    return math.sqrt(total)
