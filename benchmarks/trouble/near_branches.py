"""Other branches that pass near, and branches that close."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.trouble.variant import Trouble, Variant
from contin import flow

GAPS = (1e-2, 1e-4, 1e-6, 1e-8)
LOOP = ("closed loop", "closed loop")


@flow
def imperfect_pitchfork(x: Any, *, r: Any = -1.0, e: Any = 1e-3) -> Any:
    """r = x^2 - e / x."""
    return e + r * x - x**3


@flow
def imperfect_transcritical(x: Any, *, r: Any = -1.0, e: Any = 1e-3) -> Any:
    """x = r / 2 +- sqrt(r^2 / 4 + e)."""
    return r * x - x * x + e


@flow
def circle(x: Any, *, r: Any = 0.0) -> Any:
    """x^2 + r^2 = 1."""
    return x * x + r * r - 1


@flow
def eight(x: Any, *, r: Any = 0.5, e: Any = 0.0) -> Any:
    """x^2 = r^2 - r^4 + e."""
    return r * r - r**4 + e - x * x


@flow
def upright_eight(x: Any, *, r: Any = 0.0, e: Any = 0.0) -> Any:
    """r^2 = x^2 - x^4 + e."""
    return x * x - x**4 + e - r * r


def outer(e: float) -> float:
    """The larger root q of q^2 - q = e."""
    return 0.5 + math.sqrt(0.25 + e)


def settled(e: float, r: float, x: float) -> float:
    """The root of e + r x - x^3 near x, by Newton's method."""
    for _ in range(30):
        x -= (e + r * x - x**3) / (r - 3 * x**2)
    return x


def pitchfork(e: float) -> list[Variant]:
    """The branch that has no fold, and the other."""
    fold = 3 * (e / 2) ** (2 / 3)
    return [
        Variant(
            f"e = {e:g}, upper",
            imperfect_pitchfork,
            [settled(e, -1.0, e)],
            (-1, 1),
            {"e": e},
            belongs=lambda r, x: x[0] > 0,
            unstable=(0, 0),
        ),
        Variant(
            f"e = {e:g}, lower",
            imperfect_pitchfork,
            [settled(e, 1.0, -1.0)],
            (-1, 1),
            {"e": e, "r": 1.0},
            {"fold": [fold]},
            belongs=lambda r, x: x[0] < 0,
        ),
    ]


def transcritical(e: float) -> list[Variant]:
    """Two branches apart in x, and two apart in r with a fold each."""
    low = -0.5 + math.sqrt(0.25 + e)
    return [
        Variant(
            f"e = {e:g}, upper",
            imperfect_transcritical,
            [low],
            (-1, 1),
            {"e": e},
            belongs=lambda r, x: x[0] > 0,
        ),
        Variant(
            f"e = {e:g}, lower",
            imperfect_transcritical,
            [-1 - low],
            (-1, 1),
            {"e": e},
            belongs=lambda r, x: x[0] < 0,
        ),
        Variant(
            f"e = -{e:g}",
            imperfect_transcritical,
            [-0.5 + math.sqrt(0.25 - e)],
            (-1, 1),
            {"e": -e},
            {"fold": [-2 * math.sqrt(e)]},
            belongs=lambda r, x: r < 0,
        ),
    ]


def ovals(e: float) -> list[Variant]:
    """One oval with a waist (e > 0), and one of two that nearly touch (e < 0), lying and upright."""
    wide, waist = math.sqrt(0.25 + e), math.sqrt(e)
    return [
        Variant(
            f"waist, e = {e:g}",
            eight,
            [math.sqrt(3 / 16 + e)],
            (-2, 2),
            {"r": 0.5, "e": e},
            {"fold": [-math.sqrt(outer(e)), math.sqrt(outer(e))]},
            LOOP,
        ),
        Variant(
            f"upright waist, e = {e:g}",
            upright_eight,
            [math.sqrt(outer(e))],
            (-2, 2),
            {"r": 0.0, "e": e},
            {"fold": [-wide, -wide, wide, wide, -waist, waist]},
            LOOP,
        ),
        Variant(
            f"two, e = {e:g}",
            eight,
            [math.sqrt(3 / 16 - e)],
            (-2, 2),
            {"r": 0.5, "e": -e},
            {"fold": [math.sqrt(e / outer(-e)), math.sqrt(outer(-e))]},
            LOOP,
        ),
        Variant(
            f"two upright, e = {e:g}",
            upright_eight,
            [math.sqrt(outer(-e))],
            (-2, 2),
            {"r": 0.0, "e": -e},
            {"fold": [-math.sqrt(0.25 - e), math.sqrt(0.25 - e)]},
            LOOP,
        ),
    ]


TROUBLES = (
    Trouble(
        "Imperfect pitchforks, gaps from 1e-2 to 1e-8",
        "no point on the upper branch, one fold on the lower",
        [v for e in GAPS for v in pitchfork(e)],
    ),
    Trouble(
        "Imperfect transcritical points, gaps from 1e-2 to 1e-8",
        "two branches without a point; one with a fold",
        [v for e in GAPS for v in transcritical(e)],
    ),
    Trouble(
        "Closed branches, whole and with a crossing",
        "two folds on a circle; a figure of eight passes its crossing twice, with two folds or four",
        [
            Variant("circle", circle, [1.0], (-2, 2), {"r": 0.0}, {"fold": [-1, 1]}, LOOP),
            Variant(
                "eight",
                eight,
                [math.sqrt(3) / 4],
                (-2, 2),
                {"r": 0.5},
                {"fold": [-1, 1], "branch point": [0, 0]},
                LOOP,
            ),
            Variant(
                "upright eight",
                upright_eight,
                [1.0],
                (-2, 2),
                {"r": 0.0},
                {"fold": [-0.5, -0.5, 0.5, 0.5], "branch point": [0, 0]},
                LOOP,
            ),
        ],
    ),
    Trouble(
        "Closed branches that are nearly pinched off, or nearly touch another",
        "two or six folds on one oval; two on one of two ovals",
        [v for e in GAPS for v in ovals(e)],
    ),
)
