"""Files: round trips equal to the bit, files that other programs read, and files that are not what they should be."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import xarray
from exact_branches import Model, fold_branch, hopf_branch, pitchfork_diagram

from contin.branch import Branch, Diagram, Known, SpecialPoints
from contin.errors import BadValue, FileError
from contin.storage import atomic as atomic_module
from contin.storage import load, save
from contin.storage import read as read_module
from contin.storage.atomic import SEAL_LENGTH
from contin.storage.schema import COLUMNS, Table, Tables
from contin.storage.write import chunk_shape

HERE = Path(__file__).parent


def assert_same(a: Any, b: Any, where: str = "") -> None:
    """Equal in type and to the bit, except for attached systems."""
    assert type(a) is type(b) or (isinstance(a, float) and isinstance(b, float)), where
    if isinstance(a, np.ndarray):
        assert a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes(), where
    elif is_dataclass(a):
        for field in fields(a):
            if field.name != "system":
                assert_same(getattr(a, field.name), getattr(b, field.name), f"{where}.{field.name}")
    elif isinstance(a, dict):
        assert set(a) == set(b), where
        assert_same([a[name] for name in a], [b[name] for name in a], where)
    elif isinstance(a, SpecialPoints | list | tuple):
        assert len(a) == len(b), where
        for k, (left, right) in enumerate(zip(a, b, strict=True)):
            assert_same(left, right, f"{where}[{k}]")
    elif isinstance(a, float):
        assert np.float64(a).tobytes() == np.float64(b).tobytes(), where
    else:
        assert a == b, where


def hard_numbers() -> Branch:
    """Every kind of number that could be lost: negative zeros, NaN with a payload, infinities, subnormals."""
    branch = fold_branch(5)
    odd = np.array([0x7FF8_0000_0000_1234, 0x8000_0000_0000_0000, 1, 0xFFF0_0000_0000_0000], np.uint64).view(
        float
    )
    eigenvalues = np.empty((5, 2), complex)
    eigenvalues.real, eigenvalues.imag = odd[[0, 1, 2, 3, 0]][:, None], odd[[1, 2, 3, 0, 3]][:, None]
    return replace(
        branch, states=np.outer([1, 1, 1, 1, 1], odd[:2]), spectra=Known(eigenvalues), wall_time=odd[2]
    )


def without_points(branch: Branch) -> Branch:
    return replace(branch, special=SpecialPoints([]))


# --- round trips -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "what",
    [
        fold_branch(),
        hopf_branch(),
        pitchfork_diagram(),
        hard_numbers(),
        without_points(fold_branch()),
        fold_branch(1),
        Diagram(()),
        Diagram((fold_branch(),)),
        Diagram((fold_branch(), hopf_branch(), without_points(hopf_branch(3))), {"refused": 3.0}),
    ],
    ids=["fold", "hopf", "pitchfork", "hard", "no points", "one row", "no branch", "diagram of one", "three"],
)
def test_what_is_saved_comes_back_equal_to_the_bit(tmp_path: Path, what: Branch | Diagram) -> None:
    save(tmp_path / "file.h5", what)
    assert_same(load(tmp_path / "file.h5"), what)


def test_branches_of_different_width_come_back(tmp_path: Path) -> None:
    """Eigenvalues, unknowns and free parameters may be fewer on one branch than on another."""
    wide, narrow = fold_branch(5), fold_branch(7)
    point = replace(narrow.special[0], eigenvalues=np.array([2j]), tangent=np.array([1.0]), along=("c", "p"))
    narrow = replace(
        narrow,
        spectra=Known(np.ascontiguousarray(narrow.eigenvalues[:, 1:])),
        tangents=np.ones((7, 6)),
        along=("c", "p"),
        special=SpecialPoints([point, replace(point, label="LP2", along=())]),
    )
    diagram = Diagram((wide, narrow))
    save(tmp_path / "file.h5", diagram)
    assert_same(load(tmp_path / "file.h5"), diagram)


def test_large_tables_are_cut_into_chunks_and_come_back(tmp_path: Path) -> None:
    branch = fold_branch(100_001)
    save(tmp_path / "file.h5", branch)
    assert_same(load(tmp_path / "file.h5"), branch)
    with h5py.File(tmp_path / "file.h5") as file:
        for dataset in filter(lambda column: column.dtype != object, file["point"].values()):
            size = dataset.dtype.itemsize * np.prod(dataset.chunks)
            assert dataset.chunks == dataset.shape or 2**18 <= size <= 2**20
            assert (dataset.compression, dataset.compression_opts, dataset.shuffle) == ("gzip", 1, True)


@pytest.mark.parametrize("shape", [(3,), (10**6,), (10**5, 7), (10, 10**6), (40_000, 11)])
def test_chunks_are_whole_rows_of_at_most_one_mebibyte(shape: tuple[int, ...]) -> None:
    chunks = chunk_shape(shape, 8)
    assert chunks[1:] == shape[1:]
    assert chunks[0] == 1 or chunks == shape or 2**18 <= 8 * np.prod(chunks) <= 2**20


def test_settings_of_each_branch_are_kept(tmp_path: Path) -> None:
    first, second = fold_branch(), fold_branch()
    second = replace(second, settings=replace(second.settings, most_points=7))
    save(tmp_path / "file.h5", Diagram((first, second)))
    loaded = load(tmp_path / "file.h5")
    assert isinstance(loaded, Diagram)
    assert [branch.settings for branch in loaded] == [first.settings, second.settings]


def test_names_and_texts_in_any_script(tmp_path: Path) -> None:
    branch = replace(fold_branch(), name="Größe <α> 反応", derivatives="")
    save(tmp_path / "Größe α.h5", branch)
    assert_same(load(str(tmp_path / "Größe α.h5")), branch)


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_text_that_hdf5_cannot_hold_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadValue, match="cannot be stored"):
        save(tmp_path / "file.h5", replace(fold_branch(), name=text))
    assert os.listdir(tmp_path) == []


def test_word_outside_its_closed_list_is_refused(tmp_path: Path) -> None:
    branch = fold_branch()
    odd = replace(branch, special=SpecialPoints([replace(branch.special[0], kind="swallowtail")]))
    with pytest.raises(BadValue, match="'swallowtail' cannot be stored; it must be one of: fold, "):
        save(tmp_path / "file.h5", odd)


def test_branches_of_different_models_are_refused(tmp_path: Path) -> None:
    other = replace(fold_branch(), state_names=("u", "v"))
    with pytest.raises(
        BadValue, match=r"branches of one model: state names \('u', 'v'\) and \('x', 'y'\) differ"
    ):
        save(tmp_path / "file.h5", Diagram((fold_branch(), other)))
    hashes = Diagram((fold_branch(model=Model()), fold_branch(model=Model(hash="f" * 64))))
    with pytest.raises(BadValue, match="from different ones"):
        save(tmp_path / "file.h5", hashes)


@pytest.mark.parametrize(
    ("path", "what", "words"),
    [("file.h5", 3, "not int"), (fold_branch(3), "file.h5", "must be a text or a path, not Branch")],
)
def test_wrong_arguments_are_named(path: Any, what: Any, words: str) -> None:
    with pytest.raises(BadValue, match=words):
        save(path, what)


# --- other readers -----------------------------------------------------------------------------------------------


def open_group(path: Path, group: str) -> xarray.Dataset:
    return xarray.open_dataset(path, engine="h5netcdf", group=group)


def test_xarray_opens_points_by_name(tmp_path: Path) -> None:
    branch = hopf_branch()
    save(tmp_path / "file.h5", branch)
    with open_group(tmp_path / "file.h5", "point") as points:
        assert dict(points.sizes) == {"point": 11, "state": 2, "parameter": 2, "eigenvalue": 2, "unknown": 3}
        assert points.states.dims == ("point", "state")
        np.testing.assert_array_equal(points.states.sel(state="x"), branch["x"])
        np.testing.assert_array_equal(points.parameters.sel(parameter="p"), branch["p"])
        np.testing.assert_array_equal(points.eigenvalue_re + 1j * points.eigenvalue_im, branch.eigenvalues)
        assert points.stable.dtype == np.int8
        assert points.stable.attrs["flag_meanings"] == "unstable stable"
        np.testing.assert_array_equal(points.stable == 1, branch.stable)


def test_xarray_opens_special_points_branches_and_model(tmp_path: Path) -> None:
    path = tmp_path / "file.h5"
    save(path, pitchfork_diagram(model=Model()))
    with open_group(path, "special") as special:
        assert special.sizes["special"] == 2
        assert float(special.coefficients.sel(coefficient="b3")[0]) == -1.0
        assert list(special.label.values) == ["BP1", "BP1"]
        meanings = special.kind.attrs["flag_meanings"].split()
        assert [meanings[code] for code in special.kind.values] == ["branch_point", "branch_point"]
    with open_group(path, "branch") as branches:
        assert list(branches.length.values) == [21, 21]
        assert branches.end_texts.sel(end="last").values[1] == "20000 points at p = 1"
    with open_group(path, "model") as model:
        assert float(model.parameter_values.sel(parameter="c")) == 2.0
    with open_group(path, "/") as root:
        assert root.attrs["format"] == "contin"


def test_every_axis_has_a_scale_and_every_column_a_description(tmp_path: Path) -> None:
    save(tmp_path / "file.h5", pitchfork_diagram())
    with h5py.File(tmp_path / "file.h5") as file:
        assert set(file) == set(COLUMNS)
        for group, columns in COLUMNS.items():
            assert set(file[group]) == set(columns) | {
                axis for column in columns.values() for axis in column.axes
            }
            for name, column in columns.items():
                dataset = file[group][name]
                assert dataset.attrs["long_name"] == column.text
                scales = [dimension[0].name for dimension in dataset.dims]
                assert scales == [f"/{group}/{axis}" for axis in column.axes]


def test_root_tells_what_wrote_the_file(tmp_path: Path) -> None:
    save(tmp_path / "file.h5", fold_branch(model=Model()))
    with h5py.File(tmp_path / "file.h5") as file:
        attributes = dict(file.attrs)
    assert attributes["format"] == "contin" and attributes["format_version"] == "1.1"
    assert attributes["Conventions"] == "CF-1.11"
    assert attributes["content"] == "branch"
    assert attributes["model_source"] == Model().source and attributes["model_hash"] == Model().hash
    assert json.loads(attributes["settings"]) == asdict(fold_branch().settings)
    for name in ("created", "creator_version", "python_version", "numpy_version", "numba_version"):
        assert isinstance(attributes[name], str) and attributes[name]


def test_file_changed_by_another_program_is_read(tmp_path: Path) -> None:
    branch = fold_branch()
    save(tmp_path / "file.h5", branch)
    with h5py.File(tmp_path / "file.h5", "r+") as file:
        file.attrs["note"] = "checked by hand"
        file["point"]["comment"] = np.zeros(3)
    assert_same(load(tmp_path / "file.h5"), branch)


# --- the model ---------------------------------------------------------------------------------------------------


def test_load_attaches_the_model_that_is_passed(tmp_path: Path) -> None:
    model = Model()
    save(tmp_path / "file.h5", pitchfork_diagram(model=model))
    plain, attached = load(tmp_path / "file.h5"), load(tmp_path / "file.h5", model)
    assert isinstance(plain, Diagram) and isinstance(attached, Diagram)
    assert all(thing.system is None for branch in plain for thing in (branch, *branch.special))
    assert all(thing.system is model for branch in attached for thing in (branch, *branch.special))
    assert_same(attached, plain)


def test_model_without_hash_is_known_by_its_names(tmp_path: Path) -> None:
    save(tmp_path / "file.h5", fold_branch())
    model = Model()
    loaded = load(tmp_path / "file.h5", model=model)
    assert isinstance(loaded, Branch) and loaded.system is model


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (Model(hash="fedcba9876543210" * 4), r"hash is fedcba987654\.\.\., but .* with 0123456789ab\.\.\."),
        (Model(states=("y", "x")), "states are y, x, but those in .* are x, y"),
        (Model(parameters={"p": 1.0}), "parameters are p, but those in .* are p, c"),
        (Model(states=()), "states are none"),
    ],
)
def test_another_model_is_refused(tmp_path: Path, model: Model, words: str) -> None:
    save(tmp_path / "file.h5", fold_branch(model=Model()))
    with pytest.raises(BadValue, match=words):
        load(tmp_path / "file.h5", model=model)


@pytest.fixture
def sources_run(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Sources that were run, in place of running them."""
    seen: list[str] = []

    def system_from_source(source: str) -> Model:
        seen.append(source)
        return Model()

    fake = types.ModuleType("contin.systems")
    fake.system_from_source = system_from_source  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "contin.systems", fake)
    return seen


