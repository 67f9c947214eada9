"""Whether a change of the bordered determinant's sign is a branch point, or a jump to another branch that passes near."""

from __future__ import annotations

import numpy as np
from numba import types

from contin_kernels.abi import INTEGERS, NUMBERS
from contin_kernels.jit import fused, kernel, pointer
from contin_kernels.memory import caller, pointer_to, vector
from contin_kernels.points.branch_point import solve
from contin_kernels.status import OK

GAP = 30.0

CONFIRM = types.int64(INTEGERS, NUMBERS, NUMBERS, NUMBERS, types.int64)
_call_confirm = caller(CONFIRM)


@fused
def confirmed(context, a, b, scale):
    """Whether a branch point lies between the points `a` and `b` (m + 1,) of a branch; by the address in the context."""
    arguments = (context, pointer_to(a), pointer_to(b), pointer_to(scale), scale.shape[0] - 1)
    return _call_confirm(context[9], arguments) != 0


@kernel
def lies_between(a, b, z, scale):
    """Whether `z` (m + 1,) is near the segment from `a` to `b`, in scaled unknowns."""
    length = 0.0
    along = 0.0
    for i in range(z.shape[0]):
        chord = (b[i] - a[i]) / scale[i]
        length += chord * chord
        along += chord * (z[i] - a[i]) / scale[i]
    along /= length
    aside = 0.0
    for i in range(z.shape[0]):
        away = (z[i] - a[i] - along * (b[i] - a[i])) / scale[i]
        aside += away * away
    return -0.1 <= along <= 1.1 and aside <= 0.1 * length


@pointer(CONFIRM)
def confirm(context, a, b, scale, m):
    """1 if a branch point lies between the points `a` and `b` (m + 1,) of a branch, without a gap; else 0."""
    a = vector(a, m + 1)
    b = vector(b, m + 1)
    scale = vector(scale, m + 1)
    z = np.empty(m + 1)
    chord = np.empty(m + 1)
    for i in range(m + 1):
        z[i] = 0.5 * (a[i] + b[i])
        chord[i] = b[i] - a[i]
    status, _, _, gap, _, _, _ = solve(context[10], context, scale, z, chord)
    return 1 if status == OK and gap <= GAP and lies_between(a, b, z, scale) else 0
