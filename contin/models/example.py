"""What a built-in model brings with it: where to start, what to draw, and the facts that it must show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contin.systems import System


@dataclass(frozen=True)
class Fact:
    """A published or exact value that a computation with the model must reproduce.

    Attributes
    ----------
    kind : str
        Kind of the special point: "fold", "hopf", "branch point", ...
    value : float
        Value of the continuation parameter at the point.
    tolerance : float
        Largest absolute error of `value`: rounding for exact and computed values, half a unit of the last
        printed digit for published ones.
    state : dict of str to float, or None
        State at the point, where it is known.
    criticality : str or None
        "supercritical" or "subcritical" at a Hopf point or a pitchfork, else None.
    source : str
        "exact: " and the derivation in one line, "computed: " and how, or the publication.
    period : int
        Of a map's cycle at the point; `state` is one of its phases.
    """

    kind: str
    value: float
    tolerance: float
    state: dict[str, float] | None
    criticality: str | None
    source: str
    period: int = 1


@dataclass(frozen=True)
class Example:
    """A model with its usual diagram.

    Attributes
    ----------
    system : Flow or Map
        The model.
    along : str
        The usual continuation parameter.
    span : tuple of two floats
        The range of that parameter in the usual diagram.
    start : dict of str to float
        An equilibrium, or a fixed point or a phase of a map's cycle, to 1e-3 or better, at the parameter values `at`.
    at : dict of str to float
        Parameter values that override the model's defaults where `start` lives.
    show : str
        The state that is usually drawn.
    source : str
        Paper or book, with the number of the equation, table or figure.
    facts : tuple of Fact
        What the diagram must show; of a map with its period doublings, up to the longest period among them.
    period : int
        Of a map's cycle at the start.
    """

    system: System
    along: str
    span: tuple[float, float]
    start: dict[str, float]
    at: dict[str, float]
    show: str
    source: str
    facts: tuple[Fact, ...]
    period: int = 1
