"""Turns that are too sharp for the scales: first the scales become finer, and where that does not help it is a corner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.following.corner import Sharp, go_on, sharp_turn
from contin.following.rows import enlarge
from contin.following.scales import unit_tangent
from contin.problems.problem import ContinuationProblem
from contin.settings import Settings

Floats = NDArray[np.float64]

MOST_REFINED = 12
TOO_SHARP_STEP = 1e-7
ROUNDED = 1e-7  # of the scale before a sharp turn: steps are of rounding size then


@dataclass
class SharpTurns:
    """The sharp turns of one track: what the loop is run with, and how the last of them was met.

    `refined` counts how often the scales were made finer, `corner` is the row before the last corner.
    """

    problem: ContinuationProblem
    context: Any
    span: tuple[float, float]
    scale: Floats
    work: Any
    cursor: Floats
    settings: Settings
    refined: int = 0
    corner: int = -2
    last: Sharp | None = None

    def met(self, rows: Any, k: int, status: int) -> tuple[Any, int, int]:
        """The rows, the row to go on from and FULL, or SMALL_STEP where there is no going on."""
        from contin_kernels.status import FULL, SMALL_STEP, TOO_SHARP

        here = self.last = sharp_turn(self.last, rows, k, self.scale, self.cursor)
        at_rounding = self.scale[-1] <= ROUNDED * here.scale[-1]
        if at_rounding or status == SMALL_STEP:
            if here.row > self.corner + 1:
                rows = enlarge(rows, max(len(rows.z), here.row + 2))
                if self._goes_on(rows, here):
                    return rows, here.row + 1, FULL
            if at_rounding:
                k = here.row
                self.scale[:] = here.scale
        elif status == TOO_SHARP:
            finer(rows, k, self.scale, self.work, self.cursor, self.settings)
            self.refined += 1
            if self.refined == MOST_REFINED:
                self.cursor[3] = 0.0
            return rows, k, FULL
        return rows, k, SMALL_STEP

    def _goes_on(self, rows: Any, here: Sharp) -> bool:
        """Whether the branch goes on behind a corner; the loop's state is then set there."""
        if not go_on(
            self.problem,
            self.context,
            rows,
            here,
            self.span,
            self.scale,
            self.work,
            self.cursor,
            self.settings,
        ):
            return False
        self.corner, self.refined, self.cursor[3] = here.row, 0, TOO_SHARP_STEP
        return True


def finer(rows: Any, k: int, scale: Floats, work: Any, cursor: Floats, settings: Settings) -> None:
    """Go on from row k with scales down to a hundredth: a turn that needs steps of rounding size is one in wrong units.

    So it is where the span is 1e5 times as wide as what happens in it. States keep at least their present size.
    """
    from contin_kernels.follow import BASE
    from contin_kernels.records import last_tangent

    scale[:-1] = np.maximum(0.01 * scale[:-1], np.minimum(scale[:-1], np.abs(rows.z[k, :-1])))
    scale[-1] *= 0.01
    cursor[4] = 10.0 * scale[-1]
    t = unit_tangent(rows.tangent[k], scale)
    last_tangent(work, len(t) - 1)[:] = t
    rows.tangent[k] = t * scale
    cursor[0] = settings.first_step
    cursor[2] = 1.0
    cursor[BASE] = k
