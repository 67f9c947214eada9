"""Print what a file of contin holds: its branches and their special points."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contin.cli.files import diagram_in
from contin.cli.output import diagram_document, put, put_json

if TYPE_CHECKING:
    import argparse

HELP = "print what a file holds"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file."""
    parser.add_argument("file", type=Path, metavar="F.h5", help="a file of contin")


def run(arguments: argparse.Namespace) -> int:
    """Print the diagram's text."""
    diagram = diagram_in(arguments.file)
    if arguments.json:
        put_json(diagram_document(diagram))
    else:
        put(repr(diagram))
    return 0
