"""A map at many points side by side: lanes, so that the processor works on several orbits at once.

One orbit is a chain, each operation waiting for the one before: the logistic map takes 4 ns a step so, and 0.1 ns with
128 orbits beside each other, in vector registers. So the points of a block are the columns of x (n, count), their
parameters the columns of p (k, count), and a map is two functions:

- `step(model, count, x, p, bound, out)`: out (n, count) = f; whether any of x is larger than the bound. In a loop of its
  own that comparison took as long as the logistic map; of `out` it kept Adam's step out of the vector registers.
- `slopes(model, count, x, p, out)`: out (n n, count), its row i n + j df_i / dx_j.

For a model whose formula is known both are generated, and need no `model`. For any other these here call its `rhs` and
`jacobian` point by point. `model` is one table: the addresses of step, slopes, rhs, jacobian; n, k; the address of
scratch of its thread's own.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from contin_kernels.abi import JACOBIAN, RHS, SLOPES_LANES, STEP_LANES
from contin_kernels.jit import fused, pointer
from contin_kernels.memory import address_of, as_numbers, caller, pointer_to, shifted

STEP, SLOPES, RHS_AT, JACOBIAN_AT, STATES, PARAMETERS, SCRATCH = range(7)
WIDTH = 256
"""Points in a block: two blocks of a state or two and their parameters stay in the nearest cache."""

_call_step = caller(STEP_LANES)
_call_slopes = caller(SLOPES_LANES)
_call_rhs = caller(RHS)
_call_jacobian = caller(JACOBIAN)


class LaneTable:
    """The table, for one thread, and what must stay alive as long as it is used.

    Parameters
    ----------
    rhs, jacobian : functions
        The model's, of `contin_kernels.abi`.
    n, k : int
        Numbers of states and of parameters.
    step, slopes : functions, optional
        Of many points; default those that call the model point by point.
    """

    def __init__(self, rhs: Any, jacobian: Any, n: int, k: int, step: Any = None, slopes: Any = None) -> None:
        self.functions = (step or step_by_address, slopes or slopes_by_address, rhs, jacobian)
        self.scratch = np.zeros(2 * n + k + n * n)
        addresses = [address_of(function) for function in self.functions]
        if numba.config.DISABLE_JIT:
            self.table: Any = [*addresses, n, k, self.scratch]
        else:
            self.table = np.array([*addresses, n, k, self.scratch.ctypes.data], dtype=np.int64)


@fused
def step_lanes(model, x, p, bound, out):
    """out (n, count) = f at x (n, count), p (k, count), arrays; whether any of x is larger than the bound."""
    return (
        _call_step(
            model[STEP],
            (pointer_to(model), x.shape[1], pointer_to(x), pointer_to(p), bound, pointer_to(out)),
        )
        != 0
    )


@fused
def slopes_of_lanes(model, x, p, out):
    """out (n n, count) = the Jacobians' entries at x (n, count), p (k, count); arrays."""
    _call_slopes(
        model[SLOPES], (pointer_to(model), x.shape[1], pointer_to(x), pointer_to(p), pointer_to(out))
    )


@fused
def rhs_by_address(model, x, p, out):
    """out (n,) = f at x (n,), p (k,); pointers."""
    _call_rhs(model[RHS_AT], (x, p, out))


@fused
def jacobian_by_address(model, x, p, out):
    """out (n, n) = the Jacobian at x (n,), p (k,); pointers."""
    _call_jacobian(model[JACOBIAN_AT], (x, p, model[STATES], out))


@fused
def _gather(source, rows, count, lane, target):
    for i in range(rows):
        target[i] = source[i * count + lane]


@fused
def _scatter(source, rows, count, lane, target):
    for i in range(rows):
        target[i * count + lane] = source[i]


@pointer(STEP_LANES)
def step_by_address(model, count, x, p, bound, out):
    """`step` of a model that is known by its `rhs`."""
    n = model[STATES]
    k = model[PARAMETERS]
    point = as_numbers(model[SCRATCH])
    values = shifted(point, n)
    parameters = shifted(point, 2 * n)
    beyond = 0
    for lane in range(count):
        _gather(x, n, count, lane, point)
        _gather(p, k, count, lane, parameters)
        for i in range(n):
            values[i] = np.nan
            if abs(point[i]) > bound:
                beyond = 1
        rhs_by_address(model, point, parameters, values)
        _scatter(values, n, count, lane, out)
    return beyond


@pointer(SLOPES_LANES)
def slopes_by_address(model, count, x, p, out):
    """`slopes` of a model that is known by its `jacobian`."""
    n = model[STATES]
    k = model[PARAMETERS]
    point = as_numbers(model[SCRATCH])
    parameters = shifted(point, 2 * n)
    entries = shifted(point, 2 * n + k)
    for lane in range(count):
        _gather(x, n, count, lane, point)
        _gather(p, k, count, lane, parameters)
        for i in range(n * n):
            entries[i] = np.nan
        jacobian_by_address(model, point, parameters, entries)
        _scatter(entries, n * n, count, lane, out)
