"""Momentum as a moving average, the numerator of Adam: m' = b m + (1 - b) g(th), th' = th - eta m'.

PyTorch's SGD with momentum = dampening = b is the same but for its first step, which begins with m = g.

At a minimum it is the heavy ball at (1 - b) eta: a flip at s = eta h = 2 (1 + b)/(1 - b).
"""

from __future__ import annotations

from typing import Any

from contin.systems.optimizers import heavy_ball
from contin.systems.optimizers.optimizer import Change, Optimizer, Rule


def step(theta: Any, g: Any, m: Any, eta: Any, momentum: Any) -> tuple[Any, Any]:
    """The next theta and mean gradient."""
    m = momentum * m + (1 - momentum) * g
    return theta - eta * m, m


def polynomial(eta: float, h: float, *, momentum: float) -> list[float]:
    """l^2 - (1 + b - (1 - b) s) l + b."""
    return [1.0, (1.0 - momentum) * eta * h - 1.0 - momentum, momentum]


def flip(h: float, *, momentum: float) -> float:
    """2 (1 + b)/((1 - b) h)."""
    return 2.0 * (1.0 + momentum) / ((1.0 - momentum) * h)


def changes(h: float, *, momentum: float) -> tuple[tuple[Change, float], ...]:
    """(1 -+ sqrt b)^2/((1 - b) h)."""
    return heavy_ball.changes((1.0 - momentum) * h, momentum=momentum)


OPTIMIZER = Optimizer(
    "averaged momentum",
    aliases=("moving average", "ema momentum", "dampened momentum"),
    eta=1e-3,
    hyperparameters={"momentum": 0.9},
    rule=lambda: Rule(step, polynomial, flip, changes, slots=("m",)),
    choices={},
)
