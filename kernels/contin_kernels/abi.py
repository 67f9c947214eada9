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
- `jet(context, z, u, out)`: out (3, m) = first, second, third derivative of F(z + e u) in e at 0, u (m + 1,).
- `inspect(context, z, jacobian, columns, watch)`: what is recorded at a point: `columns` (c,) and `watch` (w,), smooth
  scalars whose zeros are special points, zero where not above rounding. Returns the number of unstable eigenvalues, or -1.
- `arrange(context, older, before, ratio, columns, watch)`: bring what `inspect` gave into the order of the point before,
  `before` (c,) (NaN at the start: the order of a first point), expected where `older` (c,) and `before` lead after
  `ratio` times the way between them.
- `doubt(context, before, after, left, right)`: 1 if two neighbouring points leave open what happened between them;
  `before` and `after` are (2 + w,): the tangent's parameter component, the determinant's sign, then `watch`; `left` and
  `right` the columns (c,).
- `trust(context, left, right, change, way)`: for how many times the change of the Jacobian between two points it is sure
  that no watched number changes its sign unseen, where the Jacobian goes on so (`way` 1) or back (-1); `change` is the
  change's largest scaled entry.

All arrays are given by the address of their first number. A compiled function swallows an exception and leaves `out` as
it was: callers put NaN there first and treat what is not finite as a failed step.

