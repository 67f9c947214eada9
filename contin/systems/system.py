"""Models in array form: a function of states and parameters, with names; what flows and maps share."""

from __future__ import annotations

import functools
import math
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.errors import BadValue, ModelError, unknown
from contin.systems.source import collect_definition, collect_source, hash_of, plain_function

if TYPE_CHECKING:
    from contin.systems.compiled import CompiledModel
    from contin.systems.conservation import Law
    from contin.systems.layers import Layers
    from contin.systems.source import Writer


@dataclass(frozen=True, eq=False, init=False, repr=False)
class System:
    """A function f(x, p) of a state and parameters: what `Flow` and `Map` document.

    Attributes
    ----------
    made_by : str
        How such a system is made, for messages.
    result : str
        What the function gives for one state, with `{}` for its name.
    """

    made_by: ClassVar[str]
    result: ClassVar[str]

    function: Callable[..., Any]
    states: tuple[str, ...]
    parameters: Mapping[str, float]
    jacobian: Callable[..., Any] | None = None
    name: str = ""
    named: bool = field(default=False, repr=False)

    def __init__(
        self,
        function: Callable[..., Any],
        states: int | Sequence[str],
        parameters: Mapping[str, float],
        jacobian: Callable[..., Any] | None = None,
        name: str | None = None,
        named: bool = False,
    ) -> None:
        if isinstance(states, int):
            states = [f"x{i}" for i in range(states)]
        function = plain_function(function)
        put = functools.partial(object.__setattr__, self)
        put("function", function)
        put("states", tuple(states))
        put("parameters", {key: _parameter(key, value) for key, value in parameters.items()})
        put("jacobian", plain_function(jacobian))
        put("name", name or getattr(function, "__name__", "model"))
        put("named", named)
        put("__doc__", function.__doc__)
        self._check_names()

    @property
    def particulars(self) -> dict[str, Any]:
        """Arguments of its class beside those of every system, where they are given."""
        return {}

    @property
    def laws(self) -> Mapping[str, Law]:
        """The linear conservation laws by name: none, where they are not looked for."""
        return {}

    def laws_at(self, parameters: NDArray[np.float64], free: str | None = None) -> dict[str, Law]:
        """The laws at these parameters (k,), whatever the value of the free one."""
        return dict(self.laws)

    def written(self, writer: Writer) -> list[str]:
        """Lines of Python that make the system of what `writer` defines."""
        roles = [writer.define(self.function)]
        if self.jacobian is not None:
            roles.append(f"jacobian={writer.define(self.jacobian)}")
        return [
            f"system = contin.{type(self).__name__}(\n    {roles[0]},",
            f"    {list(self.states)!r},",
            f"    {dict(self.parameters)!r},",
            *(f"    {role}," for role in roles[1:]),
            *(f"    {name}={value!r}," for name, value in self.particulars.items()),
            f"    name={self.name!r},\n    named={self.named},\n)",
        ]

    def layers(self, states: list[Any], parameters: list[Any]) -> Layers:
        """The formulas of f in these symbols.

        Raises
        ------
        CannotTrace
            If the function looks at values or its formula is too large.
        ModelError
            If the function is wrong for numbers, too.
        """
        from contin.systems.layers import Layers
        from contin.systems.tracing import trace

        return Layers(trace(self, states, parameters))

    def resting(self, state: NDArray[np.float64], parameters: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where to look for an equilibrium or fixed point that is meant to be near `state` (n,): there."""
        return state

    def is_smooth_at(self, state: NDArray[np.float64], parameters: NDArray[np.float64]) -> bool:
        """Whether third derivatives exist at `state` (n,), so that normal forms do."""
        return True

    def _check_names(self) -> None:
        names = [*self.states, *self.parameters]
        if not self.states:
            raise ModelError(
                f"'{self.name}' has no states: write them as positional arguments, f(x, y, *, a=1.0)."
            )
        if not self.parameters:
            raise ModelError(f"'{self.name}' has no parameters: write them after a *, f(x, y, *, a=1.0).")
        for name in names:
            if not name.isidentifier():
                raise ModelError(f"'{name}' in '{self.name}' is no identifier.")
            if names.count(name) > 1:
                raise ModelError(f"'{name}' stands twice among the states and parameters of '{self.name}'.")

    @functools.cached_property
    def source(self) -> str:
        """The model's source text, with the helper functions and constants it uses, as at the first call."""
        return collect_source(self)

    @functools.cached_property
    def definition(self) -> str:
        """The part of `source` that defines the functions, without name and defaults of the model."""
        return collect_definition(self)[0]

    @functools.cached_property
    def hash(self) -> str:
        """Hash (hex) of the source, the names and the parameters' defaults."""
        return hash_of(self)

    @functools.cached_property
    def compiled(self) -> CompiledModel:
        """The model in machine code; compiled at the first use and kept on disk where possible."""
        from contin.systems.compiled import compile_model

        return compile_model(self)

    @property
    def is_compiled(self) -> bool:
        """Whether `compiled` has been made already."""
        return "compiled" in self.__dict__

    def __call__(self, *values: Any, **parameters: Any) -> Any:
        """f at a state, in plain Python: `griffith(2.0, 0.8, a=0.4)`; array form: `f(x, p, out)`."""
        return self.function(*values, **parameters)

    def evaluate(self, state: ArrayLike, parameters: ArrayLike) -> NDArray[np.float64]:
        """f at `state` (n,) and `parameters` (k,), evaluated by the Python function itself: (n,).

        Raises
        ------
        ModelError
            If the function raises or returns another number of values than there are states.
        """
        x = np.asarray(state, dtype=np.float64)
        p = np.asarray(parameters, dtype=np.float64)
        out = np.full(len(self.states), np.nan)
        try:
            with np.errstate(all="ignore"):
                if self.named:
                    returned = self.function(
                        *x.tolist(), **dict(zip(self.parameters, p.tolist(), strict=True))
                    )
                else:
                    self.function(x.copy(), p.copy(), out)
        except Exception as error:
            if means_not_finite(error):
                return np.full(len(self.states), np.nan)
            raise ModelError(f"{self.complaint(error)}, at {self.describe(x, p)}.") from error
        if self.named:
            out[:] = [self._number(i, value) for i, value in enumerate(self.values(returned))]
        return out

    def _number(self, i: int, value: Any) -> float:
        if isinstance(value, complex | np.complexfloating):
            return math.nan  # a negative number to a fractional power, NaN in compiled code
        if np.ndim(value) or not isinstance(value, int | float | np.number | np.bool_ | np.ndarray):
            raise ModelError(
                f"'{self.name}' returns {_shown(value)} for {self.result.format(self.states[i])}; a number is needed."
            )
        return float(value)

    def complaint(self, error: Exception) -> str:
        """The beginning of a message: what the function raised, and in which line."""
        file = getattr(getattr(self.function, "__code__", None), "co_filename", "")
        lines = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file
        ]
        where = f" (line {lines[-1]} of {Path(file).name})" if lines else ""
        return f"'{self.name}' raises {type(error).__name__}: {str(error).rstrip('.')}{where}"

    def trial_points(self, count: int = 4) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Points (x, p) for trying the function: states between 0.1 and 1.4, parameters near their defaults."""
        random = np.random.default_rng(8)
        p = np.array(list(self.parameters.values()))
        points = []
        for i in range(count):
            x = random.uniform(0.1, 1.4, len(self.states))
            points.append(
                (x, p + 0.03 * i * random.uniform(0.1, 1.0, p.shape) * np.where(p == 0.0, 0.1, np.abs(p)))
            )
        return points

    def check(self) -> None:
        """Call the function at the trial points as plain Python.

        Raises
        ------
        ModelError
            If it raises or returns another number of values than there are states.
        """
        for x, p in self.trial_points():
            self.evaluate(x, p)

    def values(self, returned: Any) -> list[Any]:
        """What the function returned, as a list of n values.

        Raises
        ------
        ModelError
            If their number is not the number of states.
        """
        n = len(self.states)
        listed = list(returned) if isinstance(returned, tuple | list) or np.ndim(returned) else [returned]
        if any(value is None for value in listed):
            raise ModelError(f"'{self.name}' returns None: is a `return` missing?")
        if len(listed) != n:
            some = "1 value" if len(listed) == 1 else f"{len(listed)} values"
            raise ModelError(
                f"'{self.name}' returns {some} for {n} state{'s' * (n > 1)} ({', '.join(self.states)}); "
                "return one number for each state, in the order of the arguments."
            )
        return listed

    def describe(self, state: ArrayLike, parameters: ArrayLike) -> str:
        """Names and values of a state and parameters, for messages."""
        values = [*np.asarray(state, dtype=float).tolist(), *np.asarray(parameters, dtype=float).tolist()]
        names = [*self.states, *self.parameters]
        shown = [f"{name} = {value:.6g}" for name, value in zip(names, values, strict=True)]
        return ", ".join(shown if len(shown) <= 12 else [*shown[:11], "..."])

    def with_parameters(self, name: str | None = None, **defaults: float) -> Self:
        """The same model with other defaults of some parameters.

        Raises
        ------
        UnknownName
            For a name that is no parameter.
        """
        for key in defaults:
            if key not in self.parameters:
                raise unknown("parameter", key, self.parameters)
        merged = {**self.parameters, **defaults}
        return type(self)(
            self.function,
            self.states,
            merged,
            self.jacobian,
            name=name or self.name,
            named=self.named,
            **self.particulars,
        )

    def parameter_vector(self, at: Mapping[str, float] | None = None) -> NDArray[np.float64]:
        """All parameters (k,): the defaults, overridden by `at`.

        Raises
        ------
        UnknownName
            For a name that is no parameter.
        BadValue
            For a value that is not a finite number.
        """
        values = dict(self.parameters)
        for key, value in (at or {}).items():
            if key not in values:
                raise unknown("parameter", key, values)
            values[key] = _parameter(key, value)
        return np.array(list(values.values()), dtype=np.float64)

    def state_vector(self, start: Mapping[str, float] | ArrayLike) -> NDArray[np.float64]:
        """A state (n,) from a dict of all states, or an array in their order.

        Raises
        ------
        UnknownName, BadValue
            For wrong or missing names, a wrong length, or values that are not finite.
        """
        if isinstance(start, Mapping):
            for key in start:
                if key not in self.states:
                    raise unknown("state", key, self.states)
            missing = [name for name in self.states if name not in start]
            if missing:
                raise BadValue(
                    f"`start` lacks the state{'s' * (len(missing) > 1)} {', '.join(missing)} of '{self.name}'."
                )
            start = [start[name] for name in self.states]
        try:
            vector = np.array(start, dtype=np.float64)
        except (TypeError, ValueError):
            raise BadValue(f"`start` must be numbers, not {start!r}.") from None
        if vector.shape != (len(self.states),):
            raise BadValue(
                f"`start` must have {len(self.states)} values ({', '.join(self.states)}), not shape {vector.shape}."
            )
        if not np.isfinite(vector).all():
            raise BadValue(f"`start` must be finite, not {vector.tolist()}.")
        return vector

    def __repr__(self) -> str:
        parameters = ", ".join(f"{key}={value:g}" for key, value in self.parameters.items())
        return f"<{type(self).__name__} {self.name}({', '.join(self.states)}; {parameters})>"


def means_not_finite(error: Exception) -> bool:
    """Whether compiled code gives NaN or infinity where this was raised: x/0, overflow, outside a function's domain."""
    domain = isinstance(error, ValueError) and str(error).startswith(("math domain error", "expected a"))
    return domain or isinstance(error, ArithmeticError)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"a {type(value).__name__}"


def _parameter(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise BadValue(f"parameter '{name}' must be a number, not {value!r}.") from None
    if not math.isfinite(number):
        raise BadValue(f"parameter '{name}' must be finite, not {value!r}.")
    return number
