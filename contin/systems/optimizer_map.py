"""An optimiser on a loss as a map, whose bifurcation parameter is the learning rate."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.errors import BadValue, ModelError, unknown
from contin.systems.loss import Loss
from contin.systems.map import Map
from contin.systems.optimizer_step import RATE, step_layers, step_of
from contin.systems.optimizers import REST, Optimizer, Rule, optimizer_named
from contin.systems.rest import Balance, balance_of

if TYPE_CHECKING:
    from contin.systems.compiled import CompiledModel
    from contin.systems.layers import Layers
    from contin.systems.source import Writer

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, init=False, repr=False)
class OptimizerMap(Map):
    """Training by one optimiser: the map from one step's parameters and memory to the next.

    Its states are the loss's trained numbers, then the optimiser's memory of each (`previous_theta`, `m_theta`, `v_theta`), then,
    with bias correction, `beta1_t` and `beta2_t`, the powers of beta. Its parameters are `eta`, the learning rate, the
    optimiser's hyperparameters, then the loss's own.

    >>> def double_well(theta, *, scale=1.0):
    ...     return scale * (theta**2 - 1) ** 2 / 4
    >>> OptimizerMap(double_well, "heavy ball", {"momentum": 0.5})
    <OptimizerMap double_well by heavy ball(theta, previous_theta; eta=0.001, momentum=0.5, scale=1)>

    Parameters
    ----------
    loss : callable or Loss
        Positional arguments are what is trained, keyword-only ones the loss's own parameters. For arrays: `Loss(f, n)`.
    optimizer : str or Optimizer
        "gradient descent", "heavy ball", "averaged momentum", "nesterov", "rmsprop", "adam", "adamw", or an alias.
    hyperparameters : mapping of str to float, optional
        Defaults of any of the map's parameters; those of the optimiser are PyTorch's, but 0.9 for momentum.
    name : str, optional
    **choices : bool
        `bias_correction` of Adam and AdamW: PyTorch has it, here it is left out by default, for it dies out. `eps_inside`
        of them and RMSProp: sqrt(v + eps) instead of sqrt(v) + eps.

    Raises
    ------
    UnknownName
        For an optimiser, a parameter or a choice that is not known.
    ModelError
        If the loss cannot be traced and has no gradient, or a name stands twice.
    """

    made_by: ClassVar[str] = "contin.OptimizerMap(loss, optimizer)"

    loss: Loss = field(default=None, repr=False)  # type: ignore[assignment]
    optimizer: Optimizer = field(default=None, repr=False)  # type: ignore[assignment]
    choices: Mapping[str, bool] = field(default_factory=dict, repr=False)
    rule: Rule = field(default=None, repr=False)  # type: ignore[assignment]

    def __init__(
        self,
        loss: Callable[..., Any] | Loss,
        optimizer: str | Optimizer = "gradient descent",
        hyperparameters: Mapping[str, float] | None = None,
        name: str | None = None,
        **choices: bool,
    ) -> None:
        loss = loss if isinstance(loss, Loss) else Loss(loss)
        kind = optimizer if isinstance(optimizer, Optimizer) else optimizer_named(optimizer)
        for choice in choices:
            if choice not in kind.choices:
                raise unknown(f"choice of {kind.name}", choice, tuple(kind.choices))
        made = {**kind.choices, **choices}
        rule = kind.rule(**made)
        parameters = {RATE: kind.eta, **kind.hyperparameters, **loss.parameters}
        clocks = [f"{beta}_t" for beta in rule.clocks]
        states = [*loss.names, *(f"{slot}_{x}" for slot in rule.slots for x in loss.names), *clocks]
        _check_once([*states, RATE, *kind.hyperparameters, *loss.parameters], loss, kind)
        for key in hyperparameters or {}:
            if key not in parameters:
                raise unknown("parameter", key, tuple(parameters))
        super().__init__(
            step_of(loss, kind, rule, states, parameters),
            states,
            {**parameters, **(hyperparameters or {})},
            name=name or f"{loss.name} by {kind.name}",
            named=True,
        )
        put = functools.partial(object.__setattr__, self)
        put("loss", loss)
        put("optimizer", kind)
        put("choices", made)
        put("rule", rule)

    def with_parameters(self, name: str | None = None, **defaults: float) -> Self:
        """The same map with other defaults of some parameters."""
        for key in defaults:
            if key not in self.parameters:
                raise unknown("parameter", key, tuple(self.parameters))
        return type(self)(
            self.loss, self.optimizer, {**self.parameters, **defaults}, name or self.name, **self.choices
        )

    def written(self, writer: Writer) -> list[str]:
        """Lines of Python that make the map again, of the loss and the optimiser's name."""
        loss = self.loss
        roles = [writer.define(loss.function), f"{dict(loss.shapes)!r}"]
        if loss.given_gradient is not None:
            roles.append(f"gradient={writer.define(loss.given_gradient)}")
        return [
            f"system = contin.OptimizerMap(\n    contin.Loss({', '.join(roles)}, name={loss.name!r}),",
            f"    {self.optimizer.name!r},",
            f"    {dict(self.parameters)!r},",
            f"    name={self.name!r},",
            *(f"    {choice}={value!r}," for choice, value in self.choices.items()),
            ")",
        ]

    def layers(self, states: list[Any], parameters: list[Any]) -> Layers:
        """The step's formulas in the gradient's components, and theirs: each is differentiated once."""
        if self.loss.given_gradient is not None:
            return super().layers(states, parameters)
        return step_layers(self.loss, self.optimizer, self.rule, states, parameters)

    @functools.cached_property
    def compiled(self) -> CompiledModel:
        """The map in machine code.

        Raises
        ------
        ModelError
            If the step is not smooth at a minimum and there are no exact derivatives.
        """
        compiled = super().compiled
        if self.rule.rough and compiled.derivatives != "symbolic":
            raise ModelError(
                f"'{self.name}' has no exact derivatives ({compiled.reason}), and where v = 0 differences are wrong: "
                "write the loss as one formula or a shorter one, or choose eps_inside=True."
            )
        return compiled

    def hyperparameters(self, parameters: Floats | None = None) -> dict[str, float]:
        """The optimiser's own, `eta` left out, at all `parameters` (k,) or by default."""
        values = self.parameters.values() if parameters is None else np.asarray(parameters).tolist()
        known = dict(zip(self.parameters, values, strict=True))
        return {name: known[name] for name in self.optimizer.hyperparameters}

    def state_vector(self, start: Mapping[str, float] | ArrayLike) -> Floats:
        """A state (n,) from a dict, or an array of all states or of the trained numbers alone.

        What is left out is as at rest: previous = theta, m = v = 0, beta^t = 0 (long training).

        Raises
        ------
        UnknownName, BadValue
            For wrong names, missing trained numbers, a wrong length, or values that are not finite.
        """
        names = self.loss.names
        if isinstance(start, Mapping):
            missing = [name for name in names if name not in start]
            if missing:
                raise BadValue(f"`start` lacks {', '.join(missing)} of the loss '{self.loss.name}'.")
            if any(key not in self.states for key in start):
                return super().state_vector(start)
            theta = np.array([start[name] for name in names], dtype=float)
            rest = dict(zip(self.states, self._at_rest(theta, np.zeros(len(names))), strict=True))
            return super().state_vector({**rest, **start})
        array = np.asarray(start)
        if array.shape == (len(names),) and array.dtype.kind in "bif":
            return super().state_vector(self._at_rest(array.astype(float), np.zeros(len(names))))
        return super().state_vector(start)

    def _at_rest(self, theta: Floats, g: Floats) -> Floats:
        """The state (n,) of an optimiser that rests at `theta` with the gradient `g`."""
        slots = [REST[slot](theta, g) for slot in self.rule.slots]
        return np.concatenate([theta, *slots, np.zeros(len(self.rule.clocks))])

    def resting(self, state: Floats, parameters: Floats) -> Floats:
        """The state (n,) at rest near `state`: where the gradient, of AdamW its balance, vanishes; else `state` itself.

        In all states at once Newton's method would not find it: away from a minimum Adam's step hardly depends on theta.
        """
        if self._balance is None:
            return state
        values = np.asarray(parameters, dtype=float).tolist()
        theta = self._balance.zero(state[: len(self.loss.names)], values)
        own = dict(zip(self.parameters, values, strict=True))
        g = self.loss.gradient(theta, **{name: own[name] for name in self.loss.parameters})
        return self._at_rest(theta, g) if np.isfinite(g).all() else state

    @functools.cached_property
    def _balance(self) -> Balance | None:
        if self.loss.given_gradient is not None:
            return None
        return balance_of(self.loss, self.rule, tuple(self.parameters))

    def is_smooth_at(self, state: Floats, parameters: Floats) -> bool:
        """Whether third derivatives exist at `state` (n,): not where Adam's v is zero beside eps^2."""
        from contin_kernels.root import SMALL

        if not self.rule.rough:
            return True
        n = len(self.loss.names)
        at = n * (1 + self.rule.slots.index("v"))
        eps = self.hyperparameters(parameters[: len(self.parameters)])["eps"]
        return bool(np.all(state[at : at + n] > SMALL * eps**2))


def _check_once(names: list[str], loss: Loss, optimizer: Optimizer) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ModelError(
                f"'{name}' of the loss '{loss.name}' is a name of {optimizer.name}, too: choose another in the loss."
            )


__all__ = ["OptimizerMap"]
