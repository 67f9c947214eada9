"""Where machine code is kept, and calls by address: the same in compiled and in plain Python."""

from __future__ import annotations

import ast
import importlib
import os
import shutil
import stat
import sys
from pathlib import Path
from types import ModuleType

import numba
import numpy as np
import pytest
from calling import compiled, wrapped
from kernel_models import CIRCLE

import contin
import contin_kernels
from contin.points import finders
from contin_kernels import abi, branching, corrector, jets, jit, lu, tools, vectors
from contin_kernels.abi import RHS, Context, floats_of, ints_of, parameters_of, scratch_of
from contin_kernels.jit import cache_root, caching_in, entry, fused, kernel, kernel_cache, loop, pointer, tool
from contin_kernels.memory import address_of, borrowed, caller, matrix, pointer_to, shifted, vector
from contin_kernels.points import branch_point, newton, piece

copy, dot, fill = wrapped(vectors.copy), wrapped(vectors.dot), wrapped(vectors.fill)
finite, largest, norm = wrapped(vectors.finite), wrapped(vectors.largest), wrapped(vectors.norm)

POSIX = os.name == "posix"
ROOT = POSIX and os.getuid() == 0


@pytest.fixture
def no_cache(monkeypatch):
    for name in ("CONTIN_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)


def test_the_named_folder_is_made_for_its_owner_alone(tmp_path, monkeypatch):
    folder = tmp_path / "new" / "cache"
    monkeypatch.setenv("CONTIN_CACHE_DIR", str(folder))
    assert cache_root() == folder
    assert folder.is_dir()
    if POSIX:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_is_there_is_used_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("CONTIN_CACHE_DIR", str(tmp_path))
    before = tmp_path.stat().st_mode
    assert cache_root() == tmp_path
    assert tmp_path.stat().st_mode == before


def test_a_file_in_the_way_leads_to_the_temporary_folder(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("CONTIN_CACHE_DIR", str(blocked / "cache"))
    monkeypatch.setattr(jit.tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))
    found = cache_root()
    assert found.parent == tmp_path / "temporary"
    assert found.name.startswith("contin-")
    if POSIX:
        assert found.name == f"contin-{os.getuid()}"
        assert stat.S_IMODE(found.stat().st_mode) == 0o700


def test_an_unwritable_folder_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("CONTIN_CACHE_DIR", str(tmp_path / "readonly"))
    monkeypatch.setattr(jit.tempfile, "gettempdir", lambda: str(tmp_path))
    if ROOT:  # may write everywhere: only what `os.access` says can be tried
        access = os.access
        monkeypatch.setattr(
            jit.os, "access", lambda path, mode: "readonly" not in str(path) and access(path, mode)
        )
    else:
        (tmp_path / "readonly").mkdir(mode=0o500)
    assert cache_root().parent == tmp_path
    assert cache_root().name.startswith("contin-")


def test_where_nothing_can_be_written_a_folder_for_this_process_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv("CONTIN_CACHE_DIR", str(tmp_path / "one"))
    monkeypatch.setattr(jit.os, "access", lambda path, mode: False)
    monkeypatch.setattr(jit.tempfile, "mkdtemp", lambda prefix: str(tmp_path / prefix))
    assert cache_root() == tmp_path / "contin-"


@pytest.mark.parametrize(
    ("platform", "variable", "parts"),
    [
        ("linux", "XDG_CACHE_HOME", ("contin",)),
        ("win32", "LOCALAPPDATA", ("contin", "cache")),
    ],
)
def test_each_platform_has_its_place(platform, variable, parts, tmp_path, monkeypatch, no_cache):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(variable, str(tmp_path))
    assert cache_root() == tmp_path.joinpath(*parts)


@pytest.mark.parametrize(
    ("platform", "parts"), [("linux", (".cache", "contin")), ("darwin", ("Library", "Caches", "contin"))]
)
def test_without_variables_it_is_in_the_home_folder(platform, parts, tmp_path, monkeypatch, no_cache):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert cache_root() == tmp_path.joinpath(*parts)


def test_the_engines_folder_changes_with_any_kernel_source(tmp_path, monkeypatch):
    package = tmp_path / "contin_kernels"
    shutil.copytree(
        Path(contin_kernels.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__")
    )
    monkeypatch.setenv("CONTIN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(jit, "__file__", str(package / "jit.py"))

    def folder():
        return kernel_cache.__wrapped__()

    names = [folder().name]
    assert folder().name == names[0]
    for source in ("lu.py", "points/fold.py", "normal_forms/__init__.py"):
        (package / source).write_text((package / source).read_text() + "\n# another\n")
        names.append(folder().name)
    (package / "lu.py").rename(package / "gauss.py")
    names.append(folder().name)
    (package / "notes.txt").write_text("no source")
    assert folder().name == names[-1]
    assert len(set(names)) == len(names)
    assert all(name.startswith("engine-") for name in names)
    assert folder().parent == tmp_path / "cache"


def test_numbas_own_cache_folder_is_left_as_it_was(tmp_path):
    before = numba.config.CACHE_DIR
    with caching_in(tmp_path):
        assert numba.config.CACHE_DIR == str(tmp_path)
    assert before == numba.config.CACHE_DIR
    with pytest.raises(RuntimeError), caching_in(tmp_path):
        raise RuntimeError
    assert before == numba.config.CACHE_DIR
    for declare in (entry, loop, kernel, fused, pointer(RHS), tool(RHS)):
        declare(_doubles)
        assert before == numba.config.CACHE_DIR


def _doubles(x, p, out):
    out[0] = 2.0 * x[0] + p[0]


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")
def test_machine_code_is_kept_in_the_folder_asked_for(tmp_path):
    pointer(RHS, tmp_path)(_doubles)
    assert list(tmp_path.rglob("*.nbi"))


@pytest.mark.skipif(not numba.config.DISABLE_JIT, reason="compiled")
def test_without_compilation_the_functions_are_themselves():
    for declare in (entry, loop, kernel, fused):
        assert declare(_doubles) is _doubles
    assert pointer(RHS)(_doubles) is tool(RHS)(_doubles) is _doubles
    assert address_of(_doubles) is _doubles


_call_rhs = caller(RHS)
doubles = pointer(RHS)(_doubles)


@compiled
def by_address(address, x, p, out):
    _call_rhs(address, (pointer_to(x), pointer_to(p), pointer_to(out)))


def test_a_function_is_called_by_its_address():
    out = np.zeros(1)
    by_address(address_of(doubles), np.array([3.0]), np.array([0.5]), out)
    assert out[0] == 6.5


@compiled
def views(numbers, rows, columns):
    head = vector(pointer_to(numbers), 2)
    table = matrix(shifted(pointer_to(numbers), 2), rows, columns)
    head[0] = -1.0
    table[1, 0] = -2.0
    kept = borrowed(numbers)
    kept[1] = -3.0
    return table[0, 1]


def test_pointers_are_views_of_the_same_numbers():
    numbers = np.arange(8.0)
    assert views(numbers, 2, 3) == 3.0
    assert numbers.tolist() == [-1.0, -3.0, 2.0, 3.0, 4.0, -2.0, 6.0, 7.0]


def test_a_pointer_to_a_matrix_runs_along_its_rows():
    @compiled
    def third(A):
        return vector(pointer_to(A), A.shape[0] * A.shape[1])[2]

    assert third(np.array([[1.0, 2.0], [3.0, 4.0]])) == 3.0


@compiled
def contents(table):
    context = pointer_to(table)
    scratch = scratch_of(context)
    scratch[1] = 7.0
    return ints_of(context)[1], floats_of(context)[0], parameters_of(context)[2]


def test_the_context_holds_the_addresses_of_its_data():
    model = CIRCLE.context()
    ints, floats = np.array([3, 4]), np.array([0.25])
    parameters, scratch = np.array([1.0, 2.0, 5.0]), np.zeros(2)
    functions = model.functions
    context = Context(functions[:5], functions[5:9], functions[9:], ints, floats, parameters, scratch)
    assert len(context.table) == len(functions) + 4
    assert contents(context.table) == (4, 0.25, 5.0)
    assert scratch.tolist() == [0.0, 7.0]
    assert context.parameters is parameters


def test_vector_loops_are_what_numpy_says():
    random = np.random.default_rng(0)
    a, b = random.normal(size=(2, 7))
    z = a + 1j * b
    assert dot(a, b) == pytest.approx(a @ b)
    assert dot(z, z) == pytest.approx(z @ z)
    assert largest(a) == np.max(np.abs(a))
    assert largest(z) == pytest.approx(np.max(np.abs(z)), rel=1e-15)
    assert norm(z) == pytest.approx(np.linalg.norm(z))
    target = np.zeros(9)
    copy(a, target)
    assert target.tolist() == [*a, 0.0, 0.0]
    fill(target, 2.0)
    assert np.all(target == 2.0)
    assert finite(a)
    for bad in (np.nan, np.inf, -np.inf):
        a[3] = bad
        assert not finite(a)


def test_the_places_of_the_tools_are_those_of_their_addresses():
    places = {
        abi.CONFIRM: branching.confirm_tool,
        abi.CORRECT: corrector.correct_tool,
        abi.TANGENT: corrector.tangent_tool,
        abi.SECOND: jets.second_tool,
        abi.UNITS: lu.units_tool,
        abi.COMPLEX_UNITS: lu.complex_units_tool,
        abi.SOLVE: newton.solve_tool,
        abi.HALVE: piece.halve_tool,
        abi.CROSS: branch_point.cross_tool,
        abi.CROSSING: branch_point.augmented,
    }
    context = CIRCLE.context()
    assert len(places) == len(tools.TOOLS)
    for place, function in places.items():
        assert context.functions[place] is function
        assert context.table[place] == address_of(function)
    for place, array in zip((abi.INTS, abi.FLOATS, abi.PARAMETERS, abi.SCRATCH), context.data, strict=True):
        there = context.table[place]
        assert there is array if numba.config.DISABLE_JIT else there == array.ctypes.data


def used_kernels(source):
    """What a module of `contin` takes from `contin_kernels` by name: "name": value, of modules only what it looks up."""
    tree = ast.parse(source)
    modules, found = {}, {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "contin_kernels":
            for alias in node.names:
                owner = importlib.import_module(node.module)
                if hasattr(owner, alias.name) and not isinstance(getattr(owner, alias.name), ModuleType):
                    found[f"{node.module}.{alias.name}"] = getattr(owner, alias.name)
                else:
                    name = f"{node.module}.{alias.name}"
                    modules[alias.asname or alias.name] = importlib.import_module(name)
        elif isinstance(node, ast.Import):
            # `import contin_kernels.x` alone would be another way in, which the walk below does not follow.
            assert not any(alias.name.split(".")[0] == "contin_kernels" for alias in node.names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            owner = modules[node.value.id]
            if hasattr(owner, node.attr):
                found[f"{owner.__name__}.{node.attr}"] = getattr(owner, node.attr)
    return found


def is_kernel(value):
    """Whether it is compiled without what Python needs to call it."""
    return bool(getattr(value, "targetoptions", {}).get("no_cpython_wrapper"))


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")
def test_python_takes_no_kernel_that_it_cannot_call():
    used = {}
    for source in sorted(Path(contin.__file__).parent.rglob("*.py")):
        used |= used_kernels(source.read_text(encoding="utf-8"))
    for finder in finders():
        for name in ("attempt", "augmented", "work_size"):
            if hasattr(finder.module(), name):
                used[f"{finder.kernels}.{name}"] = getattr(finder.module(), name)
    entries = {name for name, value in used.items() if hasattr(value, "targetoptions")}
    assert {"contin_kernels.follow.advance", "contin_kernels.points.locate.locate"} <= entries
    assert [name for name, value in used.items() if is_kernel(value)] == []
    assert is_kernel(lu.factor)
    assert is_kernel(lu.lu_factor)
