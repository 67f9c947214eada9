"""Code for the first three derivatives of f along a line, by Taylor arithmetic on the formula's own operations.

Every intermediate value w carries its Taylor coefficients w0, w1, w2, w3 in the line's parameter, w_k = w^(k) / k!.
Sums, products, quotients, and the recurrences of the elementary functions carry them on (Griewank and Walther,
Evaluating Derivatives, SIAM 2008, section 13.2). The code grows with the formula, not with its expanded third
derivative.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy

from contin.systems.guarded import GuardedRoot
from contin.systems.tracing import CannotTrace

Jet = tuple[str, str, str, str]  # code of the four coefficients: names or numbers, "0" where one vanishes
NAME = re.compile(r"[A-Za-z_]\w*")


def write_jet(
    x: list[sympy.Symbol],
    p: list[sympy.Symbol],
    formulas: list[sympy.Expr],
    show: Callable[[Any], str],
    inner: Mapping[sympy.Symbol, sympy.Expr],
) -> list[str]:
    """Lines that fill out (3, n) from `direction` (n + k,); `inner` are formulas of symbols in the others."""
    writer = _Writer(show)
    for i, symbol in enumerate([*x, *p]):
        name = symbol.name
        read = f"states[{i}]" if i < len(x) else f"parameters[{i - len(x)}]"
        writer.statements += [_Statement((name,), [f"{name} = {read}"])]
        writer.known[symbol] = (name, writer.name(f"direction[{i}]"), "0", "0")
    for symbol, formula in inner.items():
        value, *others = writer.visit(formula)
        writer.statements.append(_Statement((symbol.name,), [f"{symbol.name} = {_plain_number(value)}"]))
        writer.known[symbol] = (symbol.name, *others)
    for i, formula in enumerate(formulas):
        jet = writer.visit(formula)
        for order, factor in enumerate(("1.0", "2.0", "6.0")):
            code = _times(factor, jet[order + 1])
            target = f"out[{order * len(formulas) + i}]"
            writer.statements.append(_Statement((), [f"{target} = {'0.0' if code == '0' else code}"]))
    return writer.needed_lines()


def _sum(*terms: str) -> str:
    kept = [term for term in terms if term != "0"]
    return " + ".join(kept).replace("+ -", "- ") if kept else "0"


def _times(*factors: str) -> str:
    """The product of names, numbers (the first factor only) and texts in parentheses."""
    if "0" in factors:
        return "0"
    kept = [factor for factor in factors if factor != "1.0"]
    if len(kept) > 1 and kept[0] == "-1.0":
        return "-" + "*".join(kept[1:])
    return "*".join(kept) if kept else "1.0"


def _inside(code: str) -> str:
    """A text as a factor of a product."""
    return code if code == "0" or not re.search(r"[ *]|^-", code) else f"({code})"


def _plain_number(code: str) -> str:
    return "0.0" if code == "0" else code


def _plain(jet: Jet) -> list[str]:
    return [_plain_number(code) for code in jet]


@dataclass
class _Statement:
    """Lines of code and the names that they give values."""

    targets: tuple[str, ...]
    lines: list[str]


@dataclass
class _Writer:
    show: Callable[[Any], str]
    statements: list[_Statement] = field(default_factory=list)
    known: dict[sympy.Basic, Jet] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def fresh(self) -> str:
        """A name not used so far."""
        return f"c_{next(self.numbers)}"

    def branch(self) -> _Writer:
        """A writer for one branch of an `if`, which knows the names above it."""
        return _Writer(self.show, names=dict(self.names), numbers=self.numbers)

    def name(self, code: str) -> str:
        """A name for the value of `code`; names and numbers stay as they are, the same code has one name."""
        if re.fullmatch(r"-?[\d.]+(e[-+]?\d+)?|[A-Za-z_]\w*", code):
            return code
        if code not in self.names:
            self.names[code] = name = self.fresh()
            self.statements.append(_Statement((name,), [f"{name} = {code}"]))
        return self.names[code]

    def needed_lines(self) -> list[str]:
        """The statements on which the results depend, in their order."""
        needed: set[str] = set()
        kept = []
        for statement in reversed(self.statements):
            if not statement.targets or needed.intersection(statement.targets):
                needed.update(NAME.findall(" ".join(statement.lines)))
                kept.append(statement)
        return [line for statement in reversed(kept) for line in statement.lines]

    def visit(self, expression: sympy.Basic) -> Jet:
        """The jet of `expression`, its coefficients named."""
        if expression not in self.known:
            a, b, c, d = map(self.name, self._make(expression))
            self.known[expression] = (a, b, c, d)
        return self.known[expression]

    def _make(self, e: sympy.Basic) -> Jet:
        if not e.free_symbols:
            return (repr(float(e)), "0", "0", "0")
        if isinstance(e, sympy.Add):
            return self._add(e)
        if isinstance(e, sympy.Mul):
            return self._mul(e)
        if isinstance(e, sympy.Pow):
            return self._pow(e.base, e.exp)
        if isinstance(e, sympy.Max | sympy.Min):
            return self._extreme(e)
        if isinstance(e, sympy.Piecewise):
            return self._piecewise(e)
        if isinstance(e, sympy.exp):
            return self._exp(self.visit(e.args[0]))
        if isinstance(e, sympy.log):
            return self._log(self.visit(e.args[0]))
        if isinstance(e, GuardedRoot):
            return self._guarded_root(*map(self.visit, e.args))
        if isinstance(e, sympy.Heaviside):
            return self._composed(self.visit(e.args[0]), sympy.Heaviside)
        if isinstance(e, sympy.Function) and len(e.args) == 1:
            return self._composed(self.visit(e.args[0]), e.func)
        raise CannotTrace(f"no derivatives of {type(e).__name__}")

    def _add(self, e: sympy.Add) -> Jet:
        terms: list[list[str]] = [[], [], [], []]
        for argument in e.args:
            factor, rest = argument.as_coeff_Mul()
            number, jet = repr(float(factor)), self.visit(rest)
            for k in range(4):
                code = repr(float(argument)) if argument.is_number and k == 0 else _times(number, jet[k])
                terms[k].append("0" if argument.is_number and k else code)
        return (_sum(*terms[0]), _sum(*terms[1]), _sum(*terms[2]), _sum(*terms[3]))

    def _mul(self, e: sympy.Mul) -> Jet:
        factor, rest = e.as_coeff_Mul()
        above: list[sympy.Basic] = []
        below: list[sympy.Basic] = []
        for a in sympy.Mul.make_args(rest):
            negative = isinstance(a, sympy.Pow) and a.exp.is_number and a.exp.is_negative
            (below if negative else above).append(sympy.Pow(a.base, -a.exp) if negative else a)
        jet = self.visit(above[0]) if above else ("1.0", "0", "0", "0")
        for a in above[1:]:
            jet = self._named(self._product(jet, self.visit(a)))
        if below:
            divisor = self.visit(below[0])
            for a in below[1:]:
                divisor = self._named(self._product(divisor, self.visit(a)))
            jet = self._quotient(jet, divisor)
        if factor == 1:
            return jet
        number = repr(float(factor))
        a, b, c, d = (_times(number, self.name(code)) for code in jet)
        return (a, b, c, d)

    def _named(self, jet: Jet) -> Jet:
        a, b, c, d = map(self.name, jet)
        return (a, b, c, d)

    def _product(self, u: Jet, v: Jet) -> Jet:
        def coefficient(k: int) -> str:
            return _sum(*(_times(u[j], v[k - j]) for j in range(k + 1)))

        if u[0] == "1.0":
            return v
        return (coefficient(0), coefficient(1), coefficient(2), coefficient(3))

    def _quotient(self, u: Jet, v: Jet) -> Jet:
        """v w = u, solved for w_k one after another."""
        inverse = self.name(f"1.0/{v[0]}")
        w = [self.name(_times(u[0], inverse))]
        for k in range(1, 4):
            known = _sum(u[k], *(_times("-1.0", v[j], w[k - j]) for j in range(1, k + 1)))
            w.append(self.name(_times(_inside(known), inverse)))
        return (w[0], w[1], w[2], w[3])

    def _square(self, u: Jet) -> Jet:
        return (
            _times(u[0], u[0]),
            _times("2.0", u[0], u[1]),
            _sum(_times("2.0", u[0], u[2]), _times(u[1], u[1])),
            _times("2.0", _inside(_sum(_times(u[0], u[3]), _times(u[1], u[2])))),
        )

    def _pow(self, base: sympy.Expr, exponent: sympy.Expr) -> Jet:
        if exponent.is_Integer and exponent > 1:
            half = self.visit(sympy.Pow(base, exponent // 2))
            if exponent % 2 == 0:
                return self._square(half)
            return self._product(self._named(self._square(half)), self.visit(base))
        if exponent.is_number and exponent.is_negative:
            return self._quotient(("1.0", "0", "0", "0"), self.visit(sympy.Pow(base, -exponent)))
        if exponent == sympy.Rational(1, 2):
            return self._sqrt(self.visit(base))
        if base.is_number and not base.is_positive:
            raise CannotTrace(f"no derivatives of {base**exponent}")
        if base.is_number:
            return self._exp(self.visit(sympy.Float(float(sympy.log(base))) * exponent))
        if exponent.is_number:
            return self._composed(self.visit(base), lambda s: s**exponent)
        return self._variable_power(self.visit(base), self.visit(exponent))

    def _sqrt(self, u: Jet) -> Jet:
        """w^2 = u."""
        w0 = self.name(f"math.sqrt({u[0]})")
        half = self.name(f"0.5/{w0}")
        w1 = self.name(_times(u[1], half))
        w2 = self.name(_times(_inside(_sum(u[2], _times("-1.0", w1, w1))), half))
        return (w0, w1, w2, _times(_inside(_sum(u[3], _times("-2.0", w1, w2))), half))

    def _guarded_root(self, u: Jet, eps: Jet) -> Jet:
        """sqrt(u) where u is seen beside eps, else a constant."""
        names = (self.fresh(), self.fresh(), self.fresh(), self.fresh())
        code = f"{', '.join(names)} = root_jet({', '.join([*_plain(u), eps[0]])})"
        self.statements.append(_Statement(names, [code]))
        return names

    def _exp(self, u: Jet) -> Jet:
        """w' = w u'."""
        w0 = self.name(f"math.exp({u[0]})")
        w1 = self.name(_times(w0, u[1]))
        w2 = self.name(_sum(_times(w0, u[2]), _times("0.5", w1, u[1])))
        third = _inside(_sum(_times("2.0", w1, u[2]), _times(w2, u[1])))
        return (w0, w1, w2, _sum(_times(w0, u[3]), _times(repr(1 / 3), third)))

    def _log(self, u: Jet) -> Jet:
        """u w' = u'."""
        inverse = self.name(f"1.0/{u[0]}")
        w1 = self.name(_times(u[1], inverse))
        w2 = self.name(_times(_inside(_sum(u[2], _times("-0.5", u[1], w1))), inverse))
        third = _inside(_sum(_times(w1, u[2]), _times("2.0", w2, u[1])))
        w3 = _times(_inside(_sum(u[3], _times(repr(-1 / 3), third))), inverse)
        return (f"math.log({u[0]})", w1, w2, w3)

    def _composed(self, u: Jet, outer: Callable[[Any], Any]) -> Jet:
        """Faa di Bruno's formula for a function of one argument, whose derivatives SymPy knows."""
        slot = sympy.Symbol(u[0], real=True)
        derivatives = [outer(slot)]
        for k in range(1, 4):
            derivatives.append(derivatives[-1].diff(slot) / k)
        if any(d.has(sympy.Derivative, sympy.Subs) for d in derivatives):
            raise CannotTrace(f"no derivatives of {derivatives[0]}")
        common, reduced = sympy.cse(
            derivatives, symbols=(sympy.Symbol(self.fresh(), real=True) for _ in itertools.count())
        )
        for symbol, expression in common:
            self.statements.append(_Statement((symbol.name,), [f"{symbol.name} = {self.show(expression)}"]))
        g = [self.name(_number_or(self.show, d)) for d in reduced]
        return self._chained(u, g[0], g[1], g[2], g[3])

    def _chained(self, u: Jet, g0: str, g1: str, g2: str, g3: str) -> Jet:
        """Coefficients of g(u) from those of g at u0 and of u."""
        return (
            g0,
            _times(g1, u[1]),
            _sum(_times(g1, u[2]), _times(g2, u[1], u[1])),
            _sum(
                _times(g1, u[3]),
                _times("2.0", g2, u[1], u[2]) if g2 != "0" else "0",
                _times(g3, u[1], u[1], u[1]),
            ),
        )

    def _variable_power(self, u: Jet, n: Jet) -> Jet:
        """u^n. Where n does not move along the line the rule of powers holds at u = 0, where log u does not exist."""
        names = (self.fresh(), self.fresh(), self.fresh(), self.fresh())
        other = self.branch()
        log = other._named(other._log(u))
        general = other._exp(other._named(other._product(n, log)))
        fixed = self.branch()
        power = fixed.name(f"{u[0]}**{n[0]}")
        g, factor = [power], "1.0"
        for k in range(1, 4):
            name = fixed.fresh()
            factor = fixed.name(f"{factor}*({n[0]} - {k - 1}.0)/{k}.0")
            fixed.statements.append(_Statement((name,), [f"{name} = 0.0"]))
            fixed.statements.append(
                _Statement(
                    (name,), [f"if {factor} != 0.0:", f"    {name} = {factor}*{u[0]}**({n[0]} - {k}.0)"]
                )
            )
            g.append(name)
        moves = " or ".join(f"{code} != 0.0" for code in n[1:] if code != "0")
        self._choose(names, moves, other, general, fixed, fixed._chained(u, g[0], g[1], g[2], g[3]))
        return names

    def _choose(self, names: Jet, test: str, yes: _Writer, then: Jet, no: _Writer, otherwise: Jet) -> None:
        """Statements of two branches that give `names` their values."""
        lines = [f"if {test}:"]
        for writer, jet in ((yes, then), (no, otherwise)):
            inner = [line for statement in writer.statements for line in statement.lines]
            inner += [f"{name} = {code}" for name, code in zip(names, _plain(jet), strict=True)]
            lines += [f"    {line}" for line in inner] + (["else:"] if writer is yes else [])
        self.statements.append(_Statement(names, lines))

    def _extreme(self, e: sympy.Basic) -> Jet:
        best = self.visit(e.args[0])
        sign = ">=" if isinstance(e, sympy.Max) else "<="
        for argument in e.args[1:]:
            other = self.visit(argument)
            names = (self.fresh(), self.fresh(), self.fresh(), self.fresh())
            test = f"{best[0]} {sign} {other[0]}"
            self._choose(names, test, self.branch(), best, self.branch(), other)
            best = names
        return best

    def _piecewise(self, e: sympy.Piecewise) -> Jet:
        jet: Jet = ("math.nan",) * 4
        for value, condition in reversed(e.args):
            piece = self.visit(value)
            if condition is sympy.true:
                jet = piece
                continue
            names = (self.fresh(), self.fresh(), self.fresh(), self.fresh())
            self._choose(names, self.show(condition), self.branch(), piece, self.branch(), jet)
            jet = names
        return jet


def _number_or(show: Callable[[Any], str], expression: sympy.Expr) -> str:
    if not expression.is_number:
        return show(expression)
    return "0" if expression == 0 else repr(float(expression))
