"""Hopf points: a pair of complex eigenvalues crosses the imaginary axis.

Coefficients: `l1`, the first Lyapunov coefficient of Kuznetsov's book (2004, equation 5.34, divided by omega, q normalised to
<q, q> = 1), `l1_times_omega` (what MatCont and BifurcationKit print), `omega`. Supercritical where l1 < 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.points.finder import FIRST, Facts, Finder, Floats, Integers, Path, Places, pairs, unsolved_form

SAME = 1e-10
SAME_OMEGA = 1e-9
RISE = 1e-9  # of the eigenvalue's size on the path: what a number that changes its sign comes to, if not by rounding


def places(path: Path, changes: Integers, marks: Mapping[str, list[float]]) -> Places:
    """Where the real part of a complex pair changes sign, from the half with the positive imaginary part."""
    changes = pairs(path, changes)
    return changes, np.zeros(len(changes))


def once(path: Path, found: Any, places: Integers) -> NDArray[np.bool_]:
    """Each point once: where a pair's halves change their places in the order of eigenvalues it is found from both.

    None is left of those that are not solved where the sign has changed by rounding: the pair is on the border all along.
    """
    kept = np.array(
        [found.solved[q] == 1 or rises(path, place) for q, place in enumerate(places)], dtype=bool
    )
    order = np.argsort(found.rows.arclength, kind="stable")
    z, omega = found.rows.z[order], found.omega[order]
    scales = path.scales(found.after[order])
    for apart in range(1, min(4, len(order))):
        near = np.max(np.abs(z[apart:] - z[:-apart]) / scales[apart:], axis=1) < SAME
        alike = np.abs(omega[apart:] - omega[:-apart]) <= SAME_OMEGA * omega[apart:]
        kept[order[apart:][near & alike]] = False
    return kept


def rises(path: Path, place: Integers) -> bool:
    """Whether the watched number of a `place` (3,) comes away from zero on both sides before it changes its sign again.

    Its rounding grows with that of the points, which is large where two branches are near each other.
    """
    i, j, slot = place
    values = path.rows.watch[:, slot]
    w = path.problem.watched
    eigenvalues = path.rows.columns[:, [slot - FIRST, w + slot - FIRST]]
    size = float(np.nanmax(np.hypot(eigenvalues[:, 0], eigenvalues[:, 1])))
    highest = []
    for start, side in ((values[i], values[i::-1]), (values[j], values[j:])):
        other = np.flatnonzero(side * start < 0.0)
        highest.append(float(np.nanmax(np.abs(side[: other[0] if len(other) else None]))))
    return min(highest) > RISE * size


def facts(solved: bool, form: int, coefficients: Floats, omega: float) -> Facts:
    """Coefficients and criticality; only the frequency if the point was not solved."""
    if not solved:
        return Facts({"omega": omega}, form=unsolved_form(form))
    named = dict(zip(("l1", "l1_times_omega", "omega"), map(float, coefficients), strict=False))
    if form:
        return Facts(named, form="degenerate")
    return Facts(named, "supercritical" if named["l1"] < 0 else "subcritical")


FINDER = Finder(
    ("hopf", "non-hyperbolic"),
    frozenset({"equilibria"}),
    "contin_kernels.points.hopf",
    places,
    facts,
    once,
)
