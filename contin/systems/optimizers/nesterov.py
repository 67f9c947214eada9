"""Nesterov's accelerated gradient: y = th + b (th - th_previous), th' = y - eta g(y), b the momentum.

Source: Y. Nesterov, A method of solving a convex programming problem with convergence rate O(1/k^2), Soviet Mathematics
Doklady 27 (1983); with constant b his Introductory Lectures on Convex Optimization (2004), equation 2.2.11. PyTorch's SGD
with nesterov=True has y for its parameter and the buffer (th_previous - th)/eta.

At a minimum the multipliers solve l^2 - (1 + b)(1 - s) l + b (1 - s) = 0, s = eta h: a flip at s = (2 + 2 b)/(1 + 2 b).
"""

from __future__ import annotations

from typing import Any

from contin.systems.optimizers import gradient_descent
from contin.systems.optimizers.optimizer import Change, Optimizer, Rule


def look(theta: Any, previous: Any, momentum: Any) -> Any:
    """Where the gradient is taken: ahead."""
    return theta + momentum * (theta - previous)


def step(theta: Any, g: Any, previous: Any, eta: Any, momentum: Any) -> tuple[Any, Any]:
    """The next theta from the gradient ahead, and this one as the previous."""
    return theta + momentum * (theta - previous) - eta * g, theta


def polynomial(eta: float, h: float, *, momentum: float) -> list[float]:
    """l^2 - (1 + b)(1 - s) l + b (1 - s)."""
    left = 1.0 - eta * h
    return [1.0, -(1.0 + momentum) * left, momentum * left]


def flip(h: float, *, momentum: float) -> float:
    """(2 + 2 b)/((1 + 2 b) h)."""
    return (2.0 + 2.0 * momentum) / ((1.0 + 2.0 * momentum) * h)


def changes(h: float, *, momentum: float) -> tuple[tuple[Change, float], ...]:
    """((1 - b)/(1 + b))^2/h, and 1/h, where both multipliers are 0."""
    dead_beat = gradient_descent.changes(h)
    if momentum == 0.0:
        return dead_beat
    return (("node to spiral", ((1.0 - momentum) / (1.0 + momentum)) ** 2 / h), *dead_beat)


OPTIMIZER = Optimizer(
    "nesterov",
    aliases=("nag", "nesterov momentum", "accelerated gradient"),
    eta=1e-3,
    hyperparameters={"momentum": 0.9},
    rule=lambda: Rule(step, polynomial, flip, changes, slots=("previous",), look=look),
    choices={},
)
