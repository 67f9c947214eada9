"""What a loss gives: gradients, Hessian-vector products, and third and fourth derivatives along a direction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.errors import BadValue, NotFinite, unknown
from contin.learning.extrapolation import extrapolated

Floats = NDArray[np.float64]

ROUNDING = 64 * float(np.finfo(np.float64).eps)
"""A relative error of derivatives that are computed by formulas."""


@runtime_checkable
class Loss(Protocol):
    """A loss L of n parameters, by its derivatives. No matrix is ever needed.

    Attributes
    ----------
    size : int
        n.
    names : sequence of str
        The parameters' names, n of them.
    """

    @property
    def size(self) -> int:
        """The number of parameters."""

    @property
    def names(self) -> Sequence[str]:
        """The parameters' names."""

    def gradient(self, x: Floats) -> Floats:
        """The gradient (n,) at `x` (n,)."""

    def hvp(self, x: Floats, v: Floats) -> Floats:
        """H v (n,): the Hessian at `x` (n,) times `v` (n,)."""

    def third(self, x: Floats, u: Floats) -> tuple[Floats, float]:
        """T[u, u] (n,): the third derivative at `x`, twice along `u`; and a bound on its error."""

    def fourth(self, x: Floats, u: Floats) -> tuple[float, float]:
        """Q[u, u, u, u]: the fourth derivative at `x` along `u`; and a bound on its error."""


@dataclass(frozen=True)
class MatrixFreeLoss:
    """A loss given as functions for its gradient and its Hessian-vector products.

    Third and fourth derivatives come from differences of Hessian-vector products, with an estimate of their error.

    Parameters
    ----------
    gradient : callable
        ``gradient(x)`` gives the gradient (n,) at `x` (n,).
    hessian_vector_product : callable
        ``hessian_vector_product(x, v)`` gives the Hessian at `x` times `v` (n,).
    size : int
        n, the number of parameters.
    value : callable, optional
        ``value(x)`` gives the loss; `contin.minimum` needs it far from a minimum.
    names : sequence of str, optional
        Default: ``theta_1`` to ``theta_n``.
    reach : float
        The largest distance from `x` at which products are taken for differences.
    """

    gradient: Callable[[Floats], Floats]
    hessian_vector_product: Callable[[Floats, Floats], Floats]
    size: int
    value: Callable[[Floats], float] | None = None
    names: Sequence[str] = ()
    reach: float = 0.1

    def __post_init__(self) -> None:
        if isinstance(self.size, bool) or not isinstance(self.size, int) or self.size < 1:
            raise BadValue(f"`size` must be a positive whole number, not {self.size!r}.")
        if not self.names:
            names = ("theta",) if self.size == 1 else tuple(f"theta_{i + 1}" for i in range(self.size))
            object.__setattr__(self, "names", names)
        if len(self.names) != self.size:
            raise BadValue(f"`names` must be {self.size} names, one a parameter, not {len(self.names)}.")

    def hvp(self, x: Floats, v: Floats) -> Floats:
        """H v (n,) at `x`."""
        return np.asarray(self.hessian_vector_product(x, v), dtype=np.float64)

    def third(self, x: Floats, u: Floats) -> tuple[Floats, float]:
        """T[u, u] (n,) = d/de H(x + e u) u at e = 0, and an estimate of its error."""
        step = self._step(u)
        return extrapolated(lambda e: (self.hvp(x + e * u, u) - self.hvp(x - e * u, u)) / (2 * e), step)

    def fourth(self, x: Floats, u: Floats) -> tuple[float, float]:
        """Q[u, u, u, u] = d^2/de^2 u.H(x + e u) u at e = 0, and an estimate of its error."""
        middle = u @ self.hvp(x, u)

        def second_difference(e: float) -> Floats:
            around = u @ (self.hvp(x + e * u, u) + self.hvp(x - e * u, u))
            return np.array([(around - 2 * middle) / e**2])

        value, error = extrapolated(second_difference, self._step(u))
        return float(value[0]), error

    def _step(self, u: Floats) -> float:
        return self.reach / max(float(np.linalg.norm(u)), np.finfo(np.float64).tiny)


def place(loss: Loss, at: ArrayLike | Mapping[str, float], argument: str = "at") -> Floats:
    """The parameters (n,) that are meant by an array or by a dict of names; `argument` is its name for messages.

    Raises
    ------
    UnknownName, BadValue, NotFinite
        For a wrong name; if there are not n, or they are not finite numbers.
    """
    if isinstance(at, Mapping):
        for name in at:
            if name not in loss.names:
                raise unknown("trained number", name, loss.names)
        missing = [name for name in loss.names if name not in at]
        if missing:
            raise BadValue(f"`{argument}` lacks {', '.join(missing[:8])}{', ...' * (len(missing) > 8)}.")
        at = [at[name] for name in loss.names]
    x = np.array(at, dtype=np.float64).reshape(-1)
    if len(x) != loss.size:
        raise BadValue(f"`{argument}` must have {loss.size} numbers, one a parameter, not {len(x)}.")
    if not np.isfinite(x).all():
        raise NotFinite(
            f"`{argument}` is not finite: {loss.names[int(np.argmin(np.isfinite(x)))]} is not a number."
        )
    return x
