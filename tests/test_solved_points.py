"""The special points of a branch as a sequence: each is made once, when it is asked for."""

import numpy as np
import pytest

from contin.following.solved import SolvedPoints
from contin.following.spectra import Spectra
from contin.models.griffith import griffith
from contin.points import Points, finders
from contin.problems import Equilibria
from contin_kernels.points.locate import Found
from contin_kernels.records import Rows

KINDS = ["fold", "hopf", "degenerate fold", "branch point", "fold", "marked", "hopf"]
LABELS = ["LP1", "H1", "DLP1", "BP1", "LP2", "M1", "H2"]
PLACES = np.array([1, 3, 4, 6, 8, 8, 11])
COUNT, ROWS = len(KINDS), 12

STATES = np.arange(2.0 * ROWS).reshape(ROWS, 2)
PARAMETERS = np.arange(100.0, 100.0 + 2 * ROWS).reshape(ROWS, 2)
EIGENVALUES = STATES + 1j
TANGENTS = np.arange(3.0 * ROWS).reshape(ROWS, 3)


def rows_with(**arrays):
    """Rows of which only some arrays are looked at."""
    return Rows(*(arrays.get(name) for name in Rows._fields))


@pytest.fixture
def points():
    """Seven points whose residual, error and coefficients tell their number."""
    number = np.arange(float(COUNT))
    names = [finder.names for finder in finders()]
    which = [next(i for i, pair in enumerate(names) if kind in pair) for kind in KINDS]
    found = Found(
        rows_with(residual=number),
        PLACES,
        np.zeros(COUNT, np.int64),
        np.array([int(kind != "degenerate fold") for kind in KINDS]),
        10.0 * number,
        np.array([int(kind != "degenerate fold") for kind in KINDS]),
        1000.0 * number,
        100.0 * number[:, None] + np.arange(4.0),
    )
    problem = Equilibria(griffith, "a")
    columns = np.hstack([EIGENVALUES.real, EIGENVALUES.imag])
    inspected = rows_with(columns=columns, watch=np.hstack([np.ones((ROWS, 2)), EIGENVALUES.real]))
    return SolvedPoints(
        problem,
        Points(found, np.array(which)),
        PLACES,
        STATES,
        PARAMETERS,
        Spectra(problem, None, inspected),
        TANGENTS,
        None,
    )


def test_labels_are_numbered_in_the_order_of_the_branch_whatever_is_asked_for_first(points):
    assert points[4].label == "LP2"
    assert points[0].label == "LP1"
    assert [point.label for point in points] == LABELS
    assert [point.kind for point in points] == KINDS
    assert len(points) == COUNT


def test_each_point_is_that_of_its_place(points):
    for i, point in enumerate(points):
        place = PLACES[i]
        assert point.index == place
        assert point.state.tolist() == STATES[place].tolist()
        assert point.parameters.tolist() == PARAMETERS[place].tolist()
        assert point.eigenvalues.tolist() == EIGENVALUES[place].tolist()
        assert point.tangent.tolist() == TANGENTS[place].tolist()
        assert (point.residual, point.error) == (i, 10.0 * i)
    assert points[4].coefficients == {"a": 400.0}
    assert points[2].coefficients == {}
    assert points[2].form == "degenerate"


def test_a_point_is_made_once_and_has_arrays_of_its_own(points):
    assert points[3] is points[3]
    assert points[3] is list(points)[3]
    points[3].state[:] = -1.0
    assert STATES[PLACES[3]].tolist() == [12.0, 13.0]


def test_negative_numbers_count_from_the_end(points):
    for i in range(1, COUNT + 1):
        assert points[-i] is points[COUNT - i]


def test_a_slice_is_a_tuple_of_the_same_points(points):
    assert points[1:3] == (points[1], points[2])
    assert points[::-1] == tuple(points)[::-1]
    assert points[-2:] == (points[5], points[6])
    assert points[10:] == ()


@pytest.mark.parametrize("index", [COUNT, COUNT + 1, -COUNT - 1])
def test_beyond_the_ends_there_is_no_point(points, index):
    with pytest.raises(IndexError, match=f"there are {COUNT} special points, no number {index}"):
        points[index]
