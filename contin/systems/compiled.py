"""From a system to function pointers: traced and generated where possible, else compiled numerically."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contin_kernels.abi import Model
from contin_kernels.memory import address_of

if TYPE_CHECKING:
    from contin.systems.flow import Flow


@dataclass(frozen=True)
class CompiledModel:
    """The addresses of a model's functions and how its derivatives were obtained.

    Attributes
    ----------
    pointers : Model
    derivatives : str
        "symbolic", "user's Jacobian", "complex step" or "central differences".
    path : str
        The generated module, "" where there is none.
    functions : tuple
        The compiled functions, kept alive as long as their addresses are in use.
    """

    pointers: Model
    derivatives: str
    path: str = ""
    functions: tuple[Any, ...] = field(default=(), repr=False)


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
        functions = (module.rhs, module.jacobian, module.column, module.jet)
        return CompiledModel(addresses(functions), "symbolic", str(path), functions)
    from contin.systems.numerical import compile_numerically

    functions, derivatives = compile_numerically(system)
    return CompiledModel(addresses(functions), derivatives, "", functions)


def addresses(functions: tuple[Any, ...]) -> Model:
    """The functions' addresses, as kernels take them."""
    return Model(*(address_of(function) for function in functions))
