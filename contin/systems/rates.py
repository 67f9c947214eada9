"""A model's compiled functions for callers in Python: arrays in, arrays out."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contin.systems.compiled import uncompiled

if TYPE_CHECKING:
    from contin.systems.system import System

Floats = NDArray[np.float64]

_ADDRESS, _WHOLE = ctypes.c_void_p, ctypes.c_int64


class Rates:
    """f and its derivatives at fixed parameters.

    A call costs about a microsecond: the addresses of its arrays are looked up once.

    Parameters
    ----------
    system : System
    parameters : (k,) array
    """

    def __init__(self, system: System, parameters: Floats) -> None:
        n = len(system.states)
        self.system = system
        self.parameters = np.array(parameters, dtype=np.float64)
        self._x, self._f, self._jacobian = np.zeros(n), np.zeros(n), np.zeros(n * n)
        rhs, jacobian, _, jet = system.compiled.functions
        self._u, self._derivatives = np.zeros(n + len(self.parameters)), np.zeros(3 * n)
        self._rhs = rhs
        x, p, f, J = self._x, self.parameters, self._f, self._jacobian
        self._call_rhs = _bound(rhs, (x, p, f))
        self._call_jacobian = _bound(jacobian, (x, p, n, J))
        self._call_jet = _bound(jet, (x, p, self._u, self._derivatives))

    def __call__(self, state: Floats) -> Floats:
        """f (n,) at `state` (n,); NaN where the model gives none."""
        self._x[:] = state
        self._f.fill(np.nan)  # a compiled function that fails leaves it as it is
        self._call_rhs()
        return self._f.copy()

    def jacobian(self, state: Floats) -> Floats:
        """df_i / dx_j (n, n) at `state` (n,)."""
        self._x[:] = state
        self._jacobian.fill(np.nan)
        self._call_jacobian()
        return self._jacobian.reshape(len(self._x), -1).copy()

    def derivatives(self, state: Floats, direction: Floats) -> Floats:
        """First, second and third derivative (3, n) of f(state + e direction) in e at 0."""
        n = len(self._x)
        self._x[:], self._u[:n] = state, direction
        self._derivatives.fill(np.nan)
        self._call_jet()
        return self._derivatives.reshape(3, n).copy()

    def many(self, states: Floats) -> Floats:
        """f at each of `states` (m, n): (m, n)."""
        from contin.systems.rows import rates_of_rows
        from contin_kernels.memory import address_of

        states = np.ascontiguousarray(states, dtype=np.float64)
        out = np.full_like(states, np.nan)
        rates_of_rows(address_of(self._rhs), states, self.parameters, out)
        return out

    def name_values(self, state: Floats, most: int = 6) -> str:
        """Names and values of a state, for messages: "x = 2, y = 0.8"."""
        shown = [f"{name} = {value:.6g}" for name, value in zip(self.system.states, state, strict=True)]
        return ", ".join(shown if len(shown) <= most else [*shown[: most - 1], "..."])


def _bound(function: Any, arguments: tuple[Any, ...]) -> Callable[[], Any]:
    """A call of `function` on the same arrays and numbers every time."""
    if uncompiled():
        return lambda: function(*arguments)
    kinds = [_ADDRESS if isinstance(a, np.ndarray) else _WHOLE for a in arguments]
    values = [
        kind(a.ctypes.data if kind is _ADDRESS else a) for kind, a in zip(kinds, arguments, strict=True)
    ]
    call = ctypes.CFUNCTYPE(None, *kinds)(function.address)
    return lambda: call(*values)
