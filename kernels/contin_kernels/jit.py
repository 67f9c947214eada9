"""How kernels are compiled, and where the machine code is kept.

Numba's disk cache notices edits in the file of a kernel but not in the files of the kernels that it calls, and then
silently returns old results. So the folder of the cache carries a hash of all kernel sources.

Ways to compile:

- `entry`: a compiled function that Python calls, specialised at its first call; `loop` if it runs long.
- `kernel`: the same for kernels to call; without the wrappers for Python, which are half of what LLVM has to do.
- `pointer(signature)`: a function of one fixed type, passed as an address. A caller that takes addresses is compiled once,
  whatever is passed, and does not compile again what it calls. The models' functions, the problems' defining systems and
  the tools that many kernels share (`tool`) are of this form.

With NUMBA_DISABLE_JIT=1 all return the Python function itself.
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

OPTIONS = {"error_model": "numpy", "nogil": True}
INSIDE = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


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


@contextlib.contextmanager
def lightly() -> Iterator[None]:
    """Let LLVM do little: for functions off the loop, where half of their compilation is worth more than a microsecond."""
    before = numba.config.OPT, numba.config.LOOP_VECTORIZE
    numba.config.OPT, numba.config.LOOP_VECTORIZE = type(before[0])(1), 0
    try:
        yield
    finally:
        numba.config.OPT, numba.config.LOOP_VECTORIZE = before


def entry(function: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel that Python calls: kept on disk, with all that it calls inside; optimised lightly."""
    compiled = loop(function)
    if not numba.config.DISABLE_JIT:
        compile_fully = compiled.compile  # type: ignore[attr-defined]

        @functools.wraps(compile_fully)
        def compile_lightly(signature: Any) -> Any:
            with lightly():
                return compile_fully(signature)

        compiled.compile = compile_lightly  # type: ignore[attr-defined]
    return compiled


def loop(function: Callable[..., Any]) -> Callable[..., Any]:
    """An `entry` that runs long: LLVM does all that it can."""
    with caching_in(kernel_cache()):
        compiled: Callable[..., Any] = numba.njit(cache=True, **OPTIONS)(function)
        return compiled


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel that other kernels call; division by zero gives infinity or NaN, never an exception."""
    return numba.njit(**OPTIONS, **INSIDE)(function)


def fused(function: Callable[..., Any]) -> Callable[..., Any]:
    """`kernel`, put into its callers whole: for small parts of the step, where passing arrays would cost more than the work."""
    return numba.njit(**OPTIONS, **INSIDE, forceinline=True)(function)


def pointer(
    signature: Any, folder: Path | None = None, light: bool = False
) -> Callable[[Callable[..., Any]], Any]:
    """Compile to a function pointer of the fixed type `signature`, kept in `folder` (default: with the engine)."""

    def compile_pointer(function: Callable[..., Any]) -> Any:
        if numba.config.DISABLE_JIT:
            return function
        with caching_in(folder or kernel_cache()), lightly() if light else contextlib.nullcontext():
            return numba.cfunc(signature, cache=True, error_model="numpy", forceinline=True)(function)

    return compile_pointer


def tool(signature: Any) -> Callable[[Callable[..., Any]], Any]:
    """A `pointer` off the loop, optimised lightly."""
    return pointer(signature, light=True)
