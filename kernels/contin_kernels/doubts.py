"""What two or three neighbouring points leave open: watched numbers that may have passed zero twice, folds beyond the span.

An even number of zeros between two points leaves no change of sign. A parabola through three neighbouring values shows
where the number comes near zero in between; the step is then made shorter until it shows that it does not.
"""

from __future__ import annotations

from contin_kernels.jit import fused, kernel

NEAR = 0.05
UNSURE = 0.05  # of the rise to a turn, from two tangents alone
SHORTEST = 1e-8


@fused
def dips(rows, before, at, after, first, watched):
    """Where a watched number may have touched zero, seen from three rows: 1 after row `at`, -1 before it, 0 nowhere.

    The numbers from `first` on; `before` is -1 where there is no such row.
    """
    if before < 0:
        return 0
    a = rows.arclength[at] - rows.arclength[before]
    b = rows.arclength[after] - rows.arclength[at]
    found = 0
    for i in range(first, watched):
        w0 = rows.watch[before, i]
        w1 = rows.watch[at, i]
        w2 = rows.watch[after, i]
        rise = (w1 - w0) * b
        bend = (w2 - w1) * a - rise
        if not bend * w1 > 0.0:
            continue
        # The parabola is lowest at the part (a bend - rise (a + b)) / (2 bend (a + b)) of the way from the first row.
        side = 1.0 if w1 > 0.0 else -1.0
        place = (a * bend - rise * (a + b)) * side
        size = bend * side
        if 2.0 * a * size <= place < 2.0 * (a + b) * size:
            if w1 * w2 > 0.0 and touches(w1, rise, bend, a, b, max(abs(w1), abs(w2))):
                return 1
        elif 0.0 < place < 2.0 * a * size and a > SHORTEST:
            if w0 * w1 > 0.0 and touches(w1, rise, bend, a, b, max(abs(w0), abs(w1))):
                found = -1
    return found


@kernel
def touches(w1, rise, bend, a, b, size):
    """Whether the parabola with the value w1 at row k comes below a small part of `size`; scaled rise and bend as in `dips`."""
    curve = bend / (a * b * (a + b))
    slope = rise / (a * b) + curve * a
    lowest = w1 - slope * slope / (4.0 * curve)
    return lowest * w1 < NEAR * abs(w1) * size


@fused
def hides_turn(rows, k, span, m):
    """Whether the branch turned back between rows k and k + 1 beyond the span, where it should have ended."""
    a = rows.tangent[k, m]
    b = rows.tangent[k + 1, m]
    if not a * b < 0.0:
        return False
    length = rows.arclength[k + 1] - rows.arclength[k]
    part = a / (a - b)
    rise = 0.5 * a * part * length
    turn = rows.z[k, m] + (1.0 + UNSURE) * rise
    return turn > span[1] or turn < span[0]
