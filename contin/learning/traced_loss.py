"""Losses written as plain Python functions: all derivatives exact, from the compiled step of gradient descent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from contin.errors import unknown
from contin.learning.loss import ROUNDING, Loss, MatrixFreeLoss
from contin.systems import Loss as FunctionLoss
from contin.systems import OptimizerMap
from contin.systems.rates import Rates
from contin.systems.system import means_not_finite

Floats = NDArray[np.float64]

RATE = 2.0**60
"""The learning rate of the step from which the gradient is read: so large that theta is lost beside eta g, and a power
of two, so that nothing is rounded in the division."""


class TracedLoss:
    """A `contin.Loss` at fixed values of its own parameters.

    Parameters
    ----------
    loss : contin.Loss
    parameters : dict, optional
        Those that differ from the defaults.

    Attributes
    ----------
    size : int
    names : tuple of str

    Raises
    ------
    UnknownName
        For a parameter that the loss does not have.
    ModelError
        If the loss has no gradient.
    """

    def __init__(self, loss: FunctionLoss, parameters: Mapping[str, float] | None = None) -> None:
        for name in parameters or {}:
            if name not in loss.parameters:
                raise unknown("parameter", name, loss.parameters)
        self.loss = loss
        self.parameters = {**loss.parameters, **(parameters or {})}
        self.names = loss.names
        self.size = len(loss.names)

    @cached_property
    def _step(self) -> Rates:
        """theta - eta g and its derivatives."""
        step = OptimizerMap(self.loss, "gradient descent")
        return Rates(step, step.parameter_vector({**self.parameters, "eta": RATE}))

    @property
    def exact(self) -> bool:
        """Whether derivatives are those of the formula, and not from differences."""
        return self._step.system.compiled.derivatives == "symbolic"

    def value(self, x: Floats) -> float:
        """The loss at `x` (n,), infinite where it has no finite value."""
        try:
            with np.errstate(all="ignore"):
                value = self.loss.value(x, **self.parameters)
        except Exception as error:
            if not means_not_finite(error):
                raise
            return float("inf")
        return value if np.isfinite(value) else float("inf")

    def gradient(self, x: Floats) -> Floats:
        """The gradient (n,) at `x` (n,)."""
        return (x - self._step(x)) / RATE

    def hessian(self, x: Floats) -> Floats:
        """The Hessian (n, n) at `x` (n,)."""
        return (np.eye(self.size) - self._step.jacobian(x)) / RATE

    def hvp(self, x: Floats, v: Floats) -> Floats:
        """The Hessian at `x` times `v` (n,)."""
        return self.hessian(x) @ v

    def third(self, x: Floats, u: Floats) -> tuple[Floats, float]:
        """T[u, u] (n,), and a bound on its error: rounding, where derivatives are exact."""
        if not self.exact:
            return self._by_differences.third(x, u)
        w = -self._step.derivatives(x, u)[1] / RATE
        return w, ROUNDING * float(np.linalg.norm(w))

    def fourth(self, x: Floats, u: Floats) -> tuple[float, float]:
        """Q[u, u, u, u], and a bound on its error."""
        if not self.exact:
            return self._by_differences.fourth(x, u)
        cubed = -self._step.derivatives(x, u)[2] / RATE
        return float(u @ cubed), ROUNDING * float(np.abs(u) @ np.abs(cubed))

    @cached_property
    def _by_differences(self) -> Loss:
        return MatrixFreeLoss(self.gradient, self.hvp, self.size, names=self.names)
