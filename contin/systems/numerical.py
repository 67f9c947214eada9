"""Models that cannot be traced: the function itself compiled, derivatives by complex step or central differences.

Complex step: Im f(x + i h u) / h with h so small that nothing cancels is exact to rounding (Squire and Trapp, SIAM
Review 40, 1998) where f is analytic and compiles for complex numbers. It is refused where a name in the function is not
analytic (abs, max, ...) or where it differs from central differences at a trial point. Second and third derivatives are
central differences of the first, sixth order with steps chosen for their rounding.
"""

from __future__ import annotations

import cmath
import contextlib
import dis
import math
import types
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from contin.errors import ModelError
from contin.systems.compiled import uncompiled
from contin.systems.source import names_in, names_used, plain_function
from contin_kernels import differences, memory
from contin_kernels.abi import COLUMN, JACOBIAN, JET, RHS

if TYPE_CHECKING:
    from contin.systems.system import System

vector: Any = memory.vector
address_of: Any = memory.address_of
first_along: Any = differences.first_along
as_integers: Any = memory.as_integers
call_jacobian: Any = memory.caller(differences.JACOBIAN_OF)
call_column: Any = memory.caller(differences.COLUMN_OF)
call_jet: Any = memory.caller(differences.JET_OF)
BY_DIFFERENCES: Any = (
    differences.jacobian_by_differences,
    differences.column_by_differences,
    differences.jet_by_differences,
)

POWER = "**"
# A function that mentions one of these is not differentiated by complex step. Powers are analytic, but Numba raises complex
# numbers to them by angle and modulus: of a negative base the tiny imaginary part is rounding.
NOT_ANALYTIC = {POWER} | set(
    "abs absolute amax amin angle arctan2 argmax argmin astype atan2 ceil clip conj conjugate copysign fabs float "
    "float_power floor fmax fmin fmod heaviside hypot imag int interp iscomplex isreal max maximum min minimum mod norm "
    "pow power real remainder rint round searchsorted sign sort trunc vdot view where".split()
)

TINY = 1e-150
WRONG = 1e-3  # a given Jacobian this far off, relative to its row, at every trial point is no rounding
DIFFERENT = (
    1e-6  # complex step and differences, relative: the differences are better than 1e-9 for smooth functions
)


def compile_numerically(system: System, reason: str) -> tuple[tuple[Any, ...], str]:
    """The four functions of a model that Numba compiles, and how the derivatives are obtained.

    Parameters
    ----------
    system : System
    reason : str
        Why there are no symbolic derivatives, for messages.

    Raises
    ------
    ModelError
        If the function fails as plain Python, Numba cannot compile it, or the given Jacobian is wrong.
    """
    system.check()
    for function in (system.function, system.jacobian):
        if function is not None and not isinstance(function, types.FunctionType):
            raise ModelError(
                f"'{system.name}' is a {type(function).__name__}; only a plain function can be compiled."
            )
    n, k = len(system.states), len(system.parameters)
    with _explained(system, system.name, reason), np.errstate(all="ignore"):
        rhs = _compiled(RHS, _rhs(_array_form(system, analytic=False), n, k))
        first = _complex_first(system)
        exact = first is not None and _agree(address_of(first), address_of(rhs), system)
        kind = object if uncompiled() else np.int64
        model = np.array([address_of(first if exact else rhs), int(exact), n, k], dtype=kind)
        table = model if uncompiled() else model.ctypes.data
        of = np.empty(
            4, dtype=kind
        )  # an array: as constants of a closure, integers would be literals of their own types
        of[:3] = [address_of(function) for function in BY_DIFFERENCES]
        of[3] = table
        column = _compiled(COLUMN, _column(of))
        jet = _compiled(JET, _jet(of))
        rhs.keeps = (first, model)  # they are called by address: they must live as long as the functions
        if system.jacobian is None:
            derivatives = "complex step" if exact else "central differences"
            return (rhs, _compiled(JACOBIAN, _jacobian(of)), column, jet), derivatives
    return (rhs, compile_jacobian(system, rhs), column, jet), "user's Jacobian"


def compile_jacobian(system: System, rhs: Any) -> Any:
    """The user's Jacobian, compiled, compared with differences of the compiled `rhs`.

    Raises
    ------
    ModelError
        If Numba cannot compile it, or it is wrong.
    """
    if not isinstance(system.jacobian, types.FunctionType):
        raise ModelError(
            f"'{system.name}' is a {type(system.jacobian).__name__}; only a plain function can be compiled."
        )
    with _explained(system, f"the Jacobian of {system.name}", ""), np.errstate(all="ignore"):
        given = _jit(_prepared(system.jacobian, False, {}))
        _check_jacobian(given, address_of(rhs), system)
        return _compiled(JACOBIAN, _given_jacobian(given, len(system.states), len(system.parameters)))


