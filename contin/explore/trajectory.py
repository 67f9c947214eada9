"""A solution in time, as `simulate` gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contin.errors import MissingExtra, unknown

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A solution of a flow, at points in time, or the orbit of a map, step by step.

    `trajectory["x"]` is the array (points,) of a state by name, `trajectory["a"]` the value of a parameter.

    Attributes
    ----------
    t : (points,) array
        Times, in the model's unit of time; descending where it was followed backwards.
    states : (points, n) array
    parameters : (k,) array
        All parameters, in the order of `parameter_names`.
    method : str
        SciPy's solver that was used.
    events : dict of str to (m,) array
        Times at which each event happened.
    event_states : dict of str to (m, n) array
        The states at these times.
    scheduled : dict of str to (points,) array
        Of orbits of a map: parameters that change from step to step.
    """

    name: str
    state_names: tuple[str, ...]
    parameter_names: tuple[str, ...]
    t: Floats
    states: Floats
    parameters: Floats
    method: str = ""
    events: Mapping[str, Floats] = field(default_factory=dict)
    event_states: Mapping[str, Floats] = field(default_factory=dict)
    system: Any = field(default=None, repr=False)
    scheduled: Mapping[str, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.t)

    def __getitem__(self, name: str) -> Any:
        """Values (points,) of a state, or the value of a parameter, (points,) where it changes."""
        if name in self.state_names:
            return self.states[:, self.state_names.index(name)]
        if name in self.scheduled:
            return self.scheduled[name]
        if name in self.parameter_names:
            return float(self.parameters[self.parameter_names.index(name)])
        raise unknown("state or parameter", name, self.state_names + self.parameter_names)

    @property
    def final(self) -> dict[str, float]:
        """The last state, by name: a start for `simulate`, `settle` and `follow`."""
        return dict(zip(self.state_names, self.states[-1].tolist(), strict=True))

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a time, one column a state; the index is t.

        Raises
        ------
        MissingExtra
            If pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            message = 'pandas is needed for this; install it with: pip install "contin[xarray]"'
            raise MissingExtra(message) from None
        return pandas.DataFrame(self.states, pandas.Index(self.t, name="t"), list(self.state_names))

    def plot(self, states: str | Sequence[str] | None = None, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw states (default: all) over time; see `contin.plotting.plot_trajectory`."""
        from contin.plotting import plot_trajectory

        return plot_trajectory(self, states, ax, **options)

    def __repr__(self) -> str:
        names = zip(self.state_names, self.states[-1], strict=True)
        shown = [f"{name} = {value:.6g}" for name, value in names]
        ending = ", ".join(shown if len(shown) <= 6 else [*shown[:5], "..."])
        return (
            f"<Trajectory of {self.name}: {len(self)} points, t = {self.t[0]:g} to {self.t[-1]:g} ({self.method}); "
            f"at the end {ending}>"
        )
