"""RMSProp: v' = a v + (1 - a) g^2, th' = th - eta g/(sqrt(v') + eps), a the decay `alpha` of the mean square.

Source: T. Tieleman and G. Hinton, Lecture 6.5, Neural Networks for Machine Learning (2012); eps as in PyTorch.

At a minimum, where v = 0, the multipliers are a and 1 - s, s = eta h/eps: a flip at s = 2. The map is not twice
differentiable there; with eps inside the root, sqrt(v' + eps), it is, with sqrt(eps) for eps.
"""

from __future__ import annotations

from typing import Any

from contin.systems.optimizers import gradient_descent
from contin.systems.optimizers.optimizer import Change, Optimizer, Rule
from contin.systems.optimizers.preconditioner import size_at_rest, size_with


def rule(eps_inside: bool) -> Rule:
    """The rule with eps inside or outside the root."""
    size = size_with(eps_inside)

    def step(theta: Any, g: Any, v: Any, eta: Any, alpha: Any, eps: Any) -> tuple[Any, Any]:
        """The next theta and mean square."""
        v = alpha * v + (1 - alpha) * g**2
        return theta - eta * g / size(v, eps), v

    def polynomial(eta: float, h: float, *, alpha: float, eps: float) -> list[float]:
        """(l - (1 - s)) (l - a)."""
        one = eta * h / size_at_rest(eps, eps_inside) - 1.0
        return [1.0, one - alpha, -alpha * one]

    def flip(h: float, *, alpha: float, eps: float) -> float:
        """2 eps/h."""
        return 2.0 * size_at_rest(eps, eps_inside) / h

    def changes(h: float, *, alpha: float, eps: float) -> tuple[tuple[Change, float], ...]:
        """eps/h."""
        return gradient_descent.changes(h / size_at_rest(eps, eps_inside))

    return Rule(step, polynomial, flip, changes, slots=("v",), rough=not eps_inside)


OPTIMIZER = Optimizer(
    "rmsprop",
    aliases=("rms prop",),
    eta=1e-2,
    hyperparameters={"alpha": 0.99, "eps": 1e-8},
    rule=rule,
    choices={"eps_inside": False},
)
