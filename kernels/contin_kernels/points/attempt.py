"""What the kinds of special points share: an attempt to solve for a point on a piece, and where it leaves its result.

A kind is an `attempt(context, system, piece, slot, value, point, work)`: `system` the address of its defining system, `piece`
the piece of the path on which `watch[slot]` changes its sign (`contin_kernels.points.piece`), `value` what a marked
unknown is to be. It returns 1 and fills `point` if there is such a point on the piece, else 0. All arrays by address.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from numba import types

from contin_kernels.abi import INTEGERS, NUMBERS, ints_of
from contin_kernels.jit import fused
from contin_kernels.memory import caller, shifted, vector

ATTEMPT = types.int64(INTEGERS, types.int64, NUMBERS, types.int64, types.float64, NUMBERS, NUMBERS)
call_attempt = caller(ATTEMPT)

RESIDUAL, ERROR, FORM, OMEGA, COEFFICIENTS = range(5)
"""Places in `Point.numbers`: largest scaled residual, bound on the parameter's error, the form's number, the frequency of
the critical eigenvalues, then four coefficients."""
NUMBERS_OF_A_POINT = 8


class Point(NamedTuple):
    """What an attempt leaves: `z` (m + 1,) and `numbers` (8,)."""

    z: Any
    numbers: Any


@fused
def point_at(memory, context):
    """The point at a pointer."""
    n = ints_of(context)[0] + 1
    return Point(vector(memory, n), vector(shifted(memory, n), NUMBERS_OF_A_POINT))


def point_size(m: int) -> int:
    """Length of a point's memory."""
    return m + 1 + NUMBERS_OF_A_POINT
