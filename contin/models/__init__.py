"""Models that come with contin, each in a file of its own with its source and its published values.

``from contin.models import griffith`` gives the model; `example` gives it with its usual diagram. A file is found by
its name and read when one of its models is asked for: it may hold several, each named like the file or with the file's
name as the beginning (`morris_lecar`, `morris_lecar_snlc`), in its dictionary ``MODELS``.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING, Any

from contin.errors import unknown

if TYPE_CHECKING:
    from contin.models.example import Example
    from contin.systems import System

__all__ = ["example", "names"]


def names() -> list[str]:
    """Names of the built-in models, in alphabetical order."""
    return sorted(name for file in _files() for name in _examples_in(file))


def example(name: str) -> Example:
    """The built-in model of this name with its usual parameter, span and start, its source and its facts.

    Parameters
    ----------
    name : str
        One of `names()`.

    Returns
    -------
    Example

    Raises
    ------
    UnknownName
        With the nearest name that is known.
    """
    found = _find(name)
    if found is None:
        raise unknown("model", name, names())
    return found


def __getattr__(name: str) -> System:
    found = None if name.startswith("__") else _find(name)
    if found is None:
        raise AttributeError(
            f"module 'contin.models' has no model '{name}'", name=name, obj=sys.modules[__name__]
        )
    return found.system


def __dir__() -> list[str]:
    return sorted({*globals(), *names()})


def _find(name: str) -> Example | None:
    """The example `name` from the file whose name is its longest beginning."""
    beginnings = [file for file in _files() if f"{name}_".startswith(f"{file}_")]
    return _examples_in(max(beginnings, key=len)).get(name) if beginnings else None


@cache
def _files() -> tuple[str, ...]:
    """Names of the files beside this one."""
    return tuple(file.name for file in iter_modules(__path__) if not file.name.startswith("_"))


def _examples_in(file: str) -> dict[str, Example]:
    """The file's ``MODELS``; empty for a file that is no model."""
    models: dict[str, Example] = getattr(import_module(f"{__name__}.{file}"), "MODELS", {})
    return models


class _Models(ModuleType):
    """The package as a module in which a model wins over the file of the same name, and so does the function `example`.

    Python sets a submodule as an attribute of its package when it is first imported, from wherever that is.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and value.__name__ == f"{__name__}.{name}":
            if name in self.__dict__:
                return
            models = getattr(value, "MODELS", {})
            value = models[name].system if name in models else value
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Models
