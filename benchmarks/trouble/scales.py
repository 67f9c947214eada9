"""States and parameters of any size, and many states in dense coordinates."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from benchmarks.trouble.variant import Trouble, Variant
from contin import Flow, flow


@flow
def griffith(
    x: Any, y: Any, *, r: Any = 0.4, b: Any = 1.0, small: Any = 1.0, big: Any = 1.0, unit: Any = 1.0
) -> Any:
    """Griffith's switch: x in units of `small`, y in units of `big`, r in units of `unit`; the fold at r = unit / 2."""
    u, v, a = x / small, y / big, r / unit
    return (v - a * u) * small, (u**2 / (1 + u**2) - b * v) * big


@flow
def hopf(x: Any, y: Any, *, r: Any = -1.0, small: Any = 1.0, big: Any = 1.0) -> Any:
    """The pair r +- i, x in units of `small`, y in units of `big`."""
    u, v = x / small, y / big
    s = u * u + v * v
    return (r * u - v - u * s) * small, (u + r * v - v * s) * big


def switch(small: float, big: float, unit: float) -> Variant:
    """Griffith's switch in these units, from r = 0.4 unit."""
    return Variant(
        f"x {small:g}, y {big:g}, r {unit:g}",
        griffith,
        [2 * small, 0.8 * big],
        (0.05 * unit, unit),
        {"small": small, "big": big, "unit": unit, "r": 0.4 * unit},
        {"fold": [0.5 * unit]},
        unstable=(0, 1),
        unit=max(small, big, unit),
    )


def pair(small: float, big: float) -> Variant:
    """The Hopf point in these units."""
    return Variant(
        f"x {small:g}, y {big:g}",
        hopf,
        [0.0, 0.0],
        (-1, 1.2),
        {"small": small, "big": big},
        {"hopf": [0.0]},
        unstable=(0, 2),
    )


@flow
def nearly_zero(u: Any, v: Any, *, r: Any = 0.0, e: Any = 1e-6) -> Any:
    """r^2 = x^2 - x^4 + e with x = 1 + u, v = x: u is about e / 2 at r = 0."""
    x = 1 + u
    return x * x - x**4 + e - r * r, x - v


def from_nearly_zero(e: float) -> Variant:
    """The oval of `nearly_zero`, whole, from where u is smallest."""
    q = 0.5 + math.sqrt(0.25 + e)
    x = math.sqrt(q)
    width, waist = math.sqrt(0.25 + e), math.sqrt(e)
    return Variant(
        f"u = {e / 2:g}",
        nearly_zero,
        [e / (q * (x + 1)), x],
        (-2, 2),
        {"r": 0.0, "e": e},
        {"fold": [-width, -width, width, width, -waist, waist]},
        ("closed loop", "closed loop"),
    )


def hidden_forms(x: Any, p: Any, out: Any) -> None:
    """r = x0^3 / 3 - x0 / 10; pairs x0 - 1/2 +- i, x0 + 1/2 +- 3i; the eigenvalue x0 - 1/5; the rest decays."""
    n = x.shape[0]
    out[0] = p[0] - (x[0] ** 3 / 3.0 - 0.1 * x[0])
    m = x[0] - 0.5
    out[1] = m * x[1] - x[2] - x[1] * (x[1] ** 2 + x[2] ** 2)
    out[2] = x[1] + m * x[2] - x[2] * (x[1] ** 2 + x[2] ** 2)
    m = x[0] + 0.5
    out[3] = m * x[3] - 3.0 * x[4] - x[3] * (x[3] ** 2 + x[4] ** 2)
    out[4] = 3.0 * x[3] + m * x[4] - x[4] * (x[3] ** 2 + x[4] ** 2)
    out[5] = (x[0] - 0.2) * x[5] - x[5] ** 2
    for i in range(6, n):
        out[i] = -(1.0 + i / n) * x[i] + 0.1 * x[i - 1]


def hidden_jacobian(x: Any, p: Any, out: Any) -> None:
    """The derivatives of `hidden_forms`."""
    n = x.shape[0]
    out[:, :] = 0.0
    out[0, 0] = 0.1 - x[0] ** 2
    for first, c, omega in ((1, 0.5, 1.0), (3, -0.5, 3.0)):
        u, v, m = x[first], x[first + 1], x[0] - c
        out[first, 0] = u
        out[first + 1, 0] = v
        out[first, first] = m - 3 * u * u - v * v
        out[first, first + 1] = -omega - 2 * u * v
        out[first + 1, first] = omega - 2 * u * v
        out[first + 1, first + 1] = m - u * u - 3 * v * v
    out[5, 0] = x[5]
    out[5, 5] = x[0] - 0.2 - 2 * x[5]
    for i in range(6, n):
        out[i, i] = -(1.0 + i / n)
        out[i, i - 1] = 0.1


def dense(n: int) -> Variant:
    """The forms hidden in dense coordinates, from r = -1 along the curve."""
    roots = np.roots([1 / 3, 0.0, -0.1, 1.0])
    start = [0.0] * n
    start[0] = float(min(z.real for z in roots if abs(z.imag) < 1e-9))

    def curve(*at: float) -> list[float]:
        return [y**3 / 3 - 0.1 * y for y in at]

    fold = float(np.sqrt(0.1))
    points = {"hopf": curve(-0.5, 0.5), "fold": curve(-fold, fold), "branch point": curve(0.2)}
    model = Flow(hidden_forms, n, {"r": -1.0}, hidden_jacobian)
    return Variant(f"n = {n}", model, start, (-1, 1), {}, points, reflected=True)


TROUBLES = (
    Trouble(
        "The parameter in units of 1e-9 to 1e9, states of size 1",
        "one fold each",
        [switch(1.0, 1.0, unit) for unit in (1e-9, 1e-3, 1e3, 1e9)],
    ),
    Trouble(
        "Everything in units of 1e-9, or of 1e9",
        "one fold each",
        [switch(unit, unit, unit) for unit in (1e-9, 1e9)],
    ),
    Trouble(
        "States of 1e-3 beside 1e3, and 1e-6 beside 1e6",
        "one fold or one Hopf point each",
        [v for s in (1e-3, 1e3, 1e-6, 1e6) for v in (switch(s, 1 / s, 1.0), pair(s, 1 / s))],
    ),
    Trouble(
        "States of 1e-9 beside 1e9",
        "one fold or one Hopf point each",
        [v for s in (1e-9, 1e9) for v in (switch(s, 1 / s, 1.0), pair(s, 1 / s))],
    ),
    Trouble(
        "A state that is nearly zero at the start beside one of size 1",
        "six folds on a closed branch each",
        [from_nearly_zero(e) for e in (1e-2, 1e-4, 1e-6, 1e-8)],
    ),
    Trouble(
        "Normal forms hidden in dense coordinates, n = 50 and 200",
        "two folds, two Hopf points and a branch point each",
        [dense(50), dense(200)],
    ),
)
