"""Whether a weighted sum of the states is conserved: by the rates at many states, and along a trajectory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue, NotFinite, unknown
from contin.explore.place import check_positive, check_system
from contin.explore.trajectory import Trajectory
from contin.systems import Flow
from contin.systems.rates import Rates

Floats = NDArray[np.float64]

STATES = 64


@dataclass(frozen=True)
class MassBalance:
    """What a weighted sum of the states does.

    Attributes
    ----------
    weights : dict of str to float
    derivative : float
        Its largest rate of change at random states, relative to the sum of the terms' magnitudes; rounding if it is
        conserved.
    drift : float
        Its largest change along the trajectory, relative to the largest sum of the terms' magnitudes; NaN without one.
    total : float
        Its value where the trajectory begins; NaN without one.
    conserved : bool
        Whether `derivative` is rounding.
    text : str
        The same in words.
    """

    weights: Mapping[str, float]
    derivative: float
    drift: float
    total: float
    conserved: bool
    text: str

    def __bool__(self) -> bool:
        return self.conserved

    def __str__(self) -> str:
        return self.text


def mass_balance(
    system: Flow | Trajectory,
    weights: Mapping[str, float],
    *,
    at: Mapping[str, float] | None = None,
    trajectory: Trajectory | None = None,
    tolerance: float = 1e-12,
) -> MassBalance:
    """Check that a weighted sum of the states is conserved.

    Parameters
    ----------
    system : Flow or Trajectory
        A trajectory stands for its model, its parameters and itself.
    weights : dict of str to float
        The weight of each state; 0 for those that are left out. Weights must be exact: 2 for a dimer.
    at : dict, optional
        Parameters that differ from the defaults.
    trajectory : Trajectory, optional
        Along which the drift is measured.
    tolerance : float
        Up to which `derivative` is rounding.

    Returns
    -------
    MassBalance
        True where it is conserved.

    Raises
    ------
    UnknownName, BadValue
        For names that are no states, and weights that are all zero or not finite.
    NotFinite
        If the model is finite at none of the states that were tried.
    """
    if isinstance(system, Trajectory):
        trajectory, model = system, check_system(system.system)
        given = dict(zip(system.parameter_names, system.parameters.tolist(), strict=True))
        p = model.parameter_vector({**given, **(at or {})})
    else:
        model = check_system(system)
        p = model.parameter_vector(at)
    rates = Rates(model, p)
    w = _vector(model, weights)
    derivative = _largest_rate(rates, w, trajectory)
    conserved = derivative <= check_positive("tolerance", tolerance)
    drift = total = float("nan")
    if trajectory is not None:
        sums, sizes = trajectory.states @ w, np.abs(trajectory.states) @ np.abs(w)
        total = float(sums[0])
        drift = float(np.abs(sums - total).max() / (sizes.max() or 1.0))
    name = " + ".join(
        key if value == 1 else f"{value:g} {key}" for key, value in weights.items() if value
    ).replace("+ -", "- ")
    words = "is conserved" if conserved else "is not conserved"
    text = f"{name} {words}: its rate is {derivative:.1e} of its terms at {STATES} states"
    if trajectory is not None:
        text += f"; along the trajectory it drifts by {drift:.1e} of {total:.6g}"
    return MassBalance(dict(weights), derivative, drift, total, conserved, text)


def _vector(system: Flow, weights: Mapping[str, float]) -> Floats:
    for name in weights:
        if name not in system.states:
            raise unknown("state", name, system.states)
    w = np.array([float(weights.get(name, 0.0)) for name in system.states])
    if not np.isfinite(w).all() or not w.any():
        raise BadValue(f"`weights` must be finite and not all zero, not {dict(weights)}.")
    return w


def _largest_rate(rates: Rates, w: Floats, trajectory: Trajectory | None) -> float:
    """Of |w f| relative to |w| |f|, at states between 0.1 and 1.4 times the size of those of the trajectory, or of 1."""
    size = np.ones(len(w)) if trajectory is None else np.abs(trajectory.states).max(axis=0)
    size[size == 0.0] = 1.0
    f = rates.many(np.random.default_rng(8).uniform(0.1, 1.4, (STATES, len(w))) * size)
    f = f[np.isfinite(f).all(axis=1)]
    if not len(f):
        raise NotFinite(f"'{rates.system.name}' is finite at none of {STATES} states.")
    terms = np.abs(f) @ np.abs(w)
    return float((np.abs(f @ w) / np.where(terms == 0.0, 1.0, terms)).max())
