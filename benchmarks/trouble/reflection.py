"""Dense coordinates for models of any size: x = H y, H the reflection at a vector that depends on n alone.

H = 1 - 2 w w' / (w.w) is its own inverse, so that nothing is lost to rounding; every entry of the new Jacobian is filled.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin import Flow


def mirror(n: int) -> NDArray[np.float64]:
    """The vector w (n,)."""
    w: NDArray[np.float64] = 1.0 + 0.5 * np.sin(3.0 * np.arange(n) + 1.0)
    return w


def reflect(y: Sequence[float]) -> list[float]:
    """H y (n,), which is also the way back."""
    w = mirror(len(y))
    reflected: list[float] = (np.array(y) - 2.0 * w * (w @ np.array(y)) / (w @ w)).tolist()
    return reflected


def reflected_flow(model: Flow) -> Flow:
    """The array-form model in the coordinates x = H y, with the Jacobian H Dg H."""
    form: Any = model.function
    form_jacobian: Any = model.jacobian
    w = mirror(len(model.states))
    length = float(w @ w)

    def function(x: Any, p: Any, out: Any) -> None:
        n = x.shape[0]
        y, g = np.empty(n), np.empty(n)
        along = 0.0
        for i in range(n):
            along += w[i] * x[i]
        for i in range(n):
            y[i] = x[i] - 2.0 * w[i] * along / length
        form(y, p, g)
        along = 0.0
        for i in range(n):
            along += w[i] * g[i]
        for i in range(n):
            out[i] = g[i] - 2.0 * w[i] * along / length

    def jacobian(x: Any, p: Any, out: Any) -> None:
        n = x.shape[0]
        y, D = np.empty(n), np.zeros((n, n))
        along = 0.0
        for i in range(n):
            along += w[i] * x[i]
        for i in range(n):
            y[i] = x[i] - 2.0 * w[i] * along / length
        form_jacobian(y, p, D)
        for i in range(n):
            along = 0.0
            for j in range(n):
                along += D[i, j] * w[j]
            for j in range(n):
                D[i, j] -= 2.0 * along * w[j] / length
        for j in range(n):
            along = 0.0
            for i in range(n):
                along += w[i] * D[i, j]
            for i in range(n):
                out[i, j] = D[i, j] - 2.0 * w[i] * along / length

    return Flow(function, len(model.states), model.parameters, jacobian, name=f"{model.name} reflected")
