"""Derivatives of a model whose formula is unknown: central differences of f, or of its first derivatives.

`function` is the address of the model's `rhs`, or, where `exact` is 1, of a `first(x, p, u, out)`, out (n,) = Df u, u (n + k,).
The three functions at the end are those of `contin_kernels.abi` with one more argument, `model`: a table of four integers,
function, exact, n, k. Model and functions call each other by address, so that these are compiled once for all models.

Sixth-order formulas on seven points (Fornberg, Mathematics of Computation 51, 1988), steps that balance truncation and
rounding for numbers of the size of the state. Relative accuracy for smooth functions that change on the scale of their
arguments: 1e-11 for the first derivative; with exact first derivatives 1e-11 for the second and 1e-8 for the third,
without them about 1e-8 and 1e-5.
"""

from __future__ import annotations

import numpy as np
from numba import types

from contin_kernels.abi import COLUMN, INTEGERS, JACOBIAN, JET, RHS
from contin_kernels.jit import entry, kernel, pointer
from contin_kernels.memory import caller, pointer_to, vector

FIRST = (0.75, -0.15, 1.0 / 60.0)
SECOND = (1.5, -0.15, 1.0 / 90.0)

JACOBIAN_OF = types.void(INTEGERS, *JACOBIAN.args)
COLUMN_OF = types.void(INTEGERS, *COLUMN.args)
JET_OF = types.void(INTEGERS, *JET.args)

_call_rhs = caller(RHS)
_call_first = caller(JET)


@kernel
def line_step(x, p, u, relative):
    """A step along `u` (n + k,) that moves the state and parameters by about `relative` of their size."""
    n = x.shape[0]
    step = 1e308
    for i in range(u.shape[0]):
        size = abs(x[i]) if i < n else abs(p[i - n])
        if u[i] != 0.0:
            step = min(step, relative * max(size, 1e-3) / abs(u[i]))
    return step if step < 1e308 else 1.0


@kernel
def move(x, p, u, step, state, parameters):
    """state (n,), parameters (k,) = the point `step` along `u` from (x, p)."""
    n = x.shape[0]
    for i in range(n):
        state[i] = x[i] + step * u[i]
    for j in range(p.shape[0]):
        parameters[j] = p[j] + step * u[n + j]


@entry
def first_along(function, exact, x, p, u, out):
    """out (n,) = derivative of f along `u` (n + k,) at x (n,), p (k,); arrays."""
    out[:] = np.nan
    if exact:
        _call_first(function, (pointer_to(x), pointer_to(p), pointer_to(u), pointer_to(out)))
        return
    state, parameters = np.empty_like(x), np.empty_like(p)
    values = np.empty_like(x)
    total = np.zeros_like(x)
    h = line_step(x, p, u, 2e-3)
    for s in range(6):
        steps = s // 2 + 1
        sign = 1.0 - 2.0 * (s % 2)
        move(x, p, u, sign * steps * h, state, parameters)
        values[:] = np.nan
        _call_rhs(function, (pointer_to(state), pointer_to(parameters), pointer_to(values)))
        for i in range(x.shape[0]):
            total[i] += sign * FIRST[steps - 1] * values[i] / h
    out[:] = total


@kernel
def third_along(function, exact, x, p, u, first, second, third):
    """first, second, third (n,) = derivatives of f along `u` (n + k,) at x (n,), p (k,); arrays."""
    state, parameters = np.empty_like(x), np.empty_like(p)
    values = np.empty_like(x)
    first_along(function, exact, x, p, u, first)
    second[:] = 0.0
    third[:] = 0.0
    h = line_step(x, p, u, 5e-3)
    for s in range(6):
        steps = s // 2 + 1
        sign = 1.0 - 2.0 * (s % 2)
        move(x, p, u, sign * steps * h, state, parameters)
        first_along(function, exact, state, parameters, u, values)
        for i in range(x.shape[0]):
            second[i] += sign * FIRST[steps - 1] * values[i] / h
            third[i] += SECOND[steps - 1] * (values[i] - first[i]) / (h * h)


@pointer(JACOBIAN_OF)
def jacobian_by_differences(model, x, p, stride, out):
    """out[i stride + j] = df_i / dx_j; pointers."""
    n, k = model[2], model[3]
    u = np.zeros(n + k)
    values = np.zeros(n)
    for j in range(n):
        u[j] = 1.0
        first_along(model[0], model[1], vector(x, n), vector(p, k), u, values)
        u[j] = 0.0
        for i in range(n):
            out[i * stride + j] = values[i]


@pointer(COLUMN_OF)
def column_by_differences(model, x, p, j, stride, out):
    """out[i stride] = df_i / dp_j; pointers."""
    n, k = model[2], model[3]
    u = np.zeros(n + k)
    values = np.zeros(n)
    u[n + j] = 1.0
    first_along(model[0], model[1], vector(x, n), vector(p, k), u, values)
    for i in range(n):
        out[i * stride] = values[i]


@pointer(JET_OF)
def jet_by_differences(model, x, p, u, out):
    """out (3, n) = derivatives along u; pointers."""
    n, k = model[2], model[3]
    rows = np.empty((3, n))
    along = vector(u, n + k)
    third_along(model[0], model[1], vector(x, n), vector(p, k), along, rows[0], rows[1], rows[2])
    for order in range(3):
        for i in range(n):
            out[order * n + i] = rows[order, i]
