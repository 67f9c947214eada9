"""Calling a model's function once with SymPy symbols, so that its formula can be differentiated.

The function runs with its own code but other globals: `math` and NumPy functions, wherever they were imported, and the
plain Python functions it calls, are replaced by ones that accept symbols.
"""

from __future__ import annotations

import builtins
import math
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from contin.errors import ModelError

if TYPE_CHECKING:
    from contin.systems.flow import Flow


class CannotTrace(Exception):
    """The function looks at values (branches, loops over data, unknown functions): derivatives must come otherwise."""


def _where(condition: Any, a: Any, b: Any) -> Any:
    return sympy.Piecewise((a, condition), (b, True))


SYMBOLIC: dict[str, Callable[..., Any]] = {
    "exp": sympy.exp,
    "log": sympy.log,
    "log2": lambda x: sympy.log(x) / sympy.log(2),
    "log10": lambda x: sympy.log(x) / sympy.log(10),
    "log1p": lambda x: sympy.log(1 + x),
    "expm1": lambda x: sympy.exp(x) - 1,
    "exp2": lambda x: 2**x,
    "sqrt": sympy.sqrt,
    "cbrt": lambda x: sympy.sign(x) * sympy.Abs(x) ** sympy.Rational(1, 3),
    "square": lambda x: x**2,
    "reciprocal": lambda x: 1 / x,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "arcsin": sympy.asin,
    "asin": sympy.asin,
    "arccos": sympy.acos,
    "acos": sympy.acos,
    "arctan": sympy.atan,
    "atan": sympy.atan,
    "arctan2": sympy.atan2,
    "atan2": sympy.atan2,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "tanh": sympy.tanh,
    "arcsinh": sympy.asinh,
    "asinh": sympy.asinh,
    "arccosh": sympy.acosh,
    "acosh": sympy.acosh,
    "arctanh": sympy.atanh,
    "atanh": sympy.atanh,
    "hypot": lambda x, y: sympy.sqrt(x**2 + y**2),
    "pow": lambda x, y: x**y,
    "power": lambda x, y: x**y,
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "true_divide": lambda x, y: x / y,
    "negative": lambda x: -x,
    "abs": sympy.Abs,
    "absolute": sympy.Abs,
    "fabs": sympy.Abs,
    "sign": sympy.sign,
    "maximum": sympy.Max,
    "fmax": sympy.Max,
    "minimum": sympy.Min,
    "fmin": sympy.Min,
    "heaviside": lambda x, half: sympy.Piecewise((0, x < 0), (half, sympy.Eq(x, 0)), (1, True)),
    "where": _where,
    "erf": sympy.erf,
    "erfc": sympy.erfc,
}
_BUILTINS = {"max": sympy.Max, "min": sympy.Min, "pow": lambda x, y: x**y}
_MATH_FUNCTIONS = {id(getattr(math, name)): name for name in dir(math) if callable(getattr(math, name))}


class _SymbolicModule:
    """A stand-in for `math` or `numpy` whose functions accept symbols; the rest is the module's own."""

    def __init__(self, module: types.ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._module, name)
        return _symbolic(value) if callable(value) else value


def _symbolic(value: Any) -> Any:
    """`value` as it should be while tracing: symbolic functions for known ones, wrapped modules, traced helpers."""
    if isinstance(value, types.ModuleType) and value.__name__ in ("math", "numpy", "cmath"):
        return _SymbolicModule(value)
    name = _MATH_FUNCTIONS.get(id(value)) or (value.__name__ if isinstance(value, np.ufunc) or value is np.where else None)
    if name is not None:
        return _either(SYMBOLIC.get(name), value)
    if isinstance(value, types.FunctionType) and not value.__module__.startswith(("numpy", "sympy", "contin_kernels")):
        return with_symbolic_globals(value)
    return getattr(value, "function", value) if type(value).__name__ == "Flow" else value


