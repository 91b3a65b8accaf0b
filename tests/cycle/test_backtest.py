"""`relevo renew --backtest`: the history is replayed, a cadence named, a page written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from relevo import Project
from relevo.renew.decay_file import read_decay

_QUICK = ("--cadences", "never,monthly,weekly")


def test_a_cadence_is_named_and_shown(untrained: Path, call: Any) -> None:
    answer = call("renew", "--backtest", "-C", untrained, *_QUICK, "--cost-per-update", 3, "--json")
    assert answer.code == 0
    found = answer.json
    assert found["recommended"] in ("never", "monthly", "weekly")
    hows = {(row["cadence"], row["how"]) for row in found["rows"]}
    assert {("never", "scratch"), ("weekly", "scratch"), ("weekly", "fine-tune")} <= hows
    for row in found["rows"]:
        assert row["interval"][0] <= row["loss"] <= row["interval"][1]
        assert row["total_cost"] > 0
        assert row["seconds"] >= 0
    page = Path(found["page"]).read_text(encoding="utf-8")
    assert found["why"].split(".")[0] in page
    assert page.count("<svg") == 3
    assert read_decay(untrained / ".relevo" / "backtest") is not None


def test_people_see_a_table_in_their_language(untrained: Path, call: Any) -> None:
    answer = call("renew", "--backtest", "-C", untrained, *_QUICK, "--lang", "es")
    assert answer.code == 0
    assert "cada semana" in answer.out
    assert "desde cero" in answer.out
    assert "weekly" not in answer.out


def test_a_page_needs_no_line_of_never(untrained: Path, call: Any) -> None:
    answer = call("renew", "--backtest", "-C", untrained, "--cadences", "monthly,weekly", "--json")
    assert {row["cadence"] for row in answer.json["rows"]} == {"monthly", "weekly"}
    assert "<svg" in Path(answer.json["page"]).read_text(encoding="utf-8")


def test_wrong_options_are_explained(untrained: Path, refused: Callable[..., None]) -> None:
    folder = ("renew", "--backtest", "-C", untrained)
    refused(("wekly", "weekly", "Did you mean weekly"), *folder, "--cadences", "never,wekly")
    refused(("cheap", "Zero or more", "--cost-per-update"), *folder, "--cost-per-update", "cheap")
    refused(("0.001", "two cadences", "--budget"), *folder, "--budget", "1ms")


def test_a_second_backtest_takes_the_finished_models(untrained: Path) -> None:
    with Project(untrained) as project:
        first = project.backtest(_QUICK[1])
        kept = {path: path.stat().st_mtime_ns for path in project.backtests.rglob("*.npz")}
        second = project.backtest("never,monthly,weekly,alarm")
    assert kept
    assert all(path.stat().st_mtime_ns == at for path, at in kept.items())
    assert first.rows == tuple(row for row in second.rows if row.cadence != "alarm")


def test_the_curve_of_the_last_backtest_decides_the_next_renewal(trained: Path) -> None:
    file = trained / "relevo.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "\n[costs]\nupdate = 1e6\n", encoding="utf-8")
    batch = pl.read_csv(trained / "batch.csv")
    soon = datetime(2025, 3, 30, tzinfo=UTC)
    with Project(trained, now=lambda: soon) as project:
        assert "--backtest" in project.renew(batch, dry_run=True).why
        project.backtest(_QUICK[1])
        assert "--backtest" not in project.renew(batch, dry_run=True).why


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"scale": 1}', '{"draws": [[1]]}'])
def test_a_broken_curve_is_none(tmp_path: Path, broken: str) -> None:
    (tmp_path / "decay.json").write_text(broken)
    assert read_decay(tmp_path) is None
