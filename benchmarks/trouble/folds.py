"""Folds near each other, sharp, degenerate, many, none, or without a tangent."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from benchmarks.trouble.variant import Trouble, Variant
from contin import flow


@flow
def wiggle(x: Any, *, r: Any = -1.0, d: Any = 0.1) -> Any:
    """r = x^3 / 3 - d x: folds at x = +-sqrt d."""
    return r - (x**3 / 3 - d * x)


@flow
def sharp_fold(x: Any, *, r: Any = -1.0, e: Any = 1e-6) -> Any:
    """r = -sqrt(x^2 + e^2)."""
    return r + np.sqrt(x * x + e * e)


@flow
def sharp_turn(x: Any, *, r: Any = -1.0, e: Any = 1e-6) -> Any:
    """A corner of radius e."""
    return x - (r + np.sqrt(r * r + e * e)) / 2


@flow
def cubic(x: Any, *, r: Any = -1.0, c: Any = 0.0) -> Any:
    """r = (x - c)^3."""
    return r - (x - c) ** 3


@flow
def quintic(x: Any, *, r: Any = -1.0, c: Any = 0.0) -> Any:
    """r = (x - c)^5."""
    return r - (x - c) ** 5


@flow
def quartic(x: Any, *, r: Any = -1.0, c: Any = 0.0) -> Any:
    """r = -(x - c)^4."""
    return r + (x - c) ** 4


@flow
def sextic(x: Any, *, r: Any = -1.0, c: Any = 0.0) -> Any:
    """r = -(x - c)^6."""
    return r + (x - c) ** 6


@flow
def snake(x: Any, *, r: Any = 0.0, slope: Any = 0.05) -> Any:
    """r = slope x + sin x."""
    return r - slope * x - np.sin(x)


@flow
def absolute(x: Any, *, r: Any = -1.0, q: Any = 0.0) -> Any:
    """r = -|x| - q x^2."""
    return r + abs(x) + q * x * x


@flow
def larger_of_two(x: Any, *, r: Any = -1.0) -> Any:
    """r = -max(x, -2 x)."""
    return r + np.maximum(x, -2 * x)


@flow
def corner(x: Any, *, r: Any = -1.5) -> Any:
    """r = |x| / 2 - x."""
    return r + x - 0.5 * abs(x)


@flow
def far(x: Any, *, r: Any = -2.0, offset: Any = 100.0) -> Any:
    """The S-shaped curve at x = offset."""
    return r - ((x - offset) ** 3 / 3 - (x - offset))


@flow
def tail(x: Any, *, r: Any = 0.0) -> Any:
    """r = x exp(-x)."""
    return r - x * np.exp(-x)


@flow
def heavy_tail(x: Any, *, r: Any = 0.0) -> Any:
    """r = x / (1 + x^2)."""
    return r - x / (1 + x * x)


def turns(slope: float) -> list[float]:
    """The folds of `snake` between r = -2 and 2, up to where the branch through 0 leaves them."""
    x = [s * math.acos(-slope) + 2 * math.pi * k for k in range(-200, 201) for s in (1, -1)]
    out = []
    for side in (1, -1):
        for one in sorted((v for v in x if side * v > 0), key=abs):
            r = slope * one + math.sin(one)
            if abs(r) > 2:
                break
            out.append(r)
    return out


def lower_end(d: float, r: float = -1.0) -> float:
    """The least real root of x^3 / 3 - d x = r."""
    roots = np.roots([1 / 3, 0.0, -d, -r])
    return float(min(z.real for z in roots if abs(z.imag) < 1e-9 * abs(z)))


TROUBLES = (
    Trouble(
        "Two folds close together",
        "a pair of folds each, 2 (2/3) d^1.5 apart",
        [
            Variant(
                f"d = {d:g}",
                wiggle,
                [lower_end(d)],
                (-1, 1.3),
                {"d": d},
                {"fold": [-2 / 3 * d**1.5, 2 / 3 * d**1.5]},
            )
            for d in (0.1, 1e-2, 1e-3, 1e-4, 1e-6, 1e-8)
        ],
    ),
    Trouble(
        "A fold or a turn of radius 1e-2 to 1e-7",
        "a fold of that radius; a turn that is no fold",
        [
            v
            for e in (1e-2, 1e-4, 1e-6, 1e-7)
            for v in (
                Variant(
                    f"fold, {e:g}", sharp_fold, [math.sqrt(1 - e * e)], (-1, 1), {"e": e}, {"fold": [-e]}
                ),
                Variant(
                    f"turn, {e:g}",
                    sharp_turn,
                    [e * e / (2 + 2 * math.sqrt(1 + e * e))],
                    (-1, 1),
                    {"e": e},
                    belongs=lambda r, x: x[0] > r / 2,
                ),
            )
        ],
    ),
    Trouble(
        "Inflections with a vertical tangent",
        "no fold: r = (x - c)^3, (x - c)^5",
        [
            Variant(f"{m.name}, c = {c}", m, [c - 1.0], (-1, 1.3), {"c": c})
            for m in (cubic, quintic)
            for c in (0.0, 0.3)
        ],
    ),
    Trouble(
        "Flat folds",
        "one degenerate fold each: r = -(x - c)^4, -(x - c)^6",
        [
            Variant(f"{m.name}, c = {c}", m, [c + 1.0], (-1, 1), {"c": c}, {"degenerate fold": [0.0]})
            for m in (quartic, sextic)
            for c in (0.0, 0.3)
        ],
    ),
    Trouble(
        "Snaking",
        "all folds of r = s x + sin x with |r| < 2",
        [
            Variant(f"s = {slope}", snake, [0.0], (-2, 2), {"r": 0.0, "slope": slope}, {"fold": turns(slope)})
            for slope in (0.3, 0.1, 0.05, 0.02)
        ],
    ),
    Trouble(
        "Kinks: the absolute value, max",
        "one fold without a tangent each, none at the corner; the branch goes on behind the kink",
        [
            Variant("|x|", absolute, [1.0], (-1, 1), {}, {"degenerate fold": [0.0]}),
            Variant("|x| + x^2", absolute, [1.0], (-2, 1), {"q": 1.0}, {"degenerate fold": [0.0]}),
            Variant("max", larger_of_two, [1.0], (-1, 1), {}, {"degenerate fold": [0.0]}),
            Variant("corner", corner, [3.0], (-1.5, 1)),
        ],
    ),
    Trouble(
        "An S-shaped curve far from the origin, x = 30 to 10,000",
        "two folds each, 2 apart in x",
        [
            Variant(
                f"x = {offset:g}",
                far,
                [offset + lower_end(1.0, -2.0)],
                (-2, 2),
                {"offset": offset},
                {"fold": [-2 / 3, 2 / 3]},
            )
            for offset in (30.0, 300.0, 1000.0, 10000.0)
        ],
    ),
    Trouble(
        "Folds on a branch that goes to infinity behind them",
        "1 fold of r = x exp(-x), 2 of r = x / (1 + x^2), none on the tails",
        [
            Variant("x exp(-x)", tail, [0.0], (-1, 1), {"r": 0.0}, {"fold": [1 / math.e]}, ends=None),
            Variant(
                "x / (1 + x^2)", heavy_tail, [0.0], (-1, 1), {"r": 0.0}, {"fold": [-0.5, 0.5]}, ends=None
            ),
        ],
    ),
)
