"""Each special point once, however many branches run through it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from contin.branch import Branch, Floats, SpecialPoint

NEAR = 1e-8


def distinct_points(branches: Sequence[Branch]) -> list[SpecialPoint]:
    """Special points of all branches, in their order, without those met before.

    Two points are the same if they have the same kind and free parameters, and if all parameters and states agree
    within the sum of the points' errors and 1e-8 of a scale: for a parameter the width that the branches cover, for
    a state its largest magnitude on them.

    Parameters
    ----------
    branches : sequence of Branch

    Returns
    -------
    list of SpecialPoint
    """
    scales: dict[tuple[tuple[str, ...], tuple[str, ...]], Floats] = {}
    kept: dict[tuple[object, ...], list[SpecialPoint]] = {}
    found = []
    for branch in branches:
        for point in branch.special:
            names = (point.parameter_names, point.state_names)
            if names not in scales:
                scales[names] = _scale(
                    [b for b in branches if (b.parameter_names, b.state_names) == names], point
                )
            alike = kept.setdefault((point.kind, point.along, *names), [])
            if not _among(point, alike, scales[names]):
                alike.append(point)
                found.append(point)
    return found


def _among(point: SpecialPoint, others: Sequence[SpecialPoint], scale: Floats) -> bool:
    if not others:
        return False
    distance = np.abs(np.array([_place(other) for other in others]) - _place(point))
    errors = np.nan_to_num([other.error + point.error for other in others], posinf=0.0)
    return bool(np.any(np.all(distance <= errors[:, None] + NEAR * scale, axis=1)))


def _place(point: SpecialPoint) -> Floats:
    return np.concatenate([point.parameters, point.state])


def _scale(branches: Sequence[Branch], point: SpecialPoint) -> Floats:
    """One size a parameter, then one a state, none of them 0."""
    widths = _over(branches, lambda branch: branch.parameters, np.max) - _over(
        branches, lambda branch: branch.parameters, np.min
    )
    sizes = _over(branches, lambda branch: np.abs(branch.states), np.max)
    own = np.abs(_place(point))
    scale = np.concatenate([widths, sizes]) if branches else own
    return np.where(scale > 0, scale, np.where(own > 0, own, 1.0))


def _over(
    branches: Sequence[Branch], values: Callable[[Branch], Floats], extreme: Callable[..., Floats]
) -> Floats:
    return extreme(np.concatenate([values(branch) for branch in branches]), axis=0)
