"""A model's source as text: with the helper functions, constants and imports that it uses, so that it stands alone."""

from __future__ import annotations

import ast
import builtins
import functools
import hashlib
import inspect
import json
import linecache
import math
import pickle
import secrets
import sys
import textwrap
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from contin.errors import ModelError

if TYPE_CHECKING:
    from contin.systems.system import System

IMPORTED = {*sys.stdlib_module_names, "numpy", "scipy", "numba", "sympy", "contin_kernels"}


def collect_definition(system: System) -> tuple[str, dict[str, str]]:
    """Python text that defines the system's functions, and their names there by role ("function", "jacobian")."""
    writer = Writer()
    roles = {"function": writer.define(system.function)}
    if system.jacobian is not None:
        roles["jacobian"] = writer.define(system.jacobian)
    return writer.text(), roles


def collect_source(system: System) -> str:
    """Python text that defines `system` when run with `contin` importable; the text is the same in every process.

    What cannot be written down (a function without source, an object that is neither number, text, array, function nor
    importable) is a comment there, and running the text fails with the reason.
    """
    writer = Writer()
    build = system.written(writer)
    return "\n".join(["from __future__ import annotations\n", "import contin", writer.text(), *build]) + "\n"


def hash_of(system: System) -> str:
    """Hash (hex, 64 letters) of the source text, which holds the names and the defaults, too.

    The same function with other defaults is another model: a file computed with it would give other branches.
    """
    return hashlib.sha256(
        json.dumps([system.source, system.states, dict(system.parameters)]).encode()
    ).hexdigest()


def plain_function(value: Any) -> Any:
    """The Python function behind what Numba or contin made of it."""
    if type(value).__name__ in ("Flow", "Map"):
        value = value.function
    return getattr(value, "py_func", value)


@dataclass
class Writer:
    """Definitions collected so far, each after those that it needs, and the name of each function by id."""

    imports: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    named: dict[int, str] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)

    def text(self) -> str:
        """All definitions."""
        return "\n".join([*sorted(self.imports.values()), "", *self.pieces]) + "\n\n"

    def taken(self, name: str) -> bool:
        """Whether the name has a meaning already."""
        return name in self.imports or name in self.constants or name in self.named.values()

    def define(self, function: Callable[..., Any]) -> str:
        """Write the function with all it uses, once; its name."""
        function = plain_function(function)
        if id(function) in self.named:
            return self.named[id(function)]
        wish = getattr(function, "__name__", "function")
        wish = wish if wish.isidentifier() else "function"
        name, count = wish, 1
        while self.taken(name):
            count += 1
            name = f"{wish}_{count}"
        self.named[id(function)] = name
        try:
            text = self.partial(function, name) or _text_of(function, name)
        except (OSError, TypeError, SyntaxError, AttributeError) as error:
            self.pieces.append(f"\n\n{_unavailable(function, name, error)}")
            return name
        local: list[str] = []
        for used, value in names_used(function).items():
            line = self.line(used, value)
            if not line or line in (self.constants.get(used), self.imports.get(used)):
                continue
            if self.taken(used):
                local.append(line)
            elif line.startswith(("import ", "from ")):
                self.imports[used] = line
            else:
                self.constants[used] = line
                self.pieces.append(line)
        self.pieces.append(f"\n\n{_factory(name, text, local) if local else text}")
        return name

    def partial(self, function: Any, name: str) -> str:
        """The text of a `functools.partial`, "" for anything else."""
        if not isinstance(function, functools.partial):
            return ""
        inner = self.define(function.func)
        arguments = [literal_of(list(function.args)), literal_of(function.keywords)]
        if None in arguments:
            raise TypeError("an argument of functools.partial is not kept")
        self.imports["functools"] = "import functools"
        return f"{name} = functools.partial({inner}, *{arguments[0]}, **{arguments[1]})"

    def line(self, name: str, value: Any) -> str:
        """The statement that gives `name` its value, "" if it has it already."""
        function = plain_function(value)
        if isinstance(value, types.ModuleType):
            own = value.__name__
            return (f"import {name}" if own == name else f"import {own} as {name}") + _state_of_module(own)
        own_function = isinstance(function, types.FunctionType) and not _is_library(str(function.__module__))
        if own_function or isinstance(function, functools.partial):
            defined = self.define(function)
            return "" if defined == name else f"{name} = {defined}"
        if (literal := literal_of(value)) is not None:
            if "np.array" in literal:
                self.imports.setdefault("np", "import numpy as np")
            return f"{name} = {literal}"
        module, own = _home_of(value)
        if module:
            as_name = "" if own == name else f" as {name}"
            return f"from {module} import {own}{as_name}{_state_of_module(module)}"
        return f"# {name} is of the type {type(value).__name__} and not kept; it is told apart by {_token(value)}."


