"""`lyapunov`: how fast neighbouring orbits of a map separate, direction by direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.branch import SpecialPoint
from contin.errors import BadValue, NotFinite
from contin.explore.orbit_engine import ensure_orbits
from contin.explore.orbits import check_count, check_map
from contin.explore.place import check_positive, place_of
from contin.problems import Start
from contin.systems import Map
from contin.systems.lanes import lane_table

Floats = NDArray[np.float64]

PARTS = 32  # of the orbit, for the standard error


@dataclass(frozen=True, eq=False)
class LyapunovExponents:
    """Lyapunov exponents along one orbit, the largest first, in units of 1/step.

    Attributes
    ----------
    values : (m,) array
        -infinity in directions that the map contracts to nothing.
    errors : (m,) array
        Standard errors, from the scatter of the means over 32 parts of the orbit. They tell how far the averages along
        this orbit have settled, not whether other orbits have the same.
    steps : int
        Over which was averaged.
    final : dict
        The last state, by name.
    """

    values: Floats
    errors: Floats
    steps: int
    final: Mapping[str, float]

    @property
    def largest(self) -> float:
        """The largest exponent: positive where neighbouring orbits separate."""
        return float(self.values[0])

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        shown = [
            f"{v:.6g} \N{PLUS-MINUS SIGN} {e:.2g}" for v, e in zip(self.values, self.errors, strict=True)
        ]
        return f"<LyapunovExponents {', '.join(shown)} over {self.steps} steps>"


def lyapunov(
    system: Map,
    start: Mapping[str, float] | ArrayLike | Start | SpecialPoint,
    *,
    at: Mapping[str, float] | None = None,
    count: int | None = None,
    transient: int = 1000,
    steps: int = 100_000,
    escape: float = 1e6,
) -> LyapunovExponents:
    """Lyapunov exponents of the orbit of a map, with their standard errors.

    Parameters
    ----------
    system : Map
    start : dict, (n,) array, Start or SpecialPoint
        A `Start` or a point brings its parameters.
    at : dict, optional
        Parameters that differ from the defaults (or from those of the start).
    count : int, optional
        How many exponents, the largest first; default all.
    transient : int
        Steps before the average, in which the directions line up, too.
    steps : int
        Steps over which is averaged, rounded up to a multiple of 32.
    escape : float
        The orbit has escaped when a state is larger than this.

    Returns
    -------
    LyapunovExponents

    Raises
    ------
    NotFinite
        If the orbit escapes, or map or Jacobian are not finite.
    UnknownName, BadValue
        For wrong names, or values that cannot be meant.

    Notes
    -----
    Tangents are mapped by the Jacobian and made orthogonal again after every step (Benettin, Galgani, Giorgilli and
    Strelcyn, Meccanica 15, 1980). Their sum is the mean of log |det J|. Exponents along one orbit do not tell what is
    stable: an orbit on an unstable fixed point has a positive exponent and stays there.
    """
    from contin_kernels.status import OK
    from contin_kernels.tangents import exponents

    x, p = place_of(check_map(system), start, at)
    n = len(x)
    count = n if count is None else check_count("count", count, 1)
    if count > n:
        raise BadValue(f"`count` must be at most {n}, the number of states of '{system.name}', not {count}.")
    every = -(-check_count("steps", steps, 1) // PARTS)
    means = np.zeros((PARTS, count))
    table = lane_table(system)
    begin = x.copy()
    ensure_orbits()
    transient = check_count("transient", transient, 0)
    with np.errstate(all="ignore"):
        status, done = exponents(table.table, p, x, check_positive("escape", escape), transient, every, means)
    if status != OK:
        raise NotFinite(_escaped(system, begin, p, int(done), escape))
    with np.errstate(invalid="ignore"):  # -infinity has no scatter
        errors = means.std(axis=0, ddof=1) / np.sqrt(PARTS)
    final = dict(zip(system.states, x.tolist(), strict=True))
    return LyapunovExponents(means.mean(axis=0), errors, PARTS * every, final)


def _escaped(system: Map, x: Floats, p: Floats, done: int, escape: float) -> str:
    return (
        f"the orbit of '{system.name}' from {system.describe(x, p)} escapes at step {done + 1}: a state is larger than "
        f"`escape` = {escape:g}, or the map or its Jacobian is not finite there."
    )
