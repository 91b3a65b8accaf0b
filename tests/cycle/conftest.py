"""A small project, made once and copied for each test, and the command line in this process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from relevo import Project
from relevo.cli import main
from relevo.words import use_language

QUICK = ("--learner", "linear", "--budget", "2s")
_ROLES = {"time": "at", "id": "id", "segment": "route", "site": "port"}


def make_rows(count: int = 2000) -> pl.DataFrame:
    """Ferries, one every hour: late in wind and on bad routes."""
    random = np.random.default_rng(11)
    wind = random.gamma(4.0, 5.0, count).round(1)
    load = random.integers(20, 400, count)
    route = random.integers(0, 6, count)
    chance = 1 / (1 + np.exp(5 - 0.15 * wind - 0.004 * load - 0.5 * (route % 3)))
    start = datetime(2025, 1, 1)
    return pl.DataFrame(
        {
            "id": [f"f{number}" for number in range(count)],
            "at": [start + timedelta(hours=number) for number in range(count)],
            "route": [f"route {code}" for code in route],
            "port": random.choice(["north", "south"], count),
            "wind": wind,
            "load": load,
            "vessel": random.choice(["catamaran", "hydrofoil", "ro-ro"], count),
            "late": np.where(random.random(count) < chance, "yes", "no"),
        }
    )


@dataclass(frozen=True)
class Answer:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The only line on standard output."""
        (line,) = self.out.splitlines()
        answer = json.loads(line)
        assert isinstance(answer, dict)
        return answer


Call = Callable[..., Answer]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Run a command of `relevo` in this process."""

    def run(*arguments: object) -> Answer:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Answer(int(end.value.code or 0), out, err)

    use_language("en")
    yield run
    use_language(None)


@pytest.fixture(scope="session")
def rows() -> pl.DataFrame:
    """All rows; the first 1,600 are the problem's data."""
    return make_rows()


@pytest.fixture(scope="session")
def untrained_once(rows: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("untrained") / "ferries"
    folder.mkdir()
    data = folder / "data.csv"
    rows.head(1600).write_csv(data)
    rows.tail(400).write_csv(folder / "batch.csv")
    rows.tail(400).drop("late").write_csv(folder / "new.csv")
    with Project(folder) as project:
        project.new(data, "late", **_ROLES)
    return folder


@pytest.fixture(scope="session")
def trained_once(untrained_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained") / "ferries"
    shutil.copytree(untrained_once, folder)
    with Project(folder) as project:
        for _ in range(2):
            project.train(budget="1s", learner="linear")
        project.promote(1)
    return folder


@pytest.fixture
def untrained(untrained_once: Path, tmp_path: Path) -> Path:
    """A project with a problem file and `data.csv`, and nothing else."""
    return Path(shutil.copytree(untrained_once, tmp_path / "ferries"))


@pytest.fixture
def trained(trained_once: Path, tmp_path: Path) -> Path:
    """A project with versions 1 (the champion) and 2, `batch.csv` (labelled) and `new.csv`."""
    return Path(shutil.copytree(trained_once, tmp_path / "ferries"))
