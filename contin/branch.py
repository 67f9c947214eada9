"""What following gives back: branches of points, their special points, and diagrams of both.

Frozen data without a trace of how they were computed: storage, plots and tables need nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue, MissingExtra, unknown
from contin.kinds import kind_named
from contin.settings import Settings

if TYPE_CHECKING:
    import pandas
    import xarray
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

EndReason = Literal[
    "span",
    "closed loop",
    "known branch",
    "step too small",
    "not finite",
    "diverges",
    "singular",
    "homoclinic",
    "equilibrium",
    "most points",
    "interrupted",
]


@dataclass(frozen=True)
class End:
    """Why a branch stopped: `reason`, a word of a closed list, and `text`, a sentence with names and values."""

    reason: EndReason
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, eq=False)
class SpecialPoint:
    """A special point of a branch, solved on its own defining system.

    Attributes
    ----------
    kind, label : str
        The kind in words ("fold", "hopf", ...) and the short label with its number ("LP1", "H2").
    index : int
        Row of the branch at which the point stands.
    state : (n,) array
        In the order of `state_names`.
    parameters : (k,) array
        All parameters, in the order of `parameter_names`.
    eigenvalues : (n,) complex array
    along : tuple of str
        The free parameters.
    coefficients : dict
        Normal-form coefficients by name; the conventions are in the docstrings of `contin.normal_forms`.
    criticality : "supercritical", "subcritical" or None
    form : str
        What kind tells only in part: "pitchfork", "transcritical", "multiple" or "touching" of a branch point,
        "degenerate" of a point whose leading coefficient vanishes, "drifting" of a flip or Neimark-Sacker point from which
        orbits drift along a manifold of fixed points (`contin.following.drifting`), else "".
    residual : float
        Largest scaled residual of the defining system.
    error : float
        Bound on the largest absolute error among the free parameters' values.
    tangent : (n + 1,) array
        Unit tangent of the branch in scaled variables, as at the row.
    phases : (k, n) array or None
        All phases of a map's cycle, the first of them `state`.
    """

    kind: str
    label: str
    index: int
    state_names: tuple[str, ...]
    parameter_names: tuple[str, ...]
    along: tuple[str, ...]
    state: Floats
    parameters: Floats
    eigenvalues: NDArray[np.complex128]
    coefficients: Mapping[str, float]
    criticality: str | None
    form: str
    residual: float
    error: float
    tangent: Floats
    system: Any = field(default=None, repr=False)
    phases: Floats | None = field(default=None, repr=False)

    def __getitem__(self, name: str) -> float:
        """Value of the state or parameter called `name`."""
        if name in self.state_names:
            return float(self.state[self.state_names.index(name)])
        if name in self.parameter_names:
            return float(self.parameters[self.parameter_names.index(name)])
        raise unknown("state or parameter", name, self.state_names + self.parameter_names)

    @property
    def states(self) -> Floats:
        """The state, (n,), under the name that branches use."""
        return self.state

    @property
    def whole(self) -> Floats:
        """The state (n,), of a map's cycle all phases (k, n)."""
        return self.state if self.phases is None else self.phases

    @property
    def period(self) -> int | None:
        """The period k of a map's cycle, 1 of a fixed point; None of an equilibrium of a flow."""
        return None if self.phases is None else len(self.phases)

    @property
    def multipliers(self) -> NDArray[np.complex128]:
        """The `eigenvalues` (n,) of a point of a map."""
        return self.eigenvalues

    def __repr__(self) -> str:
        where = ", ".join(f"{name} = {self[name]:.10g}" for name in self.along + self.state_names[:4])
        words = " ".join(word for word in (self.criticality, self.form, self.kind) if word)
        return f"<{self.label} {words} at {where}; error {self.error:.1e}>"


