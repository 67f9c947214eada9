"""Gradient descent: th' = th - eta g(th).

At a minimum with the Hessian's eigenvalue h the multiplier is 1 - eta h: a flip at eta = 2/h.
"""

from __future__ import annotations

from typing import Any

from contin.systems.optimizers.optimizer import Change, Optimizer, Rule


def step(theta: Any, g: Any, eta: Any) -> Any:
    """The next theta."""
    return theta - eta * g


def polynomial(eta: float, h: float) -> list[float]:
    """l - (1 - eta h)."""
    return [1.0, eta * h - 1.0]


def flip(h: float) -> float:
    """2/h."""
    return 2.0 / h


def changes(h: float) -> tuple[tuple[Change, float], ...]:
    """One step leads to the minimum."""
    return (("dead-beat", 1.0 / h),)


OPTIMIZER = Optimizer(
    "gradient descent",
    aliases=("gd", "sgd"),
    eta=1e-3,
    hyperparameters={},
    rule=lambda: Rule(step, polynomial, flip, changes),
    choices={},
)
