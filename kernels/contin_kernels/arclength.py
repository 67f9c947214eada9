"""The geometry of a branch: scaled lengths and angles, tangents, and the predictor.

Scaled unknowns are y = z / scale, with <a, b> = (a_1 b_1 + ... + a_m b_m) / m + a_p b_p: the 1 / m keeps many states from
outweighing the parameter.
"""

from __future__ import annotations

import math

from contin_kernels.jit import fused
from contin_kernels.lu import lu_solve


@fused
def tangent_length(t, m):
    """Length of `t` (m + 1,) in the scaled inner product."""
    total = 0.0
    for i in range(m):
        total += t[i] * t[i]
    return math.sqrt(total / m + t[m] * t[m])


@fused
def normalise(t, m):
    """Bring `t` (m + 1,) to unit length."""
    inverse = 1.0 / tangent_length(t, m)
    for i in range(m + 1):
        t[i] *= inverse


@fused
def border_row(t, row, m):
    """row (m + 1,) with row . y = <t, y>."""
    weight = 1.0 / m
    for i in range(m):
        row[i] = t[i] * weight
    row[m] = t[m]


@fused
def solve_tangent(w, t, m):
    """The unit tangent (m + 1,) from the factors at a point, on the side of the row they are bordered with."""
    right = w.right
    for i in range(m):
        right[i] = 0.0
    right[m] = 1.0
    lu_solve(w.factors, w.order, right, t, m + 1)
    normalise(t, m)


@fused
def scaled_tangent(rows, k, scale, t, m):
    """The unit scaled tangent (m + 1,) of row k."""
    for i in range(m + 1):
        t[i] = rows.tangent[k, i] / scale[i]
    normalise(t, m)


@fused
def predict(rows, k, steady, t, scale, h, z, m):
    """z (m + 1,): `h` further on the cubic through the last two points and tangents; on the tangent if not `steady`."""
    for i in range(m + 1):
        z[i] = rows.z[k, i] + h * t[i] * scale[i]
    if not steady:
        return
    length = rows.arclength[k] - rows.arclength[k - 1]
    if not (length > 0.0 and h < 3.0 * length):
        return
    inverse = 1.0 / length
    square = h * h * inverse
    cubic = square * (h + length) * inverse
    for i in range(m + 1):
        along = t[i] * scale[i]
        chord = (rows.z[k, i] - rows.z[k - 1, i]) * inverse
        z[i] += square * (along - chord) + cubic * (rows.tangent[k - 1, i] + along - 2.0 * chord)


@fused
def turning(a, b, m):
    """Angle in radians between two unit tangents (m + 1,)."""
    total = 0.0
    for i in range(m):
        total += (a[i] - b[i]) * (a[i] - b[i])
    chord = math.sqrt(total / m + (a[m] - b[m]) * (a[m] - b[m]))
    return 2.0 * math.asin(min(1.0, 0.5 * chord))


@fused
def distance(points, row, z, scale, m):
    """Scaled distance of points[row] and `z` (m + 1,)."""
    total = 0.0
    for i in range(m):
        d = (points[row, i] - z[i]) / scale[i]
        total += d * d
    d = (points[row, m] - z[m]) / scale[m]
    return math.sqrt(total / m + d * d)
