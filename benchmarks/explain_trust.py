"""Effects, importance and trust: beside scikit-learn, and on worlds whose truth is known.

    python benchmarks/explain_trust.py [PART]...

PART: `planted` (is the true cause of a row named?), `card` (time of the card of trust for 200 rows,
and whether it calls out wrong explanations), `effects` and `importance` (beside scikit-learn on the
same model and rows: the same numbers, and the time), `intervals` (how often importance covers what
other rows say), `interactions` (pairs named, and false alarms); all by default. Seconds of the
processor are what a busy machine changes least.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
from measure import RESULTS

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.contract import learn_contract
from relevo.explain import attributions, effects, importance, interactions, trust
from relevo.explain import effect as effect_of
from relevo.learn.rows import Rows
from relevo.model.build import Built, build
from relevo.model.model import Model
from relevo.problem.problem import Problem, Source
from relevo.score.wilson import wilson
from relevo.train.central import Central
from relevo.train.judged import set_aside
from relevo.train.target import target_of

FILE = RESULTS / "explain_trust.json"
SEEDS = 3


def model_of(
    frame: pl.DataFrame, learner: str, budget: float = 4.0, trials: int | None = None
) -> Built:
    task = "classification" if frame["y"].dtype == pl.String else "regression"
    problem = Problem(
        name="world",
        task=task,  # type: ignore[arg-type]
        target="y",
        data=Source(path="x.csv"),
        positive="yes" if task == "classification" else None,
    )
    return build(
        problem,
        learn_contract(frame, "y"),
        set_aside(frame, problem, seed=0),
        Budget(budget),
        strategy=Central(),
        runner=Threads(2),
        now=datetime(2026, 1, 1, tzinfo=UTC),
        learner=learner,
        trials=trials,
    )


def plain_boosting(built: Built, trees: int = 300, leaves: int = 31) -> Model:
    """The model of a search replaced by one booster of the size that other libraries default to."""
    import lightgbm

    from relevo.learn.boosting import Boosting

    model, rows = built.model, built.tables["reference"]
    target = target_of(rows, model.problem, model.classes)
    prepared = Rows(model.matrix(rows), target)
    recipe = Boosting(leaves=leaves, threads=2)
    parameters = recipe.parameters(prepared)
    data = lightgbm.Dataset(prepared.matrix.values, target.values, params=parameters)
    booster = lightgbm.train(parameters, data, trees)
    return replace(model, predictor=recipe.predictor(booster, prepared, trees, 1.0, 0.0))


@contextmanager
def clock(into: dict[str, float]) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    into["wall_s"] = round(time.perf_counter() - wall, 3)
    into["cpu_s"] = round(time.process_time() - cpu, 3)


# What is planted: columns of an additive world and what each adds.
Shape = Callable[[np.ndarray], np.ndarray]
SHAPES: dict[str, list[Shape]] = {
    "straight": [lambda x: 2 * x, lambda x: x, lambda x: 0.7 * x, lambda x: 0.5 * x],
    "steps": [
        lambda x: 4.0 * (x > 0.5),
        lambda x: -0.9 * (x > 0),
        lambda x: 0.6 * (x > -0.5),
        lambda x: 0.5 * x,
    ],
    "bends": [
        lambda x: 1.5 * np.abs(x),
        lambda x: np.sin(3 * x),
        lambda x: x**2 / 2,
        lambda x: 0.5 * x,
    ],
    "correlated": [lambda x: 2 * x, lambda x: x, lambda x: 0.7 * x, lambda x: 0.5 * x],
}


def planted_world(
    name: str, task: str, seed: int, count: int = 4_000
) -> tuple[pl.DataFrame, np.ndarray]:
    """Rows, and what each column truly adds, `(n_rows, n_columns)`, of mean zero."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(count, 8))
    if name == "correlated":  # a column that decides nothing goes with each of the first two
        x[:, 6:] = 0.7 * x[:, :2] + np.sqrt(1 - 0.49) * x[:, 6:]
    parts = np.zeros((count, 9))
    for place, shape in enumerate(SHAPES[name]):
        parts[:, place] = shape(x[:, place])
    kind = random.choice(list("abcd"), count)
    parts[:, 8] = np.select([kind == "a", kind == "b"], [1.5, -1.5], 0.0)
    parts -= parts.mean(axis=0)
    score = parts.sum(axis=1)
    target: Any = score + random.normal(size=count) * 0.3 * score.std()
    if task == "classification":
        chance = 1 / (1 + np.exp(-3 * score / score.std()))
        target = np.where(random.random(count) < chance, "yes", "no")
    columns = {f"x{place}": x[:, place] for place in range(8)}
    frame = pl.DataFrame({**columns, "kind": kind, "y": target})
    return frame.with_row_index("row"), parts


