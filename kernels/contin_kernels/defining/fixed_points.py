"""Fixed points and k-cycles of x -> f(x, p), all phases at once (multiple shooting); the multipliers are watched.

F_i = f(x_(i-1), p) - x_i, with i counted modulo k; unknowns z = (x_0, ..., x_(k-1), p_j), m = k n. So no step is composed
with another, a cycle may be long and unstable, and with k = 1 all is as for the flow x' = f(x) - x. With A_i = f_x(x_i) the
blocks of F_x are A_(i-1) in block row i and block column i - 1, and minus one on the diagonal. (Ascher, Mattheij and
Russell, Numerical Solution of Boundary Value Problems for Ordinary Differential Equations, SIAM 1995, section 4.3.)

Columns: the real parts of the n multipliers, then the imaginary parts; watched: by how much they are beyond the unit circle.

Data: `ints` = (m, n, 2 n, patience, number of parameters, j), `floats` (m + 1,) sizes of phases and parameter, `scratch`
(work_size(n, k, number of parameters),).
"""

from __future__ import annotations

import math

import numpy as np

from contin_kernels.abi import (
    DOUBT,
    INSPECT,
    PROBLEM_JACOBIAN,
    PROBLEM_JET,
    RESIDUAL,
    TRUST,
    call_column,
    call_jacobian,
    call_jet,
    call_rhs,
    floats_of,
    ints_of,
    parameters_of,
    scratch_of,
)
from contin_kernels.defining.stability import CIRCLE, TWO, arrange, watch_spectrum
from contin_kernels.jit import fused, kernel, pointer, tool
from contin_kernels.memory import matrix, shifted
from contin_kernels.spectrum import spectra_doubtful, sure_of_signs


def work_size(n: int, k: int, parameters: int) -> int:
    """Length of the scratch for n states, period k and so many parameters."""
    return max(n + parameters + 3 * n, 3 * n * n + k)


@pointer(RESIDUAL)
def residual(context, z, out):
    """out (m,) = f of the phase before, minus the phase."""
    ints = ints_of(context)
    p = parameters_of(context)
    m, n = ints[0], ints[1]
    p[ints[5]] = z[m]
    for at in range(0, m, n):
        to = at + n if at + n < m else 0
        for i in range(n):
            out[to + i] = np.nan
        call_rhs(context, shifted(z, at), p, shifted(out, to))
    for i in range(m):
        out[i] -= z[i]


@pointer(PROBLEM_JACOBIAN)
def jacobian(context, z, out):
    """out (m, m + 1) = [F_x, F_p]."""
    ints = ints_of(context)
    p = parameters_of(context)
    m, n, j = ints[0], ints[1], ints[5]
    p[j] = z[m]
    if m > n:
        for i in range(m * (m + 1)):
            out[i] = 0.0
    for at in range(0, m, n):
        to = (at + n if at + n < m else 0) * (m + 1)
        out[to + at] = np.nan
        call_jacobian(context, shifted(z, at), p, m + 1, shifted(out, to + at))
        call_column(context, shifted(z, at), p, j, m + 1, shifted(out, to + m))
    for i in range(m):
        out[i * (m + 2)] -= 1.0


@tool(PROBLEM_JET)
def jet(context, z, u, out):
    """out (3, m): derivatives of F along u (m + 1,), in the phases and the free parameter."""
    ints = ints_of(context)
    p = parameters_of(context)
    m, n, j = ints[0], ints[1], ints[5]
    wide = scratch_of(context)
    one = shifted(wide, n + ints[4])
    p[j] = z[m]
    for i in range(ints[4]):
        wide[n + i] = 0.0
    wide[n + j] = u[m]
    for at in range(0, m, n):
        to = at + n if at + n < m else 0
        for i in range(n):
            wide[i] = u[at + i]
        call_jet(context, shifted(z, at), p, wide, one)
        for order in range(3):
            for i in range(n):
                out[order * m + to + i] = one[order * n + i]
    for i in range(m):
        out[i] -= u[i]