class SpecialPoints(Sequence[SpecialPoint]):
    """The special points in the order of the branch; `points["hopf"]` selects by kind, label or a usual alias."""

    def __init__(self, points: Sequence[SpecialPoint]) -> None:
        self._points = tuple(points) if isinstance(points, list) else points

    def __len__(self) -> int:
        return len(self._points)

    def __iter__(self) -> Iterator[SpecialPoint]:
        return iter(self._points)

    @overload
    def __getitem__(self, key: int) -> SpecialPoint: ...
    @overload
    def __getitem__(self, key: slice | str) -> SpecialPoints: ...
    def __getitem__(self, key: int | slice | str) -> SpecialPoint | SpecialPoints:
        if isinstance(key, str):
            labelled = [p for p in self._points if p.label == key]
            if labelled:
                return SpecialPoints(labelled)
            kind = kind_named(key)
            return SpecialPoints([p for p in self._points if p.kind == kind.name])
        if isinstance(key, slice):
            return SpecialPoints(self._points[key])
        return self._points[key]

    def __repr__(self) -> str:
        if not self._points:
            return "no special points"
        return "\n".join(repr(p) for p in self._points)

    def _repr_html_(self) -> str:
        from contin.tables import special_html

        return special_html(self)


@dataclass(frozen=True)
class Known:
    """Called, gives the eigenvalues (points, n) that it was made with."""

    values: NDArray[np.complex128]

    def __call__(self) -> NDArray[np.complex128]:
        """The eigenvalues."""
        return self.values


