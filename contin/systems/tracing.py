"""Calling a model's function once with symbols, so that its formula can be differentiated.

The function runs with its own code but other globals: `math` and NumPy functions, wherever they were imported, and the
plain Python functions it calls, are replaced by ones that accept symbols. A symbol is a `Traced`: SymPy's expression
behind operators that refuse what a formula cannot follow, a look at a value (`if x > 0`, `x == 1`, `int(x)`).
"""

from __future__ import annotations

import builtins
import functools
import math
import operator
import types
from collections.abc import Callable, Iterable
from typing import Any

import numba
import numpy as np
import sympy

from contin.errors import ModelError
from contin.systems.guarded import GuardedRoot
from contin.systems.source import names_in
from contin.systems.system import System, means_not_finite
from contin_kernels.root import root

LARGEST = 3000  # operations in the formulas; a chain of 100 cells with 20 each, about 10 s of compilation
LONGEST = 20_000  # operations while tracing, about one second


class CannotTrace(Exception):
    """The function looks at values, or its formula is too large: derivatives must come otherwise."""


class Traced:
    """A number or a condition that is known as a formula only."""

    __slots__ = ("expression", "size")
    __hash__ = None  # type: ignore[assignment]
    operations = 0

    def __init__(self, expression: Any, size: int = 0) -> None:
        self.expression = expression
        self.size = size

    @staticmethod
    def of(function: Callable[..., Any], *operands: Any) -> Traced:
        """`function` of the operands' expressions; numbers are taken as they are."""
        size = 1 + sum(o.size for o in operands if isinstance(o, Traced))
        Traced.operations += 1
        if size > LARGEST or Traced.operations > LONGEST:
            raise CannotTrace("the formula is too large")
        return Traced(function(*map(expression_of, operands)), size)

    def _refuse(self, *_: Any) -> Any:
        raise CannotTrace(f"looks at the value of {_shortened(self.expression)}")

    __bool__ = __int__ = __index__ = __float__ = __complex__ = __round__ = __trunc__ = _refuse
    __floor__ = __ceil__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __divmod__ = _refuse

    def __array__(self, *_: Any, **__: Any) -> Any:
        """A NumPy array holding this one object."""
        held = np.empty((), dtype=object)
        held[()] = self
        return held

    def __pos__(self) -> Traced:
        return self

    def __neg__(self) -> Traced:
        return Traced.of(operator.neg, self)

    def __abs__(self) -> Traced:
        return Traced.of(sympy.Abs, self)

    def __invert__(self) -> Traced:
        return Traced.of(sympy.Not, self)


def _operator(function: Callable[..., Any], reflected: bool = False) -> Callable[[Any, Any], Any]:
    def method(self: Traced, other: Any) -> Any:
        if isinstance(other, np.ndarray) and other.ndim:
            pairs = (other, self) if reflected else (self, other)
            return np.frompyfunc(lambda a, b: Traced.of(function, a, b), 2, 1)(*pairs)
        if not _is_number(other):
            return NotImplemented
        return Traced.of(function, other, self) if reflected else Traced.of(function, self, other)

    return method


def power(base: Any, exponent: Any) -> Any:
    """base ** exponent; a floating-point exponent that is a whole number, or a half, becomes exact."""
    if isinstance(exponent, sympy.Float) and float(2 * exponent).is_integer() and abs(exponent) < 1e6:
        exponent = sympy.Rational(int(2 * exponent), 2)
    return base**exponent


_OPERATORS = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "pow": power,
    "and": sympy.And,
    "or": sympy.Or,
}
_COMPARISONS = {
    "lt": sympy.Lt,
    "le": sympy.Le,
    "gt": sympy.Gt,
    "ge": sympy.Ge,
    "eq": sympy.Eq,
    "ne": sympy.Ne,
}
for _name, _function in _OPERATORS.items():
    setattr(Traced, f"__{_name}__", _operator(_function))
    setattr(Traced, f"__r{_name}__", _operator(_function, reflected=True))
for _name, _function in _COMPARISONS.items():
    setattr(Traced, f"__{_name}__", _operator(_function))


def _is_number(value: Any) -> bool:
    scalar = isinstance(value, np.ndarray) and value.ndim == 0
    return scalar or isinstance(value, Traced | int | float | np.number | np.bool_)


