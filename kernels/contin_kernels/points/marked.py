"""Marked points: where an unknown takes a value that the user asked for, solved with that unknown held."""

from __future__ import annotations

from contin_kernels.abi import ints_of
from contin_kernels.corrector import bordered_size, corrected
from contin_kernels.jit import tool
from contin_kernels.memory import shifted
from contin_kernels.points.attempt import ATTEMPT, ERROR, OMEGA, RESIDUAL, point_at
from contin_kernels.points.piece import on_piece, piece_at, point_on
from contin_kernels.status import OK

ITERATIONS = 12


def work_size(m: int) -> int:
    """Length of the work of `attempt`."""
    return m + 3 + bordered_size(m)


@tool(ATTEMPT)
def attempt(context, system, piece, slot, value, point, work):
    """Solve for the point of a piece where unknown `slot` is `value`; `system` is not used."""
    m = ints_of(context)[0]
    n = m + 1
    here = piece_at(piece, context)
    found = point_at(point, context)
    report = shifted(work, n)
    away = here.a[slot] - value
    chord = here.b[slot] - here.a[slot]
    point_on(here, -away / chord if chord != 0.0 else 0.5, found.z)
    found.z[slot] = value
    for i in range(n):
        work[i] = 1.0 if i == slot else 0.0
    tolerance = here.numbers[0]
    if corrected(context, point, piece, work, tolerance, ITERATIONS, report, shifted(work, n + 2)) != OK:
        return 0
    found.z[slot] = value
    found.numbers[OMEGA] = -1.0  # no critical eigenvalues
    found.numbers[RESIDUAL] = report[1]
    found.numbers[ERROR] = 0.0 if slot == m else tolerance * here.scale[m]
    return 1 if on_piece(here, found.z) else 0
