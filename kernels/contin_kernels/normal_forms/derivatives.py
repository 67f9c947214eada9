"""Second and third derivatives of a model in states alone, as arrays."""

from __future__ import annotations

import numpy as np

from contin_kernels.jets import second, third
from contin_kernels.jit import kernel
from contin_kernels.lu import lu_factor, lu_solve
from contin_kernels.memory import pointer_to


@kernel
def widened(u, k):
    """A direction (n,) in the states as one (n + k,) in states and parameters."""
    wide = np.zeros(u.shape[0] + k)
    for i in range(u.shape[0]):
        wide[i] = u[i]
    return wide


@kernel
def second_of(context, x, p, u, v, out, work):
    """`contin_kernels.jets.second` of arrays: the caller owns them, so that they live until it returns."""
    second(
        context,
        pointer_to(x),
        pointer_to(p),
        x.shape[0],
        p.shape[0],
        pointer_to(u),
        pointer_to(v),
        pointer_to(out),
        pointer_to(work),
    )


@kernel
def third_of(context, x, p, u, v, w, out, work):
    """`contin_kernels.jets.third` of arrays."""
    third(
        context,
        pointer_to(x),
        pointer_to(p),
        x.shape[0],
        p.shape[0],
        pointer_to(u),
        pointer_to(v),
        pointer_to(w),
        pointer_to(out),
        pointer_to(work),
    )


@kernel
def B(context, x, p, u, v):
    """D2f(u, v) (n,) at `x` (n,), `p` (k,)."""
    n = x.shape[0]
    k = p.shape[0]
    out = np.zeros(n)
    second_of(context, x, p, widened(u, k), widened(v, k), out, np.zeros(4 * n + k))
    return out


@kernel
def C(context, x, p, u, v, w):
    """D3f(u, v, w) (n,) at `x` (n,), `p` (k,)."""
    n = x.shape[0]
    k = p.shape[0]
    out = np.zeros(n)
    third_of(context, x, p, widened(u, k), widened(v, k), widened(w, k), out, np.zeros(4 * n + k))
    return out


@kernel
def solve(A, b):
    """x (n,) = A^-1 b, complex; `A` is overwritten."""
    order = np.zeros(b.shape[0], np.int64)
    x = np.zeros(b.shape[0], np.complex128)
    lu_factor(A, order)
    lu_solve(A, order, b, x)
    return x
