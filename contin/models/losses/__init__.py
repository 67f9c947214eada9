"""Losses that come with contin, each in a file of its own with its minima and their curvatures.

``from contin.models.losses import double_well`` gives the `contin.Loss`; `example` gives it with its source and its
minima. A file is found by its name and read when one of its losses is asked for.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from contin.models.shelf import Shelf, attribute, entry_named, names_in

if TYPE_CHECKING:
    from contin.models.losses.example import Example
    from contin.systems import Loss

__all__ = ["example", "names"]


def names() -> list[str]:
    """Names of the built-in losses, in alphabetical order."""
    return names_in(__name__)


def example(name: str) -> Example:
    """The built-in loss of this name with its source and its minima.

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
    found: Example = entry_named(__name__, "loss", name)
    return found


def __getattr__(name: str) -> Loss:
    found: Loss = attribute(__name__, "loss", name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *names()})


sys.modules[__name__].__class__ = Shelf
