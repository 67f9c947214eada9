"""Marked points: where a state or the free parameter takes a value that the user asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.points.finder import Facts, Finder, Floats, Integers, Path, Places


def places(path: Path, changes: Integers, marks: Mapping[str, list[float]]) -> Places:
    """Where a marked unknown passes one of its values, or takes it at a row."""
    found: list[tuple[int, int, int]] = []
    wanted: list[float] = []
    for name, values in marks.items():
        index = path.problem.position(name)
        for value in values:
            away = path.rows.z[:, index] - value
            last = len(away) - 1
            hits = [(int(k), min(int(k) + 1, last)) for k in np.flatnonzero(away == 0.0)]
            crossed = [(int(k), int(k) + 1) for k in np.flatnonzero(away[:-1] * away[1:] < 0.0)]
            found += [(i, j, index) for i, j in hits + crossed]
            wanted += [value] * (len(hits) + len(crossed))
    return np.array(found, dtype=np.int64).reshape(-1, 3), np.array(wanted)


def solved_ones(path: Path, found: Any, places: Integers) -> NDArray[np.bool_]:
    """Those that were solved."""
    return np.asarray(found.solved == 1)


def facts(solved: bool, form: int, coefficients: Floats, omega: float) -> Facts:
    """Nothing beside the place."""
    return Facts()


FINDER = Finder(
    ("marked", "marked"),
    frozenset({"equilibria", "fixed points"}),
    "contin_kernels.points.marked",
    places,
    facts,
    solved_ones,
    halvings=1,
)
