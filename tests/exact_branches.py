"""Branches that are known in closed form, made without the engine: what storage and tables are tested on.

Scaled variables are the variables themselves here, so tangents and arclengths are those of the plain curves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import Branch, Diagram, End, Known, SpecialPoint, SpecialPoints
from contin.settings import Settings

NAMES = {"state_names": ("x", "y"), "parameter_names": ("p", "c"), "along": ("p",)}


@dataclass(frozen=True)
class Model:
    """What a file needs to know of a model."""

    name: str = "parabola"
    states: tuple[str, ...] = ("x", "y")
    parameters: dict[str, float] = field(default_factory=lambda: {"p": 1.0, "c": 2.0})
    source: str = "def parabola(x, y, *, p=1.0, c=2.0):\n    return p - x**2, -c * y  # Größe, α\n"
    hash: str = "0123456789abcdef" * 4


def parabola_arclength(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Length of p = x**2 from the vertex."""
    return x * np.sqrt(1 + 4 * x**2) / 2 + np.arcsinh(2 * x) / 4


def fold_branch(points: int = 41, c: float = 2.0, model: Any = None) -> Branch:
    """x' = p - x**2, y' = -c y from x = -1 to 1: p = x**2, eigenvalues -2 x and -c, a fold at the origin.

    `points` is odd, so that the fold stands on the middle row.
    """
    x = np.linspace(-1.0, 1.0, points)
    x[points // 2] = 0.0
    fold = SpecialPoint(
        kind="fold",
        label="LP1",
        index=points // 2,
        **NAMES,
        state=np.zeros(2),
        parameters=np.array([0.0, c]),
        eigenvalues=np.array([0.0, -c], dtype=complex),
        coefficients={"a": -1.0},
        criticality=None,
        form="",
        residual=0.0,
        error=1e-16,
        tangent=np.array([1.0, 0.0, 0.0]),
        system=model,
    )
    return _branch(
        x=x,
        p=x**2,
        c=c,
        eigenvalues=np.column_stack([-2 * x, np.full(points, -c)]).astype(complex),
        slope=np.column_stack([np.ones(points), 2 * x]),
        arclength=parabola_arclength(x) - parabola_arclength(x[:1]),
        special=[fold],
        ends=(End("span", "left the span at p = 1"), End("span", "left the span at p = 1")),
        model=model,
    )


def pitchfork_diagram(points: int = 21, model: Any = None) -> Diagram:
    """x' = p x - x**3, y' = -c y: the line x = 0 and the parabola p = x**2 meet at the branch point p = 0."""
    c = 2.0
    line = np.linspace(-1.0, 1.0, points)
    line[points // 2] = 0.0
    shared = {
        "kind": "branch point",
        "index": points // 2,
        **NAMES,
        "state": np.zeros(2),
        "parameters": np.array([0.0, c]),
        "eigenvalues": np.array([0.0, -c], dtype=complex),
        "criticality": "supercritical",
        "form": "pitchfork",
        "residual": 0.0,
        "error": 2e-16,
        "system": model,
    }
    on_line = SpecialPoint(
        label="BP1", tangent=np.array([0.0, 0.0, 1.0]), coefficients={"b2": 0.0, "b3": -1.0}, **shared
    )
    on_parabola = SpecialPoint(
        label="BP1", tangent=np.array([1.0, 0.0, 0.0]), coefficients={"b3": -1.0, "b2": np.nan}, **shared
    )
    trivial = _branch(
        x=np.zeros(points),
        p=line,
        c=c,
        eigenvalues=np.column_stack([line, np.full(points, -c)]).astype(complex),
        slope=np.column_stack([np.zeros(points), np.ones(points)]),
        arclength=line + 1,
        special=[on_line],
        ends=(End("span", "left the span at p = -1"), End("span", "left the span at p = 1")),
        model=model,
    )
    forked = _branch(
        x=line,
        p=line**2,
        c=c,
        eigenvalues=np.column_stack([-2 * line**2, np.full(points, -c)]).astype(complex),
        slope=np.column_stack([np.ones(points), 2 * line]),
        arclength=parabola_arclength(line) - parabola_arclength(line[:1]),
        special=[on_parabola],
        ends=(End("span", "left the span at p = 1"), End("most points", "20000 points at p = 1")),
        model=model,
        parent=(0, 0),
    )
    return Diagram(
        (trivial, forked), {"points": 2 * points, "seconds": 0.1 + 0.2, "refused": np.float64(np.nan)}
    )


def hopf_branch(points: int = 11) -> Branch:
    """The normal form x' = p x - y - x r**2, y' = x + p y - y r**2 at rest: eigenvalues p +- i, l1 = -1."""
    p = np.linspace(-1.0, 1.0, points)
    p[points // 2] = 0.0
    hopf = SpecialPoint(
        kind="hopf",
        label="H1",
        index=points // 2,
        **NAMES,
        state=np.zeros(2),
        parameters=np.array([0.0, np.nan]),
        eigenvalues=np.array([1j, -1j]),
        coefficients={"l1": -1.0, "l1_times_omega": -1.0, "omega": 1.0},
        criticality="supercritical",
        form="",
        residual=3e-17,
        error=np.nan,
        tangent=np.array([0.0, 0.0, 1.0]),
    )
    return _branch(
        x=np.zeros(points),
        p=p,
        c=np.nan,
        eigenvalues=np.column_stack([p + 1j, p - 1j]),
        slope=np.column_stack([np.zeros(points), np.ones(points)]),
        arclength=p + 1,
        special=[hopf],
        ends=(End("not finite", "f is not finite: c = nan"), End("interrupted", "interrupted at p = 1")),
        model=None,
    )


def _branch(
    *,
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    c: float,
    eigenvalues: NDArray[np.complex128],
    slope: NDArray[np.float64],
    arclength: NDArray[np.float64],
    special: list[SpecialPoint],
    ends: tuple[End, End],
    model: Any,
    parent: tuple[int, int] | None = None,
) -> Branch:
    """A branch with y = 0; `slope` (points, 2) is the direction in x and p, of any length."""
    points = len(x)
    unit = slope / np.linalg.norm(slope, axis=1)[:, None]
    return Branch(
        problem="equilibria",
        name="parabola",
        **NAMES,
        states=np.column_stack([x, np.zeros(points)]),
        parameters=np.column_stack([p, np.full(points, c)]),
        spectra=Known(eigenvalues),
        unstable=np.count_nonzero(eigenvalues.real > 0, axis=1),
        arclength=arclength,
        tangents=np.column_stack([unit[:, 0], np.zeros(points), unit[:, 1]]),
        newton_iterations=np.arange(points) % 3,
        residual=np.where(np.arange(points) % 5 == 4, np.nan, 1e-17),
        start=points // 2,
        ends=ends,
        special=SpecialPoints(special),
        settings=Settings(tolerance=1e-9),
        derivatives="symbolic",
        wall_time=0.1,
        parent=parent,
        system=model,
    )
