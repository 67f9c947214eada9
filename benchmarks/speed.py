"""contin's speed beside AUTO-07p's, in one run: `python -m benchmarks.speed`.

docs/benchmarks.md says what is measured. Four parts, each a module here: `steps`, `whole_branch`, `first_use`,
`dominates`. Without AUTO-07p, contin's half runs alone.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

PARTS = ("steps", "whole", "first", "dominates")
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def main(arguments: list[str] | None = None) -> int:
    """Print the tables (or JSON); 0 when done."""
    options = _options(arguments)
    # Before NumPy is imported, hence the imports inside functions: threads would only spin in small problems.
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    auto = _auto() if {"steps", "whole"} & set(options.parts) else None
    record: dict[str, Any] = {"auto": auto is not None, "rounds": options.rounds}
    with tempfile.TemporaryDirectory() as folder:
        for part in options.parts:
            text, record[part] = _measure(part, auto, Path(folder), options)
            print(text + "\n", file=sys.stderr if options.json else sys.stdout, flush=True)
    if options.json:
        print(json.dumps(record, indent=2))
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description="contin beside AUTO-07p.")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="default: all")
    parser.add_argument("--rounds", type=int, default=5, help="of paired measurements (default 5)")
    parser.add_argument("--large", action="store_true", help="n = 200 too")
    parser.add_argument(
        "--no-engine", action="store_true", help="do not compile the engine anew (about a minute)"
    )
    parser.add_argument("--json", action="store_true", help="JSON on stdout, the tables on stderr")
    return parser.parse_args(arguments)


def _auto() -> Any:
    from benchmarks.rivals.auto07p import AutoError, find_auto

    try:
        return find_auto()
    except AutoError as error:
        print(f"contin alone: {error}\n", file=sys.stderr)
        return None


def _measure(part: str, auto: Any, folder: Path, options: argparse.Namespace) -> tuple[str, Any]:
    if part == "steps":
        from benchmarks.steps import measure_steps, record_of_steps, text_of_steps

        rows = measure_steps(auto, folder, options.rounds, options.large)
        return text_of_steps(rows), record_of_steps(rows)
    if part == "whole":
        from benchmarks.whole_branch import measure_whole, record_of_whole, text_of_whole

        whole = measure_whole(auto, folder, options.rounds)
        return text_of_whole(*whole), record_of_whole(*whole)
    if part == "first":
        from benchmarks.first_use import measure_first_use, record_of_first_use, text_of_first_use

        first = measure_first_use(options.rounds, not options.no_engine)
        return text_of_first_use(first), record_of_first_use(first)
    from benchmarks.dominates import measure_dominates, record_of_dominates, text_of_dominates

    profiles = measure_dominates(options.large)
    return text_of_dominates(profiles), record_of_dominates(profiles)


if __name__ == "__main__":
    sys.exit(main())
