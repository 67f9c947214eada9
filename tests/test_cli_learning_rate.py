"""`contin learning-rate`: what it prints, writes and draws, what it refuses, and with which exit code."""

import json

import pytest
from command_line import fails, runner

import contin

WELL = """
import contin

def well(theta, *, scale=1.0):
    "A double well."
    return scale * (theta**2 - 1) ** 2 / 4

def hill(x, y):
    return -x**2 + y**2 - x**4

bowl = contin.Loss(lambda x, *, a=4.0: a * (x[0] - 1) ** 2 / 2 + x[1] ** 2 / 2, 2, name="bowl")

NUMBER = 3
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A current folder of its own, with the file well.py."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "well.py").write_text(WELL)
    return tmp_path


@pytest.fixture
def run(capsys):
    """Run `contin learning-rate`; give the exit code, stdout and stderr."""
    return runner(capsys, "learning-rate")


def document(result):
    code, out, _ = result
    assert code == 0
    return json.loads(out)


def test_a_built_in_loss_at_its_first_minimum(run):
    code, out, err = run("double_well")
    assert (code, err) == (0, "")
    assert out.startswith("double_well, at theta = 1\n")
    assert "Largest stable learning rate: 1 " in out and "supercritical" in out
    assert "full batch" in out


@pytest.mark.parametrize(
    ("optimizer", "at", "largest"),
    [
        ("gradient-descent", "scale=2", 0.5),
        ("heavy_ball", "momentum=0.5,scale=2", 0.75),
        ("nesterov", "momentum=0.5", 0.75),
        ("averaged momentum", "momentum=0.5", 3.0),
        ("RMSprop", "eps=1e-3", 1e-3),
        ("adam", "beta1=0.9,eps=1e-3,scale=1/2", 38e-3),
    ],
)
def test_hyperparameters_and_parameters_are_given_together(run, optimizer, at, largest):
    found = document(run("double_well", "--optimizer", optimizer, "--at", at, "--json"))
    assert found["largest"] == pytest.approx(largest, rel=1e-13)
    assert found["limited_by"] == "flip"
    assert found["diagram"] is None


def test_json_has_the_exact_thresholds(run):
    found = document(run("double_well", "--json"))
    assert found["at"] == {"theta": 1.0}
    assert abs(found["coefficient"] - 8) <= found["coefficient_error"] < 1e-12
    assert [(rate["kind"], rate["eta"]) for rate in found["special"]] == [("dead-beat", 0.5), ("flip", 1.0)]


def test_a_function_in_a_file_from_a_start_beside_its_minimum(run):
    found = document(run("well.py:well", "--start", "theta=-0.8", "--at", "scale=4", "--json"))
    assert found["at"]["theta"] == pytest.approx(-1, abs=1e-15)
    assert found["largest"] == pytest.approx(0.25, rel=1e-14)


def test_the_only_loss_of_a_file(run):
    found = document(run("well.py", "--start", "x0=0,x1=1", "--at", "a=5", "--json"))
    assert found["loss"] == "bowl"
    assert found["at"] == pytest.approx({"x0": 1.0, "x1": 0.0})
    assert found["largest"] == pytest.approx(2 / 5, rel=1e-14)


def test_adamw_rests_beside_the_minimum(run):
    found = document(run("double_well", "--optimizer", "adamw", "--at", "eps=0.1,weight_decay=0.1", "--json"))
    x = found["at"]["theta"]
    g = x * (x**2 - 1)
    assert 0.1 * x * (abs(g) + 0.1) == pytest.approx(-g, rel=1e-12)
    assert found["limited_by"] == "flip"


def test_with_a_span_the_diagram_is_followed_written_and_drawn(run, folder):
    words = ["--span", 0.2, 1.4, "--period-doublings", 1, "--save", "w.h5", "--plot", "w.png"]
    code, out, err = run("double_well", *words)
    assert code == 0
    assert "Largest stable learning rate: 1 " in out and "PD2" in out and "2-cycles" in out
    assert "wrote w.h5" in err and "drew w.png" in err
    flips = contin.load("w.h5").special["flip"]
    assert [flip["eta"] for flip in flips] == pytest.approx([1.0, 5**0.5 - 1], abs=1e-12)
    assert (folder / "w.png").read_bytes().startswith(b"\x89PNG")
    found = document(
        run("double_well", "--span", 0.1, 1.1, "--optimizer", "adam", "--at", "eps=0.01", "--json")
    )
    (flip,) = found["diagram"]["special"]
    assert flip["parameters"]["eta"] == pytest.approx(found["largest"], rel=1e-9) == 0.19


def test_other_coordinates_are_drawn_too(run, folder):
    words = ["--optimizer", "heavy-ball", "--span", 0.2, 1.9, "--plot", "w.svg", "--y", "norm"]
    assert run("double_well", *words)[0] == 0
    assert (folder / "w.svg").stat().st_size > 1000


def test_unknown_names_get_the_nearest_one(run):
    assert fails(run("double_wel"), "no loss", "did you mean 'double_well'?")
    assert fails(run("double_well", "--optimizer", "adm"), "did you mean 'adam'?")
    assert fails(run("double_well", "--at", "momentun=0.5"), "'momentun'")
    assert fails(run("double_well", "--optimizer", "heavy-ball", "--at", "momentun=0.5"), "mean 'momentum'?")
    assert fails(run("double_well", "--at", "scal=2"), "did you mean 'scale'?")
    assert fails(run("double_well", "--start", "thet=1"), "did you mean 'theta'?")
    assert fails(run("well.py:wel"), "well.py", "'wel'")
    words = ["--span", 0.2, 1, "--plot", "p.png", "--y", "thet"]
    assert fails(run("double_well", *words), "did you mean 'theta'?")


def test_what_is_no_number_is_refused(run):
    assert fails(run("double_well", "--at", "scale=nan"), "'scale' must be finite")
    assert fails(run("double_well", "--start", "theta=nan"), "`start` is not finite: theta")
    assert fails(run("double_well", "--span", "nan", 1), "span")
    assert fails(run("double_well", "--span", 1, 0), "span")
    assert fails(run("double_well", "--optimizer", "adam", "--at", "beta1=1"), "`beta1` must be", "not 1.0")
    assert fails(run("double_well", "--optimizer", "adam", "--at", "eps=0"), "`eps` must be a positive")


def test_what_has_no_minimum_is_told(run):
    assert fails(run("well.py:well"), "--start theta=...")
    assert fails(run("well.py:hill", "--start", "x=0.1,y=0"), "minimum")
    assert fails(run("well.py:hill", "--start", "x=0"), "lacks y")


def test_what_is_no_loss_is_refused(run, folder):
    assert fails(run("well.py:NUMBER"), "well.py:NUMBER is 3, and no loss")
    (folder / "none.py").write_text("def f(x):\n    return x**2\n")
    assert fails(run("none.py"), "has no loss (a contin.Loss)", "none.py:function")
    assert fails(run("no.py:f"), "no file 'no.py'")


@pytest.mark.parametrize("option", ["--save", "--plot"])
def test_targets_are_checked_before_computing(run, monkeypatch, option):
    monkeypatch.setattr("contin.thresholds", lambda *_, **__: pytest.fail("computed first"))
    ending = "h5" if option == "--save" else "png"
    words = ["double_well", "--span", 0.2, 1.4, option, f"no/such/folder/f.{ending}"]
    assert fails(run(*words), "cannot write", "no/such/folder")


@pytest.mark.parametrize(
    "words", [["--save", "f.h5"], ["--plot", "f.png"], ["--y", "theta"], ["--period-doublings", 1]]
)
def test_options_of_the_diagram_need_its_span(run, words):
    assert fails(run("double_well", *words), "--span LO HI")


def test_wrong_usage_is_2(run):
    assert run()[0] == 2
    assert run("double_well", "--span", 1)[0] == 2
    assert run("double_well", "--at", "scale")[0] == 2


def test_a_losss_own_parameter_may_be_called_weight_decay(run, folder):
    (folder / "own.py").write_text("def f(x, *, weight_decay=3.0):\n    return weight_decay * x**2 / 2\n")
    found = document(run("own.py:f", "--start", "x=1", "--json"))
    assert found["largest"] == pytest.approx(2 / 3, rel=1e-14)


def test_adamws_diagram_starts_where_it_rests(run):
    words = ["--optimizer", "adamw", "--at", "eps=0.1,weight_decay=0.1", "--span", 0.5, 3, "--json"]
    found = document(run("double_well", *words))
    (flip,) = found["diagram"]["special"]
    assert flip["kind"] == "flip"
    assert flip["parameters"]["eta"] == pytest.approx(found["largest"], rel=1e-9)
