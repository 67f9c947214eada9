"""A model's source as text: with the helper functions, constants and imports that it uses, so that it stands alone."""

from __future__ import annotations

import builtins
import hashlib
import inspect
import json
import textwrap
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from contin.errors import ModelError

if TYPE_CHECKING:
    from contin.systems.flow import Flow


def collect_source(system: Flow) -> str:
    """Python text that defines the system under its name when run with `contin` importable."""
    lines: dict[str, str] = {"contin": "import contin"}
    bodies: list[str] = []
    seen: set[int] = set()
    functions = [system.function] + ([system.jacobian] if system.jacobian else [])
    for function in functions:
        _collect(function, lines, bodies, seen)
    head = "\n".join(lines.values())
    main = functions[0].__name__
    keywords = f"conserved={dict(system.conserved)!r}, " if system.conserved else ""
    keywords += f"name={system.name!r}"
    if system.jacobian:
        keywords += f", jacobian={functions[1].__name__}"
    build = (
        f"system = contin.Flow({main}, {list(system.states)!r}, {dict(system.parameters)!r}, named={system.named}, {keywords})"
    )
    return "\n\n\n".join([head, *bodies, build]) + "\n"


def _collect(function: Callable[..., Any], lines: dict[str, str], bodies: list[str], seen: set[int]) -> None:
    if id(function) in seen:
        return
    seen.add(id(function))
    try:
        text = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        bodies.append(f"# the source of {getattr(function, '__name__', function)!r} is not available")
        return
    for name, value in names_used(function).items():
        if isinstance(value, types.ModuleType):
            lines[name] = f"import {value.__name__} as {name}" if value.__name__ != name else f"import {name}"
        elif isinstance(value, types.FunctionType):
            _collect(value, lines, bodies, seen)
        elif isinstance(value, int | float | str | bool | tuple):
            lines[name] = f"{name} = {value!r}"
        elif getattr(value, "__module__", None):
            lines[name] = f"from {value.__module__} import {getattr(value, '__name__', name)} as {name}"
    bodies.append(_without_decorators(text))


def names_used(function: Callable[..., Any]) -> dict[str, Any]:
    """The global and closed-over names that the function's code uses, with their values."""
    code = function.__code__
    found = {}
    for name in _names_in(code):
        if name in function.__globals__ and name not in vars(builtins):
            found[name] = function.__globals__[name]
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        found[name] = cell.cell_contents
    return found


def _names_in(code: types.CodeType) -> list[str]:
    names = list(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names += _names_in(constant)
    return names


def _without_decorators(text: str) -> str:
    lines = text.splitlines()
    for i, line in enumerate(lines):
        if line.startswith(("def ", "async def ")):
            return "\n".join(lines[i:])
    return text.strip()


def hash_of(system: Flow) -> str:
    """Hash (hex, 64 letters) of the source, the names and the defaults: the same model, wherever it is defined."""
    return hashlib.sha256(
        json.dumps([system.source, system.states, dict(system.parameters)]).encode()
    ).hexdigest()


def system_from_source(text: str) -> Flow:
    """Run a model's source text, as `collect_source` wrote it, and return its system. Only for text that is trusted.

    Raises
    ------
    ModelError
        If the text does not run or defines no system.
    """
    space: dict[str, Any] = {"__name__": "contin_model"}
    try:
        import linecache

        filename = f"<contin model {hashlib.sha256(text.encode()).hexdigest()[:12]}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        exec(compile(text, filename, "exec"), space)
        return space["system"]  # type: ignore[no-any-return]
    except Exception as error:
        raise ModelError(f"the stored source of the model does not run: {type(error).__name__}: {error}") from error
