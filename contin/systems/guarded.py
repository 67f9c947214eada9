"""`contin_kernels.root.root` as a formula: SymPy's functions for it and for its derivative."""

from __future__ import annotations

from typing import Any

import sympy


class GuardedRoot(sympy.Function):  # type: ignore[misc]
    """The square root of v, of a size to be seen beside eps."""

    nargs = 2
    is_extended_real = True
    is_finite = True

    @classmethod
    def eval(cls, v: Any, eps: Any) -> Any:
        """The number, where v is one."""
        return sympy.sqrt(sympy.Max(v, 0)) if v.is_number else None

    def fdiff(self, argindex: int = 1) -> Any:
        """Its slope in v; it does not depend on eps."""
        return GuardedSlope(*self.args) if argindex == 1 else sympy.Integer(0)


class GuardedSlope(sympy.Function):  # type: ignore[misc]
    """The derivative of the square root of v, zero where v is too small to be seen beside eps."""

    nargs = 2
    is_extended_real = True
    is_finite = True

    def fdiff(self, argindex: int = 1) -> Any:
        """There is none that could be relied upon: higher derivatives are `contin.systems.jets`'."""
        raise NotImplementedError


__all__ = ["GuardedRoot", "GuardedSlope"]
