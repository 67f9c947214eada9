"""`Thresholds` in plain sentences."""

from __future__ import annotations

from contin.learning.spectrum import ALL
from contin.learning.verdict import Thresholds

LIMITS = (
    "Holds for the full batch, a constant learning rate and this stationary point; "
    "it says nothing about noise of mini-batches or about schedules."
)
MOST_SHOWN = 8


def thresholds_text(t: Thresholds) -> str:
    """The verdict, what it rests on, the special learning rates, and the limits of what is claimed."""
    many = "1 parameter" if len(t.at) == 1 else f"{len(t.at)} parameters"
    given = ", ".join(f"{name} = {value:g}" for name, value in t.hyperparameters.items())
    lines = [f"{t.optimizer}{f' ({given})' if given else ''}, {many}"]
    lines += [_verdict(t), _sharpness(t), *_minimum(t)]
    if t.largest > 0 and t.limited_by == "flip" and t.stationary:
        lines.append(_beyond(t))
    lines += [remark[0].upper() + remark[1:] + "." for remark in t.remarks]
    shown = t.special[:MOST_SHOWN]
    if shown:
        more = len(t.special) - len(shown)
        lines.append(
            "Special learning rates:" + (f" (the first {len(shown)} of {len(t.special)})" if more else "")
        )
        lines += [
            f"  {rate.eta:<16.10g} {rate.kind}, eigenvalue {rate.eigenvalue:.6g}: {rate.text}"
            for rate in shown
        ]
    lines.append(LIMITS)
    return "\n".join(lines)


def _verdict(t: Thresholds) -> str:
    if not t.stationary:
        return (
            f"Not at a stationary point: the gradient is {t.gradient:.3g}. The sharpness of this place belongs to a "
            f"threshold of eta = {t.largest:.10g} (error at most {t.error:.1e}); no stability is claimed."
        )
    if t.limited_by == "not a minimum":
        return f"Not a minimum: the Hessian has an eigenvalue {t.smallest_eigenvalue:.6g}; unstable for every learning rate."
    if t.limited_by == "nothing":
        return "No positive curvature: no learning rate makes this point lose stability to first order."
    return f"Largest stable learning rate: {t.largest:.10g} (error at most {t.error:.1e}), limited by a {t.limited_by}."


def _sharpness(t: Thresholds) -> str:
    what = "preconditioned Hessian" if t.preconditioned else "Hessian"
    return f"Largest eigenvalue of the {what}: {t.sharpness:.10g}, from {_many(t.spectrum.products)}."


def _many(products: int) -> str:
    return "1 Hessian-vector product" if products == 1 else f"{products} Hessian-vector products"


def _minimum(t: Thresholds) -> list[str]:
    if not t.stationary or t.limited_by == "not a minimum":
        return []
    if not t.complete:
        return [
            f"The smallest eigenvalue is at most {t.smallest_eigenvalue:.3g}; above {ALL} parameters it is not solved for."
        ]
    if t.zeros:
        return [
            f"The minima form a manifold of dimension {t.zeros}: as many multipliers are 1 for every learning rate and "
            "stay out of the tests."
        ]
    return []


def _beyond(t: Thresholds) -> str:
    if t.smooth and not t.complete and "form" not in t.__dict__:
        return "Beyond it: ask `coefficient` (it solves a linear system with the Hessian)."
    if t.coefficient is None:
        return f"Beyond it: no coefficient, for {t.form.reason}."
    c = f"c = {t.coefficient:.6g} (error at most {t.coefficient_error:.1e})"
    if t.criticality == "supercritical":
        law = f"sqrt({t.sharpness:.6g} (eta - {t.largest:.6g})/c)"
        return f"Beyond it: a stable 2-cycle at half-distance {law}, {c}: supercritical."
    if t.criticality == "subcritical":
        return f"Beyond it: no 2-cycle nearby; an unstable one below bounds the basin, {c}: subcritical."
    return f"Beyond it: degenerate, {c}; on a quadratic every run diverges."
