"""At which points the watched numbers are computed, and whether their signs are known at all others.

Eigenvalues cost more than all the rest of a step of ten unknowns or more, while stability at every point does not need
them at every point. After two inspected points the problem says for how many times the Jacobian's change between them it
trusts that no watched number changes its sign unseen (`trust`). The Jacobian itself is the clock: its entries are
compared, each with its own last change, so that something new that begins to move ends the trust. At the next inspected
point the trust is verified: the numbers that changed their signs must be those that the determinant shows, and parabolas
through three inspected points must stay away from zero; where that does not hold, points between are inspected, down to
neighbours, and if two neighbours leave it open, the step between them is taken again.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from contin_kernels.abi import arrange_after, doubtful, inspect_at, jacobian_at, trusted
from contin_kernels.doubts import dips
from contin_kernels.jit import fused, kernel
from contin_kernels.memory import matrix, shifted

LAST, PREVIOUS, ONWARDS, BACKWARDS = 7, 8, 9, 10
"""Places in the cursor: the last two inspected rows, what `trust` said for a Jacobian that goes on and for one that goes back."""

STILL = 0.02  # an entry may change by this part of the largest change without notice
RESOLUTION = 1e-9
ASIDE = 0.7
HALF = 0.5


class Watch(NamedTuple):
    """Memory, all (m, m + 1): the Jacobian `at` the last inspected point, `per` = 1 / its last change, and one `here`."""

    at: Any
    per: Any
    here: Any


def watch_size(m: int) -> int:
    """Length of the memory for m equations."""
    return 3 * m * (m + 1)


@fused
def watch_at(work, m):
    """The memory at a pointer."""
    size = m * (m + 1)
    return Watch(
        matrix(work, m, m + 1),
        matrix(shifted(work, size), m, m + 1),
        matrix(shifted(work, 2 * size), m, m + 1),
    )


@fused
def inspected(rows, row):
    """Whether the watched numbers of a row are known."""
    return not math.isnan(rows.watch[row, 2])


@kernel
def inspected_before(rows, row):
    """The last inspected row before `row`, or -1."""
    row -= 1
    while row >= 0 and not inspected(rows, row):
        row -= 1
    return row


@fused
def arrange_row(context, rows, previous, last, row):
    """Bring the columns of `row` into the order of those of `last` and, if that is none of -1, `previous`."""
    ratio = 0.0
    older = last
    if previous >= 0 and rows.arclength[last] > rows.arclength[previous]:
        older = previous
        ratio = (rows.arclength[row] - rows.arclength[last]) / (
            rows.arclength[last] - rows.arclength[previous]
        )
    arrange_after(
        context, rows.columns[older], rows.columns[last], ratio, rows.columns[row], rows.watch[row, 2:]
    )


@fused
def inspect_row(context, jacobian, rows, previous, last, row):
    """Fill columns, watched numbers and the count of a row, ordered like those before; False if that fails."""
    unstable = inspect_at(context, rows.z[row], jacobian, rows.columns[row], rows.watch[row, 2:])
    if unstable < 0:
        rows.watch[row, 2:] = np.nan
        return False
    rows.unstable[row] = unstable
    arrange_row(context, rows, previous, last, row)
    return True


@fused
def open_between(context, rows, previous, last, row, landed, watched):
    """Factor to shorten the step between the neighbours `last` and `row` where it leaves open what happened; else 1.

    All three rows are inspected, `previous` (-1 if there is none) before `last`. A step that lands on a zero is moved
    aside, unless it `landed` on an end of the span; one that may hide an even number of zeros, or has unexplained changes,
    is halved; -1 if they may be hidden between `previous` and `last`.
    """
    for i in range(2, watched):
        if not landed and rows.watch[row, i] == 0.0 and rows.watch[last, i] != 0.0:
            return ASIDE
    dip = dips(rows, previous, last, row, 2, watched)
    if dip < 0:
        return -1.0
    if dip > 0 or doubtful(context, rows.watch[last], rows.watch[row], rows.columns[last], rows.columns[row]):
        return HALF
    return 1.0


@fused
def due(row, patience, jacobian, cursor, watch, m):
    """Whether the point of `row`, with its `jacobian` (m, m + 1), is to be inspected, so that the next one may be left out."""
    steps = row - int(cursor[LAST])
    if cursor[ONWARDS] <= 0.0 or cursor[BACKWARDS] <= 0.0 or steps >= patience:
        return True
    most = 0.0
    least = 0.0
    for i in range(m):
        for j in range(m):
            part = (jacobian[i, j] - watch.at[i, j]) * watch.per[i, j]
            most = max(most, part)
            least = min(least, part)
    return most / cursor[ONWARDS] - least / cursor[BACKWARDS] > steps / (steps + 1.0)


@kernel
def start_watching(context, rows, row, cursor, watch, m):
    """Let `row`, or the last inspected one before it, be where watching goes on, without trust."""
    last = inspected_before(rows, row + 1)
    cursor[LAST] = last
    cursor[PREVIOUS] = inspected_before(rows, last)
    cursor[ONWARDS] = cursor[BACKWARDS] = 0.0
    watch.at[0, 0] = np.nan
    jacobian_at(context, rows.z[last], watch.at)


@kernel
def examine(context, rows, row, span, scale, cursor, watch, watched):
    """Inspect `row` and make sure of all since the last inspected one.

    Returns
    -------
    row : from which to go on: `row` itself where all is clear, else one before it, from which the step is to be taken again.
    factor : by which that step is to be shorter.
    """
    last = int(cursor[LAST])
    if last == row:
        return row, 1.0
    fresh = not inspected(rows, row)
    if fresh and not inspect_here(context, rows, last, row, watch.here):
        return row - 1, HALF
    previous = int(cursor[PREVIOUS])
    direct = True
    while last < row:
        right = last + 1
        while not inspected(rows, right):
            right += 1
        arrange_row(context, rows, previous, last, right)
        p = rows.z[right, rows.z.shape[1] - 1]
        landed = p == span[0] or p == span[1]
        factor = settle_between(context, rows, previous, last, right, landed, watched)
        if factor == 1.0:
            count_between(rows, last, right)
            previous = last
            last = right
            continue
        direct = False
        if factor > 0.0 and right == last + 1:
            return last, factor
        if factor < 0.0 and last == previous + 1:
            return previous, HALF
        middle = (last + right) // 2 if factor > 0.0 else (previous + last) // 2
        if not inspect_here(context, rows, last, middle, watch.here):
            return middle - 1, HALF
        if factor < 0.0:
            last = previous
            previous = inspected_before(rows, last)
    if not (fresh and direct):
        watch.here[0, 0] = np.nan
        jacobian_at(context, rows.z[row], watch.here)
    foretell(context, rows, previous, row, scale, cursor, watch, direct)
    return row, 1.0


@kernel
def inspect_here(context, rows, last, row, jacobian):
    """`inspect_row` with the Jacobian computed into `jacobian` (m, m + 1)."""
    jacobian[0, 0] = np.nan
    jacobian_at(context, rows.z[row], jacobian)
    return inspect_row(context, jacobian, rows, -1, last, row)


@fused
def settle_between(context, rows, previous, last, right, landed, watched):
    """`open_between` for inspected rows with others between them: factor 1, HALF or -1."""
    if rows.arclength[right] - rows.arclength[last] <= RESOLUTION:
        return 1.0
    if right == last + 1:
        return open_between(context, rows, previous, last, right, landed, watched)
    dip = dips(rows, previous, last, right, 2, watched)
    if dip != 0:
        return HALF if dip > 0 else -1.0
    changes = 0
    for i in range(2, watched):
        product = rows.watch[last, i] * rows.watch[right, i]
        if product < 0.0:
            changes += 1
        elif product == 0.0 and rows.watch[right, i] != rows.watch[last, i]:
            return HALF
    return 1.0 if changes <= 1 and changes == turns_between(rows, last, right) else HALF


@fused
def turns_between(rows, last, right):
    """How often the sign of the determinant changes between two rows, as far as every row in between shows it."""
    changes = 0
    before = rows.watch[last, 0] * rows.watch[last, 1]
    for row in range(last + 1, right + 1):
        here = rows.watch[row, 0] * rows.watch[row, 1]
        if here * before < 0.0:
            changes += 1
        if here != 0.0:
            before = here
    return changes


@fused
def count_between(rows, last, right):
    """The number of unstable eigenvalues of the rows between two inspected ones: it changes with the determinant's sign."""
    before = rows.watch[last, 0] * rows.watch[last, 1]
    for row in range(last + 1, right):
        same = rows.watch[row, 0] * rows.watch[row, 1] * before > 0.0
        rows.unstable[row] = rows.unstable[last] if same else rows.unstable[right]


@kernel
def foretell(context, rows, previous, row, scale, cursor, watch, direct):
    """Let watching go on from `row`, whose Jacobian is in `watch.here`; it is trusted where nothing had to be settled before."""
    m = watch.at.shape[0]
    largest = 0.0
    if direct:
        for i in range(m):
            for j in range(m):
                watch.per[i, j] = watch.here[i, j] - watch.at[i, j]
                largest = max(largest, abs(watch.per[i, j]) * scale[j] / scale[i])
    cursor[LAST] = row
    cursor[PREVIOUS] = previous
    cursor[ONWARDS] = cursor[BACKWARDS] = 0.0
    if largest > 0.0:
        cursor[ONWARDS] = trusted(context, rows.columns[previous], rows.columns[row], largest, 1.0)
        cursor[BACKWARDS] = trusted(context, rows.columns[previous], rows.columns[row], largest, -1.0)
    for i in range(m):
        for j in range(m):
            watch.at[i, j] = watch.here[i, j]
            if largest > 0.0:
                change = watch.per[i, j]
                floor = STILL * largest * scale[i] / scale[j]
                watch.per[i, j] = math.copysign(1.0 / (abs(change) + floor), change)
