"""Formulas in two layers, f(x, p, g) with g = G(x, p): what many formulas share is computed and differentiated once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import sympy


@dataclass(frozen=True)
class Layers:
    """The n formulas of f, and those of the symbols g_0, g_1, ... in them; without such symbols f is one layer.

    Attributes
    ----------
    formulas : list of Expr
        In x, p and the symbols of `inner`.
    inner : dict of Symbol to Expr
        In x and p.
    """

    formulas: list[sympy.Expr]
    inner: dict[sympy.Symbol, sympy.Expr] = field(default_factory=dict)

    def derivatives(
        self, symbols: list[sympy.Symbol], derivative: Callable[[sympy.Expr, sympy.Symbol], sympy.Expr]
    ) -> tuple[list[list[sympy.Expr]], dict[sympy.Symbol, sympy.Expr]]:
        """The table of df_i / ds_j by the chain rule, and the inner derivatives d_k_j = dg_k / ds_j that stand in it."""
        bends: dict[sympy.Symbol, sympy.Expr] = {}
        table: dict[tuple[sympy.Symbol, sympy.Symbol], sympy.Expr] = {}
        for k, (g, formula) in enumerate(self.inner.items()):
            for j, s in enumerate(symbols):
                bend = derivative(formula, s)
                if bend == 0:
                    continue
                table[g, s] = bend
                if not bend.is_number:
                    table[g, s] = sympy.Symbol(f"d_{k}_{j}", real=True)
                    bends[table[g, s]] = bend
        rows = []
        for f in self.formulas:
            outer = {g: derivative(f, g) for g in self.inner if g in f.free_symbols}
            rows.append(
                [
                    derivative(f, s) + sum(outer[g] * table[g, s] for g in outer if (g, s) in table)
                    for s in symbols
                ]
            )
        return rows, bends


def inner_symbols(count: int) -> list[sympy.Symbol]:
    """g_0, g_1, ...; a model's own names are never these."""
    return [sympy.Symbol(f"g_{k}", real=True) for k in range(count)]


__all__ = ["Layers", "inner_symbols"]
