"""Numbers with the digits that they deserve."""

from __future__ import annotations

import math

MOST_DIGITS = 12


def with_error(value: float, error: float) -> str:
    """`value` with the significant digits that `error` leaves certain to half a unit, at most 12.

    Parameters
    ----------
    value : float
    error : float
        Bound on the absolute error. Where it is not known (NaN or infinite) six digits are shown.

    Returns
    -------
    str
        With trailing zeros: they are digits too.

    Examples
    --------
    >>> with_error(0.5, 2e-16), with_error(24.736842, 3e-4), with_error(1e-17, 1e-15)
    ('0.500000000000', '24.737', '0')
    """
    if not math.isfinite(value) or not math.isfinite(error):
        return plain(value)
    if abs(value) <= error or value == 0:
        return "0" if value == 0 or error < 1e-8 else f"{value:.1g}"
    leading = math.floor(math.log10(abs(value)))
    certain = MOST_DIGITS if error <= 0 else math.floor(-math.log10(2 * error)) + leading + 1
    return f"{value:#.{min(max(certain, 1), MOST_DIGITS)}g}".replace(".e", "e").removesuffix(".")


def plain(value: float) -> str:
    """`value` with at most six significant digits."""
    return f"{value + 0.0:.6g}"


def count(number: int, noun: str) -> str:
    """'1 point', '2 points', '3 branches'."""
    plural = noun + "es" if noun.endswith("ch") else noun + "s"
    return f"{number} {noun if number == 1 else plural}"
