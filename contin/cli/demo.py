"""Compute, save and draw the diagram of Griffith's genetic switch: the main job on a small model."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from contin.cli.diagram import computed, draw, outcome
from contin.cli.files import check_data_target, check_own_picture_target
from contin.cli.output import diagram_document, put, put_json, say

if TYPE_CHECKING:
    import argparse

HELP = "compute, save and draw the diagram of a built-in model"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the folder."""
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="where griffith.h5 and griffith.png go (here)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check the targets, compute, write, print, and say what could be next."""
    import contin

    data, picture = arguments.folder / "griffith.h5", arguments.folder / "griffith.png"
    check_data_target(data)
    check_own_picture_target(picture)

    example = contin.models.example("griffith")
    say("Griffith's genetic switch: a protein x that turns on the gene of its mRNA y, over its decay rate a.")
    begin = perf_counter()
    diagram = computed(example.system, example.along, example.span, start=example.start, at=example.at)
    points = sum(len(branch) for branch in diagram.branches)
    branches = "1 branch" if len(diagram) == 1 else f"{len(diagram)} branches"
    say(f"followed {branches}, {points} points, in {perf_counter() - begin:.2f} s")
    contin.save(data, diagram)
    say(f"wrote {data}")
    draw(diagram, example.show, picture)

    if arguments.json:
        put_json({**diagram_document(diagram), "file": str(data), "picture": str(picture)})
    else:
        put(repr(diagram))
    say(_NEXT.format(data=data))
    return outcome(diagram)


_NEXT = """
Next:
    contin show {data}
    contin plot {data} --y y -o mrna.png
    contin diagram lorenz rho --span 0 30 --plot lorenz.png
    contin models
The same in Python, and models of your own: README.md"""
