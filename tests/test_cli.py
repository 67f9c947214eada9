"""The command line: what it prints where, what it writes, what it refuses, and with which exit code."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from command_line import fails, runner

import contin
from contin.cli import main
from contin.cli.arguments import number, values
from contin.cli.output import put, put_json
from contin.models import losses

FOLD = """
import contin

@contin.flow
def fold(x, *, r=-1.0):
    "A fold at r = 0, x = 0."
    return r + x**2

def plain(x, *, r=-1.0):
    return r + x**2

NUMBER = 3

if __name__ == "__main__":
    raise SystemExit("not when it is read")
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A current folder of its own, with the file fold.py."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fold.py").write_text(FOLD)
    return tmp_path


@pytest.fixture
def run(capsys):
    """Run the command line; give the exit code, stdout and stderr."""
    return runner(capsys)


# what it computes


def test_diagram_of_a_built_in_model_finds_its_fold(run):
    code, out, _ = run("diagram", "saddle_node", "r", "--span", "-1", "1")
    assert code == 0
    assert "LP1" in out and "fold" in out


def test_json_is_one_document_with_the_exact_fold(run):
    code, out, _ = run("diagram", "fold.py:fold", "r", "--span", -1, 0.5, "--start", "x=-1", "--json")
    document = json.loads(out)
    assert code == 0
    (point,) = document["special"]
    assert point["kind"] == "fold" and point["label"] == "LP1"
    assert abs(point["parameters"]["r"]) < 1e-12 and abs(point["state"]["x"]) < 1e-12
    for branch in document["branches"]:
        assert {len(column) for column in branch["columns"].values()} == {branch["points"]}
        assert {end["reason"] for end in branch["ends"]} == {"span"}


def test_at_sets_other_parameters(run):
    words = [
        "griffith",
        "a",
        "--span",
        0.05,
        1,
        "--at",
        "b=2",
        "--start",
        "x=2,y=0.4",
        "--at",
        "a=0.2",
        "--json",
    ]
    code, out, _ = run("diagram", *words)
    folds = [point for point in json.loads(out)["special"] if point["kind"] == "fold"]
    assert code == 0
    assert [point["parameters"]["a"] for point in folds] == pytest.approx([0.25], rel=1e-12)  # 1/(2b)


