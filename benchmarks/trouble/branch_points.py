"""Branch points near others and near folds, without a change of sign, and eigenvalues that are zero for every parameter."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.trouble.variant import Trouble, Variant
from contin import Flow, flow


@flow
def down_and_up(x: Any, *, r: Any = -1.0, d: Any = 0.1) -> Any:
    """The eigenvalue r^2 - d^2."""
    return (r * r - d * d) * x - x**3


@flow
def two_eigenvalues(x: Any, y: Any, *, r: Any = -1.0, d: Any = 0.1, way: Any = 1.0) -> Any:
    """Eigenvalues r and way (r - d)."""
    return r * x - x**3, way * (r - d) * y - y**2


@flow
def eigenvalue_and_pair(x: Any, y: Any, z: Any, *, r: Any = -1.0, d: Any = 0.1, way: Any = 1.0) -> Any:
    """The pair r +- i, the eigenvalue way (r - d)."""
    s = x * x + y * y
    return r * x - y - x * s, x + r * y - y * s, way * (r - d) * z - z**3


@flow
def on_a_parabola(x: Any, y: Any, *, r: Any = -1.0, d: Any = 0.1) -> Any:
    """r = -x^2, and y grows for x > d."""
    return r + x * x, (x - d) * y - y**3


@flow
def three_lines(x: Any, *, r: Any = -1.0) -> Any:
    """The lines x = 0, r, -r."""
    return r * r * x - x**3


@flow
def touching(x: Any, *, r: Any = -1.0) -> Any:
    """The parabola x = r^2 touches x = 0."""
    return r * r * x - x * x


@flow
def exchange(A: Any, B: Any, *, r: Any = 1.0) -> Any:
    """A + B = 2."""
    return B - r * A, r * A - B


@flow
def beside_conserved(x: Any, a: Any, b: Any, u: Any, v: Any, *, r: Any = -1.0) -> Any:
    """u + v is conserved; the fold at 0, the pair r + 1/2 +- i on both sides of it."""
    m = r + 0.5
    return r + x * x, m * a - b - a**3, a + m * b - b**3, v - 2 * u, 2 * u - v


def ring_of_cells(x: Any, p: Any, out: Any) -> None:
    """The mode of k waves grows from r = 4 sin^2(pi k / n)."""
    n = x.shape[0]
    for i in range(n):
        out[i] = p[0] * x[i] - x[i] ** 3 + (x[(i + 1) % n] - 2 * x[i] + x[i - 1])


def ring(n: int, waves: int) -> Variant:
    """The even state of the ring, up to the modes of `waves` waves; each double point once."""
    exact = 4 * np.sin(np.pi * np.arange(waves + 1) / n) ** 2
    last = float(4 * np.sin(np.pi * (waves + 0.5) / n) ** 2)
    return Variant(
        f"n = {n}",
        Flow(ring_of_cells, n, {"r": -0.1}),
        [0.0] * n,
        (-0.1, last),
        {},
        {"branch point": exact.tolist()},
        unstable=(0, 1 + 2 * waves),
    )


APART = (0.1, 1e-2, 1e-4, 1e-6)

TROUBLES = (
    Trouble(
        "Two branch points close together, crossed one way or by one eigenvalue",
        "two branch points each, d or 2 d apart",
        [
            *(
                Variant(
                    f"d = {d:g}", two_eigenvalues, [0.0] * 2, (-1, 1.3), {"d": d}, {"branch point": [0, d]}
                )
                for d in APART
            ),
            *(
                Variant(f"d = {d:g}", down_and_up, [0.0], (-1, 1.3), {"d": d}, {"branch point": [-d, d]})
                for d in APART
            ),
        ],
    ),
    Trouble(
        "Two branch points crossed opposite ways by two eigenvalues",
        "two branch points each, d apart",
        [
            Variant(
                f"d = {d:g}",
                two_eigenvalues,
                [0.0] * 2,
                (-1, 1.3),
                {"d": d, "way": -1.0},
                {"branch point": [0, d]},
            )
            for d in APART
        ],
    ),
    Trouble(
        "A branch point beside a Hopf point",
        "one of each, d apart, crossed one way or opposite ways",
        [
            Variant(
                f"d = {d:g}, {way}",
                eigenvalue_and_pair,
                [0.0] * 3,
                (-1, 1.3),
                {"d": d, "way": way},
                {"branch point": [d], "hopf": [0]},
            )
            for d in APART
            for way in (1.0, -1.0)
        ],
    ),
    Trouble(
        "A branch point beside a fold",
        "one of each, d in x and d^2 in r apart",
        [
            Variant(
                f"d = {d:g}",
                on_a_parabola,
                [1.0, 0.0],
                (-1, 1),
                {"d": d},
                {"branch point": [-d * d], "fold": [0.0]},
            )
            for d in (0.1, 1e-2, 1e-4, 1e-6, 1e-8)
        ],
    ),
    Trouble(
        "Branches that meet where no eigenvalue changes its sign",
        "one branch point each",
        [
            Variant("three lines", three_lines, [0.0], (-1, 1.3), {}, {"branch point": [0.0]}),
            Variant("touching", touching, [0.0], (-1, 1.3), {}, {"branch point": [0.0]}),
        ],
    ),
    Trouble(
        "Double eigenvalues of a ring's symmetry",
        "each double branch point once, with its multiplicity",
        [ring(5, 2), ring(9, 4), ring(30, 4), ring(100, 4)],
    ),
    Trouble(
        "A zero eigenvalue for every parameter (a conserved sum)",
        "nothing but the fold and the two Hopf points of the second variant",
        [
            Variant("exchange", exchange, [1.0, 1.0], (0.1, 5), {"r": 1.0}, unstable=(0, 0)),
            Variant(
                "beside a fold and a pair",
                beside_conserved,
                [1.0, 0.0, 0.0, 1.0, 2.0],
                (-1, 1),
                {},
                {"fold": [0.0], "hopf": [-0.5, -0.5]},
            ),
        ],
    ),
)
