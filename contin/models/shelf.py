"""A package whose files are found by name and read when one of their entries is asked for.

A file holds several entries, each named like the file or with the file's name as the beginning, in its dictionary
``MODELS``; what an entry stands for in the package is its attribute `system`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from contin.errors import unknown


class Shelf(ModuleType):
    """The package as a module in which an entry wins over the file of the same name.

    Python sets a submodule as an attribute of its package when it is first imported, from wherever that is.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and value.__name__ == f"{self.__name__}.{name}":
            if name in self.__dict__:
                return
            models = getattr(value, "MODELS", {})
            value = models[name].system if name in models else value
        super().__setattr__(name, value)


def names_in(package: str) -> list[str]:
    """Names of all entries, in alphabetical order."""
    return sorted(name for file in files_in(package) for name in entries_in(package, file))


def entry_in(package: str, name: str) -> Any:
    """The entry `name` from the file whose name is its longest beginning, None if there is none."""
    beginnings = [file for file in files_in(package) if f"{name}_".startswith(f"{file}_")]
    return entries_in(package, max(beginnings, key=len)).get(name) if beginnings else None


def entry_named(package: str, noun: str, name: str) -> Any:
    """The entry `name`, which is a `noun`.

    Raises
    ------
    UnknownName
        With the nearest name that is known.
    """
    found = entry_in(package, name)
    if found is None:
        raise unknown(noun, name, names_in(package))
    return found


def attribute(package: str, noun: str, name: str) -> Any:
    """What the entry `name` stands for, as Python asks a package for an attribute.

    Raises
    ------
    AttributeError
    """
    found = None if name.startswith("__") else entry_in(package, name)
    if found is None:
        module = import_module(package)
        raise AttributeError(f"module '{package}' has no {noun} '{name}'", name=name, obj=module)
    return found.system


@cache
def files_in(package: str) -> tuple[str, ...]:
    """Names of the package's files."""
    path: Iterable[str] = import_module(package).__path__
    return tuple(file.name for file in iter_modules(path) if not file.name.startswith("_") and not file.ispkg)


def entries_in(package: str, file: str) -> dict[str, Any]:
    """The file's ``MODELS``; empty for a file that has none."""
    models: dict[str, Any] = getattr(import_module(f"{package}.{file}"), "MODELS", {})
    return models
