"""The text of a generated module: f, its Jacobian, its derivatives in the parameters, and its jets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import sympy
from sympy.core.parameters import distribute
from sympy.printing.pycode import PythonCodePrinter

from contin.systems.guarded import GuardedRoot
from contin.systems.jets import write_jet
from contin.systems.layers import Layers
from contin.systems.tracing import CannotTrace

if TYPE_CHECKING:
    from contin.systems.system import System

TAKEN = {"math", "max", "min", "abs", "range", "states", "parameters", "direction", "i", "j", "stride", "out"}
ROOTS = ("root_jet", "root_slope", "root_value")
TAKEN.update(ROOTS)
RESERVED = re.compile(r"[cg]_\d+|d_\d+_\d+")  # common subexpressions, inner formulas and their derivatives
MANY_ZEROS = 8  # a loop costs Numba as much as so many assignments

Targets = dict[str, sympy.Expr]


class Printer(PythonCodePrinter):  # type: ignore[misc]
    """Formulas as Python that Numba compiles, numbers with all their digits."""

    def _print_Float(self, expression: Any) -> str:
        return repr(float(expression))

    def _print_Integer(self, expression: Any) -> str:
        return str(expression.p) if abs(expression.p) < 2**53 else repr(float(expression.p))

    def _print_Rational(self, expression: Any) -> str:
        exact = max(abs(expression.p), expression.q) < 2**53
        return f"{expression.p}/{expression.q}" if exact else repr(float(expression))

    def _print_Pow(self, expression: Any, rational: bool = False) -> str:
        # A quotient is infinite where Numba raises an exception for a negative whole power of zero.
        if expression.exp.is_Integer and expression.exp < -1:
            return f"1/{super()._print_Pow(expression.base**-expression.exp)}"
        return str(super()._print_Pow(expression, rational=rational))

    def _print_Heaviside(self, expression: Any) -> str:
        inside = self._print(expression.args[0])
        return f"(1.0 if {inside} > 0 else 0.5 if {inside} == 0 else 0.0)"

    def _print_DiracDelta(self, expression: Any) -> str:
        return "0.0"

    def _print_GuardedRoot(self, expression: Any) -> str:
        return f"root_value({self._print(expression.args[0])})"

    def _print_GuardedSlope(self, expression: Any) -> str:
        v, eps = map(self._print, expression.args)
        return f"root_slope({v}, {eps})"

    def _print_not_supported(self, expression: Any) -> str:
        raise CannotTrace(f"no code for {type(expression).__name__}")

    def _print_ImaginaryUnit(self, expression: Any) -> str:
        """SymPy pulls it out of sqrt(-1 - x^2); the function itself gives NaN there."""
        raise CannotTrace("a root or logarithm of a negative number stands in a derivative")

    _print_Function = _print_not_supported
    _print_Derivative = _print_not_supported
    _print_Subs = _print_not_supported


_PRINTER = Printer({"fully_qualified_modules": True, "standard": "python3", "allow_unknown_functions": False})


def show(expression: Any) -> str:
    """The Python text of a formula.

    Raises
    ------
    CannotTrace
        If there is none.
    """
    return str(_PRINTER.doprint(expression))


def symbols_for(names: list[str]) -> list[sympy.Symbol]:
    """Real symbols with these names, underscores added where the module needs the word itself."""
    given = set(names)
    symbols = []
    for name in names:
        new = name
        while new in TAKEN or RESERVED.fullmatch(new) or (new != name and new in given):
            new += "_"
        given.add(new)
        symbols.append(sympy.Symbol(new, real=True))
    return symbols


def module_text(system: System) -> str:
    """Text of the module with the pointers `rhs`, `jacobian`, `column`, `jet` of `contin_kernels.abi`.

    Raises
    ------
    CannotTrace
        If the function looks at values or its formula is too large.
    ModelError
        If the function is wrong for numbers, too.
    """
    with distribute(False):  # 0.1*(v + 55) stays as it is written
        return "\n\n\n".join(_parts(system)) + "\n"


def _parts(system: System) -> list[str]:
    n, k = len(system.states), len(system.parameters)
    symbols = symbols_for([*system.states, *system.parameters])
    x, p = symbols[:n], symbols[n:]
    layers = system.layers(x, p)
    formulas, inner = layers.formulas, layers.inner
    jacobian, bends = layers.derivatives(x, _derivative)
    targets = {
        f"out[{_sum_of(i, 'stride', j)}]": d for i, row in enumerate(jacobian) for j, d in enumerate(row)
    }
    rooted = any(f.has(GuardedRoot) for f in [*formulas, *inner.values()])
    roots = f"from contin_kernels.root import {', '.join(ROOTS)}\n" if rooted else ""
    every = f"for i in range({n}):\n        for j in range({n}):\n            out[i*stride + j] = 0.0"
    return [
        _head(system),
        "import math\nfrom pathlib import Path\n\n"
        "from contin_kernels.abi import COLUMN, JACOBIAN, JET, RHS\nfrom contin_kernels.jit import pointer\n"
        f"{roots}\n"
        "HERE = Path(__file__).parent",
        _function(
            "RHS",
            "rhs(states, parameters, out)",
            f"out ({n},) = f.",
            _read(x, p, [*formulas, *inner.values()])
            + _named(inner)
            + assignments({f"out[{i}]": f for i, f in enumerate(formulas)}),
        ),
        _function(
            "JACOBIAN",
            "jacobian(states, parameters, stride, out)",
            f"out[i*stride + j] = df_i / dx_j, i and j below {n}.",
            _read(x, p, [*targets.values(), *inner.values(), *bends.values()])
            + _named({**inner, **bends})
            + _with_zeros(every, targets),
        ),
        _function(
            "COLUMN",
            "column(states, parameters, j, stride, out)",
            f"out[i*stride] = df_i / dp_j, i below {n}, j below {k}.",
            _columns(system, layers, x, p),
        ),
        _function(
            "JET",
            "jet(states, parameters, direction, out)",
            f"out (3, {n}) = first, second and third derivative of f along `direction` ({n + k},).",
            write_jet(x, p, formulas, show, inner),
        ),
    ]


def _head(system: System) -> str:
    name = getattr(system.function, "__name__", "model")
    listed = [", ".join(names) for names in (system.states, system.parameters)]
    return (
        f'"""Generated by contin from the function {name!r}: do not edit; a changed function gets a new file.\n\n'
        f"States: {listed[0]}.\nParameters: {listed[1]}.\n"
        'The functions are those of `contin_kernels.abi`; c_0, c_1, ... are common subexpressions.\n"""'
    )


