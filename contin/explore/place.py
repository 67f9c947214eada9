"""Where something starts: a state and all parameters, from whatever the user has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import SpecialPoint
from contin.errors import BadValue, unknown
from contin.following.checks import with_totals
from contin.problems import Start
from contin.systems import Flow, System

Floats = NDArray[np.float64]


def check_system(system: Any) -> Flow:
    """The model itself.

    Raises
    ------
    BadValue
        If it is no `Flow`.
    """
    if not isinstance(system, Flow):
        raise BadValue(f"a model is made with {Flow.made_by}, not {type(system).__name__}.")
    return system


def place_of(system: System, start: Any, at: Mapping[str, float] | None) -> tuple[Floats, Floats]:
    """State (n,) and parameters (k,): of a dict or array with the defaults and `at`; of a `Start` or point with `at`.

    Where `at` gives the total of a conservation law, the dependent states are made to fit.

    Raises
    ------
    UnknownName, BadValue
        For names that the model does not have, missing states, values that are not finite.
    """
    given: dict[str, float] = {}
    if isinstance(start, Start | SpecialPoint):
        k = len(system.parameters)
        fits = isinstance(start, Start) or start.parameter_names[:k] == tuple(system.parameters)
        if start.state.shape != (len(system.states),) or len(start.parameters) < k or not fits:
            raise BadValue(
                f"the start belongs to another model: '{system.name}' has {len(system.states)} states."
            )
        given = dict(zip(system.parameters, start.parameters[:k].tolist(), strict=True))
        start = start.state
    named = dict(at or {})
    held = {name: value for name, value in named.items() if name in system.parameters}
    laws = system.laws_at(system.parameter_vector({**given, **held})) if len(held) < len(named) else {}
    totals = {name: float(named.pop(name)) for name in list(named) if name in laws}
    for name in named:
        if name not in system.parameters:
            raise unknown("parameter or total" if laws else "parameter", name, (*system.parameters, *laws))
    state, parameters = system.state_vector(start), system.parameter_vector({**given, **named})
    return (with_totals(laws, state, totals) if totals else state), parameters


def check_positive(name: str, value: Any) -> float:
    """`value` as a positive finite float.

    Raises
    ------
    BadValue
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise BadValue(f"`{name}` must be a positive number, not {value!r}.") from None
    if not (np.isfinite(number) and number > 0):
        raise BadValue(f"`{name}` must be positive and finite, not {value!r}.")
    return number
