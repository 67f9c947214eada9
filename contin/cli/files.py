"""Models and losses in a user's file, and files that are to be written."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from contin.errors import FileError, ModelError, UnknownName, unknown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from contin.branch import Diagram
    from contin.systems import Loss, System

SOFTWARE = "contin"  # stands in the pictures of `contin demo`, which replaces no others


def system_in(path: str, name: str | None) -> System:
    """The model called `name` in a Python file, or its only one.

    A plain function is taken as if it were decorated with ``@contin.flow``.

    Raises
    ------
    FileError
        If there is no such file.
    ModelError
        If the file does not run, or does not say which of its models is meant.
    UnknownName
        If it has nothing of that name.
    """
    import contin

    found: System = _made(path, name, MODEL, (contin.Flow, contin.Map), contin.flow)
    return found


def loss_in(path: str, name: str | None) -> Loss:
    """The loss called `name` in a Python file, a plain function or a `contin.Loss`; or its only `contin.Loss`.

    Raises
    ------
    FileError, ModelError, UnknownName
        As `system_in`.
    """
    import contin

    found: Loss = _made(path, name, LOSS, (contin.Loss,), contin.Loss)
    return found


@dataclass(frozen=True)
class _Wanted:
    """What is looked for in a file, in words: one and several, what counts without a name, and what by name."""

    word: str
    plural: str
    unnamed: str
    named: str


MODEL = _Wanted(
    "model",
    "models",
    "a function with @contin.flow or @contin.map",
    "a function, best with @contin.flow before it",
)
LOSS = _Wanted("loss", "losses", "a contin.Loss", "a function f(x, y, *, a=1.0), or a contin.Loss of it")


def _made(
    path: str, name: str | None, wanted: _Wanted, kinds: tuple[type, ...], make: Callable[[Any], Any]
) -> Any:
    """The object of these kinds that is meant, or what `make` makes of a plain function."""
    module = _loaded(Path(path))
    objects = {key: value for key, value in vars(module).items() if isinstance(value, kinds)}
    if name is None:
        if len(objects) == 1:
            return next(iter(objects.values()))
        which = (
            f"has the {wanted.plural} {', '.join(objects)}"
            if objects
            else f"has no {wanted.word} ({wanted.unnamed})"
        )
        raise ModelError(
            f"{path} {which}; name the one that is meant: {path}:{next(iter(objects), 'function')}"
        )
    found = getattr(module, name, None)
    if found is None:
        raise UnknownName(f"{path}: {unknown(wanted.word, name, objects)}")
    if isinstance(found, kinds):
        return found
    if isinstance(found, type) or not callable(found):
        raise ModelError(f"{path}:{name} is {found!r}, and no {wanted.word}: {wanted.named}.")
    return make(found)


def _loaded(path: Path) -> ModuleType:
    """The file as a module, under a name of its own so that it hides no other and its ``__main__`` block rests."""
    if not path.is_file():
        raise FileError(f"there is no file '{path}'.")
    name = f"contin_model_{re.sub(r'[^0-9A-Za-z_]', '_', path.stem)}"
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    assert spec is not None and spec.loader is not None, "a path that ends in .py has a loader"
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.append(folder)  # last: a file called random.py beside the model must not hide Python's
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise ModelError(_where(path, error)) from error
    return module


def _where(path: Path, error: BaseException) -> str:
    """File, line and words of an error in the user's file."""
    if isinstance(error, SyntaxError) and error.filename == str(path.resolve()):
        return f"{path}, line {error.lineno}: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path.resolve())]
    return f"{path}{f', line {lines[-1]}' if lines else ''}: {type(error).__name__}: {error}"


def check_target(path: Path) -> None:
    """Refuse, before anything is computed, a place where no file can be written.

    Raises
    ------
    FileError
        With the path and the reason.
    """
    if path.is_dir():
        raise FileError(f"cannot write '{path}': it is a folder.")
    try:
        with tempfile.TemporaryFile(dir=path.resolve().parent):
            pass
    except OSError as error:
        raise FileError(
            f"cannot write '{path}': {error.strerror} (folder '{path.resolve().parent}')."
        ) from None


def check_data_target(path: Path) -> None:
    """As `check_target`, and a file that contin did not write is not written over."""
    from contin.storage.read import is_contin

    check_target(path)
    if path.exists() and not is_contin(str(path)):
        raise FileError(
            f"'{path}' exists and is no contin file: it is not written over; choose another name."
        )


def check_picture_target(path: Path) -> None:
    """As `check_target`, and matplotlib must know the kind of picture."""
    from matplotlib.backend_bases import FigureCanvasBase

    known = sorted(FigureCanvasBase.get_supported_filetypes())
    if path.suffix.removeprefix(".").lower() not in known:
        raise FileError(f"cannot draw '{path}': its ending must be one of {', '.join(known)}.")
    check_target(path)


def check_own_picture_target(path: Path) -> None:
    """As `check_picture_target`, and a picture that contin did not draw is not written over."""
    check_picture_target(path)
    if path.exists() and SOFTWARE.encode() not in path.read_bytes()[:1024]:
        raise FileError(f"'{path}' exists and was not drawn by contin: it is not written over.")


def save_picture(figure: Figure, path: Path) -> None:
    """Write the picture; the file appears when it is complete."""
    kind = path.suffix.removeprefix(".").lower()
    metadata = {"Software": SOFTWARE} if kind == "png" else None
    picture = BytesIO()
    figure.savefig(picture, format=kind, dpi=150, bbox_inches="tight", metadata=metadata)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(picture.getvalue())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def diagram_in(path: Path) -> Diagram:
    """The diagram that a file holds; a single branch is a diagram, too."""
    import contin

    what = contin.load(path)
    return what if isinstance(what, contin.Diagram) else contin.Diagram((what,))
