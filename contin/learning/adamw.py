"""AdamW: its fixed point is no minimum of the loss, and its multipliers mix the Hessian with the decay.

At a fixed point m = g and v = g^2, so that lambda x (|g| + eps) = -g, coordinate by coordinate. This is
g(x) = -lambda eps x/(1 - lambda |x|): the fixed points are the stationary points of L(x) + sum phi(x_i) with phi convex, and
|x_i| < 1/lambda (Xie and Li, Implicit bias of AdamW, ICML 2024). `DecayedLoss` is that sum, so that `contin.minimum` finds them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.errors import BadValue, NotConverged
from contin.learning.accepted import as_loss
from contin.learning.loss import Loss
from contin.learning.scaled import Scaled
from contin.learning.special_rates import SpecialRate
from contin.learning.spectrum import hessian, spectrum
from contin.learning.verdict import Thresholds, stationary

Floats = NDArray[np.float64]

MOST_DENSE = 64  # parameters up to which all 3n multipliers are computed
RATES = np.linspace(0.02, 0.999, 50)  # of the flip's, at which they are looked at
HALVINGS = 60
AT_FIXED_POINT = 1e-5  # of eps: W depends on |g| + eps


@dataclass(frozen=True)
class DecayedLoss:
    """L(x) + sum phi(x_i) with phi' = lambda eps x/(1 - lambda |x|): its minima are AdamW's fixed points.

    Parameters
    ----------
    loss : callable or Loss
        As for `contin.thresholds`.
    weight_decay, eps : float
        AdamW's lambda and eps.
    """

    loss: Loss
    weight_decay: float = 0.01
    eps: float = 1e-8

    def __post_init__(self) -> None:
        object.__setattr__(self, "loss", as_loss(self.loss))

    @property
    def size(self) -> int:
        """The number of parameters."""
        return self.loss.size

    @property
    def names(self) -> Sequence[str]:
        """The parameters' names."""
        return self.loss.names

    def _room(self, x: Floats) -> Floats:
        return 1 - self.weight_decay * np.abs(x)

    def value(self, x: Floats) -> float:
        """The sum (infinite where some |x_i| is 1/lambda or more)."""
        if (self._room(x) <= 0).any():
            return float("inf")
        decay, room = self.weight_decay, self._room(x)
        added = -self.eps * (np.abs(x) + np.log(room) / decay).sum() if decay > 0 else 0.0
        return float(self.loss.value(x)) + float(added)  # type: ignore[attr-defined]

    def gradient(self, x: Floats) -> Floats:
        """The gradient (n,) of the sum."""
        return self.loss.gradient(x) + self.weight_decay * self.eps * x / self._room(x)

    def hvp(self, x: Floats, v: Floats) -> Floats:
        """The Hessian of the sum times `v`."""
        return self.loss.hvp(x, v) + self.weight_decay * self.eps * v / self._room(x) ** 2

    def third(self, x: Floats, u: Floats) -> tuple[Floats, float]:
        """T[u, u] of the sum; at x_i = 0, where phi has no third derivative, the mean of both sides."""
        w, error = self.loss.third(x, u)
        return w + 2 * self.weight_decay**2 * self.eps * np.sign(x) * u**2 / self._room(x) ** 3, error

    def fourth(self, x: Floats, u: Floats) -> tuple[float, float]:
        """Q[u, u, u, u] of the sum."""
        Q, error = self.loss.fourth(x, u)
        return Q + float((6 * self.weight_decay**3 * self.eps * u**4 / self._room(x) ** 4).sum()), error


