"""List the built-in models and losses: what they are, the command that shows them, their source."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from contin.cli.output import put, put_json

if TYPE_CHECKING:
    import argparse

    from contin.models.example import Example
    from contin.models.losses.example import Example as LossExample

HELP = "list the built-in models and losses"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to declare."""


def run(arguments: argparse.Namespace) -> int:
    """Print the list."""
    from contin import models
    from contin.models import losses

    systems = {name: models.example(name) for name in models.names()}
    to_minimise = {name: losses.example(name) for name in losses.names()}
    if arguments.json:
        put_json(
            {
                "models": [{"name": name, **_document(example)} for name, example in systems.items()],
                "losses": [
                    {"name": name, **_loss_document(example)} for name, example in to_minimise.items()
                ],
            }
        )
    else:
        entries = [_entry(name, _command(name, example), example) for name, example in systems.items()]
        of_losses = [_entry(name, f"learning-rate {name}", example) for name, example in to_minimise.items()]
        put("\n".join([*entries, "", "Losses", "", *of_losses]))
    return 0


def _entry(name: str, command: str, example: Example | LossExample) -> str:
    text = _description(example.system.function)
    return f"{name}\n    {text}\n    contin {command}\n    {example.source}"


def _command(name: str, example: Example) -> str:
    low, high = example.span
    return f"diagram {name} {example.along} --span {low:g} {high:g}"


def _document(example: Example) -> dict[str, Any]:
    return {
        "description": _description(example.system.function),
        "states": example.system.states,
        "parameters": example.system.parameters,
        "along": example.along,
        "span": example.span,
        "start": example.start,
        "at": example.at,
        "show": example.show,
        "source": example.source,
    }


def _loss_document(example: LossExample) -> dict[str, Any]:
    return {
        "description": _description(example.system.function),
        "trained": example.system.names,
        "parameters": example.system.parameters,
        "minima": [{"at": m.theta, "curvatures": m.curvatures, "value": m.value} for m in example.minima],
        "source": example.source,
    }


def _description(function: Callable[..., Any]) -> str:
    """The first line of its docstring."""
    return next(iter((function.__doc__ or "").strip().splitlines()), "")
