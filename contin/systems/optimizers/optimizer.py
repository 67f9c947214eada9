"""What an optimiser brings: its update as plain arithmetic on one parameter, and its linear theory at a minimum."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Change = Literal["dead-beat", "node to spiral", "spiral to node"]


def no_decay(theta: Any, g: Any) -> Any:
    """The gradient itself: optimisers rest where it vanishes."""
    return g


def nothing_known(h: float, **hyperparameters: float) -> tuple[tuple[Change, float], ...]:
    """No changes."""
    return ()


@dataclass(frozen=True)
class Rule:
    """An optimiser with all choices made.

    Attributes
    ----------
    step : callable
        `step(theta, g, *slots, *clocks, eta, *hyperparameters)`: the next theta, or a tuple of it and the next slots,
        for one parameter and its gradient; in plain arithmetic on numbers, symbols or arrays.
    slots : tuple of str
        What is remembered for each parameter, in the order of `step`: "previous", "m", "v".
    clocks : tuple of str
        Hyperparameters whose powers beta^t are states, too: in `step` beta^t of this step, "beta1_t" for "beta1".
    look : callable or None
        `look(theta, *slots, *hyperparameters)`: where the gradient is taken, if not at theta.
    balance : callable
        `balance(theta, g, **hyperparameters)`: zero where the optimiser rests.
    balance_needs : tuple of str
        The hyperparameters that `balance` takes.
    polynomial : callable
        `polynomial(eta, h, **hyperparameters)`: coefficients, the highest first, of the polynomial whose roots are the
        multipliers at a minimum in the direction of a Hessian's eigenvalue h; clocks' multipliers, their beta, left out.
    flip : callable
        `flip(h, **hyperparameters)`: the learning rate at which the first of them is -1.
    changes : callable
        `changes(h, **hyperparameters)`: pairs (what, eta) where the kind of the fixed point changes without a bifurcation: a
        multiplier is 0 ("dead-beat"), or two become complex or real again. Left out of AdamW, whose do not depend on h alone.
    rough : bool
        Whether the map is not twice differentiable where the slot v is zero.
    """

    step: Callable[..., Any]
    polynomial: Callable[..., list[float]]
    flip: Callable[..., float]
    changes: Callable[..., tuple[tuple[Change, float], ...]] = nothing_known
    slots: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()
    look: Callable[..., Any] | None = None
    balance: Callable[..., Any] = no_decay
    balance_needs: tuple[str, ...] = ()
    rough: bool = False


@dataclass(frozen=True)
class Optimizer:
    """An optimiser: names, hyperparameters with defaults, the choices that can be made, and the rule that follows.

    Attributes
    ----------
    name : str
        In full words: "gradient descent".
    aliases : tuple of str
        Other names that people know it by.
    eta : float
        The learning rate's default.
    hyperparameters : mapping of str to float
        Names and defaults of the others.
    choices : mapping of str to bool
        Names and defaults of the variants.
    rule : callable
        `rule(**choices)`, a `Rule`.
    """

    name: str
    aliases: tuple[str, ...]
    eta: float
    hyperparameters: Mapping[str, float]
    rule: Callable[..., Rule]
    choices: Mapping[str, bool]


REST: Mapping[str, Callable[[Any, Any], Any]] = {
    "previous": lambda theta, g: theta,
    "m": lambda theta, g: g,
    "v": lambda theta, g: g * g,
}
"""The slots where the optimiser rests at theta with the gradient g."""
