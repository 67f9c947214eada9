"""Where a branch ends: the edges of the span, a closed loop, states without bound."""

from __future__ import annotations

import math

from contin_kernels.arclength import distance
from contin_kernels.corrector import corrected
from contin_kernels.jit import fused, kernel
from contin_kernels.memory import pointer_to
from contin_kernels.records import step_at, system_of
from contin_kernels.status import CLOSED, DIVERGES, OK, OUTSIDE, SPAN

FARTHEST_CORRECTION = 0.25
SAME = 1e-6
ON_CUBIC = 1e-3


@fused
def at_edge(p, direction, span):
    """Whether the parameter stands on an edge of the span and heads outside."""
    return (p >= span[1] and direction > 0.0) or (p <= span[0] and direction < 0.0)


@fused
def across(context, limits, scale, step, system):
    """Correct `step.z` in the hyperplane `step.row`; `step.report` becomes the first correction and the residual."""
    return corrected(
        context,
        pointer_to(step.z),
        pointer_to(scale),
        pointer_to(step.row),
        limits.tolerance,
        limits.most_iterations,
        pointer_to(step.report),
        system,
    )


@kernel
def land_on_edge(context, limits, span, scale, rows, k, step, system, m):
    """Replace the point in `step.z` beyond the span by the branch's point on the edge; OUTSIDE if that is another place."""
    z = step.z
    row = step.row
    kept = step.kept
    edge = span[1] if z[m] > span[1] else span[0]
    start = rows.z[k, m]
    reach = distance(rows.z, k, z, scale, m)
    part = (edge - start) / (z[m] - start)
    for i in range(m):
        z[i] = rows.z[k, i] + part * (z[i] - rows.z[k, i])
    z[m] = edge
    for i in range(m + 1):
        kept[i] = row[i]
        row[i] = 0.0
    row[m] = 1.0
    status = across(context, limits, scale, step, system)
    first, residual = step.report[0], step.report[1]
    for i in range(m + 1):
        row[i] = kept[i]
    if status != OK:
        return status, residual
    z[m] = edge
    if first > FARTHEST_CORRECTION * reach or distance(rows.z, k, z, scale, m) > 1.2 * reach:
        return OUTSIDE, residual
    return OK, residual


@fused
def ending(context, rows, k, limits, span, scale, memory, m):
    """Whether the branch ends at row k: SPAN, CLOSED, DIVERGES, else OK."""
    for i in range(m):
        if abs(rows.z[k, i]) > limits.bounds[i]:
            return DIVERGES
    if at_edge(rows.z[k, m], rows.tangent[k, m], span):
        return SPAN
    if k > 8 and passes_start(rows, k, scale, m) and closes(context, rows, k, limits, scale, memory, m):
        return CLOSED
    return OK


@kernel
def passes_start(rows, k, scale, m):
    """Whether the step to row k went by row 0 in its direction."""
    size = rows.arclength[k] - rows.arclength[k - 1]
    if abs(rows.z[k, m] - rows.z[0, m]) > size * scale[m]:
        return False
    start = rows.z[0]
    near = distance(rows.z, k - 1, start, scale, m)
    if near > size or distance(rows.z, k, start, scale, m) > size:
        return False
    along = 0.0
    same = 0.0
    length = 0.0
    for i in range(m + 1):
        weight = 1.0 if i == m else 1.0 / m
        chord = (rows.z[k, i] - rows.z[k - 1, i]) / scale[i] / size
        t = rows.tangent[0, i] / scale[i]
        along += weight * chord * (rows.z[0, i] - rows.z[k - 1, i]) / scale[i]
        same += weight * t * chord
        length += weight * t * t
    aside = math.sqrt(max(0.0, near * near - along * along))
    return same > 0.9 * math.sqrt(length) and 0.0 <= along <= size and aside < 0.1 * size


@kernel
def closes(context, rows, k, limits, scale, memory, m):
    """Whether the branch beside row 0, solved for in the hyperplane across its tangent, is row 0; it then replaces row k."""
    step = step_at(memory, m)
    system = system_of(memory, m)
    z = step.z
    row = step.row
    if rows.watch[0, 1] == 0.0:
        if not on_step(rows, k, scale, z, m):
            return False
        become_start(rows, k, scale, m)
        return True
    size = 0.0
    for i in range(m + 1):
        weight = 1.0 if i == m else 1.0 / m
        row[i] = weight * rows.tangent[0, i] / scale[i]
        size = max(size, abs(row[i]))
    towards = 0.0
    length = 0.0
    for i in range(m + 1):
        row[i] /= size
        chord = (rows.z[k, i] - rows.z[k - 1, i]) / scale[i]
        towards += row[i] * (rows.z[0, i] - rows.z[k - 1, i]) / scale[i]
        length += row[i] * chord
    for i in range(m + 1):
        z[i] = rows.z[k - 1, i] + towards / length * (rows.z[k, i] - rows.z[k - 1, i])
    status = across(context, limits, scale, step, system)
    if status != OK or distance(rows.z, 0, z, scale, m) > SAME * (rows.arclength[k] - rows.arclength[k - 1]):
        return False
    become_start(rows, k, scale, m)
    return True


@kernel
def on_step(rows, k, scale, z, m):
    """Whether row 0, where the branch is not unique, lies on the cubic through rows k - 1 and k in their tangents' directions."""
    length = rows.arclength[k] - rows.arclength[k - 1]
    s = distance(rows.z, k - 1, rows.z[0], scale, m) / length
    rest = 1.0 - s
    for i in range(m + 1):
        z[i] = rest * rest * (1.0 + 2.0 * s) * rows.z[k - 1, i] + s * s * (3.0 - 2.0 * s) * rows.z[k, i]
        z[i] += s * rest * length * (rest * rows.tangent[k - 1, i] - s * rows.tangent[k, i])
    return distance(rows.z, 0, z, scale, m) <= ON_CUBIC * length


@kernel
def become_start(rows, k, scale, m):
    """Let row k be row 0 again."""
    rows.arclength[k] = rows.arclength[k - 1] + distance(rows.z, k - 1, rows.z[0], scale, m)
    for i in range(m + 1):
        rows.z[k, i] = rows.z[0, i]
        rows.tangent[k, i] = rows.tangent[0, i]
    for i in range(rows.watch.shape[1]):
        rows.watch[k, i] = rows.watch[0, i]
    for i in range(rows.columns.shape[1]):
        rows.columns[k, i] = rows.columns[0, i]
    rows.unstable[k] = rows.unstable[0]
    rows.residual[k] = rows.residual[0]
