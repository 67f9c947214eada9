"""Normal-form coefficients: the reference of 60 digits, closed forms, and what leaves them alone."""

from __future__ import annotations

import math

import attempts
import numpy as np
import pytest
import reference
import twins
from calling import compiled
from directions import jacobian
from kernel_models import Polynomial
from reference_values import KNOWN

from contin.models import example
from contin.points.hopf import FINDER
from contin.problems import Equilibria
from contin_kernels.memory import pointer_to
from contin_kernels.normal_forms import branching, hopf
from contin_kernels.points.attempt import COEFFICIENTS, FORM, NUMBERS_OF_A_POINT
from contin_kernels.points.hopf import DEGENERATE

HOPF = [(known, point) for known, point in zip(KNOWN, reference.POINTS, strict=True) if known.kind == "hopf"]


def number(text):
    top, _, bottom = text.partition("/")
    return float(top) / float(bottom or 1)


@compiled
def first_lyapunov(table, z, A, omega, m, q, adjoint, work):
    cubic, size = hopf.cubic_term(
        pointer_to(table), pointer_to(z), A, 2j * omega, m, m, q, adjoint, pointer_to(work)
    )
    return cubic.real / (2 * omega), size / (2 * omega)


def lyapunov(context, z, scale, omega):
    """l1, the size of its terms, omega and q at the Hopf point solved from z in place."""
    m = len(z) - 1
    point = attempts.attempt(FINDER, context, z, scale, 2, omega)
    assert point.solved
    z[:] = point.z
    l1, times_omega, found, nothing = point.coefficients
    assert found == point.omega
    assert times_omega == l1 * found
    A = np.ascontiguousarray(jacobian(context, z)[:, :m])
    q, p = attempts.critical_vectors(context, z, np.asarray(scale, dtype=float), found)
    again, size = first_lyapunov(context.table, z, A, found, m, q, p, np.zeros(hopf.lyapunov_size(m)))
    assert abs(again - l1) <= 1e-11 * size
    assert point.form == (0 if abs(l1) > DEGENERATE * size else 1)
    return l1, size, found, q


@pytest.mark.parametrize("index", range(len(HOPF)), ids=lambda i: f"{HOPF[i][0].model}-{i}")
def test_l1_omega_and_the_parameter_agree_with_sixty_digits(index):
    known, (_, _, _, parameters, along, near, omega) = HOPF[index]
    system = example(known.model).system
    context = Equilibria(system, along).context(
        system.parameter_vector({k: number(v) for k, v in parameters.items()})
    )
    z = np.append(near, number(parameters[along]))
    l1, size, found, _ = lyapunov(context, z, np.maximum(1e-2, np.abs(z)), omega)
    assert z[-1] == pytest.approx(float(known.value), rel=1e-12, abs=1e-14)
    assert found == pytest.approx(float(known.omega), rel=1e-13)
    assert l1 == pytest.approx(float(known.l1), rel=1e-12)
    assert size >= abs(l1)


@pytest.mark.parametrize("s", [-3.0, -1.0, 0.5, 2.0])
def test_l1_of_the_normal_form_is_twice_its_cubic_coefficient(s):
    terms = [(0, 1, (0, 2)), (0, -1, (1,)), (1, 1, (0,)), (1, 1, (1, 2))]
    terms += [(0, s, (0, 0, 0)), (0, s, (0, 1, 1)), (1, s, (0, 0, 1)), (1, s, (1, 1, 1))]
    context = Polynomial(2, terms).context()
    l1, size, *_ = lyapunov(context, np.array([1e-3, 0.0, 1e-3]), np.ones(3), 1.0)
    assert l1 == pytest.approx(2 * s, rel=1e-13)
    assert abs(l1) <= size * (1 + 1e-14)


def random_hopf(n, seed, omega=1.3, T=None):
    random = np.random.default_rng(seed)
    terms = [(0, 1, (0, n)), (0, -omega, (1,)), (1, omega, (0,)), (1, 1, (1, n))]
    terms += [(i, -random.uniform(0.5, 2), (i,)) for i in range(2, n)]
    terms += [(i, random.normal(), random.integers(0, n, 2)) for i in range(n) for _ in range(3)]
    terms += [(i, random.normal(), random.integers(0, n, 3)) for i in range(n) for _ in range(3)]
    return Polynomial(n, terms, T=T)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_l1_is_that_of_the_dense_formula(n):
    for seed in range(4):
        model = random_hopf(n, seed, T=np.random.default_rng(seed).normal(size=(n, n)) + 2 * np.eye(n))
        context = model.context()
        z = np.zeros(n + 1)
        scale = np.append(np.abs(model.T).sum(axis=1), 1.0)
        l1, size, omega, _ = lyapunov(context, z, scale, 1.3)
        _, A, B, C = model.tensors(np.zeros(n + 1))
        exact = twins.first_lyapunov(A[:, :n], B[:, :n, :n], C[:, :n, :n, :n], 1.3)
        assert omega == pytest.approx(1.3, rel=1e-12)
        assert abs(l1 - exact) <= 1e-11 * size


