"""Fold and Hopf points of the built-in models to 20 digits, as strings.

Made by `python tests/reference.py`, which uses mpmath and SymPy with 60 digits and nothing of contin;
`test_reference.py` recomputes it. `l1` is Kuznetsov's first Lyapunov coefficient, divided by omega, with
<q, q> = 1; `a` is the fold coefficient 1/2 p.B(q, q) with |q| = 1, p.q = 1. The sign of `a` changes with
that of q: here the largest entry of q is positive.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """A point: model, kind, free parameter and its value, state, and the coefficients of its kind."""

    model: str
    kind: str
    along: str
    value: str
    state: tuple[str, ...]
    omega: str | None = None
    l1: str | None = None
    a: str | None = None


KNOWN: tuple[Known, ...] = (
    Known(
        "griffith",
        "fold",
        "a",
        "0.5",
        (
            "1.0",
            "0.5",
        ),
        a="-0.14907119849998597976",
    ),
    Known("saddle_node", "fold", "r", "0", ("0",), a="1.0"),
    Known(
        "pitchfork_subcritical", "fold", "r", "-0.25", ("0.7071067811865475244",), a="-1.4142135623730950488"
    ),
    Known(
        "cusp",
        "fold",
        "h",
        "-0.38490017945975050967",
        ("0.57735026918962576451",),
        a="-1.7320508075688772935",
    ),
    Known(
        "cusp", "fold", "h", "0.38490017945975050967", ("-0.57735026918962576451",), a="1.7320508075688772935"
    ),
    Known(
        "hopf_normal_form",
        "hopf",
        "mu",
        "0",
        (
            "0",
            "0",
        ),
        omega="1.0",
        l1="-2.0",
    ),
    Known(
        "hopf_normal_form_subcritical",
        "hopf",
        "mu",
        "0",
        (
            "0",
            "0",
        ),
        omega="1.0",
        l1="2.0",
    ),
    Known(
        "bautin",
        "hopf",
        "mu",
        "0",
        (
            "0",
            "0",
        ),
        omega="1.0",
        l1="2.0",
    ),
    Known(
        "brusselator",
        "hopf",
        "B",
        "2.0",
        (
            "1.0",
            "2.0",
        ),
        omega="1.0",
        l1="-0.5",
    ),
    Known(
        "lorenz",
        "hopf",
        "rho",
        "24.736842105263157895",
        (
            "7.9560194578718249713",
            "7.9560194578718249713",
            "23.736842105263157895",
        ),
        omega="9.6245300637157563534",
        l1="0.00026551897258367142884",
    ),
    Known(
        "fitzhugh_nagumo",
        "hopf",
        "iapp",
        "0.33128133745474581144",
        (
            "-0.96747092979582595828",
            "-0.33433866224478244785",
        ),
        omega="0.27550680572356102869",
        l1="0.97197108198899900511",
    ),
    Known(
        "fitzhugh_nagumo",
        "hopf",
        "iapp",
        "1.4187186625452541886",
        (
            "0.96747092979582595828",
            "2.0843386622447824479",
        ),
        omega="0.27550680572356102869",
        l1="0.97197108198899900511",
    ),
    Known(
        "morris_lecar",
        "hopf",
        "iapp",
        "93.857618373725453244",
        (
            "-25.270104879582681855",
            "0.13967319001320848377",
        ),
        omega="0.079779784114596364676",
        l1="0.0065431867216735509915",
    ),
    Known(
        "morris_lecar",
        "hopf",
        "iapp",
        "212.01881610037436819",
        (
            "7.8006638669712015057",
            "0.5954906712149935286",
        ),
        omega="0.14860217074445402593",
        l1="0.0036682920464783092042",
    ),
    Known(
        "morris_lecar_snlc",
        "fold",
        "iapp",
        "39.963153092745352892",
        (
            "-29.389777405484393599",
            "0.0085143991378203344698",
        ),
        a="0.0052124792493652534181",
    ),
    Known(
        "morris_lecar_snlc",
        "fold",
        "iapp",
        "-9.9490393226230647579",
        (
            "-4.0485177879423003601",
            "0.13650142219342399121",
        ),
        a="0.0047728631450059431971",
    ),
    Known(
        "morris_lecar_snlc",
        "hopf",
        "iapp",
        "97.646163921525908145",
        (
            "8.3341227147070451793",
            "0.39619011471649293098",
        ),
        omega="0.25274808063367956852",
        l1="0.0021036925532347899132",
    ),
    Known(
        "morris_lecar_homoclinic",
        "fold",
        "iapp",
        "39.963153092745352892",
        (
            "-29.389777405484393599",
            "0.0085143991378203344698",
        ),
        a="0.0045260647274845251",
    ),
    Known(
        "morris_lecar_homoclinic",
        "fold",
        "iapp",
        "-9.9490393226230647579",
        (
            "-4.0485177879423003601",
            "0.13650142219342399121",
        ),
        a="0.032976365372965759735",
    ),
    Known(
        "morris_lecar_homoclinic",
        "hopf",
        "iapp",
        "36.3162174962034481",
        (
            "4.4107557168791453491",
            "0.29477034724778778894",
        ),
        omega="0.37886080473707918924",
        l1="0.00099391895858708693189",
    ),
    Known(
        "hodgkin_huxley",
        "hopf",
        "iapp",
        "9.7754379953931263325",
        (
            "-59.654143602995405464",
            "0.097257349910878527302",
            "0.4062275201841898977",
            "0.4017841280524271303",
        ),
        omega="0.58623381313029253588",
        l1="0.01479364813100807778",
    ),
    Known(
        "hodgkin_huxley",
        "hopf",
        "iapp",
        "154.52243366580800086",
        (
            "-43.058092012983826298",
            "0.4196774383372967584",
            "0.070355390839206423782",
            "0.64324945074182791675",
        ),
        omega="1.0629218067603364428",
        l1="-0.0047285026950739886388",
    ),
)
