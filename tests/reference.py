"""Special points to 30 and more digits, by mpmath and SymPy alone: an independent reference for the tests.

Nothing here imports contin. Each model is written anew as `f(x, p) -> list`, where `x` is a list of states
and `p` a dict of parameters; the entries may be mpmath numbers or SymPy symbols, because the functions
`exp`, `tanh`, `cosh` and `sin` below accept both. Derivatives of the first, second and third order come from
SymPy, entry by entry, and are evaluated by mpmath: no finite differences and no polarisation.

Notation, after Kuznetsov, Elements of Applied Bifurcation Theory: A (n, n) is the Jacobian at the point, B
(n, n, n) and C (n, n, n, n) hold the second and third derivatives, and <p, q> = conj(p).q.

    fold    A q = 0, A' p = 0, |q| = 1, p.q = 1:        a = 1/2 p.B(q, q)
    Hopf    A q = i omega q, A' p = -i omega p, <q, q> = 1, <p, q> = 1:
            l1 = 1/(2 omega) Re <p, C(q, q, q*) + B(q*, (2 i omega - A)^-1 B(q, q)) - 2 B(q, A^-1 B(q, q*))>

Multiply l1 by omega to compare with MatCont and BifurcationKit, which leave the division out.

`python tests/reference.py` prints the table kept in `reference_values.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import mpmath
import sympy
from mpmath import mp, mpf

DIGITS = 60
"""Decimal digits carried in every calculation."""

RightHandSide = Callable[[list[Any], dict[str, Any]], list[Any]]


def exp(x: Any) -> Any:
    """Exponential of an mpmath number or a SymPy expression."""
    return sympy.exp(x) if isinstance(x, sympy.Basic) else mp.exp(x)


def tanh(x: Any) -> Any:
    """Hyperbolic tangent of an mpmath number or a SymPy expression."""
    return sympy.tanh(x) if isinstance(x, sympy.Basic) else mp.tanh(x)


def cosh(x: Any) -> Any:
    """Hyperbolic cosine of an mpmath number or a SymPy expression."""
    return sympy.cosh(x) if isinstance(x, sympy.Basic) else mp.cosh(x)


def sin(x: Any) -> Any:
    """Sine of an mpmath number or a SymPy expression."""
    return sympy.sin(x) if isinstance(x, sympy.Basic) else mp.sin(x)


# The models. Decimal constants are written as quotients of integers so that no double precision enters.


def griffith(x: list[Any], p: dict[str, Any]) -> list[Any]:
    return [x[1] - p["a"] * x[0], x[0] ** 2 / (1 + x[0] ** 2) - p["b"] * x[1]]


def saddle_node(x: list[Any], p: dict[str, Any]) -> list[Any]:
    return [p["r"] + x[0] ** 2]


def pitchfork(x: list[Any], p: dict[str, Any]) -> list[Any]:
    return [p["r"] * x[0] + p["cubic"] * x[0] ** 3 + p["quintic"] * x[0] ** 5]


def cusp(x: list[Any], p: dict[str, Any]) -> list[Any]:
    return [p["h"] + p["r"] * x[0] - x[0] ** 3]


def hopf_normal_form(x: list[Any], p: dict[str, Any]) -> list[Any]:
    r2 = x[0] ** 2 + x[1] ** 2
    return [p["mu"] * x[0] - x[1] + p["s"] * x[0] * r2, x[0] + p["mu"] * x[1] + p["s"] * x[1] * r2]


def bautin(x: list[Any], p: dict[str, Any]) -> list[Any]:
    r2 = x[0] ** 2 + x[1] ** 2
    growth = p["mu"] + p["s"] * r2 - r2**2
    return [growth * x[0] - x[1], x[0] + growth * x[1]]


def brusselator(x: list[Any], p: dict[str, Any]) -> list[Any]:
    return [p["A"] - (p["B"] + 1) * x[0] + x[0] ** 2 * x[1], p["B"] * x[0] - x[0] ** 2 * x[1]]


def lorenz(x: list[Any], p: dict[str, Any]) -> list[Any]:
    return [
        p["sigma"] * (x[1] - x[0]),
        x[0] * (p["rho"] - x[2]) - x[1],
        x[0] * x[1] - p["beta"] * x[2],
    ]


def fitzhugh_nagumo(x: list[Any], p: dict[str, Any]) -> list[Any]:
    return [x[0] - x[0] ** 3 / 3 - x[1] + p["iapp"], (x[0] + p["a"] - p["b"] * x[1]) / p["tau"]]


def morris_lecar(x: list[Any], p: dict[str, Any]) -> list[Any]:
    v, w = x
    m_inf = (1 + tanh((v - p["v1"]) / p["v2"])) / 2
    w_inf = (1 + tanh((v - p["v3"]) / p["v4"])) / 2
    ionic = p["gca"] * m_inf * (v - p["vca"]) + p["gk"] * w * (v - p["vk"]) + p["gl"] * (v - p["vl"])
    return [(p["iapp"] - ionic) / p["c"], p["phi"] * (w_inf - w) * cosh((v - p["v3"]) / (2 * p["v4"]))]


def hodgkin_huxley(x: list[Any], p: dict[str, Any]) -> list[Any]:
    v, m, h, n = x
    alpha_m = (v + 40) / 10 / (1 - exp(-(v + 40) / 10))
    beta_m = 4 * exp(-(v + 65) / 18)
    alpha_h = 7 * exp(-(v + 65) / 20) / 100
    beta_h = 1 / (1 + exp(-(v + 35) / 10))
    alpha_n = (v + 55) / 100 / (1 - exp(-(v + 55) / 10))
    beta_n = exp(-(v + 65) / 80) / 8
    ionic = p["gna"] * m**3 * h * (v - p["ena"]) + p["gk"] * n**4 * (v - p["ek"]) + p["gl"] * (v - p["el"])
    return [
        (p["iapp"] - ionic) / p["c"],
        alpha_m * (1 - m) - beta_m * m,
        alpha_h * (1 - h) - beta_h * h,
        alpha_n * (1 - n) - beta_n * n,
    ]


def rosenzweig_macarthur(x: list[Any], p: dict[str, Any]) -> list[Any]:
    eaten = p["a"] * x[0] * x[1] / (1 + p["a"] * p["h"] * x[0])
    return [p["r"] * x[0] * (1 - x[0] / p["K"]) - eaten, p["e"] * eaten - p["m"] * x[1]]


def goodwin(x: list[Any], p: dict[str, Any]) -> list[Any]:
    return [1 / (1 + x[2] ** p["n"]) - p["b"] * x[0], x[0] - p["b"] * x[1], x[1] - p["b"] * x[2]]


def goldbeter_per(x: list[Any], p: dict[str, Any]) -> list[Any]:
    M, P0, P1, P2, PN = x
    transcription = p["vs"] * p["KI"] ** p["n"] / (p["KI"] ** p["n"] + PN ** p["n"])
    first = p["V1"] * P0 / (p["K1"] + P0) - p["V2"] * P1 / (p["K2"] + P1)
    second = p["V3"] * P1 / (p["K3"] + P1) - p["V4"] * P2 / (p["K4"] + P2)
    entry = p["k1"] * P2 - p["k2"] * PN
    return [
        transcription - p["vm"] * M / (p["Km"] + M),
        p["ks"] * M - first,
        first - second,
        second - entry - p["vd"] * P2 / (p["Kd"] + P2),
        entry,
    ]


def tyson_1991(x: list[Any], p: dict[str, Any]) -> list[Any]:
    CP, pM, M, Y, YP = x
    C2 = 1 - CP - pM - M
    binding = p["k3"] * CP * Y
    activation = pM * (p["k4p"] + p["k4"] * M**2) - p["k5"] * M
    return [
        p["k8"] * C2 - p["k9"] * CP - binding,
        binding - activation,
        activation - p["k6"] * M,
        p["kappa"] - p["k2"] * Y - binding,
        p["k6"] * M - p["k7"] * YP,
    ]


def tyson_1991_2(x: list[Any], p: dict[str, Any]) -> list[Any]:
    u, v = x
    return [(v - u) * (p["k4p"] + p["k4"] * u**2) - p["k6"] * u, p["kappa"] - p["k6"] * u]


def novak_tyson(x: list[Any], p: dict[str, Any]) -> list[Any]:
    B, H = x
    activation = (p["k3p"] + p["k3pp"] * p["A"]) * (1 - H) / (p["J3"] + 1 - H)
    return [
        p["k1"] - (p["k2p"] + p["k2pp"] * H) * B,
        activation - p["k4"] * p["m"] * B * H / (p["J4"] + H),
    ]


def selkov(x: list[Any], p: dict[str, Any]) -> list[Any]:
    made = p["a"] * x[1] + x[0] ** 2 * x[1]
    return [made - x[0], p["b"] - made]


def van_der_pol(x: list[Any], p: dict[str, Any]) -> list[Any]:
    return [x[1], (p["mu"] - x[0] ** 2) * x[1] - x[0]]


def snaking(x: list[Any], p: dict[str, Any]) -> list[Any]:
    return [p["p"] - p["slope"] * x[0] - sin(x[0])]


def isola(x: list[Any], p: dict[str, Any]) -> list[Any]:
    return [p["R"] ** 2 - p["p"] ** 2 - x[0] ** 2]


# Exact derivatives.


@cache
def _derivatives(f: RightHandSide, n: int, names: tuple[str, ...], order: int) -> Callable[..., list[Any]]:
    """Return a function of states and parameters giving the derivatives of one order, as a flat list."""
    x = sympy.symbols(f"x0:{n}", real=True)
    p = sympy.symbols(" ".join(f"p_{name}" for name in names) + ",", real=True)
    components = f(list(x), dict(zip(names, p, strict=True)))
    known: dict[tuple[int, ...], Any] = {}
    entries = []
    for index in product(range(n), repeat=1 + order):
        key = (index[0], *sorted(index[1:]))
        if key not in known:
            known[key] = (
                sympy.diff(components[key[0]], *(x[i] for i in key[1:])) if order else components[key[0]]
            )
        entries.append(known[key])
    evaluate: Callable[..., list[Any]] = sympy.lambdify((*x, *p), entries, modules="mpmath", cse=True)
    return evaluate


def tensor(f: RightHandSide, x: Sequence[Any], p: dict[str, Any], order: int) -> list[Any]:
    """Return the partial derivatives of `order` at `x`, flat, the last state varying fastest."""
    return _derivatives(f, len(x), tuple(p), order)(*x, *p.values())


def jacobian(f: RightHandSide, x: Sequence[Any], p: dict[str, Any]) -> Any:
    """Return the Jacobian A (n, n) at `x` as an mpmath matrix."""
    n = len(x)
    flat = tensor(f, x, p, 1)
    return mpmath.matrix([flat[i * n : (i + 1) * n] for i in range(n)])


def contract(flat: Sequence[Any], *vectors: Any) -> Any:
    """Return the derivative tensor `flat` applied to `vectors`, an mpmath column (n, 1)."""
    n = len(vectors[0])
    total = mpmath.matrix(n, 1)
    for value, index in zip(flat, product(range(n), repeat=1 + len(vectors)), strict=True):
        term = mp.mpc(value)
        for vector, i in zip(vectors, index[1:], strict=True):
            term *= vector[i]
        total[index[0]] += term
    return total


def dot(p: Any, q: Any) -> Any:
    """Return <p, q> = conj(p).q."""
    return mp.fsum(mp.conj(a) * b for a, b in zip(p, q, strict=True))


# Special points.


@dataclass(frozen=True)
class ReferencePoint:
    """A special point: its kind, parameter value, state, and what belongs to the kind (else None)."""

    kind: str
    parameter: Any
    state: list[Any]
    omega: Any = None
    l1: Any = None
    a: Any = None


def numbers(p: dict[str, str]) -> dict[str, Any]:
    """Return the parameters as mpmath numbers; "8/3" is read as a quotient, "0.04" as a decimal."""
    return {
        name: mp.mpf(text.split("/")[0]) / mp.mpf((text + "/1").split("/")[1]) for name, text in p.items()
    }


def _nearest_eigenpair(A: Any, target: Any) -> tuple[Any, Any]:
    """Return the eigenvalue of A nearest to `target` and its eigenvector with <q, q> = 1."""
    values, vectors = mp.eig(A)
    k = min(range(len(values)), key=lambda i: abs(values[i] - target))
    q = vectors[:, k]
    return values[k], q / mp.sqrt(dot(q, q).real)


def _newton(system: Callable[..., list[Any]], start: Sequence[Any]) -> list[Any]:
    return list(mp.findroot(system, tuple(start), tol=mpf(10) ** (10 - 2 * DIGITS), maxsteps=60, verify=True))


@mp.workdps(DIGITS)
def solve_fold(f: RightHandSide, x: Sequence[float], p: dict[str, str], along: str) -> ReferencePoint:
    """Solve F = 0, A q = 0, q0.q = 1 near the state `x` and the parameters `p`.

    Raises ZeroDivisionError where p.q = 0 with the null vectors p, q (zero is a defective eigenvalue, as at
    a Bogdanov-Takens point): p cannot be scaled to p.q = 1 there and `a` is not defined.
    """
    n, values = len(x), numbers(p)
    state = [mp.mpf(v) for v in x]
    _, q0 = _nearest_eigenpair(jacobian(f, state, values), 0)
    q0 = q0.apply(mp.re)

    def system(*z: Any) -> list[Any]:
        here = values | {along: z[n]}
        q = mpmath.matrix(z[n + 1 :])
        Aq = jacobian(f, z[:n], here) * q
        return [*tensor(f, z[:n], here, 0), *Aq, dot(q0, q).real - 1]

    z = _newton(system, [*state, values[along], *q0])
    state, parameter = z[:n], z[n]
    return ReferencePoint("fold", parameter, state, a=fold_coefficient(f, state, values | {along: parameter}))


@mp.workdps(DIGITS)
def fold_coefficient(f: RightHandSide, x: Sequence[Any], p: dict[str, Any]) -> Any:
    """Return a = 1/2 p.B(q, q) with |q| = 1, p.q = 1, for the q whose largest entry is positive."""
    A = jacobian(f, x, p)
    _, q = _nearest_eigenpair(A, 0)
    _, left = _nearest_eigenpair(A.T, 0)
    q, left = q.apply(mp.re), left.apply(mp.re)
    q *= mp.sign(max(q, key=abs)) / mp.norm(q)
    scale = dot(left, q).real
    if abs(scale) < mpf(10) ** (-DIGITS // 3):
        raise ZeroDivisionError("p.q = 0: zero is a defective eigenvalue, so p.q = 1 is impossible")
    return dot(left, contract(tensor(f, x, p, 2), q, q)).real / (2 * scale)


@mp.workdps(DIGITS)
def solve_hopf(
    f: RightHandSide, x: Sequence[float], p: dict[str, str], along: str, omega: float
) -> ReferencePoint:
    """Solve F = 0, A q = i omega q, <q0, q> = 1 near the state `x`, the parameters `p` and the frequency."""
    n, values = len(x), numbers(p)
    state = [mp.mpf(v) for v in x]
    _, q0 = _nearest_eigenpair(jacobian(f, state, values), 1j * mpf(omega))

    def system(*z: Any) -> list[Any]:
        here, w = values | {along: z[n]}, z[n + 1]
        q = mpmath.matrix([mp.mpc(a, b) for a, b in zip(z[n + 2 : 2 * n + 2], z[2 * n + 2 :], strict=True)])
        rest = jacobian(f, z[:n], here) * q - mp.mpc(0, w) * q
        scale = dot(q0, q) - 1
        complex_rows = [*rest, scale]
        return [*tensor(f, z[:n], here, 0), *map(mp.re, complex_rows), *map(mp.im, complex_rows)]

    z = _newton(system, [*state, values[along], mpf(omega), *map(mp.re, q0), *map(mp.im, q0)])
    state, parameter, w = z[:n], z[n], z[n + 1]
    l1 = first_lyapunov(f, state, values | {along: parameter}, w)
    return ReferencePoint("hopf", parameter, state, omega=w, l1=l1)


@mp.workdps(DIGITS)
def first_lyapunov(f: RightHandSide, x: Sequence[Any], p: dict[str, Any], omega: Any) -> Any:
    """Return Kuznetsov's first Lyapunov coefficient, divided by omega, for q with <q, q> = 1."""
    A = jacobian(f, x, p)
    B, C = tensor(f, x, p, 2), tensor(f, x, p, 3)
    i_omega = mp.mpc(0, omega)
    _, q = _nearest_eigenpair(A, i_omega)
    _, left = _nearest_eigenpair(A.T, -i_omega)
    left /= mp.conj(dot(left, q))
    q_bar = q.apply(mp.conj)
    h20 = mp.lu_solve(2 * i_omega * mp.eye(len(x)) - A, contract(B, q, q))
    h11 = mp.lu_solve(A, contract(B, q, q_bar))
    cubic = contract(C, q, q, q_bar) + contract(B, q_bar, h20) - 2 * contract(B, q, h11)
    return dot(left, cubic).real / (2 * omega)


