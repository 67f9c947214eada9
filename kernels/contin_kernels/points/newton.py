"""Newton's method on a defining system of a special point, with a bound on the error of its parameter.

A defining system is given by the address of `augmented(context, m, sizes, left, right, u, out, D)`: for
unknowns `u` (N,), the first m + 1 of them the scaled z, the residual `out` (N,) and its Jacobian `D` (N, N). `sizes`
(2 m + 1,) are the scales of the unknowns and the divisors of the equations; `left` and `right` are the borders (Govaerts
2000, chapters 3 to 5), chosen near the point and then held. All arrays are given by address.
"""

from __future__ import annotations

import math

import numpy as np
from numba import types

from contin_kernels.abi import INTEGERS, NUMBERS
from contin_kernels.jit import kernel
from contin_kernels.lu import lu_factor, lu_solve, lu_solve_transposed
from contin_kernels.memory import caller, pointer_to
from contin_kernels.status import NOT_CONVERGED, NOT_FINITE, OK, SINGULAR
from contin_kernels.vectors import copy, finite, largest

AUGMENTED = types.void(INTEGERS, types.int64, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
call_augmented = caller(AUGMENTED)

EPSILON = 2.220446049250313e-16
SAMPLES = 8
MOST = 15


@kernel
def scrambled(seed):
    """A number in (-1, 1) that looks random: reproducible borders and perturbations without a generator's state."""
    value = math.sin(12.9898 * seed + 4.1414) * 43758.5453
    return 2.0 * (value - math.floor(value)) - 1.0


@kernel
def joined(scale, rows):
    """The sizes (2 m + 1,): `scale` (m + 1,), then `rows` (m,)."""
    sizes = np.empty(scale.shape[0] + rows.shape[0])
    copy(scale, sizes)
    for i in range(rows.shape[0]):
        sizes[scale.shape[0] + i] = rows[i]
    return sizes


@kernel
def solve_augmented(augmented, context, sizes, left, right, u):
    """Newton's method in place on `u` (N,), to rounding.

    Returns
    -------
    status : OK, NOT_FINITE, SINGULAR or NOT_CONVERGED
    residual : largest magnitude of the scaled residual at the solution.
    error : bound on the absolute error of z's last component (unscaled).
    """
    N = u.shape[0]
    m = (sizes.shape[0] - 1) // 2
    out = np.zeros(N)
    D = np.zeros((N, N))
    order = np.zeros(N, np.int64)
    step = np.zeros(N)
    kept = u.copy()
    best = np.inf
    last = np.inf
    rounds = 0
    for _ in range(MOST):
        out[0] = np.nan
        system_at(augmented, context, m, sizes, left, right, u, out, D)
        if not (finite(out) and finite(D.ravel())):
            return NOT_FINITE, np.nan, np.nan
        size = largest(out)
        if rounds > 0 and size >= best:
            break
        if size < best:
            best = size
            copy(u, kept)
        _, smallest, biggest = lu_factor(D, order)
        if smallest <= 1e-15 * biggest:
            return SINGULAR, np.nan, np.nan
        lu_solve(D, order, out, step)
        length = largest(step)
        if length < 1e-13 or (length < 1e-8 and length > 0.5 * last):
            rounds += 1
            if rounds > 2:
                break
        for i in range(N):
            u[i] -= step[i]
        last = length
    if rounds == 0:
        return NOT_CONVERGED, np.nan, np.nan
    copy(kept, u)
    system_at(augmented, context, m, sizes, left, right, u, out, D)
    lu_factor(D, order)
    error = rounding_error(augmented, context, m, sizes, left, right, u, out, D, order)
    return OK, largest(out), error


@kernel
def system_at(augmented, context, m, sizes, left, right, u, out, D):
    """Residual `out` (N,) and Jacobian `D` (N, N) of the defining system at `u` (N,)."""
    call_augmented(
        augmented,
        (
            context,
            m,
            pointer_to(sizes),
            pointer_to(left),
            pointer_to(right),
            pointer_to(u),
            pointer_to(out),
            pointer_to(D),
        ),
    )


@kernel
def rounding_error(augmented, context, m, sizes, left, right, u, out, factors, order):
    """Residual plus rounding, measured by perturbing `u` by a few units in the last place, times the inverse's row."""
    N = u.shape[0]
    noise = np.zeros(N)
    moved = np.zeros(N)
    there = np.zeros(N)
    D = np.zeros((N, N))
    for sample in range(SAMPLES):
        for i in range(N):
            moved[i] = u[i] + 8.0 * EPSILON * scrambled(1.0 + i + 31.0 * sample) * max(abs(u[i]), 1e-3)
        system_at(augmented, context, m, sizes, left, right, moved, there, D)
        for i in range(N):
            noise[i] = max(noise[i], abs(there[i] - out[i]))
    for i in range(m, N):
        noise[i] = max(noise[i], EPSILON)  # of the bordered solves, which round alike in all samples
    unit = np.zeros(N)
    unit[m] = 1.0
    inverse_row = np.zeros(N)
    work = np.zeros(N)
    lu_solve_transposed(factors, order, unit, inverse_row, work)
    total = 2.0 * EPSILON * abs(u[m])
    for i in range(N):
        total += abs(inverse_row[i]) * (abs(out[i]) + 4.0 * noise[i])
    return total * sizes[m]
