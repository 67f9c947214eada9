"""From a system to function pointers: traced and generated where possible, else compiled numerically."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contin.systems.flow import Flow


@dataclass(frozen=True)
class CompiledModel:
    """A model's compiled functions and how its derivatives were obtained.

    Attributes
    ----------
    functions : tuple
        rhs, jacobian, column and jet of `contin_kernels.abi`.
    derivatives : str
        "symbolic", "user's Jacobian", "complex step" or "central differences".
    path : str
        The generated module, "" where there is none.
    """

    functions: tuple[Any, ...] = field(repr=False)
    derivatives: str
    path: str = ""


def compile_model(system: Flow) -> CompiledModel:
    """Compile `system`: a generated module from the disk if it is there, else tracing, else numerical derivatives.

    Raises
    ------
    ModelError
        If the function does not compile; the message names the cause.
    """
    from contin.systems.generated import load_module, module_for

    path = module_for(system)
    if path is not None:
        module = load_module(path)
        return CompiledModel((module.rhs, module.jacobian, module.column, module.jet), "symbolic", str(path))
    from contin.systems.numerical import compile_numerically

    functions, derivatives = compile_numerically(system)
    return CompiledModel(functions, derivatives)
