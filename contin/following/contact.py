"""Going on across a contact: where a real eigenvalue touches zero the corrector's matrix is singular on both sides of it.

So it is where several cross zero at once. Steps that become shorter and shorter end there, as another branch touches
this one or several meet (`contin.points.touching`, `contin.points.multiple`). A little before and behind it all is
regular: the branch is continued by the cubic through rows before the contact, and the eigenvalues tell whether what lies
behind is the same branch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.following.rows import allocate, cut, enlarge
from contin.following.scales import unit_tangent
from contin.points.beside import lengths
from contin.problems.problem import ContinuationProblem
from contin.settings import Settings

Floats = NDArray[np.float64]

FIRST = 2  # before the eigenvalues' real parts the tangent and the determinant are watched
REACH = (1e-2, 3e-3)  # scaled distances from the contact at which all is regular
NEARER = 1e-2  # of the eigenvalue there, that it is at the last row at most
ALSO = 10.0  # times that part, that another one is which is zero there too
ORDERS, SMALLEST = (1, 2, 3), 1e-6
ASTRAY = 0.05  # of the square of the distance: how far a solution may lie from the cubic; other branches are farther
CLOSEST = 0.2  # of the distance, from which on rounding leaves rows with their tangents
CORRECTIONS, RANK = 2, 1e-3  # of the point at the contact, where the rank is not full
TURNED = 0.1  # of the distance, likewise of the tangent


@dataclass(frozen=True)
class Contact:
    """A contact beyond the last row: two rows before it, which eigenvalues come to zero, and how far it is from the first.

    Distances are scaled ones from `row`, along the branch. The eigenvalues go like the power `order` of the distance.
    """

    row: int
    nearer: int
    slots: NDArray[np.int64]
    at: float
    order: int

    @property
    def turns(self) -> float:
        """-1 where the eigenvalues change their signs, else 1."""
        return (-1.0) ** self.order


def go_on_across(
    problem: ContinuationProblem,
    context: Any,
    rows: Any,
    k: int,
    scale: Floats,
    work: Any,
    cursor: Floats,
    settings: Settings,
) -> tuple[Any, int] | None:
    """The rows with one at the contact just beyond row k and one behind it, and the row to go on from; None if it is none."""
    from contin_kernels.inspection import jacobian_from
    from contin_kernels.records import last_jacobian, last_tangent, new_cursor
    from contin_kernels.watching import LAST, PREVIOUS

    m = len(scale) - 1
    for reach in REACH:
        contact = contact_beyond(rows, k, scale, reach)
        if contact is None:
            continue
        new = row_behind(problem, context, rows, contact, reach, scale, settings)
        if new is None:
            continue
        j = contact.row
        rows = enlarge(cut(rows, j + 1), max(len(rows.z), j + 3))
        put(rows, j + 2, new)
        put(rows, j + 1, row_at(problem, context, rows, contact, scale))
        taken_back, base = cursor[1], cursor[12]
        cursor[:] = new_cursor(reach, cursor[3], cursor[4])
        cursor[1], cursor[2], cursor[12] = taken_back, 1.0, base
        cursor[LAST], cursor[PREVIOUS] = j + 2, j
        last_tangent(work, m)[:] = scaled_tangent(rows, j + 2, scale)
        jacobian_from(context.table, rows.z[j + 2], last_jacobian(work, m))
        return rows, j + 2
    return None


def put(rows: Any, k: int, row: Any) -> None:
    """Let row k be the one of `row`."""
    for array, new in zip(rows, row, strict=True):
        array[k] = new[0]


def scaled_tangent(rows: Any, k: int, scale: Floats) -> Floats:
    """The scaled unit tangent (m + 1,) of row k."""
    return unit_tangent(rows.tangent[k], scale)


def contact_beyond(rows: Any, k: int, scale: Floats, reach: float) -> Contact | None:
    """The contact near row k, seen from a row that is `reach` before it; None if no eigenvalue nears zero."""
    watch = rows.watch[: k + 1, FIRST:]
    sure = np.flatnonzero(~np.isnan(watch[:, 0]))
    last = int(sure[-1])
    away = lengths((rows.z[: k + 1] - rows.z[last]) / scale)
    near = sure[away[sure] >= CLOSEST * reach]
    before = near[:-1][away[near[:-1]] >= reach]
    if len(before) == 0:
        return None
    j = int(before[-1])
    n = watch.shape[1]
    real = (rows.columns[j, n:] == 0.0) & (rows.columns[last, n:] == 0.0) & (watch[j] != 0.0)
    parts = np.where(real, np.abs(watch[last] / np.where(real, watch[j], 1.0)), np.inf)
    slot = int(np.argmin(parts))
    if not parts[slot] <= NEARER:
        return None
    nearer, way = int(near[-1]), between(rows, j, last, scale)
    part = max(abs(float(watch[nearer, slot] / watch[j, slot])), SMALLEST)
    gone = between(rows, j, nearer, scale)
    ways = {order: way / (1.0 - float(parts[slot]) ** (1.0 / order)) for order in ORDERS}
    order = min(ORDERS, key=lambda p: abs(p * np.log(max(1.0 - gone / ways[p], SMALLEST)) - np.log(part)))
    slots = np.flatnonzero(parts <= ALSO * NEARER)
    # One that crosses with speed is a branch point, on both sides of which all is regular, or none: branches pass near by.
    return Contact(j, nearer, slots, ways[order], order) if order * len(slots) > 1 else None


def between(rows: Any, i: int, j: int, scale: Floats) -> float:
    """The scaled length of the branch from row i to row j, where it bends little."""
    chord = lengths(((rows.z[j] - rows.z[i]) / scale)[None])[0]
    turn = lengths((scaled_tangent(rows, j, scale) - scaled_tangent(rows, i, scale))[None])[0]
    return float(chord * (1.0 + turn * turn / 24.0))


def cubic(rows: Any, i: int, j: int, scale: Floats) -> Any:
    """The cubic through rows i and j in the directions of their tangents: scaled unknowns of the distance from row i."""
    from scipy.interpolate import CubicHermiteSpline

    tangents = [scaled_tangent(rows, k, scale) for k in (i, j)]
    return CubicHermiteSpline([0.0, between(rows, i, j, scale)], rows.z[[i, j]] / scale, tangents)


def row_behind(
    problem: ContinuationProblem,
    context: Any,
    rows: Any,
    contact: Contact,
    reach: float,
    scale: Floats,
    settings: Settings,
) -> Any:
    """The row at the distance `reach` behind the contact; None if no solution of the same branch is there."""
    from contin_kernels.follow import begin
    from contin_kernels.inspection import inspect_from
    from contin_kernels.records import loop_memory
    from contin_kernels.start import solve_across
    from contin_kernels.status import OK

    j, m = contact.row, len(scale) - 1
    curve = cubic(rows, j, contact.nearer, scale)
    place = contact.at + reach
    along = np.asarray(curve(place, 1))
    along /= lengths(along[None])[0]
    z = np.asarray(curve(place)) * scale
    report = np.empty(2)
    status = solve_across(
        context.table,
        z,
        scale,
        along / np.max(np.abs(along)),
        settings.tolerance,
        int(settings.most_iterations),
        report,
        loop_memory(m),
    )
    if status != OK or report[0] > ASTRAY * reach**2:
        return None
    row = allocate(problem, m, 1)
    if begin(context.table, z, along, scale, row, loop_memory(m)) != OK:
        return None
    if np.max(np.abs(scaled_tangent(row, 0, scale) - along)) > TURNED * reach:
        return None
    expected = rows.columns[j].copy()
    if contact.turns < 0.0:
        expected += (
            (rows.columns[contact.nearer] - expected) * place / between(rows, j, contact.nearer, scale)
        )
    row.unstable[0] = inspect_from(
        context.table, z, np.empty((m, m + 1)), expected, row.columns[0], row.watch[0, FIRST:]
    )
    row.arclength[0] = rows.arclength[j] + place
    slots = FIRST + contact.slots
    part = contact.turns * (contact.at / reach) ** contact.order * row.watch[0, slots] / rows.watch[j, slots]
    signs = row.watch[0, :2] * rows.watch[j, :2] * [1.0, contact.turns ** len(slots)]
    same = np.all(signs > 0.0) and np.all((0.25 < part) & (part < 4.0))
    return row if same and row.unstable[0] >= 0 else None


def row_at(problem: ContinuationProblem, context: Any, rows: Any, contact: Contact, scale: Floats) -> Any:
    """The row at the contact, from the cubic through both rows beside it; the touching eigenvalue is zero there."""
    from contin_kernels.inspection import inspect_from, jacobian_from, residual_from

    j, m = contact.row, len(scale) - 1
    curve = cubic(rows, j, j + 2, scale)
    row = allocate(problem, m, 1)
    row.z[0], row.tangent[0] = curve(contact.at) * scale, curve(contact.at, 1) * scale
    jacobian = np.empty((m, m + 1))
    for _ in range(CORRECTIONS):
        J = jacobian_from(context.table, row.z[0], jacobian) * scale
        sizes = np.max(np.abs(J), axis=1)
        sizes[sizes == 0.0] = 1.0
        f = residual_from(context.table, row.z[0], np.empty(m)) / sizes
        row.z[0] -= scale * (np.linalg.pinv(J / sizes[:, None], rcond=RANK) @ f)
    row.unstable[0] = inspect_from(
        context.table, row.z[0], jacobian, rows.columns[j], row.columns[0], row.watch[0, FIRST:]
    )
    row.watch[0, FIRST + contact.slots] = 0.0
    row.unstable[0] = int(np.sum(row.watch[0, FIRST:] > 0.0))
    sign = rows.watch[j, 1] if contact.turns ** len(contact.slots) > 0.0 else 0.0
    row.watch[0, :2] = scaled_tangent(row, 0, scale)[-1], sign
    row.arclength[0] = rows.arclength[j] + contact.at
    row.iterations[0], row.residual[0] = CORRECTIONS, float(np.max(np.abs(f)))
    return row
