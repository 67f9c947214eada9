"""Derivatives from differences, extrapolated to step zero, with an estimate of the error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SHRINK = 1.6
ROWS = 12
SAFETY = 4.0  # rounding makes two neighbours agree by chance
WORSE = 4.0  # once the newest estimate is this many times worse than the best, rounding has taken over


def extrapolated(difference: Callable[[float], Floats], step: float) -> tuple[Floats, float]:
    """The limit of `difference(step)` for step to 0, and an estimate of its error.

    Parameters
    ----------
    difference : callable
        Of a step; a difference quotient (n,) whose error is a series in the step's even powers.
    step : float
        The first and largest step.

    Returns
    -------
    (n,) array, float
        The entry of the tableau with the smallest estimated error, and that estimate (Euclidean norm).

    Notes
    -----
    Ridders, Accurate computation of F'(x) and F'(x) F''(x), Advances in Engineering Software 4, 75-76, 1982.
    """
    row = [difference(step)]
    best, error = row[0], np.inf
    for _ in range(1, ROWS):
        step /= SHRINK
        previous, row = row, [difference(step)]
        factor = 1.0
        for older in previous:
            factor *= SHRINK**2
            row.append((factor * row[-1] - older) / (factor - 1))
            estimate = max(float(np.linalg.norm(row[-1] - row[-2])), float(np.linalg.norm(row[-1] - older)))
            if estimate <= error:
                best, error = row[-1], estimate
        if float(np.linalg.norm(row[-1] - previous[-1])) >= WORSE * error:
            break
    return best, SAFETY * error
