"""Adam: m' = b1 m + (1 - b1) g, v' = b2 v + (1 - b2) g^2, th' = th - eta m'/(sqrt(v') + eps).

Source: D. P. Kingma and J. Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, algorithm 1. With `bias_correction`
m'/(1 - b1^t) and v'/(1 - b2^t) stand for m' and v', with b1^t and b2^t as two more states: so the map is autonomous. They
die out, and without them the map is the one that long training has.

At a minimum, where m = v = 0, the multipliers are b2 and those of the averaged momentum with s = eta h/eps: a flip at
s = 2 (1 + b1)/(1 - b1). The map is not twice differentiable there: the 2-cycle grows linearly behind the flip. With eps
inside the root, sqrt(v' + eps), it is smooth, with sqrt(eps) for eps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contin.systems.optimizers import averaged_momentum
from contin.systems.optimizers.optimizer import Change, Optimizer, Rule
from contin.systems.optimizers.preconditioner import size_at_rest, size_with


def rule(bias_correction: bool, eps_inside: bool) -> Rule:
    """The rule with or without bias correction, with eps inside or outside the root."""

    def polynomial(eta: float, h: float, *, beta1: float, beta2: float, eps: float) -> list[float]:
        """(l^2 - (1 + b1 - (1 - b1) s) l + b1) (l - b2)."""
        b = (1.0 - beta1) * eta * h / size_at_rest(eps, eps_inside) - 1.0 - beta1
        return [1.0, b - beta2, beta1 - beta2 * b, -beta1 * beta2]

    def flip(h: float, *, beta1: float, beta2: float, eps: float) -> float:
        """2 eps (1 + b1)/((1 - b1) h)."""
        return 2.0 * size_at_rest(eps, eps_inside) * (1.0 + beta1) / ((1.0 - beta1) * h)

    def changes(h: float, *, beta1: float, beta2: float, eps: float) -> tuple[tuple[Change, float], ...]:
        """eps (1 -+ sqrt b1)^2/((1 - b1) h)."""
        return averaged_momentum.changes(h / size_at_rest(eps, eps_inside), momentum=beta1)

    return Rule(
        step_with(bias_correction, eps_inside),
        polynomial,
        flip,
        changes,
        slots=("m", "v"),
        clocks=("beta1", "beta2") if bias_correction else (),
        rough=not eps_inside,
    )


def step_with(bias_correction: bool, eps_inside: bool) -> Callable[..., tuple[Any, Any, Any]]:
    """The step of one of the four variants."""
    size = size_with(eps_inside)

    def step(
        theta: Any, g: Any, m: Any, v: Any, eta: Any, beta1: Any, beta2: Any, eps: Any
    ) -> tuple[Any, Any, Any]:
        """The next theta, mean gradient and mean square."""
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        return theta - eta * m / size(v, eps), m, v

    def corrected(
        theta: Any,
        g: Any,
        m: Any,
        v: Any,
        beta1_t: Any,
        beta2_t: Any,
        eta: Any,
        beta1: Any,
        beta2: Any,
        eps: Any,
    ) -> tuple[Any, Any, Any]:
        """The same with m and v divided by 1 - beta^t."""
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        return theta - eta * (m / (1 - beta1_t)) / size(v / (1 - beta2_t), eps), m, v

    return corrected if bias_correction else step


OPTIMIZER = Optimizer(
    "adam",
    aliases=(),
    eta=1e-3,
    hyperparameters={"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    rule=rule,
    choices={"bias_correction": False, "eps_inside": False},
)
