"""Compute a bifurcation diagram: the branches, their special points, and where stability changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from contin.cli.arguments import add_model, check_name, merged, model_named, number, values
from contin.cli.files import check_data_target, check_picture_target, save_picture
from contin.cli.output import diagram_document, progress_bar, put, put_json, say

if TYPE_CHECKING:
    import argparse

    from contin.branch import Diagram
    from contin.models.example import Example
    from contin.systems import System

HELP = "compute a bifurcation diagram"

DONE, PARTLY, INTERRUPTED = 0, 3, 130

# Ends that say something about the computation, not about the model.
UNTIMELY = ("step too small", "singular", "not finite", "most points")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_model(parser)
    parser.add_argument(
        "parameter", metavar="PARAM", help="the parameter, or conserved total, to continue in"
    )
    parser.add_argument(
        "--span", nargs=2, type=number, required=True, metavar=("LO", "HI"), help="range of that parameter"
    )
    parser.add_argument(
        "--period", type=int, metavar="K", help="follow a map's K-cycles, not its fixed points"
    )
    add_common(parser, "other values of parameters", "states near an equilibrium or a fixed point")


def add_common(parser: argparse.ArgumentParser, at: str, start: str) -> None:
    """Declare the options of all commands that compute a diagram; `at` and `start` are the help on these two."""
    parser.add_argument("--at", action="append", type=values, default=[], metavar="b=1,c=2", help=at)
    parser.add_argument("--start", action="append", type=values, default=[], metavar="x=2,y=0.8", help=start)
    parser.add_argument(
        "--period-doublings",
        type=int,
        default=0,
        metavar="N",
        help="follow a map's flips to cycles of twice the period, N times over",
    )
    parser.add_argument("--save", type=Path, metavar="F.h5", help="write the diagram to this file")
    parser.add_argument("--plot", type=Path, metavar="F.png", help="draw the diagram into this file")
    parser.add_argument("--y", metavar="STATE", help="what to draw: a state, or norm (the first state)")


def run(arguments: argparse.Namespace) -> int:
    """Check every name and target, compute, write, print."""
    import contin

    system, example = model_named(arguments.model)
    if arguments.parameter not in system.parameters:
        check_name("parameter", arguments.parameter, [*system.parameters, *_totals(system, arguments)])
    check_targets(arguments, system)
    period = arguments.period or (example.period if example else 1)
    problem: Any = (
        system if period == 1 else contin.FixedPoints(cast(Any, system), arguments.parameter, period)
    )
    options = {**_start(arguments, example), "period_doublings": arguments.period_doublings}
    diagram = computed(problem, arguments.parameter, tuple(arguments.span), **options)
    keep(diagram, arguments)
    if arguments.json:
        put_json(diagram_document(diagram))
    else:
        put(repr(diagram))
    return outcome(diagram)


def check_targets(arguments: argparse.Namespace, system: System) -> None:
    """Refuse, before anything is computed, what cannot be drawn or written."""
    if arguments.y is not None:
        check_name("state or parameter", arguments.y, [*system.states, *system.parameters, "norm"])
    if arguments.save:
        check_data_target(arguments.save)
    if arguments.plot:
        check_picture_target(arguments.plot)


def keep(diagram: Diagram, arguments: argparse.Namespace, **options: Any) -> None:
    """Write and draw the diagram where this was asked for; the options are those of `Diagram.plot`."""
    import contin

    if arguments.save:
        contin.save(arguments.save, diagram)
        say(f"wrote {arguments.save}")
    if arguments.plot:
        draw(diagram, arguments.y, arguments.plot, **options)


def computed(system: Any, along: str, span: tuple[float, float], **options: Any) -> Diagram:
    """The diagram, with a progress bar on a terminal."""
    import contin

    with progress_bar(f"{along} from {span[0]:g} to {span[1]:g}") as progress:
        diagram: Diagram = contin.diagram(system, along, span, progress=progress, **options)
    return diagram


def draw(diagram: Diagram, y: str | None, path: Path, **options: Any) -> None:
    """Draw the diagram into a file, without a window."""
    from matplotlib.figure import Figure

    figure = Figure(layout="constrained")
    diagram.plot(y, figure.subplots(), **options)
    save_picture(figure, path)
    say(f"drew {path}")


def outcome(diagram: Diagram) -> int:
    """The exit code; branches that ended before they should are told of."""
    ends = [end for branch in diagram.branches for end in branch.ends]
    if any(end.reason == "interrupted" for end in ends):
        say("contin: interrupted; what was computed until then is above. The same command starts anew.")
        return INTERRUPTED
    untimely = [end for end in ends if end.reason in UNTIMELY]
    for end in untimely:
        say(f"contin: partly done: {end.text}")
    return PARTLY if untimely or diagram.effort.get("left") else DONE


def _totals(system: Any, arguments: argparse.Namespace) -> list[str]:
    """Names of the conserved totals at the given parameter values."""
    held = {name: value for name, value in merged(arguments.at).items() if name in system.parameters}
    return list(system.laws_at(system.parameter_vector(held)))


def _start(arguments: argparse.Namespace, example: Example | None) -> dict[str, Any]:
    """Where to start: as said, or in a built-in model's usual diagram at its usual start."""
    at, start = merged(arguments.at), merged(arguments.start)
    if example and not at and not start and arguments.parameter == example.along:
        low, high = arguments.span
        if low <= {**example.system.parameters, **example.at}[example.along] <= high:
            return {"start": example.start, "at": example.at}
    return {"start": start or None, "at": at or None}
