"""A loss seen in the coordinates in which a preconditioned step is plain gradient descent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.errors import BadValue
from contin.learning.loss import Loss

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scaled:
    """Derivatives of L in y, where x = `root` * y and P = 1/root^2: there x' = x - eta P^-1 g is y' = y - eta g.

    Places stay in x; gradients and directions are in y.
    """

    loss: Loss
    root: Floats

    @property
    def size(self) -> int:
        """The number of parameters."""
        return self.loss.size

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters' names."""
        return tuple(self.loss.names)

    def gradient(self, x: Floats) -> Floats:
        """The gradient (n,) in y."""
        return self.root * self.loss.gradient(x)

    def hvp(self, x: Floats, v: Floats) -> Floats:
        """The Hessian in y times `v`."""
        return self.root * self.loss.hvp(x, self.root * v)

    def third(self, x: Floats, u: Floats) -> tuple[Floats, float]:
        """T[u, u] (n,) in y, and its error."""
        w, error = self.loss.third(x, self.root * u)
        return self.root * w, float(self.root.max()) * error

    def fourth(self, x: Floats, u: Floats) -> tuple[float, float]:
        """Q[u, u, u, u] in y, and its error."""
        return self.loss.fourth(x, self.root * u)


def scaled(loss: Loss, preconditioner: ArrayLike | None) -> Scaled:
    """The loss in the coordinates of the diagonal `preconditioner` (n,) or number; of none: as it is.

    Raises
    ------
    BadValue
        If an entry is not positive.
    """
    P = np.ones(loss.size) if preconditioner is None else np.array(preconditioner, dtype=np.float64)
    if P.ndim > 1 or (P.ndim == 1 and len(P) != loss.size):
        raise BadValue(f"`preconditioner` must be a number or {loss.size} numbers, not shaped {P.shape}.")
    if not (np.isfinite(P).all() and (P > 0).all()):
        raise BadValue(f"`preconditioner` must be positive; its smallest entry is {P.min():.3g}.")
    return Scaled(loss, np.broadcast_to(1 / np.sqrt(P), (loss.size,)))
