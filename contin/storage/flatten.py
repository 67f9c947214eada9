"""From branches to flat tables: rows of all branches one after the other, narrow rows filled up with NaN."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import Branch, Diagram, SpecialPoint
from contin.errors import BadValue
from contin.storage import schema
from contin.storage.schema import Table, Tables


def flatten(what: Branch | Diagram) -> Tables:
    """Tables that hold a branch or diagram completely.

    Parameters
    ----------
    what : Branch or Diagram

    Returns
    -------
    Tables
        With the attributes that tell of `what`; those that tell of the file are added when it is written.

    Raises
    ------
    BadValue
        If branches or points are of different models, or a word is outside its closed list.
    """
    branches = (what,) if isinstance(what, Branch) else what.branches
    states, parameters = _one_model(branches)
    special = [(number, point) for number, branch in enumerate(branches) for point in branch.special]
    offsets = np.cumsum([0, *(len(branch) for branch in branches)])
    tables = {
        "model": _model_table(branches, states, parameters),
        "branch": _branch_table(branches, offsets),
        "orbit": _orbit_table(branches, states),
        "point": _point_table(branches, states, parameters),
        "special": _special_table(special, offsets, states, parameters),
    }
    return Tables(_attributes(what, branches), tables)


def _attributes(what: Branch | Diagram, branches: Sequence[Branch]) -> dict[str, str]:
    model = _system(branches)
    effort = {} if isinstance(what, Branch) else {name: _plain(value) for name, value in what.effort.items()}
    return {
        "content": "branch" if isinstance(what, Branch) else "diagram",
        "model_name": str(getattr(model, "name", None) or (branches[0].name if branches else "")),
        "model_source": str(getattr(model, "source", None) or ""),
        "model_hash": str(getattr(model, "hash", None) or ""),
        "settings": json.dumps(asdict(branches[0].settings)) if branches else "",
        "effort": json.dumps(effort),
    }


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _system(branches: Sequence[Branch]) -> Any:
    return next((branch.system for branch in branches if branch.system is not None), None)


def _one_model(branches: Sequence[Branch]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of states and parameters, the same for all branches and points of a file."""
    if not branches:
        return (), ()
    first = branches[0]
    for branch in branches:
        for thing in (branch, *branch.special):
            for which in ("state_names", "parameter_names"):
                if getattr(thing, which) != getattr(first, which):
                    raise BadValue(
                        f"a file holds branches of one model: {which.replace('_', ' ')} "
                        f"{getattr(thing, which)} and {getattr(first, which)} differ."
                    )
    systems = {id(branch.system): branch.system for branch in branches if branch.system is not None}
    if len(systems) > 1 and len({getattr(system, "hash", None) for system in systems.values()}) > 1:
        raise BadValue("a file holds branches of one model, but these come from different ones.")
    return first.state_names, first.parameter_names


def _model_table(branches: Sequence[Branch], states: tuple[str, ...], parameters: tuple[str, ...]) -> Table:
    model = _system(branches)
    if model is not None:
        states, parameters = tuple(model.states), tuple(model.parameters)
    values = dict.fromkeys(parameters, np.nan) if model is None else model.parameters
    return Table(
        {"state": _texts(states), "parameter": _texts(parameters)},
        {
            "state_names": _texts(states),
            "parameter_names": _texts(parameters),
            "parameter_values": np.array([values[name] for name in parameters], dtype=np.float64),
        },
    )


def _branch_table(branches: Sequence[Branch], offsets: NDArray[np.int64]) -> Table:
    free = max((len(branch.along) for branch in branches), default=0)
    columns: dict[str, NDArray[Any]] = {
        "start": offsets[:-1].astype(np.int64),
        "length": _integers([len(branch) for branch in branches]),
        "starting_point": _integers([branch.start for branch in branches]),
        "problem": _texts([branch.problem for branch in branches]),
        "model": _texts([branch.name for branch in branches]),
        "along": _names_table([branch.along for branch in branches], free),
        "parent": _integers([branch.parent[0] if branch.parent else -1 for branch in branches]),
        "parent_point": _integers([branch.parent[1] if branch.parent else -1 for branch in branches]),
        "end_reasons": schema.END_REASON.codes([e.reason for b in branches for e in b.ends]).reshape(-1, 2),
        "end_texts": _texts([end.text for branch in branches for end in branch.ends]).reshape(-1, 2),
        "derivatives": _texts([branch.derivatives for branch in branches]),
        "settings": _texts([json.dumps(asdict(branch.settings)) for branch in branches]),
        "wall_time": np.array([branch.wall_time for branch in branches], dtype=np.float64),
        "eigenvalue_count": _integers([branch.eigenvalues.shape[1] for branch in branches]),
        "unknown_count": _integers([branch.tangents.shape[1] for branch in branches]),
        "period": _integers([branch.period or 0 for branch in branches]),
        "orbit_start": _orbit_starts(branches),
        "dimension": _integers([branch.dimension for branch in branches]),
        "drift": np.array([branch.drift for branch in branches], dtype=np.float64),
    }
    return Table(
        {"branch": np.arange(len(branches)), "free": np.arange(free), "end": _texts(["first", "last"])},
        columns,
    )


def _phases(branch: Branch) -> int:
    """How many rows the branch's cycles have in /orbit: fixed points have none, for they stand in /point."""
    return len(branch) * branch.period if branch.period and branch.period > 1 else 0


def _orbit_starts(branches: Sequence[Branch]) -> NDArray[np.int64]:
    counts = [_phases(branch) for branch in branches]
    starts = np.cumsum([0, *counts])[:-1]
    return _integers([start if count else -1 for start, count in zip(starts, counts, strict=True)])