def test_save_show_and_plot_go_together(run, folder):
    code, out, err = run(
        "diagram", "fold.py", "r", "--span", -1, 1, "--start", "x=-1", "--save", "f.h5", "--plot", "f.png"
    )
    assert code == 0
    assert "f.h5" in err and "f.png" in err
    shown = run("show", "f.h5")
    assert shown[0] == 0 and "LP1" in shown[1]
    assert json.loads(run("show", "f.h5", "--json")[1])["special"][0]["kind"] == "fold"
    for name in ("again.svg", "again.pdf", "again.PNG"):
        assert run("plot", "f.h5", "--y", "x", "-o", name)[0] == 0
        assert (folder / name).stat().st_size > 1000
    assert (folder / "f.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads(run("plot", "f.h5", "-o", "a.png", "--json")[1]) == {"picture": "a.png"}
    assert {path.name for path in folder.iterdir() if path.is_file()} == {
        *("fold.py", "f.h5", "f.png", "again.svg", "again.pdf", "again.PNG", "a.png")
    }


def test_a_single_branch_in_a_file_is_shown_too(run):
    branch = contin.follow(contin.models.saddle_node, "r", start={"x": -1.0}, span=(-1, 1))
    contin.save("branch.h5", branch)
    code, out, _ = run("show", "branch.h5")
    assert code == 0 and "LP1" in out


def test_a_branch_that_ends_too_early_is_partly_done(run, folder):
    (folder / "root.py").write_text(
        "import contin\nfrom math import sqrt\n\n@contin.flow\ndef root(x, *, r=1.0):\n    return sqrt(r) - x\n"
    )
    code, out, err = run("diagram", "root.py", "r", "--span", -1, 2, "--start", "x=1", "--save", "root.h5")
    assert code == 3
    assert "contin: partly done: " in err
    assert (folder / "root.h5").is_file()  # what was found is kept


# demo and models


def test_demo_writes_a_file_and_a_picture_and_may_be_repeated(run, folder):
    for _ in range(2):
        code, out, err = run("demo", "--folder", folder)
        assert code == 0
        assert "LP1" in out and "0.5" in out
        assert "griffith.h5" in err and "griffith.png" in err and "contin show" in err
    assert contin.load("griffith.h5").special["fold"][0]["a"] == pytest.approx(0.5, rel=1e-13)
    assert (folder / "griffith.png").read_bytes().startswith(b"\x89PNG")


def test_demo_in_json(run):
    code, out, _ = run("demo", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["file"] == "griffith.h5" and document["model"] == "griffith"


@pytest.mark.parametrize("name", ["griffith.h5", "griffith.png"])
def test_demo_leaves_foreign_files_alone(run, folder, name):
    (folder / name).write_bytes(b"precious")
    assert fails(run("demo"), name, "not written over")
    assert [path.name for path in folder.glob("griffith*")] == [name]
    assert (folder / name).read_bytes() == b"precious"


def test_models_are_listed_with_source_and_command(run):
    code, out, err = run("models")
    assert (code, err) == (0, "")
    assert "contin diagram griffith a --span 0.05 1" in out
    assert "Strogatz" in out
    assert "\nLosses\n" in out and "contin learning-rate double_well" in out
    document = json.loads(run("models", "--json")[1])
    listed = document["models"]
    assert [model["name"] for model in listed] == contin.models.names()
    assert all(model["description"] and model["source"] for model in listed)
    (griffith,) = (model for model in listed if model["name"] == "griffith")
    assert griffith["states"] == ["x", "y"] and griffith["parameters"] == {"a": 0.4, "b": 1.0}
    assert [loss["name"] for loss in document["losses"]] == losses.names()
    assert all(loss["description"] and loss["source"] and loss["minima"] for loss in document["losses"])


# what it refuses


def test_unknown_names_get_the_nearest_one(run):
    assert fails(run("diagram", "grifith", "a", "--span", 0, 1), "did you mean 'griffith'?")
    assert fails(run("diagram", "griffith", "A", "--span", 0.1, 1), "did you mean 'a'?")
    assert fails(run("diagram", "griffith", "a", "--span", 0.1, 1, "--at", "bb=1"), "'bb'")
    assert fails(run("diagram", "griffith", "a", "--span", 0.1, 1, "--start", "x=1,z=1"), "'z'")
    assert fails(run("diagram", "griffith", "a", "--span", 0.1, 1, "--plot", "p.png", "--y", "z"), "'z'")
    assert fails(run("diagram", "fold.py:fould", "r", "--span", -1, 1), "fold.py", "did you mean 'fold'?")


@pytest.mark.parametrize("span", [(1, 0), (0.5, 0.5), ("nan", 1), (0, "inf")])
def test_a_span_that_cannot_be_meant_is_refused(run, folder, span):
    assert fails(run("diagram", "griffith", "a", "--span", *span, "--save", "f.h5"), "span")
    assert not (folder / "f.h5").exists()


def test_what_is_no_model_is_refused(run):
    assert fails(run("diagram", "fold.py:NUMBER", "r", "--span", -1, 1), "fold.py:NUMBER is 3")
    assert fails(run("diagram", "no.py:f", "r", "--span", -1, 1), "no file 'no.py'")


def test_a_file_with_several_models_or_none_asks_which(run, folder):
    (folder / "two.py").write_text(FOLD + "\nother = contin.flow(plain)\n")
    (folder / "none.py").write_text("def f(x, *, r=0.0):\n    return r + x**2\n")
    assert fails(run("diagram", "two.py", "r", "--span", -1, 1), "fold, other", "two.py:fold")
    assert fails(run("diagram", "none.py", "r", "--span", -1, 1), "no model", "none.py:function")


def test_a_plain_function_is_taken_as_a_flow(run):
    code, out, _ = run("diagram", "fold.py:plain", "r", "--span", -1, 1, "--start", "x=-1")
    assert code == 0 and "LP1" in out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def f(:\n", ["bad.py, line 1: "]),
        ("x = 1\ny = nothing\n", ["bad.py, line 2: NameError: name 'nothing' is not defined"]),
        ("import no_such_package\n", ["bad.py, line 1: ModuleNotFoundError"]),
        ("import sys\nsys.exit(0)\n", ["bad.py, line 2: SystemExit"]),
        ("a = '\0'\n", ["bad.py"]),
    ],
)
def test_errors_in_the_file_are_told_with_their_line(run, folder, text, words):
    (folder / "bad.py").write_text(text)
    assert fails(run("diagram", "bad.py:f", "r", "--span", -1, 1), *words)


def test_a_model_file_may_import_its_neighbours_and_hides_no_module(run, folder):
    (folder / "random.py").write_text("raise RuntimeError('the wrong random')\n")
    (folder / "neighbour_of_a_model.py").write_text("SIGN = 1\n")
    (folder / "json.py").write_text(
        FOLD.replace("import contin", "import contin, random\nimport neighbour_of_a_model")
    )
    code, out, err = run("diagram", "json.py:fold", "r", "--span", -1, 1, "--start", "x=-1", "--json")
    assert code == 0, err
    assert json.loads(out)["model"] == "fold"


@pytest.mark.parametrize("option", ["--save", "--plot"])
def test_targets_are_checked_before_computing(run, folder, monkeypatch, option):
    monkeypatch.setattr("contin.cli.diagram.computed", lambda *_, **__: pytest.fail("computed first"))
    ending = "h5" if option == "--save" else "png"
    words = ["diagram", "griffith", "a", "--span", 0.05, 1, option]
    assert fails(run(*words, f"no/such/folder/f.{ending}"), "cannot write", "no/such/folder")
    (folder / f"d.{ending}").mkdir()
    assert fails(run(*words, f"d.{ending}"), "it is a folder")


def test_a_picture_of_unknown_kind_is_refused(run):
    assert fails(run("diagram", "griffith", "a", "--span", 0.05, 1, "--plot", "f.xyz"), "f.xyz", "png")


def test_a_foreign_file_is_not_written_over(run, folder):
    (folder / "data.h5").write_text("precious")
    words = ["diagram", "griffith", "a", "--span", 0.05, 1, "--save", "data.h5"]
    assert fails(run(*words), "data.h5", "not written over")
    assert (folder / "data.h5").read_text() == "precious"


@pytest.mark.parametrize("command", [["show"], ["plot", "-o", "p.png"]])
def test_files_that_cannot_be_read_are_refused(run, folder, command):
    (folder / "foreign.h5").write_text("no HDF5")
    assert fails(run(*command, "foreign.h5"), "foreign.h5")
    assert fails(run(*command, "missing.h5"), "missing.h5")
    assert not (folder / "p.png").exists()


def test_debug_shows_the_traceback(run):
    code, _, err = run("show", "missing.h5", "--debug")
    assert code == 1
    assert "Traceback" in err and err.splitlines()[-1].startswith("contin: ")


# usage


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["no-such-command"],
        ["diagram", "griffith"],
        ["diagram", "griffith", "a"],
        ["diagram", "griffith", "a", "--span", "0"],
        ["diagram", "griffith", "a", "--span", "0", "one"],
        ["diagram", "griffith", "a", "--span", "0", "1", "--at", "b"],
        ["diagram", "griffith", "a", "--span", "0", "1", "--at", "b=1,b=2"],
        ["diagram", "griffith", "a", "--span", "0", "1", "--start", "=1"],
        ["plot", "f.h5"],
    ],
)
def test_wrong_usage_is_2(run, words):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert "usage: contin" in err


