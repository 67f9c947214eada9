"""Models that cannot be traced: the function itself compiled, derivatives by complex step or central differences.

Complex step: Im f(x + i h u) / h with h so small that nothing cancels is exact to rounding (Squire and Trapp, SIAM Review
40, 1998) where f is analytic and compiles for complex numbers. Second and third derivatives are central differences of
the first, sixth order with steps chosen for their rounding.
"""

from __future__ import annotations

import builtins
import cmath
import math
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from contin.errors import ModelError
from contin.systems.source import names_used
from contin_kernels.abi import COLUMN, JACOBIAN, JET, RHS
from contin_kernels.differences import differences_of_first, third_from_first
from contin_kernels.memory import matrix, vector

if TYPE_CHECKING:
    from contin.systems.flow import Flow

NOT_ANALYTIC = {"abs", "fabs", "absolute", "real", "imag", "conj", "conjugate", "floor", "ceil", "round", "max", "min", "sign"}
NOT_ANALYTIC |= {"maximum", "minimum", "fmax", "fmin", "heaviside", "copysign", "angle", "hypot", "mod", "fmod", "where"}
TINY = 1e-150


def compile_numerically(system: Flow) -> tuple[tuple[Any, ...], str]:
    """The four functions of a model that Numba compiles, and how the derivatives are obtained.

    Raises
    ------
    ModelError
        If Numba cannot compile the function.
    """
    plain = _array_form(system, complex_step=False)
    n, k = len(system.states), len(system.parameters)
    rhs = _compiled(system, RHS, _rhs(plain, n, k))
    complex_form = None
    if not _mentions(system.function, NOT_ANALYTIC):
        complex_form = _try_complex(_array_form(system, complex_step=True), n, k)
    derivatives = "complex step" if complex_form is not None else "central differences"
    first = _complex_step(complex_form) if complex_form is not None else _central(plain)
    body = _jacobian(first, n, k)
    if system.jacobian is not None:
        body = _user_jacobian(_jit(system.jacobian), n, k)
        derivatives = "user's Jacobian"
    jacobian = _compiled(system, JACOBIAN, body)
    column = _compiled(system, COLUMN, _column(first, n, k))
    jet = _compiled(system, JET, _jet(first, n, k))
    return (rhs, jacobian, column, jet), derivatives


def _off() -> bool:
    return bool(numba.config.DISABLE_JIT)


def _jit(function: Callable[..., Any]) -> Any:
    return function if isinstance(function, numba.core.dispatcher.Dispatcher) else numba.njit(error_model="numpy")(function)


def _compiled(system: Flow, signature: Any, body: Callable[..., None]) -> Any:
    """Compile, and turn Numba's error into a sentence."""
    try:
        return body if _off() else numba.cfunc(signature, error_model="numpy")(body)
    except numba.core.errors.NumbaError as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        cause = next((line for line in lines if not line.startswith(("Failed in", "During:"))), lines[0])
        where = next((line for line in lines if line.startswith("File ")), "")
        raise ModelError(
            f"'{system.name}' does not compile: {cause} {where} Numba compiles loops, branches, `math` and NumPy calls on numbers "
            "and arrays; see https://numba.readthedocs.io for what is supported."
        ) from None


def _mentions(function: Callable[..., Any], words: set[str]) -> bool:
    """Whether the function, or a Python function it calls, uses one of these names."""
    if not isinstance(function, types.FunctionType):
        return True
    if set(function.__code__.co_names) & words:
        return True
    return any(isinstance(v, types.FunctionType) and _mentions(v, words) for v in names_used(function).values())


def _with_cmath(function: types.FunctionType) -> types.FunctionType:
    """A copy of the function whose `math` is `cmath`."""

    def swap(value: Any) -> Any:
        if value is math:
            return cmath
        if isinstance(value, types.BuiltinFunctionType) and getattr(value, "__module__", "") == "math":
            return getattr(cmath, value.__name__, value)
        if isinstance(value, types.FunctionType):
            copied = _with_cmath(value)
            return copied if _off() else numba.njit(error_model="numpy")(copied)
        return value

    used = names_used(function)
    space = {**function.__globals__, **{name: swap(value) for name, value in used.items() if value is not function}}
    space["__builtins__"] = builtins
    closure = tuple(types.CellType(swap(cell.cell_contents)) for cell in function.__closure__ or ()) or None
    return types.FunctionType(function.__code__, space, function.__name__, function.__defaults__, closure)