def _is_library(module: str) -> bool:
    return module.partition(".")[0] in IMPORTED


def _state_of_module(name: str) -> str:
    """A comment with the hash of a module of the user's, whose edits make another model."""
    file = getattr(sys.modules.get(name), "__file__", None)
    if _is_library(name) or file is None or name.partition(".")[0] == "contin":
        return ""
    return f"  # file with the hash {hashlib.sha256(Path(file).read_bytes()).hexdigest()[:16]}"


def _token(value: Any) -> str:
    """Letters that differ between objects: a hash of the pickled object, else drawn at random."""
    try:
        return hashlib.sha256(pickle.dumps(value)).hexdigest()[:16]
    except Exception:
        return secrets.token_hex(8)


def _factory(name: str, text: str, local: list[str]) -> str:
    """The function inside another that holds the names which mean something else outside."""
    inside = textwrap.indent("\n".join([*local, text]), "    ")
    return f"def make_{name}():\n{inside}\n    return {name}\n\n\n{name} = make_{name}()"


def literal_of(value: Any) -> str | None:
    """Python text of a number, text, array or a container of them; None for anything else."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "bif":
        return f"np.array({literal_of(value.tolist())}, dtype={value.dtype.name!r})"
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return repr(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f"float({str(value)!r})"
    if isinstance(value, list | tuple):
        items = [literal_of(item) for item in value]
        if None in items or type(value) not in (list, tuple):
            return None
        inside = ", ".join(str(item) for item in items)
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' * (len(items) == 1)})"
    if type(value) is dict:
        pairs = [(literal_of(key), literal_of(item)) for key, item in value.items()]
        return (
            None if any(None in pair for pair in pairs) else f"{{{', '.join(f'{k}: {v}' for k, v in pairs)}}}"
        )
    return None


def _home_of(value: Any) -> tuple[str, str]:
    """Module and name from which the value can be imported, ("", "") if there are none."""
    own = getattr(value, "__name__", "")
    for module in (getattr(value, "__module__", None), "numpy", "scipy.special"):
        if module and own and getattr(sys.modules.get(module), own, None) is value:
            return module, own
    return "", ""


def names_in(code: types.CodeType) -> list[str]:
    """Global names and attributes that the code and the functions inside it use."""
    names = list(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names += names_in(constant)
    return names


def names_used(function: Callable[..., Any]) -> dict[str, Any]:
    """The global and closed-over names that a function uses, in its code or its defaults, with their values, sorted."""
    if not isinstance(function, types.FunctionType):
        return {}
    code = function.__code__
    found = {}
    for name in [*names_in(code), *_names_in_defaults(function)]:
        if name in function.__globals__ and not _is_builtin(name, function.__globals__[name]):
            found[name] = function.__globals__[name]
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # a name that is not bound yet
            continue
    return dict(sorted(found.items()))


def _is_builtin(name: str, value: Any) -> bool:
    return getattr(builtins, name, names_in) is value


def _names_in_defaults(function: Callable[..., Any]) -> list[str]:
    try:
        node = _node_of(function)[0]
    except (OSError, TypeError, SyntaxError):
        return []
    defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
    return [name.id for d in defaults for name in ast.walk(d) if isinstance(name, ast.Name)]


def _block_of(function: Callable[..., Any]) -> str:
    """The lines of the function's statement (`inspect.getsource` would look through all modules first: 0.1 s)."""
    code = function.__code__
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename, function.__globals__)
    if not 0 < code.co_firstlineno <= len(lines):
        raise OSError("no source")
    return textwrap.dedent("".join(inspect.getblock(lines[code.co_firstlineno - 1 :])))


@functools.lru_cache(maxsize=256)
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def _node_of(function: Callable[..., Any]) -> tuple[ast.FunctionDef | ast.Lambda, str]:
    """The function's node in its parsed source, and that source text.

    Raises
    ------
    OSError, TypeError, SyntaxError
        If there is no source, or it cannot be told which of several lambdas is meant.
    """
    text = _block_of(function)
    if function.__name__ == "<lambda>":
        return _lambda_in(text, function), text
    for node in ast.walk(_parsed(text)):
        if isinstance(node, ast.FunctionDef):
            return node, text
    raise OSError("no function in the source")


