"""Calling from a test what only compiled code calls, compiled or with NUMBA_DISABLE_JIT=1: kernels, a model's functions."""

from __future__ import annotations

import ctypes
import functools

import numba
import numpy as np

compiled = numba.njit(error_model="numpy")
"""For what a test calls and kernels are called in: a kernel has no wrapper for Python of its own.

`pointer_to` belongs here, on arguments, for kernels that take pointers.
"""


@functools.cache
def wrapped(kernel):
    """`kernel` with a wrapper for Python."""
    if numba.config.DISABLE_JIT:
        return kernel

    @compiled
    def forward(*arguments):
        return kernel(*arguments)

    return forward


NUMBERS = ctypes.POINTER(ctypes.c_double)
KINDS = {
    "rhs": (NUMBERS, NUMBERS, NUMBERS),
    "jacobian": (NUMBERS, NUMBERS, ctypes.c_int64, NUMBERS),
    "column": (NUMBERS, NUMBERS, ctypes.c_int64, ctypes.c_int64, NUMBERS),
    "jet": (NUMBERS, NUMBERS, NUMBERS, NUMBERS),
}


class Called:
    """The functions of a `Flow` on arrays: `x` (n,), `p` (k,)."""

    def __init__(self, system):
        self.n = len(system.states)
        self.derivatives = system.compiled.derivatives
        self._functions = dict(zip(KINDS, system.compiled.functions, strict=True))

    def _call(self, name, *arguments):
        function = self._functions[name]
        if numba.config.DISABLE_JIT:
            function(*(a.reshape(-1) if isinstance(a, np.ndarray) else a for a in arguments))
            return
        pointers = [a.ctypes.data_as(NUMBERS) if isinstance(a, np.ndarray) else a for a in arguments]
        ctypes.CFUNCTYPE(None, *KINDS[name])(function.address)(*pointers)

    def rhs(self, x, p):
        """Return f (n,)."""
        out = np.full(self.n, np.nan)
        self._call("rhs", numbers(x), numbers(p), out)
        return out

    def jacobian(self, x, p):
        """Return df_i / dx_j (n, n), written into a wider table."""
        out = np.full((self.n, self.n + 3), np.nan)
        self._call("jacobian", numbers(x), numbers(p), self.n + 3, out)
        assert np.isnan(out[:, self.n :]).all()
        return out[:, : self.n]

    def column(self, x, p, j):
        """Return df_i / dp_j (n,), written into a wider table."""
        out = np.full((self.n, 3), np.nan)
        self._call("column", numbers(x), numbers(p), j, 3, out)
        assert np.isnan(out[:, 1:]).all()
        return out[:, 0].copy()

    def jet(self, x, p, u):
        """Return the first three derivatives (3, n) along `u` (n + k,)."""
        out = np.full((3, self.n), np.nan)
        self._call("jet", numbers(x), numbers(p), numbers(u), out)
        return out


def numbers(values):
    """Return a contiguous array of floats."""
    return np.ascontiguousarray(values, dtype=np.float64)
