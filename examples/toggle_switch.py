"""A genetic toggle switch: two genes that repress each other.

    u' = alpha1 / (1 + v^beta) - u
    v' = alpha2 / (1 + u^gamma) - v

u and v are the concentrations of the two repressors, alpha1 and alpha2 their rates of synthesis, beta and
gamma the cooperativities of repression; dimensionless. Source: T. S. Gardner, C. R. Cantor and J. J.
Collins, Construction of a genetic toggle switch in Escherichia coli, Nature 403, 339-342 (2000), equations
(1a) and (1b).

With beta = gamma = 2 the folds satisfy u^2 + v^2 + 1 = 3 u^2 v^2. For alpha2 = 4 this makes v^3 - 3 v^2 + 1
= 0, so that they lie exactly at v = 1 + 2 cos(100 deg) = 0.6527 and v = 1 + 2 cos(20 deg) = 2.8794, with
u^2 = (1 + v^2)/(3 v^2 - 1) and alpha1 = u (1 + v^2): the switch has two stable states for 3.2297 < alpha1 <
5.7964.
"""

import contin


@contin.flow
def toggle(u, v, *, alpha1=1.0, alpha2=4.0, beta=2.0, gamma=2.0):
    """Gardner, Cantor and Collins (2000): repressors u and v."""
    return alpha1 / (1 + v**beta) - u, alpha2 / (1 + u**gamma) - v


if __name__ == "__main__":
    diagram = contin.diagram(toggle, "alpha1", span=(1.0, 8.0))
    for point in diagram.special:
        print(f"{point.kind} at alpha1 = {point['alpha1']:.10f}, u = {point['u']:.6f}, v = {point['v']:.6f}")
    diagram.plot("u").figure.savefig("toggle_switch.png")