def scaled_l1(model, scale, seed_omega=1.3):
    """l1 as it is where lengths of states are measured in `scale`, and omega."""
    context = model.context()
    l1, size, omega, q = lyapunov(context, np.zeros(model.n + 1), np.append(scale, 1.0), seed_omega)
    length = float(np.linalg.norm(q / scale)) ** 2
    return l1 / length, size / length, omega


@pytest.mark.parametrize("unit", [10.0, 1e3, 1e9])
@pytest.mark.parametrize("n", [2, 3])
def test_units_of_the_states_change_l1_only_as_they_change_lengths(n, unit):
    plain, size, _ = scaled_l1(random_hopf(n, 3), np.ones(n))
    scale = np.ones(n)
    scale[0], scale[1] = 1 / unit, unit
    other, *_ = scaled_l1(random_hopf(n, 3, T=np.diag(scale)), scale)
    assert abs(other - plain) <= 1e-8 * size


@pytest.mark.parametrize("unit", [10.0, 1e3, 1e9])
def test_quadratic_terms_that_add_nothing_to_l1_do_so_in_any_units(unit):
    # x' = l x - y - x r^2 + 0.3 x y, y' = x + l y - y r^2 + 0.2 x^2 with r^2 = x^2 + y^2. With f = -x r^2 + 0.3 x y and
    # g = -y r^2 + 0.2 x^2 Guckenheimer and Holmes, equation 3.4.11: 16 a = f_xxx + f_xyy + g_xxy + g_yyy
    # + f_xy (f_xx + f_yy) - g_xy (g_xx + g_yy) - f_xx g_xx + f_yy g_yy = -16, and l1 = 2 a.
    terms = [(0, 1, (0, 2)), (0, -1, (1,)), (1, 1, (0,)), (1, 1, (1, 2))]
    terms += [(0, -1, (0, 0, 0)), (0, -1, (0, 1, 1)), (1, -1, (0, 0, 1)), (1, -1, (1, 1, 1))]
    terms += [(0, 0.3, (0, 1)), (1, 0.2, (0, 0))]
    scale = np.array([1 / unit, unit])
    model = Polynomial(2, terms, T=np.diag(scale), Tinv=np.diag(1 / scale))
    context = model.context()
    model.rescale(context, np.append(scale, 1.0))
    l1, _, _, q = lyapunov(context, np.array([1e-3 / unit, 0.0, 1e-3]), np.append(scale, 1.0), 1.02)
    assert l1 / np.linalg.norm(q / scale) ** 2 == pytest.approx(-2.0, rel=1e-8)


def test_one_unit_for_all_states_divides_l1_by_its_square():
    plain, _, _ = scaled_l1(random_hopf(3, 5), np.ones(3))
    for unit in (2.0**-30, 2.0**30):
        context = random_hopf(3, 5, T=unit * np.eye(3)).context()
        l1, *_ = lyapunov(context, np.zeros(4), np.array([unit, unit, unit, 1.0]), 1.3)
        assert l1 * unit**2 == pytest.approx(plain, rel=1e-12)


@pytest.mark.parametrize("speed", [2.0**-20, 2.0**20])
def test_the_unit_of_time_leaves_l1_alone_and_multiplies_omega(speed):
    plain, _, omega = scaled_l1(random_hopf(3, 5), np.ones(3))
    model = random_hopf(3, 5)
    faster = Polynomial(3, [(i, c * speed, j) for i, c, j in model.terms])
    l1, _, found = scaled_l1(faster, np.ones(3), 1.3 * speed)
    assert found == pytest.approx(speed * omega, rel=1e-13)
    assert l1 == pytest.approx(plain, rel=1e-12)  # because it is divided by omega


def test_a_rotation_leaves_l1_alone():
    Q = np.linalg.qr(np.random.default_rng(1).normal(size=(4, 4)))[0]
    plain, size, _ = scaled_l1(random_hopf(4, 6), np.ones(4))
    turned, _, _ = scaled_l1(random_hopf(4, 6, T=Q), np.ones(4))
    assert abs(turned - plain) <= 1e-12 * size