def _either(symbolic: Callable[..., Any] | None, plain: Callable[..., Any]) -> Callable[..., Any]:
    """The symbolic function on symbols (element by element on arrays of them), the plain one on numbers."""

    def call(*arguments: Any, **options: Any) -> Any:
        if any(isinstance(a, np.ndarray) and a.dtype == object for a in arguments) and symbolic is not None:
            return np.frompyfunc(symbolic, len(arguments), 1)(*arguments)
        if any(isinstance(a, sympy.Basic) for a in arguments):
            if symbolic is None:
                raise CannotTrace(f"{plain.__name__} of a symbol")
            return symbolic(*arguments)
        return plain(*arguments, **options)

    return call


def with_symbolic_globals(function: types.FunctionType) -> types.FunctionType:
    """A copy of `function` whose modules and helper functions accept symbols."""
    code = function.__code__
    space = dict(function.__globals__)
    copy = types.FunctionType(code, space, function.__name__, function.__defaults__, _closure(function))
    copy.__kwdefaults__ = function.__kwdefaults__
    for name in _all_names(code):
        if name in space:
            value = space[name]
            space[name] = copy if value is function else _symbolic(value)
        elif name in _BUILTINS:
            space[name] = _on_symbols(_BUILTINS[name], getattr(builtins, name))
    plain_import = builtins.__import__
    space["__builtins__"] = {
        **vars(builtins),
        "__import__": lambda *a, **k: _symbolic(plain_import(*a, **k)),
    }
    return copy


def _on_symbols(symbolic: Any, plain: Any) -> Callable[..., Any]:
    def call(*arguments: Any, **options: Any) -> Any:
        symbols = any(isinstance(a, sympy.Basic) for a in arguments)
        return symbolic(*arguments) if symbols else plain(*arguments, **options)

    return call


def _all_names(code: types.CodeType) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _all_names(constant)
    return names


def _closure(function: types.FunctionType) -> tuple[types.CellType, ...] | None:
    if function.__closure__ is None:
        return None
    return tuple(types.CellType(_symbolic(cell.cell_contents)) for cell in function.__closure__)


def trace(system: Flow, states: list[sympy.Symbol], parameters: list[sympy.Symbol]) -> list[sympy.Expr]:
    """The n formulas of f in the given symbols.

    Raises
    ------
    CannotTrace
        If the function looks at values.
    ModelError
        If it returns another number of values than there are states, or nothing.
    """
    function = _symbolic(system.function)
    try:
        if system.named:
            returned = function(*states, **dict(zip(system.parameters, parameters, strict=True)))
        else:
            returned = np.full(len(states), None, dtype=object)
            function(np.array(states, dtype=object), np.array(parameters, dtype=object), returned)
            if any(value is None for value in returned):
                raise CannotTrace("not every entry of out was written")
        values = system.values(returned)
        return [_cleaned(sympy.sympify(value)) for value in values]
    except (ModelError, CannotTrace):
        raise
    except (TypeError, AttributeError, sympy.SympifyError, NotImplementedError, IndexError, ValueError) as error:
        raise CannotTrace(f"{type(error).__name__}: {error}") from error
    except RecursionError as error:
        raise CannotTrace("the formula is too deep") from error
    except Exception as error:
        raise ModelError(f"'{system.name}' raises {type(error).__name__}: {error}.") from error


def _cleaned(expression: Any) -> sympy.Expr:
    """Whole-number floating-point exponents as integers; no complex or undefined parts."""
    if not isinstance(expression, sympy.Expr):
        raise CannotTrace(f"{expression!r} is no number")
    if expression.has(sympy.zoo, sympy.nan, sympy.I):
        raise CannotTrace("the formula is not a real number")

    def whole(base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
        if isinstance(exponent, sympy.Float) and float(exponent).is_integer():
            return base ** sympy.Integer(int(exponent))
        return base**exponent

    return expression.replace(sympy.Pow, whole) if expression.has(sympy.Float) else expression