def expression_of(value: Any) -> Any:
    """SymPy's expression of a traced value or a number.

    Raises
    ------
    CannotTrace
        If it is neither.
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, Traced):
        return value.expression
    if isinstance(value, bool | np.bool_):
        return sympy.true if value else sympy.false
    if isinstance(value, int | np.integer):
        return sympy.Integer(int(value))
    if isinstance(value, float | np.floating):
        if not math.isfinite(value):
            raise CannotTrace(f"{float(value)} stands in the formula")
        return sympy.Float(float(value))
    raise CannotTrace(f"{type(value).__name__} stands in the formula")


def _shortened(expression: Any) -> str:
    text = str(expression)
    return text if len(text) <= 60 else f"{text[:57]}..."


SYMBOLIC: dict[str, Callable[..., Any]] = {
    "exp": sympy.exp,
    "log": lambda x, base=None: sympy.log(x) if base is None else sympy.log(x) / sympy.log(base),
    "log2": lambda x: sympy.log(x) / sympy.log(2),
    "log10": lambda x: sympy.log(x) / sympy.log(10),
    "log1p": lambda x: sympy.log(1 + x),
    "expm1": lambda x: sympy.exp(x) - 1,
    "exp2": lambda x: 2**x,
    "expit": lambda x: 1 / (1 + sympy.exp(-x)),
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
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "tanh": sympy.tanh,
    "arcsinh": sympy.asinh,
    "asinh": sympy.asinh,
    "arccosh": sympy.acosh,
    "acosh": sympy.acosh,
    "arctanh": sympy.atanh,
    "atanh": sympy.atanh,
    "hypot": lambda *x: sympy.sqrt(sum(a**2 for a in x)),
    "radians": lambda x: x * sympy.pi / 180,
    "deg2rad": lambda x: x * sympy.pi / 180,
    "degrees": lambda x: x * 180 / sympy.pi,
    "rad2deg": lambda x: x * 180 / sympy.pi,
    "pow": power,
    "power": power,
    "float_power": power,
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "true_divide": operator.truediv,
    "negative": operator.neg,
    "positive": operator.pos,
    "abs": sympy.Abs,
    "absolute": sympy.Abs,
    "fabs": sympy.Abs,
    "sign": sympy.sign,
    "maximum": sympy.Max,
    "fmax": sympy.Max,
    "minimum": sympy.Min,
    "fmin": sympy.Min,
    "clip": lambda x, low, high: sympy.Min(sympy.Max(x, low), high),
    "heaviside": lambda x, half: sympy.Piecewise((0, x < 0), (half, sympy.Eq(x, 0)), (1, True)),
    "where": lambda condition, a, b: sympy.Piecewise((a, condition), (b, True)),
    "less": sympy.Lt,
    "less_equal": sympy.Le,
    "greater": sympy.Gt,
    "greater_equal": sympy.Ge,
    "equal": sympy.Eq,
    "not_equal": sympy.Ne,
    "logical_and": sympy.And,
    "logical_or": sympy.Or,
    "logical_not": sympy.Not,
    "erf": sympy.erf,
    "erfc": sympy.erfc,
    "float64": lambda x: x,
    "root": GuardedRoot,
}
_MATH = {id(value): name for name, value in vars(math).items() if callable(value)}
_OWN = {id(root): "root"}
_NUMPY = {id(np.where): "where", id(np.clip): "clip", id(np.float64): "float64"}
_FILLED = {id(np.zeros): 0, id(np.empty): 0, id(np.ones): 1}
_OF_SEQUENCES: dict[int, Callable[..., Any]] = {id(math.fsum): sum, id(math.prod): math.prod}
_LIBRARIES = ("numpy", "scipy", "sympy", "numba", "contin_kernels")


def _known_name(value: Any) -> str | None:
    """The name of a function of `math`, NumPy or the kernels, whatever the user called it."""
    if isinstance(value, np.ufunc):
        return value.__name__
    return _MATH.get(id(value)) or _NUMPY.get(id(value)) or _OWN.get(id(value))


class _SymbolicModule:
    """A stand-in for a module whose functions accept symbols."""

    def __init__(self, module: types.ModuleType, memo: dict[int, Any]) -> None:
        self._module = module
        self._memo = memo

    def __getattr__(self, name: str) -> Any:
        return symbolic(getattr(self._module, name), self._memo)


def symbolic(value: Any, memo: dict[int, Any]) -> Any:
    """`value` as it should be while tracing; `memo` holds the functions already copied, by id."""
    if isinstance(value, types.ModuleType):
        return _SymbolicModule(value, memo)
    if id(value) in _FILLED:
        return lambda shape, *_, **__: np.full(shape, _FILLED[id(value)], dtype=object)
    if id(value) in _OF_SEQUENCES:
        return _on_symbols(_OF_SEQUENCES[id(value)], value)
    name = _known_name(value)
    if name is not None:
        return _either(SYMBOLIC.get(name), value)
    if hasattr(value, "on_symbols"):  # of contin.systems.written
        return value.on_symbols
    if isinstance(value, numba.core.dispatcher.Dispatcher):
        return symbolic(value.py_func, memo)
    if isinstance(value, functools.partial):
        return functools.partial(symbolic(value.func, memo), *value.args, **value.keywords)
    if isinstance(value, types.FunctionType) and not _of_library(value):
        return _copied(value, memo)
    return symbolic(value.function, memo) if isinstance(value, System) else value


def _of_library(function: types.FunctionType) -> bool:
    return str(function.__module__).partition(".")[0] in _LIBRARIES


def _any_traced(arguments: Iterable[Any]) -> bool:
    for a in arguments:
        if isinstance(a, Traced) or (isinstance(a, np.ndarray) and a.dtype == object):
            return True
        if isinstance(a, list | tuple) and _any_traced(a):
            return True
    return False


def _either(function: Callable[..., Any] | None, plain: Callable[..., Any]) -> Callable[..., Any]:
    """The symbolic function on symbols (element by element on arrays of them), the plain one on numbers."""

    def call(*arguments: Any, **options: Any) -> Any:
        if not _any_traced(arguments):
            return plain(*arguments, **options)
        if function is None or options:
            raise CannotTrace(f"{plain.__name__} of a symbol")
        arguments = tuple(np.array(a, dtype=object) if isinstance(a, list | tuple) else a for a in arguments)
        if any(isinstance(a, np.ndarray) for a in arguments):
            return np.frompyfunc(functools.partial(Traced.of, function), len(arguments), 1)(*arguments)
        return Traced.of(function, *arguments)

    return call


def _on_symbols(function: Callable[..., Any], plain: Callable[..., Any]) -> Callable[..., Any]:
    """`function` where symbols are among the arguments, else the plain one."""
    return lambda *a, **k: function(*a, **k) if _any_traced(a) else plain(*a, **k)


def _extreme(function: Callable[..., Any], plain: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        return Traced.of(function, *(arguments if len(arguments) > 1 else arguments[0]))

    return _on_symbols(call, plain)


class _FloatType(type):
    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, float)


class _Float(float, metaclass=_FloatType):
    """`float` for symbols, too, which stay what they are."""

    def __new__(cls, value: Any = 0.0) -> Any:
        return value if isinstance(value, Traced) else float(value)


def _builtins(memo: dict[int, Any]) -> dict[str, Any]:
    return {
        **vars(builtins),
        "__import__": lambda *a, **k: symbolic(builtins.__import__(*a, **k), memo),
        "max": _extreme(sympy.Max, max),
        "min": _extreme(sympy.Min, min),
        "float": _Float,
    }


def _copied(function: types.FunctionType, memo: dict[int, Any]) -> types.FunctionType:
    """A copy of `function` whose modules and helper functions accept symbols."""
    if id(function) in memo:
        return memo[id(function)]  # type: ignore[no-any-return]
    code = function.__code__
    space = {**function.__globals__, "__builtins__": _builtins(memo)}
    cells = tuple(types.CellType() for _ in function.__closure__ or ())
    defaults = tuple(symbolic(value, memo) for value in function.__defaults__ or ())
    copy = types.FunctionType(code, space, function.__name__, defaults or None, cells or None)
    copy.__kwdefaults__ = function.__kwdefaults__
    memo[id(function)] = copy
    for name in names_in(code):
        if name in space:
            space[name] = symbolic(space[name], memo)
    for cell, original in zip(cells, function.__closure__ or (), strict=True):
        cell.cell_contents = symbolic(original.cell_contents, memo)
    return copy


def trace(system: System, states: list[sympy.Symbol], parameters: list[sympy.Symbol]) -> list[sympy.Expr]:
    """The n formulas of f in the given symbols.

    Raises
    ------
    CannotTrace
        If the function looks at values, or for another reason runs on numbers but not on symbols.
    ModelError
        If it returns another number of values than there are states, or nothing, or fails on numbers too.
    """
    x, p = traced_array(states), traced_array(parameters)
    return formulas_of(lambda: _called(system, x, p), system.complaint, system.check)


def formulas_of(
    call: Callable[[], list[Any]], complaint: Callable[[Exception], str], check: Callable[[], None]
) -> list[sympy.Expr]:
    """The formulas of the values that `call` returns, a function called with symbols.

    Parameters
    ----------
    call : callable
    complaint : callable
        The beginning of a message on what it raised.
    check : callable
        The same function called with numbers: raises where it is wrong for them, too.

    Raises
    ------
    CannotTrace, ModelError
        As `trace`.
    """
    Traced.operations = 0
    try:
        values = call()
        formulas = [expression_of(value) for value in values]
    except (ModelError, CannotTrace):
        raise
    except Exception as error:
        if means_not_finite(
            error
        ):  # symbols never raise this: 1/0, sqrt(-1) or exp(1000) stands in the function
            raise ModelError(f"{complaint(error)}.") from error
        check()
        raise CannotTrace(f"{type(error).__name__}: {error}") from error
    if sum(value.size for value in values if isinstance(value, Traced)) > LARGEST:
        raise CannotTrace("the formula is too large")
    for formula in formulas:
        if not isinstance(formula, sympy.Expr) or formula.has(sympy.zoo, sympy.nan, sympy.oo, sympy.I):
            raise CannotTrace(f"{_shortened(formula)} is not a real number")
    return formulas


def _called(system: System, x: Any, p: Any) -> list[Any]:
    """The n values of the function, called with symbols."""
    function = symbolic(system.function, {})
    if system.named:
        return system.values(function(*x, **dict(zip(system.parameters, p, strict=True))))
    out = np.full(len(x), None, dtype=object)
    function(x, p, out)
    if any(value is None for value in out):
        system.check()
        raise CannotTrace("not every entry of `out` is written")
    return list(out)


def traced_array(symbols: list[sympy.Symbol]) -> Any:
    """The symbols, traced, in an array of objects."""
    array = np.empty(len(symbols), dtype=object)
    array[:] = [Traced(symbol) for symbol in symbols]
    return array
