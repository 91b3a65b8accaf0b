"""Every command of the interface, from the first to the last, in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from relevo import Project
from relevo.cli import COMMANDS, GROUPS

# The order in which a project lives, what each command needs, its exit code, and the keys that its
# `--json` answer must have.
LIFE: list[tuple[str, int, set[str]]] = [
    (
        "new wheel --data data.csv --target late --time at --id id --segment route --site port",
        0,
        {"task", "why", "rows", "columns", "file"},
    ),
    ("check", 0, {"ok", "findings"}),
    (
        "train --learner linear --budget 2s",
        0,
        {
            "version",
            "metric",
            "value",
            "interval",
            "rows_judged",
            "seconds",
            "peak_memory_mb",
            "strategy",
            "learner",
            "leaderboard",
        },
    ),
    ("train --from 1 --budget 2s --seed 3 --runner threads --strategy central", 0, {"version"}),
    ("compare --strategies central,stratified --budget 2s", 0, {"rows", "metric"}),
    ("promote 1", 0, {"champion", "previous"}),
    ("promote 2", 0, {"champion", "previous"}),
    ("rollback", 0, {"champion", "previous"}),
    ("challenge 2 --canary 0.1", 0, {"challengers"}),
    ("challenge", 0, {"challengers"}),
    ("challenge 2 --stop", 0, {"challengers"}),
    ("key add shop --role predict", 0, {"name", "role", "key"}),
    ("key list", 0, {"keys"}),
    ("key remove shop", 0, {"name"}),
    ("validate", 0, {"evidence"}),
    ("validate 2 --target-population batch.csv", 0, {"evidence", "population"}),
    ("explain", 0, {"importance"}),
    ("explain 2 --rows new.csv -n 2", 0, {"rows"}),
    ("explain --row ROW", 0, {"rows"}),
    ("explain --row ROW --wanted yes", 0, {"rows"}),
    ("card 2", 0, {"page", "markdown"}),
    ("train --learner additive --budget 2s", 0, {"version"}),
    ("edit 3 --column wind --make rising --why physics --by board", 0, {"version", "gain"}),
    ("predict new.csv", 0, {"rows", "seconds", "out"}),
    ("predict new.csv --out scored.csv", 0, {"rows", "seconds", "out"}),
    (
        "export --to as-onnx --as onnx",
        0,
        {"version", "format", "folder", "files", "largest_difference", "rows_compared"},
    ),
    ("export 2 --to as-mlflow --as mlflow", 0, {"version", "format", "folder", "files"}),
    ("check batch.csv", 0, {"ok", "findings"}),
    ("check shifted.csv", 1, {"ok", "findings"}),
    ("label batch.csv", 0, {"joined", "unmatched"}),
    ("watch", 0, {"signals", "alarm"}),
    ("watch shifted.csv", 0, {"signals", "alarm"}),
    ("renew --dry-run", 0, {"decision", "why", "champion", "challengers"}),
    ("renew --data batch.csv --budget 2s", 1, {"decision", "why", "champion", "challengers"}),
    ("run --budget 2s", 0, {"champion", "steps"}),
    ("history", 0, {"decisions"}),
    ("status", 0, {"champion", "versions", "alarm"}),
]


@pytest.fixture(scope="session")
def row(rows: pl.DataFrame) -> str:
    one = rows.tail(1).drop("late").with_columns(pl.col("at").dt.strftime("%Y-%m-%dT%H:%M:%S"))
    return json.dumps(one.to_dicts()[0])


@pytest.fixture
def folder(tmp_path: Path, rows: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user stands: the data, and no project yet."""
    rows.head(1600).write_csv(tmp_path / "data.csv")
    rows.tail(400).write_csv(tmp_path / "batch.csv")
    rows.tail(400).drop("late").write_csv(tmp_path / "new.csv")
    rows.tail(400).with_columns(pl.col("wind") * 1000).write_csv(tmp_path / "shifted.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def words(line: str, row: str) -> list[str]:
    given = [row if word == "ROW" else word for word in line.split()]
    return given if given[0] == "new" else [*given, "-C", "wheel"]


def test_the_whole_life_as_json(folder: Path, row: str, call: Any) -> None:
    answers: dict[str, dict[str, Any]] = {}
    for line, code, keys in LIFE:
        answer = call(*words(line, row), "--json")
        assert (answer.code, answer.err) == (code, ""), (line, answer)
        assert keys <= set(answer.json), line
        answers[line] = answer.json
    held_to_their_meaning(answers)


def held_to_their_meaning(answers: dict[str, dict[str, Any]]) -> None:
    new = answers[LIFE[0][0]]
    assert (new["task"], new["rows"], new["columns"]) == ("classification", 1600, 8)
    trained = answers["train --learner linear --budget 2s"]
    assert trained["interval"][0] < trained["value"] < trained["interval"][1]
    assert (trained["version"], trained["rows_judged"]) == (1, 320)
    assert (trained["strategy"], trained["learner"]) == ("central", "linear")
    compared = answers["compare --strategies central,stratified --budget 2s"]["rows"]
    assert [one["strategy"] for one in compared] == ["central", "stratified"]
    assert {"value", "interval", "seconds", "gain", "bands"} <= set(compared[0])
    assert answers["promote 1"] == {"champion": 1, "previous": None}
    assert answers["promote 2"] == {"champion": 2, "previous": 1}
    assert answers["rollback"] == {"champion": 1, "previous": 2}
    assert answers["challenge"] == answers["challenge 2 --canary 0.1"]
    assert [one["version"] for one in answers["challenge"]["challengers"]] == [2]
    assert [one["name"] for one in answers["key list"]["keys"]] == ["shop"]
    assert "auc" in answers["validate 2 --target-population batch.csv"]["population"]
    explained = answers["explain 2 --rows new.csv -n 2"]["rows"]
    assert len(explained) == 400
    assert {len(one["reasons"]) for one in explained} == {2}
    assert answers["explain --row ROW"]["rows"][0]["prediction"]["label"] in ("no", "yes")
    assert answers["predict new.csv"]["rows"] == 400
    assert Path(answers["predict new.csv --out scored.csv"]["out"]).exists()
    exported = answers["export --to as-onnx --as onnx"]
    assert (exported["version"], exported["files"]) == (1, ["export.json", "model.onnx"])
    assert exported["largest_difference"] < 1e-6
    assert exported["rows_compared"] > 320
    copied = answers["export 2 --to as-mlflow --as mlflow"]
    assert (copied["version"], copied["largest_difference"]) == (2, None)
    assert (Path(copied["folder"]) / "MLmodel").exists()
    found = answers["check shifted.csv"]["findings"]
    assert {tuple(one) for one in found} == {("column", "rule", "expected", "got", "rows")}
    assert {one["rule"] for one in found} == {"range", "level"}
    assert answers["label batch.csv"] == {"joined": 400, "unmatched": []}
    assert not answers["watch"]["alarm"], [s for s in answers["watch"]["signals"] if s["alarm"]]
    assert answers["watch shifted.csv"]["alarm"]
    signal = answers["watch"]["signals"][0]
    assert {"kind", "column", "size", "p_value", "alarm"} <= set(signal)
    renewed = answers["renew --data batch.csv --budget 2s"]
    assert (renewed["decision"], renewed["champion"]) == ("keep", 1)
    assert [one["how"] for one in renewed["challengers"]] in (
        ["fine-tune", "scratch"],
        ["scratch", "fine-tune"],
    )
    assert {"version", "how", "value", "interval", "seconds"} <= set(renewed["challengers"][0])
    assert [one["step"] for one in answers["run --budget 2s"]["steps"]] == [
        "check",
        "train",
        "validate",
        "explain",
        "promote",
    ]
    kinds = [one["kind"] for one in answers["history"]["decisions"]]
    assert kinds == [
        "promote", "promote", "rollback", "challenge", "stop", "keep", "promote",
    ]  # fmt: skip
    assert answers["status"]["champion"] == answers["run --budget 2s"]["champion"]


def test_the_whole_life_for_people_in_spanish(folder: Path, row: str, call: Any) -> None:
    told = {}
    for line, code, _ in LIFE:
        answer = call(*words(line, row), "--lang", "es")
        assert (answer.code, answer.err) == (code, ""), (line, answer)
        told[line] = answer.out
    assert "Tarea" in told[LIFE[0][0]]
    assert "Los datos cumplen el contrato." in told["check"]
    assert "Los datos incumplen el contrato:" in told["check shifted.csv"]
    assert "Campeona" in told["promote 1"]
    assert "Sin predicción" in told["label batch.csv"]
    assert "Segundos" in told["run --budget 2s"]
    trained = next(out for line, out in told.items() if line.startswith("train"))
    assert "=" in trained  # settings, without those that are off
    assert "None" not in trained
    assert "False" not in trained
    problem = (folder / "wheel" / "relevo.toml").read_text(encoding="utf-8")
    assert "Para qué sirven las columnas" in problem


def test_every_command_is_in_the_life_but_those_that_wait_or_are_for_later() -> None:
    lived = {line.split()[0] for line, _, _ in LIFE}
    assert set(COMMANDS) - lived == {"serve"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, call: Any) -> None:
    answer = call(command, "--help")
    assert answer.code == 0
    assert f"relevo {command}" in answer.out


@pytest.mark.parametrize("group", GROUPS)
def test_what_follows_a_group_has_help(group: str, call: Any) -> None:
    listed = call(group, "--help").out
    for verb in GROUPS[group]:
        assert verb in listed
        assert f"relevo {group} {verb}" in call(group, verb, "--help").out


@pytest.mark.parametrize("budget", ["1s", "1"])
def test_a_budget_of_one_second_is_enough(budget: str, untrained: Path, call: Any) -> None:
    trained = call("train", "--learner", "auto", "--budget", budget, "-C", untrained, "--json")
    assert trained.code == 0
    assert trained.json["leaderboard"]
    with Project(untrained) as project:
        assert project.model(1).lineage.budget_seconds == 1


def test_the_sdk_gives_what_json_prints(untrained: Path, call: Any) -> None:
    with Project(untrained) as project:
        trained = project.train(budget="1s")
        promoted = project.promote(trained.version)
    assert (promoted.champion, promoted.previous) == (1, None)
    printed = call("status", "-C", untrained, "--json").json
    assert printed["champion"] == 1
    assert printed["versions"][0]["value"] == trained.value
