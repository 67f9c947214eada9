"""Poles, asymptotes, edges of the domain, and points that a step, a start or the span meets exactly."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from benchmarks.trouble.variant import Trouble, Variant
from contin import Settings, flow


@flow
def inverse(x: Any, *, r: Any = 0.0) -> Any:
    """x = 1 / (1 - r)."""
    return x * (1 - r) - 1


@flow
def tangent(x: Any, *, r: Any = 0.0) -> Any:
    """x = tan r."""
    return np.tan(r) - x


@flow
def arctangent(x: Any, *, r: Any = 0.0) -> Any:
    """x = tan r, the other way round."""
    return np.arctan(x) - r


@flow
def root(x: Any, *, r: Any = 1.0) -> Any:
    """x = sqrt r."""
    return np.sqrt(r) - x


@flow
def logarithm(x: Any, *, r: Any = 1.0) -> Any:
    """x = log r."""
    return np.log(r) - x


@flow
def x_log_x(x: Any, *, r: Any = 0.0) -> Any:
    """r = x log x: a fold at r = -1/e, the edge at the origin."""
    return r - x * np.log(x)


@flow
def half_circle(x: Any, *, r: Any = 0.5) -> Any:
    """r = sqrt(1 - x^2)."""
    return np.sqrt(1 - x * x) - r


@flow
def eigenvalue_pole(x: Any, *, r: Any = 0.0) -> Any:
    """The eigenvalue 1 / (r - 1/2) on x = 0."""
    return x / (r - 0.5)


@flow
def pair_pole(x: Any, y: Any, *, r: Any = 0.0) -> Any:
    """The pair 1 / (r - 1/2) +- i on x = y = 0."""
    return x / (r - 0.5) - y, x + y / (r - 0.5)


@flow
def tangent_eigenvalue(x: Any, y: Any, *, r: Any = 0.0) -> Any:
    """The determinant tan 3r - 1."""
    return x - y, y * np.tan(3 * r) - x


@flow
def transcritical(x: Any, *, r: Any = -1.0) -> Any:
    """x = 0 and x = r."""
    return r * x - x * x


@flow
def hopf(x: Any, y: Any, *, r: Any = -1.0) -> Any:
    """The pair r +- i."""
    s = x * x + y * y
    return r * x - y - x * s, x + r * y - y * s


@flow
def parabola(x: Any, *, r: Any = -1.0) -> Any:
    """r = -x^2."""
    return r + x * x


DIVERGES = ("span", "diverges")
EDGE = ("span", "not finite")
POINT = {"transcritical": {"branch point": [0.0]}, "hopf": {"hopf": [0.0]}}
BOTH = ((transcritical, 1), (hopf, 2))

TROUBLES = (
    Trouble(
        "Branches that go to infinity",
        "no special point; the branch ends at the pole",
        [
            Variant("1 / (1 - r)", inverse, [1.0], (-1, 2), {"r": 0.0}, ends=DIVERGES),
            Variant("tan r", tangent, [0.0], (-1.5, 3), {"r": 0.0}, ends=DIVERGES),
            Variant("arctan x = r", arctangent, [0.0], (-1.5, 3), {"r": 0.0}, ends=DIVERGES),
        ],
    ),
    Trouble(
        "Branches that come to the edge of the domain of f",
        "x log x and the half circle have one fold each; the branch ends at the edge",
        [
            Variant("sqrt r", root, [1.0], (-1, 2), {"r": 1.0}, ends=EDGE),
            Variant("log r", logarithm, [0.0], (-1, 3), {"r": 1.0}, ends=EDGE),
            Variant("x log x", x_log_x, [1.0], (-1, 3), {"r": 0.0}, {"fold": [-1 / math.e]}, ends=EDGE),
            Variant(
                "half circle", half_circle, [math.sqrt(0.75)], (-1, 3), {"r": 0.5}, {"fold": [1.0]}, EDGE
            ),
        ],
    ),
    Trouble(
        "Tests that change sign through a pole",
        "nothing, nothing, and the two zeros of tan 3r - 1",
        [
            Variant("eigenvalue", eigenvalue_pole, [0.0], (0, 1.3)),
            Variant("pair", pair_pole, [0.0] * 2, (0, 1.3)),
            Variant(
                "pole and zero",
                tangent_eigenvalue,
                [0.0] * 2,
                (0, 1.7),
                {},
                {"branch point": [math.pi / 12, 5 * math.pi / 12]},
            ),
        ],
    ),
    Trouble(
        "A step that lands on the point",
        "one point each; contin with steps set to land there, AUTO with its steps",
        [
            Variant(
                f"{m.name}, 1/{parts}",
                m,
                [0.0] * n,
                (-1, 1),
                {},
                POINT[m.name],
                settings=Settings(first_step=1 / parts, largest_step=1 / parts),
            )
            for m, n in BOTH
            for parts in (8, 32)
        ],
    ),
    Trouble(
        "A start on the point or next to it",
        "one point each",
        [
            Variant(f"{m.name}, {r:g}", m, [0.0] * n, (-1, 1), {"r": r}, POINT[m.name])
            for m, n in BOTH
            for r in (0.0, 1e-12, 1e-9, -1e-6)
        ]
        + [
            Variant(f"fold, {x:g}", parabola, [x], (-1, 1), {"r": -x * x}, {"fold": [0.0]})
            for x in (0.0, 1e-9, 1e-6)
        ],
    ),
    Trouble(
        "The point is the end of the span",
        "one point each",
        [
            Variant(f"{m.name}, {span} from {start:g}", m, [0.0] * n, span, {"r": start}, POINT[m.name])
            for m, n in BOTH
            for span, start in (((-1, 0), -1.0), ((0, 1), 1.0), ((0, 1), 0.0))
        ]
        + [
            Variant("fold", parabola, [1.0], (-1, 0), {}, {"fold": [0.0]}),
            Variant("fold, from it", parabola, [0.0], (-1, 0), {"r": 0.0}, {"fold": [0.0]}),
        ],
    ),
)
