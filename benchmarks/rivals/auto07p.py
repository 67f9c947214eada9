"""AUTO-07p for the speed benchmarks: compile a model, run it, time it, read what it found.

A model is a Fortran file in `models/` with its analytic Jacobian (JAC = 1); the point to start from
comes from `benchmarks.models`. AUTO's own compiler flags and objects are used as installed, and the
program is run directly, without AUTO's Python shell.

**What is detected.** Equilibria of flows are IPS = 1. ILP = 1 finds folds (LP). ISP = 1 or 2 finds
branch points (BP) and Hopf points (HB) alike; ISP = 0 finds neither and ISP = 3 no Hopf points. IPS = 0
has no eigenvalues, hence neither stability nor Hopf points. The runs here use IPS = 1, ILP = 1, ISP = 2,
EPSL = EPSU = 1e-7, EPSS = 1e-5, ITNW = 5: AUTO's default tolerances and all that it can find.

**How much is written.** IID = 0 keeps fort.9 empty and NPR = 0 keeps ordinary points out of fort.8.
What no constant turns off is one line of text per point in fort.7, formatted, written and flushed.
So there are two levels of `Output`:

- "files": AUTO as it comes, with the constants above;
- "least": the unchanged objects linked with `least_output.c`, which leaves out the lines of ordinary
  points; special and end points are written as ever.

A link from fort.7 to /dev/null saves only a sixth: most of the cost is to format the text.

**Time per step** is a slope: (CPU of a long run - CPU of a short run) / (difference of steps), CPU being
user + system time of the child process, the least of a few repetitions. So starting the program, reading
the constants and the first point cost nothing. It needs a branch that never ends: one whose parameter is
the phase of a sine (`cyclic_griffith`, `ring`) or a closed one, round which AUTO goes for ever
(`stirred_tank`); RL0, RL1, A0, A1 are left at infinity and no UZSTOP is given, so only NMX ends it.
The steps to locate special points are part of the time, but are not counted as steps.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.models import Case

HERE = Path(__file__).resolve().parent

Output = Literal["files", "least"]

KINDS = {1: "BP", 2: "LP", 3: "HB", 4: "RG", -4: "UZ", 9: "EP", -9: "MX"}

DEFAULTS: dict[str, float] = {
    "IPS": 1, "IRS": 0, "ILP": 1, "ISP": 2, "ISW": 1, "MXBF": 0, "JAC": 1,
    "NPR": 0, "IID": 0, "IPLT": 0,
    "ITMX": 9, "ITNW": 5, "NWTN": 3, "EPSL": 1e-7, "EPSU": 1e-7, "EPSS": 1e-5,
    "DS": 0.01, "DSMIN": 1e-5, "DSMAX": 0.1, "IADS": 1, "NMX": 10000,
}  # fmt: skip


class AutoError(RuntimeError):
    """AUTO or its compiler is missing, does not compile a model, or stops without a result."""


@dataclass(frozen=True)
class Installation:
    """Where AUTO is and how it compiles, as its own `cmds.make` says."""

    directory: Path
    fortran: tuple[str, ...]
    c: tuple[str, ...]

    @property
    def objects(self) -> list[Path]:
        """The object files of AUTO's library."""
        return sorted((self.directory / "lib").glob("*.o"))


@dataclass(frozen=True)
class Point:
    """A labelled point of fort.8: its `kind` is a value of `KINDS`, `state` is (n,)."""

    kind: str
    parameter: float
    state: tuple[float, ...]


@dataclass(frozen=True)
class Run:
    """One run: points computed on the branch, CPU seconds of the process, and the labelled points."""

    steps: int
    cpu: float
    points: tuple[Point, ...] = field(repr=False)

    @property
    def special(self) -> tuple[Point, ...]:
        """The labelled points other than the two ends."""
        return tuple(point for point in self.points if point.kind not in ("EP", "MX"))


def find_auto() -> Installation:
    """Locate AUTO-07p ($AUTO_DIR, or the package's folders) and read its compilers and flags.

    Raises
    ------
    AutoError
        When AUTO, its build file or one of the compilers is not there.
    """
    candidates = [os.environ.get("AUTO_DIR"), *_folders_of_package()]
    for candidate in candidates:
        if candidate and (makefile := Path(candidate) / "cmds" / "cmds.make").is_file():
            break
    else:
        raise AutoError("AUTO-07p not found: `apt-get install auto-07p gfortran`, or set AUTO_DIR")
    directory = makefile.parent.parent
    variables = dict(re.findall(r"^(\w+)\s*=\s*(.*)$", makefile.read_text(), flags=re.MULTILINE))

    def command(compiler: str, flags: str) -> tuple[str, ...]:
        words = shlex.split(f"{variables[compiler]} {variables[flags]} {variables['OPT']}")
        if shutil.which(words[0]) is None:
            raise AutoError(f"AUTO-07p is in {directory}, but its compiler `{words[0]}` is missing")
        return tuple(word.replace("$(AUTO_DIR)", str(directory)) for word in words)

    return Installation(directory, command("FC", "FFLAGS"), command("CC", "CFLAGS"))


def _folders_of_package() -> Iterator[str]:
    """Folders in which distributions put AUTO: what its launcher names, then the usual ones."""
    if launcher := shutil.which("auto-07p") or shutil.which("auto"):
        text = Path(launcher).read_text(errors="replace")
        yield from re.findall(r"^\s*AUTO_DIR=(/\S+)", text, flags=re.MULTILINE)
    yield from ("/usr/lib/auto-07p", "/usr/local/auto/07p", str(Path.home() / "auto" / "07p"))


