"""The heavy ball: th' = th - eta g(th) + b (th - th_previous), b the momentum.

Source: B. T. Polyak, Some methods of speeding up the convergence of iteration methods, USSR Computational Mathematics and
Mathematical Physics 4 (1964). PyTorch's SGD with momentum is the same with the buffer (th_previous - th)/eta, as long as eta
does not change; its default is b = 0, gradient descent.

At a minimum the multipliers solve l^2 - (1 + b - s) l + b = 0, s = eta h: a pair of modulus sqrt(b), a spiral, for s
between (1 - sqrt b)^2 and (1 + sqrt b)^2; a flip at s = 2 (1 + b).
"""

from __future__ import annotations

import math
from typing import Any

from contin.systems.optimizers import gradient_descent
from contin.systems.optimizers.optimizer import Change, Optimizer, Rule


def step(theta: Any, g: Any, previous: Any, eta: Any, momentum: Any) -> tuple[Any, Any]:
    """The next theta, and this one as the previous."""
    return theta - eta * g + momentum * (theta - previous), theta


def polynomial(eta: float, h: float, *, momentum: float) -> list[float]:
    """l^2 - (1 + b - s) l + b."""
    return [1.0, eta * h - 1.0 - momentum, momentum]


def flip(h: float, *, momentum: float) -> float:
    """2 (1 + b)/h."""
    return 2.0 * (1.0 + momentum) / h


def changes(h: float, *, momentum: float) -> tuple[tuple[Change, float], ...]:
    """(1 -+ sqrt b)^2/h."""
    if momentum == 0.0:
        return gradient_descent.changes(h)
    b = math.sqrt(momentum)
    return (("node to spiral", (1.0 - b) ** 2 / h), ("spiral to node", (1.0 + b) ** 2 / h))


OPTIMIZER = Optimizer(
    "heavy ball",
    aliases=("momentum", "sgd with momentum", "polyak"),
    eta=1e-3,
    hyperparameters={"momentum": 0.9},
    rule=lambda: Rule(step, polynomial, flip, changes, slots=("previous",)),
    choices={},
)
