"""Points between two neighbouring points of a branch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def on_cubic(
    a: Floats, tangent_a: Floats, b: Floats, tangent_b: Floats, scale: Floats, part: Floats
) -> Floats:
    """Points on the cubics from `a` to `b` with the directions of the tangents there.

    Parameters
    ----------
    a, b, tangent_a, tangent_b : (k, m + 1) arrays
        Ends of k pieces of a branch and tangents of any length.
    scale : (m + 1,) array
        Scales of the unknowns, in which lengths are measured.
    part : (k,) array
        Parts of the way from a to b.

    Returns
    -------
    (k, m + 1) array
    """
    u = tangent_a / scale
    v = tangent_b / scale
    u = u / np.linalg.norm(u, axis=1, keepdims=True)
    v = v / np.linalg.norm(v, axis=1, keepdims=True)
    chord = np.linalg.norm((b - a) / scale, axis=1, keepdims=True)
    turn = np.linalg.norm(u - v, axis=1, keepdims=True)
    length = chord * (1.0 + turn * turn / 24.0)
    s = part[:, None]
    points: Floats = (
        (2 * s**3 - 3 * s**2 + 1) * a
        + (s**3 - 2 * s**2 + s) * length * u * scale
        + (3 * s**2 - 2 * s**3) * b
        + (s**3 - s**2) * length * v * scale
    )
    return points
