"""What the tables show, before it becomes text or HTML: a heading, remarks, and grids of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contin.branch import Branch, Diagram, SpecialPoint
from contin.tables.digits import count, plain, with_error

MOST_STATES = 6


@dataclass(frozen=True)
class Grid:
    """A header and rows of cells; the columns in `numeric` are set flush right."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int]


@dataclass(frozen=True)
class Page:
    """A heading, remarks with their captions, and grids."""

    heading: str
    remarks: tuple[tuple[str, str], ...] = ()
    grids: tuple[Grid, ...] = ()


def solutions_of(branch: Branch) -> str:
    """What the branch is a branch of: the name of its problem, or "3-cycles"; on which manifold."""
    solutions = branch.problem if (branch.period or 1) == 1 else f"{branch.period}-cycles"
    return f"{solutions} on a manifold of dimension {branch.dimension}" if branch.dimension else solutions


def branch_page(branch: Branch) -> Page:
    """Name, problem, span, number of points; ends in words; special points."""
    heading = (
        f"{branch.name}: {solutions_of(branch)} along {', '.join(_covered(branch, name) for name in branch.along)}; "
        f"{count(len(branch), 'point')}, {int(np.count_nonzero(branch.stable))} stable"
    )
    first, last = branch.ends
    remarks = [("first end", first.text or first.reason), ("last end", last.text or last.reason)]
    if not branch.special:
        return Page(heading, (*remarks, ("special points", "none")))
    return Page(heading, tuple(remarks), (special_grid(branch.special),))


def diagram_page(diagram: Diagram) -> Page:
    """One row a branch, then each special point once."""
    if not diagram.branches:
        return Page("a diagram without branches")
    points = sum(len(branch) for branch in diagram.branches)
    special = diagram.special
    heading = (
        f"{diagram.name}: diagram along {', '.join(diagram.along)}; {count(len(diagram), 'branch')}, "
        f"{count(points, 'point')}, {count(len(special), 'special point')}"
    )
    grids = (branch_grid(diagram), special_grid(special)) if special else (branch_grid(diagram),)
    left = int(diagram.effort.get("left", 0))
    text = f"{count(left, 'start')} not followed: the diagram reached `most_branches` or `most_points`"
    return Page(heading, (("left", text),) if left else (), grids)


def branch_grid(diagram: Diagram) -> Grid:
    """One row a branch: problem, span, points, special points, whence it was switched to, and why it ended."""
    switched = any(branch.parent for branch in diagram.branches)
    header = (
        "branch",
        "problem",
        "span",
        "points",
        "stable",
        "special",
        *(("from",) if switched else ()),
        "ends",
    )
    rows = []
    for number, branch in enumerate(diagram.branches):
        first, last = (end.reason for end in branch.ends)
        rows.append(
            (
                str(number),
                solutions_of(branch),
                ", ".join(_covered(branch, name) for name in branch.along),
                str(len(branch)),
                str(int(np.count_nonzero(branch.stable))),
                " ".join(point.label for point in branch.special) or "-",
                *((_origin(diagram, branch),) if switched else ()),
                first if first == last else f"{first}, {last}",
            )
        )
    return Grid(header, tuple(rows), frozenset((3, 4)))


def special_grid(points: Sequence[SpecialPoint]) -> Grid:
    """One row a special point, of which there is at least one: label, kind, free parameters by their error, states."""
    along = tuple(dict.fromkeys(name for point in points for name in point.along))
    names = points[0].state_names
    shown = names if len(names) <= MOST_STATES else names[: MOST_STATES - 1]
    more = (f"({len(names) - len(shown)} more)",) if len(shown) < len(names) else ()
    rows = tuple(
        (
            point.label,
            " ".join(word for word in (point.criticality, point.form, point.kind) if word),
            *(with_error(point[name], point.error) for name in along),
            *(_state(point, name) for name in shown),
            *("" for _ in more),
        )
        for point in points
    )
    header = ("point", "kind", *along, *shown, *more)
    return Grid(header, rows, frozenset(range(2, len(header))))


def _state(point: SpecialPoint, name: str) -> str:
    """A state to six digits; one that is below the point's error, or rounding beside the others, is 0."""
    value, size = point[name], float(np.max(np.abs(point.state)))
    return (
        "0" if abs(value) <= max(1e-14 * size, point.error if point.error < 1e-8 else 0.0) else plain(value)
    )


def _covered(branch: Branch, name: str) -> str:
    values = branch[name]
    if len(values) == 0:
        return name
    return f"{name} from {plain(values.min())} to {plain(values.max())}"


def _origin(diagram: Diagram, branch: Branch) -> str:
    """'BP1 of 0': the special point, and the branch on which it is."""
    if branch.parent is None:
        return "-"
    number, place = branch.parent
    if number >= len(diagram) or place >= len(diagram[number].special):
        return f"branch {number}"
    return f"{diagram[number].special[place].label} of {number}"
