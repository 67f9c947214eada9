"""Equilibria of dx/dt = f(x, p): F(x, p_j) = f, unknowns z = (x, p_j), the eigenvalues watched.

Data: `ints` = (n, n, 2 n, k, j), `floats` (n + 1,) sizes of states and parameter, `scratch` (work_size(n, k),).
"""

from __future__ import annotations

import numpy as np

from contin_kernels.abi import (
    DOUBT,
    INSPECT,
    PROBLEM_JACOBIAN,
    PROBLEM_JET,
    RESIDUAL,
    call_column,
    call_jacobian,
    call_jet,
    call_rhs,
    ints_of,
    parameters_of,
    scratch_of,
)
from contin_kernels.eigenvalues import eigenvalues
from contin_kernels.jit import fused, pointer
from contin_kernels.memory import matrix, shifted, vector
from contin_kernels.spectrum import order_like, significant, spectra_doubtful

TWO = np.int64(2)  # a size that LLVM knows


def work_size(n: int, k: int) -> int:
    """Length of the scratch for n states and k parameters."""
    return max(n + k, 2 * n * n)


@pointer(RESIDUAL)
def residual(context, z, out):
    """out (n,) = f."""
    ints = ints_of(context)
    p = parameters_of(context)
    p[ints[4]] = z[ints[0]]
    call_rhs(context, z, p, out)


@pointer(PROBLEM_JACOBIAN)
def jacobian(context, z, out):
    """out (n, n + 1) = [f_x, f_p]."""
    ints = ints_of(context)
    p = parameters_of(context)
    n = ints[0]
    j = ints[4]
    p[j] = z[n]
    call_jacobian(context, z, p, n + 1, out)
    call_column(context, z, p, j, n + 1, shifted(out, n))


@pointer(PROBLEM_JET)
def jet(context, z, u, out):
    """out (3, n): derivatives of f along u (n + 1,), in state and free parameter."""
    ints = ints_of(context)
    p = parameters_of(context)
    wide = scratch_of(context)
    n = ints[0]
    j = ints[4]
    p[j] = z[n]
    for i in range(n):
        wide[i] = u[i]
    for i in range(ints[3]):
        wide[n + i] = 0.0
    wide[n + j] = u[n]
    call_jet(context, z, p, wide, out)


@fused
def spectrum(jac, before, columns, watch, scratch, n):
    """`inspect` for `n` states."""
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
    for i in range(n):
        im[i] = significant(im[i], abs(re[i]) + abs(im[i]), n * norm)
    order_like(re, im, vector(before, n), vector(shifted(before, n), n), n)
    unstable = 0
    for i in range(n):
        watch[i] = significant(re[i], abs(re[i]) + abs(im[i]), norm)
        if watch[i] > 0.0:
            unstable += 1
    return unstable


@pointer(INSPECT)
def inspect(context, z, jac, before, columns, watch):
    """Columns: real parts, imaginary parts of the eigenvalues; watched: the real parts. Returns how many are unstable."""
    n = ints_of(context)[0]
    if n == 2:
        return spectrum(jac, before, columns, watch, scratch_of(context), TWO)
    return spectrum(jac, before, columns, watch, scratch_of(context), n)


@pointer(DOUBT)
def doubt(context, before, after, left, right):
    """1 if the spectra of two neighbouring points do not explain each other, else 0."""
    return 1 if spectra_doubtful(before, after, left, right, ints_of(context)[0]) else 0
