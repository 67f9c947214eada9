"""The first Lyapunov coefficient (Kuznetsov 2004, equation 5.34)."""

from __future__ import annotations

import numpy as np

from contin_kernels.jit import kernel
from contin_kernels.memory import pointer_to
from contin_kernels.normal_forms.derivatives import B, C, solve


@kernel
def shifted_inverse(A, shift, right):
    """(shift - A)^-1 right, complex (n,)."""
    n = A.shape[0]
    K = np.zeros((n, n), np.complex128)
    for i in range(n):
        for j in range(n):
            K[i, j] = -A[i, j]
        K[i, i] += shift
    return solve(K, right)


@kernel
def first_lyapunov(context, x, p, A, omega, q, adjoint):
    """l1 divided by omega, q normalised to <q, q> = 1, and the size of the terms that it is the sum of.

    `x` (n,), `p` (k,) the Hopf point; `A` (n, n) its Jacobian; `q`, `adjoint` (n,) with A q = i omega q,
    A' adjoint = -i omega adjoint, <adjoint, q> = 1.

    l1 = 1 / (2 omega) Re <adjoint, C(q, q, q*) + B(q*, (2 i omega - A)^-1 B(q, q)) - 2 B(q, A^-1 B(q, q*))>
    """
    context = pointer_to(context)
    n = x.shape[0]
    a = q.real.copy()
    b = q.imag.copy()
    aa = B(context, x, p, a, a)
    ab = B(context, x, p, a, b)
    bb = B(context, x, p, b, b)
    square = np.zeros(n, np.complex128)
    mixed = np.zeros(n, np.complex128)
    for i in range(n):
        square[i] = aa[i] - bb[i] + 2j * ab[i]
        mixed[i] = -(aa[i] + bb[i])
    double = shifted_inverse(A, 2j * omega, square)
    steady = shifted_inverse(A, 0j, mixed).real.copy()
    re = double.real.copy()
    im = double.imag.copy()
    aaa = C(context, x, p, a, a, a)
    aab = C(context, x, p, a, a, b)
    abb = C(context, x, p, a, b, b)
    bbb = C(context, x, p, b, b, b)
    a_re = B(context, x, p, a, re)
    a_im = B(context, x, p, a, im)
    b_re = B(context, x, p, b, re)
    b_im = B(context, x, p, b, im)
    a_s = B(context, x, p, a, steady)
    b_s = B(context, x, p, b, steady)
    total = 0.0j
    size = 0.0
    for i in range(n):
        cubic = (aaa[i] + abb[i]) + 1j * (aab[i] + bbb[i])
        through_double = (a_re[i] + b_im[i]) + 1j * (a_im[i] - b_re[i])
        through_steady = 2.0 * (a_s[i] + 1j * b_s[i])
        total += np.conj(adjoint[i]) * (cubic + through_double - through_steady)
        size += abs(adjoint[i]) * (abs(cubic) + abs(through_double) + abs(through_steady))
    return total.real / (2.0 * omega), size / (2.0 * omega)
