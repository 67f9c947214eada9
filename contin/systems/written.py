"""Python functions from text, with their source in tracebacks, debuggers and stored files."""

from __future__ import annotations

import hashlib
import linecache
import math
from collections.abc import Callable, Mapping
from typing import Any

import sympy
from sympy.core.parameters import distribute

from contin.systems.codegen import assignments
from contin.systems.tracing import Traced, expression_of


def function_from(text: str, name: str, space: Mapping[str, Any]) -> Callable[..., Any]:
    """Run the text of a `def` with these global names; the function of that name."""
    filename = f"<contin {name} {hashlib.sha256(text.encode()).hexdigest()[:12]}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    names = {"__name__": "contin_written", **space}
    exec(compile(text, filename, "exec"), names)
    function: Callable[..., Any] = names[name]
    return function


def written_function(
    name: str, symbols: list[sympy.Symbol], formulas: list[sympy.Expr]
) -> Callable[..., tuple[float, ...]]:
    """A plain function of the symbols, in their order, that returns a tuple of the formulas' values.

    Raises
    ------
    CannotTrace
        If a formula has no code.
    """
    results = {fresh(f"d{i}", [s.name for s in symbols]): formula for i, formula in enumerate(formulas)}
    with distribute(False):
        lines = assignments(results)
    arguments = ", ".join(s.name for s in symbols)
    body = "\n    ".join([*lines, f"return {', '.join(results)},"])
    function = function_from(f"def {name}({arguments}):\n    {body}\n", name, {"math": math})
    function.on_symbols = on_symbols(symbols, formulas)  # type: ignore[attr-defined]
    return function


def on_symbols(symbols: list[sympy.Symbol], formulas: list[sympy.Expr]) -> Callable[..., tuple[Traced, ...]]:
    """The same function for tracing: its code may look at values, its formulas do not."""
    operations = [int(formula.count_ops()) for formula in formulas]

    def call(*arguments: Any) -> tuple[Traced, ...]:
        values = dict(zip(symbols, map(expression_of, arguments), strict=True))
        size = sum(a.size for a in arguments if isinstance(a, Traced))
        return tuple(
            Traced(formula.xreplace(values), size + count)
            for formula, count in zip(formulas, operations, strict=True)
        )

    return call


def fresh(name: str, taken: list[str]) -> str:
    """The name, with underscores where it is taken."""
    while name in taken:
        name += "_"
    return name


__all__ = ["fresh", "function_from", "written_function"]
