"""Both directions of a branch in one, and special points among its points, whatever the rows hold."""

from __future__ import annotations

import numpy as np
import pytest

from contin_kernels.merging import insert, join
from contin_kernels.points.locate import Found
from contin_kernels.records import Rows


def random_rows(count, seed, m=2, watched=2, columns=4):
    random = np.random.default_rng(seed)
    return Rows(
        random.normal(size=(count, m + 1)),
        random.normal(size=(count, m + 1)),
        np.cumsum(random.uniform(0.1, 1.0, count)),
        random.normal(size=(count, 2 + watched)),
        random.normal(size=(count, columns)),
        random.integers(0, 9, count),
        random.integers(0, 9, count),
        random.normal(size=count),
    )


def found_with(rows, after, on):
    count = len(after)
    return Found(
        rows,
        np.array(after, dtype=np.int64),
        np.array(on, dtype=np.int64),
        np.ones(count, np.int64),
        np.zeros(count),
        np.zeros(count, np.int64),
        np.zeros(count),
        np.zeros((count, 4)),
    )


@pytest.mark.parametrize(("back", "forth"), [(5, 4), (1, 4), (5, 1), (1, 1)])
def test_the_backward_direction_is_turned_and_the_start_stands_once(back, forth):
    backward, forward = random_rows(back, 1), random_rows(forth, 2)
    for array, other in zip(forward, backward, strict=True):
        array[0] = other[0]
    backward.arclength[:] -= backward.arclength[0]
    forward.arclength[:] -= forward.arclength[0]
    out = random_rows(back + forth - 1, 3)
    join(backward, forward, out)
    length = backward.arclength[-1]
    reverse = Rows(*(array[::-1] for array in backward))
    turned = reverse._replace(
        tangent=-reverse.tangent,
        arclength=length - reverse.arclength,
        watch=reverse.watch * [-1, -1, 1, 1],
    )
    onward = forward._replace(arclength=length + forward.arclength)
    for array, one, other in zip(out, turned, onward, strict=True):
        assert np.array_equal(array, np.concatenate([one, other[1:]]))


@pytest.mark.parametrize(
    ("after", "on"),
    [
        ([2], [0]),
        ([2], [1]),
        ([0, 0, 3, 5], [0, 0, 0, 0]),
        ([0, 5], [1, 1]),
        ([1, 1, 1], [1, 0, 0]),
        ([1, 2, 2, 4], [0, 1, 0, 0]),
        ([5, 5], [1, 0]),
    ],
)
def test_points_stand_after_their_rows_or_in_the_place_of_them(after, on):
    rows, new = random_rows(6, 1), random_rows(len(after), 2)
    kept = [("rows", k) for k in range(6)]
    for q, place in enumerate(after):
        if on[q]:
            kept[place] = ("new", q)
    for q in reversed(range(len(after))):
        if not on[q]:
            kept.insert(after[q] + 1, ("new", q))
    out, places = random_rows(len(kept), 3), np.full(len(after), -1)
    insert(rows, found_with(new, after, on), out, places)
    for array, old, other in zip(out, rows, new, strict=True):
        assert np.array_equal(array, [(old if table == "rows" else other)[k] for table, k in kept])
    assert places.tolist() == [kept.index(("new", q)) for q in range(len(after))]