def _lambda_in(text: str, function: Callable[..., Any]) -> ast.Lambda:
    """The lambda in a statement whose code is the function's."""
    if text.lstrip().startswith("."):
        raise OSError("the lambda stands in the middle of a statement")
    matching = []
    for node in ast.walk(_parsed(text)):
        if isinstance(node, ast.Lambda):
            compiled = compile(ast.Expression(node), "lambda", "eval").co_consts
            code = next(constant for constant in compiled if isinstance(constant, types.CodeType))
            if code.co_varnames == function.__code__.co_varnames and _steps(code) == _steps(
                function.__code__
            ):
                matching.append(node)
    if len({ast.unparse(node) for node in matching}) != 1:
        raise OSError("the lambda is not found in its source")
    return matching[0]


def _steps(code: types.CodeType) -> tuple[Any, ...]:
    """What tells the lambdas of one statement apart: names and constants in the order of use."""
    return (
        code.co_names,
        tuple(c for c in code.co_consts if not isinstance(c, types.CodeType)),
        code.co_argcount,
    )


def _text_of(function: Callable[..., Any], name: str) -> str:
    """The source of the function without decorators, under the given name.

    Defaults are kept as they are written if their names are global, else given as values.
    """
    node, text = _node_of(function)
    if isinstance(node, ast.Lambda):
        return f"{name} = {ast.get_source_segment(text, node) or ast.unparse(node)}"
    written = _names_in_defaults(function)
    lines = text.splitlines()[node.lineno - 1 : node.end_lineno]
    if node.name == name and all(
        known in function.__globals__ or hasattr(builtins, known) for known in written
    ):
        return "\n".join(line.rstrip() for line in lines)
    own = ast.parse("\n".join(lines)).body[0]
    assert isinstance(own, ast.FunctionDef)
    own.name = name
    positional = zip(getattr(function, "__defaults__", None) or (), own.args.defaults, strict=True)
    own.args.defaults = [_node_for(value, default) for value, default in positional]
    by_name = getattr(function, "__kwdefaults__", None) or {}
    for i, (argument, default) in enumerate(zip(own.args.kwonlyargs, own.args.kw_defaults, strict=True)):
        own.args.kw_defaults[i] = None if default is None else _node_for(by_name[argument.arg], default)
    return ast.unparse(own)


def _node_for(value: Any, written: ast.expr) -> ast.expr:
    literal = literal_of(value)
    return written if literal is None else ast.parse(literal, mode="eval").body


def _unavailable(function: Any, name: str, error: Exception) -> str:
    """A stand-in for a function without source, told apart from others by its bytecode and what that uses."""
    code = getattr(function, "__code__", None)
    used = (
        {key: literal_of(value) or _token(value) for key, value in names_used(function).items()}
        if code
        else {}
    )
    digest = (
        hashlib.sha256(f"{_code_text(code)} {used}".encode()).hexdigest()[:16] if code else _token(function)
    )
    return (
        f"# The source of {name!r} is not available: {' '.join(str(error).split())}. Hash of its bytecode: {digest}.\n"
        f"def {name}(*arguments, **parameters):\n"
        f"    raise NameError(\"the source of '{name}' was not available when it was stored\")"
    )


def _code_text(code: types.CodeType) -> str:
    """The code as a text that is the same in every process of one Python version."""
    constants = [_code_text(c) if isinstance(c, types.CodeType) else repr(c) for c in code.co_consts]
    return repr((code.co_code.hex(), constants, code.co_names, code.co_varnames, code.co_freevars))


def system_from_source(text: str) -> System:
    """Run a model's source text, as `collect_source` wrote it, and return its system. Only for text that is trusted.

    Raises
    ------
    ModelError
        If the text does not run or defines no system.
    """
    from contin.systems.system import System

    space: dict[str, Any] = {"__name__": "contin_model"}
    filename = f"<contin model {hashlib.sha256(text.encode()).hexdigest()[:12]}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    try:
        exec(compile(text, filename, "exec"), space)
    except Exception as error:
        raise ModelError(
            f"the stored source of the model does not run: {type(error).__name__}: {error}."
        ) from error
    system = space.get("system")
    if not isinstance(system, System):
        raise ModelError("the stored source of the model defines no `system`.")
    if "was not available when it was stored" in text:
        raise ModelError("the model's source was not available when it was stored; pass the model itself.")
    return system
