"""Newton's method on a defining system of a special point, with a bound on the error of its parameter.

A defining system is given by the address of `augmented(context, frame, u, out, D, derivatives, work)`: for unknowns
`u` (N,), the first m + 1 of them the scaled z, the residual `out` (N,) and, if `derivatives` is 1, its Jacobian
`D` (N, N); if it is SIZES, after the residuals the sizes of the terms that the last N - m of them are sums of.
`frame` begins with the scales of the unknowns (m + 1,) and the divisors of the equations (m,); then come the borders
(Govaerts 2000, chapters 3 to 5), chosen near the point and then held. All arrays are given by address.
"""

from __future__ import annotations

import math

import numpy as np
from numba import types

from contin_kernels.abi import INTEGERS, NUMBERS, SOLVE, call_residual, ints_of
from contin_kernels.jit import fused, kernel, tool
from contin_kernels.lu import lu_factor, lu_solve, lu_solve_transposed
from contin_kernels.memory import caller, integers, matrix, shifted, vector
from contin_kernels.status import NOT_CONVERGED, NOT_FINITE, OK, SINGULAR
from contin_kernels.vectors import copy, finite, largest

AUGMENTED = types.void(INTEGERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, types.int64, NUMBERS)
SOLVE_TYPE = types.int64(INTEGERS, types.int64, types.int64, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
call_augmented = caller(AUGMENTED)
_call_solve = caller(SOLVE_TYPE)

EPSILON = 2.220446049250313e-16
SAMPLES = 8
SIZES = 2
TERMS = 2.0  # units in the last place, by which each term of a sum is taken to be off
MOST = 15
NEAR = 1e-6  # steps below it keep the Jacobian of the step before
CONTRACTS = 0.05


@fused
def solve_augmented(context, system, N, frame, u, report, work):
    """Newton's method in place on `u` (N,), to rounding, by the tool's address; pointers.

    `report` (2,) becomes the largest magnitude of the scaled residual at the solution, and the bound on the absolute
    error of z's last component (unscaled). Returns OK, NOT_FINITE, SINGULAR or NOT_CONVERGED.
    """
    return _call_solve(context[SOLVE], (context, system, N, frame, u, report, work))


def solve_size(m: int) -> int:
    """Length of the work of `solve_augmented`, without that of the defining system."""
    N = m + 2
    return 2 * N * N + 8 * N


@kernel
def scrambled(seed):
    """A number in (-1, 1) that looks random: reproducible borders and perturbations without a generator's state."""
    value = 0.7548776662466927 * seed
    value -= math.floor(value)
    value *= 1741.3 + 0.5698402909980532 * seed
    return 2.0 * (value - math.floor(value)) - 1.0


@kernel
def rounding_error(context, N, frame, u, work, factors, order):
    """Residual plus rounding times the inverse's row; `work` as `augmented` left it with SIZES.

    The rounding of F is measured by perturbing z by a few units in the last place; that of the other equations is what
    their derivatives make of such perturbations, and what rounding makes of the terms that they are sums of.
    """
    m = ints_of(context)[0]
    out = vector(work, N)
    unit = vector(shifted(work, N), N)
    inverse_row = vector(shifted(work, 2 * N), N)
    noise = vector(shifted(work, 4 * N), N)
    scratch = vector(shifted(work, 7 * N), N)
    moved = shifted(work, 5 * N)
    there = shifted(work, 6 * N)
    D = matrix(shifted(work, 8 * N), N, N)
    for i in range(N):
        noise[i] = 0.0
        if i >= m:
            noise[i] = EPSILON * (1.0 + TERMS * unit[i - m])
            for j in range(N):
                noise[i] += 8.0 * EPSILON * abs(D[i, j]) * max(abs(u[j]), 1e-3)
    for i in range(m + 1):
        moved[i] = u[i] * frame[i]
    call_residual(context, moved, shifted(work, N))
    for sample in range(SAMPLES):
        for i in range(m + 1):
            part = 8.0 * EPSILON * scrambled(1.0 + i + 31.0 * sample)
            moved[i] = frame[i] * (u[i] + part * max(abs(u[i]), 1e-3))
        call_residual(context, moved, there)
        for i in range(m):
            noise[i] = max(noise[i], abs(there[i] - unit[i]) / frame[m + 1 + i])
    for i in range(N):
        unit[i] = 0.0
    unit[m] = 1.0
    lu_solve_transposed(factors, order, unit, inverse_row, scratch, N)
    total = 2.0 * EPSILON * abs(u[m])
    for i in range(N):
        total += abs(inverse_row[i]) * (abs(out[i]) + 4.0 * noise[i])
    return total * frame[m]


@tool(SOLVE_TYPE)
def solve_tool(context, system, N, frame, u, report, work):
    """`solve_augmented`."""
    out = vector(work, N)
    step = vector(shifted(work, N), N)
    kept = vector(shifted(work, 2 * N), N)
    order = vector(integers(shifted(work, 3 * N)), N)
    D = matrix(shifted(work, 8 * N), N, N)
    factors = matrix(shifted(work, 8 * N + N * N), N, N)
    rest = shifted(work, 8 * N + 2 * N * N)
    unknowns = vector(u, N)
    best = np.inf
    last = np.inf
    rounds = 0
    fresh = 1
    for _ in range(MOST):
        out[0] = np.nan
        call_augmented(system, (context, frame, u, work, shifted(work, 8 * N), fresh, rest))
        if not finite(out):
            return NOT_FINITE
        size = largest(out)
        if rounds > 0 and size >= best:
            break
        if size < best:
            best = size
            copy(unknowns, kept)
        if fresh == 1:
            for i in range(N):
                for j in range(N):
                    factors[i, j] = D[i, j]
            _, smallest, biggest = lu_factor(factors, order, N)
            if smallest <= 1e-15 * biggest:
                return SINGULAR
        lu_solve(factors, order, out, step, N)
        length = largest(step)
        if not math.isfinite(length):
            return NOT_FINITE
        if length < 1e-13 or (length < 1e-8 and length > 0.5 * last):
            rounds += 1
            if rounds > 2:
                break
        for i in range(N):
            unknowns[i] -= step[i]
        fresh = 0 if length < 1e-12 or (length < NEAR and (fresh == 1 or length < CONTRACTS * last)) else 1
        last = length
    if rounds == 0:
        return NOT_CONVERGED
    copy(kept, unknowns)
    call_augmented(system, (context, frame, u, work, shifted(work, 8 * N), SIZES, rest))
    report[0] = largest(out)
    report[1] = rounding_error(context, N, frame, u, work, factors, order)
    return OK
