"""A square root whose derivative at zero is taken as zero.

Adam divides by sqrt(v) + eps. At a minimum v = 0, where the root has no derivative but the map has one: the root's
derivative is multiplied by a mean gradient m that vanishes with it, |m| <= c sqrt(v). With zero for the root's derivative
the chain rule gives the map's own.
"""

from __future__ import annotations

import math

SMALL = 1e-14
"""Times eps^2: below, v is a zero with rounding, as where a minimum is no floating-point number."""


def root(v: float, eps: float) -> float:
    """The square root of v, 0 for v <= 0; its derivative is taken as 0 for v <= SMALL eps^2."""
    return math.sqrt(v) if v > 0.0 else 0.0
