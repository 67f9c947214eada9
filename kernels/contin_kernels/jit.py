"""How kernels are compiled, and where the machine code is kept.

Numba's disk cache notices edits in the file of a kernel but not in the files of the kernels that it calls, and then
silently returns old results. So the folder of the cache carries a hash of all kernel sources.

Two ways to compile:

- `kernel`: an ordinary compiled function, specialised at its first call; its callers inline it.
- `pointer(signature)`: a function of one fixed type, passed as a value. A caller that takes pointers is compiled once,
  whatever is passed. The models' functions and the problems' defining systems are of this form.

With NUMBA_DISABLE_JIT=1 both return the Python function itself.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba


def cache_root() -> Path:
    """The user's folder for what contin compiles, mode 0700.

    $CONTIN_CACHE_DIR, else the platform's cache folder, else one in the folder of temporary files, which must be the
    user's own: whoever can write there could put code into this process.
    """
    for folder in (_preferred_root(), Path(tempfile.gettempdir()) / f"contin-{_user()}"):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.access(folder, os.W_OK | os.X_OK) and _is_own(folder):
                return folder
        except OSError:
            continue
    return Path(tempfile.mkdtemp(prefix="contin-"))


def _is_own(folder: Path) -> bool:
    """Whether the folder belongs to this user and nobody else may write to it."""
    if not hasattr(os, "getuid"):
        return True
    state = folder.stat()
    return state.st_uid == os.getuid() and not state.st_mode & 0o022


def _preferred_root() -> Path:
    if named := os.environ.get("CONTIN_CACHE_DIR"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "contin" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "contin"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "contin"


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")


@functools.cache
def kernel_cache() -> Path:
    """Folder of the engine's machine code, named by the hash of all kernel sources."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for source in sorted(here.rglob("*.py")):
        digest.update(source.relative_to(here).as_posix().encode())
        digest.update(source.read_bytes())
    return cache_root() / f"engine-{digest.hexdigest()[:16]}"


@contextlib.contextmanager
def caching_in(folder: Path) -> Iterator[None]:
    """Let functions declared inside keep their machine code in `folder`.

    Numba chooses the place when a function is declared, so its global setting is back before anyone else declares one.
    """
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile `function` at its first call; division by zero gives infinity or NaN, never an exception."""
    with caching_in(kernel_cache()):
        return numba.njit(cache=True, error_model="numpy", nogil=True)(function)


def fused(function: Callable[..., Any]) -> Callable[..., Any]:
    """`kernel`, put into its callers whole: for small parts of the step, where passing arrays would cost more than the work."""
    with caching_in(kernel_cache()):
        return numba.njit(cache=True, error_model="numpy", nogil=True, forceinline=True)(function)


def pointer(signature: Any, folder: Path | None = None) -> Callable[[Callable[..., Any]], Any]:
    """Compile to a function pointer of the fixed type `signature`, kept in `folder` (default: with the engine)."""

    def compile_pointer(function: Callable[..., Any]) -> Any:
        if numba.config.DISABLE_JIT:
            return function
        with caching_in(folder or kernel_cache()):
            return numba.cfunc(signature, cache=True, error_model="numpy", forceinline=True)(function)

    return compile_pointer
