"""Generated functions: derivatives against 50 digits, the text, the file."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path

import mpmath
import numpy as np
import pytest
import sympy
from calling import Called
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import contin
from contin import models
from contin.systems import codegen, generated
from contin.systems.tracing import trace

NAMES = [name for name in models.names() if not name.startswith("morris_lecar_")]
COMPILED = os.environ.get("NUMBA_DISABLE_JIT") != "1"


class Exact:
    """f and its derivatives with 50 digits, by SymPy's own differentiation of the traced formulas."""

    def __init__(self, system):
        names = [*system.states, *system.parameters]
        self.symbols = codegen.symbols_for(names)
        n = len(system.states)
        self.formulas = trace(system, self.symbols[:n], self.symbols[n:])
        self.n = n

    def at(self, x, p):
        """Fix the point."""
        self.values = {s: sympy.Float(float(v), 50) for s, v in zip(self.symbols, [*x, *p], strict=True)}

    def value(self, formula):
        """Return the formula's value at the point."""
        with mpmath.workdps(50):
            return float(
                sympy.lambdify(list(self.values), formula, "mpmath")(*map(_mpf, self.values.values()))
            )

    def gradient(self, index):
        """Return df / d(x, p)_index (n,)."""
        return np.array([self.value(f.diff(self.symbols[index])) for f in self.formulas])

    def jet(self, u):
        """Return the first three derivatives (3, n) along `u`, by Taylor series of mpmath."""
        rows = []
        for formula in self.formulas:
            f = sympy.lambdify(self.symbols, formula, "mpmath")
            with mpmath.workdps(60):
                base = [_mpf(v) for v in self.values.values()]
                line = functools.partial(_on_line, f, base, [_mpf(w) for w in u])
                rows.append([float(mpmath.diff(line, 0, k)) for k in (1, 2, 3)])
        return np.array(rows).T


def _on_line(f, base, u, e):
    return f(*(b + e * w for b, w in zip(base, u, strict=True)))


def _mpf(value):
    return mpmath.mpf(float(value))


def points(system, count=3, seed=1):
    """Yield states and parameters near one and near the defaults, and directions."""
    random = np.random.default_rng(seed)
    p = np.array(list(system.parameters.values()))
    for _ in range(count):
        x = random.uniform(0.2, 1.5, len(system.states))
        yield x, p + random.uniform(0.01, 0.1, p.shape), random.normal(size=x.size + p.size)


def close(found, exact, tolerance, scale=None):
    """Check the largest error, relative to the largest entry."""
    scale = np.abs(exact).max() if scale is None else scale
    assert np.abs(found - exact).max() <= tolerance * max(scale, 1e-300), (found, exact)


@pytest.mark.parametrize("name", NAMES)
def test_built_in_models_have_exact_derivatives(name):
    system = getattr(models, name)
    called, exact = Called(system), Exact(system)
    assert called.derivatives == "symbolic"
    for x, p, u in points(system):
        exact.at(x, p)
        n = exact.n
        close(called.rhs(x, p), np.array([exact.value(f) for f in exact.formulas]), 1e-13)
        close(called.rhs(x, p), system.evaluate(x, p), 1e-13)
        close(called.jacobian(x, p), np.stack([exact.gradient(j) for j in range(n)], axis=1), 1e-13)
        for j in range(len(p)):
            close(called.column(x, p, j), exact.gradient(n + j), 1e-13)
        for found, true in zip(called.jet(x, p, u), exact.jet(u), strict=True):
            close(found, true, 1e-12)


def third_by_hand(formulas, symbols, u, v, w):
    """Return the symmetric third derivative of each formula in three directions."""
    total = []
    for formula in formulas:
        for direction in (u, v, w):
            formula = sum(formula.diff(s) * c for s, c in zip(symbols, direction, strict=True))
        total.append(formula)
    return total


