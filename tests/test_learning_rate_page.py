"""docs/learning_rate.md runs and says what is true."""

import re
import runpy
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import contin
from contin.systems.optimizers import optimizer_named

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "learning_rate.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^(<!-- needs: (\w+) -->\n)?```python\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """The page's names after all its code whose packages are installed."""
    code = [text for _, needs, text in BLOCK.findall(PAGE) if not needs or find_spec(needs)]
    path = tmp_path_factory.mktemp("page") / "page.py"
    path.write_text("\n".join(code), encoding="utf-8")
    return runpy.run_path(str(path))


def test_the_double_well(names):
    limit = names["limit"]
    assert limit.largest == pytest.approx(1, rel=1e-14)
    assert (limit.criticality, round(limit.coefficient, 12)) == ("supercritical", 8)
    assert limit.cycle(1.01).half_distance == pytest.approx(0.05, rel=1e-6)
    assert names["slow"].largest == pytest.approx(1.5, rel=1e-14)


def test_the_table_of_thresholds(names):
    rows = dict(re.findall(r"^\| (\w[\w ]*?)(?:: [^|]*)? \|[^|]*\| ([\d.e-]+) \|$", PAGE, flags=re.MULTILINE))
    assert len(rows) == 6
    for name, usual in rows.items():
        t = contin.thresholds(names["double_well"], at=[1.0], optimizer=optimizer_named(name).name)
        assert 2 * t.largest == pytest.approx(float(usual), rel=2e-4)


def test_rosenbrocks_valley(names):
    assert names["valley"].x == pytest.approx([1, 1], abs=1e-13)
    assert names["narrow"].largest == pytest.approx(2 / 1001.6006392325123, rel=1e-12)
    sharpness = np.linalg.eigvals(np.array([[802, -400], [-400, 200]]) / [[0.3], [0.1]]).max()
    assert names["held"].largest == pytest.approx(38 / sharpness, rel=1e-12)


def test_the_cascade_and_its_end(names):
    flips = sorted(flip["eta"] for flip in names["flips"])
    assert flips[:2] == pytest.approx([1, np.sqrt(5) - 1], abs=1e-12)
    end = names["end"]
    assert flips[-1] < end.value < 3 * np.sqrt(3) / 2 - 1  # before the bands of both wells merge
    assert end.error < 1e-4


def test_adams_jumps(names):
    flip, ns = (names["jumps"].special[kind][0] for kind in ("flip", "neimark-sacker"))
    b1, b2 = 0.5, 0.9
    assert flip["eta"] == pytest.approx(0.6, rel=1e-12)
    rho = (1 - b1) * (1 - b1 * b2) / (2 * b1 * (1 + b2))
    assert ns["eta"] == pytest.approx(0.6 / (1 - rho), rel=1e-9)
    branch = names["jumps"][1]
    half = branch["eta"] * (1 - b1) / (2 * (1 + b1)) - 0.1
    assert np.abs(branch["theta"]) == pytest.approx(half, abs=1e-9)


def test_adams_bursts_reach_about_a_quarter_of_the_learning_rate(names):
    adam = contin.OptimizerMap(names["bowl"], "adam")
    rest = {"starts": {"theta": 0.05}, "points": 4, "transient": 20_000, "keep": 5000}
    orbits = contin.orbit_diagram(adam, "eta", (1e-3, 1e-2), **rest)
    farthest = np.abs(orbits["theta"]).max(axis=(1, 2)) / orbits["eta"]
    assert np.all((0.2 < farthest) & (farthest < 0.3))


def test_a_line_of_minima(names):
    product = names["product"]
    assert (product.zeros, product.largest) == (1, pytest.approx(2 / 4.25, rel=1e-14))
    assert not names["early"].stationary
    assert names["early"].sharpness == pytest.approx(4.88, rel=1e-12)


@pytest.mark.skipif(not find_spec("torch"), reason="PyTorch is not installed")
def test_plain_gradient_descent_confirms_the_networks_limit(names):
    loss, edge, x = names["loss"], names["edge"], names["trained"].x
    for factor, stays in ((0.99, True), (1.01, False)):
        y = x + 1e-6 * edge.direction
        for _ in range(400):
            y = y - factor * edge.largest * loss.gradient(y)
        assert (abs((y - x) @ edge.direction) < 1e-6) == stays
    assert names["cycles"].stable.all()


def test_links_and_pictures_are_there():
    for name in re.findall(r"\]\((?!http)([^)#]+)\)", PAGE):
        assert (DOCS / name).is_file(), name
