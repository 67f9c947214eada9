"""The reference is right where the answer is known in closed form; the table is what it computes."""

from __future__ import annotations

import mpmath
import pytest
import reference
from mpmath import mp, mpf
from reference_values import KNOWN


def exactly(value: object, expected: object, digits: int = 30) -> bool:
    return bool(abs(mpf(value) - mpf(expected)) <= mpf(10) ** -digits * max(1, abs(mpf(expected))))


@pytest.fixture(autouse=True)
def many_digits():
    with mp.workdps(reference.DIGITS):
        yield


@pytest.mark.parametrize("index", range(len(KNOWN)), ids=lambda i: f"{KNOWN[i].model}-{KNOWN[i].kind}-{i}")
def test_table_is_what_the_reference_computes(index):
    known, found = KNOWN[index], reference.solve(reference.POINTS[index])
    model, kind, _, _, along, *_ = reference.POINTS[index]
    assert (known.model, known.kind, known.along) == (model, kind, along)
    assert exactly(found.parameter, known.value, 18)
    assert all(exactly(a, b, 18) for a, b in zip(found.state, known.state, strict=True))
    for name in ("omega", "l1", "a"):
        assert (getattr(found, name) is None) == (getattr(known, name) is None)
        if getattr(known, name) is not None:
            value = getattr(found, name)
            assert abs(value - mpf(getattr(known, name))) <= mpf(10) ** -18 * abs(value)


def test_griffith_fold_in_closed_form():
    found = reference.solve_fold(reference.griffith, [1.1, 0.45], {"a": "0.48", "b": "1"}, "a")
    assert exactly(found.parameter, mpf(1) / 2)
    # q = (2, 1)/sqrt 5, p = sqrt(5)/3 (1, 1), and the second derivative of x^2/(1 + x^2) at 1 is -1/2.
    assert exactly(found.a, -mp.sqrt(5) / 15)


def test_cusp_folds_in_closed_form():
    found = reference.solve_fold(reference.cusp, [0.6], {"h": "-0.4", "r": "1"}, "h")
    assert exactly(found.parameter, -2 / (3 * mp.sqrt(3)))
    assert exactly(found.a, -mp.sqrt(3))


def test_fold_coefficient_is_undefined_at_a_bogdanov_takens_point():
    # x' = y, y' = r + x^2 at the origin: A = [[0, 1], [0, 0]], q = (1, 0), p = (0, 1), p.q = 0.
    with pytest.raises(ZeroDivisionError, match="defective"):
        reference.fold_coefficient(lambda x, p: [x[1], p["r"] + x[0] ** 2], [mpf(0), mpf(0)], {"r": mpf(0)})


@pytest.mark.parametrize("s", [-1, 1, 3])
def test_hopf_normal_form_has_l1_twice_its_cubic_coefficient(s):
    found = reference.solve_hopf(reference.hopf_normal_form, [0.0, 0.0], {"mu": "0", "s": str(s)}, "mu", 1.0)
    assert exactly(found.parameter, 0)
    assert exactly(found.omega, 1)
    assert exactly(found.l1, 2 * s)


@pytest.mark.parametrize("A", ["1/2", "1", "2", "3"])
def test_brusselator_l1_in_closed_form(A):
    a = mpf(A.split("/")[0]) / mpf((A + "/1").split("/")[1])
    near = [float(a), float((1 + a**2) / a)]
    found = reference.solve_hopf(reference.brusselator, near, {"A": A, "B": str(1 + a**2)}, "B", float(a))
    assert exactly(found.parameter, 1 + a**2)
    assert exactly(found.omega, a)
    assert exactly(found.l1, -(2 + a**2) / (2 * a * (1 + 2 * a**2)))


@pytest.mark.parametrize("side", [-1, 1])
def test_fitzhugh_nagumo_hopf_in_closed_form(side):
    k, tau = mpf("0.8") / mpf("12.5"), mpf("12.5")
    v = side * mp.sqrt(1 - k)
    w = (v + mpf("0.7")) / mpf("0.8")
    omega = mp.sqrt(1 / tau - k**2)
    p = {"iapp": mp.nstr(w - v + v**3 / 3, 4), "a": "0.7", "b": "0.8", "tau": "12.5"}
    found = reference.solve_hopf(reference.fitzhugh_nagumo, [float(v), float(w)], p, "iapp", float(omega))
    assert exactly(found.parameter, w - v + v**3 / 3)
    assert exactly(found.omega, omega)
    assert exactly(found.l1, tau / (2 * omega * (1 + tau)) * (2 * k * (1 - k) / omega**2 - 1))


def test_lorenz_hopf_in_closed_form():
    known = next(k for k in KNOWN if k.model == "lorenz")
    rho = mpf(470) / 19
    assert exactly(known.value, rho, 18)
    assert exactly(known.omega, mp.sqrt(mpf(8) / 3 * (10 + rho)), 18)


