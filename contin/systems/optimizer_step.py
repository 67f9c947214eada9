"""One step of an optimiser on a loss as the text of a plain Python function of named states and parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from contin.systems.loss import Loss
from contin.systems.optimizers import Optimizer, Rule

if TYPE_CHECKING:
    import sympy

    from contin.systems.layers import Layers

RATE = "eta"


def step_of(
    loss: Loss, optimizer: Optimizer, rule: Rule, states: list[str], parameters: Mapping[str, float]
) -> Callable[..., Any]:
    """The map as a plain Python function of named states and parameters, which calls the gradient and the rule."""
    from contin.systems.written import fresh, function_from

    taken = [*states, *parameters]
    gradient, step, look, array = (fresh(name, taken) for name in ("gradient", "step", "look", "array"))
    names, n = loss.names, len(loss.names)
    hyper = [f"{h}={h}" for h in optimizer.hyperparameters]
    memory = [[f"{slot}_{x}" for slot in rule.slots] for x in names]
    places = list(names)
    lines = []
    if rule.look is not None:
        places = [fresh(f"y{i}", taken) for i in range(n)]
        for y, x, slots in zip(places, names, memory, strict=True):
            lines.append(f"{y} = {look}({', '.join([x, *slots, *hyper])})")
    slopes = [fresh(f"g{i}", taken) for i in range(n)]
    lines += _gradient_lines(loss, gradient, array, places, slopes)
    clocks = [f"{beta}_t" for beta in rule.clocks]
    lines += [f"{clock} = {beta} * {clock}" for clock, beta in zip(clocks, rule.clocks, strict=True)]
    for x, g, slots in zip(names, slopes, memory, strict=True):
        given = ", ".join([x, g, *slots, *clocks, f"{RATE}={RATE}", *hyper])
        lines.append(f"{', '.join([x, *slots])} = {step}({given})")
    lines.append(f"return {', '.join(states)}" if len(states) > 1 else f"return {states[0]}")
    head = f"{', '.join(states)}, *, {', '.join(f'{key}={value!r}' for key, value in parameters.items())}"
    title = "".join(c if c.isidentifier() else "_" for c in f"{loss.name}_by_{optimizer.name}")
    title = fresh(title, [*taken, gradient, step, look])
    says = f'"""One step of {optimizer.name} on the loss {loss.name}."""'
    body = "\n    ".join([says, *lines])
    space = {step: rule.step, look: rule.look, array: np.array}
    space[gradient] = loss.given_gradient or loss.gradient_function
    return function_from(f"def {title}({head}):\n    {body}\n", title, space)


def step_layers(
    loss: Loss,
    optimizer: Optimizer,
    rule: Rule,
    states: list[sympy.Symbol],
    parameters: list[sympy.Symbol],
) -> Layers:
    """The same step as formulas: those of the next states, in g_0, g_1, ..., and those of the gradient.

    Raises
    ------
    CannotTrace
        If the rule looks at values, or its formulas are too large.
    """
    from contin.systems.layers import Layers, inner_symbols
    from contin.systems.tracing import expression_of, formulas_of, symbolic, traced_array

    n, slots, count = len(loss.names), len(rule.slots), len(optimizer.hyperparameters)
    x, p = traced_array(states), traced_array(parameters)
    eta, hyper, clocks = p[0], p[1 : 1 + count], x[n * (1 + slots) :]
    own = dict(zip(optimizer.hyperparameters, hyper, strict=True))
    clocks = [own[beta] * clock for beta, clock in zip(rule.clocks, clocks, strict=True)]
    memory = [[x[n * (1 + s) + i] for s in range(slots)] for i in range(n)]
    inner = inner_symbols(n)
    step = symbolic(rule.step, {})

    def call() -> list[Any]:
        table = [
            np.atleast_1d(step(one, g, *slot, *clocks, eta, *hyper))
            for one, g, slot in zip(x[:n], traced_array(inner), memory, strict=True)
        ]
        return [row[s] for s in range(1 + slots) for row in table] + clocks

    places = list(states[:n])
    if rule.look is not None:
        look = symbolic(rule.look, {})
        places = [expression_of(look(one, *slot, *hyper)) for one, slot in zip(x[:n], memory, strict=True)]
    values = dict(zip(loss.symbols, [*places, *parameters[1 + count :]], strict=True))
    gradient = [formula.xreplace(values) for formula in loss.gradient_formulas]
    return Layers(formulas_of(call, str, lambda: None), dict(zip(inner, gradient, strict=True)))


def _gradient_lines(loss: Loss, gradient: str, array: str, places: list[str], slopes: list[str]) -> list[str]:
    """Statements that give the slopes their values: of a traced loss, or by the given gradient of arrays."""
    if loss.given_gradient is None:
        return [f"{', '.join(slopes)}, = {gradient}({', '.join([*places, *loss.parameters])})"]
    arguments: list[str] = loss.arguments(np.array(places, dtype=object))
    shapes = list(loss.shapes.values())
    shown = [_array_text(a, array) for a in arguments]
    named = [f"{p}={p}" for p in loss.parameters]
    result = f"{slopes[0]}_all"
    lines = [f"{result} = {gradient}({', '.join([*shown, *named])})"]
    targets = iter(slopes)
    for i, shape in enumerate(shapes):
        for index in np.ndindex(*shape):
            place = (f"[{i}]" if len(shapes) > 1 else "") + (
                f"[{', '.join(map(str, index))}]" if index else ""
            )
            lines.append(f"{next(targets)} = {result}{place}")
    return lines


def _array_text(names: Any, array: str) -> str:
    """Code for an array of these names, or the name."""
    return names if isinstance(names, str) else f"{array}({names.tolist()})".replace("'", "")


__all__ = ["RATE", "step_layers", "step_of"]
