"""What the built-in models do in time, as their docstrings say, integrated by SciPy alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp, trapezoid

from contin.models import example


def run(name, start, times, **parameters):
    """Integrate a model from `start` (n,): the states (n, times) at `times`."""
    system = example(name).system
    values = dict(system.parameters) | parameters

    def rate(t, x):
        return system(*x, **values)

    solution = solve_ivp(rate, (0.0, times[-1]), start, method="LSODA", t_eval=times, rtol=1e-10, atol=1e-12)
    assert solution.success
    return solution.y


def period(t, x):
    """Mean time between the maxima of `x` (times,), from parabolas through the highest three values."""
    i = np.flatnonzero((x[1:-1] > x[:-2]) & (x[1:-1] >= x[2:]) & (x[1:-1] > x.mean())) + 1
    shift = (x[i - 1] - x[i + 1]) / (2 * (x[i - 1] - 2 * x[i] + x[i + 1]))
    return np.diff(t[i] + shift * (t[1] - t[0])).mean()


def test_a_dose_distributes_and_leaves_as_two_exponentials():
    t = np.linspace(0.0, 150.0, 3001)
    blood = run("pharmacokinetics", [100 / 5, 0.0], t)[0]
    np.testing.assert_allclose(blood, 20 * (5 / 6 * np.exp(-t) + 1 / 6 * np.exp(-t / 10)), atol=1e-7)
    assert trapezoid(blood, t) == pytest.approx(100 / (0.4 * 5), rel=1e-3)


def test_prey_and_predators_keep_their_first_integral():
    t = np.linspace(0.0, 50.0, 501)
    x, y = run("lotka_volterra", [0.4, 0.9], t)
    integral = x - np.log(x) + 4 / 3 * y - 2 / 3 * np.log(y)
    np.testing.assert_allclose(integral, integral[0], rtol=1e-7)


def test_the_stable_manifold_leads_to_the_saddle():
    y = 0.7
    x, y = run("exponential_saddle", [-(1 - np.exp(-y)) / y, y], np.linspace(0.0, 8.0, 9))
    np.testing.assert_allclose(x, -(1 - np.exp(-y)) / y, atol=1e-6)


def test_the_pendulum_without_damping_conserves_its_energy():
    theta, w = run("pendulum", [np.pi - 0.1, 0.0], np.linspace(0.0, 10.0, 101), b=0.0)
    energy = w**2 / 2 - 5 * np.cos(theta)
    np.testing.assert_allclose(energy, energy[0], rtol=1e-7)


def test_the_clock_of_the_fly_has_a_period_near_24_hours():
    t = np.linspace(0.0, 480.0, 48001)
    messenger = run("goldbeter_per", [0.1, 0.25, 0.25, 0.25, 0.25], t)[0]
    assert period(t[24000:], messenger[24000:]) == pytest.approx(24.0, abs=0.5)


def test_the_six_variables_of_the_cell_cycle_move_as_the_two():
    t = np.linspace(0.0, 300.0, 60001)
    full = run("tyson_1991", [0.75, 0.2, 0.01, 1e-4, 0.02], t)[2]
    reduced = run("tyson_1991_2", [0.01, 0.3], t)[0]
    late = t > 100
    assert period(t[late], full[late]) == pytest.approx(period(t[late], reduced[late]), rel=1e-3)


def test_the_cycle_of_van_der_pol_grows_with_the_square_root_of_mu():
    t = np.linspace(0.0, 1000.0, 50001)
    x = run("van_der_pol", [0.1, 0.0], t, mu=0.01)[0]
    assert x[40000:].max() == pytest.approx(2 * np.sqrt(0.01), rel=1e-3)


def test_binding_within_microseconds_drives_transcription_within_hours():
    t = np.linspace(0.0, 3.0, 31)
    L, R, C, M = run("receptor_transcription", [2.0, 2.0, 0.0, 0.0], t)
    np.testing.assert_allclose(C[1:], 1.0, atol=1e-7)
    np.testing.assert_allclose(M, 2 * (1 - np.exp(-t)), atol=1e-5)
    np.testing.assert_allclose([L + C, R + C], 2.0, atol=1e-9)


def test_robertson_ends_as_one_over_time():
    """Within the quasi-steady state of y, x' = -k2 (k1 x / k3)^2: x = k3^2/(k1^2 k2 t) for late t."""
    system = example("robertson").system
    solution = solve_ivp(
        lambda t, x: system(*x), (0.0, 1e11), [1.0, 0.0, 0.0], method="LSODA", rtol=1e-9, atol=1e-18
    )
    assert solution.success
    x, y, z = solution.y[:, -1]
    assert x * 1e11 == pytest.approx(1e8 / (0.04**2 * 3e7), rel=1e-3)
    assert y / x == pytest.approx(0.04 / 1e4, rel=1e-3)
    assert x + y + z == pytest.approx(1.0, abs=1e-9)


def test_ligand_and_receptor_come_to_their_equilibrium_from_anywhere_with_the_same_totals():
    final = run("ligand_receptor", [5.5, 0.0, 0.0, 3.0], np.linspace(0.0, 60.0, 7))[:, -1]
    np.testing.assert_allclose(final, [0.5, 0.5, 2.0, 1.0], atol=1e-8)
