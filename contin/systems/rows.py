"""f at many states in compiled code."""

from __future__ import annotations

from typing import Any

from contin_kernels import memory
from contin_kernels.abi import RHS
from contin_kernels.jit import entry

_call_rhs = memory.caller(RHS)
_pointer_to: Any = memory.pointer_to
_shifted: Any = memory.shifted


def _rates_of_rows(function: Any, states: Any, parameters: Any, out: Any) -> None:
    """out (m, n) = f at each of `states` (m, n); `function` is the address of the compiled right-hand side."""
    n = states.shape[1]
    for i in range(len(states)):
        _call_rhs(
            function,
            (
                _shifted(_pointer_to(states), i * n),
                _pointer_to(parameters),
                _shifted(_pointer_to(out), i * n),
            ),
        )


rates_of_rows = entry(_rates_of_rows)
