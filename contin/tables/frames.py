"""Branches as xarray datasets and pandas frames."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import Branch, SpecialPoint
from contin.errors import MissingExtra

if TYPE_CHECKING:
    import pandas
    import xarray


def branch_to_xarray(branch: Branch) -> xarray.Dataset:
    """A branch as a dataset.

    Parameters
    ----------
    branch : Branch

    Returns
    -------
    xarray.Dataset
        Dimensions point, state, parameter, eigenvalue, unknown (of the tangents), and for the special points special
        and coefficient. States, parameters, special points and coefficients have their names or labels as
        coordinates; each free parameter is also a coordinate along point, for `.plot(x="a")`. Variables of special
        points begin with `special_`. Maps have the variable phases along point, phase and state. Where a point has no such
        coefficient there is NaN, no criticality "".

    Raises
    ------
    MissingExtra
        If xarray is not installed.
    """
    try:
        import xarray
    except ImportError:
        raise MissingExtra(
            'xarray is needed for this; install it with: pip install "contin[xarray]"'
        ) from None

    variables: dict[str, Any] = {
        "states": (("point", "state"), branch.states),
        "parameters": (("point", "parameter"), branch.parameters),
        "eigenvalues": (("point", "eigenvalue"), branch.eigenvalues),
        "unstable": (("point",), branch.unstable),
        "stable": (("point",), branch.stable),
        "arclength": (("point",), branch.arclength),
        "tangents": (("point", "unknown"), branch.tangents),
        "newton_iterations": (("point",), branch.newton_iterations),
        "residual": (("point",), branch.residual),
        **_special_variables(branch),
    }
    coords: dict[str, Any] = {
        "point": np.arange(len(branch)),
        "state": list(branch.state_names),
        "parameter": list(branch.parameter_names),
        "eigenvalue": np.arange(branch.eigenvalues.shape[1]),
        "unknown": _unknown_names(branch),
        "special": [point.label for point in branch.special],
        "coefficient": _coefficient_names(branch.special),
    }
    if branch.phases is not None:
        variables["phases"] = (("point", "phase", "state"), branch.phases)
        coords["phase"] = np.arange(branch.phases.shape[1])
    taken = {*variables, *coords}
    coords.update({name: ("point", branch[name]) for name in branch.along if name not in taken})
    return xarray.Dataset(variables, coords, _attributes(branch))


def branch_to_dataframe(branch: Branch) -> pandas.DataFrame:
    """A branch as a frame, one row a point.

    Parameters
    ----------
    branch : Branch

    Returns
    -------
    pandas.DataFrame
        Columns: the free parameters, the states, unstable, stable, arclength, and point, the label of a special point
        or "". Where a state has one of these last names, its values stand there.

    Raises
    ------
    MissingExtra
        If pandas is not installed.
    """
    try:
        import pandas
    except ImportError:
        raise MissingExtra(
            'pandas is needed for this; install it with: pip install "contin[xarray]"'
        ) from None

    named = {name: branch[name] for name in branch.along + branch.state_names}
    derived = {
        "unstable": branch.unstable,
        "stable": branch.stable,
        "arclength": branch.arclength,
        "point": _labels(branch),
    }
    frame = pandas.DataFrame({**derived, **named})[[*named, *(name for name in derived if name not in named)]]
    frame.attrs.update(_attributes(branch))
    return frame


def _special_variables(branch: Branch) -> dict[str, Any]:
    points, columns = branch.special, ("special",)
    names = _coefficient_names(points)
    eigenvalues = [point.eigenvalues for point in points]
    table = [[point.coefficients.get(name, np.nan) for name in names] for point in points]
    return {
        "special_kind": (columns, _texts([point.kind for point in points])),
        "special_point": (columns, np.array([point.index for point in points], dtype=np.int64)),
        "special_states": (("special", "state"), _block([p.state for p in points], branch.states)),
        "special_parameters": (
            ("special", "parameter"),
            _block([p.parameters for p in points], branch.parameters),
        ),
        "special_eigenvalues": (("special", "eigenvalue"), _block(eigenvalues, branch.eigenvalues)),
        "special_coefficients": (
            ("special", "coefficient"),
            np.array(table, dtype=np.float64).reshape(len(points), len(names)),
        ),
        "special_criticality": (columns, _texts([point.criticality or "" for point in points])),
        "special_form": (columns, _texts([point.form for point in points])),
        "special_residual": (columns, np.array([point.residual for point in points], dtype=np.float64)),
        "special_error": (columns, np.array([point.error for point in points], dtype=np.float64)),
    }


def _block(rows: Sequence[NDArray[Any]], like: NDArray[Any]) -> NDArray[Any]:
    """Rows of special points in an array as wide as that of the branch."""
    return np.array(rows, dtype=like.dtype).reshape(len(rows), like.shape[1])


def _coefficient_names(points: Sequence[SpecialPoint]) -> list[str]:
    return list(dict.fromkeys(name for point in points for name in point.coefficients))


def _unknown_names(branch: Branch) -> list[Any]:
    """States, then free parameters, where these are the unknowns; else numbers."""
    names, width = [*branch.state_names, *branch.along], branch.tangents.shape[1]
    return names if len(names) == width else list(range(width))


def _texts(values: Sequence[str]) -> NDArray[Any]:
    return np.array(values, dtype=str)


def _labels(branch: Branch) -> list[str]:
    labels = [""] * len(branch)
    for point in branch.special:
        labels[point.index] = f"{labels[point.index]}, {point.label}".removeprefix(", ")
    return labels


def _attributes(branch: Branch) -> dict[str, Any]:
    return {
        "model": branch.name,
        "problem": branch.problem,
        "along": list(branch.along),
        "start": branch.start,
        "first_end": str(branch.ends[0]),
        "last_end": str(branch.ends[1]),
        "derivatives": branch.derivatives,
        "wall_time": branch.wall_time,
        "settings": json.dumps(asdict(branch.settings)),
    }