def test_source_is_run_only_if_it_is_trusted(tmp_path: Path, sources_run: list[str]) -> None:
    save(tmp_path / "file.h5", fold_branch(model=Model()))
    assert load(tmp_path / "file.h5").system is None  # type: ignore[union-attr]
    load(tmp_path / "file.h5", model=Model())
    assert sources_run == []
    assert load(tmp_path / "file.h5", trust=True).system == Model()  # type: ignore[union-attr]
    assert sources_run == [Model().source]


def test_trusted_source_may_read_differently_but_must_have_the_same_names(
    tmp_path: Path, sources_run: list[str]
) -> None:
    """Source that is collected anew from a model that was itself read need not be the same text."""
    save(tmp_path / "renamed.h5", fold_branch(model=Model(hash="f" * 64)))
    assert load(tmp_path / "renamed.h5", trust=True).system == Model()  # type: ignore[union-attr]
    save(tmp_path / "other.h5", fold_branch(model=Model(parameters={"q": 1.0})))
    with pytest.raises(BadValue, match="parameters are p, c, but those in .* are q"):
        load(tmp_path / "other.h5", trust=True)


def test_trust_needs_a_source_and_excludes_a_model(tmp_path: Path, sources_run: list[str]) -> None:
    save(tmp_path / "file.h5", fold_branch())
    with pytest.raises(FileError, match="holds no source of its model; pass the model itself"):
        load(tmp_path / "file.h5", trust=True)
    with pytest.raises(BadValue, match="not both"):
        load(tmp_path / "file.h5", model=Model(), trust=True)
    assert sources_run == []


