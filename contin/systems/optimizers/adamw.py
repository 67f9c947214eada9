"""AdamW, Adam with decoupled weight decay: th' = (1 - eta w) th - eta m'/(sqrt(v') + eps), w the `weight_decay`.

Source: I. Loshchilov and F. Hutter, Decoupled Weight Decay Regularization, ICLR 2019, algorithm 2, with eta for both of
its rates, as PyTorch has it. m' and v' as in `adam`.

It rests not where the gradient vanishes but where w th (|g| + eps) = -g. At a minimum at th = 0, where both hold, the
multipliers are b2 and the roots of l^2 - (1 + b1 - eta w - (1 - b1) s) l + b1 (1 - eta w), s = eta h/eps.
"""

from __future__ import annotations

import math
from typing import Any

from contin.systems.optimizers import adam
from contin.systems.optimizers.optimizer import Optimizer, Rule
from contin.systems.optimizers.preconditioner import size_at_rest


def rule(bias_correction: bool, eps_inside: bool) -> Rule:
    """The rule with or without bias correction, with eps inside or outside the root."""
    by_adam = adam.step_with(bias_correction, eps_inside)

    def step(
        theta: Any,
        g: Any,
        m: Any,
        v: Any,
        eta: Any,
        beta1: Any,
        beta2: Any,
        eps: Any,
        weight_decay: Any,
    ) -> Any:
        """Adam's step from a smaller theta."""
        theta = (1 - eta * weight_decay) * theta
        return by_adam(theta, g, m, v, eta=eta, beta1=beta1, beta2=beta2, eps=eps)

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
        weight_decay: Any,
    ) -> Any:
        """Adam's corrected step from a smaller theta."""
        theta = (1 - eta * weight_decay) * theta
        return by_adam(theta, g, m, v, beta1_t, beta2_t, eta=eta, beta1=beta1, beta2=beta2, eps=eps)

    def balance(theta: Any, g: Any, *, eps: Any, weight_decay: Any) -> Any:
        """w th (|g| + eps) + g, with eps inside w th sqrt(g^2 + eps) + g."""
        size = math.sqrt(g**2 + eps) if eps_inside else abs(g) + eps
        return weight_decay * theta * size + g

    def polynomial(
        eta: float, h: float, *, beta1: float, beta2: float, eps: float, weight_decay: float
    ) -> list[float]:
        """(l^2 - (1 + b1 - eta w - (1 - b1) s) l + b1 (1 - eta w)) (l - b2), at th = 0."""
        s = eta * h / size_at_rest(eps, eps_inside)
        b = (1.0 - beta1) * s - 1.0 - beta1 + eta * weight_decay
        c = beta1 * (1.0 - eta * weight_decay)
        return [1.0, b - beta2, c - beta2 * b, -beta2 * c]

    def flip(h: float, *, beta1: float, beta2: float, eps: float, weight_decay: float) -> float:
        """2 eps (1 + b1)/((1 - b1) h + w eps (1 + b1))."""
        part = size_at_rest(eps, eps_inside) * (1.0 + beta1)
        return 2.0 * part / ((1.0 - beta1) * h + weight_decay * part)

    return Rule(
        corrected if bias_correction else step,
        polynomial,
        flip,
        slots=("m", "v"),
        clocks=("beta1", "beta2") if bias_correction else (),
        balance=balance,
        balance_needs=("eps", "weight_decay"),
        rough=not eps_inside,
    )


OPTIMIZER = Optimizer(
    "adamw",
    aliases=("adam with decoupled weight decay",),
    eta=1e-3,
    hyperparameters={"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 1e-2},
    rule=rule,
    choices={"bias_correction": False, "eps_inside": False},
)
