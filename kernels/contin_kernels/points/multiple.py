"""Branch points where several real eigenvalues cross zero at once: no defining system is regular there.

The determinant keeps its sign where their number is even, so that these points are known by the eigenvalues alone, and
their place by its bracket.
"""

from __future__ import annotations

from contin_kernels.jit import tool
from contin_kernels.points.attempt import ATTEMPT, OMEGA, point_at


def work_size(m: int) -> int:
    """Length of the work of `attempt`."""
    return 0


@tool(ATTEMPT)
def attempt(context, system, piece, slot, value, point, work):
    """Never solves: the piece is halved as far as rounding allows."""
    point_at(point, context).numbers[OMEGA] = 0.0
    return 0
