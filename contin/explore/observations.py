"""Data to fit: values of states at times, from a dict or a DataFrame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue, unknown
from contin.systems import Flow

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Observations:
    """All data in one row.

    Attributes
    ----------
    times : (t,) array
        All times, each once, ascending.
    row : (m,) integer array
        Of each value its time's place in `times`.
    state : (m,) integer array
    values : (m,) array
    sizes : (m,) array
        By which a residual is divided: the largest magnitude of the state's data, or the given uncertainty.
    """

    times: Floats
    row: NDArray[np.int64]
    state: NDArray[np.int64]
    values: Floats
    sizes: Floats


def observations(system: Flow, data: Any, sigma: Mapping[str, float] | None) -> Observations:
    """Read `data`: a dict of state to (times, values), or a DataFrame with states as columns and time as index.

    A column "t" of a frame is the time. NaN is a missing value.

    Raises
    ------
    UnknownName, BadValue
    """
    if hasattr(data, "columns"):
        times = data["t"] if "t" in data.columns and "t" not in system.states else data.index
        data = {name: (times, data[name]) for name in data.columns if name != "t" or "t" in system.states}
    if not isinstance(data, Mapping) or not data:
        raise BadValue(
            "`data` must be a dict of a state to (times, values), or a DataFrame with columns of states."
        )
    for name in (*data, *(sigma or {})):
        if name not in system.states:
            raise unknown("state", name, system.states)
    parts = [_part(system, name, given, (sigma or {}).get(name)) for name, given in data.items()]
    t, state, values, sizes = (np.concatenate(column) for column in zip(*parts, strict=True))
    times, row = np.unique(t, return_inverse=True)
    return Observations(times, row, state.astype(np.int64), values, sizes)


def _part(system: Flow, name: str, given: Any, sigma: float | None) -> tuple[Floats, Floats, Floats, Floats]:
    try:
        t, values = (np.asarray(column, dtype=np.float64) for column in given)
    except (TypeError, ValueError):
        raise BadValue(f"the data of {name} must be a pair (times, values) of numbers.") from None
    if t.ndim != 1 or t.shape != values.shape:
        raise BadValue(
            f"the data of {name} have times of shape {t.shape} and values of shape {values.shape}."
        )
    known = np.isfinite(values)
    t, values = t[known], values[known]
    if not len(t) or not np.isfinite(t).all():
        raise BadValue(f"the data of {name} need finite times and at least one value.")
    if sigma is not None and not (np.isfinite(sigma) and sigma > 0):
        raise BadValue(f"`sigma` of {name} must be positive and finite, not {sigma!r}.")
    size = sigma or float(np.abs(values).max()) or 1.0
    return t, np.full(len(t), float(system.states.index(name))), values, np.full(len(t), size)