@dataclass(frozen=True, eq=False)
class Branch:
    """Points of one branch of solutions, ordered along its arclength, both directions joined.

    `branch["a"]` is the array (points,) of a state or a parameter by name; for cycles the maximum of a state.

    Attributes
    ----------
    problem : str
        Name of the problem: "equilibria", "fixed points", ...
    along : tuple of str
        The free parameters.
    states : (points, n) array
    parameters : (points, k) array
        Every parameter at every point, in the order of `parameter_names`.
    spectra : callable
        Gives `eigenvalues`; those that following did not need are computed at the first call.
    unstable : (points,) integer array
        Number of eigenvalues with positive real part (multipliers outside the unit circle). At a special point the
        critical ones are not counted.
    arclength : (points,) array
        Scaled arclength from the first point.
    tangents : (points, unknowns) array
        Unit tangents in scaled variables.
    newton_iterations, residual : (points,) arrays
    start : int
        Row of the starting point.
    ends : (End, End)
        Why the branch stopped at its first and at its last point.
    special : SpecialPoints
    settings : Settings
    derivatives : str
        How derivatives were obtained: "symbolic", "user's Jacobian", "complex step", "central differences".
    wall_time : float
        Seconds.
    parent : (int, int) or None
        Branch and special point of the diagram from which this branch was switched to.
    phases : (points, k, n) array or None
        Of cycles of a map with period k, and of its fixed points (k = 1): all phases, the first of them in `states`.
    dimension : int
        Of the manifold of fixed points that the branch stands on and was followed across, 0 if it stands on none. The
        manifold's multipliers, exactly 1, are the last of `multipliers`; they count neither in `unstable` nor for special points.
    drift : float
        The largest step that the map makes along the manifold at any point; 0 to rounding at fixed points.
    """

    problem: str
    name: str
    state_names: tuple[str, ...]
    parameter_names: tuple[str, ...]
    along: tuple[str, ...]
    states: Floats
    parameters: Floats
    spectra: Callable[[], NDArray[np.complex128]] = field(repr=False)
    unstable: NDArray[np.int64]
    arclength: Floats
    tangents: Floats
    newton_iterations: NDArray[np.int64]
    residual: Floats
    start: int
    ends: tuple[End, End]
    special: SpecialPoints
    settings: Settings
    derivatives: str
    wall_time: float = 0.0
    parent: tuple[int, int] | None = None
    system: Any = field(default=None, repr=False)
    phases: Floats | None = field(default=None, repr=False)
    dimension: int = 0
    drift: float = 0.0

    def __len__(self) -> int:
        return len(self.states)

    def __getitem__(self, name: str) -> Floats:
        """Values (points,) of the state or parameter called `name`."""
        if name in self.state_names:
            return self.states[:, self.state_names.index(name)]
        if name in self.parameter_names:
            return self.parameters[:, self.parameter_names.index(name)]
        raise unknown("state or parameter", name, self.state_names + self.parameter_names)

    @property
    def eigenvalues(self) -> NDArray[np.complex128]:
        """(points, n) eigenvalues (flows) or multipliers (maps, cycles), in an order that is continuous along the branch."""
        return self.spectra()

    @property
    def multipliers(self) -> NDArray[np.complex128]:
        """The `eigenvalues` (points, n) of a branch of a map: multipliers of the k-th iterate."""
        return self.eigenvalues

    @property
    def period(self) -> int | None:
        """The period k of a map's cycles, 1 of fixed points; None of equilibria of a flow."""
        return None if self.phases is None else self.phases.shape[1]

    def orbit(self, i: int) -> Floats:
        """All phases (k, n) of the map's cycle at point `i`.

        Raises
        ------
        BadValue
            On a branch of equilibria.
        """
        if self.phases is None:
            raise BadValue(f"a branch of {self.problem} has no orbits; its states are `branch.states`.")
        phases: Floats = self.phases[i]
        return phases

    @property
    def stable(self) -> NDArray[np.bool_]:
        """(points,) True where no eigenvalue is unstable."""
        stable: NDArray[np.bool_] = self.unstable == 0
        return stable

    def plot(self, y: str | None = None, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw this branch; see `Diagram.plot`."""
        return Diagram((self,)).plot(y, ax, **options)

    def plot_multipliers(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw a map's multipliers beside the unit circle; see `contin.plotting.plot_multipliers`."""
        from contin.plotting import plot_multipliers

        return plot_multipliers(self, ax, **options)

    def to_xarray(self) -> xarray.Dataset:
        """The branch as an `xarray.Dataset` with dimensions point, state, parameter, eigenvalue.

        Raises
        ------
        MissingExtra
            If xarray is not installed.
        """
        from contin.tables import branch_to_xarray

        return branch_to_xarray(self)

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a point: free parameters, states, unstable, stable, arclength, point (label or "").

        Raises
        ------
        MissingExtra
            If pandas is not installed.
        """
        from contin.tables import branch_to_dataframe

        return branch_to_dataframe(self)

    def __repr__(self) -> str:
        from contin.tables import branch_text

        return branch_text(self)

    def _repr_html_(self) -> str:
        from contin.tables import branch_html

        return branch_html(self)


@dataclass(frozen=True, eq=False)
class Diagram:
    """Branches of one model that belong together; `special` lists each special point once."""

    branches: tuple[Branch, ...]
    effort: Mapping[str, float] = field(default_factory=dict)

    @property
    def special(self) -> SpecialPoints:
        """Special points of all branches, each once (a branch point belongs to several branches)."""
        from contin.tables import distinct_points

        return SpecialPoints(distinct_points(self.branches))

    @property
    def name(self) -> str:
        """The model's name."""
        return self.branches[0].name if self.branches else ""

    @property
    def along(self) -> tuple[str, ...]:
        """The free parameters."""
        return self.branches[0].along if self.branches else ()

    def __len__(self) -> int:
        return len(self.branches)

    def __iter__(self) -> Iterator[Branch]:
        return iter(self.branches)

    def __getitem__(self, index: int) -> Branch:
        return self.branches[index]

    def plot(self, y: str | None = None, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the bifurcation diagram of the state `y` (default: the first) against the free parameter.

        Parameters
        ----------
        y : str
            A state's name.
        ax : matplotlib Axes, optional
            Drawn into; made if not given.
        **options
            See `contin.plotting.plot_diagram`.

        Returns
        -------
        matplotlib Axes
        """
        from contin.plotting import plot_diagram

        return plot_diagram(self, y, ax, **options)

    def __repr__(self) -> str:
        from contin.tables import diagram_text

        return diagram_text(self)

    def _repr_html_(self) -> str:
        from contin.tables import diagram_html

        return diagram_html(self)


__all__ = [
    "Branch",
    "Diagram",
    "End",
    "EndReason",
    "Known",
    "MissingExtra",
    "SpecialPoint",
    "SpecialPoints",
    "replace",
]