@contextlib.contextmanager
def _explained(system: System, name: str, reason: str) -> Iterator[None]:
    """Turn Numba's error into a sentence."""
    try:
        yield
    except numba.core.errors.NumbaError as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        passing = ("Failed in", "During:", "- During", "[1", "[2", "File ")
        cause = next((line for line in lines if not line.startswith(passing)), lines[0]).rstrip(".:")
        code = getattr(system.function, "__code__", None)
        places = [
            line.rstrip(":")
            for line in lines
            if code and line.startswith("File ") and code.co_filename[-20:] in line
        ]
        place = f" in {places[-1].removeprefix('File ')}" if places else ""
        why = f" It cannot be traced with symbols either ({reason})." if reason else ""
        raise ModelError(
            f"'{name}' does not compile: {cause}{place}.{why} Numba compiles loops, "
            "branches, `math` and NumPy calls on numbers and arrays; see https://numba.readthedocs.io."
        ) from None


def _jit(function: Any) -> Any:
    return numba.njit(error_model="numpy")(function)


def _compiled(signature: Any, body: Callable[..., None]) -> Any:
    return body if uncompiled() else numba.cfunc(signature, error_model="numpy")(body)


def _mentions(function: Any, words: set[str], seen: set[int]) -> bool:
    """Whether the function, or a Python function it calls, uses one of these names."""
    function = plain_function(function)
    if not isinstance(function, types.FunctionType) or id(function) in seen:
        return False
    seen.add(id(function))
    used = names_used(function).values()
    own = [*names_in(function.__code__), *(getattr(value, "__name__", "") for value in used)]
    if POWER in words and _has_power(function.__code__):
        return True
    return bool(words.intersection(own)) or any(_mentions(value, words, seen) for value in used)


def _has_power(code: types.CodeType) -> bool:
    """Whether the code uses the operator `**`."""
    inner = (constant for constant in code.co_consts if isinstance(constant, types.CodeType))
    return any(step.argrepr in ("**", "**=") for step in dis.get_instructions(code)) or any(
        map(_has_power, inner)
    )


def _prepared(function: Any, analytic: bool, memo: dict[int, Any]) -> Any:
    """A copy of the function whose helpers are compiled, with `cmath` for `math` if `analytic`; `memo` by id.

    Numba calls keyword-only arguments wrongly: in the copies they are the last positional ones, which keep their names.
    """

    def swap(value: Any) -> Any:
        if analytic and value is math:
            return cmath
        if analytic and isinstance(value, types.BuiltinFunctionType) and value.__module__ == "math":
            return getattr(cmath, value.__name__, value)
        value = plain_function(value)
        if isinstance(value, types.FunctionType) and not str(value.__module__).startswith(
            ("numpy", "numba", "scipy")
        ):
            if id(value) not in memo:
                _prepared(value, analytic, memo)
            return memo[id(value)]
        return value

    space = dict(function.__globals__)
    cells = tuple(types.CellType() for _ in function.__closure__ or ())
    code = function.__code__
    code = code.replace(co_argcount=code.co_argcount + code.co_kwonlyargcount, co_kwonlyargcount=0)
    copy = types.FunctionType(code, space, function.__name__, _defaults(function), cells or None)
    memo[id(function)] = _jit(copy)
    used = names_used(function)
    space.update({name: swap(value) for name, value in used.items() if name not in code.co_freevars})
    for name, cell in zip(code.co_freevars, cells, strict=True):
        if name in used:
            cell.cell_contents = swap(used[name])
    return copy


def _defaults(function: Any) -> tuple[Any, ...]:
    """Defaults of the last arguments, keyword-only ones among them; None for those that must be given and are."""
    code = function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    given = dict(
        zip(reversed(names[: code.co_argcount]), reversed(function.__defaults__ or ()), strict=False)
    )
    given.update(function.__kwdefaults__ or {})
    first = min((names.index(name) for name in given), default=len(names))
    return tuple(given.get(name) for name in names[first:])


def _array_form(system: System, analytic: bool) -> Any:
    """The model as a compiled f(x, p, out), whatever its form."""
    function = _prepared(system.function, analytic, {})
    if not system.named:
        return _jit(function)
    n, k = len(system.states), len(system.parameters)
    arguments = ", ".join([f"x[{i}]" for i in range(n)] + [f"p[{j}]" for j in range(k)])
    puts = [f"out[{i}] = values[{i}]" for i in range(n)]
    if n == 1 and not _returns_sequence(system):
        puts = ["out[0] = values"]
    lines = "\n    ".join([f"values = function({arguments})", *puts])
    space: dict[str, Any] = {"function": _jit(function)}
    exec(f"def call(x, p, out):\n    {lines}\n", space)
    return _jit(space["call"])


def _returns_sequence(system: System) -> bool:
    """Whether a function of one state returns (dx,) or [dx] where it returns at all."""
    for x, p in system.trial_points():
        with contextlib.suppress(ArithmeticError, ValueError):
            return (
                np.ndim(system.function(*x.tolist(), **dict(zip(system.parameters, p.tolist(), strict=True))))
                > 0
            )
    return False


