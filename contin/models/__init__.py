"""Models that come with contin, each in a file of its own with its source and its published values.

``from contin.models import griffith`` gives the model; `example` gives it with its usual diagram. A file is found by
its name and read when one of its models is asked for: it may hold several, each named like the file or with the file's
name as the beginning (`morris_lecar`, `morris_lecar_snlc`), in its dictionary ``MODELS``.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from contin.models.shelf import Shelf, attribute, entry_named, names_in

if TYPE_CHECKING:
    from contin.models.example import Example
    from contin.systems import System

__all__ = ["example", "names"]


def names() -> list[str]:
    """Names of the built-in models, in alphabetical order."""
    return names_in(__name__)


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
    found: Example = entry_named(__name__, "model", name)
    return found


def __getattr__(name: str) -> System:
    found: System = attribute(__name__, "model", name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *names()})


sys.modules[__name__].__class__ = Shelf
