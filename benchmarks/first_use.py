"""First use, each in processes of its own: importing contin, compiling the engine, and a model never seen before.

The engine is compiled once into an empty cache folder (CONTIN_CACHE_DIR). Then, in new processes with that folder,
each with a new model (a new file, name and constant): CPU time from `import contin` to the branch in memory, in all
(`total`) and, in other processes, by stages:

- `import`: `import contin`;
- `numba`: importing Numba and the kernels' decorators;
- `tracing`: SymPy imported, the model traced and differentiated, its module written;
- `compiling`: that module imported, which compiles the model's functions;
- `engine`: the first branch less the second: the engine's machine code loaded from the disk;
- `following`: the second branch.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.rounds import Spread, spread, table

TARGETS = {"import contin": 0.2, "total": 2.5, "tracing and compiling": 1.0, "engine compiled": 40.0}
STAGES = ("import", "numba", "tracing", "compiling", "engine", "following")

MODEL = """\
import contin


@contin.flow
def switch_{number}(x, y, *, a=0.4, b=1.0):
    \"\"\"Griffith's switch with a constant of its own.\"\"\"
    return y - a * x, {constant!r} * x**2 / (1 + x**2) - b * y
"""

CHILD = """\
import json, sys, time
marks = [time.process_time()]
def mark():
    marks.append(time.process_time())
import contin
mark()
name, how = sys.argv[1:]
if how == "import":
    print(json.dumps(marks))
    sys.exit()
if how == "stages":
    import numba, contin_kernels.jit
    mark()
model = getattr(__import__(name), name)
def follow():
    return contin.follow(model, "a", start=dict(x=2.0, y=0.8), at=dict(a=0.4), span=(0.05, 1.0))
if how == "stages":
    from contin.systems.generated import load_module, module_for
    path = module_for(model)
    mark()
    load_module(path)
    mark()
branch = follow()
mark()
if how == "stages":
    follow()
    mark()
fold = branch.special["fold"][0]
print(json.dumps([*marks, fold["a"]]))
"""


@dataclass(frozen=True)
class FirstUse:
    """CPU seconds: of each stage, and of the engine's one-off compilation (None when it was left out)."""

    seconds: dict[str, Spread]
    engine: float | None


def child(how: str, cache: Path, folder: Path) -> list[float]:
    """Times of one new process with a new model; checks that its fold is where it belongs."""
    number, constant = random.randrange(10**9), 1.0 + 1e-3 * random.random()
    name = f"switch_{number}"
    (folder / f"{name}.py").write_text(MODEL.format(number=number, constant=constant))
    path = os.pathsep.join(entry for entry in (str(folder), *sys.path) if entry)
    environment = {**os.environ, "CONTIN_CACHE_DIR": str(cache), "PYTHONPATH": path, "CONTIN_QUIET": "1"}
    command = [sys.executable, "-c", CHILD, name, how]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=folder)
    if done.returncode:
        raise RuntimeError(f"a new process failed:\n{done.stderr}")
    *marks, last = json.loads(done.stdout)
    if how == "import":
        return [*marks, last]
    if abs(last - constant / 2) > 1e-13:
        raise RuntimeError(f"the fold is at a = {last!r}, not at {constant / 2!r}")
    return list(marks)


def measure_first_use(rounds: int, engine: bool) -> FirstUse:
    """Compile the engine in an empty folder (with `engine`; else use the user's), then the rounds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cache = folder / "cache"
        if not engine:
            from contin_kernels.jit import cache_root

            cache = cache_root()
        cold = child("total", cache, folder)
        seconds: dict[str, list[float]] = {}
        for _ in range(rounds):
            for stage, value in _one_round(cache, folder).items():
                seconds.setdefault(stage, []).append(value)
    spreads = {stage: spread(values) for stage, values in seconds.items()}
    one_off = cold[-1] - cold[0] - spreads["total"].median if engine else None
    return FirstUse(spreads, one_off)


def _one_round(cache: Path, folder: Path) -> dict[str, float]:
    start, end = child("import", cache, folder)
    total = child("total", cache, folder)
    marks = child("stages", cache, folder)
    parts = [b - a for a, b in zip(marks, marks[1:], strict=False)]
    parts[-2] -= parts[-1]
    stages = dict(zip(STAGES, parts, strict=True))
    own = stages["tracing"] + stages["compiling"]
    return {
        "import contin": end - start,
        "total": total[-1] - total[0],
        "tracing and compiling": own,
        **stages,
    }


def text_of_first_use(first: FirstUse) -> str:
    """Seconds beside their targets."""
    rows: list[tuple[str, str, str]] = []
    if first.engine is not None:
        rows.append(("engine compiled, once on a machine", f"{first.engine:.3g}", "40"))
    for stage, seconds in first.seconds.items():
        inner = "  " if stage in STAGES else ""
        rows.append((inner + stage, str(seconds), f"{TARGETS[stage]:g}" if stage in TARGETS else ""))
    return table(("first use", "CPU s", "at most"), rows)


def record_of_first_use(first: FirstUse) -> dict[str, Any]:
    """For `--json`."""
    return asdict(first)
