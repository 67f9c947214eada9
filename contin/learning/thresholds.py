"""`thresholds`: the largest stable learning rate at a minimum, and every special one, from the Hessian's spectrum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from contin.learning import adamw
from contin.learning.lanczos import check_count
from contin.learning.loss import as_loss, place
from contin.learning.rules import checked, rule_named
from contin.learning.scaled import scaled
from contin.learning.special_rates import special_rates
from contin.learning.spectrum import spectrum
from contin.learning.verdict import Thresholds, stationary


def thresholds(
    loss: Any,
    *,
    at: ArrayLike | Mapping[str, float],
    optimizer: str = "gradient descent",
    preconditioner: ArrayLike | None = None,
    count: int = 1,
    tolerance: float = 1e-8,
    most_products: int = 300,
    **hyperparameters: float,
) -> Thresholds:
    """The largest stable learning rate of an optimiser at a minimum, and all special learning rates.

    Only gradients and Hessian-vector products are used. Up to 200 parameters all eigenvalues of the
    Hessian are computed, above that the largest, by Lanczos' method.

    Parameters
    ----------
    loss : Loss
        A `MatrixFreeLoss`, what `torch_loss` gives, or any object with the methods of `contin.learning.Loss`.
    at : (n,) array or dict
        The minimum. `contin.minimum` finds one.
    optimizer : str
        "gradient descent", "heavy ball", "averaged momentum", "nesterov", "rmsprop", "adam" or "adamw".
    preconditioner : float or (n,) array, optional
        What the gradient is divided by, held fixed: sqrt(v) + eps of a running Adam. Without it RMSProp and Adam stand at the
        minimum, where v = 0.
    count : int
        How many of the largest eigenvalues a large model is asked for.
    tolerance : float
        Relative accuracy of these.
    most_products : int
        Hessian-vector products to spend at most; each keeps a vector of n numbers.
    **hyperparameters : float
        `momentum`, `beta1`, `beta2`, `alpha`, `eps`, `eps_inside`, `weight_decay`: the optimiser's own; defaults as in PyTorch.

    Returns
    -------
    Thresholds

    Raises
    ------
    UnknownName, BadValue
        For a name or a value that cannot be meant.
    NotConverged
        If the eigenvalue is not known to `tolerance` after `most_products`; with AdamW also if `at` is not its fixed point.
    NotFinite, ModelError
        If a product is not finite, or the products are not those of a symmetric matrix.

    Notes
    -----
    Stated for the full batch and a constant learning rate. At a point that is not stationary only the sharpness
    against its threshold is claimed.

    Examples
    --------
    >>> import numpy as np
    >>> H = np.diag([100.0, 1.0])
    >>> from contin import MatrixFreeLoss
    >>> bowl = MatrixFreeLoss(lambda x: H @ x, lambda x, v: H @ v, size=2)
    >>> thresholds(bowl, at=[0.0, 0.0], optimizer="heavy ball", momentum=0.5).largest
    0.03
    """
    loss = as_loss(loss)
    x = place(loss, at)
    check_count(count, loss.size)
    if adamw.is_named(optimizer):
        return adamw.thresholds(loss, x, preconditioner, count, tolerance, most_products, hyperparameters)
    rule = rule_named(optimizer)
    values = checked(rule, hyperparameters)
    seen = scaled(loss, preconditioner)
    found = spectrum(seen, x, count=count, tolerance=tolerance, most_products=most_products)
    divisor = rule.divisor(values) if preconditioner is None else 1.0
    g = loss.gradient(x)
    directions = seen.root * found.vectors
    lengths = np.linalg.norm(directions, axis=1)
    h = float(found.values[0])
    at_rest = stationary(seen.root * seen.gradient(x), found, x)
    saddle = at_rest and found.smallest < -found.floor
    per_s = divisor * rule.flip(values)
    largest = 0.0 if saddle else per_s / h if h > found.floor or (h > 0 and not found.complete) else np.inf
    error = per_s * found.errors[0] / (h * max(h - found.errors[0], h / 2)) if 0 < largest < np.inf else 0.0
    return Thresholds(
        optimizer=rule.name,
        hyperparameters=values,
        at=x,
        largest=float(largest),
        limited_by="not a minimum" if saddle else "flip" if largest < np.inf else "nothing",
        error=float(error),
        eigenvalues=found.values,
        eigenvalue_errors=found.errors,
        directions=directions / lengths[:, None],
        smallest_eigenvalue=found.smallest,
        complete=found.complete,
        zeros=found.zeros,
        gradient=float(np.linalg.norm(g)),
        stationary=at_rest,
        special=special_rates(
            rule, values, divisor, found.values, directions / lengths[:, None], found.floor
        ),
        smooth=rule.smooth(values) or preconditioner is not None,
        rate_per_s=per_s,
        inside=float(values["eps"]) if values.get("eps_inside") and preconditioner is None else 0.0,
        preconditioned=preconditioner is not None,
        spectrum=found,
        scaled=seen,
    )