# --- versions ----------------------------------------------------------------------------------------------------


def as_version(path: Path, version: str, without: tuple[str, ...] = ()) -> None:
    """Turn a file into one of another version by hand."""
    with h5py.File(path, "r+") as file:
        file.attrs["format_version"] = version
        for name in without:
            del file[name]


def test_older_version_that_lacks_optional_columns_is_read(tmp_path: Path) -> None:
    diagram = pitchfork_diagram()
    save(tmp_path / "file.h5", diagram)
    lacking = ("special/form", "branch/parent", "branch/parent_point", "branch/wall_time", "branch/settings")
    as_version(tmp_path / "file.h5", "0.9", lacking)
    plain = SpecialPoints([replace(diagram[0].special[0], form="")])
    loaded = load(tmp_path / "file.h5")
    assert isinstance(loaded, Diagram)
    assert_same(loaded[0], replace(diagram[0], special=plain, wall_time=0.0))
    assert loaded[1].parent is None
    assert loaded[1].settings == diagram[1].settings  # from the root's attribute


def test_older_version_is_upgraded_step_by_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path / "file.h5", fold_branch())
    with h5py.File(tmp_path / "file.h5", "r+") as file:
        file["branch"].move("derivatives", "how")
    as_version(tmp_path / "file.h5", "0.7")
    done = []

    def upgrade(version: tuple[int, int]) -> Any:
        def apply(tables: Tables) -> Tables:
            done.append(version)
            branch = tables.tables["branch"]
            columns = {**branch.columns, "derivatives": np.array(["symbolic"], dtype=object)}
            return Tables(tables.attributes, {**tables.tables, "branch": Table(branch.axes, columns)})

        return apply

    versions = [(1, 0), (0, 7), (0, 9)]
    monkeypatch.setattr(read_module, "UPGRADES", {version: upgrade(version) for version in versions})
    assert_same(load(tmp_path / "file.h5"), fold_branch())
    assert done == [(0, 9), (1, 0)]