@compiled
def branching_equation(table, m, scale, z, null, numbers, work):
    branching.branching_equation(
        pointer_to(table),
        m,
        pointer_to(scale),
        pointer_to(z),
        pointer_to(null),
        numbers,
        pointer_to(work),
    )


def cubic(context, z, q, across, p):
    """c of the pitchfork at z (m + 1,) whose null vectors are (q, 0), `across` (m + 1,) and p (m,)."""
    m = len(z) - 1
    null = np.concatenate([q, [0.0, 0.0], across, [0.0], p, [0.0, 0.0], np.ones(m)])
    numbers = np.full(NUMBERS_OF_A_POINT, np.nan)
    work = np.zeros(branching.branching_size(m))
    branching_equation(context.table, m, np.ones(m + 1), z, null, numbers, work)
    assert numbers[FORM] == branching.PITCHFORK
    assert numbers[COEFFICIENTS] == 0.0
    return numbers[COEFFICIENTS + 3]


def at_pitchfork(model):
    n = model.n
    context = model.context()
    F = model.tensors(np.zeros(n + 1))[1]
    q, p = twins.null_vectors(F[:, :n])
    across = np.append(np.linalg.lstsq(F[:, :n], -F[:, n], rcond=None)[0], 1.0)
    return cubic(context, np.zeros(n + 1), q, across, p)


@pytest.mark.parametrize("c", [-2.0, 0.5])
def test_the_cubic_coefficient_of_the_pitchfork_normal_form_is_its_own(c):
    assert at_pitchfork(Polynomial(1, [(0, 1, (0, 1)), (0, c, (0, 0, 0))])) == pytest.approx(c, rel=1e-14)


@pytest.mark.parametrize(("a", "b", "d"), [(1.0, 1.0, 2.0), (-0.5, 3.0, 0.25), (2.0, -1.0, 1.0)])
def test_the_slow_manifold_adds_its_bend_to_the_cubic_coefficient(a, b, d):
    # u' = l u - u^3 + a u v, v' = -d v + b u^2: v = b u^2 / d on the centre manifold, c = -1 + a b / d.
    model = Polynomial(2, [(0, 1, (0, 2)), (0, -1, (0, 0, 0)), (0, a, (0, 1)), (1, -d, (1,)), (1, b, (0, 0))])
    assert at_pitchfork(model) == pytest.approx(-1 + a * b / d, rel=1e-13)


def test_lorenz_pitchfork_coefficient_in_closed_form():
    # At rho = 1: q = (1, 1, 0) / sqrt 2, p = sqrt 2 (1, sigma, 0) / (1 + sigma), z = x y / beta on the centre manifold,
    # so that y' = ... - x z gives c = - sigma / (2 beta (1 + sigma)).
    sigma, beta = 10.0, 8 / 3
    system = example("lorenz").system
    context = Equilibria(system, "rho").context(system.parameter_vector({"rho": 1.0}))
    q = np.array([1.0, 1.0, 0.0]) / math.sqrt(2)
    p = math.sqrt(2) * np.array([1.0, sigma, 0.0]) / (1 + sigma)
    z, across = np.array([0.0, 0.0, 0.0, 1.0]), np.array([0.0, 0.0, 0.0, 1.0])
    c = cubic(context, z, q, across, p)
    assert c == pytest.approx(-sigma / (2 * beta * (1 + sigma)), rel=1e-14)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_the_cubic_coefficient_is_that_of_the_dense_formula(n):
    for seed in range(4):
        random = np.random.default_rng(seed)
        terms = [(0, 1, (0, n)), *((i, -random.uniform(0.5, 2), (i,)) for i in range(1, n))]
        terms += [(0, random.normal(), (0, int(i))) for i in random.integers(1, n, 3)]
        terms += [(i, random.normal(), random.integers(0, n, 2)) for i in range(1, n) for _ in range(3)]
        terms += [(i, random.normal(), random.integers(0, n, 3)) for i in range(n) for _ in range(3)]
        model = Polynomial(n, terms, T=random.normal(size=(n, n)) + 2 * np.eye(n))
        _, A, B, C = model.tensors(np.zeros(n + 1))
        exact = twins.pitchfork_cubic(A[:, :n], B[:, :n, :n], C[:, :n, :n, :n])
        assert at_pitchfork(model) == pytest.approx(exact, rel=1e-10, abs=1e-12)