def _complex_first(system: System) -> Any:
    """The compiled complex step along a direction; None if f is not analytic or refuses complex numbers."""
    if _mentions(system.function, NOT_ANALYTIC, set()):
        return None
    n, k = len(system.states), len(system.parameters)
    try:
        return _compiled(JET, _complex_step(_array_form(system, analytic=True), n, k))
    except numba.core.errors.NumbaError:
        return None


def _agree(first: Any, rhs: Any, system: System) -> bool:
    """Whether complex step and central differences give the same along random directions at the trial points."""
    n, k = len(system.states), len(system.parameters)
    random = np.random.default_rng(5)
    compared = False
    for x, p in system.trial_points(8):
        u = random.uniform(-1.0, 1.0, n + k)
        a, b = np.full(n, np.nan), np.full(n, np.nan)
        with contextlib.suppress(ArithmeticError, ValueError, TypeError):
            first_along(rhs, 0, x, p, u, b)
            first_along(first, 1, x, p, u, a)
        known = np.isfinite(b)
        compared |= bool(known.any())
        if not (np.abs(a - b)[known] <= DIFFERENT * (1e-3 + np.abs(b).max(initial=0.0, where=known))).all():
            return False
    return compared


def _check_jacobian(given: Any, rhs: Any, system: System) -> None:
    """Compare a given Jacobian with central differences of the function.

    Raises
    ------
    ModelError
        If an entry is wrong at every trial point where the function is finite.
    """
    n, k = len(system.states), len(system.parameters)
    found = []
    for x, p in system.trial_points():
        right, left = np.full((n, n), np.nan), np.zeros((n, n))
        with contextlib.suppress(ArithmeticError, ValueError):
            for j, u in enumerate(np.eye(n, n + k)):
                column = np.full(n, np.nan)
                first_along(rhs, 0, x, p, u, column)
                right[:, j] = column
            given(x, p, left)
        if np.isfinite(right).all():
            scale = 1e-6 + np.abs(right).max(axis=1, keepdims=True)
            found.append((~(np.abs(left - right) <= WRONG * scale), left, right, x, p))
    wrong = np.logical_and.reduce([f[0] for f in found]) if found else np.zeros((n, n), bool)
    if wrong.any():
        i, j = (int(index) for index in np.argwhere(wrong)[0])
        _, left, right, x, p = found[0]
        raise ModelError(
            f"the Jacobian of '{system.name}' is wrong in out[{i}, {j}], the derivative of d{system.states[i]}/dt in "
            f"{system.states[j]}: it gives {left[i, j]:.6g} where differences of the function give {right[i, j]:.6g}, "
            f"at {system.describe(x, p)}."
        )


def _rhs(function: Any, n: int, k: int) -> Callable[..., None]:
    def rhs(x, p, out):  # type: ignore[no-untyped-def]
        function(vector(x, n), vector(p, k), vector(out, n))

    return rhs


def _complex_step(function: Any, n: int, k: int) -> Callable[..., None]:
    """first(x, p, u, out): out (n,) = Df u by complex step."""

    def first(x, p, u, out):  # type: ignore[no-untyped-def]
        z = np.empty(n, np.complex128)
        q = np.empty(k, np.complex128)
        values = np.empty(n, np.complex128)
        for i in range(n):
            z[i] = complex(x[i], TINY * u[i])
            values[i] = np.nan
        for j in range(k):
            q[j] = complex(p[j], TINY * u[n + j])
        try:  # complex division by zero raises, whatever the error model
            function(z, q, values)
        except Exception:
            values[:] = complex(np.nan, np.nan)
        for i in range(n):
            out[i] = values[i].imag / TINY

    return first


def _given_jacobian(function: Any, n: int, k: int) -> Callable[..., None]:
    def jacobian(x, p, stride, out):  # type: ignore[no-untyped-def]
        full = np.zeros((n, n))
        function(vector(x, n), vector(p, k), full)
        for i in range(n):
            for j in range(n):
                out[i * stride + j] = full[i, j]

    return jacobian


def _jacobian(of: Any) -> Callable[..., None]:
    def jacobian(x, p, stride, out):  # type: ignore[no-untyped-def]
        call_jacobian(of[0], (as_integers(of[3]), x, p, stride, out))

    return jacobian


def _column(of: Any) -> Callable[..., None]:
    def column(x, p, j, stride, out):  # type: ignore[no-untyped-def]
        call_column(of[1], (as_integers(of[3]), x, p, j, stride, out))

    return column


def _jet(of: Any) -> Callable[..., None]:
    def jet(x, p, direction, out):  # type: ignore[no-untyped-def]
        call_jet(of[2], (as_integers(of[3]), x, p, direction, out))

    return jet
