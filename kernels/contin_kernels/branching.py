"""Whether a change of the bordered determinant's sign is a branch point, or a jump to another branch that passes near."""

from __future__ import annotations

import numpy as np
from numba import types

from contin_kernels.abi import CONFIRM, INTEGERS, NUMBERS
from contin_kernels.jit import fused, kernel, tool
from contin_kernels.memory import caller, pointer_to, shifted, vector
from contin_kernels.points.branch_point import GAP, cross
from contin_kernels.status import OK

CROSS_WORK = 12  # times (m + 3)^2 is at least the work of `cross`

CONFIRM_TYPE = types.int64(INTEGERS, NUMBERS, NUMBERS, NUMBERS, types.int64)
_call_confirm = caller(CONFIRM_TYPE)


@fused
def confirmed(context, a, b, scale):
    """Whether a branch point lies between the points `a` and `b` (m + 1,) of a branch; by the address in the context."""
    arguments = (context, pointer_to(a), pointer_to(b), pointer_to(scale), scale.shape[0] - 1)
    return _call_confirm(context[CONFIRM], arguments) != 0


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


@kernel
def crosses(context, a, b, scale, m, work):
    """`confirm`, with memory."""
    n = m + 1
    rest = pointer_to(work)
    chord = shifted(rest, n)
    store = shifted(rest, 2 * n)
    z = vector(rest, n)
    for i in range(n):
        z[i] = 0.5 * (a[i] + b[i])
        chord[i] = b[i] - a[i]
    status = cross(context, pointer_to(scale), rest, chord, store, shifted(store, 3 + 3 * (m + 2) + m))
    return status == OK and store[2] <= GAP and lies_between(a, b, z, scale)


@tool(CONFIRM_TYPE)
def confirm_tool(context, a, b, scale, m):
    """1 if a branch point lies between the points `a` and `b` (m + 1,) of a branch, without a gap; else 0."""
    n = m + 1
    work = np.empty(2 * n + 3 + 3 * (m + 2) + m + CROSS_WORK * (m + 3) * (m + 3))
    return 1 if crosses(context, vector(a, n), vector(b, n), vector(scale, n), m, work) else 0
