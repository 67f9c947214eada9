"""Second and third directional derivatives of a problem, by polarisation of its jets along single directions.

D2F(u, v) = (D2F(u+v)^2 - D2F(u-v)^2) / 4 and, with s = D3F(u+v)^3 and d = D3F(u-v)^3,
D3F(u, u, v) = (s - d - 2 D3F(v)^3) / 6, D3F(u, v, v) = (s + d - 2 D3F(u)^3) / 6
(Griewank and Walther, Evaluating Derivatives, SIAM 2008, section 13.3). Directions are first brought to one
length in scaled unknowns, so that nothing is lost when one is much longer than the other or units lie far apart.
"""

from __future__ import annotations

from numba import types

from contin_kernels.abi import INTEGERS, NUMBERS, SECOND, call_problem_jet, floats_of, ints_of
from contin_kernels.jit import fused, kernel, tool
from contin_kernels.memory import caller, shifted


def second_size(m: int) -> int:
    """Length of the work that `second` takes."""
    return 4 * m + 1


@kernel
def length(u, sizes, m):
    """Largest of the m + 1 numbers at `u`, each divided by that at `sizes`, in magnitude; 1 for the zero vector."""
    size = 0.0
    for i in range(m + 1):
        size = max(size, abs(u[i]) / sizes[i])
    return size if size > 0.0 else 1.0


SECOND_TYPE = types.void(INTEGERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
_call_second = caller(SECOND_TYPE)


@fused
def second(context, z, u, v, out, work):
    """out (m,) = D2F(u, v) at z, all (m + 1,), by the tool's address; `work` (4 m + 1,). Pointers."""
    _call_second(context[SECOND], (context, z, u, v, out, work))


@tool(SECOND_TYPE)
def second_tool(context, z, u, v, out, work):
    """`second`."""
    m = ints_of(context)[0]
    sizes = floats_of(context)
    size_u = length(u, sizes, m)
    size_v = length(v, sizes, m)
    jet = shifted(work, m + 1)
    for turn in range(2):
        sign = 1.0 - 2.0 * turn
        for i in range(m + 1):
            work[i] = u[i] / size_u + sign * (v[i] / size_v)
        call_problem_jet(context, z, work, jet)
        for i in range(m):
            if turn == 0:
                out[i] = jet[m + i]
            else:
                out[i] = 0.25 * (out[i] - jet[m + i]) * (size_u * size_v)


@kernel
def up_to_third(context, m, z, u, v, out, work):
    """out (7, m) = D2F(u, u), D2F(u, v), D2F(v, v), D3F(u, u, u), (u, u, v), (u, v, v), (v, v, v), from four jets.

    z, u, v are (m + 1,), `work` (13 m + 1,). All pointers.
    """
    sizes = floats_of(context)
    size_u = length(u, sizes, m)
    size_v = length(v, sizes, m)
    jets = shifted(work, m + 1)
    for turn in range(4):
        a = 0.0 if turn == 1 else 1.0
        b = 0.0 if turn == 0 else (-1.0 if turn == 3 else 1.0)
        for i in range(m + 1):
            work[i] = a * (u[i] / size_u) + b * (v[i] / size_v)
        call_problem_jet(context, z, work, shifted(jets, 3 * m * turn))
    for i in range(m):
        uu, uuu = jets[m + i], jets[2 * m + i]
        vv, vvv = jets[4 * m + i], jets[5 * m + i]
        plus, third_plus = jets[7 * m + i], jets[8 * m + i]
        minus, third_minus = jets[10 * m + i], jets[11 * m + i]
        out[i] = uu * size_u * size_u
        out[m + i] = 0.25 * (plus - minus) * size_u * size_v
        out[2 * m + i] = vv * size_v * size_v
        out[3 * m + i] = uuu * size_u * size_u * size_u
        out[4 * m + i] = (third_plus - third_minus - 2.0 * vvv) / 6.0 * size_u * size_u * size_v
        out[5 * m + i] = (third_plus + third_minus - 2.0 * uuu) / 6.0 * size_u * size_v * size_v
        out[6 * m + i] = vvv * size_v * size_v * size_v
