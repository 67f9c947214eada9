"""The command line: results on stdout, progress and announcements on stderr.

A command is a file of this folder with `HELP`, `add_arguments(parser)` and `run(arguments) -> int`.

Exit codes: 0 done, 1 failed, 2 usage, 3 partly done (a branch ended before it should), 130 interrupted.
"""

from __future__ import annotations

import argparse
import re
import sys
import traceback
from collections.abc import Sequence

from contin.cli import demo, diagram, learning_rate, models, plot, show
from contin.cli.output import say
from contin.errors import ContinError

COMMANDS = {
    "demo": demo,
    "models": models,
    "diagram": diagram,
    "learning-rate": learning_rate,
    "show": show,
    "plot": plot,
}

DONE, FAILED, INTERRUPTED = 0, 1, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after ``contin``; by default those of the process.

    Returns
    -------
    int
        The exit code.
    """
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as end:  # argparse has printed the help (0) or the usage (2)
        return int(end.code or DONE)
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        say(
            "contin: interrupted. Every file is either complete or as it was before; the same command starts anew."
        )
        return INTERRUPTED
    except (ContinError, OSError) as error:
        if arguments.debug:
            traceback.print_exc()
        say(f"contin: {error}")
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="contin", description="Bifurcation diagrams of plain Python functions.", epilog=_EPILOG
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and stop")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        sub = commands.add_parser(name, help=command.HELP, description=command.__doc__)
        sub._negative_number_matcher = _NEGATIVE  # argparse before Python 3.14 takes -1e-3 for an option
        command.add_arguments(sub)
        sub.add_argument("--json", action="store_true", help="print one JSON document instead of text")
        sub.add_argument("--debug", action="store_true", help="print the traceback of an error")
        sub.set_defaults(run=command.run)
    return parser


_EPILOG = "contin COMMAND --help describes a command; `contin demo` is a good first one."

_NEGATIVE = re.compile(r"-(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?(/\d+)?$|-(inf|nan)$")


class _Version(argparse.Action):
    """Print the version, which is looked up only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        import contin

        print(f"contin {contin.__version__}")
        sys.exit(DONE)