The *context* is one table of addresses: the problem's functions, the model's, the *tools* (functions of the engine that
many kernels share, `contin_kernels.tools`), and the problem's data, which are four arrays: `ints`, of which the first
four are the sizes m, w and c and the most steps from one inspected point to the next, and the others the problem's own;
`floats`, of which the first m + 1 are the sizes of the unknowns; `parameters` (k,) (the free ones are overwritten from
z); and `scratch`. A function with one pointer for all of it is called in the registers alone.
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
PROBLEM_JET = types.void(INTEGERS, NUMBERS, NUMBERS, NUMBERS)
INSPECT = types.int64(INTEGERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
ARRANGE = types.void(INTEGERS, NUMBERS, NUMBERS, types.float64, NUMBERS, NUMBERS)
DOUBT = types.int64(INTEGERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
TRUST = types.float64(INTEGERS, NUMBERS, NUMBERS, types.float64, types.float64)

STEP_LANES = types.int64(INTEGERS, types.int64, NUMBERS, NUMBERS, types.float64, NUMBERS)
SLOPES_LANES = types.void(INTEGERS, types.int64, NUMBERS, NUMBERS, NUMBERS)
"""rhs and Jacobian of many points side by side; see `contin_kernels.lanes`."""

_call_rhs = caller(RHS)
_call_jacobian = caller(JACOBIAN)
_call_column = caller(COLUMN)
_call_jet = caller(JET)
_call_residual = caller(RESIDUAL)
_call_problem_jacobian = caller(PROBLEM_JACOBIAN)
_call_problem_jet = caller(PROBLEM_JET)
_call_inspect = caller(INSPECT)
_call_arrange = caller(ARRANGE)
_call_doubt = caller(DOUBT)
_call_trust = caller(TRUST)

CONFIRM, CORRECT, TANGENT, SECOND, UNITS, COMPLEX_UNITS, SOLVE, HALVE, CROSS, CROSSING = range(11, 21)
"""Places of the tools in the table, in the order of `contin_kernels.tools.TOOLS`."""

INTS, FLOATS, PARAMETERS, SCRATCH = range(21, 25)


class Context:
    """The table of addresses, and what must stay alive as long as it is used.

    Parameters
    ----------
    problem : seven functions
        residual, jacobian, jet, inspect, arrange, doubt, trust.
    model : four functions
        rhs, jacobian, column, jet.
    tools : functions
        `contin_kernels.tools.TOOLS`.
    ints, floats, parameters, scratch : arrays
        The problem's data.
    """

    def __init__(
        self, problem: Any, model: Any, tools: Any, ints: Any, floats: Any, parameters: Any, scratch: Any
    ) -> None:
        self.functions = (*problem, *model, *tools)
        self.data = (ints, floats, parameters, scratch)
        self.parameters = parameters
        self.floats = floats
        self.ints = ints
        addresses = [address_of(function) for function in self.functions]
        if numba.config.DISABLE_JIT:
            self.table: Any = [*addresses, *self.data]
        else:
            self.table = np.array([*addresses, *(array.ctypes.data for array in self.data)], dtype=np.int64)


@fused
def ints_of(context):
    """The problem's integers; the first are the number of equations, of watched numbers, of columns."""
    return as_integers(context[INTS])


@fused
def floats_of(context):
    """The problem's numbers; the first m + 1 are the sizes of the unknowns."""
    return as_numbers(context[FLOATS])


@fused
def parameters_of(context):
    """All parameters (k,)."""
    return as_numbers(context[PARAMETERS])


@fused
def scratch_of(context):
    """The problem's scratch."""
    return as_numbers(context[SCRATCH])


@fused
def call_rhs(context, x, p, out):
    """out (n,) = f; pointers."""
    _call_rhs(context[7], (x, p, out))


@fused
def call_jacobian(context, x, p, stride, out):
    """out[i stride + j] = df_i / dx_j; pointers."""
    _call_jacobian(context[8], (x, p, stride, out))


@fused
def call_column(context, x, p, j, stride, out):
    """out[i stride] = df_i / dp_j; pointers."""
    _call_column(context[9], (x, p, j, stride, out))


@fused
def call_jet(context, x, p, u, out):
    """out (3, n): derivatives along u; pointers."""
    _call_jet(context[10], (x, p, u, out))


@fused
def call_residual(context, z, out):
    """out (m,) = F at `z` (m + 1,); pointers."""
    _call_residual(context[0], (context, z, out))


@fused
def call_problem_jacobian(context, z, out):
    """out (m, m + 1) = dF/dz at `z` (m + 1,); pointers."""
    _call_problem_jacobian(context[1], (context, z, out))


@fused
def residual_at(context, z, out):
    """out (m,) = F at `z` (m + 1,), arrays."""
    _call_residual(context[0], (context, pointer_to(z), pointer_to(out)))


@fused
def jacobian_at(context, z, out):
    """out (m, m + 1) = dF/dz at `z` (m + 1,), arrays."""
    _call_problem_jacobian(context[1], (context, pointer_to(z), pointer_to(out)))


@fused
def call_problem_jet(context, z, u, out):
    """out (3, m): derivatives of F along u (m + 1,) at z; pointers."""
    _call_problem_jet(context[2], (context, z, u, out))


@fused
def inspect_at(context, z, jac, columns, watch):
    """The number of unstable eigenvalues; fills `columns` (c,) and `watch` (w,), arrays, in any order."""
    return _call_inspect(
        context[3], (context, pointer_to(z), pointer_to(jac), pointer_to(columns), pointer_to(watch))
    )


@fused
def arrange_after(context, older, before, ratio, columns, watch):
    """Bring `columns` (c,) and `watch` (w,) into the order of the points before, arrays."""
    _call_arrange(
        context[4],
        (context, pointer_to(older), pointer_to(before), ratio, pointer_to(columns), pointer_to(watch)),
    )


@fused
def inspect_beside(context, z, jac, before, columns, watch):
    """`inspect_at` in the order of one point `before` (c,)."""
    unstable = inspect_at(context, z, jac, columns, watch)
    arrange_after(context, before, before, 0.0, columns, watch)
    return unstable


@fused
def doubtful(context, before, after, left, right):
    """Whether two neighbouring points leave open what happened between them, arrays."""
    return (
        _call_doubt(
            context[5], (context, pointer_to(before), pointer_to(after), pointer_to(left), pointer_to(right))
        )
        != 0
    )


@fused
def trusted(context, left, right, change, way):
    """For how many times the change between two points the watched numbers are sure to keep their signs, arrays."""
    return _call_trust(context[6], (context, pointer_to(left), pointer_to(right), change, way))