def test_third_derivatives_follow_from_jets_by_polarisation():
    system = models.griffith
    called, exact = Called(system), Exact(system)
    x, p, _ = next(iter(points(system)))
    exact.at(x, p)
    u, v, w = np.random.default_rng(3).normal(size=(3, 4))
    jets = [called.jet(x, p, u + a * v + b * w)[2] for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
    found = (jets[0] - jets[1] - jets[2] + jets[3]) / 24
    true = [exact.value(f) for f in third_by_hand(exact.formulas, exact.symbols, *map(list, (u, v, w)))]
    close(found, np.array(true), 1e-12, scale=np.abs(jets).max())


# Random expressions in two states and two parameters, positive where a function needs it.

LEAVES = st.sampled_from(["x", "y", "a", "b", "2", "0.5", "3", "1.25"])
ONE = [
    "math.exp(-({0})**2)",
    "math.tanh({0})",
    "math.sin({0})",
    "math.log(1 + ({0})**2)",
    "math.sqrt(2 + ({0})**2)",
]
ONE += [
    "math.atan({0})",
    "({0})**2",
    "({0})**3",
    "1/(1 + ({0})**2)",
    "(1 + ({0})**2)**1.7",
    "-({0})",
    "(1 + ({0})**2)**b",
]
ONE += [
    "max({0}, -50.0)",
    "abs({0} + 60)",
    "np.where({0} > -70, {0}, 0.0)",
    "math.cosh(math.sin({0}))",
    "({0})**5",
]
TWO = ["({0}) + ({1})", "({0}) - ({1})", "({0})*({1})", "({0})/(2 + ({1})**2)"]


def combined(inner):
    """Return larger expressions from smaller ones."""
    one = st.tuples(st.sampled_from(ONE), inner).map(lambda t: t[0].format(t[1]))
    two = st.tuples(st.sampled_from(TWO), inner, inner).map(lambda t: t[0].format(t[1], t[2]))
    return one | two


EXPRESSIONS = st.recursive(LEAVES, combined, max_leaves=6)


@settings(
    max_examples=12 if COMPILED else 120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(EXPRESSIONS, EXPRESSIONS)
def test_random_expressions_have_exact_derivatives(first, second):
    space = {"np": np, "math": __import__("math")}
    exec(f"def f(x, y, *, a=0.7, b=1.3):\n    return {first}, {second}", space)
    system = contin.flow(space["f"])
    called, exact = Called(system), Exact(system)
    x, p, u = np.array([0.6, -0.8]), np.array([0.7, 1.3]), np.array([0.3, -0.5, 0.2, 0.4])
    exact.at(x, p)
    true = np.array([exact.value(f) for f in exact.formulas])
    size = 1 + np.abs(true).max()
    close(called.rhs(x, p), system.derivative(x, p), 1e-13, size)
    gradient = np.stack([exact.gradient(j) for j in range(4)], axis=1)
    size = 1 + np.abs(gradient).max() + size
    close(called.jacobian(x, p), gradient[:, :2], 1e-13, size)
    for j in range(2):
        close(called.column(x, p, j), gradient[:, 2 + j], 1e-13, size)
    jet, series = called.jet(x, p, u), exact.jet(u)
    close(jet, series, 1e-12, size + np.abs(series).max())


def test_hill_function_with_a_free_exponent_is_smooth_at_zero():
    @contin.flow
    def hill(x, *, a=1.0, n=2.0):
        return x**n / (1 + x**n) - a * x

    called = Called(hill)
    assert called.jacobian([0.0], [1.0, 2.0]) == -1.0
    assert called.jet([0.0], [1.0, 2.0], [1.0, 0.0, 0.0]).ravel().tolist() == [-1.0, 2.0, 0.0]
    moving = called.jet([0.7], [1.0, 2.0], [0.5, 0.0, 0.25])
    exact = Exact(hill)
    exact.at([0.7], [1.0, 2.0])
    close(moving, exact.jet([0.5, 0.0, 0.25]), 1e-12)


def test_both_sides_of_a_kink_have_their_own_derivatives():
    @contin.flow
    def kinked(x, *, a=2.0, b=1.0):
        return max(a * x, x**2) + np.where(x > 1, x**3, b * x) + abs(x - 0.5)

    called = Called(kinked)
    for x, jet in ((0.8, [2 + 1 + 1, 0, 0]), (3.0, [6 + 27 + 1, 2 + 18, 6]), (0.2, [2 + 1 - 1, 0, 0])):
        assert np.allclose(called.jet([x], [2.0, 1.0], [1.0, 0.0, 0.0]).ravel(), jet, rtol=1e-14)
        assert called.jacobian([x], [2.0, 1.0]) == pytest.approx(jet[0], rel=1e-14)


def test_many_cells_have_a_sparse_jacobian():
    def diffusion(x, p, out):
        n = x.shape[0]
        for i in range(n):
            left = x[i - 1] if i > 0 else 0.0
            right = x[i + 1] if i < n - 1 else 0.0
            out[i] = p[0] * (left - 2 * x[i] + right) + x[i] * (1 - x[i] ** 2)

    system = contin.Flow(diffusion, 8, {"d": 0.5})
    called = Called(system)
    x = np.linspace(0.1, 0.9, 8)
    true = 0.5 * (np.eye(8, k=1) + np.eye(8, k=-1) - 2 * np.eye(8)) + np.diag(1 - 3 * x**2)
    assert called.derivatives == "symbolic"
    close(called.jacobian(x, [0.5]), true, 1e-15)
    text = Path(system.compiled.path).read_text()
    assert "for i in range(8):" in text
    jacobian = text.partition("def jacobian")[2].partition("\n@pointer")[0]
    assert jacobian.count("out[") == 1 + 3 * 8 - 2 + 1  # the loop, three diagonals, the docstring


def test_overflow_and_domain_give_infinity_or_nan_and_never_raise():
    @contin.flow
    def steep(x, y, *, a=1.0):
        return np.exp(x) + a, np.log(y) + a / x

    called = Called(steep)
    assert called.rhs([1e4, 1.0], [1.0])[0] == np.inf
    assert not np.isfinite(called.rhs([0.0, -1.0], [1.0])[1])
    assert not np.isfinite(called.jacobian([0.0, 0.0], [1.0])[1]).any()


def test_at_a_pole_nothing_is_said_and_nothing_is_finite(capfd):
    """Numba raises an exception for negative whole powers of zero, and tells it on stderr, in any error model."""

    @contin.flow
    def pole(x, y, *, a=0.0):
        return x / a + y / a**3, y / a**2 + (x * a) ** -4

    called = Called(pole)
    assert not np.isfinite(called.rhs([1.0, 1.0], [0.0])).any()
    assert not np.isfinite(called.jacobian([1.0, 1.0], [0.0])[:, 1]).any()
    assert not np.isfinite(called.column([1.0, 1.0], [0.0], 0)).any()
    assert capfd.readouterr().err == ""


def test_generated_module_reads_well():
    text = codegen.module_text(models.griffith)
    assert text.startswith('"""Generated by contin from the function \'griffith\': do not edit')
    assert "States: x, y.\nParameters: a, b." in text
    assert "    out[0] = -a*x + y\n" in text
    assert max(map(len, text.splitlines())) <= 120
    compile(text, "griffith.py", "exec")


def test_text_does_not_depend_on_the_process():
    code = (
        "from contin import models; from contin.systems.codegen import module_text; "
        "print(module_text(models.hodgkin_huxley) + models.hodgkin_huxley.source + models.hodgkin_huxley.hash)"
    )
    texts = []
    for seed in "12":
        environment = {**os.environ, "PYTHONHASHSEED": seed, "NUMBA_DISABLE_JIT": "1"}
        texts.append(
            subprocess.run(
                [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
            ).stdout
        )
    assert texts[0] == texts[1] and "def jet" in texts[0]


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder."""
    monkeypatch.setenv("CONTIN_CACHE_DIR", str(tmp_path))
    return tmp_path


def fresh(name, factor):
    """Return a system whose text nobody has seen."""
    space = {}
    exec(f"def {name}(x, *, a=1.0):\n    return a * x - {factor!r} * x**3", space)
    return contin.flow(space[name])


def test_models_that_differ_in_their_defaults_share_a_file():
    one = models.morris_lecar
    assert one.compiled.path == models.morris_lecar_snlc.compiled.path
    assert one.hash != models.morris_lecar_snlc.hash


def test_damaged_file_is_written_anew(cache):
    system = fresh("damaged", 1.5)
    path = generated.module_for(system)
    good = path.read_text()
    for bad in (good[: len(good) // 2], "", good.replace("1.5", "2.5"), "\x00"):
        path.write_text(bad)
        assert generated.module_for(system) == path
        assert path.read_text() == good
    path.write_bytes(b"\xff\xfe\xfa")
    assert generated.module_for(system).read_text() == good


def test_reason_why_there_is_no_module_is_remembered(cache):
    space = {}
    exec("def branching(x, *, a=1.0):\n    return a if x > 0.25 else x", space)
    system = contin.flow(space["branching"])
    reason = "looks at the value of x > 0.25"
    assert generated.module_for(system) == reason
    stored = list((cache / "models").glob("branching_*.py"))
    assert len(stored) == 1 and reason in stored[0].read_text()
    assert generated.module_for(contin.flow(space["branching"])) == reason


def test_without_a_writable_folder_the_module_is_in_a_temporary_one(cache):
    (cache / "models").write_text("a file where the folder should be")
    system = fresh("homeless", 1.25)
    assert not system.compiled.path.startswith(str(cache))
    assert Called(system).rhs([2.0], [1.0]) == 2 - 1.25 * 8


def test_file_that_cannot_be_imported_where_it_is_is_copied(cache, monkeypatch):
    system = fresh("unloadable", 1.75)
    path = generated.module_for(system)
    first = generated._imported

    def refused(name, where):
        if where == path:
            raise RuntimeError("cannot cache function: no locator available")
        return first(name, where)

    monkeypatch.setattr(generated, "_imported", refused)
    module = generated.load_module(path)
    assert Path(module.__file__) != path and Path(module.__file__).read_text() == path.read_text()


def test_module_that_raises_is_not_left_among_the_imported(tmp_path):
    path = tmp_path / "raises.py"
    path.write_text("1/0")
    with pytest.raises(ZeroDivisionError):
        generated.load_module(path)
    assert "contin_generated_raises" not in sys.modules


def test_interrupted_writing_leaves_nothing(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        generated.write_atomically(tmp_path / "folder" / "module.py", "x = 1\n")
    assert list((tmp_path / "folder").iterdir()) == []


def test_processes_may_start_at_once(cache, tmp_path):
    (tmp_path / "shared.py").write_text(
        "import contin\n\n@contin.flow\ndef shared(x, *, a=2.0):\n    return a - x**2\n\n"
        "print(len(open(shared.compiled.path).read()))\n"
    )
    running = [
        subprocess.Popen(
            [sys.executable, str(tmp_path / "shared.py")],
            env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    out = [process.communicate() for process in running]
    assert out[0] == out[1] and out[0][1] == b"" and int(out[0][0]) > 0
    assert [path.suffix for path in (cache / "models").iterdir() if path.is_file()] == [".py"]
