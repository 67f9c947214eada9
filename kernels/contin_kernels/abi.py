"""The functions that are passed by address: a model's, and a problem's.

A *model* is what the user brings, compiled: `x` (n,) state, `p` (k,) all parameters.

- `rhs(x, p, out)`: out (n,) = f(x, p).
- `jacobian(x, p, stride, out)`: out[i stride + j] = df_i / dx_j.
- `column(x, p, j, stride, out)`: out[i stride] = df_i / dp_j.
- `jet(x, p, u, out)`: out (3, n) = first, second, third derivative of f(x + e u_x, p + e u_p) in e at 0,
  u (n + k,) a direction in states and parameters.

A *problem* is what is solved, F(z) = 0 with z (m + 1,) unknowns and m equations, the free parameters last.

- `residual(model, frame, z, out)`: out (m,) = F.
- `jacobian(model, frame, z, out)`: out (m, m + 1) = dF_i / dz_j.
- `curvature(model, frame, z, u, v, out)`: out (m,) = second derivative of F in the directions u, v (m + 1,).
- `inspect(model, frame, z, jacobian, before, columns, watch)`: what is recorded at a point: `columns` (c,) and `watch`
  (w,), smooth scalars whose zeros are special points, zero where not above rounding. `before` (c,) are the columns of
  the point before (NaN at the start), with which the order is kept. Returns the number of unstable eigenvalues.
- `doubt(frame, before, after, left, right)`: 1 if two neighbouring points leave open what happened between them;
  `before` and `after` are (2 + w,): the tangent's parameter component, the determinant's sign, then `watch`; `left` and
  `right` the columns (c,).

All arrays are given by the address of their first number. A compiled function swallows an exception and leaves `out` as
it was: callers fill it with NaN first and treat what is not finite as a failed step.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from numba import types

from contin_kernels.jit import kernel
from contin_kernels.memory import caller, pointer_to

NUMBERS = types.CPointer(types.float64)
INTEGERS = types.CPointer(types.int64)


class Model(NamedTuple):
    """Addresses of a model's functions."""

    rhs: Any
    jacobian: Any
    column: Any
    jet: Any


class Frame(NamedTuple):
    """What a problem knows beside the model: arrays in Python, pointers in kernels.

    `ints` and `floats` are laid out by the problem, `p` (k,) are all parameters (the free ones are overwritten from z),
    `work` is scratch.
    """

    ints: Any
    floats: Any
    p: Any
    work: Any


class Problem(NamedTuple):
    """Addresses of a problem's functions."""

    residual: Any
    jacobian: Any
    curvature: Any
    inspect: Any
    doubt: Any


RHS = types.void(NUMBERS, NUMBERS, NUMBERS)
JACOBIAN = types.void(NUMBERS, NUMBERS, types.int64, NUMBERS)
COLUMN = types.void(NUMBERS, NUMBERS, types.int64, types.int64, NUMBERS)
JET = types.void(NUMBERS, NUMBERS, NUMBERS, NUMBERS)

MODEL = types.NamedUniTuple(types.int64, 4, Model)
FRAME = types.NamedTuple([INTEGERS, NUMBERS, NUMBERS, NUMBERS], Frame)
PROBLEM = types.NamedUniTuple(types.int64, 5, Problem)

RESIDUAL = types.void(MODEL, FRAME, NUMBERS, NUMBERS)
PROBLEM_JACOBIAN = types.void(MODEL, FRAME, NUMBERS, NUMBERS)
CURVATURE = types.void(MODEL, FRAME, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
INSPECT = types.int64(MODEL, FRAME, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
DOUBT = types.int64(FRAME, NUMBERS, NUMBERS, NUMBERS, NUMBERS)

call_rhs = caller(RHS)
call_jacobian = caller(JACOBIAN)
call_column = caller(COLUMN)
call_jet = caller(JET)
call_residual = caller(RESIDUAL)
call_problem_jacobian = caller(PROBLEM_JACOBIAN)
call_curvature = caller(CURVATURE)
call_inspect = caller(INSPECT)
call_doubt = caller(DOUBT)


@kernel
def opened(frame):
    """The frame with pointers in the place of its arrays."""
    return Frame(pointer_to(frame.ints), pointer_to(frame.floats), pointer_to(frame.p), pointer_to(frame.work))


@kernel
def residual_at(problem, model, frame, z, out):
    """out (m,) = F at `z` (m + 1,), arrays; `frame` opened."""
    call_residual(problem.residual, (model, frame, pointer_to(z), pointer_to(out)))


@kernel
def jacobian_at(problem, model, frame, z, out):
    """out (m, m + 1) = dF/dz at `z` (m + 1,), arrays; `frame` opened."""
    call_problem_jacobian(problem.jacobian, (model, frame, pointer_to(z), pointer_to(out)))


@kernel
def curvature_at(problem, model, frame, z, u, v, out):
    """out (m,) = D2F(u, v) at `z` (m + 1,), arrays; `frame` opened."""
    call_curvature(
        problem.curvature, (model, frame, pointer_to(z), pointer_to(u), pointer_to(v), pointer_to(out))
    )
