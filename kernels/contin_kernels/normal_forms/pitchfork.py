"""The cubic coefficient of the branching equation at a pitchfork (Kuznetsov 2004, section 7.4.2; Govaerts 2000, 6.6)."""

from __future__ import annotations

import numpy as np

from contin_kernels.jit import kernel
from contin_kernels.memory import pointer_to
from contin_kernels.normal_forms.derivatives import B, C, solve
from contin_kernels.vectors import dot


@kernel
def cubic(context, x, p, A, q, adjoint):
    """c = 1/6 adjoint . (C(q, q, q) + 3 B(q, h)), A h = - B(q, q) with adjoint . h bordered away.

    `A` (n, n) singular with A q = 0, A' adjoint = 0, |q| = 1, adjoint . q = 1.
    """
    context = pointer_to(context)
    n = x.shape[0]
    bent = B(context, x, p, q, q)
    K = np.zeros((n + 1, n + 1), np.complex128)
    right = np.zeros(n + 1, np.complex128)
    for i in range(n):
        for j in range(n):
            K[i, j] = A[i, j]
        K[i, n] = adjoint[i]
        K[n, i] = q[i]
        right[i] = -bent[i]
    h = solve(K, right).real[:n].copy()
    return (dot(adjoint, C(context, x, p, q, q, q)) + 3.0 * dot(adjoint, B(context, x, p, q, h))) / 6.0
