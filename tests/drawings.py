"""Branches given in closed form, for tests of what is drawn: no engine, exact rows at special points."""

from __future__ import annotations

import numpy as np

from contin.branch import Branch, Diagram, End, Known, SpecialPoint, SpecialPoints
from contin.settings import Settings


def point(label, kind, index, states, parameter, *, criticality=None, form="", names=("x",), along="a"):
    """Return a special point that stands at row `index`."""
    n = len(states)
    return SpecialPoint(
        kind=kind,
        label=label,
        index=index,
        state_names=tuple(names),
        parameter_names=(along,),
        along=(along,),
        state=np.array(states, dtype=float),
        parameters=np.array([parameter], dtype=float),
        eigenvalues=np.zeros(n, dtype=complex),
        coefficients={},
        criticality=criticality,
        form=form,
        residual=0.0,
        error=0.0,
        tangent=np.zeros(n + 1),
    )


def branch(parameter, states, unstable, special=(), *, names=("x",), along="a"):
    """Return a branch through rows of `parameter` (m,) and `states` (m,) or (m, n).

    `special` holds (label, kind, row) or (label, kind, row, options of `point`).
    """
    parameter = np.asarray(parameter, dtype=float)
    states = np.asarray(states, dtype=float).reshape(len(parameter), -1)
    m, n = states.shape
    points = [
        point(label, kind, row, states[row], parameter[row], names=names, along=along, **dict(*options))
        for label, kind, row, *options in special
    ]
    return Branch(
        problem="equilibria",
        name="drawing",
        state_names=tuple(names),
        parameter_names=(along,),
        along=(along,),
        states=states,
        parameters=parameter[:, None],
        spectra=Known(np.zeros((m, n), dtype=complex)),
        unstable=np.asarray(unstable, dtype=np.int64),
        arclength=np.linspace(0.0, 1.0, m),
        tangents=np.zeros((m, n + 1)),
        newton_iterations=np.zeros(m, dtype=np.int64),
        residual=np.zeros(m),
        start=0,
        ends=(End("span", ""), End("span", "")),
        special=SpecialPoints(points),
        settings=Settings(),
        derivatives="symbolic",
    )


def fold_curve(points=101):
    """Return a = x^3 - x in x' = a + x - x^3, with folds exactly at rows where x = -1/sqrt(3), 1/sqrt(3)."""
    fold = 3**-0.5
    third = points // 3
    x = np.concatenate(
        [
            np.linspace(-1.4, -fold, third),
            np.linspace(-fold, fold, third)[1:],
            np.linspace(fold, 1.4, points - 2 * third + 2)[1:],
        ]
    )
    rows = third - 1, 2 * third - 2
    unstable = np.where(np.abs(x) < fold, 1, 0)
    unstable[list(rows)] = 0
    return branch(x**3 - x, x, unstable, [("LP1", "fold", rows[0]), ("LP2", "fold", rows[1])])


def griffith():
    """Return Griffith's switch at b = 1: x = 0, and a = x/(1 + x^2) with its fold at x = 1, a = 1/2."""
    x = np.concatenate([np.linspace(19.95, 1, 400), np.linspace(1, 0.05, 100)[1:]])
    y = x**2 / (1 + x**2)
    unstable = np.where(x < 1, 1, 0)
    upper = branch(
        x / (1 + x**2), np.stack([x, y], axis=1), unstable, [("LP1", "fold", 399)], names=("x", "y")
    )
    a = np.linspace(0.05, 1.0, 50)
    return Diagram((upper, branch(a, np.zeros((50, 2)), np.zeros(50), names=("x", "y"))))


def pitchfork(criticality="supercritical"):
    """Return x' = a x - x^3 (or + x^3): the trivial branch and both others as branches of their own."""
    sign = 1 if criticality == "supercritical" else -1
    a = np.linspace(-1, 1, 41)
    unstable = (a > 0).astype(int)
    bp = {"criticality": criticality, "form": "pitchfork"}
    trunk = branch(a, 0 * a, unstable, [("BP1", "branch point", 20, bp)])
    x = np.linspace(0, 1, 30)
    arms = [branch(sign * x**2, s * x, np.where(x > 0, 1 if sign < 0 else 0, 0)) for s in (1, -1)]
    return Diagram((trunk, *arms))


def two_hopf_points():
    """Return a two-state branch, unstable between a subcritical and a supercritical Hopf point."""
    a = np.linspace(0, 10, 101)
    x, y = 1 / (1 + np.exp(-(a - 5))), np.tanh(a / 4)
    unstable = np.where((a > a[30]) & (a < a[75]), 2, 0)
    special = [
        ("H1", "hopf", 30, {"criticality": "subcritical"}),
        ("H2", "hopf", 75, {"criticality": "supercritical"}),
    ]
    return branch(a, np.stack([x, y], axis=1), unstable, special, names=("x", "y"), along="I")


def snake(folds=20, rows_between=60):
    """Return a branch that snakes upwards through `folds` folds."""
    phase = np.linspace(0.0, (folds + 0.4) * np.pi, folds * rows_between)
    a = np.sin(phase) * (1 - np.exp(-0.25 * phase - 0.6)) * 0.12 + 0.5
    x = phase / np.pi
    at = (np.flatnonzero(np.diff(np.sign(np.diff(a)))) + 1)[:folds]  # where the parameter turns
    unstable = np.searchsorted(at, np.arange(len(a))) % 2
    unstable[at] = 0
    return branch(a, x, unstable, [(f"LP{k + 1}", "fold", int(i)) for k, i in enumerate(at)])