@pytest.mark.parametrize("n", [9, 10, 16])
def test_goodwin_hopf_in_closed_form(n):
    z = (mpf(8) / (n - 8)) ** (mpf(1) / n)
    b = (z * (1 + z**n)) ** (-mpf(1) / 3)
    near = [float(v) for v in (b**2 * z, b * z, z)]
    p = {"b": mp.nstr(b, 4), "n": str(n)}
    found = reference.solve_hopf(reference.goodwin, near, p, "b", float(b * mp.sqrt(3)))
    assert exactly(found.parameter, b)
    assert exactly(found.omega, b * mp.sqrt(3))


def test_rosenzweig_macarthur_hopf_in_closed_form():
    known = next(k for k in KNOWN if k.model == "rosenzweig_macarthur")
    assert exactly(known.omega, 1 / mp.sqrt(6), 18)
    assert exactly(known.l1, -mp.sqrt(6) / 10, 18)


def test_selkov_hopfs_in_closed_form():
    for known, b2 in zip((k for k in KNOWN if k.model == "selkov"), ("0.12", "0.72"), strict=True):
        assert exactly(known.value, mp.sqrt(mpf(b2)), 18)
        assert exactly(known.omega, mp.sqrt(mpf("0.08") + mpf(b2)), 18)


def test_tyson_hopfs_solve_the_polynomial_of_the_plane():
    kappa, k4, alpha = mpf("0.015"), mpf(180), mpf("0.0001")
    for known in (k for k in KNOWN if k.model == "tyson_1991_2"):
        u = mpf(known.state[0])
        assert exactly(kappa * (u**2 - alpha), k4 * u * (u**2 + alpha) ** 2, 18)
        assert exactly(known.value, kappa / u, 18)


def test_snaking_turns_where_the_cosine_is_minus_the_slope():
    folds = [k for k in KNOWN if k.model == "snaking"]
    assert len(folds) == 28
    for known in folds:
        x = mpf(known.state[0])
        assert exactly(mp.cos(x), -mpf(1) / 10, 17)
        assert exactly(known.value, x / 10 + mp.sin(x), 17)


def test_hodgkin_huxley_agrees_with_the_values_proved_by_hendrick_2026():
    # doi 10.5281/zenodo.23047046: enclosures in ball arithmetic, leak 10.613 mV from rest, <q, q> = 1.
    lower, upper = (k for k in KNOWN if k.model == "hodgkin_huxley")
    assert mpf("9.7754379953931263") < mpf(lower.value) < mpf("9.7754379953931264")
    assert mpf("154.5224336658080008") < mpf(upper.value) < mpf("154.5224336658080009")
    assert exactly(lower.l1, "0.014793648131008077780", 19)
    assert exactly(upper.l1, "-0.0047285026950739886388", 19)


def test_lyapunov_coefficient_in_the_plane_agrees_with_guckenheimer_and_holmes():
    """Compare with the formula for planar systems x' = -w y + f, y' = w x + g (1983, equation (3.4.11)).

    Their a, the coefficient of r^3 in r', is written out below. With <q, q> = 1, x + i y = sqrt(2) z, so
    l1 = 2 a/w.
    """
    w = mpf(3) / 2
    (fxx, fxy, fyy, gxx, gxy, gyy) = map(mpf, (1, 2, -3, 4, "0.5", -1))
    (fxxx, fxyy, gxxy, gyyy) = map(mpf, (2, -1, 3, "0.25"))

    def planar(x, p):
        a, b = x
        f = fxx * a**2 / 2 + fxy * a * b + fyy * b**2 / 2 + fxxx * a**3 / 6 + fxyy * a * b**2 / 2
        g = gxx * a**2 / 2 + gxy * a * b + gyy * b**2 / 2 + gxxy * a**2 * b / 2 + gyyy * b**3 / 6
        return [p["mu"] * a - p["w"] * b + f, p["w"] * a + p["mu"] * b + g]

    sixteen_a = (
        fxxx + fxyy + gxxy + gyyy + (fxy * (fxx + fyy) - gxy * (gxx + gyy) - fxx * gxx + fyy * gyy) / w
    )
    l1 = reference.first_lyapunov(planar, [mpf(0), mpf(0)], {"mu": mpf(0), "w": w}, w)
    assert exactly(l1, 2 * sixteen_a / 16 / w, 14)  # SymPy keeps 15 digits of the numbers above


def test_contraction_equals_the_mixed_derivative_along_lines():
    x, p = [mpf("0.3"), mpf("-0.7")], reference.numbers(reference.MORRIS_LECAR)
    u, v = mpmath.matrix([1, 2]), mpmath.matrix([3, -1])
    B = reference.contract(reference.tensor(reference.morris_lecar, x, p, 2), u, v)
    for i in range(2):

        def along(s, t, i=i):
            return reference.morris_lecar([x[j] + s * u[j] + t * v[j] for j in range(2)], p)[i]

        assert exactly(B[i].real, mp.diff(along, (0, 0), (1, 1)), 20)
