"""The generated modules: readable Python in the user's cache folder, imported so that Numba can keep its machine code.

A module is named by the hash of what it depends on, written to a temporary file and renamed, so that several processes
may start at once and an edited model gets a new file.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from contin_kernels.jit import cache_root, kernel_cache

if TYPE_CHECKING:
    from contin.systems.flow import Flow

UNTRACEABLE = "# not traceable\n"


@functools.cache
def generator_hash() -> str:
    """Hash of the sources that decide what a generated module contains: this package's and the kernels'."""
    digest = hashlib.sha256(kernel_cache().name.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def module_for(system: Flow) -> Path | None:
    """Path of the generated module of `system`, written now if it is not there; None if the function cannot be traced."""
    if system.jacobian is not None:
        return None
    digest = hashlib.sha256((generator_hash() + system.hash).encode()).hexdigest()[:24]
    folder = cache_root() / "models"
    path = folder / f"{_safe(system.name)}_{digest}.py"
    if path.exists():
        return None if path.read_text(encoding="utf-8") == UNTRACEABLE else path
    from contin.systems.codegen import module_text
    from contin.systems.tracing import CannotTrace

    try:
        text = module_text(system)
    except CannotTrace:
        text = UNTRACEABLE
    write_atomically(path, text)
    return None if text == UNTRACEABLE else path


def _safe(name: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name)[:40]


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
    """Import the generated module at `path`."""
    name = f"contin_generated_{path.stem}"
    if name in sys.modules:
        return sys.modules[name]
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
