"""Branches on which continuation programs go wrong: contin and AUTO-07p on models whose answers are known in closed form.

`python -m benchmarks.trouble --write` makes `docs/trouble.md`. A class of trouble is a record of variants (`variant.py`),
each a model with its exact special points; `ours.py` and `auto.py` follow it, `verdict.py` compares, `page.py` writes.
"""
