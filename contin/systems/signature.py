"""The decorators' reading of a function: positional arguments are states, keyword-only ones parameters with defaults."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from contin.errors import ModelError


def read_signature(function: Callable[..., Any], made_by: str) -> tuple[list[str], dict[str, float]]:
    """Names of the states, and the parameters with their defaults.

    Raises
    ------
    ModelError
        If the signature is not of this form; `made_by` is what takes other functions, for the message.
    """
    name = getattr(function, "__name__", "model")
    states: list[str] = []
    parameters: dict[str, float] = {}
    for argument in inspect.signature(function).parameters.values():
        if argument.kind is argument.KEYWORD_ONLY:
            if argument.default is argument.empty:
                raise ModelError(
                    f"parameter '{argument.name}' of '{name}' needs a default: {argument.name}=1.0."
                )
            parameters[argument.name] = argument.default
        elif argument.kind in (argument.POSITIONAL_ONLY, argument.POSITIONAL_OR_KEYWORD):
            if argument.default is not argument.empty:
                raise ModelError(
                    f"'{argument.name}' of '{name}' has a default but stands among the states; "
                    "parameters come after a *: f(x, y, *, a=1.0)."
                )
            states.append(argument.name)
        else:
            stars = "*" if argument.kind is argument.VAR_POSITIONAL else "**"
            raise ModelError(
                f"'{name}' takes {stars}{argument.name}; name every state, or use {made_by}(f, states=n, ...)."
            )
    return states, parameters
