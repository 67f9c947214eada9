"""What two or three neighbouring points leave open: watched numbers that may have passed zero twice, folds beyond the span.

An even number of zeros between two points leaves no change of sign. A parabola through three neighbouring values shows
where the number comes near zero in between; the step is then made shorter until it shows that it does not.
"""

from __future__ import annotations

from contin_kernels.jit import kernel

NEAR = 0.05


@kernel
def dips(rows, k):
    """Whether a watched number may have touched zero between rows k and k + 1, seen from rows k - 1, k, k + 1."""
    return k > 0 and _any_dip(rows, k - 1, k, k + 1)


@kernel
def suspicious_before(rows, k):
    """The same between rows k - 1 and k, now that row k + 1 is known too."""
    return rows.arclength[k] - rows.arclength[k - 1] > 1e-8 and _any_dip(rows, k - 1, k - 1, k)


@kernel
def _any_dip(rows, first, left, right):
    """Whether the parabola of a watched number through rows first, first + 1, first + 2 dips between rows left and right."""
    a = rows.arclength[first + 1] - rows.arclength[first]
    b = rows.arclength[first + 2] - rows.arclength[first + 1]
    if not (a > 0.0 and b > 0.0):
        return False
    low = rows.arclength[left] - rows.arclength[first]
    high = rows.arclength[right] - rows.arclength[first]
    for i in range(rows.watch.shape[1]):
        if i == 1:
            continue
        w0 = rows.watch[first, i]
        w1 = rows.watch[first + 1, i]
        w2 = rows.watch[first + 2, i]
        start = rows.watch[left, i]
        end = rows.watch[right, i]
        if not start * end > 0.0 or w0 == 0.0:
            continue
        slope = (w1 - w0) / a
        bend = ((w2 - w1) / b - slope) / (a + b)
        if not bend * start > 0.0:
            continue
        place = 0.5 * (a - slope / bend)
        if not low < place < high:
            continue
        value = w0 + place * (slope + bend * (place - a))
        if value * start < NEAR * start * max(abs(start), abs(end)):
            return True
    return False


@kernel
def hides_turn(rows, k, span):
    """Whether the branch turned back between rows k and k + 1 beyond the span, where it should have ended."""
    m = rows.z.shape[1] - 1
    a = rows.tangent[k, m]
    b = rows.tangent[k + 1, m]
    if not a * b < 0.0:
        return False
    length = rows.arclength[k + 1] - rows.arclength[k]
    part = a / (a - b)
    turn = rows.z[k, m] + 0.5 * a * part * length
    return turn > span[1] or turn < span[0]