@kernel
def multiply(jac, m, n, at, product, scratch):
    """product (n, n) = A_i product, with A_i in the column `at` = i n of F_x; pointers."""
    start = (at + n if at + n < m else 0) * (m + 1) + at
    for i in range(n):
        for j in range(n):
            total = 0.0
            for s in range(n):
                total += jac[start + i * (m + 1) + s] * product[s * n + j]
            scratch[i * n + j] = total
    for i in range(n * n):
        product[i] = scratch[i]


@kernel
def multiply_right(jac, m, n, at, product, scratch):
    """product (n, n) = product A_i, as `multiply`."""
    start = (at + n if at + n < m else 0) * (m + 1) + at
    for i in range(n):
        for j in range(n):
            total = 0.0
            for s in range(n):
                total += product[i * n + s] * jac[start + s * (m + 1) + j]
            scratch[i * n + j] = total
    for i in range(n * n):
        product[i] = scratch[i]


@fused
def set_identity(A, n):
    """A (n, n) = 1; a pointer."""
    for i in range(n * n):
        A[i] = 0.0
    for i in range(n):
        A[i * (n + 1)] = 1.0


@fused
def scaled_norm(A, n, rows, columns):
    """Largest entry of A (n, n), its columns times and its rows divided by these sizes; pointers."""
    norm = 0.0
    for i in range(n):
        for j in range(n):
            norm = max(norm, abs(A[i * n + j]) * columns[j] / rows[i])
    return norm


@kernel
def turn_once(jac, sizes, m, n, product, scratch):
    """product (n, n) = A_(k-1) ... A_0 from F_x in `jac`; returns what rounding of its factors is multiplied by.

    That is the sum over the factors of the norms of what stands before and behind each; `scratch` (n n + k,). Pointers.
    """
    norms = shifted(scratch, n * n)
    set_identity(product, n)
    for at in range(m - n, 0, -n):
        norms[at // n] = scaled_norm(product, n, sizes, shifted(sizes, at + n if at + n < m else 0))
        multiply_right(jac, m, n, at, product, scratch)
    norms[0] = scaled_norm(product, n, sizes, shifted(sizes, n))
    set_identity(product, n)
    total = 0.0
    for at in range(0, m, n):
        multiply(jac, m, n, at, product, scratch)
        total += norms[at // n] * scaled_norm(product, n, shifted(sizes, at + n if at + n < m else 0), sizes)
    return total


@fused
def multipliers(jac, sizes, columns, watch, scratch, n):
    """`inspect` at a fixed point of `n` states of these `sizes`."""
    A = matrix(scratch, n, n)
    norm = 0.0
    for i in range(n):
        for j in range(n):
            A[i, j] = jac[i * (n + 1) + j]
            norm = max(norm, abs(A[i, j]) * sizes[j] / sizes[i])
        A[i, i] += 1.0
    return watch_spectrum(A, 1.0 + norm, columns, watch, matrix(shifted(scratch, n * n), n, n), n, CIRCLE)


@pointer(INSPECT)
def inspect(context, z, jac, columns, watch):
    """The multipliers, as the iteration leaves them. Returns how many are outside the unit circle."""
    ints = ints_of(context)
    sizes = floats_of(context)
    scratch = scratch_of(context)
    m, n = ints[0], ints[1]
    if m == 2 and n == 2:
        return multipliers(jac, sizes, columns, watch, scratch, TWO)
    if m == n:
        return multipliers(jac, sizes, columns, watch, scratch, n)
    rest = shifted(scratch, n * n)
    norm = turn_once(jac, sizes, m, n, scratch, rest)
    if not math.isfinite(norm):
        return -1
    return watch_spectrum(matrix(scratch, n, n), norm, columns, watch, matrix(rest, n, n), n, CIRCLE)


@pointer(DOUBT)
def doubt(context, before, after, left, right):
    """1 if the multipliers of two neighbouring points do not explain each other, else 0."""
    return 1 if spectra_doubtful(before, after, left, right, ints_of(context)[1], CIRCLE) else 0


@tool(TRUST)
def trust(context, left, right, change, way):
    """For how many times the last change of the Jacobian no multiplier reaches the unit circle unseen."""
    return sure_of_signs(left, right, change, way, ints_of(context)[1], CIRCLE)


__all__ = ["arrange", "doubt", "inspect", "jacobian", "jet", "residual", "trust", "work_size"]
