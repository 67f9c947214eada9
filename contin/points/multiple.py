"""Multiple branch points: an even number of real eigenvalues crosses zero at once, as symmetry makes it.

Three branches or more meet. The determinant does not change its sign; where the number is odd it does, and
`contin.points.branch_point` finds the point.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.points.branch_point import facts, lost_rank, row_sizes
from contin.points.finder import FIRST, Finder, Integers, Path, Places, real_ones
from contin.points.loss import place_better


def places(path: Path, changes: Integers, marks: Mapping[str, list[float]]) -> Places:
    """Where two or more real eigenvalues change sign between the same rows, and neither tangent nor determinant does."""
    others = {(int(i), int(j)) for i, j, slot in changes[changes[:, 2] < FIRST]}
    first: dict[tuple[int, int], list[int]] = {}
    for i, j, slot in real_ones(path, changes):
        first.setdefault((int(i), int(j)), []).append(int(slot))
    found = [(i, j, slots[0]) for (i, j), slots in first.items() if len(slots) > 1 and (i, j) not in others]
    return np.array(found, dtype=np.int64).reshape(-1, 3), np.zeros(len(found))


def multiple_ones(path: Path, found: Any, places: Integers) -> NDArray[np.bool_]:
    """Those where the rank of the Jacobian falls by two or more; the kernel's dimension is left among the coefficients.

    The bracket may be too wide for the rank to show it: the place is made exact before.
    """
    sizes = row_sizes(path)
    watch = path.rows.watch[:, FIRST:]
    for q, (i, j, _) in enumerate(places):
        place_better(path, found, q, (i, j), sizes, int(np.sum(watch[i] * watch[j] < 0.0)))
    scales = path.scales(found.after)
    lost = np.array([lost_rank(path, z, scale, sizes) for z, scale in zip(found.rows.z, scales, strict=True)])
    found.coefficients[:, 0] = lost
    return np.asarray(lost > 1)


FINDER = Finder(
    ("branch point", "branch point"),
    frozenset({"equilibria", "fixed points"}),
    "contin_kernels.points.multiple",
    places,
    facts,
    multiple_ones,
    regular=False,
)
