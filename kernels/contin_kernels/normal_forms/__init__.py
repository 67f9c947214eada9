"""Normal-form coefficients by directional derivatives (Kuznetsov, Elements of Applied Bifurcation Theory, 3rd ed. 2004)."""
