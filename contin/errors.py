"""What contin raises.

Every class derives from `ContinError` and from the built-in class that a caller would expect::

    ContinError
    ├── UnknownName (KeyError)           no state, parameter, model, kind of that name
    ├── BadValue (ValueError)            a setting, span or start that cannot be meant
    ├── ModelError (ValueError)          the model's function cannot be used as written
    ├── NotConverged (ArithmeticError)   Newton found no solution from the start
    ├── NotFinite (ArithmeticError)      the model gave NaN or infinity where a number was needed
    ├── FileError (OSError)              a file that cannot be read or written as a contin file
    └── MissingExtra (ImportError)       an optional package is not installed
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ContinError(Exception):
    """Base class of everything that contin raises on purpose."""


class UnknownName(ContinError, KeyError):
    """A name that the model, branch or file does not have."""

    def __str__(self) -> str:  # KeyError would print the repr of the message
        return str(self.args[0]) if self.args else ""


class BadValue(ContinError, ValueError):
    """A value that cannot be meant; the message says which and what is allowed."""


class ModelError(ContinError, ValueError):
    """The model's function does not trace, compile, or return what its signature promises."""


class NotConverged(ContinError, ArithmeticError):
    """Newton's method found no solution near the start."""


class NotFinite(ContinError, ArithmeticError):
    """The model gave NaN or infinity at a point where a number is needed."""


class FileError(ContinError, OSError):
    """A file that is missing, damaged, foreign, newer than this version, or not writable."""


class MissingExtra(ContinError, ImportError):
    """An optional package is needed; the message gives the pip command."""


def with_article(word: str) -> str:
    """The word with "a" or "an" before it.

    >>> with_article("equilibrium"), with_article("8-cycle"), with_article("2-cycle")
    ('an equilibrium', 'an 8-cycle', 'a 2-cycle')
    """
    return f"an {word}" if word.startswith(("a", "e", "i", "o", "u", "8", "11-", "18-")) else f"a {word}"


def plural(what: str) -> str:
    """The plural of a noun, which "of" may follow.

    >>> plural("parameter"), plural("loss"), plural("choice of adam")
    ('parameters', 'losses', 'choices of adam')
    """
    noun, of, rest = what.partition(" of ")
    if noun.endswith("y"):
        noun = noun[:-1] + "ie"
    elif noun.endswith("s"):
        noun += "e"
    return f"{noun}s{of}{rest}"


def unknown(what: str, name: str, known: Iterable[str]) -> UnknownName:
    """Build the error for a wrong name, with the nearest right one.

    >>> str(unknown("parameter", "Iapp", ["iapp", "gca"]))
    "no parameter 'Iapp'; did you mean 'iapp'? (parameters: iapp, gca)"
    """
    names = list(known)
    lowered = {n.lower(): n for n in names}
    near = difflib.get_close_matches(str(name).lower(), lowered, n=1, cutoff=0.6)
    hint = f"; did you mean '{lowered[near[0]]}'?" if near else ""
    many = " or ".join(map(plural, what.split(" or ")))
    listed = f" ({many}: {', '.join(names)})" if names else f" (there are no {many})"
    return UnknownName(f"no {what} '{name}'{hint}{listed}")
