"""The cubic term of a critical pair: the first Lyapunov coefficient of flows (Kuznetsov 2004, equation 5.34), and that of maps.

A pair of multipliers exp(+- i omega) of a map has the same form (Kuznetsov 2004, section 5.4; Kuznetsov and Meijer 2019,
chapter 2): with F_x = A - 1, (1 - A)^-1 = - F_x^-1 and exp(2 i omega) - A = (exp(2 i omega) - 1) E - F_x. For k-cycles E is the
identity in the first phase alone: on the centre manifold f(H_(k-1)(w)) = H_0(exp(i omega) w + c w |w|^2 + ...).
"""

from __future__ import annotations

import numpy as np

from contin_kernels.jets import second, up_to_third
from contin_kernels.jit import kernel
from contin_kernels.lu import factor, substitute
from contin_kernels.memory import complexes, integers, matrix, shifted, vector


def lyapunov_size(m: int) -> int:
    """Length of the work of `cubic_term`."""
    return 5 * (m + 1) + 7 * m + 4 * m + m + 2 * m * m + 26 * m + 2


@kernel
def shifted_solve(A, shift, count, right, x, m, work):
    """x (m,) = (shift E - A)^-1 right, complex, E the identity in the first `count`; `work` (2 m m + m,) is a pointer."""
    K = matrix(complexes(work), m, m)
    order = vector(integers(shifted(work, 2 * m * m)), m)
    for i in range(m):
        for j in range(m):
            K[i, j] = -A[i, j]
        if i < count:
            K[i, i] += shift
    factor(K, order, m)
    substitute(K, order, right, x, m)


@kernel
def cubic_term(context, z, A, double, count, m, q, adjoint, work):
    """<adjoint, C(q, q, q*) + B(q*, (double E - A)^-1 B(q, q)) - 2 B(q, A^-1 B(q, q*))>, and the size of its terms.

    `z` (m + 1,) the point (pointer); `A` (m or more, m or more) its F_x; B, C the second and third derivatives of F; E the
    identity in the first `count`; `q`, `adjoint` (m,) the critical vectors; `work` (lyapunov_size(m),). For flows
    `double` = 2 i omega and l1 is the real part divided by 2 omega.
    """
    n = m + 1
    a = work
    b = shifted(work, n)
    re = shifted(work, 2 * n)
    im = shifted(work, 3 * n)
    steady = shifted(work, 4 * n)
    forms = shifted(work, 5 * n)
    right = vector(complexes(shifted(forms, 7 * m)), m)
    solution = vector(complexes(shifted(forms, 9 * m)), m)
    rest = shifted(forms, 11 * m)
    for i in range(m):
        a[i] = q[i].real
        b[i] = q[i].imag
    a[m] = b[m] = re[m] = im[m] = steady[m] = 0.0
    up_to_third(context, m, z, a, b, forms, rest)
    for i in range(m):
        right[i] = forms[i] - forms[2 * m + i] + 2j * forms[m + i]
    shifted_solve(A, double, count, right, solution, m, rest)
    for i in range(m):
        re[i] = solution[i].real
        im[i] = solution[i].imag
        right[i] = -(forms[i] + forms[2 * m + i])
    shifted_solve(A, 0j, count, right, solution, m, rest)
    for i in range(m):
        steady[i] = solution[i].real
    total = 0.0j
    size = 0.0
    through = shifted(rest, 13 * m + 1)
    for turn in range(2):
        one = a if turn == 0 else b
        second(context, z, one, re, shifted(through, 3 * m * turn), rest)
        second(context, z, one, im, shifted(through, 3 * m * turn + m), rest)
        second(context, z, one, steady, shifted(through, 3 * m * turn + 2 * m), rest)
    for i in range(m):
        aaa, aab, abb, bbb = forms[3 * m + i], forms[4 * m + i], forms[5 * m + i], forms[6 * m + i]
        cubic = (aaa + abb) + 1j * (aab + bbb)
        through_double = (through[i] + through[4 * m + i]) + 1j * (through[m + i] - through[3 * m + i])
        through_steady = 2.0 * (through[2 * m + i] + 1j * through[5 * m + i])
        total += np.conj(adjoint[i]) * (cubic + through_double - through_steady)
        size += abs(adjoint[i]) * (abs(cubic) + abs(through_double) + abs(through_steady))
    return total, size
