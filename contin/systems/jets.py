"""Code for the first three derivatives of f along a line, by Taylor arithmetic on the formula's own operations.

Every intermediate value v carries v, v', v'', v''' in the line's parameter; sums, Leibniz' rule for products and Faa di
Bruno's for functions of one argument carry them on (Griewank and Walther, Evaluating Derivatives, SIAM 2008, chapter
13). The code grows with the formula, not with its expanded third derivative.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sympy

from contin.systems.tracing import CannotTrace

Jet = tuple[str, str, str, str]  # code of the value and of its three derivatives, "0" where it vanishes


def write_jet(x: list[sympy.Symbol], p: list[sympy.Symbol], formulas: list[sympy.Expr], show: Any) -> list[str]:
    """Lines that fill out (3, n) from `direction` (n + k,)."""
    writer = _Writer(show)
    used = set().union(*(formula.free_symbols for formula in formulas))
    for i, symbol in enumerate([*x, *p]):
        if symbol in used:
            along = writer.name(f"direction[{i}]")
            writer.known[symbol] = (symbol.name, along, "0", "0")
    common, reduced = sympy.cse(formulas, symbols=(sympy.Symbol(f"c_s{i}") for i in range(10**6)))
    for symbol, expression in common:
        writer.known[symbol] = writer.visit(expression)
    for i, expression in enumerate(reduced):
        for order, code in enumerate(writer.visit(expression)[1:]):
            writer.lines.append(f"out[{order * len(formulas) + i}] = {code if code != '0' else '0.0'}")
    return writer.lines


def _sum(terms: Iterable[str]) -> str:
    kept = [term for term in terms if term != "0"]
    return " + ".join(kept) if kept else "0"


def _times(*factors: str) -> str:
    if "0" in factors:
        return "0"
    kept = [factor for factor in factors if factor not in ("1", "1.0")]
    return "*".join(kept) if kept else "1.0"


@dataclass
class _Writer:
    show: Any
    lines: list[str] = field(default_factory=list)
    known: dict[sympy.Basic, Jet] = field(default_factory=dict)
    count: int = 0

    def name(self, code: str) -> str:
        """A name for the value of `code`; names, numbers and zero stay as they are."""
        if code.isidentifier() or code.replace(".", "", 1).isdigit():
            return code
        self.count += 1
        self.lines.append(f"c_{self.count} = {code}")
        return f"c_{self.count}"

    def visit(self, expression: sympy.Basic) -> Jet:
        """The jet of `expression`."""
        if expression not in self.known:
            value, *derivatives = self._make(expression)
            named = [self.name(code) for code in (value, *derivatives)]
            self.known[expression] = (named[0], named[1], named[2], named[3])
        return self.known[expression]

    def _make(self, e: sympy.Basic) -> Jet:
        if not e.free_symbols & set(self.known):
            return (f"({self.show.doprint(e)})", "0", "0", "0")
        if isinstance(e, sympy.Add):
            jets = [self.visit(a) for a in e.args]
            return (_sum(j[0] for j in jets), _sum(j[1] for j in jets), _sum(j[2] for j in jets), _sum(j[3] for j in jets))
        if isinstance(e, sympy.Mul):
            return self._product(e)
        if isinstance(e, sympy.Pow) and e.exp.free_symbols & set(self.known):
            return self._make_known(sympy.exp(sympy.Mul(e.exp, sympy.log(e.base), evaluate=False), evaluate=False), e)
        if isinstance(e, sympy.Pow):
            return self._composed(e.base, lambda s: s**e.exp)
        if isinstance(e, sympy.Max | sympy.Min):
            return self._chosen(e)
        if isinstance(e, sympy.Piecewise):
            return self._piecewise(e)
        if isinstance(e, sympy.Function) and len(e.args) == 1:
            return self._composed(e.args[0], e.func)
        raise CannotTrace(f"no jet of {type(e).__name__}")

    def _make_known(self, e: sympy.Basic, original: sympy.Basic) -> Jet:
        if e == original:
            raise CannotTrace(f"no jet of {original}")
        return self.visit(e)

    def _product(self, e: sympy.Mul) -> Jet:
        head, tail = e.as_two_terms()
        a = self.visit(head)
        b = self.visit(tail)
        return (
            _times(a[0], b[0]),
            _sum([_times(a[1], b[0]), _times(a[0], b[1])]),
            _sum([_times(a[2], b[0]), _times("2.0", a[1], b[1]), _times(a[0], b[2])]),
            _sum([_times(a[3], b[0]), _times("3.0", a[2], b[1]), _times("3.0", a[1], b[2]), _times(a[0], b[3])]),
        )

    def _composed(self, inside: sympy.Basic, outer: Any) -> Jet:
        a = self.visit(inside)
        slot = sympy.Symbol(a[0] if a[0].isidentifier() else self.name(f"0.0 + {a[0]}"), real=True)
        derivatives = [outer(slot)]
        for _ in range(3):
            derivatives.append(derivatives[-1].diff(slot))
        if any(d.has(sympy.Derivative, sympy.Subs) for d in derivatives):
            raise CannotTrace(f"no derivatives of {outer}")
        common, reduced = sympy.cse(derivatives, symbols=(sympy.Symbol(f"c_f{self.count}_{i}") for i in range(10**6)))
        self.count += 1
        for symbol, expression in common:
            self.lines.append(f"{symbol} = {self.show.doprint(expression)}")
        g = [self.name(self.show.doprint(d)) if not d.is_Number else _constant(d) for d in reduced]
        return (
            g[0],
            _times(g[1], a[1]),
            _sum([_times(g[2], a[1], a[1]), _times(g[1], a[2])]),
            _sum([_times(g[3], a[1], a[1], a[1]), _times("3.0", g[2], a[1], a[2]), _times(g[1], a[3])]),
        )

    def _chosen(self, e: sympy.Basic) -> Jet:
        best = self.visit(e.args[0])
        sign = ">=" if isinstance(e, sympy.Max) else "<="
        for argument in e.args[1:]:
            other = self.visit(argument)
            test = f"{best[0]} {sign} {other[0]}"
            codes = [self.name(f"({a} if {test} else {b})") for a, b in zip(_floats(best), _floats(other), strict=True)]
            best = (codes[0], codes[1], codes[2], codes[3])
        return best

    def _piecewise(self, e: sympy.Piecewise) -> Jet:
        codes = ["math.nan"] * 4
        for value, condition in reversed(e.args):
            jet = _floats(self.visit(value))
            if condition is sympy.true:
                codes = list(jet)
                continue
            test = self.show.doprint(self._plain(condition))
            codes = [f"({a} if {test} else {b})" for a, b in zip(jet, codes, strict=True)]
        return (codes[0], codes[1], codes[2], codes[3])

    def _plain(self, condition: sympy.Basic) -> sympy.Basic:
        """The condition with common subexpressions by the names of their values."""
        names = {s: sympy.Symbol(self.known[s][0]) for s in condition.free_symbols if s in self.known}
        return condition.xreplace({s: n for s, n in names.items() if n.name.isidentifier()})


def _floats(jet: Jet) -> Jet:
    codes = [code if code != "0" else "0.0" for code in jet]
    return (codes[0], codes[1], codes[2], codes[3])


def _constant(number: sympy.Expr) -> str:
    return "0" if number == 0 else repr(float(number)) if number > 0 else f"({float(number)!r})"
