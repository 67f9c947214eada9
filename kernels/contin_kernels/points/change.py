"""What a change of sign is where no point was solved for: a zero, a jump over zero, or a pole.

A watched number that is zero between two points shrinks with the piece, at least like a root of its width; one that goes
to infinity grows so; one that jumps, where the model is not smooth, does neither.
"""

from __future__ import annotations

from contin_kernels.jit import kernel

ZERO, JUMP, POLE = 0, 1, 2
POWER = 0.25


@kernel
def change_of_sign(left, right, first_left, first_right, part):
    """ZERO, JUMP or POLE from a watched number's values at the ends of a piece, at first and when `part` of it is left."""
    limit = part**POWER
    before = max(abs(first_left), abs(first_right))
    if min(abs(left), abs(right)) * limit > before:
        return POLE
    return JUMP if max(abs(left), abs(right)) > before * limit else ZERO
