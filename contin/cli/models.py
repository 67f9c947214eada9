"""List the built-in models: what they are, their usual parameter and span, their source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contin.cli.output import put, put_json

if TYPE_CHECKING:
    import argparse

    from contin.models.example import Example

HELP = "list the built-in models"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to declare."""


def run(arguments: argparse.Namespace) -> int:
    """Print the list."""
    from contin import models

    examples = {name: models.example(name) for name in models.names()}
    if arguments.json:
        put_json([{"name": name, **_document(example)} for name, example in examples.items()])
    else:
        put("\n".join(_entry(name, example) for name, example in examples.items()))
    return 0


def _entry(name: str, example: Example) -> str:
    low, high = example.span
    return (
        f"{name}\n    {_description(example)}\n"
        f"    contin diagram {name} {example.along} --span {low:g} {high:g}\n    {example.source}"
    )


def _document(example: Example) -> dict[str, Any]:
    return {
        "description": _description(example),
        "states": example.system.states,
        "parameters": example.system.parameters,
        "along": example.along,
        "span": example.span,
        "start": example.start,
        "at": example.at,
        "show": example.show,
        "source": example.source,
    }


def _description(example: Example) -> str:
    """The first line of the model's docstring."""
    return next(iter((example.system.function.__doc__ or "").strip().splitlines()), "")
