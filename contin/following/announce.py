"""Telling the user, once, that the engine is being compiled."""

from __future__ import annotations

import os
import sys

ENGINE = "engine compiled"


def announce_compilation() -> None:
    """Say on stderr that the engine will be compiled, if it was not yet on this machine."""
    import numba

    from contin_kernels.jit import kernel_cache

    if numba.config.DISABLE_JIT or os.environ.get("CONTIN_QUIET"):
        return
    marker = kernel_cache() / ENGINE
    if marker.exists():
        return
    print(
        "contin: compiling the engine, once on this machine (about half a minute) ...",
        file=sys.stderr,
        flush=True,
    )
    try:
        marker.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        marker.touch()
    except OSError:
        pass