def _function(signature: str, head: str, says: str, body: list[str]) -> str:
    lines = "\n".join(f"    {line}" for line in body)
    return f'@pointer({signature}, HERE)\ndef {head}:\n    """{says}"""\n{lines}'


def _sum_of(i: int, stride: str, j: int = 0) -> str:
    """The index i stride + j."""
    rows = ["0", stride][i] if i < 2 else f"{i}*{stride}"
    return rows if j == 0 else str(j) if i == 0 else f"{rows} + {j}"


def derivatives(formula: sympy.Expr, symbols: list[sympy.Symbol]) -> list[sympy.Expr]:
    """The derivatives of a formula in each symbol, sums left as they are written.

    Raises
    ------
    CannotTrace
        If there is none.
    """
    with distribute(False):
        return [_derivative(formula, symbol) for symbol in symbols]


def _derivative(formula: sympy.Expr, symbol: sympy.Symbol) -> sympy.Expr:
    if symbol not in formula.free_symbols:
        return sympy.Integer(0)
    derivative = formula.diff(symbol)
    if derivative.has(sympy.Derivative, sympy.Subs):
        raise CannotTrace(f"no derivative in {symbol}")
    if any(power.exp.free_symbols for power in derivative.atoms(sympy.Pow)):
        return sympy.powsimp(derivative, combine="exp")  # n x**n / x would be 0/0 at x = 0
    return derivative


def _read(x: list[sympy.Symbol], p: list[sympy.Symbol], formulas: list[sympy.Expr]) -> list[str]:
    used = set().union(*(formula.free_symbols for formula in formulas))
    lines = [f"{s.name} = states[{i}]" for i, s in enumerate(x) if s in used]
    return lines + [f"{s.name} = parameters[{i}]" for i, s in enumerate(p) if s in used]


def assignments(targets: Targets) -> list[str]:
    """Lines that give the targets their values, common subexpressions first."""
    names = (sympy.Symbol(f"c_{i}", real=True) for i in range(10**6))
    common, reduced = sympy.cse(list(targets.values()), symbols=names)
    trivial: dict[sympy.Symbol, sympy.Expr] = {}
    lines = []
    for symbol, expression in common:
        expression = expression.xreplace(trivial)
        if expression.is_Mul and (-expression).is_Symbol:
            trivial[symbol] = expression
        else:
            lines.append(f"{symbol} = {show(expression)}")
    return lines + [f"{name} = {show(e.xreplace(trivial))}" for name, e in zip(targets, reduced, strict=True)]


def _with_zeros(loop: str, targets: Targets) -> list[str]:
    """The targets' values; where many are zero, a loop over all of them first."""
    others = {name: e for name, e in targets.items() if e != 0}
    if len(targets) - len(others) <= MANY_ZEROS:
        return assignments(targets)
    return [loop, *assignments(others)]


def _named(formulas: dict[sympy.Symbol, sympy.Expr]) -> list[str]:
    """The values of symbols that other formulas use."""
    return assignments({symbol.name: formula for symbol, formula in formulas.items()})


def _columns(system: System, layers: Layers, x: list[sympy.Symbol], p: list[sympy.Symbol]) -> list[str]:
    lines = [f"for i in range({len(system.states)}):", "    out[i*stride] = 0.0"]
    used = list(layers.inner.values())
    for j, (name, symbol) in enumerate(zip(system.parameters, p, strict=True)):
        rows, bends = layers.derivatives([symbol], _derivative)
        targets = {f"out[{_sum_of(i, 'stride')}]": row[0] for i, row in enumerate(rows) if row[0] != 0}
        used += [*targets.values(), *bends.values()]
        lines.append(f"{'elif' if j else 'if'} j == {j}:  # {name}")
        lines += [f"    {line}" for line in [*_named(bends), *assignments(targets)] or ["pass"]]
    return _read(x, p, used) + _named(layers.inner) + lines