def thresholds(
    loss: Loss,
    x: Floats,
    preconditioner: ArrayLike | None,
    count: int,
    tolerance: float,
    most_products: int,
    values: Mapping[str, float],
    choices: Mapping[str, bool],
) -> Thresholds:
    """As `contin.thresholds`, at a fixed point of AdamW.

    Notes
    -----
    A multiplier is -1 where 2/eta is an eigenvalue of lambda + W H, with the diagonal
    W = (1-b1)/(1+b1)/(|g|+eps) - (1-b2)/(1+b2) |g|/(|g|+eps)^2.
    The other multipliers are no function of single eigenvalues; up to 64 parameters all of them are computed.

    Raises
    ------
    NotConverged
        If `x` is not a fixed point.
    BadValue
    """
    if choices["eps_inside"]:
        raise BadValue(
            "`eps_inside` is not for AdamW, whose fixed point is known with eps outside the root only."
        )
    if preconditioner is not None:
        raise BadValue("`preconditioner` is not for AdamW, whose fixed point has its own.")
    decay, eps, b1, b2 = (values[name] for name in ("weight_decay", "eps", "beta1", "beta2"))
    g = np.abs(loss.gradient(x))
    W = (1 - b1) / (1 + b1) / (g + eps) - (1 - b2) / (1 + b2) * g / (g + eps) ** 2
    if not (W > 0).all():
        raise BadValue(
            f"with beta1 = {b1:g}, beta2 = {b2:g} the effective step is not positive at this point; "
            "take beta2 larger than beta1."
        )
    seen = Scaled(loss, np.sqrt(W))
    found = spectrum(seen, x, count=count, tolerance=tolerance, most_products=most_products)
    decayed = DecayedLoss(loss, decay, eps)
    left = decayed.gradient(x)
    off = float(np.abs(left).max())
    if not stationary(W * left, found, x) or off > AT_FIXED_POINT * eps:
        raise NotConverged(
            "AdamW's fixed point is not the loss's minimum: lambda x (|g| + eps) = -g must hold, and here it is off by "
            f"{off:.2g} in the gradient; try at = contin.minimum(contin.learning.DecayedLoss("
            f"loss, weight_decay={decay:g}, eps={eps:g}), start).x."
        )
    h = float(found.values[0])
    saddle = found.smallest < -found.floor
    flip = 2 / (decay + h)
    eta, limit, remark = (
        flip,
        "flip",
        "only the flip was looked for: with AdamW other multipliers need 3n x 3n matrices",
    )
    if loss.size <= MOST_DENSE and not saddle:
        eta, limit, remark = _first_loss(hessian(loss, x), loss.gradient(x), values, flip)
    directions = seen.root * found.vectors
    directions = directions / np.linalg.norm(directions, axis=1)[:, None]
    return Thresholds(
        optimizer="adamw",
        hyperparameters=dict(values),
        at=x,
        largest=0.0 if saddle else eta,
        limited_by="not a minimum" if saddle else limit,
        error=0.0 if saddle else float(2 * found.errors[0] / (decay + h) ** 2 + eta * off / eps),
        eigenvalues=found.values,
        eigenvalue_errors=found.errors,
        directions=directions,
        smallest_eigenvalue=found.smallest,
        complete=found.complete,
        zeros=found.zeros,
        gradient=float(np.linalg.norm(g)),
        stationary=True,
        special=tuple(
            SpecialRate(2 / (decay + float(mu)), "flip", float(mu), direction)
            for mu, direction in zip(found.values, directions, strict=True)
            if mu > found.floor
        ),
        smooth=False,
        rate_per_s=2.0,
        inside=0.0,
        preconditioned=True,
        spectrum=found,
        scaled=seen,
        remarks=(remark,) if remark else (),
    )


def step_matrix(H: Floats, g: Floats, eta: float, values: Mapping[str, float]) -> Floats:
    """The Jacobian (3n, 3n) of a step of AdamW in (x, m, v) at a fixed point with Hessian `H` and gradient `g`.

    At g_i = 0 the step does not change with v_i, though sqrt(v_i) has no derivative there.
    """
    n = len(g)
    decay, eps, b1, b2 = (values[name] for name in ("weight_decay", "eps", "beta1", "beta2"))
    one, none = np.eye(n), np.zeros((n, n))
    m = np.hstack([(1 - b1) * H, b1 * one, none])
    v = np.hstack([2 * (1 - b2) * g[:, None] * H, none, b2 * one])
    by_m, by_v = 1 / (np.abs(g) + eps), np.sign(g) / (2 * (np.abs(g) + eps) ** 2)
    x = np.hstack([(1 - eta * decay) * one, none, none]) - eta * (by_m[:, None] * m - by_v[:, None] * v)
    return np.vstack([x, m, v])


def _first_loss(H: Floats, g: Floats, values: Mapping[str, float], flip: float) -> tuple[float, str, str]:
    """The first learning rate up to the flip's at which a multiplier reaches the unit circle."""

    def radius(eta: float) -> float:
        return float(np.abs(np.linalg.eigvals(step_matrix(H, g, eta, values))).max())

    outside = [eta for eta in RATES * flip if radius(eta) > 1 + 1e-12]
    if not outside:
        return flip, "flip", ""
    low, high = max([0.0, *(eta for eta in RATES * flip if eta < outside[0])]), outside[0]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if radius(middle) > 1 else (middle, high)
    return (
        high,
        "neimark-sacker",
        f"before the flip at eta = {flip:.10g} a complex pair leaves the unit circle",
    )
