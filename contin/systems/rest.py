"""Where an optimiser rests: the zeros of what its step balances, the gradient or, with weight decay, more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.systems.loss import Loss
from contin.systems.optimizers import Rule

Floats = NDArray[np.float64]

MOST_STEPS = 60
FARTHEST = 10.0  # of theta's size: a longer step leads away from what was meant
RANK = 1e-12


@dataclass(frozen=True)
class Balance:
    """F(theta) and its derivatives, row by row, as plain functions of the n trained numbers and all parameters."""

    function: Callable[..., tuple[float, ...]]
    slopes: Callable[..., tuple[float, ...]]

    def zero(self, theta: Floats, parameters: list[float]) -> Floats:
        """The zero near `theta` (n,) by Newton's method, to rounding; the best found where it does not converge.

        Steps are the shortest (least squares): a manifold of minima is met near `theta`.
        """
        n = len(theta)
        size = max(1.0, float(np.max(np.abs(theta))))
        best, smallest = theta, np.inf
        for _ in range(MOST_STEPS):
            try:
                F = np.array(self.function(*theta.tolist(), *parameters), dtype=float)
                A = np.array(self.slopes(*theta.tolist(), *parameters), dtype=float).reshape(n, n)
            except (ArithmeticError, ValueError):
                break
            norm = float(np.linalg.norm(F))
            if not (np.isfinite(norm) and np.isfinite(A).all()):
                break
            converging = norm < smallest
            if converging:
                best, smallest = theta, norm
            step = np.linalg.lstsq(A, -F, rcond=RANK)[0]
            length = float(np.max(np.abs(step)))
            if norm == 0.0 or length > FARTHEST * size or (not converging and length < RANK * size):
                break
            theta = theta + step
        return best


def balance_of(loss: Loss, rule: Rule, parameters: tuple[str, ...]) -> Balance:
    """The rule's balance on the loss, in its trained numbers and all `parameters` of the map.

    Raises
    ------
    ModelError
        If the loss cannot be traced.
    """
    from contin.systems.codegen import derivatives, symbols_for
    from contin.systems.tracing import formulas_of, symbolic, traced_array
    from contin.systems.written import written_function

    names = [*loss.names, *parameters]
    symbols = symbols_for(names)
    traced = dict(zip(names, traced_array(symbols), strict=True))
    theta = [traced[name] for name in loss.names]
    gradient, balance = symbolic(loss.gradient_function, {}), symbolic(rule.balance, {})
    own = {name: traced[name] for name in rule.balance_needs}

    def call() -> list[Any]:
        g = gradient(*theta, *(traced[name] for name in loss.parameters))
        return [balance(one, slope, **own) for one, slope in zip(theta, g, strict=True)]

    formulas = formulas_of(call, str, lambda: None)
    rows = [derivatives(formula, symbols[: len(theta)]) for formula in formulas]
    slopes = [entry for row in rows for entry in row]
    return Balance(
        written_function("balance", symbols, formulas), written_function("slopes", symbols, slopes)
    )


__all__ = ["Balance", "balance_of"]
