"""One orbit of a map, every point of it, with parameters that may change from step to step."""

from __future__ import annotations

import math

from contin_kernels.jit import entry, kernel
from contin_kernels.lanes import rhs_by_address
from contin_kernels.memory import pointer_to
from contin_kernels.vectors import fill, finite


@entry
def path(model, parameters, states):
    """Fill `states` (steps + 1, n) from its first row on, with `parameters` (steps, k) of each step.

    Returns how many rows are finite.
    """
    for t in range(parameters.shape[0]):
        fill(states[t + 1], math.nan)
        _step(model, states[t], parameters[t], states[t + 1])
        if not finite(states[t + 1]):
            return t + 1
    return states.shape[0]


@kernel
def _step(model, x, p, out):
    """out (n,) = f at x (n,), p (k,)."""
    rhs_by_address(pointer_to(model), pointer_to(x), pointer_to(p), pointer_to(out))
