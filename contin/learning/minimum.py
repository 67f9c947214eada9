"""`minimum`: from a start to a true minimum, where the gradient is zero to rounding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.sparse.linalg import LinearOperator, minres

from contin.errors import NotConverged, NotFinite
from contin.learning.accepted import as_loss
from contin.learning.loss import Loss, place
from contin.learning.spectrum import ALL, ZERO, hessian

Floats = NDArray[np.float64]

NEWTON_STEPS = 30
NO_BETTER = 0.5  # a step that shrinks the gradient by less has met rounding
HALVINGS = 20


@dataclass(frozen=True, eq=False)
class Minimum:
    """A minimum.

    Attributes
    ----------
    x : (n,) array
    names : tuple of str
    gradient : float
        Largest component of the gradient.
    products : int
        Hessian-vector products spent.
    smallest_eigenvalue : float or None
        Of the Hessian; None in models too large for all eigenvalues.
    """

    x: Floats = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    gradient: float
    products: int
    smallest_eigenvalue: float | None

    def __getitem__(self, name: str) -> float:
        """Value of a parameter by name."""
        return float(self.x[self.names.index(name)])


def minimum(
    loss: Any,
    start: ArrayLike | Mapping[str, float],
    *,
    parameters: Mapping[str, float] | None = None,
    most_steps: int = 2000,
    gradient: float = 1e-10,
) -> Minimum:
    """The minimum that a start leads to: trust-region Newton steps downhill, then Newton's method to rounding.

    Parameters
    ----------
    loss : callable or Loss
        As for `contin.thresholds`; with a method `value`, if the start is far from the minimum.
    start : (n,) array or dict
    parameters : dict, optional
        Parameters of a plain function or `contin.Loss` that differ from their defaults.
    most_steps : int
        Of the trust-region method.
    gradient : float
        The largest component of the gradient that is accepted; what is reached is usually at rounding.

    Returns
    -------
    Minimum

    Raises
    ------
    NotConverged
        If the gradient stays larger, or the point that is reached has negative curvature.
    NotFinite
        If the gradient at the start is not finite.

    Notes
    -----
    Trust-region method: SciPy's "trust-ncg" (Nocedal and Wright, Numerical Optimization, section 7.1). Where minima form a
    manifold, Newton's steps are those of smallest length (by eigenvectors, or MINRES).
    """
    loss = as_loss(loss, parameters)
    x = place(loss, start, "start")
    if not np.isfinite(loss.gradient(x)).all():
        raise NotFinite("the gradient is not finite at the start.")
    counted = _Counted(loss)
    if getattr(loss, "value", None) is not None:
        x = np.asarray(
            minimize(
                loss.value,
                x,
                jac=loss.gradient,
                hessp=counted.hvp,
                method="trust-ncg",
                options={"gtol": 1e-9, "maxiter": most_steps},
            ).x
        )
    x = _polished(counted, x)
    left = float(np.abs(loss.gradient(x)).max())
    if not left <= gradient:
        raise NotConverged(
            f"no minimum: the gradient's largest component is still {left:.2g}; try another start, more `most_steps`, "
            "or a little L2 regularisation, without which a classifier may have no minimum."
        )
    smallest = None
    if loss.size <= ALL:
        values = np.linalg.eigvalsh(hessian(counted, x))
        smallest = float(values[0])
        if smallest < -ZERO * np.abs(values).max():
            raise NotConverged(
                f"not a minimum: the point that is reached has an eigenvalue {smallest:.6g} of the Hessian; "
                "start a little beside it."
            )
    return Minimum(x, tuple(loss.names), left, counted.products, smallest)


class _Counted:
    """A loss whose Hessian-vector products are counted."""

    def __init__(self, loss: Loss) -> None:
        self.size, self.names = loss.size, loss.names
        self.gradient, self.third, self.fourth = loss.gradient, loss.third, loss.fourth
        self._hvp, self.products = loss.hvp, 0

    def hvp(self, x: Floats, v: Floats) -> Floats:
        self.products += 1
        return self._hvp(x, v)


def _polished(loss: Loss, x: Floats) -> Floats:
    """Newton's method on the gradient, halving steps that make it larger, until rounding."""
    g = loss.gradient(x)
    for _ in range(NEWTON_STEPS):
        size = float(np.linalg.norm(g))
        if size == 0:
            break
        step = _newton_step(loss, x, g)
        for halving in range(HALVINGS):
            new = x + step / 2**halving
            new_g = loss.gradient(new)
            if np.linalg.norm(new_g) < size:
                break
        else:
            break
        x, g = new, new_g
        if np.linalg.norm(g) > NO_BETTER * size and halving == 0:
            break
    return x


def _newton_step(loss: Loss, x: Floats, g: Floats) -> Floats:
    """-H^+ g, the smallest step that solves H step = -g."""
    if loss.size <= ALL:
        values, vectors = np.linalg.eigh(hessian(loss, x))
        some = np.abs(values) > ZERO * np.abs(values).max()
        step: Floats = -vectors[:, some] @ ((vectors[:, some].T @ g) / values[some])
        return step
    n = loss.size
    operator = LinearOperator((n, n), matvec=lambda v: loss.hvp(x, np.ravel(v)), dtype=np.float64)
    solution, _ = minres(operator, -g, rtol=1e-8, maxiter=10 * ALL)
    return np.asarray(solution)
