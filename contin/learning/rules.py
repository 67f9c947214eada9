"""The linear theory of the optimisers: their multipliers at a minimum, as functions of s = eta h.

Along an eigenvector of the Hessian with eigenvalue h every optimiser is a small linear map; its multipliers are the
roots of a polynomial in which the learning rate eta enters only through s = eta h / `divisor`. RMSProp and Adam divide
the step by eps at a minimum, where the mean square v of the gradients is zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue, unknown

Values = Mapping[str, float]
Change = Literal["dead-beat", "node to spiral", "spiral to node"]


@dataclass(frozen=True)
class Rule:
    """An optimiser's linear theory.

    Attributes
    ----------
    name, aliases : str, tuple of str
    defaults : dict
        Hyperparameters and their default values, PyTorch's names and values where it has them.
    polynomial : callable
        ``polynomial(s, values)``: coefficients of the multipliers' polynomial, the highest power first.
    flip : callable
        ``flip(values)``: the s at which a multiplier is -1; all are inside the unit circle for 0 < s < flip.
    changes : callable
        ``changes(values)``: pairs (what, s) where the kind of the fixed point changes without a bifurcation.
    divisor : callable
        What the gradient is divided by at a minimum.
    smooth : callable
        Whether the map has three derivatives there, so that a flip has a coefficient.
    """

    name: str
    aliases: tuple[str, ...]
    defaults: Values
    polynomial: Callable[[float, Values], tuple[float, ...]]
    flip: Callable[[Values], float]
    changes: Callable[[Values], tuple[tuple[Change, float], ...]]
    divisor: Callable[[Values], float] = field(default=lambda values: 1.0)
    smooth: Callable[[Values], bool] = field(default=lambda values: True)

    def multipliers(self, s: float, values: Values) -> NDArray[np.complex128]:
        """The roots of the polynomial."""
        return np.roots(self.polynomial(s, values)).astype(np.complex128)


def _root(values: Values) -> float:
    """The divisor eps, or sqrt(eps) where eps stands inside the root."""
    return math.sqrt(values["eps"]) if values["eps_inside"] else values["eps"]


def _dead_beat(values: Values) -> tuple[tuple[Change, float], ...]:
    return (("dead-beat", 1.0),)


def _heavy_ball_changes(b: float) -> tuple[tuple[Change, float], ...]:
    if b == 0:
        return (("dead-beat", 1.0),)
    return (("node to spiral", (1 - math.sqrt(b)) ** 2), ("spiral to node", (1 + math.sqrt(b)) ** 2))


def _nesterov_changes(values: Values) -> tuple[tuple[Change, float], ...]:
    b = values["momentum"]
    if b == 0:
        return (("dead-beat", 1.0),)
    return (("node to spiral", ((1 - b) / (1 + b)) ** 2), ("dead-beat", 1.0))


def _averaged_changes(b: float) -> tuple[tuple[Change, float], ...]:
    return tuple((what, s / (1 - b)) for what, s in _heavy_ball_changes(b))


def _averaged_polynomial(s: float, b: float) -> tuple[float, ...]:
    return (1.0, -(1 + b - s * (1 - b)), b)


def _with_root(polynomial: tuple[float, ...], root: float) -> tuple[float, ...]:
    """The polynomial times (l - root): the mean square v forgets by itself."""
    return tuple(np.polymul(polynomial, (1.0, -root)).tolist())


GRADIENT_DESCENT = Rule(
    name="gradient descent",
    aliases=("gd", "sgd", "steepest descent"),
    defaults={},
    polynomial=lambda s, _: (1.0, s - 1),
    flip=lambda _: 2.0,
    changes=_dead_beat,
)

HEAVY_BALL = Rule(
    name="heavy ball",
    aliases=("momentum", "sgd with momentum", "polyak"),
    defaults={"momentum": 0.9},
    polynomial=lambda s, v: (1.0, -(1 + v["momentum"] - s), v["momentum"]),
    flip=lambda v: 2 * (1 + v["momentum"]),
    changes=lambda v: _heavy_ball_changes(v["momentum"]),
)

AVERAGED_MOMENTUM = Rule(
    name="averaged momentum",
    aliases=("moving average", "ema momentum"),
    defaults={"momentum": 0.9},
    polynomial=lambda s, v: _averaged_polynomial(s, v["momentum"]),
    flip=lambda v: 2 * (1 + v["momentum"]) / (1 - v["momentum"]),
    changes=lambda v: _averaged_changes(v["momentum"]),
)

NESTEROV = Rule(
    name="nesterov",
    aliases=("nag", "sgd with nesterov"),
    defaults={"momentum": 0.9},
    polynomial=lambda s, v: (1.0, -(1 + v["momentum"]) * (1 - s), v["momentum"] * (1 - s)),
    flip=lambda v: (2 + 2 * v["momentum"]) / (1 + 2 * v["momentum"]),
    changes=_nesterov_changes,
)

RMSPROP = Rule(
    name="rmsprop",
    aliases=("rms",),
    defaults={"alpha": 0.99, "eps": 1e-8, "eps_inside": False},
    polynomial=lambda s, v: _with_root((1.0, s - 1), v["alpha"]),
    flip=lambda _: 2.0,
    changes=_dead_beat,
    divisor=_root,
    smooth=lambda v: bool(v["eps_inside"]),
)

ADAM = Rule(
    name="adam",
    aliases=(),
    defaults={"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "eps_inside": False},
    polynomial=lambda s, v: _with_root(_averaged_polynomial(s, v["beta1"]), v["beta2"]),
    flip=lambda v: 2 * (1 + v["beta1"]) / (1 - v["beta1"]),
    changes=lambda v: _averaged_changes(v["beta1"]),
    divisor=_root,
    smooth=lambda v: bool(v["eps_inside"]),
)

RULES = (GRADIENT_DESCENT, HEAVY_BALL, AVERAGED_MOMENTUM, NESTEROV, RMSPROP, ADAM)

_BY_WORD = {word: rule for rule in RULES for word in (rule.name, *rule.aliases)}


def rule_named(word: str) -> Rule:
    """The rule with this name or alias, upper or lower case, `_` or `-` for a blank.

    Raises
    ------
    UnknownName
        With the nearest word that is known.
    """
    plain = str(word).lower().replace("_", " ").replace("-", " ")
    if plain not in _BY_WORD:
        raise unknown("optimizer", word, [rule.name for rule in RULES])
    return _BY_WORD[plain]


def checked(rule: Rule, given: Mapping[str, float]) -> dict[str, float]:
    """The rule's hyperparameters: its defaults, and what is given.

    Raises
    ------
    UnknownName, BadValue
        For a name that the rule does not have, and for a value outside the range where its theory holds.
    """
    for name in given:
        if name not in rule.defaults:
            raise unknown("hyperparameter", name, rule.defaults)
    values = {**rule.defaults, **given}
    for name, value in values.items():
        if name in ("momentum", "alpha", "beta1", "beta2") and not 0 <= value < 1:
            raise BadValue(f"`{name}` must be at least 0 and less than 1, not {value!r}.")
        if name == "eps" and not (value > 0 and math.isfinite(value)):
            raise BadValue(
                f"`eps` must be a positive number, not {value!r}: at a minimum the step is eta/eps."
            )
    return values
