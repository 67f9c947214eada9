"""Pairs of eigenvalues that cross the imaginary axis together, twice, hardly or not at all."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.trouble.variant import Trouble, Variant
from contin import flow


@flow
def up_and_down(x: Any, y: Any, *, r: Any = -1.0, d: Any = 0.1) -> Any:
    """The pair d^2 - r^2 +- i."""
    m = d * d - r * r
    return m * x - y - x * (x * x + y * y), x + m * y - y * (x * x + y * y)


@flow
def from_below(x: Any, y: Any, *, r: Any = -1.0, d: Any = 1e-6) -> Any:
    """The pair -r^2 - d +- i."""
    m = -r * r - d
    return m * x - y, x + m * y


@flow
def three_pairs(x: Any, y: Any, u: Any, v: Any, a: Any, b: Any, *, r: Any = -1.0, d: Any = 0.1) -> Any:
    """Pairs r + d +- i, r +- 5i, r - d +- 0.2i."""
    return (
        (r + d) * x - y - x * (x * x + y * y),
        x + (r + d) * y - y * (x * x + y * y),
        r * u - 5 * v - u * (u * u + v * v),
        5 * u + r * v - v * (u * u + v * v),
        (r - d) * a - 0.2 * b - a * (a * a + b * b),
        0.2 * a + (r - d) * b - b * (a * a + b * b),
    )


@flow
def two_pairs(
    x: Any, y: Any, u: Any, v: Any, *, r: Any = -1.0, d: Any = 0.1, way: Any = 1.0, w: Any = 3.0
) -> Any:
    """Pairs r +- i and way (r - d) +- i w."""
    m = way * (r - d)
    return (
        r * x - y - x * (x * x + y * y),
        x + r * y - y * (x * x + y * y),
        m * u - w * v - u * (u * u + v * v),
        w * u + m * v - v * (u * u + v * v),
    )


@flow
def bogdanov_takens(x: Any, y: Any, *, r: Any = -0.5, e: Any = 1e-3) -> Any:
    """The fold at r = 0, the Hopf point at r = -e^2."""
    return y, r + e * y + x * x + x * y


@flow
def fast(x: Any, y: Any, *, r: Any = -1.0, w: Any = 1.0) -> Any:
    """The pair w (r +- i)."""
    s = x * x + y * y
    return w * (r * x - y - x * s), w * (x + r * y - y * s)


@flow
def fast_turn(x: Any, y: Any, *, r: Any = -1.0, w: Any = 1.0) -> Any:
    """The pair r +- i w."""
    s = x * x + y * y
    return r * x - w * y - x * s, w * x + r * y - y * s


@flow
def saddle_and_pair(x: Any, y: Any, u: Any, v: Any, *, r: Any = -0.5, q: Any = 0.0, m: Any = 1.0) -> Any:
    """A neutral saddle, 1 and -1 - r, at r = 0; a pair m (r - q) - (1 - m) / 10 +- 2i."""
    a = m * (r - q) - 0.1 * (1 - m)
    return x, -y * (1.0 + r), a * u - 2 * v, 2 * u + a * v


@flow
def lotka_volterra(x: Any, y: Any, *, r: Any = 1.0) -> Any:
    """Eigenvalues +-i sqrt r at (10/3, 2 r)."""
    return r * x - 0.5 * x * y, 0.3 * x * y - y


@flow
def oscillator(x: Any, y: Any, *, r: Any = 0.3) -> Any:
    """Eigenvalues +-i sqrt(1 + r^2)."""
    return y, -(1 + r * r) * x - x**3


@flow
def centre_and_pair(x: Any, y: Any, u: Any, v: Any, *, r: Any = -1.0) -> Any:
    """The pair +-3i for every r, the pair r +- i."""
    return 3 * y, -3 * x, r * u - v - u**3, u + r * v - v**3


TROUBLES = (
    Trouble(
        "Two Hopf points close together",
        "one pair crosses and comes back, 2 d apart",
        [
            Variant(
                f"d = {d:g}", up_and_down, [0.0] * 2, (-1, 1.3), {"d": d}, {"hopf": [-d, d]}, unstable=(0, 0)
            )
            for d in (0.1, 1e-2, 1e-4, 1e-6)
        ],
    ),
    Trouble(
        "A pair that touches the axis, or nearly",
        "no Hopf point",
        [Variant("touches", up_and_down, [0.0] * 2, (-1, 1.3), {"d": 0.0})]
        + [
            Variant(f"as near as {d:g}", from_below, [0.0] * 2, (-1, 1.3), {"d": d})
            for d in (1e-3, 1e-6, 1e-9)
        ],
    ),
    Trouble(
        "Three pairs of different frequency, one after the other",
        "three Hopf points each, d apart",
        [
            Variant(
                f"d = {d:g}",
                three_pairs,
                [0.0] * 6,
                (-1, 1.1),
                {"d": d},
                {"hopf": [-d, 0, d]},
                unstable=(0, 6),
            )
            for d in (0.3, 1e-2, 1e-4, 1e-6)
        ],
    ),
    Trouble(
        "Two pairs of different frequency crossing, d = 1e-8 to 1e-3 apart",
        "two Hopf points each; both to the right, or one to the right and one to the left",
        [
            Variant(
                f"d = {d:g}, {way}", two_pairs, [0.0] * 4, (-1, 1.3), {"d": d, "way": way}, {"hopf": [0, d]}
            )
            for d in (1e-3, 1e-6, 1e-8)
            for way in (1.0, -1.0)
        ],
    ),
    Trouble(
        "Two pairs of equal frequency crossing one way",
        "two Hopf points each",
        [
            Variant(f"d = {d:g}", two_pairs, [0.0] * 4, (-1, 1.3), {"d": d, "w": 1.0}, {"hopf": [0, d]})
            for d in (0.1, 1e-2, 1e-6)
        ],
    ),
    Trouble(
        "Two pairs of equal frequency crossing opposite ways",
        "two Hopf points each",
        [
            Variant(
                f"d = {d:g}",
                two_pairs,
                [0.0] * 4,
                (-1, 1.3),
                {"d": d, "way": -1.0, "w": 1.0},
                {"hopf": [0, d]},
            )
            for d in (0.1, 1e-2, 1e-6)
        ],
    ),
    Trouble(
        "A Hopf point beside a fold (Bogdanov-Takens)",
        "a fold and a Hopf point each, e in x and e^2 in r apart",
        [
            Variant(
                f"e = {e:g}",
                bogdanov_takens,
                [-math.sqrt(0.5), 0.0],
                (-0.5, 0.5),
                {"e": e},
                {"fold": [0.0], "hopf": [-e * e]},
            )
            for e in (1e-2, 1e-3, 1e-6, 1e-8)
        ],
    ),
    Trouble(
        "Frequencies from 1e-8 to 1e8",
        "one Hopf point each",
        [
            Variant(f"{m.name}, {w:g}", m, [0.0] * 2, (-1, 1.2), {"w": w}, {"hopf": [0.0]})
            for m in (fast, fast_turn)
            for w in (1e-8, 1e-4, 1e4, 1e8)
        ],
    ),
    Trouble(
        "Neutral saddles",
        "no Hopf point where they are; the one of another pair beside them",
        [
            Variant("alone", saddle_and_pair, [0.0] * 4, (-0.5, 1.3), {"m": 0.0}),
            *(
                Variant(f"pair at {q:g}", saddle_and_pair, [0.0] * 4, (-0.5, 1.3), {"q": q}, {"hopf": [q]})
                for q in (0.1, 1e-3, 1e-6, 0.0)
            ),
        ],
    ),
    Trouble(
        "Eigenvalues on the axis for every parameter",
        "no Hopf point; one of another pair in the last variant",
        [
            Variant("Lotka-Volterra", lotka_volterra, [10 / 3, 2.0], (0.1, 3), {"r": 1.0}),
            Variant("oscillator", oscillator, [0.0] * 2, (0.3, 2)),
            Variant("and a pair", centre_and_pair, [0.0] * 4, (-1, 1.3), {}, {"hopf": [0.0]}),
        ],
    ),
)