# The table.

MORRIS_LECAR = {
    "iapp": "0",
    "phi": "0.04",
    "gca": "4.4",
    "gk": "8",
    "gl": "2",
    "vca": "120",
    "vk": "-84",
    "vl": "-60",
    "v1": "-1.2",
    "v2": "18",
    "v3": "2",
    "v4": "30",
    "c": "20",
}
SNLC = MORRIS_LECAR | {"phi": "0.067", "gca": "4", "v3": "12", "v4": "17.4"}
HOMOCLINIC = SNLC | {"phi": "0.23"}
HODGKIN_HUXLEY = {
    "iapp": "0",
    "gna": "120",
    "gk": "36",
    "gl": "0.3",
    "ena": "50",
    "ek": "-77",
    "el": "-54.387",
    "c": "1",
}

ROSENZWEIG_MACARTHUR = {"r": "1", "K": "3", "a": "1", "h": "1", "e": "1", "m": "1/2"}
GOLDBETER = {
    "vs": "0.76",
    "vm": "0.65",
    "Km": "0.5",
    "ks": "0.38",
    "vd": "0.95",
    "k1": "1.9",
    "k2": "1.3",
    "KI": "1",
    "Kd": "0.2",
    "n": "4",
    "K1": "2",
    "K2": "2",
    "K3": "2",
    "K4": "2",
    "V1": "3.2",
    "V2": "1.58",
    "V3": "5",
    "V4": "2.5",
}
TYSON_2 = {"kappa": "0.015", "k4": "180", "k4p": "0.018", "k6": "1"}
TYSON = TYSON_2 | {"k2": "0", "k3": "200", "k5": "0", "k7": "0.6", "k8": "1000000", "k9": "1000"}
NOVAK_TYSON = {
    "m": "0.3",
    "A": "0",
    "k1": "0.04",
    "k2p": "0.04",
    "k2pp": "1",
    "k3p": "1",
    "k3pp": "10",
    "k4": "35",
    "J3": "0.04",
    "J4": "0.04",
}

