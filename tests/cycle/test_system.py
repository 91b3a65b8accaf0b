from __future__ import annotations

import errno
import shutil

import polars as pl
import pytest

from relevo.cycle.system import system_explained
from relevo.errors import DataMistake, StoreMistake, UserMistake

FULL = [
    OSError(errno.ENOSPC, "No space left on device"),
    OSError("No space left on device (os error 28)"),
    pl.exceptions.ComputeError("parquet: No space left on device (os error 28)"),
    shutil.Error([("a", "b", "[Errno 28] No space left on device: 'a' -> 'b'")]),
]


@pytest.mark.parametrize("error", FULL, ids=lambda error: type(error).__name__)
def test_a_full_disk_in_the_words_of_every_library(error: Exception) -> None:
    with pytest.raises(StoreMistake) as caught, system_explained():
        raise error
    assert caught.value.key == "cycle.disk_full"


def test_a_path_that_cannot_be_reached_is_named() -> None:
    with pytest.raises(DataMistake) as caught, system_explained():
        open("/nowhere/at/all")  # noqa: PTH123, SIM115
    assert "/nowhere/at/all" in caught.value.parts("en")["came"]


@pytest.mark.parametrize(
    "error", [KeyError("x"), OSError(errno.EBADF, "Bad file descriptor"), ValueError("os 28")]
)
def test_what_is_no_mistake_of_the_user_passes(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, system_explained():
        raise error
    assert caught.value is error


def test_a_mistake_that_is_explained_already_passes() -> None:
    with pytest.raises(UserMistake) as caught, system_explained():
        raise DataMistake("cycle.disk_full", reason="(os error 28)")
    assert type(caught.value) is DataMistake
