"""Folds (saddle-node, limit points): the branch turns back in the parameter.

Coefficient `a` = 1/2 p . B(q, q) with A q = 0, A' p = 0, |q| = 1, p . q = 1 and q's largest entry positive (Kuznetsov,
Elements of Applied Bifurcation Theory, 3rd ed. 2004, equation 5.31). Where p . q = 0 (Bogdanov-Takens) it is NaN; where
it vanishes the fold is degenerate and known only by its bracket, as it is at a corner of a model that is not smooth.
"""

from __future__ import annotations

from collections.abc import Mapping

from contin.points.finder import Facts, Finder, Floats, Integers, Path, Places, of_watched, unsolved_form


def places(path: Path, changes: Integers, marks: Mapping[str, list[float]]) -> Places:
    """Where the tangent's parameter component changes sign."""
    return of_watched(changes, 0)


def facts(solved: bool, form: int, coefficients: Floats, omega: float) -> Facts:
    """The coefficient, if the fold was solved."""
    return Facts({"a": float(coefficients[0])}) if solved else Facts(form=unsolved_form(form))


FINDER = Finder(
    ("fold", "degenerate fold"),
    frozenset({"equilibria", "fixed points"}),
    "contin_kernels.points.fold",
    places,
    facts,
)
