"""How special points are found: what a kind brings, and the points of one kind on a followed path."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contin.settings import Settings

if TYPE_CHECKING:
    from contin.problems.problem import ContinuationProblem

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

HALVINGS = 48
FIRST = 2  # before the eigenvalues' numbers the tangent and the determinant are watched


@dataclass(frozen=True)
class Path:
    """A followed path: its problem and context, the rows, the one that it started from, and the scales of the unknowns.

    `first` (m + 1,) is the scale at the start and `scale` (m + 1,) that at the end; `at_edges` whether the path ends on an
    end of the span at its first and at its last row.
    """

    problem: ContinuationProblem
    context: Any
    rows: Any
    start: int
    first: Floats
    scale: Floats
    settings: Settings
    at_edges: tuple[bool, bool] = (False, False)

    def scales(self, rows: Integers) -> Floats:
        """The scales (K, m + 1) of the unknowns at some rows (K,): how far the path had come, not how far it will go."""
        return np.asarray(self._scales[rows])

    @functools.cached_property
    def _scales(self) -> Floats:
        away = np.abs(self.rows.z - self.rows.z[self.start])
        away[self.start :] = np.maximum.accumulate(away[self.start :])
        away[: self.start + 1] = np.maximum.accumulate(away[self.start :: -1])[::-1]
        scales = np.minimum(np.maximum(away, self.first), self.scale)
        scales[:, -1] = self.scale[-1]
        return np.asarray(scales)


@dataclass(frozen=True)
class Facts:
    """What a kind says of one of its points, beside where it is."""

    coefficients: Mapping[str, float] = field(default_factory=dict)
    criticality: str | None = None
    form: str = ""


Places = tuple[Integers, Floats]
"""Where to look: (K, 3) first row, second row and watched number, and (K,) values that the kind needs."""


@dataclass(frozen=True)
class Finder:
    """A kind of special point.

    Attributes
    ----------
    names : (str, str)
        The kind of a point that was solved, and of one that is known by its bracket alone.
    problems : set of str
        Kinds of problems that it belongs to.
    kernels : str
        Module of its `attempt`, `work_size` and, if it has one, its defining system `augmented`.
    places : callable of path, sign changes (K, 3), marks
        Which sign changes of watched numbers are its own.
    facts : callable of solved, form, coefficients (4,), omega
        Coefficients by name, criticality, form.
    kept : callable of path, found, places, optional
        Which of the found points count, (K,) booleans.
    halvings : int
        How often the piece of the path may be halved.
    regular : bool
        Whether the Jacobian at a point gives the tangent there.
    silent : bool
        Whether there may be points on a path without any change of sign.
    """

    names: tuple[str, str]
    problems: frozenset[str]
    kernels: str
    places: Callable[[Path, Integers, Mapping[str, list[float]]], Places]
    facts: Callable[[bool, int, Floats, float], Facts]
    kept: Callable[[Path, Any, Integers], NDArray[np.bool_]] | None = None
    halvings: int = HALVINGS
    regular: bool = True
    silent: bool = False

    def module(self) -> ModuleType:
        """The module of its kernels."""
        return importlib.import_module(self.kernels)


def changes_of(path: Path) -> Integers:
    """Sign changes (K, 3) of all watched numbers: first row, second row, number."""
    from contin_kernels.points.locate import sign_changes

    room = 64
    ends = np.array(path.at_edges, dtype=np.int64)
    while True:
        found = np.empty((room, 3), np.int64)
        count = sign_changes(path.rows.watch, ends, found)
        if count <= room:
            return found[:count]
        room = count


def of_watched(changes: Integers, slot: int) -> Places:
    """The sign changes of one watched number, which need no values."""
    places = changes[changes[:, 2] == slot]
    return places, np.zeros(len(places))


def real_ones(path: Path, changes: Integers, sign: float = 1.0) -> Integers:
    """The changes of a real eigenvalue's watched number; of multipliers of this `sign`."""
    columns, i, j = path.rows.columns, changes[:, 0], changes[:, 1]
    one = changes[:, 2] - FIRST
    other = path.problem.watched + one
    kept = (one >= 0) & (columns[i, other] == 0.0) & (columns[j, other] == 0.0)
    if path.problem.multipliers:
        kept &= (sign * columns[i, one] > 0.0) & (sign * columns[j, one] > 0.0)
    return np.asarray(changes[kept])


def pairs(path: Path, changes: Integers) -> Integers:
    """The changes of a complex pair's watched number, from the half with the positive imaginary part."""
    columns, i, j = path.rows.columns, changes[:, 0], changes[:, 1]
    other = path.problem.watched + changes[:, 2] - FIRST
    kept = (changes[:, 2] >= FIRST) & (columns[i, other] > 0.0) & (columns[j, other] != 0.0)
    return np.asarray(changes[kept])


def locate(finder: Finder, path: Path, places: Integers, values: Floats) -> Any:
    """The points at the places, a `contin_kernels.points.locate.Found` with those that count."""
    from contin_kernels.defining.stability import AXIS, CIRCLE
    from contin_kernels.memory import address_of
    from contin_kernels.points.locate import Found, locate_size
    from contin_kernels.points.locate import locate as locate_all

    kernels = finder.module()
    problem, count, m = path.problem, len(places), len(path.scale) - 1
    rows = type(path.rows)(*(np.empty((count, *array.shape[1:]), array.dtype) for array in path.rows))
    found = Found(
        rows,
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count),
        np.empty(count, np.int64),
        np.empty(count),
        np.empty((count, 4)),
    )
    attempt = address_of(kernels.attempt)
    locate_all(
        attempt,
        address_of(kernels.augmented) if hasattr(kernels, "augmented") else attempt,
        path.context.table,
        path.rows,
        path.scales(np.max(places[:, :2], axis=1)),
        path.settings.tolerance,
        places,
        values,
        finder.halvings,
        int(finder.regular),
        CIRCLE if problem.multipliers else AXIS,
        found,
        np.zeros(locate_size(m, problem.watched, problem.columns, kernels.work_size(m))),
    )
    there = found.solved >= 0
    if not there.all():
        found, places = chosen(found, there), places[there]
    if finder.kept is None:
        return found
    return chosen(found, finder.kept(path, found, places))


def unsolved_form(form: int) -> str:
    """The form of a point of which only the bracket is known."""
    from contin_kernels.points.change import JUMP

    return "non-smooth" if form == JUMP else "degenerate"


def chosen(found: Any, mask: Any) -> Any:
    """The found points where `mask` is true, or in the order of indices."""
    rows = type(found.rows)(*(array[mask] for array in found.rows))
    return type(found)(rows, *(array[mask] for array in found[1:]))
