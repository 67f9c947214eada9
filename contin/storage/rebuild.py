"""From flat tables back to branches: the inverse of `flatten`, equal to the bit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import Branch, Diagram, End, Known, SpecialPoint, SpecialPoints
from contin.settings import Settings
from contin.storage.schema import Tables

Columns = Mapping[str, NDArray[Any]]


def rebuild(tables: Tables) -> Branch | Diagram:
    """The branch or diagram that the tables hold, with no system attached.

    Parameters
    ----------
    tables : Tables
        As read, closed lists already turned into words.

    Returns
    -------
    Branch or Diagram
        Whichever was saved.

    Raises
    ------
    ValueError, KeyError, IndexError
        If the tables contradict each other.
    """
    branches = tuple(_branch(tables, number) for number in range(len(tables["branch"]["start"])))
    if tables.attributes["content"] == "branch":
        (branch,) = branches
        return branch
    return Diagram(branches, json.loads(tables.attributes.get("effort") or "{}"))


def _branch(tables: Tables, number: int) -> Branch:
    table, points = tables["branch"], tables["point"]
    first, length = int(table["start"][number]), int(table["length"][number])
    if not 0 <= first <= first + length <= len(points["branch"]):
        raise ValueError(f"branch {number} lies outside /point")
    rows = slice(first, first + length)
    phases = _phases(tables, number, points["states"][rows])
    parent = int(table["parent"][number]), int(table["parent_point"][number])
    first_end, last_end = zip(table["end_reasons"][number], table["end_texts"][number], strict=True)
    return Branch(
        problem=table["problem"][number],
        name=table["model"][number],
        state_names=_names(tables, "point", "state"),
        parameter_names=_names(tables, "point", "parameter"),
        along=tuple(name for name in table["along"][number] if name),
        states=points["states"][rows],
        parameters=points["parameters"][rows],
        spectra=Known(_complex(points, rows, table["eigenvalue_count"][number])),
        unstable=points["unstable"][rows],
        arclength=points["arclength"][rows],
        tangents=np.ascontiguousarray(points["tangents"][rows, : table["unknown_count"][number]]),
        newton_iterations=points["newton_iterations"][rows],
        residual=points["residual"][rows],
        start=int(table["starting_point"][number]),
        ends=(End(*first_end), End(*last_end)),
        special=_special_points(tables, number, first, phases),
        settings=_settings(table["settings"][number] or tables.attributes.get("settings", "")),
        derivatives=table["derivatives"][number],
        wall_time=float(table["wall_time"][number]),
        parent=parent if parent[0] >= 0 else None,
        phases=phases,
        dimension=int(table["dimension"][number]),
        drift=float(table["drift"][number]),
    )


def _phases(tables: Tables, number: int, states: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """All phases (points, k, n) of a map's cycles; None of a branch of a flow."""
    period, start = int(tables["branch"]["period"][number]), int(tables["branch"]["orbit_start"][number])
    if not period:
        return None
    if period == 1:
        return states[:, None, :].copy()
    count, n = states.shape
    rows = tables["orbit"]["states"][start : start + count * period]
    return np.ascontiguousarray(rows.reshape(count, period, n))


def _special_points(
    tables: Tables, number: int, first: int, phases: NDArray[np.float64] | None
) -> SpecialPoints:
    rows = np.flatnonzero(tables["special"]["branch"] == number)
    return SpecialPoints([_special(tables, int(row), first, phases) for row in rows])


def _special(tables: Tables, row: int, first: int, phases: NDArray[np.float64] | None) -> SpecialPoint:
    table = tables["special"]
    present = np.flatnonzero(table["has_coefficient"][row] == "present")
    names = tables.tables["special"].axes["coefficient"]
    criticality = table["criticality"][row]
    return SpecialPoint(
        kind=table["kind"][row],
        label=table["label"][row],
        index=int(table["point"][row]) - first,
        state_names=_names(tables, "special", "state"),
        parameter_names=_names(tables, "special", "parameter"),
        along=tuple(name for name in table["along"][row] if name),
        state=table["states"][row],
        parameters=table["parameters"][row],
        eigenvalues=_complex(table, slice(row, row + 1), table["eigenvalue_count"][row])[0],
        coefficients={str(names[k]): float(table["coefficients"][row, k]) for k in present},
        criticality=None if criticality == "none" else criticality,
        form=table["form"][row],
        residual=float(table["residual"][row]),
        error=float(table["error"][row]),
        tangent=table["tangents"][row, : table["unknown_count"][row]],
        phases=None if phases is None else phases[int(table["point"][row]) - first].copy(),
    )


def _names(tables: Tables, group: str, axis: str) -> tuple[str, ...]:
    return tuple(tables.tables[group].axes[axis].tolist())


def _complex(table: Columns, rows: slice, count: int) -> NDArray[np.complex128]:
    """Put together by parts: re + 1j * im would turn a NaN or infinity in one part into NaN in both."""
    real = table["eigenvalue_re"][rows, :count]
    together = np.empty(real.shape, dtype=np.complex128)
    together.real, together.imag = real, table["eigenvalue_im"][rows, :count]
    return together


def _settings(text: str) -> Settings:
    """Settings by name; names of other versions are left out, missing ones have their defaults."""
    known = {field.name for field in fields(Settings)}
    return Settings(**{name: value for name, value in json.loads(text or "{}").items() if name in known})
