"""`thresholds`: the largest stable learning rate at a minimum, and every special one, from the Hessian's spectrum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from contin.learning import adamw
from contin.learning.accepted import as_loss
from contin.learning.hyperparameters import checked
from contin.learning.lanczos import check_count
from contin.learning.loss import place
from contin.learning.scaled import scaled
from contin.learning.special_rates import special_rates
from contin.learning.spectrum import spectrum
from contin.learning.verdict import Thresholds, stationary
from contin.systems.optimizers import optimizer_named


def thresholds(
    loss: Any,
    *,
    at: ArrayLike | Mapping[str, float],
    optimizer: str = "gradient descent",
    parameters: Mapping[str, float] | None = None,
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
    loss : callable or Loss
        A plain function, of which the positional arguments are what is trained and keyword-only ones its own parameters; a
        `contin.Loss` (of arrays); a `MatrixFreeLoss`; what `torch_loss` gives; or any object with the methods of
        `contin.learning.Loss`.
    at : (n,) array or dict
        The minimum. `contin.minimum` finds one.
    optimizer : str
        "gradient descent", "heavy ball", "averaged momentum", "nesterov", "rmsprop", "adam", "adamw", or an alias.
    parameters : dict, optional
        Parameters of a plain function or `contin.Loss` that differ from their defaults.
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
        `momentum`, `beta1`, `beta2`, `alpha`, `eps`, `eps_inside`, `weight_decay`: the optimiser's own; defaults as in PyTorch,
        but 0.9 for momentum.

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
    >>> def double_well(theta, *, scale=1.0):
    ...     return scale * (theta**2 - 1) ** 2 / 4
    >>> thresholds(double_well, at={"theta": 1.0}, parameters={"scale": 2.0}).largest
    0.5

    By gradients and products only:

    >>> import numpy as np
    >>> H = np.diag([100.0, 1.0])
    >>> from contin import MatrixFreeLoss
    >>> bowl = MatrixFreeLoss(lambda x: H @ x, lambda x, v: H @ v, size=2)
    >>> thresholds(bowl, at=[0.0, 0.0], optimizer="heavy ball", momentum=0.5).largest
    0.03
    """
    loss = as_loss(loss, parameters)
    x = place(loss, at)
    check_count(count, loss.size)
    kind = optimizer_named(optimizer)
    rule, values, choices = checked(kind, hyperparameters)
    if kind.name == "adamw":
        return adamw.thresholds(loss, x, preconditioner, count, tolerance, most_products, values, choices)
    made = {name: True for name, choice in choices.items() if choice}
    seen = scaled(loss, preconditioner)
    found = spectrum(seen, x, count=count, tolerance=tolerance, most_products=most_products)
    frozen = preconditioner is not None
    applied = {**values, "eps": 1.0} if frozen and "eps" in values else values
    g = loss.gradient(x)
    directions = seen.root * found.vectors
    lengths = np.linalg.norm(directions, axis=1)
    h = float(found.values[0])
    at_rest = stationary(seen.root * seen.gradient(x), found, x)
    saddle = at_rest and found.smallest < -found.floor
    per_s = rule.flip(1.0, **applied)
    largest = 0.0 if saddle else per_s / h if h > found.floor or (h > 0 and not found.complete) else np.inf
    error = per_s * found.errors[0] / (h * max(h - found.errors[0], h / 2)) if 0 < largest < np.inf else 0.0
    return Thresholds(
        optimizer=kind.name,
        hyperparameters={**values, **made},
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
        special=special_rates(rule, applied, found.values, directions / lengths[:, None], found.floor),
        smooth=frozen or not rule.rough,
        rate_per_s=per_s,
        inside=values["eps"] if "eps_inside" in made and not frozen else 0.0,
        preconditioned=frozen,
        spectrum=found,
        scaled=seen,
    )
