from __future__ import annotations

import json
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.errors import DataMistake
from relevo.watch.drift import drift
from relevo.watch.reference import Reference


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.integers(2, 700), st.integers(2, 300))
def test_a_saved_reference_finds_the_same_to_the_last_bit(drawn, tmp_path_factory, seed, n, m):
    before, after = drawn(seed, n), drawn(seed + 1, m, shift=0.2)
    path = tmp_path_factory.mktemp("reference") / "reference.npz"
    Reference.of(before).save(path)
    found = drift(before, after)
    assert drift(Reference.of(before), after) == found
    assert drift(Reference.load(path), after) == found


def test_the_seed_and_what_is_skipped_are_the_same_too(drawn):
    before, after = drawn(0, 9000), drawn(1, 500)
    wanted = drift(before, after, seed=3, skip=["plain"])
    assert drift(Reference.of(before, seed=3, skip=["plain"]), after, seed=3) == wanted
    assert drift(Reference.of(before, seed=3), after, seed=3, skip=["plain"]).alarm == wanted.alarm


def test_it_is_one_file_that_holds_numbers_only(drawn, tmp_path):
    path = tmp_path / "here.npz"
    Reference.of(drawn(0, 50)).save(path)
    assert [one.name for one in tmp_path.iterdir()] == ["here.npz"]
    with np.load(path, allow_pickle=False) as file:
        assert {file[name].dtype.kind for name in file.files} <= set("fiu")
    assert set(Reference.load(path).columns) == set(drawn(0, 50).columns)


def test_fewer_than_two_rows_are_refused():
    with pytest.raises(DataMistake) as caught:
        Reference.of({"x": [1.0]})
    assert caught.value.key == "watch.too_few_rows_reference"


def torn(path, reference):
    reference.save(path)
    path.write_bytes(path.read_bytes()[:-200])


def other(path, reference):
    np.savez(path, x=np.arange(3))


def text(path, reference):
    path.write_text("age\n3\n")


def nothing(path, reference):
    pass


def empty(path, reference):
    with zipfile.ZipFile(path, "w"):
        pass


def objects(path, reference):
    np.savez(path, told=np.array([{"form": 1}], dtype=object))


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("spoil", [torn, other, text, nothing, empty, objects])
def test_what_is_no_reference_is_refused(drawn, tmp_path, spoil, lang):
    path = tmp_path / "reference.npz"
    spoil(path, Reference.of(drawn(0, 50)))
    with pytest.raises(DataMistake) as caught:
        Reference.load(path)
    assert caught.value.key == "watch.bad_reference"
    assert "reference.npz" in caught.value.parts(lang)["came"]


def test_a_newer_form_is_named(tmp_path):
    told = json.dumps({"form": 99, "rows": 2, "columns": {}}).encode()
    np.savez(tmp_path / "new.npz", told=np.frombuffer(told, dtype=np.uint8))
    with pytest.raises(DataMistake) as caught:
        Reference.load(tmp_path / "new.npz")
    assert caught.value.key == "watch.newer_reference"
    assert "99" in caught.value.parts("en")["came"]
