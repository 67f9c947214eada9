"""What the orbits of a map do over a parameter, as `orbit_diagram` gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue, unknown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class OrbitDiagram:
    """Orbits of a map for N values of a parameter and S starts, after their transients.

    `orbits["x"]` are the kept values (N, S, keep) of a state by name, `orbits["eta"]` those of the parameter (N,).

    An orbit shows one attractor, the one that its start belongs to, and after a finite number of steps: it does not tell
    whether a fixed point or cycle is stable, nor that there are no other attractors. For that there are branches and
    their multipliers.

    Attributes
    ----------
    name : str
        The map's.
    along : str
        The parameter.
    parameter : (N,) array
        Its values.
    parameters : (k,) array
        All parameters, in the order of `parameter_names`; the one of `along` is overwritten by `parameter`.
    starts : (S, n) array
    kept_names : tuple of str
        The m states that were kept.
    values : (N, S, keep, m) array
        The kept points, a view of memory in another order; NaN where the orbit escaped.
    escaped : (N, S) bool array
        Whether a state became larger than `escape` or not finite.
    on_unstable : (N, S) bool array
        Whether the orbit ended, to the last bit, on a fixed point or a cycle (of a period up to 8) that is unstable: by
        rounding, or because its start is one of that point's preimages. Its neighbours go elsewhere.
    lyapunov : (N, S) array or None
        Largest Lyapunov exponents in units of 1/step, where they were asked for; NaN where the orbit escaped.
    transient, keep : int
        Steps left out, and kept.
    escape : float
    """

    name: str
    along: str
    state_names: tuple[str, ...]
    parameter_names: tuple[str, ...]
    kept_names: tuple[str, ...]
    parameter: Floats
    parameters: Floats
    starts: Floats
    values: Floats
    escaped: Marks
    on_unstable: Marks
    lyapunov: Floats | None
    transient: int
    keep: int
    escape: float

    def __len__(self) -> int:
        return len(self.parameter)

    def __getitem__(self, name: str) -> Floats:
        """Kept values (N, S, keep) of a state, or the values (N,) of the parameter."""
        if name == self.along:
            return self.parameter
        if name in self.kept_names:
            return self.values[:, :, :, self.kept_names.index(name)]
        raise unknown("kept state", name, (*self.kept_names, self.along))

    def periods(self, most: int | None = None, tolerance: float = 1e-8) -> NDArray[np.int64]:
        """The periods (N, S) of the kept orbits; 0 where none is seen.

        Parameters
        ----------
        most : int, optional
            The longest one that is looked for; default and at most half of the kept steps.
        tolerance : float
            How far an orbit may be from repeating itself, relative to its largest state.

        Raises
        ------
        BadValue
            If `most` is no whole number of at least 1.
        """
        if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 1):
            raise BadValue(f"`most` must be a whole number of at least 1, not {most!r}.")
        periods = np.zeros(self.escaped.shape, dtype=np.int64)
        allowed = tolerance * np.abs(self.values).max(axis=(2, 3))
        for period in range(1, min(most or self.keep, self.keep // 2) + 1):
            apart = np.abs(self.values[:, :, period:] - self.values[:, :, :-period]).max(axis=(2, 3))
            periods[(periods == 0) & (apart <= allowed)] = period
        return periods

    def plot(self, y: str | None = None, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the kept values of a state over the parameter; see `contin.plotting.plot_orbits`."""
        from contin.plotting import plot_orbits

        return plot_orbits(self, y, ax, **options)

    def __repr__(self) -> str:
        low, high = self.parameter[[0, -1]]
        starts = f"{len(self.starts)} start{'s' * (len(self.starts) > 1)}"
        found = [f"{marks.sum()} {words}" for marks, words in self._found() if marks.any()]
        return (
            f"<OrbitDiagram of {self.name}: {self.along} = {low:g} to {high:g} ({len(self)} values), {starts}, "
            f"{self.keep} points after {self.transient} steps{''.join(f'; {words}' for words in found)}>"
        )

    def _found(self) -> tuple[tuple[Marks, str], ...]:
        return (self.escaped, "orbits escaped"), (self.on_unstable, "ended exactly on something unstable")
