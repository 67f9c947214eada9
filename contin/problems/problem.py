"""What following needs to know of a problem; each problem is one file that provides it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from contin.systems import System

if TYPE_CHECKING:
    from contin.systems.conservation import Law

Floats = NDArray[np.float64]


class ContinuationProblem(Protocol):
    """A family of solutions F(z) = 0 along free parameters."""

    @property
    def kind(self) -> str:
        """Name of the problem: "equilibria", ..."""

    @property
    def solution(self) -> str:
        """What one solution is called, for messages: "equilibrium", "fixed point", ..."""

    @property
    def multipliers(self) -> bool:
        """Whether stability is told by multipliers and the unit circle, not by eigenvalues and the imaginary axis."""

    @property
    def period(self) -> int:
        """How many phases of a map's cycle are among the unknowns; 1 where there are no cycles."""

    @property
    def system(self) -> System:
        """The model."""

    @property
    def along(self) -> tuple[str, ...]:
        """The free parameters."""

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Names of what `parameters` gives: the model's parameters, then the totals of its conservation laws."""

    @property
    def laws(self) -> Mapping[str, Law]:
        """The linear conservation laws by name."""

    def starting_from(self, state: Floats, parameters: Floats) -> ContinuationProblem:
        """The problem with what a start at this state (n,) and these parameters (k,) fixes, such as conserved totals."""

    @property
    def columns(self) -> int:
        """How many numbers are recorded at a point beside its unknowns."""

    @property
    def watched(self) -> int:
        """How many numbers are watched for zeros."""

    def context(self, parameters: Floats) -> Any:
        """The functions and the data that kernels need, a `contin_kernels.abi.Context`, for these parameters (k,)."""

    def rescale(self, context: Any, scale: Floats) -> None:
        """Let the context know the sizes of the unknowns (m + 1,)."""

    def value(self, state: Floats, parameters: Floats) -> float:
        """The free parameter's value at a state (n,) and all parameters (k,)."""

    def unknowns(self, state: Floats, parameters: Floats) -> Floats:
        """z (m + 1,) from a state (n,), of a cycle all phases (k, n), and all parameters."""

    def unknown_states(self, values: Floats) -> Floats:
        """The numbers (m,) that belong to unknowns, of one for each state (n,)."""

    def position(self, name: str) -> int:
        """The place among the unknowns of a state or a free parameter; BadValue if it is not one of them."""

    def direction(self, tangent: Floats) -> Floats:
        """A direction in unknowns (m + 1,) of one in states and free parameter (n + 1,)."""

    def states(self, z: Floats) -> Floats:
        """The states (points, n) of unknowns (points, m + 1)."""

    def shifts(self, z: Floats) -> list[Floats]:
        """The unknowns (m + 1,) of the same solution: of a cycle begun with each phase, `z` itself first."""

    def phases(self, z: Floats) -> Floats | None:
        """All phases (points, k, n) of unknowns (points, m + 1); None where solutions have no phases."""

    def directions(self, t: Floats) -> Floats:
        """Directions in states and free parameter (points, n + 1) of those in unknowns (points, m + 1)."""

    def parameters(self, z: Floats, parameters: Floats) -> Floats:
        """All parameters and totals (points, ...) of unknowns (points, m + 1), the held ones from `parameters` (k,)."""

    def eigenvalues(self, columns: Floats) -> NDArray[np.complex128]:
        """Eigenvalues (points, n) from the recorded columns (points, c)."""
