"""A piece of a followed path on which a watched number changes its sign: guesses for the point, and halving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from contin.interpolation import on_cubic
from contin.points.finder import SAME, Path

Floats = NDArray[np.float64]
T = TypeVar("T")

HALVINGS = 48
MARGIN = 1e-3


@dataclass(frozen=True)
class Piece:
    """The piece between two points `a` and `b` (m + 1,) of a path, with unscaled tangents, `watch` and columns there.

    `i`, `j` are the rows that it lies between.
    """

    path: Path
    i: int
    j: int
    a: Floats
    b: Floats
    tangent_a: Floats
    tangent_b: Floats
    watch_a: Floats
    watch_b: Floats
    columns_a: Floats
    columns_b: Floats
    residual: float = 0.0

    def part(self, watched: int) -> float:
        """Part of the way from a to b at which the straight line of `watch[watched]` is zero."""
        one, other = self.watch_a[watched], self.watch_b[watched]
        return float(one / (one - other)) if one != other else 0.5

    def at(self, part: float) -> Floats:
        """The point (m + 1,) at a part of the way, on the cubic through both tangents."""
        if not np.any(self.a != self.b):
            return self.a.copy()
        ends = (self.a[None], self.tangent_a[None], self.b[None], self.tangent_b[None])
        point: Floats = on_cubic(*ends, self.path.scale, np.array([part]))[0]
        return point

    def contains(self, z: Floats) -> bool:
        """Whether the point lies on the piece, or on one of its ends."""
        scale = self.path.scale
        if min(np.max(np.abs((z - end) / scale)) for end in (self.a, self.b)) < SAME:
            return True
        chord = (self.b - self.a) / scale
        length = float(chord @ chord)
        along = float(chord @ ((z - self.a) / scale)) / length
        aside = (z - self.a) / scale - along * chord
        return -MARGIN <= along <= 1.0 + MARGIN and float(aside @ aside) <= 0.1 * length

    @property
    def width(self) -> float:
        """Largest scaled distance of its ends."""
        return float(np.max(np.abs((self.b - self.a) / self.path.scale)))

    def halved(self, watched: int) -> Piece | None:
        """The half in which `watch[watched]` changes sign, None if the middle cannot be solved for or is itself the zero."""
        from contin_kernels.inspection import inspect_from, solve_across, tangent_at
        from contin_kernels.status import OK

        path = self.path
        z = self.at(0.5)
        tangent = self.tangent_a.copy()
        chord = (self.b - self.a) / path.scale
        status, residual = solve_across(
            path.table, z, path.scale, chord, path.settings.tolerance, 10, path.work
        )
        if status != OK:
            return None
        status, sign = tangent_at(path.table, z, path.scale, tangent, path.work)
        if status != OK:
            return None
        watch, columns = self.watch_a.copy(), np.empty(path.problem.columns)
        inspect_from(path.table, z, self.columns_a, columns, watch[2:])
        watch[0] = tangent[-1]
        watch[1] = sign
        if watch[watched] == 0.0:
            return None
        middle = {"residual": residual}
        if watch[watched] * self.watch_a[watched] > 0.0:
            return Piece(
                path,
                self.i,
                self.j,
                z,
                self.b,
                tangent,
                self.tangent_b,
                watch,
                self.watch_b,
                columns,
                self.columns_b,
                **middle,
            )
        return Piece(
            path,
            self.i,
            self.j,
            self.a,
            z,
            self.tangent_a,
            tangent,
            self.watch_a,
            watch,
            self.columns_a,
            columns,
            **middle,
        )


def piece_of(path: Path, i: int, j: int) -> Piece:
    """The piece between rows i and j."""
    rows = path.rows
    return Piece(
        path,
        i,
        j,
        rows.z[i],
        rows.z[j],
        rows.tangent[i],
        rows.tangent[j],
        rows.watch[i],
        rows.watch[j],
        rows.columns[i],
        rows.columns[j],
    )


def solve_on(piece: Piece, watched: int, attempt: Callable[[Piece], T | None]) -> tuple[T | None, Piece]:
    """Try to solve for the point on ever smaller pieces, until `attempt` finds it on the piece.

    Newton's method from a long piece may find a neighbour of the point; from a short enough one it does not.

    Returns
    -------
    found : what `attempt` gave, None if it never did: then the defining system is singular at the point.
    piece : the last piece, as short as rounding allows where nothing was found.
    """
    for _ in range(HALVINGS):
        found = attempt(piece)
        if found is not None:
            return found, piece
        smaller = piece.halved(watched) if piece.width > 1e-13 else None
        if smaller is None:
            break
        piece = smaller
    return None, piece
