"""A disk that is full: every command says so, and what was there before is as it was."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of twelve megabytes in memory, where this account may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=12m", "relevo-test", str(disk)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only root may mount a disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def fill(disk: Path, but_kb: int) -> None:
    """Leave so many kilobytes free."""
    (disk / "filler").unlink(missing_ok=True)
    room = os.statvfs(disk)
    (disk / "filler").write_bytes(bytes(room.f_bavail * room.f_bsize - but_kb * 1024))


def files(folder: Path) -> dict[str, str]:
    """The hash of every file that is not the store's own, by its path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("store.db")
    }


def test_a_full_disk(trained: Path, small_disk: Path, call: Any, refused: Any) -> None:
    folder, here = small_disk / "ferries", ("-C", small_disk / "ferries")
    shutil.copytree(trained, folder)
    scored = ("predict", folder / "new.csv", *here, "--out", folder / "p.parquet")
    assert call(*scored).code == 0
    kept, before = files(folder), pl.read_parquet(folder / "p.parquet").drop("prediction_id")
    renewal = ("renew", "--data", folder / "batch.csv", *here)
    # Without any room the store cannot be opened; with little, the file of a model or a batch, or
    # the log of the predictions, is what does not fit.
    for free_kb in (0, 100):
        fill(small_disk, free_kb)
        for command in (("train", *here), renewal, scored):
            refused(("", "", "run the command again"), *command)
            assert kept.items() <= files(folder).items(), (free_kb, command)
    assert {path.name for path in (folder / ".relevo/models").iterdir()} == {"v1", "v2"}
    fill(small_disk, but_kb=0)
    words = ("A full disk", "Room for the result", "Free some space")
    refused(words, "new", small_disk / "n", "--data", folder / "new.csv", "--target", "port")
    (small_disk / "filler").unlink()
    status = call("status", *here, "--json").json
    assert (status["champion"], len(status["versions"])) == (1, 2)
    assert call(*scored).code == 0
    assert pl.read_parquet(folder / "p.parquet").drop("prediction_id").equals(before)
    assert call("train", *here).code == 0
    assert call(*renewal).code in (0, 1)
