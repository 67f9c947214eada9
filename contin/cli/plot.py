"""Draw the diagram that a file of contin holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contin.cli.diagram import draw
from contin.cli.files import check_picture_target, diagram_in
from contin.cli.output import put_json

if TYPE_CHECKING:
    import argparse

HELP = "draw the diagram of a file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the files and the state."""
    parser.add_argument("file", type=Path, metavar="F.h5", help="a file of contin")
    parser.add_argument("--y", metavar="STATE", help="what to draw: a state, or norm (the first state)")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="F.png", help="the picture: .png, .pdf, .svg, ..."
    )


def run(arguments: argparse.Namespace) -> int:
    """Draw the picture."""
    check_picture_target(arguments.output)
    diagram = diagram_in(arguments.file)
    draw(diagram, arguments.y, arguments.output)
    if arguments.json:
        put_json({"picture": str(arguments.output)})
    return 0
