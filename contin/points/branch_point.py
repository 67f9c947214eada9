"""Branch points: two branches cross. Transcritical where both go on in the parameter, pitchfork where one turns there.

Coefficients a, b, d of the branching equation and, for a pitchfork, its cubic coefficient c: conventions in
`contin_kernels.normal_forms.branching`. A pitchfork is supercritical where c < 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.points.finder import Facts, Finder, Floats, Integers, Path, Places, of_watched
from contin.points.loss import place_better

FORMS = ("degenerate", "transcritical", "pitchfork")
RANK = 1e-6  # singular values below it, relative to the largest, are lost where only a bracket is known
SOLVED_RANK = 1e-9  # and where the point is solved
PLACES = 9


def places(path: Path, changes: Integers, marks: Mapping[str, list[float]]) -> Places:
    """Where the determinant of the bordered matrix changes sign."""
    return of_watched(changes, 1)


def real_ones(path: Path, found: Any, places: Integers) -> NDArray[np.bool_]:
    """Those that were solved, and those where the rank of the Jacobian falls by two or more: more than two branches meet.

    The defining system of the latter is singular; they are known by where the rank falls (`contin.points.loss`).
    Elsewhere the sign had changed by rounding alone. The kernel's dimension is left among the coefficients.
    """
    kept = found.solved == 1
    sizes = row_sizes(path)
    scales = path.scales(found.after)
    for q in range(len(places)):
        lost = lost_rank(path, found.rows.z[q], scales[q], sizes, SOLVED_RANK if kept[q] else RANK)
        if kept[q] and lost > 1:
            found.solved[q] = 0
        if not found.solved[q]:
            found.coefficients[q, 0] = lost
            kept[q] = lost > 0
            if kept[q]:
                place_better(path, found, q, tuple(places[q, :2]), sizes, lost)
    return np.asarray(kept)


def row_sizes(path: Path) -> Floats:
    """Sizes of the equations (m,): the largest scaled entries of the Jacobian's rows at some points of the path."""
    rows = np.unique(np.linspace(0, len(path.rows.z) - 1, PLACES).astype(int))
    scales = path.scales(rows)
    entries = [
        np.abs(_scaled_jacobian(path, path.rows.z[row], scale))
        for row, scale in zip(rows, scales, strict=True)
    ]
    sizes = np.max([np.max(one, axis=1) for one in entries], axis=0)
    return np.asarray(np.where(sizes > 0.0, sizes, 1.0))


def lost_rank(path: Path, z: Floats, scale: Floats, sizes: Floats, least: float = RANK) -> int:
    """By how much the rank of the Jacobian at `z` falls below full, its rows divided by their `sizes`."""
    singular = np.linalg.svd(_scaled_jacobian(path, z, scale) / sizes[:, None])[1]
    return int(np.sum(singular < least * max(1.0, float(singular[0]))))


def _scaled_jacobian(path: Path, z: Floats, scale: Floats) -> Floats:
    from contin_kernels.inspection import jacobian_from

    jacobian: Floats = jacobian_from(path.context.table, z, np.empty((len(z) - 1, len(z)))) * scale
    return jacobian


def facts(solved: bool, form: int, coefficients: Floats, omega: float) -> Facts:
    """Coefficients, and criticality of a pitchfork; the kernel's dimension where more than two branches meet."""
    if not solved:
        return Facts({"multiplicity": float(coefficients[0])}, form="multiple")
    named = {
        name: float(value) for name, value in zip("abdc", coefficients, strict=True) if not np.isnan(value)
    }
    if FORMS[form] != "pitchfork":
        return Facts(named, form=FORMS[form])
    return Facts(named, "supercritical" if named["c"] < 0 else "subcritical", "pitchfork")


FINDER = Finder(
    ("branch point", "branch point"),
    frozenset({"equilibria", "fixed points"}),
    "contin_kernels.points.branch_point",
    places,
    facts,
    real_ones,
    regular=False,
)