def _array_form(system: Flow, complex_step: bool) -> Any:
    """The model as a compiled f(x, p, out), whatever its form."""
    function = system.function
    if complex_step and isinstance(function, types.FunctionType):
        function = _with_cmath(function)
    if not system.named:
        return _jit(function)
    n, k = len(system.states), len(system.parameters)
    if isinstance(function, types.FunctionType):
        code = function.__code__
        code = code.replace(co_argcount=code.co_argcount + code.co_kwonlyargcount, co_kwonlyargcount=0)
        function = types.FunctionType(code, function.__globals__, function.__name__, None, function.__closure__)
    inner = _jit(function)
    arguments = ", ".join([f"x[{i}]" for i in range(n)] + [f"p[{j}]" for j in range(k)])
    put = "out[0] = inner({0})" if n == 1 else "values = inner({0})\n" + "\n".join(f"    out[{i}] = values[{i}]" for i in range(n))
    space: dict[str, Any] = {"inner": inner}
    exec(f"def call(x, p, out):\n    {put.format(arguments)}\n", space)
    return _jit(space["call"])


def _try_complex(function: Any, n: int, k: int) -> Any:
    """The function if it accepts complex arrays, else None."""
    x = np.full(n, 0.5 + 0j)
    p = np.full(k, 0.5 + 0j)
    try:
        function(x, p, np.zeros(n, np.complex128))
    except (ArithmeticError, ValueError):
        return function
    except Exception:
        return None
    return function


def _rhs(function: Any, n: int, k: int) -> Callable[..., None]:
    def rhs(x, p, out):  # type: ignore[no-untyped-def]
        function(vector(x, n), vector(p, k), vector(out, n))

    return rhs


def _user_jacobian(function: Any, n: int, k: int) -> Callable[..., None]:
    def jacobian(x, p, stride, out):  # type: ignore[no-untyped-def]
        full = np.zeros((n, n))
        function(vector(x, n), vector(p, k), full)
        for i in range(n):
            for j in range(n):
                out[i * stride + j] = full[i, j]

    return jacobian


def _complex_step(function: Any) -> Any:
    """first(x, p, u, out): out (n,) = Df u by complex step."""

    def first(x, p, u, out):  # type: ignore[no-untyped-def]
        n = x.shape[0]
        z = x + 1j * TINY * u[:n]
        q = p + 1j * TINY * u[n:]
        values = np.zeros(n, np.complex128)
        function(z, q, values)
        for i in range(n):
            out[i] = values[i].imag / TINY

    return _jit(first)


def _central(function: Any) -> Any:
    """first(x, p, u, out): out (n,) = Df u by sixth-order central differences."""

    def first(x, p, u, out):  # type: ignore[no-untyped-def]
        differences_of_first(function, x, p, u, out)

    return _jit(first)


def _jacobian(first: Any, n: int, k: int) -> Callable[..., None]:
    def jacobian(x, p, stride, out):  # type: ignore[no-untyped-def]
        u = np.zeros(n + k)
        column = np.zeros(n)
        for j in range(n):
            u[j] = 1.0
            first(vector(x, n), vector(p, k), u, column)
            for i in range(n):
                out[i * stride + j] = column[i]
            u[j] = 0.0

    return jacobian


def _column(first: Any, n: int, k: int) -> Callable[..., None]:
    def column(x, p, j, stride, out):  # type: ignore[no-untyped-def]
        u = np.zeros(n + k)
        values = np.zeros(n)
        u[n + j] = 1.0
        first(vector(x, n), vector(p, k), u, values)
        for i in range(n):
            out[i * stride] = values[i]

    return column


def _jet(first: Any, n: int, k: int) -> Callable[..., None]:
    def jet(x, p, direction, out):  # type: ignore[no-untyped-def]
        u = vector(direction, n + k)
        rows = matrix(out, 3, n)
        first(vector(x, n), vector(p, k), u, rows[0])
        third_from_first(first, vector(x, n), vector(p, k), u, rows[1], rows[2])

    return jet
