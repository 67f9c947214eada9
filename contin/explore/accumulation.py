"""Where a cascade of period doublings accumulates: the limit of its flips, by Aitken's extrapolation, with its error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contin.branch import SpecialPoint
from contin.errors import BadValue

Floats = NDArray[np.float64]

FEIGENBAUM = 4.669201609102990
LEAST = 3


@dataclass(frozen=True)
class Accumulation:
    """The end of a cascade.

    Attributes
    ----------
    value : float
        The parameter's limit.
    error : float
        Estimate of its absolute error: how far the last extrapolation moved it, and what the flips' own errors make of it.
    delta : float
        Ratio of the last two distances between flips: tends to Feigenbaum's 4.669201609... where the cascade is that of a
        smooth map with a quadratic extremum.
    delta_error : float
        Estimate of its distance from the limit, as for `error`.
    """

    value: float
    error: float
    delta: float
    delta_error: float


def accumulation_of(flips: Sequence[SpecialPoint] | Sequence[float]) -> Accumulation:
    """Extrapolate the flips of a cascade to infinite period.

    The distances between flips shrink by a factor that tends to delta (M. J. Feigenbaum, Quantitative universality for a class
    of nonlinear transformations, Journal of Statistical Physics 19, 1978), and Aitken's process takes the geometric part of
    what is left away (Stoer and Bulirsch, Introduction to Numerical Analysis, section 5.10).

    Parameters
    ----------
    flips : sequence of SpecialPoint or float
        At least three flips of one cascade, or their parameter values, each of twice the period of the one before.

    Returns
    -------
    Accumulation

    Raises
    ------
    BadValue
        If there are fewer than three, they are no flips of doubling periods, or do not accumulate.

    >>> found = accumulation_of([3.0, 3.449489742783178, 3.544090359551923, 3.564407266095269])
    >>> abs(found.value - 3.569945672) < found.error < 1e-3
    True
    """
    values, errors = _values(flips)
    if len(values) < LEAST:
        raise BadValue(f"an accumulation needs at least {LEAST} flips, not {len(values)}.")
    steps = np.diff(values)
    ratios = steps[:-1] / steps[1:] if np.all(steps != 0.0) else np.zeros(1)
    if not np.all(ratios > 1.0):
        raise BadValue(
            f"the flips {', '.join(f'{value:.10g}' for value in values)} do not accumulate: each distance must be smaller than "
            "the one before, and in the same direction."
        )
    limits = values[2:] + steps[1:] / (ratios - 1.0)
    delta = float(ratios[-1])
    own = float(np.max(errors[-3:]))
    # Derivatives of the limit and of the ratio by the last three flips are at most these.
    through = own * (1.0 + 4.0 * delta / (delta - 1.0) ** 2)
    delta_through = own * 2.0 * (1.0 + delta) / abs(float(steps[-1]))
    if len(limits) > 1:
        moved, delta_moved = abs(float(limits[-1] - limits[-2])), abs(float(ratios[-1] - ratios[-2]))
    else:
        usual = values[-1] + steps[-1] / (FEIGENBAUM - 1.0)
        moved, delta_moved = 2.0 * abs(float(limits[-1] - usual)), 2.0 * abs(delta - FEIGENBAUM)
    return Accumulation(float(limits[-1]), moved + through, delta, delta_moved + delta_through)


def _values(flips: Sequence[SpecialPoint] | Sequence[float]) -> tuple[Floats, Floats]:
    """Parameter values (K,) and their errors."""
    points = [flip for flip in flips if isinstance(flip, SpecialPoint)]
    if not points:
        values = np.array([float(value) for value in flips], dtype=np.float64)  # type: ignore[arg-type]
        return values, np.finfo(np.float64).eps * np.abs(values)
    periods = [point.period or 0 for point in points]
    doubled = all(2 * one == other for one, other in zip(periods, periods[1:], strict=False))
    if len(points) < len(flips) or not doubled or any(point.kind != "flip" for point in points):
        shown = ", ".join(f"{point.kind} of period {point.period}" for point in points)
        raise BadValue(
            f"an accumulation is that of flips, each of twice the period of the last, not of {shown}."
        )
    name = points[0].along[0]
    return np.array([point[name] for point in points]), np.array([point.error for point in points])
