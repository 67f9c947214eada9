"""The words of the command line as values: ``x=2,y=0.8``, ``8/3``, ``griffith``, ``file.py:function``."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from contin.errors import unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contin.models.example import Example
    from contin.models.losses.example import Example as LossExample
    from contin.systems import Loss, System

FILE = re.compile(r"(?P<path>.+\.py)(:(?P<name>\w*))?")


def number(text: str) -> float:
    """A number, or a quotient of two: ``0.4``, ``-1e-3``, ``8/3``."""
    above, slash, below = text.partition("/")
    try:
        return float(above) / float(below) if slash else float(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number") from None


def values(text: str) -> dict[str, float]:
    """Named numbers: ``x=2,y=0.8``."""
    found: dict[str, float] = {}
    for item in text.split(","):
        name, equals, value = (part.strip() for part in item.partition("="))
        if not equals or not name:
            raise argparse.ArgumentTypeError(f"'{item}' is not of the form name=number, as in x=2,y=0.8")
        if name in found:
            raise argparse.ArgumentTypeError(f"'{name}' is given twice")
        found[name] = number(value)
    return found


def merged(given: Sequence[dict[str, float]]) -> dict[str, float]:
    """What an option that may be repeated says in all; later words win."""
    return {name: value for words in given for name, value in words.items()}


def add_model(parser: argparse.ArgumentParser) -> None:
    """Declare MODEL."""
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="a name of `contin models`, or file.py:function; file.py if it has one model",
    )


def model_named(text: str) -> tuple[System, Example | None]:
    """The model that MODEL means, with its usual diagram if it is a built-in one.

    Raises
    ------
    UnknownName
        If there is no such built-in model, or no such function in the file.
    FileError, ModelError
        If the file cannot be read, or is not right.
    """
    import contin

    if file := FILE.fullmatch(text):
        from contin.cli.files import system_in

        return system_in(file["path"], file["name"] or None), None
    example = contin.models.example(text)
    return example.system, example


def loss_named(text: str) -> tuple[Loss, LossExample | None]:
    """The loss that LOSS means, with its minima if it is a built-in one.

    Raises
    ------
    UnknownName, FileError, ModelError
        As `model_named`.
    """
    from contin.models import losses

    if file := FILE.fullmatch(text):
        from contin.cli.files import loss_in

        return loss_in(file["path"], file["name"] or None), None
    example = losses.example(text)
    return example.system, example


def check_name(what: str, name: str, known: Iterable[str]) -> None:
    """Refuse a name that is not known, with the nearest one that is."""
    names = list(known)
    if name not in names:
        raise unknown(what, name, names)
