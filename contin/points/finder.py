"""What finders of special points share: the followed path, what was found on it, and where sign changes are."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contin.settings import Settings

if TYPE_CHECKING:
    from contin.problems.problem import ContinuationProblem

Floats = NDArray[np.float64]

SAME = 1e-9


@dataclass(frozen=True)
class Path:
    """A followed path: its problem and context, the rows, and the scale (m + 1,) of the unknowns."""

    problem: ContinuationProblem
    context: Any
    rows: Any
    scale: Floats
    settings: Settings

    @property
    def table(self) -> Any:
        """The context's table, as kernels take it."""
        return self.context.table

    @functools.cached_property
    def work(self) -> Any:
        """Memory for the kernels that correct a point."""
        from contin_kernels.records import workspace

        return workspace(len(self.scale) - 1)

    def curvature(self, z: Floats, u: Floats, v: Floats) -> Floats:
        """D2F(u, v), (m,), at z, all (m + 1,)."""
        from contin_kernels.inspection import curvature_from

        return np.asarray(curvature_from(self.table, z, u, v))

    def jacobian(self, z: Floats) -> Floats:
        """dF/dz (m, m + 1) at z."""
        from contin_kernels.inspection import jacobian_from

        return np.asarray(jacobian_from(self.table, z))

    def distance(self, z: Floats, row: int) -> float:
        """Largest scaled distance of the point from a row."""
        return float(np.max(np.abs((z - self.rows.z[row]) / self.scale)))


@dataclass(frozen=True)
class Found:
    """A special point found between rows `after` and `after` + 1, or on row `on`."""

    kind: str
    after: int
    on: int | None
    arclength: float
    row: tuple[Any, ...]
    residual: float
    error: float
    coefficients: Mapping[str, float] = field(default_factory=dict)
    criticality: str | None = None
    form: str = ""

    @property
    def z(self) -> Floats:
        """The unknowns (m + 1,)."""
        point: Floats = self.row[0]
        return point


def sign_changes(values: Floats) -> list[tuple[int, int]]:
    """Pairs of rows (i, j) between which `values` (points,) change sign, with nothing but zeros between them."""
    signs = np.sign(values)
    kept = np.flatnonzero(signs)
    turns = np.flatnonzero(signs[kept][1:] != signs[kept][:-1])
    return [(int(kept[i]), int(kept[i + 1])) for i in turns]


def crossing(values: Floats, i: int, j: int) -> float:
    """Part of the way from row i to row j at which the values' straight line is zero."""
    return float(values[i] / (values[i] - values[j]))


def found_at(
    path: Path,
    i: int,
    j: int,
    z: Floats,
    kind: str,
    critical: Any,
    residual: float,
    error: float,
    regular: bool = True,
    **facts: Any,
) -> Found:
    """The found point `z` between rows i and j with its row: tangent, eigenvalues, and unstable ones without the critical.

    `critical(columns)` gives the indices of the critical eigenvalues among the watched numbers. Where the point is not
    `regular` its tangent is the direction of the path there, for its Jacobian does not give one.
    """
    from contin_kernels.inspection import inspect_from, tangent_at

    rows = path.rows
    k = place(path, i, j, z)
    on = next((row for row in (k, k + 1) if path.distance(z, row) < SAME), None)
    columns, watch = np.empty(path.problem.columns), np.empty(path.problem.watched)
    near = rows.z[j] - rows.z[i]
    if on is not None:
        near = rows.tangent[on]
    inspect_from(path.table, z, rows.columns[k], columns, watch)
    tangent = near / np.linalg.norm(near / path.scale)
    if regular:
        tangent_at(path.table, z, path.scale, tangent, path.work)
    above = watch > 0
    above[critical(columns)] = False
    chord = (rows.z[k + 1] - rows.z[k]) / path.scale
    part = float(np.dot((z - rows.z[k]) / path.scale, chord) / np.dot(chord, chord))
    length = rows.arclength[k + 1] - rows.arclength[k]
    arclength = rows.arclength[k] + min(1.0, max(0.0, part)) * length if on is None else rows.arclength[on]
    watched = np.concatenate([[tangent[-1] / path.scale[-1], rows.watch[k, 1]], watch])
    row = (z, tangent, arclength, watched, columns, int(above.sum()), 0, residual)
    return Found(kind, k, on, arclength, row, residual, error, **facts)


def place(path: Path, i: int, j: int, z: Floats) -> int:
    """The row k of i, ..., j - 1 such that the point is nearest to the piece from k to k + 1."""
    if j == i + 1:
        return i
    best, least = i, np.inf
    for k in range(i, j):
        away = path.distance(z, k) + path.distance(z, k + 1)
        if away < least:
            best, least = k, away
    return best


def nearest_real(columns: Floats) -> list[int]:
    """Index of the eigenvalue nearest to zero, from columns of real, then imaginary parts."""
    n = len(columns) // 2
    return [int(np.argmin(np.hypot(columns[:n], columns[n:])))]


def nearest_pair(columns: Floats, omega: float) -> list[int]:
    """Indices of the two eigenvalues nearest to +- i omega."""
    n = len(columns) // 2
    return [int(np.argmin(np.hypot(columns[:n], columns[n:] - sign * omega))) for sign in (1.0, -1.0)]
