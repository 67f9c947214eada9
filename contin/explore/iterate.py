"""`iterate`: one orbit of a map, every point of it; parameters may follow a schedule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.errors import BadValue, unknown
from contin.explore.orbit_engine import ensure_orbits
from contin.explore.orbits import check_count, check_map
from contin.explore.place import place_of
from contin.explore.trajectory import Trajectory
from contin.systems.lanes import lane_table

if TYPE_CHECKING:
    from contin.branch import SpecialPoint
    from contin.problems import Start
    from contin.systems import Map

Floats = NDArray[np.float64]
Schedule = Mapping[str, ArrayLike | Callable[[int], float]]


def iterate(
    system: Map,
    start: Mapping[str, float] | ArrayLike | Start | SpecialPoint,
    steps: int,
    *,
    at: Mapping[str, float] | None = None,
    schedule: Schedule | None = None,
) -> Trajectory:
    """Apply a map again and again.

    Parameters
    ----------
    system : Map
    start : dict, (n,) array, Start or SpecialPoint
        A `Start` or a point brings its parameters.
    steps : int
    at : dict, optional
        Parameters that differ from the defaults (or from those of the start).
    schedule : dict, optional
        Parameters that change from step to step: an array (steps,), or a function of the step's number from 0.

    Returns
    -------
    Trajectory
        `t` counts steps from 0; of a parameter with a schedule, `trajectory["eta"]` is (points,), the value of the step
        that follows (at the last point, of the one before). It ends before a state that is not finite.

    Raises
    ------
    UnknownName, BadValue
        For wrong names, or values that cannot be meant.

    >>> import contin
    >>> @contin.map
    ... def doubling(x, *, a=2.0):
    ...     return a * x
    >>> contin.iterate(doubling, {"x": 1.0}, 3)["x"].tolist()
    [1.0, 2.0, 4.0, 8.0]
    >>> contin.iterate(doubling, {"x": 1.0}, 3, schedule={"a": [2.0, 3.0, 0.5]})["x"].tolist()
    [1.0, 2.0, 6.0, 3.0]
    """
    from contin_kernels.path import path

    x, p = place_of(check_map(system), start, at)
    count = check_count("steps", steps, 1)
    parameters = np.tile(p, (count, 1))
    names = list(system.parameters)
    for name, values in (schedule or {}).items():
        if name not in names:
            raise unknown("parameter", name, names)
        parameters[:, names.index(name)] = _values(name, values, count)
    states = np.empty((count + 1, len(x)))
    states[0] = x
    ensure_orbits()
    with np.errstate(all="ignore"):
        points = path(lane_table(system).table, parameters, states)
    scheduled = {
        name: np.append(parameters[:, names.index(name)], parameters[-1:, names.index(name)])[:points]
        for name in schedule or {}
    }
    return Trajectory(
        system.name, system.states, tuple(names), np.arange(float(points)), states[:points].copy(), p, "map",
        system=system, scheduled=scheduled,
    )  # fmt: skip


def _values(name: str, values: ArrayLike | Callable[[int], float], steps: int) -> Floats:
    if callable(values):
        values = [values(t) for t in range(steps)]
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadValue(f"the schedule of '{name}' must be numbers, not {values!r}.") from None
    if array.shape != (steps,):
        raise BadValue(
            f"the schedule of '{name}' must have a value for each of the {steps} steps, not shape {array.shape}."
        )
    if not np.isfinite(array).all():
        raise BadValue(f"the schedule of '{name}' must be finite.")
    return array
