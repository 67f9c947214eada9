"""``import contin`` is light, and its names are what they should be."""

import json
import os
import subprocess
import sys
from types import ModuleType

import pytest

import contin

HEAVY = ("numba", "numpy", "scipy", "sympy", "h5py", "matplotlib", "tqdm", "contin_kernels")


def in_a_new_process(code: str) -> dict:
    """What `code` prints as JSON."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_import_is_light():
    found = in_a_new_process(
        "import time, json; begin = time.process_time(); import contin; spent = time.process_time() - begin\n"
        "import sys; print(json.dumps({'seconds': spent, 'modules': list(sys.modules)}))"
    )
    assert found["seconds"] < 0.2
    assert not set(HEAVY) & set(found["modules"])


def test_declaring_the_command_line_loads_neither_the_compiler_nor_the_plots():
    found = in_a_new_process(
        "import sys, json, contextlib, io; from contin.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()): assert main(['--help']) == 0\n"
        "print(json.dumps(list(sys.modules)))"
    )
    assert not {"numba", "scipy", "sympy", "h5py", "matplotlib", "tqdm"} & set(found)


@pytest.mark.parametrize("name", contin.__all__)
def test_every_name_is_there_and_none_but_models_is_a_module(name):
    value = getattr(contin, name)
    assert isinstance(value, ModuleType) == (name == "models")
    assert name in dir(contin)


def test_names_win_over_modules_whatever_is_imported_first():
    found = in_a_new_process(
        "import pkgutil, importlib, json, contin\n"
        "for file in pkgutil.walk_packages(contin.__path__, 'contin.'):\n"
        "    if not file.name.endswith('__main__'): importlib.import_module(file.name)\n"
        "from contin import models\n"
        "from contin.models import griffith, example\n"
        "values = {n: getattr(contin, n) for n in contin.__all__} | {n: getattr(models, n) for n in models.names()}\n"
        "print(json.dumps({n: [kind.__name__ for kind in type(v).__mro__] for n, v in values.items()}\n"
        "                 | {'example': [type(example).__name__]}))"
    )
    assert [name for name, kinds in found.items() if "module" in kinds] == ["models"]
    assert found["griffith"][0] == "Flow"
    assert found["example"] == ["function"]


def test_a_wrong_name_gets_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'contin' has no attribute 'folow'"):
        contin.folow  # noqa: B018


def test_the_version_is_told():
    assert contin.__version__[0].isdigit()


def test_models_are_found_by_name():
    names = contin.models.names()
    assert {"griffith", "lorenz", "morris_lecar", "morris_lecar_snlc", "hodgkin_huxley"} <= set(names)
    assert names == sorted(names)
    for name in names:
        example = contin.models.example(name)
        assert getattr(contin.models, name) is example.system
        assert example.along in example.system.parameters
    assert set(names) <= set(dir(contin.models))


@pytest.mark.parametrize("wrong", ["griffiths", "morris_lecar_", "example", "", "__path"])
def test_a_wrong_model_gets_the_nearest_name(wrong):
    with pytest.raises(contin.UnknownName, match="no model"):
        contin.models.example(wrong)
    with pytest.raises(AttributeError):
        getattr(contin.models, f"{wrong}_not_there")
