"""Optimisers, one file each with its `OPTIMIZER`; this package finds the files itself."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from contin.errors import unknown
from contin.systems.optimizers.optimizer import REST, Change, Optimizer, Rule


@functools.cache
def optimizers() -> tuple[Optimizer, ...]:
    """What the modules of this package hold, by name."""
    modules = [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    found = (module.OPTIMIZER for module in modules if hasattr(module, "OPTIMIZER"))
    return tuple(sorted(found, key=lambda optimizer: optimizer.name))


def optimizer_named(word: str) -> Optimizer:
    """The optimiser with this name or alias, upper or lower case, with spaces, hyphens or underscores.

    Raises
    ------
    UnknownName
        With the nearest name that is known.
    """
    for optimizer in optimizers():
        if _plain(word) in map(_plain, (optimizer.name, *optimizer.aliases)):
            return optimizer
    raise unknown("optimizer", word, [optimizer.name for optimizer in optimizers()])


def _plain(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "").replace(" ", "")


__all__ = ["REST", "Change", "Optimizer", "Rule", "optimizer_named", "optimizers"]
