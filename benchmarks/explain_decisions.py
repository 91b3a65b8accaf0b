"""Reasons, reason codes and counterfactuals of German credit, beside EBM, LightGBM and DiCE.

    python benchmarks/explain_decisions.py

All on the same rows in one run: 800 train, 200 are held out, 15 of the held-out rows that are
refused are explained. relevo and DiCE turn the decisions of the same LightGBM trees (300 of at most
31 leaves); DiCE asks LightGBM itself. A counterfactual is valid when the trees then say "good", and
actionable when none of eight columns that a person cannot change has changed and every value is one
of the data. DiCE runs in `.venv-explain-dice`, EBM in `.venv-explain-ebm`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import lightgbm
import numpy as np
import polars as pl
from explain_planted import LEADS, TARGET, causes, planted
from measure import ROOT, Row, cost, save
from sklearn.datasets import load_diabetes, load_wine

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.contract import learn_contract
from relevo.explain import CounterfactualSearch, ReasonCoder
from relevo.explain.attributions import attributions
from relevo.explain.decisions.row_explainer import RowExplainer
from relevo.explain.decisions.wanted import Wanted
from relevo.learn.boosting_predictor import BoostingPredictor
from relevo.model.build import build
from relevo.model.model import Model
from relevo.problem.problem import Explain, Problem, Source
from relevo.train.central import Central
from relevo.train.judged import Parts

CACHE = ROOT / ".cache" / "explain"
GERMAN = ROOT / "examples" / "credit" / "data" / "german.csv"
PEERS = ROOT / "benchmarks" / "explain_peers"
DICE = ROOT / ".venv-explain-dice" / "bin" / "python"
EBM = ROOT / ".venv-explain-ebm" / "bin" / "python"
LABEL, REFUSED, REPEATS, ASKED, REASONS = "creditability", 15, 40, 4, 4
TREES = {"learning_rate": 0.03, "num_leaves": 31, "num_threads": 1, "verbose": -1, "seed": 0}
ROUNDS = 300
IMMUTABLE = (
    "credit_history",
    "purpose",
    "present_employment_since",
    "personal_status_and_sex",
    "present_residence_since",
    "age_in_years",
    "number_of_people_being_liable_to_provide_maintenance_for",
    "foreign_worker",
)


def main() -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    german = pl.read_csv(GERMAN).drop("applicant").sample(fraction=1.0, shuffle=True, seed=0)
    train, held = german[200:], german[:200]
    linear = model_of(train, held, LABEL, "linear")
    model = with_trees(linear, train, LABEL)
    predictors = [column.name for column in model.contract.required]
    answers = model.predict_table(held)["prediction"]
    rows = held.filter(answers == "bad").select(predictors).head(REFUSED).to_dicts()
    hand_over(model, train, rows)
    peer = cost(EBM, ["python", str(PEERS / "ebm_local.py"), str(CACHE)], CACHE)
    ebm = json.loads(peer.output.splitlines()[-1])
    told = {
        "us_one_row": one_row(linear, model, train, rows) | {"EBM explain_local": ebm},
        "codes": codes(linear, model, train, held),
        "planted": {name: named_first(name) for name in ("linear", "boosting")},
        "counterfactuals": turned(model, train, rows),
        "counterfactuals_of_others": others(train, held),
    }
    save("explain_decisions", table(told), refused_rows=len(rows), **told)
    print(json.dumps(told, indent=1))


def model_of(
    train: pl.DataFrame,
    held: pl.DataFrame,
    target: str,
    learner: str,
    task: str = "classification",
) -> Model:
    immutable = IMMUTABLE if target == LABEL else ()
    problem = Problem(
        name="refusals",
        task=task,  # type: ignore[arg-type]
        target=target,
        positive=None if target == "target" else "bad",
        data=Source(path="rows.csv"),
        explain=Explain(immutable=immutable),
    )
    return build(
        problem,
        learn_contract(pl.concat([train, held]), target),
        Parts(train, held, False),
        Budget(10.0),
        strategy=Central(),
        runner=Threads(1),
        now=datetime(2026, 1, 1, tzinfo=UTC),
        learner=learner,
    ).model


def with_trees(model: Model, train: pl.DataFrame, target: str) -> Model:
    """The same model with LightGBM's trees in place of its predictor."""
    matrix = model.matrix(train)
    data = lightgbm.Dataset(
        matrix.values,
        (train[target] == "bad").to_numpy().astype(float),
        categorical_feature=list(matrix.categories),
        params={"verbose": -1},
    )
    booster = lightgbm.train({"objective": "binary", **TREES}, data, ROUNDS)
    trees = BoostingPredictor(booster.model_to_string(), matrix.features, model.classes, {})
    trees.threads = 1
    return replace(model, predictor=trees)