def planted() -> dict[str, Any]:
    """Of judged rows with one clear cause (thrice the next), how often it has the largest part."""
    found: dict[str, Any] = {}
    for task in ("regression", "classification"):
        for name in SHAPES:
            for learner in ("linear", "boosting"):
                if learner == "linear" and name != "straight" and name != "correlated":
                    continue  # a straight line is no model of these worlds
                named = cases = 0
                for seed in range(SEEDS):
                    frame, parts = planted_world(name, task, seed)
                    built = model_of(frame.drop("row"), learner)
                    again = set_aside(frame, built.model.problem, seed=0).judged
                    truth = np.abs(parts[again["row"].to_numpy()])
                    explained = attributions(built.model, built.model.matrix(again))
                    order = ["x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "kind"]
                    values = np.abs(explained.values)[
                        :, [explained.columns.index(column) for column in order]
                    ]
                    ranked = np.sort(truth, axis=1)
                    clear = ranked[:, -1] >= 3 * ranked[:, -2]
                    clear &= ranked[:, -1] >= 0.5 * np.abs(truth).sum(axis=1).std()
                    hits = values.argmax(axis=1) == truth.argmax(axis=1)
                    named, cases = named + int(hits[clear].sum()), cases + int(clear.sum())
                low, high = wilson(named / cases, cases, 1.96)
                found[f"{task}, {name}, {learner}"] = {
                    "cases": cases,
                    "named": round(named / cases, 4),
                    "interval": [round(float(low), 4), round(float(high), 4)],
                }
                print(task, name, learner, found[f"{task}, {name}, {learner}"])
    return found


def wide_world(count: int = 20_000, task: str = "classification") -> pl.DataFrame:
    """20 columns: 16 numbers, 4 categories; some work together, some do nothing."""
    random = np.random.default_rng(7)
    x = random.normal(size=(count, 16))
    x[:, 1] = 0.8 * x[:, 0] + 0.6 * x[:, 1]
    kinds = random.choice(list("abcdef"), (count, 4))
    score = (
        x[:, 0] + np.sin(2 * x[:, 2]) + x[:, 3] * x[:, 4] + 0.5 * np.abs(x[:, 5]) + 0.4 * x[:, 6]
    )
    score += np.select([kinds[:, 0] == "a", kinds[:, 0] == "b"], [1.0, -1.0], 0.0)
    target: Any = score + random.normal(size=count)
    if task == "classification":
        target = np.where(score + random.logistic(size=count) > 0.4, "yes", "no")
    columns = {f"x{place}": x[:, place] for place in range(16)}
    return pl.DataFrame({**columns, **{f"k{p}": kinds[:, p] for p in range(4)}, "y": target})


def noise_of(model: Model, matrix: Any) -> Any:
    right = attributions(model, matrix)
    random = np.random.default_rng(0)
    return replace(right, values=random.permuted(right.values, axis=1))


def flipped_of(model: Model, matrix: Any) -> Any:
    right = attributions(model, matrix)
    return replace(right, values=-right.values)


def blind_of(model: Model, matrix: Any) -> Any:
    """What a row is like, whatever the model: one number for each column."""
    right = attributions(model, matrix)
    first = [matrix.columns.index(column) for column in right.columns]
    values = np.nan_to_num(matrix.values[:, first])
    return replace(right, values=values - values.mean(axis=0))


def card() -> dict[str, Any]:
    found: dict[str, Any] = {}
    built = model_of(wide_world(), "boosting", budget=20.0)
    judged = built.tables["judged"]
    small = plain_boosting(built)
    models = {"300 x 31 leaves": small, "as searched in 20 s": built.model}
    for name, model in models.items():
        spent: dict[str, float] = {}
        with clock(spent):
            answer = trust(model, judged)
        found[name] = {
            **spent,
            "rows": answer.rows,
            "verdict": answer.verdict,
            "checks": {c.name: [round(c.value, 3), c.verdict] for c in answer.checks},
        }
        print(name, found[name])
    for name, wrong in (("mixed up", noise_of), ("flipped", flipped_of), ("blind", blind_of)):
        answer = trust(small, judged, explainer=wrong)
        failed = [check.name for check in answer.checks if check.verdict == "fails"]
        found[f"wrong: {name}"] = {"verdict": answer.verdict, "failed": failed}
        print(name, failed)
    for name, model in models.items():
        spent = {}
        with clock(spent):
            pairs = interactions(model, judged)
        real = [" x ".join(pair.columns) for pair in pairs if pair.real]
        found[f"interactions, {name}"] = {**spent, "real": real}
        print("interactions", name, found[f"interactions, {name}"])
    return found


def sklearn_model(model: Model, matrix: Any) -> Any:
    """The predictor behind scikit-learn's doors, on prepared values."""
    from sklearn.base import BaseEstimator, RegressorMixin

    class Wrapped(RegressorMixin, BaseEstimator):  # type: ignore[misc]
        def fit(self, rows: Any, target: Any) -> Any:
            self.fitted_ = True
            return self

        def predict(self, rows: Any) -> Any:
            return model.predictor.predict(matrix.with_values(np.asarray(rows))).values

    return Wrapped().fit(None, None)


def of_effects() -> dict[str, Any]:
    from sklearn.inspection import partial_dependence

    built = model_of(wide_world(task="regression"), "boosting", budget=4.0)
    model = plain_boosting(built)
    rows = built.tables["judged"].head(4_000)
    matrix = model.matrix(rows)
    ranked = [one.column for one in importance(model, rows, repeats=1)][:8]
    numbers = [name for name in ranked if name.startswith("x")]
    found: dict[str, Any] = {"rows": rows.height, "columns": len(ranked), "trees": 300}
    for kind in ("ale", "pdp"):
        spent: dict[str, float] = {}
        with clock(spent):
            answer = effects(model, rows, ranked, kind)  # type: ignore[arg-type]
        found[f"relevo {kind}, 8 columns"] = spent
    ours: dict[str, float] = {}
    theirs: dict[str, float] = {}
    wrapped = sklearn_model(model, matrix)
    places = [matrix.features.index(name) for name in numbers]
    with clock(theirs):
        peer = [
            partial_dependence(wrapped, matrix.values, [p], grid_resolution=20, method="brute")
            for p in places
        ]
    grids = [one["grid_values"][0] for one in peer]
    with clock(ours):
        mine = [
            effect_of(model, rows, name, "pdp", at=grid.tolist(), most_rows=4_000)
            for name, grid in zip(numbers, grids, strict=True)
        ]
    gap = max(
        float(np.abs(np.array(a.values) - b["average"][0]).max())
        for a, b in zip(mine, peer, strict=True)
    )
    found["same grid, numbers"] = {"relevo": ours, "scikit-learn": theirs, "largest_gap": gap}
    print(found, len(answer.effects))
    return found


def of_importance() -> dict[str, Any]:
    from sklearn.inspection import permutation_importance

    built = model_of(wide_world(task="regression"), "boosting", budget=4.0)
    model = plain_boosting(built)
    rows = built.tables["judged"].head(4_000)
    matrix, target = model.matrix(rows), rows["y"].to_numpy()
    ours: dict[str, float] = {}
    theirs: dict[str, float] = {}
    with clock(ours):
        mine = {one.column: one for one in importance(model, rows, repeats=5)}
    with clock(theirs):
        peer = permutation_importance(
            sklearn_model(model, matrix),
            matrix.values,
            target,
            scoring="neg_root_mean_squared_error",
            n_repeats=5,
            random_state=0,
        )
    gaps = [
        abs(mine[name].importance - peer.importances_mean[place])
        / max(peer.importances_std[place], 1e-9)
        for place, name in enumerate(matrix.features)
    ]
    found = {
        "rows": rows.height,
        "columns": len(mine),
        "relevo": ours,
        "scikit-learn": theirs,
        "median_gap_in_shuffle_deviations": round(float(np.median(gaps)), 2),
        "largest_gap_in_shuffle_deviations": round(float(np.max(gaps)), 2),
    }
    print(found)
    return found


def intervals(samples: int = 150, rows: int = 300) -> dict[str, Any]:
    """How often 95 % intervals on 300 rows hold the importance on 40,000 rows; also over shuffles
    only, as scikit-learn's deviations are read."""
    found: dict[str, Any] = {}
    for task, metric in (("regression", "rmse"), ("classification", "roc_auc")):
        frame, _ = planted_world("straight", task, 0, 43_000)
        frame = frame.drop("row")
        model = model_of(frame.head(3_000), "linear", budget=2.0).model
        success = model.problem.success.model_copy(update={"metric": metric})
        model = replace(model, problem=model.problem.model_copy(update={"success": success}))
        truth = {
            one.column: one.importance
            for one in importance(model, frame.tail(40_000), most_rows=40_000)
        }
        hits: list[bool] = []
        naive: list[bool] = []
        for seed in range(samples):
            part = frame.tail(40_000).sample(rows, seed=seed)
            of_seeds = [importance(model, part, repeats=1, seed=s) for s in range(5)]
            drops = {
                name: [one.importance for few in of_seeds for one in few if one.column == name]
                for name in truth
            }
            for one in importance(model, part, seed=seed):
                hits.append(one.interval[0] <= truth[one.column] <= one.interval[1])
                values = drops[one.column]
                reach = 2.776 * np.std(values, ddof=1) / np.sqrt(5)
                naive.append(abs(np.mean(values) - truth[one.column]) <= reach)
        found[metric] = {
            "covered": round(float(np.mean(hits)), 3),
            "covered_over_shuffles_only": round(float(np.mean(naive)), 3),
            "intervals": len(hits),
        }
        print(metric, found[metric])
    return found


def of_interactions(worlds: int = 20) -> dict[str, Any]:
    """Boosted models of additive worlds (false alarms) and of worlds with one product (named)."""
    found: dict[str, Any] = {}
    for task in ("regression", "classification"):
        for kind in ("additive", "planted"):
            alarms = first = 0
            for seed in range(worlds):
                frame, parts = planted_world("bends", task, 100 + seed, 2_500)
                frame = frame.drop("row")
                random = np.random.default_rng(seed)
                score = parts.sum(axis=1)
                if kind == "planted":
                    score = score + 1.5 * frame["x4"].to_numpy() * frame["x5"].to_numpy()
                target: Any = score + random.normal(size=len(score))
                if task == "classification":
                    target = np.where(score + random.logistic(size=len(score)) > 0, "yes", "no")
                # One configuration without a deadline: a busy machine trains the same model.
                built = model_of(frame.with_columns(y=pl.Series(target)), "boosting", 60.0, 1)
                pairs = interactions(built.model, built.tables["judged"], seed=seed)
                wanted = {("x4", "x5")} if kind == "planted" else set()
                alarms += any(one.real and one.columns not in wanted for one in pairs)
                first += bool(pairs and pairs[0].real and pairs[0].columns in wanted)
            found[f"{task}, {kind}"] = {"worlds": worlds, "false_alarms": alarms}
            if kind == "planted":
                found[f"{task}, {kind}"]["named_first"] = first
            print(task, kind, found[f"{task}, {kind}"])
    return found


PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "planted": planted,
    "card": card,
    "effects": of_effects,
    "importance": of_importance,
    "intervals": intervals,
    "interactions": of_interactions,
}


def main() -> None:
    for part in sys.argv[1:] or PARTS:
        found = PARTS[part]()
        done = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
        done |= {"cores": os.cpu_count(), part: found}
        FILE.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
