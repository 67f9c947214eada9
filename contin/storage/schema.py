"""What stands in a contin file: its groups, columns, axes, closed lists of words, and version.

A file is a handful of flat tables, one HDF5 group each. The rows of all branches lie one after the other in `/point`,
all special points in `/special`; `/branch` says which rows are whose. A column that would have the name of one of
its axes has the plural (`states` along the axis `state`), because netCDF keeps the singular for the names on the axis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from contin.branch import EndReason
from contin.errors import BadValue
from contin.kinds import KINDS

FORMAT = "contin"
VERSION = (1, 1)


@dataclass(frozen=True)
class Table:
    """A group: for each axis the names or numbers along it, and the columns."""

    axes: Mapping[str, NDArray[Any]]
    columns: Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Tables:
    """A whole file: text attributes of the root, and the tables by the name of their group."""

    attributes: Mapping[str, str]
    tables: Mapping[str, Table]

    def __getitem__(self, group: str) -> Mapping[str, NDArray[Any]]:
        return self.tables[group].columns


@dataclass(frozen=True)
class Words:
    """A closed list of words, stored as int8 with the CF attributes flag_values and flag_meanings."""

    what: str
    words: tuple[str, ...]

    def codes(self, values: Sequence[str]) -> NDArray[np.int8]:
        """Places of `values` in the list; a word outside it is a BadValue."""
        for value in values:
            if value not in self.words:
                raise BadValue(
                    f"{self.what} {value!r} cannot be stored; it must be one of: {', '.join(self.words)}."
                )
        return np.array([self.words.index(value) for value in values], dtype=np.int8)

    def meanings(self) -> str:
        """The list in the characters that CF allows, separated by blanks."""
        return " ".join(_cf(word) for word in self.words)

    def read(self, codes: NDArray[Any], flag_values: NDArray[Any], flag_meanings: str) -> NDArray[Any]:
        """Words for `codes` by the list in the file, which may be another version's."""
        known = {_cf(word): word for word in self.words}
        found = [known.get(meaning, meaning.replace("_", " ")) for meaning in flag_meanings.split(" ")]
        if len(found) != len(flag_values) or not np.isin(codes, flag_values).all():
            raise ValueError(f"{self.what} is stored as a number without meaning")
        table = np.empty(256, dtype=object)
        table[np.asarray(flag_values).astype(np.uint8)] = found
        return table[codes.astype(np.uint8)]


def _cf(word: str) -> str:
    return word.replace(" ", "_").replace(":", ".")


KIND = Words("the kind", tuple(kind.name for kind in KINDS))
END_REASON = Words("the end reason", get_args(EndReason))
CRITICALITY = Words("the criticality", ("none", "supercritical", "subcritical"))
STABLE = Words("the stability", ("unstable", "stable"))
PRESENT = Words("the presence", ("absent", "present"))

REQUIRED = object()


@dataclass(frozen=True)
class Column:
    """A column's axes, what it holds in words, its closed list of words, and what stands for it in files without it."""

    axes: tuple[str, ...]
    text: str
    words: Words | None = None
    default: Any = field(default=REQUIRED)


def _along(axis: str, **columns: str | Column) -> dict[str, Column]:
    """Columns of one value a row, given by their text alone, beside those given in full."""
    return {name: c if isinstance(c, Column) else Column((axis,), c) for name, c in columns.items()}


COLUMNS: dict[str, dict[str, Column]] = {
    "model": {
        "state_names": Column(("state",), "names of the states"),
        "parameter_names": Column(("parameter",), "names of the parameters"),
        "parameter_values": Column(("parameter",), "the model's default values of the parameters"),
    },
    "branch": _along(
        "branch",
        start="first row of the branch in /point",
        length="number of rows of the branch in /point",
        starting_point="row of the starting point, counted from the branch's first",
        problem="name of the problem",
        model="name of the model",
        along=Column(("branch", "free"), "names of the free parameters; empty beyond the last"),
        parent=Column(("branch",), "branch from which this one was switched to; -1 if none", default=-1),
        parent_point=Column(
            ("branch",), "special point of the parent, counted within it; -1 if none", default=-1
        ),
        end_reasons=Column(
            ("branch", "end"), "why the branch stopped at its first and last point", END_REASON
        ),
        end_texts=Column(("branch", "end"), "why the branch stopped, in a sentence"),
        derivatives="how derivatives were obtained",
        settings=Column(("branch",), "settings of the following, as JSON", default=""),
        wall_time=Column(("branch",), "seconds it took to follow the branch", default=0.0),
        eigenvalue_count="number of eigenvalues at each point",
        unknown_count="number of entries of a tangent",
        period=Column(("branch",), "period of a map's cycles, 1 of fixed points; 0 of flows", default=0),
        orbit_start=Column(
            ("branch",),
            "first row in /orbit of the branch's cycles, one after another; -1 if none",
            default=-1,
        ),
        dimension=Column(("branch",), "dimension of the manifold of fixed points; 0 if none", default=0),
        drift=Column(("branch",), "largest step of the map along that manifold", default=0.0),
    ),
    "point": _along(
        "point",
        branch="row of /branch to which the point belongs",
        parameters=Column(("point", "parameter"), "values of all parameters"),
        states=Column(("point", "state"), "values of the states"),
        eigenvalue_re=Column(("point", "eigenvalue"), "real parts of the eigenvalues or multipliers"),
        eigenvalue_im=Column(("point", "eigenvalue"), "imaginary parts of the eigenvalues or multipliers"),
        unstable="number of unstable eigenvalues or multipliers",
        stable=Column(("point",), "whether no eigenvalue or multiplier is unstable", STABLE),
        arclength="scaled arclength from the branch's first point",
        newton_iterations="Newton iterations of the step",
        residual="largest scaled residual",
        tangents=Column(("point", "unknown"), "unit tangent of the branch in scaled variables"),
    ),
    "orbit": _along(
        "phase",
        mesh=Column(("phase",), "number of the phase within its cycle", default=0.0),
        states=Column(("phase", "state"), "values of the states", default=np.nan),
    ),
    "special": _along(
        "special",
        branch="row of /branch to which the special point belongs",
        point="row of /point at which the special point stands",
        kind=Column(("special",), "kind of special point", KIND),
        label="short label with its number",
        along=Column(("special", "free"), "names of the free parameters; empty beyond the last"),
        parameters=Column(("special", "parameter"), "values of all parameters"),
        states=Column(("special", "state"), "values of the states"),
        eigenvalue_re=Column(("special", "eigenvalue"), "real parts of the eigenvalues or multipliers"),
        eigenvalue_im=Column(("special", "eigenvalue"), "imaginary parts of the eigenvalues or multipliers"),
        coefficients=Column(("special", "coefficient"), "normal-form coefficients; NaN where there is none"),
        has_coefficient=Column(("special", "coefficient"), "whether the point has the coefficient", PRESENT),
        criticality=Column(("special",), "super- or subcritical", CRITICALITY),
        form=Column(("special",), "what the kind tells only in part", default=""),
        residual="largest scaled residual of the defining system",
        error="bound on the largest absolute error among the free parameters' values",
        tangents=Column(("special", "unknown"), "unit tangent of the branch in scaled variables"),
        eigenvalue_count="number of eigenvalues",
        unknown_count="number of entries of the tangent",
    ),
}
