"""Whether a point lies on a branch that is known already: an index of branches for diagrams.

A cycle of a map is the same whatever phase it begins with.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from contin.branch import Branch
from contin.interpolation import on_cubic

Floats = NDArray[np.float64]

ASIDE = 1e-3  # of a segment's length: a cubic through two points and their tangents is nearer to the branch than this
ROUNDING = 1e-8


class KnownBranches:
    """Branches of one problem, asked whether they contain a point.

    Parameters
    ----------
    width : float
        Width of the span, the parameter's scale.
    """

    def __init__(self, width: float) -> None:
        self._width = width
        self._branches: list[tuple[Floats, Floats]] = []

    def add(self, branch: Branch) -> None:
        """Remember a branch."""
        self._branches.append((_points_of(branch), branch.tangents))

    def contain(self, z: Floats, period: int = 1) -> bool:
        """Whether the point (n + 1,), state, of a cycle all phases, and free parameter, lies on one of the branches."""
        n = (len(z) - 1) // period
        return any(
            self._contains(np.append(np.roll(z[:-1], shift * n), z[-1]), *branch)
            for branch in self._branches
            if branch[0].shape[1] == len(z)
            for shift in range(period)
        )

    def contain_branch(self, branch: Branch) -> bool:
        """Whether a branch is known: all of a few points from its inside are."""
        rows = np.unique(np.linspace(0, len(branch) - 1, 7).astype(int)[1:-1])
        z = _points_of(branch)
        return all(self.contain(z[row], branch.period or 1) for row in rows)

    def _contains(self, z: Floats, points: Floats, tangents: Floats) -> bool:
        if len(points) < 2:
            return False
        scale = np.maximum(np.max(np.abs(points), axis=0), np.abs(z))
        scale[-1] = self._width
        scale[scale <= ROUNDING**2 * max(1.0, float(np.max(scale[:-1])))] = 1.0
        chords = (points[1:] - points[:-1]) / scale
        offsets = (z - points[:-1]) / scale
        lengths = np.einsum("ij,ij->i", chords, chords)
        parts = np.clip(
            np.einsum("ij,ij->i", offsets, chords) / np.where(lengths > 0, lengths, 1.0), 0.0, 1.0
        )
        distances = np.linalg.norm(offsets - parts[:, None] * chords, axis=1)
        near = np.flatnonzero(distances <= 0.1 * np.sqrt(lengths) + ROUNDING)
        curve = on_cubic(
            points[near], tangents[near], points[near + 1], tangents[near + 1], scale, parts[near]
        )
        away = np.linalg.norm((z - curve) / scale, axis=1)
        return bool(np.any(away <= ASIDE * np.sqrt(lengths[near]) + ROUNDING))


def _points_of(branch: Branch) -> Floats:
    """States or all phases, and the free parameter (points, ...), as its tangents have them."""
    states = branch.states if branch.phases is None else branch.phases.reshape(len(branch), -1)
    return np.column_stack([states, branch[branch.along[0]]])
