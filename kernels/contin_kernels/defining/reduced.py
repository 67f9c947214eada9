"""Equilibria of a flow with linear conservation laws, in independent states: x = x0 + W u + q d, F(u, q) = f of those states.

The totals of the laws fix x0 (n,); W (n, m) has the identity in the rows of the independent states; the free parameter q is
one of f's (then d = 0) or a total (then d = dx/dq). What is watched and recorded are the eigenvalues of the flow on the
manifold of fixed totals: the structural zeros are not among them.

Data: `ints` = (m, m, 2 m, patience, k, j, n, the independent states), j = -1 where q is a total; `floats` = sizes of the unknowns
(m + 1,), then x0, W, d; `scratch` (work_size(n, m, k),).
"""

from __future__ import annotations

import numpy as np

from contin_kernels.abi import (
    PROBLEM_JACOBIAN,
    PROBLEM_JET,
    RESIDUAL,
    call_column,
    call_jacobian,
    call_jet,
    call_rhs,
    floats_of,
    ints_of,
    parameters_of,
    scratch_of,
)
from contin_kernels.defining.stability import arrange, doubt, inspect, trust
from contin_kernels.jit import kernel, pointer
from contin_kernels.memory import shifted

HEAD = 7  # integers before the independent states


def work_size(n: int, m: int, k: int) -> int:
    """Length of the scratch for n states, m of them independent, and k parameters."""
    return n + max(n + k + 3 * n, n * n + n, 2 * m * m)


@kernel
def full_state(context, z, x):
    """Fill x (n,) from z = (u, q), and the free parameter; pointers."""
    ints = ints_of(context)
    m, n = ints[0], ints[6]
    x0 = shifted(floats_of(context), m + 1)
    W = shifted(x0, n)
    d = shifted(W, n * m)
    for i in range(n):
        x[i] = x0[i] + z[m] * d[i]
        for j in range(m):
            x[i] += W[i * m + j] * z[j]
    if ints[5] >= 0:
        parameters_of(context)[ints[5]] = z[m]


@pointer(RESIDUAL)
def residual(context, z, out):
    """out (m,) = f of the independent states."""
    ints = ints_of(context)
    m, n = ints[0], ints[6]
    x = scratch_of(context)
    f = shifted(x, n)
    full_state(context, z, x)
    for i in range(n):
        f[i] = np.nan
    call_rhs(context, x, parameters_of(context), f)
    for i in range(m):
        out[i] = f[ints[HEAD + i]]


@pointer(PROBLEM_JACOBIAN)
def jacobian(context, z, out):
    """out (m, m + 1) = [f_x W, f_q] in the rows of the independent states."""
    ints = ints_of(context)
    m, j, n = ints[0], ints[5], ints[6]
    x0 = shifted(floats_of(context), m + 1)
    W = shifted(x0, n)
    d = shifted(W, n * m)
    x = scratch_of(context)
    A = shifted(x, n)
    column = shifted(A, n * n)
    full_state(context, z, x)
    p = parameters_of(context)
    for i in range(n):
        A[i * n] = np.nan
    call_jacobian(context, x, p, n, A)
    if j >= 0:
        call_column(context, x, p, j, 1, column)
    for i in range(m):
        row = ints[HEAD + i]
        for e in range(m):
            total = 0.0
            for s in range(n):
                total += A[row * n + s] * W[s * m + e]
            out[i * (m + 1) + e] = total
        total = column[row] if j >= 0 else 0.0
        for s in range(n):
            total += A[row * n + s] * d[s]
        out[i * (m + 1) + m] = total


@pointer(PROBLEM_JET)
def jet(context, z, u, out):
    """out (3, m): derivatives of f of the independent states along u (m + 1,)."""
    ints = ints_of(context)
    m, k, j, n = ints[0], ints[4], ints[5], ints[6]
    W = shifted(floats_of(context), m + 1 + n)
    d = shifted(W, n * m)
    x = scratch_of(context)
    wide = shifted(x, n)
    full = shifted(wide, n + k)
    full_state(context, z, x)
    for i in range(n):
        wide[i] = u[m] * d[i]
        for e in range(m):
            wide[i] += W[i * m + e] * u[e]
    for i in range(k):
        wide[n + i] = 0.0
    if j >= 0:
        wide[n + j] = u[m]
    call_jet(context, x, parameters_of(context), wide, full)
    for order in range(3):
        for i in range(m):
            out[order * m + i] = full[order * n + ints[HEAD + i]]


__all__ = ["arrange", "doubt", "inspect", "jacobian", "jet", "residual", "trust", "work_size"]
