"""Special points: one file a kind, each with its `FINDER`; this package finds the files itself."""

from __future__ import annotations

import functools
import importlib
import math
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from contin.points.finder import Facts, Finder, Floats, Integers, Path, changes_of, chosen, locate

NEAR = 1e-3  # arclength within which a branch point may explain a fold
LEAST = 1e-6  # scaled distance within which it does
AROUND = 1e-4  # scaled distance from a point without a change of sign, within which others are of rounding
CLEAR = 1e-9  # arclength from a point, from which on signs are sure


@functools.cache
def finders() -> tuple[Finder, ...]:
    """What the modules of this package find."""
    modules = [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    return tuple(module.FINDER for module in modules if hasattr(module, "FINDER"))


@dataclass(frozen=True)
class Points:
    """The special points of a path in its order: `found` (K points), and which finder (K,) found each."""

    found: Any
    finder: Integers

    def __len__(self) -> int:
        return len(self.finder)

    def _finder(self, i: int) -> Finder:
        return finders()[int(self.finder[i])]

    def kind(self, i: int) -> str:
        """Name of the point's kind."""
        return self._finder(i).names[0 if self.found.solved[i] else 1]

    def facts(self, i: int) -> Facts:
        """Coefficients, criticality, form."""
        found = self.found
        return self._finder(i).facts(
            bool(found.solved[i]), int(found.form[i]), found.coefficients[i], float(found.omega[i])
        )


def find_points(path: Path, marks: Mapping[str, list[float]]) -> Points | None:
    """All special and marked points of a path, in its order, each once; None if there are none."""
    if len(path.rows.z) < 2:
        return None
    changes = changes_of(path)
    groups: list[Any] = []
    numbers: list[Integers] = []
    for number, one in enumerate(finders()):
        if path.problem.kind not in one.problems or not (len(changes) or marks or one.silent):
            continue
        places, values = one.places(path, changes, marks)
        if len(places):
            groups.append(locate(one, path, places, values))
            numbers.append(np.full(len(groups[-1].after), number))
    if not sum(map(len, numbers)):
        return None
    found = _joined(groups)
    finder: Integers = np.concatenate(numbers)
    if len(finder) > 1:
        order = np.lexsort((found.rows.arclength, -found.on, found.after))
        if np.any(order[1:] < order[:-1]):
            found, finder = chosen(found, order), finder[order]
    if len(groups) > 1:
        kept = ~(_explained(found, finder, path) | _rounded(found, finder, path))
        if not kept.all():
            found, finder = chosen(found, kept), finder[kept]
    return Points(found, finder)


def _joined(groups: list[Any]) -> Any:
    if len(groups) == 1:
        return groups[0]
    rows = type(groups[0].rows)(
        *(np.concatenate(arrays) for arrays in zip(*(group.rows for group in groups), strict=True))
    )
    return type(groups[0])(
        rows, *(np.concatenate(arrays) for arrays in zip(*(group[1:] for group in groups), strict=True))
    )


def _explained(found: Any, finder: Integers, path: Path) -> Any:
    """Which folds are only another view of a branch point: the turn of the branch at a pitchfork.

    There an eigenvalue comes to zero and goes back; where a fold lies beside a branch point two of them cross it.
    """
    names = np.array([one.names[0] for one in finders()])
    explained = np.zeros(len(finder), dtype=bool)
    crossings = np.flatnonzero(names[finder] == "branch point")
    folds = np.flatnonzero(names[finder] == "fold")
    if not (len(crossings) and len(folds)):
        return explained
    s, z, scales = found.rows.arclength, found.rows.z, path.scales(found.after)
    after = np.searchsorted(s[crossings], s[folds])
    for neighbour in (after - 1, after):
        other = crossings[np.clip(neighbour, 0, len(crossings) - 1)]
        near = np.abs(s[folds] - s[other]) <= NEAR
        apart = np.max(np.abs(z[folds] - z[other]) / scales[folds], axis=1)
        bound = np.maximum(LEAST, 10.0 * found.error[folds] / path.scale[-1])
        # A turn that is no regular fold is known where the branch is: on a parabola, to the root of the tolerance.
        bound[found.solved[folds] == 0] = max(LEAST, 3.0 * math.sqrt(path.settings.tolerance))
        for q in np.flatnonzero(near & (apart < bound)):
            two = found.solved[folds[q]] == 1 and crossed(path, s[[folds[q], other[q]]]) > 1
            explained[folds[q]] |= not two
    return explained


def _rounded(found: Any, finder: Integers, path: Path) -> Any:
    """Which points are of rounding: unsolved changes of sign beside a point without any, and such a one beside solved ones."""
    silent = np.array([one.silent for one in finders()])[finder]
    solved = (found.solved == 1) & ~silent
    z, scales = found.rows.z, path.scales(found.after)
    rounded = np.zeros(len(finder), dtype=bool)
    for q in np.flatnonzero(silent):
        near = np.max(np.abs(z - z[q]) / scales, axis=1) < AROUND
        rounded[q] = np.any(near & solved)
        rounded |= near & ~silent & ~solved
    return rounded


def crossed(path: Path, s: Floats) -> int:
    """How many real eigenvalues have different signs at the rows before and after the arclengths `s` of some points."""
    watch, columns, w = path.rows.watch[:, 2:], path.rows.columns, path.problem.watched
    sure = np.flatnonzero(np.all(watch != 0.0, axis=1) & ~np.isnan(watch[:, 0]))
    before = np.searchsorted(path.rows.arclength[sure], np.min(s) - CLEAR) - 1
    behind = np.searchsorted(path.rows.arclength[sure], np.max(s) + CLEAR)
    if before < 0 or behind == len(sure):
        return 0
    i, j = sure[before], sure[behind]
    real = (columns[i, w:] == 0.0) & (columns[j, w:] == 0.0)
    return int(np.sum(real & (watch[i] * watch[j] < 0.0)))


__all__ = ["Path", "Points", "find_points", "finders"]
