"""What is accepted as a loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contin.errors import BadValue, ModelError
from contin.learning.loss import Loss
from contin.learning.traced_loss import TracedLoss
from contin.systems import Loss as FunctionLoss


def as_loss(loss: Any, parameters: Mapping[str, float] | None = None) -> Loss:
    """A plain function or `contin.Loss` with exact derivatives, at these values of its own parameters; else the argument.

    Raises
    ------
    ModelError
        If it has not what a loss must have; the message says what is accepted.
    UnknownName, BadValue
        For a parameter that the loss does not have.
    """
    if isinstance(loss, Loss):
        if parameters:
            raise BadValue("`parameters` are those of a plain function; this loss has its own already.")
        return loss
    if isinstance(loss, FunctionLoss):
        return TracedLoss(loss, parameters)
    if callable(loss) and not isinstance(loss, type):
        return TracedLoss(FunctionLoss(loss), parameters)
    raise ModelError(
        f"a loss must be a plain function f(x, y, *, a=1.0), or contin.Loss(f, n) of arrays, and not {loss!r}. A gradient "
        "and a Hessian-vector product make one by `contin.MatrixFreeLoss`, a PyTorch module by `contin.torch_loss`; an object "
        "of your own needs gradient(x), hvp(x, v), third(x, u), fourth(x, u), size and names."
    )
