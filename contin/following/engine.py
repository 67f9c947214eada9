"""Compiling the engine: once on a machine, all of it, and announced."""

from __future__ import annotations

import functools
import importlib
import os
import pkgutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

COMPILED = "engine compiled"


@functools.cache
def ensure_engine() -> None:
    """Compile the whole engine if this machine has not compiled it yet, and say so on stderr.

    Numba compiles a kernel when it is first called. Without this a first Hopf point would cost seconds some day; with it
    the one-off cost is paid at once, and later processes load machine code only.
    """
    compile_once(COMPILED, "the engine", "half a minute to a minute", compile_all)


def compile_once(mark: str, what: str, duration: str, compiling: Callable[[], None]) -> None:
    """Call what compiles, unless the `mark` in the cache folder tells that it was done; say so on stderr."""
    import numba

    from contin_kernels.jit import kernel_cache

    marker = kernel_cache() / mark
    if numba.config.DISABLE_JIT or marker.exists():
        return
    say(f"contin: compiling {what}, once on this machine ({duration}) ...")
    began = time.perf_counter()
    compiling()
    _leave(marker)
    say(f"contin: compiled in {time.perf_counter() - began:.0f} s")


def say(sentence: str) -> None:
    """Print on stderr, unless $CONTIN_QUIET is set."""
    if not os.environ.get("CONTIN_QUIET"):
        print(sentence, file=sys.stderr, flush=True)


def _leave(marker: Path) -> None:
    try:
        marker.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        marker.touch()
    except OSError:
        pass


def compile_all() -> None:
    """Compile every problem's functions, and call every kernel once: follow models that have every kind of point."""
    import numpy as np

    from contin.following.switch import switch
    from contin.following.through import branch_through
    from contin.problems import Equilibria, Start
    from contin.settings import Settings
    from contin.systems import Flow
    from contin_kernels import defining

    for file in pkgutil.iter_modules(defining.__path__):
        importlib.import_module(f"{defining.__name__}.{file.name}")
    for function, state in ((_all_points, np.zeros(3)), (_degenerate_fold, np.ones(1))):
        problem = Equilibria(Flow(function, len(state), {"r": -1.0}), "r")
        start = Start(state, np.array([-1.0]))
        branch = branch_through(problem, start, (-1.0, 1.0), "both", {"r": [0.25]}, Settings(), None, 0.0)
        branch.spectra()
        for point in branch.special["branch point"]:
            for other in switch(point):
                branch_through(problem, other, (-1.0, 1.0), "both", {}, Settings(), None, 0.0)


def _all_points(x: Any, p: Any, out: Any) -> None:
    """A pitchfork at r = 0 beside a Hopf point at r = 1/2."""
    s = p[0] - 0.5
    out[0] = p[0] * x[0] - x[0] ** 3
    out[1] = s * x[1] - x[2] - x[1] * (x[1] ** 2 + x[2] ** 2)
    out[2] = x[1] + s * x[2] - x[2] * (x[1] ** 2 + x[2] ** 2)


def _degenerate_fold(x: Any, p: Any, out: Any) -> None:
    """r = -x^4."""
    out[0] = p[0] + x[0] ** 4
