"""What README.md shows does what it says."""

import re
import runpy
import shlex
import sys
from pathlib import Path

import matplotlib
import pytest

from contin import models
from contin.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def in_a_folder(tmp_path, monkeypatch):
    """A new current folder with README's Python code in switch.py, pictures without windows."""
    matplotlib.use("Agg")
    monkeypatch.chdir(tmp_path)
    code = "\n".join(re.findall(r"^```python\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL))
    (tmp_path / "switch.py").write_text(code, encoding="utf-8")
    yield tmp_path
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def block(name):
    """The shell block below the line ``<!-- run: name -->``."""
    return re.search(rf"^<!-- run: {name} -->\n```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)[1]


def test_python_code_runs_and_finds_the_fold(in_a_folder, capsys):
    names = runpy.run_path(str(in_a_folder / "switch.py"))
    assert names["fold"]["a"] == pytest.approx(0.5, rel=1e-13)
    assert names["fold"]["x"] == pytest.approx(1.0, rel=1e-12)
    assert [point.kind for point in names["diagram"].special] == ["fold"]
    assert len(names["convecting"].special["hopf"]) >= 1
    assert [point.kind for point in names["branch"].special] == ["branch point"]
    bound = names["bound"]
    assert (bound["ligand"].max(), bound.stable.all()) == (10.0, True)
    assert (in_a_folder / "griffith.h5").is_file() and (in_a_folder / "griffith.png").is_file()
    assert "fold" in capsys.readouterr().out


def test_commands_run(in_a_folder, capsys):
    lines = block("commands").splitlines()
    for line in lines:
        words = shlex.split(line, comments=True)
        assert words[0] == "contin"
        assert main(words[1:]) == 0, capsys.readouterr().err
        assert capsys.readouterr().out or "plot" in words
    assert (in_a_folder / "mrna.png").is_file()


@pytest.mark.parametrize(("name", "words"), [("demo", "contin demo"), ("tests", "python -m pytest")])
def test_set_up_is_one_command(name, words):
    assert block(name).count("\n") == 1
    assert words in block(name)


def test_files_that_are_named_exist():
    for name in re.findall(r"\]\((?!http)([^)#]+)\)", README) + ["LICENSE", "CHANGELOG.md", ".ci/run"]:
        assert (ROOT / name).is_file(), name


def test_the_page_of_models_names_all_of_them_and_runs(in_a_folder):
    page = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    table = [line for line in page.splitlines() if line.startswith("| `")]
    named = [name for line in table for name in re.findall(r"`(\w+)`", line.split("|")[1])]
    assert sorted(named) == models.names()
    code = "\n".join(re.findall(r"^```python\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL))
    (in_a_folder / "page.py").write_text(code, encoding="utf-8")
    names = runpy.run_path(str(in_a_folder / "page.py"))
    assert [point.kind for point in names["diagram"].special] == ["fold", "fold"]
    for name in re.findall(r"\]\((?!http)([^)#]+)\)", page):
        assert (ROOT / "docs" / name).is_file()
