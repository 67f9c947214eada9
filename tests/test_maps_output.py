"""Maps in files, pictures, tables, on the command line, and on their page."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import matplotlib
import numpy as np
import pytest

import contin
from contin.cli import main
from contin.models import logistic

matplotlib.use("Agg")


@pytest.fixture(scope="module")
def cascade():
    return contin.diagram(logistic, "r", (2.5, 4.0), period_doublings=2)


def test_a_file_keeps_all_phases_to_the_bit(cascade, tmp_path):
    contin.save(tmp_path / "cascade.h5", cascade)
    again = contin.load(tmp_path / "cascade.h5")
    for one, other in zip(again, cascade, strict=True):
        assert one.period == other.period
        assert np.array_equal(one.phases, other.phases)
        assert np.array_equal(one.multipliers, other.multipliers)
        assert one.ends == other.ends
        for point, same in zip(one.special, other.special, strict=True):
            assert np.array_equal(point.phases, same.phases)
            assert (point.kind, point.criticality, point.period) == (same.kind, same.criticality, same.period)


def test_a_loaded_flip_is_switched_from(cascade, tmp_path):
    contin.save(tmp_path / "cascade.h5", cascade)
    trusted = contin.load(tmp_path / "cascade.h5", trust=True)
    assert isinstance(trusted[0].system, contin.Map)
    flip = max(contin.load(tmp_path / "cascade.h5", model=logistic).special["flip"], key=lambda p: p.period)
    problem = contin.FixedPoints(logistic, "r", period=2 * flip.period)
    branch = contin.follow(problem, start=flip, span=(2.5, 4.0))
    assert branch.special["flip"][0]["r"] == pytest.approx(3.5644072660954326, abs=1e-12)


def test_the_group_of_orbits_has_the_phases_of_cycles_only(cascade, tmp_path):
    h5py = pytest.importorskip("h5py")
    contin.save(tmp_path / "cascade.h5", cascade)
    with h5py.File(tmp_path / "cascade.h5") as file:
        periods, starts = file["branch/period"][...], file["branch/orbit_start"][...]
        assert periods.tolist() == [branch.period for branch in cascade]
        assert np.array_equal(starts < 0, periods == 1)
        rows = sum(len(branch) * branch.period for branch in cascade if branch.period > 1)
        assert file["orbit/states"].shape == (rows, 1)
        start, branch = int(starts[-1]), cascade[-1]
        assert np.array_equal(file["orbit/states"][start : start + branch.period], branch.orbit(0))
        assert file["orbit/mesh"][start : start + branch.period].tolist() == list(range(branch.period))


def test_files_without_orbits_are_read_as_those_of_flows(tmp_path):
    h5py = pytest.importorskip("h5py")
    branch = contin.follow(contin.models.griffith, "a", start={"x": 2.0, "y": 0.8}, span=(0.05, 1.0))
    contin.save(tmp_path / "old.h5", branch)
    with h5py.File(tmp_path / "old.h5", "r+") as file:
        del file["orbit"], file["branch/period"], file["branch/orbit_start"]
        file.attrs["format_version"] = "1.0"
    again = contin.load(tmp_path / "old.h5")
    assert again.phases is None and again.period is None
    assert np.array_equal(again.states, branch.states)
    with pytest.raises(contin.BadValue, match="a branch of equilibria has no orbits"):
        again.orbit(0)


def test_every_phase_is_drawn_stable_solid_and_unstable_dashed(cascade):
    ax = cascade.plot("x")
    solid = [line for line in ax.lines if line.get_linestyle() == "-" and len(line.get_xdata()) > 1]
    at = 3.5  # the 4-cycle is stable there, and all of its phases are drawn
    seen = []
    for line in solid:
        x, y = np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)
        for i in np.flatnonzero((x[:-1] - at) * (x[1:] - at) < 0):
            seen.append(y[i] + (at - x[i]) / (x[i + 1] - x[i]) * (y[i + 1] - y[i]))
    four = contin.fixed_points(logistic, {"x": (0, 1)}, at={"r": at}, period=4).stable[0]
    assert np.sort(seen) == pytest.approx(np.sort(four.phases.ravel()), abs=2e-3)
    flips = [line for line in ax.lines if line.get_marker() not in ("", "None") and len(line.get_xdata())]
    drawn = sorted(len(line.get_xdata()) for line in flips)
    assert drawn == [1, 2, 4]
    matplotlib.pyplot.close(ax.figure)


def test_tables_say_the_period(cascade):
    assert "4-cycles" in repr(cascade)
    branch = cascade[-1]
    assert repr(branch).startswith("logistic: 4-cycles along r from 3.44949 to 4")
    assert set(branch.to_dataframe().columns) >= {"r", "x", "stable"}
    xarray = pytest.importorskip("xarray")
    dataset = branch.to_xarray()
    assert isinstance(dataset, xarray.Dataset)
    assert dataset["phases"].dims == ("point", "phase", "state")
    assert np.array_equal(dataset["phases"], branch.phases)


def test_the_command_line_follows_period_doublings(tmp_path, capsys):
    picture = tmp_path / "cascade.png"
    words = [
        "diagram",
        "logistic",
        "r",
        "--span",
        "2.5",
        "3.56",
        "--period-doublings",
        "2",
        "--plot",
        str(picture),
    ]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "PD3" in said and "4-cycles" in said
    assert picture.is_file()
    assert main(["diagram", "logistic_three", "r", "--span", "3.6", "4.0"]) == 0
    assert "fold" in capsys.readouterr().out


def test_a_file_with_a_map_is_a_model(tmp_path, capsys):
    path = tmp_path / "mine.py"
    path.write_text("import contin\n\n@contin.map\ndef mine(x, *, r=2.5):\n    return r * x * (1 - x)\n")
    words = ["diagram", str(path), "r", "--span", "2.5", "3.2", "--start", "x=0.6", "--period", "1"]
    assert main(words) == 0
    assert "flip" in capsys.readouterr().out


def test_the_page_of_maps_runs_and_says_what_it_shows(tmp_path, monkeypatch):
    page = (Path(__file__).parent.parent / "docs" / "maps.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"^```python\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL))
    (tmp_path / "page.py").write_text(code, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = runpy.run_path(str(tmp_path / "page.py"))
    assert names["flip"]["r"] == pytest.approx(3.0, abs=1e-12)
    assert names["flip"].coefficients["b"] == pytest.approx(9.0, rel=1e-12)
    assert names["threes"].special["fold"][0]["r"] == pytest.approx(1 + np.sqrt(8), abs=1e-12)
    assert abs(names["end"].value - 3.569945671870944901842) <= names["end"].error
    assert (tmp_path / "cascade.png").is_file()
    assert names["line"].dimension == 1
    assert (names["edge"].form, names["edge"].criticality) == ("drifting", None)
    assert names["edge"]["eta"] == pytest.approx(2 / 4.25, rel=1e-12)