def build(auto: Installation, model: Path, folder: Path, output: Output, lapack: str = "") -> Path:
    """Compile `model` (.f90, .f or .c) in `folder`, link it with AUTO's objects, return the program's path.

    `lapack`, say "-lopenblas", replaces the reference LAPACK and BLAS among AUTO's objects.

    Raises
    ------
    AutoError
        With the compiler's words, when it fails.
    """
    program = folder / f"{model.stem}.{output}.exe"
    compiler = auto.c if model.suffix == ".c" else auto.fortran
    equations = folder / f"{model.stem}.o"
    _call([*compiler, "-c", str(model), "-o", str(equations)])
    extra = [f"-L{auto.directory / 'lib'}", "-lauto_c"] if model.suffix == ".c" else []
    objects = [equations, *(o for o in auto.objects if not lapack or o.stem not in ("lapack", "blas"))]
    extra += shlex.split(lapack)
    if output == "least":
        quiet = folder / "least_output.o"
        _call([*auto.c, "-c", str(HERE / "least_output.c"), "-o", str(quiet)])
        objects.append(quiet)
        extra.append("-Wl,--wrap=__io_MOD_wrline")
    _call([*auto.fortran, *map(str, objects), "-o", str(program), *extra])
    return program


def _call(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AutoError(f"`{shlex.join(command)}` failed:\n{done.stderr}")


def run(program: Path, case: Case, output: Output, constants: Mapping[str, float], repeat: int = 1) -> Run:
    """Follow one branch from the start of `case` in a temporary folder.

    Parameters
    ----------
    program : Path
        What `build` returned for the same `output`.
    constants : mapping
        AUTO's constants, over those in `DEFAULTS`; NDIM, NPAR and ICP come from `case`.
    repeat : int
        How many times the one process follows the branch; steps, CPU and points are of all together.

    Raises
    ------
    AutoError
        When AUTO fails or leaves no end point.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "fort.2").write_text(_constants(case, constants, repeat))
        values = list(case.parameters.values())
        start = [len(values), *case.state, *values]
        (folder / "start.txt").write_text("\n".join(map(repr, start)) + "\n")
        cpu, errors = _timed(program, folder)
        points = tuple(read_points(folder / "fort.8"))
        if not points:
            text = (folder / "out.txt").read_text()
            raise AutoError(f"AUTO computed no point of {case.name}:\n{text}\n{errors}")
        if output == "files":
            steps = sum(not line.startswith("   0") for line in (folder / "fort.7").open())
        else:
            steps = int(re.findall(r"points (\d+)", errors)[-1])
    return Run(steps, cpu, points)


def _constants(case: Case, constants: Mapping[str, float], repeat: int) -> str:
    """The text of the constants file.

    With keywords AUTO does one run and stops. Only in the older form, numbers by position, does it start
    again until the file ends; in that form NPAR is always 36.
    """
    free = list(case.parameters).index(case.along) + 1
    c: dict[str, float] = {"NDIM": len(case.state), "NPAR": len(case.parameters), **DEFAULTS, **constants}
    if repeat == 1:
        return "".join(f"{name} = {value}\n" for name, value in c.items()) + f"ICP = [{free}]\n"
    infinity = 1e300
    rows: list[list[float]] = [
        [c["NDIM"], c["IPS"], c["IRS"], c["ILP"]],
        [1, free],
        [20, 4, 3, c["ISP"], c["ISW"], c["IPLT"], 0, 0],
        [c["NMX"], c.get("RL0", -infinity), c.get("RL1", infinity), -infinity, infinity],
        [c[name] for name in ("NPR", "MXBF", "IID", "ITMX", "ITNW", "NWTN", "JAC")],
        [c[name] for name in ("EPSL", "EPSU", "EPSS")],
        [c[name] for name in ("DS", "DSMIN", "DSMAX", "IADS")],
        [0],
        [0],
        [0],
    ]
    return "".join(" ".join(map(str, row)) + "\n" for row in rows) * repeat


def _timed(program: Path, folder: Path) -> tuple[float, str]:
    """Run `program` in `folder`: its user and system seconds, and what it wrote to stderr."""
    with (folder / "out.txt").open("wb") as out, (folder / "err.txt").open("wb") as err:
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        process = subprocess.Popen([str(program)], cwd=folder, stdout=out, stderr=err, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    errors = (folder / "err.txt").read_text()
    if process.returncode:
        raise AutoError(f"`{program}` ended with {process.returncode}:\n{errors}")
    return usage.ru_utime + usage.ru_stime, errors


def read_points(path: Path) -> Iterator[Point]:
    """The labelled points of a fort.8 file of equilibria, in AUTO's 11 digits.

    A point is a line of 16 integers and then NROWPR lines: a time and the n states; if it has a
    direction (NTST = 1) the indices of the free parameters and the direction; the parameters.
    """
    lines = iter(path.read_text().splitlines())
    for line in lines:
        header = [int(word) for word in line.split()]
        kind, free, width, rows, directed = header[2], header[4], header[7], header[8], header[9]
        words = " ".join(next(lines) for _ in range(rows)).split()
        state = tuple(float(word) for word in words[1:width])
        index, parameters = 1, words[width:]
        if directed:
            index = int(words[width])
            parameters = words[width + 2 * free + width - 1 :]
        yield Point(KINDS.get(kind, str(kind)), float(parameters[index - 1]), state)


if __name__ == "__main__":
    from benchmarks.rivals.auto07p_table import main

    sys.exit(main())
