"""The largest stable learning rate of an optimiser at a loss's minimum; with --span also what happens around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contin.cli.arguments import check_name, loss_named, merged, number
from contin.cli.diagram import add_common, check_targets, computed, keep, outcome
from contin.cli.output import diagram_document, put, put_json
from contin.errors import BadValue

if TYPE_CHECKING:
    import argparse

    import numpy as np

    from contin.branch import Diagram
    from contin.learning import Thresholds
    from contin.models.losses.example import Example
    from contin.systems import Loss, OptimizerMap

HELP = "find the largest stable learning rate at a minimum"

BESIDE = 0.01  # of the minimum's size: where orbits for the picture start
WITH_SPAN = ("save", "plot", "y", "period_doublings")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "loss",
        metavar="LOSS",
        help="a loss of `contin models`, or file.py:function; file.py if it has one contin.Loss",
    )
    parser.add_argument(
        "--optimizer",
        default="gradient descent",
        metavar="NAME",
        help="adam, heavy-ball, ... (gradient descent)",
    )
    parser.add_argument(
        "--span", nargs=2, type=number, metavar=("LO", "HI"), help="learning rates for a diagram"
    )
    add_common(
        parser,
        "hyperparameters of the optimizer, parameters of the loss",
        "a place near the minimum (the first minimum of a built-in loss)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check every name and target, find the minimum, its thresholds and the diagram, write, print."""
    import contin
    from contin.systems.optimizers import optimizer_named

    loss, example = loss_named(arguments.loss)
    kind, given = optimizer_named(arguments.optimizer), merged(arguments.at)
    for name in given:
        check_name("hyperparameter or parameter", name, [*kind.hyperparameters, *loss.parameters])
    system = contin.OptimizerMap(loss, kind, given)
    hyperparameters: dict[str, Any] = {
        name: value for name, value in given.items() if name in kind.hyperparameters
    }
    parameters = {name: value for name, value in given.items() if name in loss.parameters}
    if arguments.span is None and any(getattr(arguments, name) for name in WITH_SPAN):
        raise BadValue("--save, --plot, --y and --period-doublings are for a diagram: give its --span LO HI.")
    check_targets(arguments, system)

    x = _rest(system, _start(loss, example, merged(arguments.start)))
    limits = contin.thresholds(loss, at=x, optimizer=kind.name, parameters=parameters, **hyperparameters)
    diagram = _diagram(system, limits, arguments) if arguments.span is not None else None
    if arguments.json:
        put_json({**_document(loss, parameters, limits), "diagram": diagram and diagram_document(diagram)})
    else:
        where = ", ".join(f"{name} = {value:.10g}" for name, value in zip(loss.names, x, strict=True))
        put(f"{loss.name}, at {where}\n{limits}")
        if diagram is not None:
            put(f"\n{diagram!r}")
    return outcome(diagram) if diagram is not None else 0


def _start(loss: Loss, example: Example | None, start: dict[str, float]) -> dict[str, float]:
    """The start that was given, or a built-in loss's first minimum."""
    if start:
        return start
    if example is None:
        words = ",".join(f"{name}=..." for name in loss.names)
        raise BadValue(f"the loss '{loss.name}' needs a place near a minimum: --start {words}")
    return dict(zip(loss.names, example.minima[0].theta, strict=True))


def _rest(system: OptimizerMap, start: dict[str, float]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Where the optimiser rests (n,): the minimum that the start leads to, with weight decay a little beside it."""
    import contin
    from contin.learning import DecayedLoss, TracedLoss

    own = {name: system.parameters[name] for name in system.loss.parameters}
    loss: Any = TracedLoss(system.loss, own)
    if "weight_decay" in system.optimizer.hyperparameters:
        loss = DecayedLoss(loss, system.parameters["weight_decay"], system.parameters["eps"])
    return contin.minimum(loss, start).x


def _diagram(system: OptimizerMap, limits: Thresholds, arguments: argparse.Namespace) -> Diagram:
    """The diagram over the learning rate, written and drawn where this was asked for."""
    low, high = arguments.span
    names = system.loss.names
    diagram = computed(
        system,
        "eta",
        (low, high),
        start=dict(zip(names, limits.at.tolist(), strict=True)),
        at={"eta": min(max(low, limits.largest / 2), high)},
        period_doublings=arguments.period_doublings,
    )
    keep(diagram, arguments, orbits=_orbits(system, limits, arguments) if arguments.plot else None)
    return diagram


def _orbits(system: OptimizerMap, limits: Thresholds, arguments: argparse.Namespace) -> Any:
    """Where training ends that starts beside the minimum, for each learning rate; None where there is nothing to draw."""
    import contin

    if arguments.y not in (None, *system.states):
        return None
    distance = BESIDE * max(1.0, float(abs(limits.at).max()))
    if "v" in system.rule.slots:  # then a step is about eta long, however far the minimum is
        distance = min(distance, arguments.span[1])
    beside = limits.at + distance * limits.direction
    start = dict(zip(system.loss.names, beside.tolist(), strict=True))
    orbits = contin.orbit_diagram(system, "eta", tuple(arguments.span), starts=start)
    return None if orbits.escaped.all() else orbits


def _document(loss: Loss, parameters: dict[str, float], limits: Thresholds) -> dict[str, Any]:
    """The thresholds as plain data."""
    return {
        "loss": loss.name,
        "parameters": {**loss.parameters, **parameters},
        "optimizer": limits.optimizer,
        "hyperparameters": limits.hyperparameters,
        "at": dict(zip(loss.names, limits.at, strict=True)),
        "largest": limits.largest,
        "error": limits.error,
        "limited_by": limits.limited_by,
        "eigenvalues": limits.eigenvalues,
        "zeros": limits.zeros,
        "criticality": limits.criticality,
        "coefficient": limits.coefficient,
        "coefficient_error": limits.coefficient_error,
        "special": [
            {"eta": rate.eta, "kind": rate.kind, "eigenvalue": rate.eigenvalue, "text": rate.text}
            for rate in limits.special
        ],
        "remarks": limits.remarks,
    }
