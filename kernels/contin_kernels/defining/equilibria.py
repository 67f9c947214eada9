"""Equilibria of dx/dt = f(x, p): F(x, p_j) = f, unknowns z = (x, p_j), the eigenvalues watched.

Data: `ints` = (n, n, 2 n, patience, k, j), `floats` (n + 1,) sizes of states and parameter, `scratch` (work_size(n, k),).
"""

from __future__ import annotations

from contin_kernels.abi import (
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
from contin_kernels.defining.stability import arrange, doubt, inspect, trust
from contin_kernels.jit import pointer
from contin_kernels.memory import shifted


def work_size(n: int, k: int) -> int:
    """Length of the scratch for n states and k parameters."""
    return max(n + k, 2 * n * n)


@pointer(RESIDUAL)
def residual(context, z, out):
    """out (n,) = f."""
    ints = ints_of(context)
    p = parameters_of(context)
    p[ints[5]] = z[ints[0]]
    call_rhs(context, z, p, out)


@pointer(PROBLEM_JACOBIAN)
def jacobian(context, z, out):
    """out (n, n + 1) = [f_x, f_p]."""
    ints = ints_of(context)
    p = parameters_of(context)
    n = ints[0]
    j = ints[5]
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
    j = ints[5]
    p[j] = z[n]
    for i in range(n):
        wide[i] = u[i]
    for i in range(ints[4]):
        wide[n + i] = 0.0
    wide[n + j] = u[n]
    call_jet(context, z, p, wide, out)


__all__ = ["arrange", "doubt", "inspect", "jacobian", "jet", "residual", "trust", "work_size"]