def test_newer_minor_version_is_read(tmp_path: Path) -> None:
    branch = fold_branch()
    save(tmp_path / "file.h5", branch)
    as_version(tmp_path / "file.h5", "1.7")
    with h5py.File(tmp_path / "file.h5", "r+") as file:
        file["point"]["curvature"] = np.zeros(41)
        file.create_group("sweep")["task"] = np.zeros(3)
        settings = json.loads(file.attrs["settings"]) | {"tenderness": 3}
        file["branch/settings"][0] = json.dumps(settings)
        kinds = file["special/kind"].attrs
        kinds["flag_values"] = np.array([*kinds["flag_values"], 99], np.int8)
        kinds["flag_meanings"] = kinds["flag_meanings"] + " swallow_tail"
        file["special/kind"][0] = 99
    loaded = load(tmp_path / "file.h5")
    assert isinstance(loaded, Branch)
    assert loaded.special[0].kind == "swallow tail"
    assert_same(without_points(loaded), without_points(branch))


def test_newer_major_version_is_refused(tmp_path: Path) -> None:
    save(tmp_path / "file.h5", fold_branch())
    as_version(tmp_path / "file.h5", "2.0")
    with pytest.raises(FileError, match=r"has format version 2\.0, newer than 1\.x, .* upgrade contin"):
        load(tmp_path / "file.h5")


