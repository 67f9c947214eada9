"""Equilibria of dx/dt = f(x, p): F(x, p_j) = f, unknowns z = (x, p_j), the eigenvalues watched.

Data: `ints` = (n, k, j), `floats` (n + k,) sizes of states and parameters, `scratch` (work_size(n, k),).
"""

from __future__ import annotations

from contin_kernels.abi import (
    CURVATURE,
    DOUBT,
    INSPECT,
    PROBLEM_JACOBIAN,
    RESIDUAL,
    call_column,
    call_jacobian,
    call_rhs,
    ints_of,
    parameters_of,
    scratch_of,
)
from contin_kernels.eigenvalues import eigenvalues
from contin_kernels.jets import second
from contin_kernels.jit import kernel, pointer
from contin_kernels.memory import matrix, shifted, vector
from contin_kernels.spectrum import order_like, significant, spectra_doubtful


def work_size(n: int, k: int) -> int:
    """Length of the scratch for n states and k parameters."""
    return max(3 * (n + k) + 3 * n, 2 * n * n)


@kernel
def widened(direction, n, k, j, wide):
    """The direction (n + 1,) in state and free parameter as one (n + k,) in states and parameters."""
    for i in range(n + k):
        wide[i] = 0.0
    for i in range(n):
        wide[i] = direction[i]
    wide[n + j] = direction[n]


@pointer(RESIDUAL)
def residual(context, z, out):
    """out (n,) = f."""
    ints = ints_of(context)
    p = parameters_of(context)
    p[ints[2]] = z[ints[0]]
    call_rhs(context, z, p, out)


@pointer(PROBLEM_JACOBIAN)
def jacobian(context, z, out):
    """out (n, n + 1) = [f_x, f_p]."""
    ints = ints_of(context)
    p = parameters_of(context)
    n = ints[0]
    j = ints[2]
    p[j] = z[n]
    call_jacobian(context, z, p, n + 1, out)
    call_column(context, z, p, j, n + 1, shifted(out, n))


@pointer(CURVATURE)
def curvature(context, z, u, v, out):
    """out (n,) = D2F(u, v), u and v (n + 1,)."""
    ints = ints_of(context)
    p = parameters_of(context)
    scratch = scratch_of(context)
    n = ints[0]
    k = ints[1]
    j = ints[2]
    p[j] = z[n]
    wide_v = shifted(scratch, n + k)
    widened(u, n, k, j, scratch)
    widened(v, n, k, j, wide_v)
    second(context, z, p, n, k, scratch, wide_v, out, shifted(scratch, 2 * (n + k)))


@pointer(INSPECT)
def inspect(context, z, jac, before, columns, watch):
    """Columns: real parts, imaginary parts of the eigenvalues; watched: the real parts. Returns how many are unstable."""
    n = ints_of(context)[0]
    scratch = scratch_of(context)
    A = matrix(scratch, n, n)
    norm = 0.0
    for i in range(n):
        for j in range(n):
            A[i, j] = jac[i * (n + 1) + j]
            norm = max(norm, abs(A[i, j]))
    re = vector(columns, n)
    im = vector(shifted(columns, n), n)
    if not eigenvalues(A, re, im, matrix(shifted(scratch, n * n), n, n)):
        for i in range(n):
            re[i] = im[i] = watch[i] = 0.0
        return -1
    order_like(re, im, vector(before, n), vector(shifted(before, n), n))
    unstable = 0
    for i in range(n):
        watch[i] = significant(re[i], abs(re[i]) + abs(im[i]), norm)
        if watch[i] > 0.0:
            unstable += 1
    return unstable


@pointer(DOUBT)
def doubt(context, before, after, left, right):
    """1 if the spectra of two neighbouring points do not explain each other, else 0."""
    return 1 if spectra_doubtful(before, after, left, right, ints_of(context)[0]) else 0
