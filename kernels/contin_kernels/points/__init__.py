"""The defining systems of special points, one file a kind, and Newton's method on them."""
