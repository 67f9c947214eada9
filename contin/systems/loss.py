"""Losses: plain Python functions of a model's parameters, traced once for their gradient and Hessian."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.errors import BadValue, ModelError, unknown
from contin.systems.signature import read_signature

if TYPE_CHECKING:
    import sympy

Floats = NDArray[np.float64]
Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False, init=False)
class Loss:
    """A function to be minimised, of numbers or of arrays, with its derivatives.

    >>> def rosenbrock(x, *, a=1.0, b=100.0):
    ...     return sum(b * (x[1:] - x[:-1] ** 2) ** 2 + (a - x[:-1]) ** 2)
    >>> Loss(rosenbrock, 3).gradient([2.0, 2.0, 2.0])
    array([1602., 1202., -400.])

    Parameters
    ----------
    function : callable or Loss
        Positional arguments are what is trained, keyword-only ones its own parameters with their defaults. Of a `Loss` the
        function is taken.
    shape : int, tuple of int, or dict of str to int or tuple, optional
        Shapes of the arguments that are arrays, by argument; a bare one where there is one argument. Others are numbers.
    gradient : callable, optional
        The gradient, a function of the same arguments, where the loss looks at values (`if x > 0`) and cannot be traced:
        a number or an array for one argument, a tuple of them for several. Without it it is derived by SymPy.
    name : str, optional
        Default: the function's.

    Attributes
    ----------
    names : tuple of str
        Of the n trained numbers: that of a number itself, `x0`, `x1`, ... and `U0_0`, `U0_1`, ... of arrays.
    parameters : mapping of str to float

    Raises
    ------
    ModelError
        If the signature is not of this form.
    BadValue, UnknownName
        For shapes that cannot be meant.
    """

    function: Callable[..., Any]
    shapes: Mapping[str, Shape]
    names: tuple[str, ...]
    parameters: Mapping[str, float]
    given_gradient: Callable[..., Any] | None = field(default=None, repr=False)
    name: str = ""

    def __init__(
        self,
        function: Callable[..., Any] | Loss,
        shape: int | Shape | Mapping[str, int | Shape] | None = None,
        gradient: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> None:
        put = functools.partial(object.__setattr__, self)
        if isinstance(function, Loss):
            gradient, name = gradient or function.given_gradient, name or function.name
            shape = dict(function.shapes) if shape is None else shape
            function = function.function
        name = name or str(getattr(function, "__name__", "loss"))
        arguments, parameters = read_signature(function, "contin.Loss(f, n)")
        if not arguments:
            raise ModelError(f"the loss '{name}' has no positional argument: write f(x, *, a=1.0).")
        put("function", function)
        put("shapes", _shapes(shape, arguments, name))
        put("names", tuple(n for argument in arguments for n, _ in _entries(argument, self.shapes[argument])))
        put("parameters", {key: float(value) for key, value in parameters.items()})
        put("given_gradient", gradient)
        put("name", name)
        put("__doc__", function.__doc__)

    def __call__(self, *arguments: Any, **parameters: Any) -> Any:
        """The function itself, in plain Python."""
        return self.function(*arguments, **parameters)

    def arguments(self, theta: Any) -> list[Any]:
        """The arguments of `function` for the n numbers `theta` in a row."""
        values: list[Any] = []
        start = 0
        for shape in self.shapes.values():
            size = math.prod(shape)
            one = theta[start : start + size]
            values.append(one.reshape(shape) if shape else one[0])
            start += size
        return values

    def value(self, theta: ArrayLike, **parameters: float) -> float:
        """The loss at `theta` (n,)."""
        return float(self.function(*self.arguments(self._row(theta)), **self._all(parameters)))

    def gradient(self, theta: ArrayLike, **parameters: float) -> Floats:
        """The gradient (n,) at `theta` (n,).

        Raises
        ------
        ModelError
            If the function can neither be traced nor has a gradient given.
        """
        row = self._row(theta)
        if self.given_gradient is not None:
            given = self.given_gradient(*self.arguments(row), **self._all(parameters))
            parts = given if len(self.shapes) > 1 else [given]
            return np.concatenate([np.ravel(part) for part in parts]).astype(float)
        values = self.gradient_function(*row.tolist(), *self._all(parameters).values())
        return np.array(values, dtype=float)

    def hessian(self, theta: ArrayLike, **parameters: float) -> Floats:
        """The matrix (n, n) of second derivatives at `theta` (n,).

        Raises
        ------
        ModelError
            If the function cannot be traced.
        """
        n = len(self.names)
        values = self.hessian_function(*self._row(theta).tolist(), *self._all(parameters).values())
        return np.array(values, dtype=float).reshape(n, n)

    @functools.cached_property
    def symbols(self) -> list[sympy.Symbol]:
        """A real symbol for each of `names`, then for each parameter."""
        from contin.systems.codegen import symbols_for

        return symbols_for([*self.names, *self.parameters])

    @functools.cached_property
    def formula(self) -> sympy.Expr:
        """The loss as SymPy's expression in `symbols`.

        Raises
        ------
        ModelError
            If the function cannot be traced, with the reason.
        """
        from contin.systems.tracing import CannotTrace, formulas_of, symbolic, traced_array

        x, p = traced_array(self.symbols[: len(self.names)]), traced_array(self.symbols[len(self.names) :])
        function = symbolic(self.function, {})
        named = dict(zip(self.parameters, p, strict=True))
        try:
            return formulas_of(
                lambda: [function(*self.arguments(x), **named)], self._complaint, self._try_numbers
            )[0]
        except CannotTrace as reason:
            raise ModelError(
                f"the gradient of the loss '{self.name}' cannot be derived: {reason}. Write it as one formula, with "
                "numpy.where or max for cases, or give its gradient: contin.Loss(f, gradient=g)."
            ) from reason

    @functools.cached_property
    def gradient_formulas(self) -> list[sympy.Expr]:
        """The n derivatives in `symbols`."""
        from contin.systems.codegen import derivatives

        return derivatives(self.formula, self.symbols[: len(self.names)])

    @functools.cached_property
    def gradient_function(self) -> Callable[..., tuple[float, ...]]:
        """The gradient as a plain function of all `names` and parameters, each a number, in generated Python."""
        from contin.systems.written import written_function

        return written_function("gradient", self.symbols, self.gradient_formulas)

    @functools.cached_property
    def hessian_function(self) -> Callable[..., tuple[float, ...]]:
        """The second derivatives, row by row, as a plain function as `gradient_function`."""
        from contin.systems.codegen import derivatives
        from contin.systems.written import written_function

        rows = [derivatives(g, self.symbols[: len(self.names)]) for g in self.gradient_formulas]
        return written_function("hessian", self.symbols, [entry for row in rows for entry in row])

    def _row(self, theta: ArrayLike) -> Floats:
        row = np.asarray(theta, dtype=float)
        if row.shape != (len(self.names),):
            raise BadValue(
                f"the loss '{self.name}' has {len(self.names)} numbers ({', '.join(self.names[:6])}"
                f"{', ...' * (len(self.names) > 6)}), not the shape {row.shape}."
            )
        return row

    def _all(self, parameters: Mapping[str, float]) -> dict[str, float]:
        for key in parameters:
            if key not in self.parameters:
                raise unknown("parameter", key, tuple(self.parameters))
        return {**self.parameters, **parameters}

    def _complaint(self, error: Exception) -> str:
        return f"the loss '{self.name}' raises {type(error).__name__}: {str(error).rstrip('.')}"

    def _try_numbers(self) -> None:
        try:
            self.value(np.linspace(0.3, 1.1, len(self.names)))
        except Exception as error:
            raise ModelError(f"{self._complaint(error)}.") from error


def _shapes(
    shape: int | Shape | Mapping[str, int | Shape] | None, arguments: list[str], name: str
) -> dict[str, Shape]:
    """The shape of every argument, () of a number."""
    if shape is None:
        given: Mapping[str, int | Shape] = {}
    elif isinstance(shape, Mapping):
        given = shape
    elif len(arguments) == 1:
        given = {arguments[0]: shape}
    else:
        raise BadValue(f"'{name}' has the arguments {', '.join(arguments)}: give `shape` as a dict of them.")
    for key in given:
        if key not in arguments:
            raise unknown("argument", key, arguments)
    shapes = {a: _as_shape(given.get(a, ())) for a in arguments}
    for argument, one in shapes.items():
        if any(not isinstance(size, int) or size < 1 for size in one):
            raise BadValue(
                f"the shape of '{argument}' must be whole numbers of at least 1, not {given[argument]!r}."
            )
    return shapes


def _as_shape(shape: int | Shape) -> Shape:
    return tuple(shape) if isinstance(shape, tuple | list) else (shape,)


def _entries(argument: str, shape: Shape) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Name and index of each number of an argument."""
    for index in np.ndindex(*shape):
        yield argument + "_".join(map(str, index)), index


__all__ = ["Loss"]
