"""Scales beside states that grow beyond bounds: rounding of those is felt in all that the equations mix with them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.following.scales import unit_tangent

Floats = NDArray[np.float64]

GROWN = 1e3  # times a state's size at the start, from which on it grows
SEEN = 0.03  # of the tolerance: rounding above it hinders Newton's method
ENOUGH = 10.0  # times the least scale
EPSILON = 2e-16


def grown(
    context: Any, start: Floats, z: Floats, tangent: Floats, scale: Floats, first: Floats, tolerance: float
) -> bool:
    """Enlarge scales (m + 1,) in place where rounding at `z` (m + 1,) is not small beside the tolerance; True if any was.

    `start` (m + 1,) and `first` (m + 1,) are the starting point and the scales there, `tangent` (m + 1,) is unscaled. Only
    where states have grown: at singular points rounding is large in all scales.
    """
    from contin_kernels.inspection import jacobian_from
    from contin_kernels.start import rounding_beside

    m = len(z) - 1
    if not np.any(np.abs(z[:m]) > GROWN * np.maximum(np.abs(start[:m]), first[:m])):
        return False
    J = jacobian_from(context.table, z, np.empty((m, m + 1)))
    if not np.isfinite(J).all():
        return False
    sizes = np.max(np.abs(J * scale), axis=1)
    sizes[sizes == 0.0] = 1.0
    inverse = np.linalg.pinv(
        np.vstack([J * scale / sizes[:, None], unit_tangent(tangent, scale)]), rcond=EPSILON
    )
    noise = np.abs(inverse)[:m, :m] @ rounding_beside(context.table, z, np.abs(z), scale, np.empty(m))[1]
    hidden = noise > SEEN * tolerance
    scale[:m][hidden] *= np.minimum(ENOUGH * noise[hidden] / (SEEN * tolerance), 1e6)
    return bool(hidden.any())
