"""Flips (period doublings) of maps: a real multiplier passes -1.

Coefficient `b` = 1/6 p . (C(q, q, q) + 3 B(q, (1 - A)^-1 B(q, q))) with A q = - q, A' p = - p, |q| = 1, p . q = 1
(Kuznetsov, Elements of Applied Bifurcation Theory, 3rd ed. 2004, section 5.4); of a k-cycle it is that of the k-th iterate, with
the mean of |q|^2 over the phases equal to 1, so that it does not depend on the phase that the cycle begins with.
Supercritical where b > 0: the cycle of twice the period is stable if the multipliers beside it are.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from contin.points.finder import (
    Facts,
    Finder,
    Floats,
    Integers,
    Path,
    Places,
    real_ones,
    unsolved_form,
)


def places(path: Path, changes: Integers, marks: Mapping[str, list[float]]) -> Places:
    """Where a negative multiplier passes the unit circle."""
    from contin_kernels.points.fold import FLIP

    found = real_ones(path, changes, sign=-1.0)
    return found, np.full(len(found), FLIP)


def facts(solved: bool, form: int, coefficients: Floats, omega: float) -> Facts:
    """The coefficient and the criticality, if the flip was solved."""
    if not solved:
        return Facts(form=unsolved_form(form))
    b = float(coefficients[0])
    if form:
        return Facts({"b": b}, form="degenerate")
    return Facts({"b": b}, "supercritical" if b > 0 else "subcritical")


FINDER = Finder(
    ("flip", "non-hyperbolic"),
    frozenset({"fixed points"}),
    "contin_kernels.points.fold",
    places,
    facts,
)
