"""Second and third directional derivatives of a model, by polarisation of its jets along single directions.

D2f(u, v) = (D2f(u+v)^2 - D2f(u-v)^2) / 4 and
D3f(u, v, w) = (D3f(u+v+w)^3 - D3f(u+v-w)^3 - D3f(u-v+w)^3 + D3f(u-v-w)^3) / 24
(Griewank and Walther, Evaluating Derivatives, SIAM 2008, section 13.3). Directions are first brought to one
length in scaled unknowns, so that nothing is lost when one is much longer than the other or units lie far apart.
"""

from __future__ import annotations

from contin_kernels.abi import call_jet, floats_of
from contin_kernels.jit import kernel
from contin_kernels.memory import shifted


@kernel
def length(u, sizes, count):
    """Largest of the `count` numbers at `u`, each divided by that at `sizes`, in magnitude; 1 for the zero vector."""
    size = 0.0
    for i in range(count):
        size = max(size, abs(u[i]) / sizes[i])
    return size if size > 0.0 else 1.0


@kernel
def second(context, x, p, n, k, u, v, out, work):
    """out (n,) = D2f(u, v), u and v (n + k,); `work` (n + k + 3 n,) is scratch. All pointers."""
    sizes = floats_of(context)
    size_u = length(u, sizes, n + k)
    size_v = length(v, sizes, n + k)
    along = work
    jet = shifted(work, n + k)
    for turn in range(2):
        sign = 1.0 - 2.0 * turn
        for i in range(n + k):
            along[i] = u[i] / size_u + sign * (v[i] / size_v)
        call_jet(context, x, p, along, jet)
        for i in range(n):
            if turn == 0:
                out[i] = jet[n + i]
            else:
                out[i] = 0.25 * (out[i] - jet[n + i]) * (size_u * size_v)


@kernel
def third(context, x, p, n, k, u, v, w, out, work):
    """out (n,) = D3f(u, v, w), all (n + k,); scratch as in `second`. All pointers."""
    sizes = floats_of(context)
    size_u = length(u, sizes, n + k)
    size_v = length(v, sizes, n + k)
    size_w = length(w, sizes, n + k)
    along = work
    jet = shifted(work, n + k)
    for i in range(n):
        out[i] = 0.0
    for turn in range(4):
        a = 1.0 - 2.0 * (turn // 2)
        b = 1.0 - 2.0 * (turn % 2)
        for i in range(n + k):
            along[i] = u[i] / size_u + a * (v[i] / size_v) + b * (w[i] / size_w)
        call_jet(context, x, p, along, jet)
        for i in range(n):
            out[i] += a * b * jet[2 * n + i]
    for i in range(n):
        out[i] *= size_u * size_v * size_w / 24.0
