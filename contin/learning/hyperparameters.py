"""An optimiser's hyperparameters and choices as they are given to `thresholds`: names, defaults, ranges."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from contin.errors import BadValue, unknown
from contin.systems.optimizers import Optimizer, Rule

A_SHARE = (lambda value: 0 <= value < 1, "at least 0 and less than 1, not {!r}.")
RANGES: Mapping[str, tuple[Callable[[float], bool], str]] = {
    "momentum": A_SHARE,
    "alpha": A_SHARE,
    "beta1": A_SHARE,
    "beta2": A_SHARE,
    "eps": (
        lambda value: 0 < value < math.inf,
        "a positive number, not {!r}: at a minimum the step is eta/eps.",
    ),
    "weight_decay": (lambda value: 0 <= value < math.inf, "zero or positive, not {!r}."),
}
"""Where the linear theory holds, and the words for it."""


def checked(kind: Optimizer, given: Mapping[str, float]) -> tuple[Rule, dict[str, float], dict[str, bool]]:
    """The rule with the choices among `given` made, all hyperparameters, and all choices.

    Raises
    ------
    UnknownName, BadValue
        For a name that the optimiser does not have, and for a value outside the range where its theory holds.
    """
    for name in given:
        if name not in kind.hyperparameters and name not in kind.choices:
            raise unknown("hyperparameter", name, [*kind.hyperparameters, *kind.choices])
    values = {name: given.get(name, default) for name, default in kind.hyperparameters.items()}
    choices = {name: bool(given.get(name, default)) for name, default in kind.choices.items()}
    for name, value in values.items():
        allowed, words = RANGES[name]
        if not allowed(value):
            raise BadValue(f"`{name}` must be {words.format(value)}")
    return kind.rule(**choices), values, choices
