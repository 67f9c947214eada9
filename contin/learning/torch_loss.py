"""Losses of PyTorch modules: the full batch, in double precision, on the CPU."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.errors import BadValue, MissingExtra, ModelError
from contin.learning.loss import ROUNDING

Floats = NDArray[np.float64]


class TorchLoss:
    """criterion(module(inputs), targets) + l2/2 |theta|^2 as a function of all parameters in a row.

    Made by `torch_loss`; the module itself is copied and never changed.

    Attributes
    ----------
    size : int
        n, the number of parameters.
    names : tuple of str
        "0.weight[2, 1]": the module's names, with the index.
    start : (n,) array
        The module's parameters when the loss was made.
    """

    def __init__(
        self, module: Any, criterion: Callable[[Any, Any], Any], inputs: Any, targets: Any, l2: float
    ) -> None:
        self._torch = torch = _torch()
        self._module = copy.deepcopy(module).to(device="cpu", dtype=torch.float64).eval()
        self._shapes = {name: tuple(p.shape) for name, p in self._module.named_parameters()}
        self._buffers = dict(self._module.named_buffers())
        self._criterion, self._l2 = criterion, float(l2)
        self._inputs, self._targets = _double(torch, inputs), _double(torch, targets)
        parts = [p.detach().reshape(-1) for p in self._module.parameters()]
        if not parts:
            raise ModelError("the module has no parameters.")
        self.start: Floats = torch.cat(parts).numpy().copy()
        self.size = len(self.start)
        if self._loss(self._tensor(self.start)).dim() != 0:
            raise ModelError("`criterion` must give one number: the mean or the sum over the batch.")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """A name for each of the n numbers."""
        return tuple(
            f"{name}[{', '.join(map(str, index))}]" if shape else name
            for name, shape in self._shapes.items()
            for index in np.ndindex(*shape)
        )

    def value(self, x: Floats) -> float:
        """The loss at `x` (n,)."""
        with self._torch.no_grad():
            return float(self._loss(self._tensor(x)))

    def gradient(self, x: Floats) -> Floats:
        """The gradient (n,) at `x` (n,)."""
        return self._derivative(x, x, 1)

    def hvp(self, x: Floats, v: Floats) -> Floats:
        """The Hessian at `x` times `v` (n,)."""
        return self._derivative(x, v, 2)

    def hessian(self, x: Floats) -> Floats:
        """The Hessian (n, n) at `x` (n,): all products at once."""
        grad = self._torch.autograd.grad
        theta = self._tensor(x).requires_grad_()
        (slope,) = grad(self._loss(theta), theta, create_graph=True, materialize_grads=True)
        one = self._torch.eye(self.size, dtype=self._torch.float64)
        (H,) = grad(slope, theta, one, is_grads_batched=True, materialize_grads=True)
        return np.array(H.numpy(), dtype=np.float64)

    def third(self, x: Floats, u: Floats) -> tuple[Floats, float]:
        """T[u, u] (n,), and a bound on its rounding."""
        w = self._derivative(x, u, 3)
        return w, ROUNDING * float(np.linalg.norm(w))

    def fourth(self, x: Floats, u: Floats) -> tuple[float, float]:
        """Q[u, u, u, u], and a bound on its rounding."""
        third = self._derivative(x, u, 4)
        return float(u @ third), ROUNDING * float(np.abs(u) @ np.abs(third))

    def module(self, x: ArrayLike) -> Any:
        """A copy of the module with the parameters `x` (n,)."""
        made = copy.deepcopy(self._module)
        made.load_state_dict({**self._parameters(self._tensor(np.asarray(x))), **self._buffers})
        return made

    def _tensor(self, x: Floats) -> Any:
        return self._torch.as_tensor(np.ascontiguousarray(x, dtype=np.float64))

    def _parameters(self, theta: Any) -> dict[str, Any]:
        sizes = [int(np.prod(shape)) for shape in self._shapes.values()]
        parts = theta.split(sizes)
        return {
            name: part.reshape(shape) for (name, shape), part in zip(self._shapes.items(), parts, strict=True)
        }

    def _loss(self, theta: Any) -> Any:
        both = {**self._parameters(theta), **self._buffers}
        outputs = self._torch.func.functional_call(self._module, both, (self._inputs,))
        loss = self._criterion(outputs, self._targets)
        return loss + self._l2 / 2 * (theta @ theta) if self._l2 else loss

    def _derivative(self, x: Floats, u: Floats, order: int) -> Floats:
        """The derivative tensor of L of this order at `x`, with `u` in all its places but one: (n,).

        Backwards again and again: the gradient of L, that of u.g, that of u.H u, ... Nested forward derivatives were tried and
        fail in PyTorch 2.13 wherever a derivative vanishes identically.
        """
        theta, along = self._tensor(x).requires_grad_(), self._tensor(u)
        scalar = self._loss(theta)
        for left in range(order - 1, -1, -1):
            if not scalar.requires_grad:  # a constant: all further derivatives are zero
                return np.zeros(self.size)
            (slope,) = self._torch.autograd.grad(scalar, theta, create_graph=left > 0, materialize_grads=True)
            scalar = slope @ along if left > 0 else scalar
        return np.array(slope.detach().numpy(), dtype=np.float64)


def torch_loss(
    module: Any, criterion: Callable[[Any, Any], Any], inputs: Any, targets: Any, *, l2: float = 0.0
) -> TorchLoss:
    """The full-batch loss of a PyTorch module, for `contin.thresholds`, `minimum` and `two_cycles`.

    Parameters
    ----------
    module : torch.nn.Module
        Copied, in double precision and evaluation mode (no dropout, batch normalisation with its stored statistics).
    criterion : callable
        ``criterion(outputs, targets)``, one number, as `torch.nn.CrossEntropyLoss()`.
    inputs, targets : tensors or arrays
        The whole batch; floating-point ones are taken in double precision.
    l2 : float
        Adds l2/2 |theta|^2. A classifier whose data can be told apart has no minimum without it.

    Returns
    -------
    TorchLoss
        Its `start` are the module's parameters; `contin.thresholds(loss, at=loss.start)`.

    Raises
    ------
    MissingExtra
        If PyTorch is not installed.
    BadValue, ModelError
        For a negative `l2`; if the module has no parameters, or the criterion does not give one number.

    Notes
    -----
    Third and fourth derivatives are those of the pieces where a module is not smooth (ReLU): near a kink a flip's coefficient
    is no guide.
    """
    if not 0 <= l2 < float("inf"):
        raise BadValue(f"`l2` must be zero or positive, not {l2!r}.")
    return TorchLoss(module, criterion, inputs, targets, l2)


def _torch() -> Any:
    try:
        return import_module("torch")
    except ImportError as error:
        raise MissingExtra("losses of PyTorch modules need PyTorch: pip install 'contin[torch]'") from error


def _double(torch: Any, data: Any) -> Any:
    tensor = torch.as_tensor(data).detach().cpu()
    return tensor.to(torch.float64) if tensor.is_floating_point() else tensor
