"""Fixed points of a map that stand on a manifold of such, across it: x = x0 + Q y, F(y, p) = Q' (f(x, p) - x).

The columns of N (n, d) span the manifold's tangent space, those of Q (n, m) its complement, both orthonormal, m = n - d;
N' (x - x0) = 0 is the phase condition. As A N = N with A = f_x, the multipliers are those of B = Q' A Q = F_y + 1 and d times 1,
which are not watched. (Continuation with a phase condition: Govaerts, Numerical Methods for Bifurcations of Dynamical
Equilibria, SIAM 2000, chapter 3; Beyn and Thuemmler, Freezing Solutions of Equivariant Evolution Equations, SIAM Journal on
Applied Dynamical Systems 3, 2004.)

Columns and watched numbers are as in `contin_kernels.defining.fixed_points`, of m multipliers.

Data: `ints` = (m, m, 2 m, patience, number of parameters, j, n), `floats` = sizes of the unknowns (m + 1,), then x0 (n,),
Q (n, m) and zeros (n,), as `contin_kernels.defining.reduced` has them; `scratch` (work_size(n, m, number of parameters),).
"""

from __future__ import annotations

import numpy as np

from contin_kernels.abi import (
    INSPECT,
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
from contin_kernels.defining.fixed_points import arrange, doubt, multipliers, trust
from contin_kernels.defining.reduced import full_state, work_size
from contin_kernels.jit import kernel, pointer, tool
from contin_kernels.memory import shifted


@kernel
def across(Q, v, n, m, out):
    """out (m,) = Q' v; pointers."""
    for i in range(m):
        out[i] = 0.0
        for s in range(n):
            out[i] += Q[s * m + i] * v[s]


@pointer(RESIDUAL)
def residual(context, z, out):
    """out (m,) = Q' (f - x)."""
    ints = ints_of(context)
    m, n = ints[0], ints[6]
    x = scratch_of(context)
    f = shifted(x, n)
    full_state(context, z, x)
    for i in range(n):
        f[i] = np.nan
    call_rhs(context, x, parameters_of(context), f)
    for i in range(n):
        f[i] -= x[i]
    across(shifted(floats_of(context), m + 1 + n), f, n, m, out)


@pointer(PROBLEM_JACOBIAN)
def jacobian(context, z, out):
    """out (m, m + 1) = [Q' A Q - 1, Q' f_p]."""
    ints = ints_of(context)
    m, j, n = ints[0], ints[5], ints[6]
    Q = shifted(floats_of(context), m + 1 + n)
    x = scratch_of(context)
    A = shifted(x, n)
    column = shifted(A, n * n)
    full_state(context, z, x)
    p = parameters_of(context)
    for i in range(n):
        A[i * n] = np.nan
    call_jacobian(context, x, p, n, A)
    call_column(context, x, p, j, 1, column)
    for i in range(m * (m + 1)):
        out[i] = 0.0
    for s in range(n):
        for e in range(m):
            AQ = 0.0
            for t in range(n):
                AQ += A[s * n + t] * Q[t * m + e]
            for i in range(m):
                out[i * (m + 1) + e] += Q[s * m + i] * AQ
        for i in range(m):
            out[i * (m + 1) + m] += Q[s * m + i] * column[s]
    for i in range(m):
        out[i * (m + 2)] -= 1.0


@tool(PROBLEM_JET)
def jet(context, z, u, out):
    """out (3, m): derivatives of F along u (m + 1,)."""
    ints = ints_of(context)
    m, k, j, n = ints[0], ints[4], ints[5], ints[6]
    Q = shifted(floats_of(context), m + 1 + n)
    x = scratch_of(context)
    wide = shifted(x, n)
    full = shifted(wide, n + k)
    full_state(context, z, x)
    for i in range(n):
        wide[i] = 0.0
        for e in range(m):
            wide[i] += Q[i * m + e] * u[e]
    for i in range(k):
        wide[n + i] = 0.0
    wide[n + j] = u[m]
    call_jet(context, x, parameters_of(context), wide, full)
    for order in range(3):
        across(Q, shifted(full, order * n), n, m, shifted(out, order * m))
    for i in range(m):
        out[i] -= u[i]


@pointer(INSPECT)
def inspect(context, z, jac, columns, watch):
    """The multipliers across the manifold, as the iteration leaves them. Returns how many are outside the unit circle."""
    m = ints_of(context)[0]
    return multipliers(jac, floats_of(context), columns, watch, scratch_of(context), m)


__all__ = ["arrange", "doubt", "inspect", "jacobian", "jet", "residual", "trust", "work_size"]
