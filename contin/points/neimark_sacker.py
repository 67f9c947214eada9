"""Neimark-Sacker points of maps: a complex pair of multipliers exp(+- i theta) passes the unit circle.

Coefficients: `theta` and `d` = 1/2 Re exp(-i theta) <p, C(q, q, q*) + 2 B(q, (1 - A)^-1 B(q, q*)) + B(q*, (exp(2 i theta) -
A)^-1 B(q, q))> with A q = exp(i theta) q, A' p = exp(-i theta) p, <q, q> = <p, q> = 1 (Kuznetsov, Elements of Applied
Bifurcation Theory, 3rd ed. 2004, section 5.4); of a k-cycle it is that of the k-th iterate, with the mean of <q, q> over
the phases equal to 1. Supercritical where d < 0: the invariant closed curve is stable if the other multipliers are.

Strong resonances, theta = 2 pi / 3 and 2 pi / 4, have the form "resonance 1:3" and "resonance 1:4": there other terms decide, and
at 1:3 the formula of d divides by zero.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from contin.points.finder import Facts, Finder, Floats, Integers, Path, Places, pairs, unsolved_form
from contin.points.hopf import once

DEGENERATE, THIRD, FOURTH = 1, 3, 4


def places(path: Path, changes: Integers, marks: Mapping[str, list[float]]) -> Places:
    """Where a complex pair passes the unit circle."""
    from contin_kernels.points.hopf import NEIMARK_SACKER

    found = pairs(path, changes)
    return found, np.full(len(found), NEIMARK_SACKER)


def facts(solved: bool, form: int, coefficients: Floats, omega: float) -> Facts:
    """Coefficients and criticality; only the angle if the point was not solved."""
    if not solved:
        return Facts({"theta": omega}, form=unsolved_form(form))
    d, theta = map(float, coefficients[:2])
    if form == THIRD:
        return Facts({"theta": theta}, form="resonance 1:3")
    if form == FOURTH:
        return Facts({"d": d, "theta": theta}, form="resonance 1:4")
    if form == DEGENERATE:
        return Facts({"d": d, "theta": theta}, form="degenerate")
    return Facts({"d": d, "theta": theta}, "supercritical" if d < 0 else "subcritical")


FINDER = Finder(
    ("neimark-sacker", "non-hyperbolic"),
    frozenset({"fixed points"}),
    "contin_kernels.points.hopf",
    places,
    facts,
    once,
)