TURNS = tuple(
    (round(side * (first + 6.283185 * turn), 3), side * height)
    for side in (1, -1)
    for turn in range(7)
    for first, height in ((1.671, 0.995), (4.612, -0.995))
)
"""Near each fold of `snaking`, cos x = -1/10: x and sin x."""

Point = tuple[str, str, RightHandSide, dict[str, str], str, list[float], float | None]

POINTS: tuple[Point, ...] = (
    # model, kind, f, parameters near the point, along, state near it, omega near it
    ("griffith", "fold", griffith, {"a": "0.5", "b": "1"}, "a", [1.0, 0.5], None),
    ("saddle_node", "fold", saddle_node, {"r": "0"}, "r", [0.0], None),
    (
        "pitchfork_subcritical",
        "fold",
        pitchfork,
        {"r": "-0.25", "cubic": "1", "quintic": "-1"},
        "r",
        [0.7],
        None,
    ),
    ("cusp", "fold", cusp, {"h": "-0.385", "r": "1"}, "h", [0.577], None),
    ("cusp", "fold", cusp, {"h": "0.385", "r": "1"}, "h", [-0.577], None),
    ("hopf_normal_form", "hopf", hopf_normal_form, {"mu": "0", "s": "-1"}, "mu", [0.0, 0.0], 1.0),
    ("hopf_normal_form_subcritical", "hopf", hopf_normal_form, {"mu": "0", "s": "1"}, "mu", [0.0, 0.0], 1.0),
    ("bautin", "hopf", bautin, {"mu": "0", "s": "1"}, "mu", [0.0, 0.0], 1.0),
    ("brusselator", "hopf", brusselator, {"A": "1", "B": "2"}, "B", [1.0, 2.0], 1.0),
    (
        "lorenz",
        "hopf",
        lorenz,
        {"sigma": "10", "rho": "24.737", "beta": "8/3"},
        "rho",
        [7.956, 7.956, 23.737],
        9.62,
    ),
    (
        "fitzhugh_nagumo",
        "hopf",
        fitzhugh_nagumo,
        {"iapp": "0.33", "a": "0.7", "b": "0.8", "tau": "12.5"},
        "iapp",
        [-0.967, -0.334],
        0.2755,
    ),
    (
        "fitzhugh_nagumo",
        "hopf",
        fitzhugh_nagumo,
        {"iapp": "1.42", "a": "0.7", "b": "0.8", "tau": "12.5"},
        "iapp",
        [0.967, 2.084],
        0.2755,
    ),
    ("morris_lecar", "hopf", morris_lecar, MORRIS_LECAR | {"iapp": "93.86"}, "iapp", [-25.27, 0.14], 0.06),
    ("morris_lecar", "hopf", morris_lecar, MORRIS_LECAR | {"iapp": "212.02"}, "iapp", [7.8, 0.595], 0.06),
    ("morris_lecar_snlc", "fold", morris_lecar, SNLC | {"iapp": "39.96"}, "iapp", [-29.4, 0.008], None),
    ("morris_lecar_snlc", "fold", morris_lecar, SNLC | {"iapp": "-9.95"}, "iapp", [-13.0, 0.053], None),
    ("morris_lecar_snlc", "hopf", morris_lecar, SNLC | {"iapp": "97.6"}, "iapp", [6.7, 0.35], 0.12),
    (
        "morris_lecar_homoclinic",
        "fold",
        morris_lecar,
        HOMOCLINIC | {"iapp": "39.96"},
        "iapp",
        [-29.4, 0.008],
        None,
    ),
    (
        "morris_lecar_homoclinic",
        "fold",
        morris_lecar,
        HOMOCLINIC | {"iapp": "-9.95"},
        "iapp",
        [-13.0, 0.053],
        None,
    ),
    ("morris_lecar_homoclinic", "hopf", morris_lecar, HOMOCLINIC | {"iapp": "36.3"}, "iapp", [4.4, 0.3], 0.2),
    (
        "hodgkin_huxley",
        "hopf",
        hodgkin_huxley,
        HODGKIN_HUXLEY | {"iapp": "9.775"},
        "iapp",
        [-59.654, 0.0973, 0.406, 0.4018],
        0.586,
    ),
    (
        "hodgkin_huxley",
        "hopf",
        hodgkin_huxley,
        HODGKIN_HUXLEY | {"iapp": "154.52"},
        "iapp",
        [-43.058, 0.47, 0.08, 0.66],
        1.063,
    ),
    (
        "rosenzweig_macarthur",
        "hopf",
        rosenzweig_macarthur,
        ROSENZWEIG_MACARTHUR,
        "K",
        [1.0, 1.333],
        0.408,
    ),
    ("goodwin", "hopf", goodwin, {"b": "0.558", "n": "10"}, "b", [0.358, 0.641, 1.149], 0.967),
    (
        "goldbeter_per",
        "hopf",
        goldbeter_per,
        GOLDBETER | {"vd": "0.4"},
        "vd",
        [0.8092, 0.4632, 0.4578, 0.6649, 0.9717],
        0.327,
    ),
    (
        "goldbeter_per",
        "hopf",
        goldbeter_per,
        GOLDBETER | {"vd": "2.7"},
        "vd",
        [5.08, 10.7, 1.89, 0.4997, 0.73],
        0.09,
    ),
    (
        "tyson_1991",
        "hopf",
        tyson_1991,
        TYSON | {"k6": "0.364"},
        "k6",
        [0.91, 0.0464, 0.0412, 0.0000824, 0.025],
        0.34,
    ),
    (
        "tyson_1991",
        "hopf",
        tyson_1991,
        TYSON | {"k6": "1.4626"},
        "k6",
        [0.583, 0.4061, 0.010256, 0.000129, 0.025],
        0.23,
    ),
    ("tyson_1991_2", "hopf", tyson_1991_2, TYSON_2 | {"k6": "0.364"}, "k6", [0.0412, 0.0876], 0.343),
    ("tyson_1991_2", "hopf", tyson_1991_2, TYSON_2 | {"k6": "1.4626"}, "k6", [0.010256, 0.4164], 0.232),
    ("novak_tyson", "fold", novak_tyson, NOVAK_TYSON | {"m": "0.1097"}, "m", [0.4992, 0.0401], None),
    ("novak_tyson", "fold", novak_tyson, NOVAK_TYSON | {"m": "0.5273"}, "m", [0.0461, 0.828], None),
    ("selkov", "hopf", selkov, {"a": "0.08", "b": "0.346"}, "b", [0.346, 1.732], 0.447),
    ("selkov", "hopf", selkov, {"a": "0.08", "b": "0.849"}, "b", [0.849, 1.061], 0.894),
    ("van_der_pol", "hopf", van_der_pol, {"mu": "0"}, "mu", [0.0, 0.0], 1.0),
    *(
        ("snaking", "fold", snaking, {"p": f"{x / 10 + height:.3f}", "slope": "1/10"}, "p", [x], None)
        for x, height in TURNS
    ),
    ("isola", "fold", isola, {"p": "-1", "R": "1"}, "p", [0.01], None),
    ("isola", "fold", isola, {"p": "1", "R": "1"}, "p", [0.01], None),
)


def solve(point: Point) -> ReferencePoint:
    """Solve one line of `POINTS`."""
    _, kind, f, p, along, x, omega = point
    if omega is None:
        return solve_fold(f, x, p, along)
    assert kind == "hopf"
    return solve_hopf(f, x, p, along, omega)


def _digits(value: Any) -> str:
    """Return 20 significant digits; what is smaller than 1e-30 is zero to the accuracy of the calculation."""
    return "0" if abs(value) < mpf(10) ** -30 else str(mp.nstr(value, 20, strip_zeros=True))


def main() -> None:
    """Print the lines of the table in `reference_values.py`, for `ruff format` to fold."""
    for point in POINTS:
        found = solve(point)
        state = "(" + ", ".join(f'"{_digits(v)}"' for v in found.state) + ",)"
        extra = ", ".join(
            f'{name}="{_digits(value)}"'
            for name, value in (("omega", found.omega), ("l1", found.l1), ("a", found.a))
            if value is not None
        )
        print(
            f'    Known("{point[0]}", "{found.kind}", "{point[4]}", '
            f'"{_digits(found.parameter)}", {state}, {extra}),'
        )


if __name__ == "__main__":
    main()