def _orbit_table(branches: Sequence[Branch], states: tuple[str, ...]) -> Table:
    parts = [branch.phases for branch in branches if branch.phases is not None and _phases(branch)]
    rows = _rows([part.reshape(-1, part.shape[2]) for part in parts], np.float64, len(states))
    mesh = [np.tile(np.arange(float(part.shape[1])), len(part)) for part in parts]
    return Table(
        {"phase": np.arange(len(rows)), "state": _texts(states)},
        {"mesh": _line(mesh, np.float64), "states": rows},
    )


def _point_table(branches: Sequence[Branch], states: tuple[str, ...], parameters: tuple[str, ...]) -> Table:
    lengths = [len(branch) for branch in branches]
    eigenvalues = _rows([branch.eigenvalues for branch in branches], np.complex128)
    tangents = _rows([branch.tangents for branch in branches], np.float64)
    unstable = _line([branch.unstable for branch in branches], np.int64)
    columns: dict[str, NDArray[Any]] = {
        "branch": np.repeat(np.arange(len(branches)), lengths),
        "parameters": _rows([branch.parameters for branch in branches], np.float64, len(parameters)),
        "states": _rows([branch.states for branch in branches], np.float64, len(states)),
        "eigenvalue_re": eigenvalues.real,
        "eigenvalue_im": eigenvalues.imag,
        "unstable": unstable,
        "stable": (unstable == 0).astype(np.int8),
        "arclength": _line([branch.arclength for branch in branches], np.float64),
        "newton_iterations": _line([branch.newton_iterations for branch in branches], np.int64),
        "residual": _line([branch.residual for branch in branches], np.float64),
        "tangents": tangents,
    }
    return Table(_wide_axes("point", sum(lengths), states, parameters, eigenvalues, tangents), columns)


def _special_table(
    special: Sequence[tuple[int, SpecialPoint]],
    offsets: NDArray[np.int64],
    states: tuple[str, ...],
    parameters: tuple[str, ...],
) -> Table:
    points = [point for _, point in special]
    names = list(dict.fromkeys(name for point in points for name in point.coefficients))
    free = max((len(point.along) for point in points), default=0)
    eigenvalues = _rows([point.eigenvalues[None, :] for point in points], np.complex128)
    tangents = _rows([point.tangent[None, :] for point in points], np.float64)
    columns: dict[str, NDArray[Any]] = {
        "branch": _integers([number for number, _ in special]),
        "point": _integers([offsets[number] + point.index for number, point in special]),
        "kind": schema.KIND.codes([point.kind for point in points]),
        "label": _texts([point.label for point in points]),
        "along": _names_table([point.along for point in points], free),
        "parameters": _rows([point.parameters[None, :] for point in points], np.float64, len(parameters)),
        "states": _rows([point.state[None, :] for point in points], np.float64, len(states)),
        "eigenvalue_re": eigenvalues.real,
        "eigenvalue_im": eigenvalues.imag,
        "coefficients": np.array(
            [[point.coefficients.get(name, np.nan) for name in names] for point in points], dtype=np.float64
        ).reshape(len(points), len(names)),
        "has_coefficient": np.array(
            [[name in point.coefficients for name in names] for point in points], dtype=np.int8
        ).reshape(len(points), len(names)),
        "criticality": schema.CRITICALITY.codes([point.criticality or "none" for point in points]),
        "form": _texts([point.form for point in points]),
        "residual": np.array([point.residual for point in points], dtype=np.float64),
        "error": np.array([point.error for point in points], dtype=np.float64),
        "tangents": tangents,
        "eigenvalue_count": _integers([len(point.eigenvalues) for point in points]),
        "unknown_count": _integers([len(point.tangent) for point in points]),
    }
    axes = _wide_axes("special", len(points), states, parameters, eigenvalues, tangents)
    return Table({**axes, "free": np.arange(free), "coefficient": _texts(names)}, columns)


def _wide_axes(
    axis: str,
    rows: int,
    states: tuple[str, ...],
    parameters: tuple[str, ...],
    eigenvalues: NDArray[Any],
    tangents: NDArray[Any],
) -> dict[str, NDArray[Any]]:
    return {
        axis: np.arange(rows),
        "state": _texts(states),
        "parameter": _texts(parameters),
        "eigenvalue": np.arange(eigenvalues.shape[1]),
        "unknown": np.arange(tangents.shape[1]),
    }


def _rows(parts: Sequence[NDArray[Any]], dtype: Any, width: int | None = None) -> NDArray[Any]:
    """`parts`, (rows, columns) each, one below the other, filled up to `width` or the widest with NaN."""
    columns = max((part.shape[1] for part in parts), default=0) if width is None else width
    table = np.full((sum(len(part) for part in parts), columns), np.nan, dtype=dtype)
    row = 0
    for part in parts:
        table[row : row + len(part), : part.shape[1]] = part
        row += len(part)
    return table


def _line(parts: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate([np.empty(0, dtype), *parts]).astype(dtype)


def _integers(values: Sequence[Any]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


def _texts(values: Sequence[str]) -> NDArray[Any]:
    return np.array(list(values), dtype=object)


def _names_table(rows: Sequence[tuple[str, ...]], width: int) -> NDArray[Any]:
    """Names (rows, width), "" beyond the last of a row."""
    table = np.full((len(rows), width), "", dtype=object)
    for row, names in enumerate(rows):
        table[row, : len(names)] = names
    return table
