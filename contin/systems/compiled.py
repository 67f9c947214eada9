"""From a system to function pointers: traced and generated where possible, else compiled numerically."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from contin.systems.system import System


@dataclass(frozen=True)
class CompiledModel:
    """A model's compiled functions and how its derivatives were obtained.

    Attributes
    ----------
    functions : tuple
        rhs, jacobian, column and jet of `contin_kernels.abi`.
    derivatives : str
        "symbolic", "user's Jacobian" (the other derivatives as symbols where possible), "complex step" or "central
        differences".
    path : str
        The generated module, "" where there is none.
    reason : str
        Why the derivatives are not symbolic, "" where they are.
    """

    functions: tuple[Any, ...] = field(repr=False)
    derivatives: str
    path: str = ""
    reason: str = ""


def compile_model(system: System) -> CompiledModel:
    """Compile `system`: a generated module from the disk if it is there, else tracing, else numerical derivatives.

    Raises
    ------
    ModelError
        If the function is wrong or does not compile; the message names the cause.
    """
    from contin.systems.generated import load_module, module_for

    found = module_for(system)
    if not isinstance(found, str):
        module = load_module(found)
        if uncompiled():
            module.math = _Forgiving()  # type: ignore[attr-defined]
        jacobian, derivatives = module.jacobian, "symbolic"
        if system.jacobian is not None:
            from contin.systems.numerical import compile_jacobian

            jacobian, derivatives = compile_jacobian(system, module.rhs), "user's Jacobian"
        functions = (module.rhs, jacobian, module.column, module.jet)
        return CompiledModel(tuple(map(_quiet, functions)), derivatives, str(module.__file__))
    from contin.systems.numerical import compile_numerically

    functions, derivatives = compile_numerically(system, found)
    return CompiledModel(tuple(map(_quiet, functions)), derivatives, reason=found)


def uncompiled() -> bool:
    """Whether NUMBA_DISABLE_JIT=1 makes every compiled function plain Python."""
    import numba

    return bool(getattr(numba.config, "DISABLE_JIT", False))


class _Forgiving:
    """`math` for uncompiled functions: NaN and infinity as in compiled ones, where Python raises."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name) if hasattr(np, name) else getattr(math, name)


def _quiet(function: Any) -> Any:
    """The function itself; uncompiled, one that swallows what a compiled one would: `out` stays as it is."""
    if not uncompiled():
        return function
    plain: Callable[..., None] = function

    @functools.wraps(plain)
    def call(*arguments: Any) -> None:
        with np.errstate(all="ignore"):
            try:
                plain(*arguments)
            except (ArithmeticError, ValueError):
                return

    return call