# --- files that are not what they should be ----------------------------------------------------------------------


def test_missing_foreign_and_empty_files_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("a = 1\n")
    (tmp_path / "empty.h5").touch()
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["states"] = np.zeros(3)
    with h5py.File(tmp_path / "numbered.h5", "w") as file:
        file.attrs["format"], file.attrs["format_version"] = "contin", 1.0
    for name, words in {
        "gone.h5": r"there is no file '.*gone\.h5'\.",
        "notes.txt": "is not an HDF5 file, so it is not a contin file",
        "empty.h5": "is empty, not a contin file",
        "other.h5": "is an HDF5 file that contin did not write",
        "numbered.h5": "is damaged and cannot be read .its format version is",
        ".": "is a folder, not a contin file",
        "a\0b": "cannot be read: embedded null byte",
    }.items():
        with pytest.raises(FileError, match=words) as caught:
            load(os.path.join(tmp_path, name))
        assert "\n" not in str(caught.value)


def test_truncated_file_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "file.h5"
    save(path, pitchfork_diagram())
    data = path.read_bytes()
    for length in [8, 100, *range(500, len(data) - SEAL_LENGTH, 1999), len(data) - SEAL_LENGTH - 1]:
        path.write_bytes(data[:length])
        with pytest.raises(FileError, match=r"file\.h5' is damaged and cannot be read"):
            load(path)


def test_one_wrong_byte_anywhere_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "file.h5"
    save(path, fold_branch(5))
    data = path.read_bytes()
    for place in np.random.default_rng(2).integers(0, len(data) - SEAL_LENGTH, 200):
        wrong = bytearray(data)
        wrong[place] ^= 0xFF
        path.write_bytes(wrong)
        with pytest.raises(FileError, match="is damaged"):
            load(path)


def test_attribute_that_cannot_be_read_is_damage(tmp_path: Path) -> None:
    """An attribute of HDF5's time type, for which NumPy has none."""
    with h5py.File(tmp_path / "file.h5", "w") as file:
        scalar = h5py.h5s.create(h5py.h5s.SCALAR)
        h5py.h5a.create(file.id, b"format", h5py.h5t.UNIX_D32LE, scalar)
    with pytest.raises(FileError, match="is damaged"):
        load(tmp_path / "file.h5")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("branch/length", [1000]),
        ("branch/start", [-5]),
        ("branch/settings", ['{"tolerance": -1}']),
        ("branch/settings", ["{"]),
        ("branch/end_reasons", [[77, 77]]),
        ("point/states", None),
        ("point", None),
        ("special/state", None),
    ],
)
def test_tables_that_contradict_each_other_are_damage(tmp_path: Path, name: str, value: Any) -> None:
    path = tmp_path / "file.h5"
    save(path, fold_branch())
    with h5py.File(path, "r+") as file:
        if value is None:
            del file[name]
        else:
            file[name][...] = value
    with pytest.raises(FileError, match="is damaged and cannot be read"):
        load(path)


def test_column_of_the_wrong_shape_is_damage(tmp_path: Path) -> None:
    save(tmp_path / "file.h5", fold_branch())
    with h5py.File(tmp_path / "file.h5", "r+") as file:
        del file["point/states"]
        file["point/states"] = np.zeros((41, 3))
    with pytest.raises(FileError, match=r"/point/states has the shape \(41, 3\), not \(41, 2\)"):
        load(tmp_path / "file.h5")


# --- nothing is lost ---------------------------------------------------------------------------------------------


def test_contin_file_is_replaced_with_its_permissions_through_links(tmp_path: Path) -> None:
    path, link = tmp_path / "file.h5", tmp_path / "link.h5"
    save(path, fold_branch())
    os.chmod(path, 0o640)
    link.symlink_to(path)
    save(link, hopf_branch())
    assert link.is_symlink() and stat.S_IMODE(path.stat().st_mode) == 0o640
    assert_same(load(path), hopf_branch())
    assert sorted(os.listdir(tmp_path)) == ["file.h5", "link.h5"]