@pytest.mark.parametrize("words", [["--help"], ["diagram", "--help"], ["--version"]])
def test_help_and_version_are_0(run, words):
    code, out, err = run(*words)
    assert (code, err) == (0, "")
    assert "contin" in out


@pytest.mark.parametrize(
    ("text", "value"), [("0.4", 0.4), ("-1e-3", -1e-3), ("8/3", 8 / 3), ("1e1/-4", -2.5), (" 2 ", 2.0)]
)
def test_numbers_and_quotients(text, value):
    assert number(text) == value


def test_named_values():
    assert values("x=2, y=-8/3") == {"x": 2.0, "y": -8 / 3}


@pytest.mark.parametrize("low", ["-1", "-1e-3", "-.5", "-1.", "-1E+2", "-1/3"])
def test_negative_numbers_are_no_options(run, low):
    code, _, err = run("diagram", "no_such_model", "r", "--span", low, "1")
    assert code == 1 and "no model" in err


def test_json_has_no_nan(capsys):
    put_json({"a": float("nan"), "b": (1, float("inf")), "c": None})
    assert json.loads(capsys.readouterr().out) == {"a": None, "b": [1, None], "c": None}


# as a process


def contin_process(*words, **options):
    """A process of the command line, from this checkout."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", "contin", *words]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


def test_a_reader_that_goes_away_is_no_error():
    with contin_process("models") as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_names_that_the_terminal_cannot_show_are_escaped():
    process = contin_process("diagram", "h\u00f6he", "r", "--span", "0", "1", text=True)
    assert "no model" in process.communicate()[1]
    assert process.returncode == 1


def test_put_escapes_what_cannot_be_encoded(capsys, monkeypatch):
    monkeypatch.setattr("contin.cli.output._encoding", lambda: "ascii")
    put("h\u00f6he")
    assert capsys.readouterr().out == "h\\xf6he\n"


def test_away_from_a_terminal_there_is_neither_bar_nor_colour():
    process = contin_process("diagram", "saddle_node", "r", "--span", "-1", "1")
    out, err = process.communicate()
    assert process.returncode == 0
    assert b"\x1b" not in out + err and b"\r" not in err


def test_interrupted_is_130_with_a_hint(run, monkeypatch, folder):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("contin.cli.diagram.computed", interrupt)
    code, out, err = run("diagram", "griffith", "a", "--span", 0.05, 1, "--save", "f.h5")
    assert (code, out) == (130, "")
    assert "same command" in err and "Traceback" not in err
    assert not (folder / "f.h5").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_ctrl_c_in_a_process_leaves_no_traceback(folder):
    (folder / "slow.py").write_text(
        "import time\nprint('reading', flush=True)\nfor _ in range(600):\n    time.sleep(0.1)\n"
    )
    process = contin_process("diagram", "slow.py:f", "r", "--span", "0", "1")
    assert process.stdout.readline() == b"reading\n"
    process.send_signal(signal.SIGINT)
    begin = time.monotonic()
    _, err = process.communicate(timeout=30)
    assert time.monotonic() - begin < 10
    assert process.returncode == 130
    assert b"Traceback" not in err and b"same command" in err


def test_a_conserved_total_is_a_parameter_too(capsys):
    words = ["diagram", "ligand_receptor", "ligand", "--span", "1", "20", "--at", "receptor=3", "--json"]
    assert main([*words, "--start", "Lf=0.5,LD=0.5,Rb=2,Rf=1"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["along"] == ["ligand"]
    words = ["diagram", "robertson", "total_1", "--span", "1", "2", "--at", "feed=0,k2=0", "--json"]
    assert main([*words, "--start", "x=1,y=0,z=1"]) == 0
    assert json.loads(capsys.readouterr().out)["along"] == ["total_1"]
    assert main(["diagram", "robertson", "total_1", "--span", "1", "2", "--at", "feed=0.1"]) != 0
    assert "no parameter 'total_1'" in capsys.readouterr().err