def hand_over(model: Model, train: pl.DataFrame, rows: list[dict[str, Any]]) -> None:
    """Write what the peers need."""
    assert isinstance(model.predictor, BoostingPredictor)
    codes = {
        step.column: {name: code for code, name in enumerate(step.frequent, 1)}
        for step in model.preparation.steps
        if hasattr(step, "frequent")
    }
    columns = [column.name for column in model.contract.required]
    assert tuple(columns) == model.preparation.features
    asked = {"rows": rows, "columns": columns, "codes": codes, "target": LABEL}
    asked |= {"immutable": IMMUTABLE, "n": ASKED}
    (CACHE / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    (CACHE / "trees.txt").write_text(model.predictor.text, encoding="utf-8")
    train.select([*columns, LABEL]).write_csv(CACHE / "train.csv")


def timed(call: Callable[[int], object], count: int, repeats: int = REPEATS) -> dict[str, float]:
    """Microseconds of one call, after one round that warms up: on the wall, and of the CPU."""
    wall, cpu = [], []
    for repeat in range(repeats + 1):
        for at in range(count):
            start, used = time.perf_counter(), time.thread_time()
            call(at)
            spent, taken = time.thread_time() - used, time.perf_counter() - start
            if repeat:
                wall.append(taken * 1e6)
                cpu.append(spent * 1e6)
    marks = {"p50": 50, "p99": 99}
    return {name: float(np.percentile(wall, at)) for name, at in marks.items()} | {
        f"cpu_{name}": float(np.percentile(cpu, at)) for name, at in marks.items()
    }


def one_row(
    linear: Model, trees: Model, train: pl.DataFrame, rows: list[dict[str, Any]]
) -> dict[str, dict[str, float]]:
    """What the strongest reasons of a prepared row, texts included, and whole codes take."""
    found, count = {}, len(rows)
    for name, model in (("linear", linear), ("trees", trees)):
        prepared = [model.preparation.row(row) for row in rows]
        said = [model.answer(row) for row in prepared]
        contributions = model.predictor.contributions_row
        explainer, coder = RowExplainer.of(model, "en"), ReasonCoder(model, train, "en")
        found[f"{name}: contributions"] = timed(lambda at: contributions(prepared[at]), count)  # noqa: B023
        found[f"{name}: {REASONS} reasons with texts"] = timed(
            lambda at: explainer.strongest(prepared[at], rows[at], said[at], REASONS),  # noqa: B023
            count,
        )
        # EBM and DiCE are given the row as it comes, so preparing it belongs to the comparison.
        found[f"{name}: prepared, predicted and {REASONS} reasons"] = timed(
            lambda at: from_the_row(model, explainer, rows[at]),  # noqa: B023
            count,
        )
        found[f"{name}: codes, tried and with stability"] = timed(
            lambda at: coder.codes([prepared[at]], [rows[at]], [said[at]]),  # noqa: B023
            count,
            REPEATS // 4,
        )
    assert isinstance(trees.predictor, BoostingPredictor)
    booster = lightgbm.Booster(model_str=trees.predictor.text)
    ready = [trees.preparation.row(row)[np.newaxis] for row in rows]
    found["LightGBM pred_contrib"] = timed(
        lambda at: booster.predict(ready[at], pred_contrib=True, num_threads=1),
        count,
        REPEATS // 4,
    )
    return found


def from_the_row(model: Model, explainer: RowExplainer, row: dict[str, Any]) -> object:
    prepared = model.preparation.row(row)
    return explainer.strongest(prepared, row, model.answer(prepared), REASONS)


def codes(linear: Model, trees: Model, train: pl.DataFrame, held: pl.DataFrame) -> dict[str, Any]:
    """How many columns that push are borne out by the model, and how stable the codes are."""
    told = {}
    for name, model in (("linear", linear), ("trees", trees)):
        found = [one for one in ReasonCoder(model, train)(held) if one.adverse]
        errors = [
            abs(one.base + sum(c.contribution for c in one.codes) + one.rest - one.score)
            for one in found
        ]
        told[name] = {
            "refused": len(found),
            "without_code": sum(not one.codes for one in found),
            "mean_codes": float(np.mean([len(one.codes) for one in found])),
            "borne_out_share_of_raw_top_4": raw_top_borne_out(model, train, held),
            "stability": float(np.mean([one.stability for one in found])),
            "largest_additivity_error": max(errors),
        }
    return told


def raw_top_borne_out(model: Model, train: pl.DataFrame, held: pl.DataFrame) -> float:
    """Of the four largest pushes by attribution alone, the share that the model bears out."""
    coder = ReasonCoder(model, train)
    rows = held.filter(model.predict_table(held)["prediction"] == "bad")
    matrix = model.matrix(rows)
    parts = attributions(model, matrix)
    hits = []
    for at, row in enumerate(rows.select([c.name for c in model.contract.required]).to_dicts()):
        before = model.predict_row(row)["probabilities"]["bad"]
        for place in np.argsort(-parts.values[at])[:4]:
            if parts.values[at, place] > 0:
                column = parts.columns[place]
                tried = model.predict_row(row | {column: coder.typical[column]})
                hits.append(tried["probabilities"]["bad"] < before)
    return float(np.mean(hits))


def named_first(learner: str) -> dict[str, dict[str, float]]:
    """How often the planted cause is the first reason, by how far it leads."""
    train, _ = planted(10_000, 0)
    judged, parts = planted(6_000, 1)
    model = model_of(train, judged[:1000], TARGET, learner)
    columns = judged.drop(TARGET).columns
    found = ReasonCoder(model, train)(judged)
    said = attributions(model, model.matrix(judged))
    first = [said.columns[at] for at in said.values.argmax(axis=1)]
    told = {}
    for lead in LEADS:
        cases = [
            (bool(one.codes) and one.codes[0].column == cause, raw == cause)
            for one, raw, cause in zip(found, first, causes(parts, columns, lead), strict=True)
            if one.adverse and cause is not None
        ]
        by_code, by_raw = np.mean(cases, axis=0).tolist()
        told[f"lead of {lead}"] = {
            "cases": len(cases),
            "by_code": by_code,
            "by_attribution_alone": by_raw,
        }
    return told


def turned(model: Model, train: pl.DataFrame, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """relevo and DiCE on the same rows."""
    cost(DICE, ["python", str(PEERS / "dice.py"), str(CACHE)], CACHE)
    peer = json.loads((CACHE / "dice.json").read_text(encoding="utf-8"))
    told = {}
    for n in (1, ASKED):
        start = time.perf_counter()
        search = CounterfactualSearch(model, train)
        ready = time.perf_counter() - start
        ours = []
        for row in rows:
            start = time.perf_counter()
            found = search(row, "good", n)
            seconds = time.perf_counter() - start
            ours.append({"seconds": seconds, "found": [one.row for one in found]})
        told[f"relevo, {n} asked"] = {"ready_s": ready, **judged(model, train, rows, ours, n)}
    return told | {
        f"DiCE {name}, {ASKED} asked": judged(model, train, rows, found, ASKED)
        for name, found in peer.items()
    }


def others(train: pl.DataFrame, held: pl.DataFrame) -> dict[str, Any]:
    """relevo alone: what `relevo train` gives on German credit, three classes, and a regression."""
    german = model_of(train, held, LABEL, "boosting")
    told = {"german, trained by relevo": least(german, train, held, "good")}
    for name, load, wanted in (
        ("wine, three classes", load_wine, 1),
        ("diabetes, regression", load_diabetes, "<= 130"),
    ):
        frame = pl.from_pandas(load(as_frame=True).frame).sample(fraction=1.0, shuffle=True, seed=0)
        task = "regression" if name.startswith("diabetes") else "classification"
        cut = frame.height * 2 // 3
        model = model_of(frame[:cut], frame[cut:], "target", "boosting", task)
        told[name] = least(model, frame[:cut], frame[cut:], wanted)
    return told


def least(model: Model, train: pl.DataFrame, held: pl.DataFrame, wanted: Any) -> dict[str, float]:
    """The first 15 held-out rows that are not as wanted, one counterfactual each."""
    aim, search = Wanted.of(model, wanted), CounterfactualSearch(model, train)
    names = [column.name for column in model.contract.required]
    rows = [row for row in held.select(names).to_dicts() if not aim.met(model.predict_row(row))][
        :REFUSED
    ]
    found, seconds = [], []
    for row in rows:
        start = time.perf_counter()
        found.append(search(row, wanted))
        seconds.append(time.perf_counter() - start)
    ones = [one for each in found for one in each]
    return {
        "rows": len(rows),
        "found": len(ones),
        "valid_share": float(np.mean([aim.met(model.predict_row(one.row)) for one in ones])),
        "plausible_share": float(np.mean([bool(one.plausible) for one in ones])),
        "changes_mean": float(np.mean([len(one.changes) for one in ones])),
        "changes_median": float(np.median([len(one.changes) for one in ones])),
        "seconds_per_row_median": float(np.median(seconds)),
        "seconds_per_row_max": max(seconds),
    }


def judged(
    model: Model,
    train: pl.DataFrame,
    rows: list[dict[str, Any]],
    answers: list[dict[str, Any]],
    n: int,
) -> dict[str, float]:
    """Of all that was found: valid, actionable, how many changes; and how many rows have one."""
    least = {name: (train[name].min(), train[name].max()) for name in rows[0]}
    valid, actionable, changes, with_one = [], [], [], 0
    for row, answer in zip(rows, answers, strict=True):
        good = []
        for found in answer["found"]:
            now = {name: type(row[name])(found[name]) for name in row}
            differ = [name for name in row if now[name] != row[name]]
            inside = all(least[name][0] <= now[name] <= least[name][1] for name in differ)
            valid.append(model.predict_row(now)["label"] == "good")
            actionable.append(inside and not set(differ) & set(IMMUTABLE))
            changes.append(len(differ))
            good.append(valid[-1] and actionable[-1])
        with_one += any(good)
    seconds = [answer["seconds"] for answer in answers]
    return {
        "found": len(valid),
        "of": n * len(rows),
        "valid_share": float(np.mean(valid)) if valid else float("nan"),
        "actionable_share": float(np.mean(actionable)) if valid else float("nan"),
        "rows_with_a_valid_actionable_one": with_one,
        "changes_mean": float(np.mean(changes)) if valid else float("nan"),
        "changes_median": float(np.median(changes)) if valid else float("nan"),
        "seconds_per_row_median": float(np.median(seconds)),
        "seconds_per_row_max": max(seconds),
        "errors": sum(bool(answer.get("error")) for answer in answers),
    }


def table(told: dict[str, Any]) -> list[Row]:
    us, turns = told["us_one_row"], told["counterfactuals"]
    ours = us[f"linear: {REASONS} reasons with texts"]
    trees = us[f"trees: {REASONS} reasons with texts"]
    count = REFUSED * REPEATS
    one, peer = turns[f"relevo, {ASKED} asked"], turns[f"DiCE random, default, {ASKED} asked"]
    kept = turns[f"DiCE random, to vary, {ASKED} asked"]
    ebm, contrib = us["EBM explain_local"], us["LightGBM pred_contrib"]
    return [
        Row("reasons, linear, p50", "us", ours["p50"], ebm["p50"], "EBM explain_local", count),
        Row("reasons, linear, p99", "us", ours["p99"], ebm["p99"], "EBM explain_local", count),
        Row("reasons, trees, p50", "us", trees["p50"], contrib["p50"], "pred_contrib", count),
        Row("reasons, trees, p99", "us", trees["p99"], contrib["p99"], "pred_contrib", count),
        *(
            Row(f"counterfactuals, {key}", unit, one[key], other[key], name, REFUSED)
            for key, unit in (
                ("seconds_per_row_median", "s"),
                ("valid_share", "share"),
                ("actionable_share", "share"),
                ("changes_mean", "columns"),
            )
            for other, name in ((peer, "DiCE random"), (kept, "DiCE, columns named"))
        ),
    ]


if __name__ == "__main__":
    main()