@pytest.mark.parametrize("content", [b"", b"a = 1\n", None], ids=["empty", "text", "HDF5"])
def test_foreign_file_is_left_alone(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "file.h5"
    if content is None:
        with h5py.File(path, "w") as file:
            file["states"] = np.zeros(3)
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(FileError, match="exists and is not a sound contin file; remove it first"):
        save(path, fold_branch())
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["file.h5"]


def test_folder_in_place_of_the_file_or_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is a folder; give the name of a file in it"):
        save(tmp_path, fold_branch())
    with pytest.raises(FileError, match="the folder '.*nowhere' does not exist"):
        save(tmp_path / "nowhere" / "file.h5", fold_branch())


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Not root, to whom no folder is read-only."""
    if os.name != "posix" or os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_read_only_folder_is_named() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp" if os.path.isdir("/tmp") else None) as folder:
        path = Path(folder, "file.h5")
        save(path, fold_branch())  # also loads all that the other user might not be able to
        before = path.read_bytes()
        os.chmod(folder, 0o555)
        with ordinary_user(), pytest.raises(FileError, match="cannot be written: permission denied"):
            save(path, hopf_branch())
        os.chmod(folder, 0o755)
        assert path.read_bytes() == before and os.listdir(folder) == ["file.h5"]


def test_read_only_file_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.h5"
    save(path, fold_branch())
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(FileError, match="cannot be written: the file is read-only"):
        save(path, hopf_branch())
    assert_same(load(path), fold_branch())


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize(
    ("error", "caught"),
    [
        (OSError(28, "No space left on device"), FileError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
    ids=["full disk", "Ctrl-C"],
)
def test_failure_in_mid_write_leaves_the_old_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    error: BaseException,
    caught: type[BaseException],
) -> None:
    path = tmp_path / "file.h5"
    save(path, fold_branch())
    before = path.read_bytes()

    def fail(*_: Any) -> None:
        assert len(os.listdir(tmp_path)) == 2  # the old file and the temporary one
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(atomic_module.os, call, fail)
        with pytest.raises(caught, match="no space left on device" if caught is FileError else None):
            save(path, hopf_branch())
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["file.h5"]
    save(path, hopf_branch())
    assert_same(load(path), hopf_branch())


LIMITED = """
import resource, sys
sys.path.insert(0, sys.argv[2])
from exact_branches import fold_branch, hopf_branch
from contin.errors import FileError
from contin.storage import save
save(sys.argv[1], fold_branch())
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    save(sys.argv[1], hopf_branch())
except FileError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of file sizes are a matter of POSIX")
def test_write_that_the_system_cuts_off_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file.h5"
    run = [sys.executable, "-c", LIMITED, str(path), str(HERE)]
    done = subprocess.run(run, cwd=HERE.parent, capture_output=True, text=True, check=True)
    assert "cannot be written: file too large." in done.stdout
    assert_same(load(path), fold_branch())
    assert os.listdir(tmp_path) == ["file.h5"]


KILLED = """
import os, random, signal, sys, time
sys.path.insert(0, sys.argv[2])
from exact_branches import fold_branch
from contin.storage import load, save
path, random = sys.argv[1], random.Random(5)
save(path, fold_branch(3))
began = time.perf_counter()
save(path, fold_branch(3))
duration = time.perf_counter() - began
sizes = set()
for kill in range(20):
    child = os.fork()
    if child == 0:
        for half in range(2, 10**9):
            save(path, fold_branch(2 * half + 1))
    time.sleep(random.uniform(0, 6 * duration))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    branch = load(path)
    assert (branch["x"] ** 2 == branch["p"]).all() and len(branch.special) == 1
    sizes.add(len(branch))
print("whole", len(sizes))
"""


@pytest.mark.skipif(os.name != "posix", reason="needs fork and SIGKILL")
def test_kill_in_mid_write_leaves_a_whole_file(tmp_path: Path) -> None:
    run = [sys.executable, "-c", KILLED, str(tmp_path / "file.h5"), str(HERE)]
    one_thread = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(run, cwd=HERE.parent, env=one_thread, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("whole"), done.stderr
    assert int(done.stdout.split()[1]) > 1  # the kills met saves at different stages


def test_importing_storage_and_tables_is_light() -> None:
    heavy = "[m for m in ('h5py', 'xarray', 'pandas', 'numba', 'matplotlib', 'scipy') if m in sys.modules]"
    code = f"import sys, contin.storage, contin.tables; print({heavy})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=HERE.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
