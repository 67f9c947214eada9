"""Marked points: where a state or the free parameter takes a value that the user asked for."""

from __future__ import annotations

import numpy as np

from contin.points.finder import Found, Path, crossing, found_at, sign_changes
from contin.points.piece import piece_of

PROBLEMS = {"equilibria"}


def find(path: Path, marks: dict[str, list[float]]) -> list[Found]:
    """Points solved with the marked unknown held at each of its values."""
    names = [*path.problem.system.states, *path.problem.along]
    found = []
    for name, values in marks.items():
        index = names.index(name)
        for value in values:
            away = path.rows.z[:, index] - value
            hits = [(int(k), min(int(k) + 1, len(away) - 1)) for k in np.flatnonzero(away == 0.0)]
            crossed = [(i, j) for i, j in sign_changes(away) if j == i + 1]
            for i, j in hits + crossed:
                point = _solve(path, i, j, index, value)
                if point is not None:
                    found.append(point)
    return found


def _solve(path: Path, i: int, j: int, index: int, value: float) -> Found | None:
    from contin_kernels.inspection import solve_across
    from contin_kernels.status import OK

    piece = piece_of(path, i, j)
    away = path.rows.z[:, index] - value
    z = piece.at(crossing(away, i, j) if away[i] != 0.0 else 0.0)
    z[index] = value
    hold = np.zeros(len(z))
    hold[index] = 1.0
    status, residual = solve_across(path.table, z, path.scale, hold, path.settings.tolerance, 12, path.work)
    z[index] = value
    if status != OK or not piece.contains(z):
        return None
    error = 0.0 if index == len(z) - 1 else path.settings.tolerance * float(path.scale[-1])
    return found_at(path, i, j, z, "marked", lambda columns: [], residual, error)
