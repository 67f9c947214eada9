"""The generated modules: readable Python in the user's cache folder, imported so that Numba can keep its machine code.

A module is named by the hash of what it depends on, written to a temporary file and renamed, so that several processes
may start at once and an edited model gets a new file. Its last line is a checksum: a damaged file is written anew.
Where the folder cannot be used, a temporary one is.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import os
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from contin_kernels.jit import cache_root, kernel_cache

if TYPE_CHECKING:
    from contin.systems.system import System

UNTRACEABLE = "# not traceable: "
CHECKSUM = "# checksum of the lines above: "


@functools.cache
def generator_hash() -> str:
    """Hash of what decides the content of a generated module: the sources of this package and the kernels, SymPy."""
    digest = hashlib.sha256((kernel_cache().name + metadata.version("sympy")).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def module_for(system: System) -> Path | str:
    """Path of the generated module of `system`, written now if it is not there; the reason if there cannot be one.

    Raises
    ------
    ModelError
        If the function is wrong; the message names the cause.
    """
    path = cache_root() / "models" / file_name(system)
    text = _intact(path)
    if text is None:
        text = _new_text(system)
        try:
            write_atomically(path, text)
        except OSError:
            path = _temporary() / path.name
            write_atomically(path, text)
    return text.splitlines()[0].removeprefix(UNTRACEABLE) if text.startswith(UNTRACEABLE) else path


def file_name(system: System) -> str:
    """Name of the file: models that differ only in their name or defaults share it."""
    names = [system.states, list(system.parameters), system.named]
    digest = hashlib.sha256((generator_hash() + json.dumps([system.definition, names])).encode()).hexdigest()[
        :24
    ]
    name = getattr(system.function, "__name__", "model")
    return f"{''.join(c if c.isascii() and c.isalnum() else '_' for c in name)[:40]}_{digest}.py"


def _new_text(system: System) -> str:
    from contin.systems.codegen import module_text
    from contin.systems.tracing import CannotTrace

    try:
        text = module_text(system)
    except CannotTrace as reason:
        text = f"{UNTRACEABLE}{' '.join(str(reason).split())}\n"
    return f"{text}\n\n{CHECKSUM}{_checksum(text)}\n"


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _intact(path: Path) -> str | None:
    """The file's text; None if it is missing, unreadable or damaged."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    above, _, checksum = text.rpartition(CHECKSUM)
    return text if above and checksum.strip() == _checksum(above.removesuffix("\n\n")) else None


@functools.cache
def _temporary() -> Path:
    """A folder of this process."""
    return Path(tempfile.mkdtemp(prefix="contin-"))


def write_atomically(path: Path, text: str) -> None:
    """Write `text` to `path` so that other processes see all of it or nothing."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def load_module(path: Path) -> ModuleType:
    """Import the generated module at `path`, once in a process.

    Where that fails (the folder cannot be written to, the machine code beside the file is damaged), a copy is imported.
    """
    name = f"contin_generated_{path.stem}"
    if name in sys.modules:
        return sys.modules[name]
    try:
        return _imported(name, path)
    except Exception:
        copy = _temporary() / path.name
        write_atomically(copy, path.read_text(encoding="utf-8"))
        return _imported(name, copy)


def _imported(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
