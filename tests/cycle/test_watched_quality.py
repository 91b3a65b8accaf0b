from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl


def kinds(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {signal["kind"]: signal for signal in answer["signals"]}


def test_estimates_labels_and_calibration_are_told(
    trained: Path, rows: pl.DataFrame, call: Any
) -> None:
    chance = np.random.default_rng(0).random(600)
    windy = (rows.tail(600)["wind"] > 20).to_numpy()
    seen = pl.Series(chance < np.where(windy, 0.8, 0.2))
    batch = rows.tail(600).with_columns(late=pl.when(seen).then(pl.col("late")))
    batch.write_csv(trained / "part.csv")
    here = ("-C", trained, "--json")
    found = kinds(call("watch", trained / "part.csv", *here).json)
    assert {"estimated quality", "labels", "calibration", "quality"} <= found.keys()
    assert "concept drift cannot be seen" in found["estimated quality"]["text"]
    assert found["labels"]["p_value"] < 0.05
    assert "one over its chance" in found["labels"]["text"]
    page = (trained / ".relevo" / "pages" / "watch.html").read_text(encoding="utf-8")
    assert "Estimate minus realised" in page


def test_without_outcomes_there_is_an_estimate_only(
    trained: Path, rows: pl.DataFrame, call: Any
) -> None:
    rows.tail(600).drop("late").write_csv(trained / "new.csv")
    found = kinds(call("watch", trained / "new.csv", "-C", trained, "--json").json)
    assert "estimated quality" in found
    assert not {"quality", "labels", "calibration"} & found.keys()


def test_periods_that_wait_for_outcomes_are_marked(
    trained: Path, rows: pl.DataFrame, call: Any
) -> None:
    here = ("-C", trained, "--json")
    rows.tail(600).drop("late").write_csv(trained / "new.csv")
    rows.tail(600).head(300).write_csv(trained / "outcomes.csv")
    assert call("predict", trained / "new.csv", *here).code == 0
    assert call("label", trained / "outcomes.csv", *here).json["joined"] == 300
    assert "quality" in kinds(call("watch", *here).json)
    page = (trained / ".relevo" / "pages" / "watch.html").read_text(encoding="utf-8")
    assert "With outcome" in page
