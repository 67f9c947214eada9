"""What the step is divided by where it is scaled by the mean square v of the gradient."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from contin_kernels.root import root


def outside(v: Any, eps: Any) -> Any:
    """eps outside the root, as PyTorch has it: not smooth at v = 0."""
    return root(v, eps) + eps


def inside(v: Any, eps: Any) -> Any:
    """eps inside the root: smooth."""
    return math.sqrt(v + eps)


def size_with(eps_inside: bool) -> Callable[[Any, Any], Any]:
    """One of the two."""
    return inside if eps_inside else outside


def size_at_rest(eps: float, eps_inside: bool) -> float:
    """What it is at v = 0."""
    return math.sqrt(eps) if eps_inside else eps


__all__ = ["inside", "outside", "size_at_rest", "size_with"]
