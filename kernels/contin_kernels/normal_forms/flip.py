"""The coefficient of the flip (Kuznetsov 2004, section 5.4; Kuznetsov and Meijer 2019, chapter 2).

On the centre manifold H_i(w) of a k-cycle f(H_i(w)) = H_(i+1)(w), and f(H_(k-1)(w)) = H_0(- w + b w^3 + ...). With H_i = x_i +
w q_i + w^2 h_i / 2 + ... the terms in w^2 give F_x h = - F_xx(q, q), and those in w^3, multiplied by p, the coefficient.
"""

from __future__ import annotations

import math

import numpy as np

from contin_kernels.abi import call_problem_jet, floats_of, ints_of
from contin_kernels.jets import length, second, second_size
from contin_kernels.jit import kernel
from contin_kernels.lu import factor, substitute
from contin_kernels.memory import integers, shifted, vector
from contin_kernels.points.attempt import COEFFICIENTS, FORM

DEGENERATE = 1e-10  # of the terms that b is the sum of


def flip_size(m: int) -> int:
    """Length of the work of `flip_coefficient`."""
    return 2 * (m + 1) + 7 * m + second_size(m)


@kernel
def flip_coefficient(context, z, D, frame, r, w, numbers, work):
    """b = 1/6 p . (C(q, q, q) + 3 B(q, (I - A)^-1 B(q, q))), of a k-cycle that of the k-th iterate; supercritical where b > 0.

    The mean of the phases' |q|^2 is 1, p . q = 1 in the first phase; NaN where p . q = 0 there (a resonance 1:2). `z` (m + 1,)
    the flip (pointer), `D` (m or more, m or more) the scaled F_x, overwritten, `frame` its scales and divisors (pointer),
    `r`, `w` (m + 1,) the scaled null vectors.
    """
    n = ints_of(context)[1]
    m = ints_of(context)[0]
    q = work
    h = shifted(q, m + 1)
    jet = shifted(h, m + 1)
    right = vector(shifted(jet, 3 * m), m)
    y = vector(shifted(jet, 4 * m), m)
    order = vector(integers(shifted(jet, 5 * m)), m)
    bent = shifted(jet, 6 * m)
    size = 0.0
    size_p = 0.0
    normal = 0.0
    for i in range(m):
        q[i] = r[i] * frame[i]
        size += q[i] * q[i]
        size_p += (w[i] / frame[m + 1 + i]) ** 2
        if i < n:
            normal += w[i] / frame[m + 1 + i] * q[i]
    numbers[COEFFICIENTS] = np.nan
    numbers[FORM] = 1.0
    if not abs(normal) > 1e-12 * math.sqrt(size * size_p):
        return
    size = math.sqrt(size * n / m)
    normal /= size
    q[m] = h[m] = 0.0
    for i in range(m):
        q[i] /= size
    unit = length(q, floats_of(context), m)
    for i in range(m):
        h[i] = q[i] / unit
    call_problem_jet(context, z, h, jet)
    for i in range(m):
        right[i] = -jet[m + i] * unit * unit / frame[m + 1 + i]
    factor(D, order, m)
    substitute(D, order, right, y, m)
    for i in range(m):
        h[i] = y[i] * frame[i]
    second(context, z, q, h, bent, shifted(bent, m))
    total = 0.0
    terms = 0.0
    for i in range(m):
        p = w[i] / frame[m + 1 + i] / normal
        cubic = jet[2 * m + i] * unit * unit * unit
        total += p * (cubic + 3.0 * bent[i])
        terms += abs(p) * (abs(cubic) + 3.0 * abs(bent[i]))
    if math.isfinite(total):
        numbers[COEFFICIENTS] = total / 6.0
        numbers[FORM] = 0.0 if abs(total) > DEGENERATE * terms else 1.0
