"""The functions that are passed by address, and the context that carries them.

A *model* is what the user brings, compiled: `x` (n,) state, `p` (k,) all parameters.

- `rhs(x, p, out)`: out (n,) = f(x, p).
- `jacobian(x, p, stride, out)`: out[i stride + j] = df_i / dx_j.
- `column(x, p, j, stride, out)`: out[i stride] = df_i / dp_j.
- `jet(x, p, u, out)`: out (3, n) = first, second, third derivative of f(x + e u_x, p + e u_p) in e at 0,
  u (n + k,) a direction in states and parameters.

A *problem* is what is solved, F(z) = 0 with z (m + 1,) unknowns and m equations, the free parameters last.

- `residual(context, z, out)`: out (m,) = F.
- `jacobian(context, z, out)`: out (m, m + 1) = dF_i / dz_j.
- `curvature(context, z, u, v, out)`: out (m,) = second derivative of F in the directions u, v (m + 1,).
- `inspect(context, z, jacobian, before, columns, watch)`: what is recorded at a point: `columns` (c,) and `watch` (w,),
  smooth scalars whose zeros are special points, zero where not above rounding. `before` (c,) are the columns of the
  point before (NaN at the start), with which the order is kept. Returns the number of unstable eigenvalues.
- `doubt(context, before, after, left, right)`: 1 if two neighbouring points leave open what happened between them;
  `before` and `after` are (2 + w,): the tangent's parameter component, the determinant's sign, then `watch`; `left` and
  `right` the columns (c,).

All arrays are given by the address of their first number. A compiled function swallows an exception and leaves `out` as
it was: callers put NaN there first and treat what is not finite as a failed step.

The *context* is one table of addresses: the problem's functions, the model's, and the problem's data, which are four
arrays: `ints` laid out by the problem, `floats`, of which the first n + k are the sizes of states and parameters,
`parameters` (k,) (the free ones are overwritten from z), and `scratch`. A function with one pointer for all of it is
called in the registers alone.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba import types

from contin_kernels.jit import fused
from contin_kernels.memory import address_of, as_integers, as_numbers, caller, pointer_to

NUMBERS = types.CPointer(types.float64)
INTEGERS = types.CPointer(types.int64)

RHS = types.void(NUMBERS, NUMBERS, NUMBERS)
JACOBIAN = types.void(NUMBERS, NUMBERS, types.int64, NUMBERS)
COLUMN = types.void(NUMBERS, NUMBERS, types.int64, types.int64, NUMBERS)
JET = types.void(NUMBERS, NUMBERS, NUMBERS, NUMBERS)

RESIDUAL = types.void(INTEGERS, NUMBERS, NUMBERS)
PROBLEM_JACOBIAN = types.void(INTEGERS, NUMBERS, NUMBERS)
CURVATURE = types.void(INTEGERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
INSPECT = types.int64(INTEGERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
DOUBT = types.int64(INTEGERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)

_call_rhs = caller(RHS)
_call_jacobian = caller(JACOBIAN)
_call_column = caller(COLUMN)
_call_jet = caller(JET)
_call_residual = caller(RESIDUAL)
_call_problem_jacobian = caller(PROBLEM_JACOBIAN)
_call_curvature = caller(CURVATURE)
_call_inspect = caller(INSPECT)
_call_doubt = caller(DOUBT)

CONFIRM_SLOT = 9
BRANCHING_SLOT = 10
INTS_SLOT = 11


class Context:
    """The table of addresses, and what must stay alive as long as it is used.

    Parameters
    ----------
    problem : five functions
        residual, jacobian, curvature, inspect, doubt.
    model : four functions
        rhs, jacobian, column, jet.
    branching : two functions
        `contin_kernels.branching.confirm` and the branch points' defining system.
    ints, floats, parameters, scratch : arrays
        The problem's data.
    """

    def __init__(
        self, problem: Any, model: Any, branching: Any, ints: Any, floats: Any, parameters: Any, scratch: Any
    ) -> None:
        self.functions = (*problem, *model, *branching)
        self.data = (ints, floats, parameters, scratch)
        self.parameters = parameters
        self.floats = floats
        addresses = [address_of(function) for function in self.functions]
        if numba.config.DISABLE_JIT:
            self.table: Any = [*addresses, *self.data]
        else:
            self.table = np.array([*addresses, *(array.ctypes.data for array in self.data)], dtype=np.int64)


@fused
def ints_of(context):
    """The problem's integers."""
    return as_integers(context[11])


@fused
def floats_of(context):
    """The problem's numbers."""
    return as_numbers(context[12])


@fused
def parameters_of(context):
    """All parameters (k,)."""
    return as_numbers(context[13])


@fused
def scratch_of(context):
    """The problem's scratch."""
    return as_numbers(context[14])


@fused
def call_rhs(context, x, p, out):
    """out (n,) = f; pointers."""
    _call_rhs(context[5], (x, p, out))


@fused
def call_jacobian(context, x, p, stride, out):
    """out[i stride + j] = df_i / dx_j; pointers."""
    _call_jacobian(context[6], (x, p, stride, out))


@fused
def call_column(context, x, p, j, stride, out):
    """out[i stride] = df_i / dp_j; pointers."""
    _call_column(context[7], (x, p, j, stride, out))


@fused
def call_jet(context, x, p, u, out):
    """out (3, n): derivatives along u; pointers."""
    _call_jet(context[8], (x, p, u, out))


@fused
def residual_at(context, z, out):
    """out (m,) = F at `z` (m + 1,), arrays."""
    _call_residual(context[0], (context, pointer_to(z), pointer_to(out)))


@fused
def jacobian_at(context, z, out):
    """out (m, m + 1) = dF/dz at `z` (m + 1,), arrays."""
    _call_problem_jacobian(context[1], (context, pointer_to(z), pointer_to(out)))


@fused
def curvature_at(context, z, u, v, out):
    """out (m,) = D2F(u, v) at `z`, all (m + 1,) but `out`, arrays."""
    _call_curvature(context[2], (context, pointer_to(z), pointer_to(u), pointer_to(v), pointer_to(out)))


@fused
def inspect_at(context, z, jac, before, columns, watch):
    """The number of unstable eigenvalues; fills `columns` (c,) and `watch` (w,), arrays."""
    return _call_inspect(
        context[3],
        (context, pointer_to(z), pointer_to(jac), pointer_to(before), pointer_to(columns), pointer_to(watch)),
    )


@fused
def doubtful(context, before, after, left, right):
    """Whether two neighbouring points leave open what happened between them, arrays."""
    return (
        _call_doubt(
            context[4], (context, pointer_to(before), pointer_to(after), pointer_to(left), pointer_to(right))
        )
        != 0
    )
