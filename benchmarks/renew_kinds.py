"""Which kind of update keeps up with a drifting stream, and what does it cost?

A year of flights, day by day: the first 59 days train, then every week the model is updated on the
labels known by then, and answers for the next seven days. All kinds start from the same LightGBM
model of 100 trees. "Worse" counts the updates after which the next week's log loss was higher than
that of the model they replaced: as a mean, and beyond noise (95 % t-interval over its days).
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
import polars as pl
from measure import RESULTS, ROOT
from numpy.typing import NDArray
from scipy.special import stdtrit
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from threadpoolctl import threadpool_limits

from relevo.compute.budget import Budget
from relevo.learn.boosting import Boosting
from relevo.learn.boosting_predictor import BoostingPredictor
from relevo.learn.learner import Target
from relevo.learn.linear import Linear
from relevo.learn.rows import Rows
from relevo.prepare.matrix import Matrix

Floats = NDArray[np.float64]
WARM_UP_DAYS, LAST_DAY, EVERY_DAYS = 59, 365, 7
NUMBERS = (
    "distance", "departure_minute", "arrival_minute", "planned_minutes", "plane_year",
    "plane_seats", "temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip",
    "pressure", "visib", "weekday",
)  # fmt: skip
CATEGORIES = ("carrier", "origin", "dest")
TREES = 100
PARAMETERS = {
    "objective": "binary", "learning_rate": 0.1, "num_leaves": 31, "min_data_in_leaf": 20,
    "num_threads": 1, "seed": 0, "verbosity": -1,
}  # fmt: skip


@dataclass(frozen=True)
class Stream:
    """Rows in the order of time; `day` counts from 0."""

    rows: Rows
    day: NDArray[np.int64]

    def between(self, first: int, end: int) -> Rows:
        start, stop = np.searchsorted(self.day, (first, end))
        return self.rows.take(slice(int(start), int(stop)))


@dataclass(frozen=True)
class Kind:
    """A kind of update: from a model, the rows since its last change, and all rows known."""

    name: str
    update: Callable[[Any, Rows, Rows], Any]
    start: Callable[[Rows], Any]
    scores: Callable[[Any, Rows], Floats]
    keeps_rows: bool = False  # whether rows stay new until a model has learnt from them


def flights() -> Stream:
    files = sorted((ROOT / "examples" / "flights" / "data").glob("2013-*.parquet"))
    frame = pl.concat([pl.read_parquet(file) for file in files]).sort("scheduled")
    when = pl.col("scheduled")
    frame = frame.with_columns(weekday=when.dt.weekday(), day=when.dt.ordinal_day() - 1)
    numbers = [frame[name].cast(pl.Float64).fill_null(float("nan")) for name in NUMBERS]
    codes = [frame[name].rank("dense").cast(pl.Float64) for name in CATEGORIES]
    values = np.column_stack([column.to_numpy() for column in (*numbers, *codes)])
    names = (*NUMBERS, *CATEGORIES)
    sizes = {len(NUMBERS) + i: int(code.max()) + 1 for i, code in enumerate(codes)}
    late = (frame["late"] == "yes").cast(pl.Float64).to_numpy()
    rows = Rows(Matrix(values, names, names, sizes), Target(late, ("no", "yes")))
    return Stream(rows, frame["day"].cast(pl.Int64).to_numpy())


def scratch(rows: Rows) -> lightgbm.Booster:
    return lightgbm.train(PARAMETERS, _dataset(rows), TREES)


def ours(rows: Rows) -> BoostingPredictor:
    predictor = BoostingPredictor(
        scratch(rows).model_to_string(), rows.matrix.features, rows.target.classes, {}
    )
    predictor.threads = 1
    return predictor


def kinds() -> list[Kind]:
    def plain(name: str, update: Callable[[Any, Rows, Rows], Any]) -> Kind:
        return Kind(name, update, scratch, lambda model, rows: _raw(model, rows))

    def stepped(way: str) -> Callable[[Any, Rows, Rows], Any]:
        learner = Boosting(ordered=True, fine_tuning=way)
        return lambda model, new, known: learner.fine_tune(model, new, Budget(60.0))

    def of_relevo(name: str, update: Callable[[Any, Rows, Rows], Any]) -> Kind:
        return Kind(name, update, ours, lambda model, rows: model.scores(rows.matrix)[:, 0], True)

    return [
        plain("never", lambda model, new, known: model),
        plain("from scratch on all rows", lambda model, new, known: scratch(known)),
        plain("LightGBM refit, decay 0.9", lambda model, new, known: _refitted(model, new, 0.9)),
        plain("LightGBM refit, decay 0.5", lambda model, new, known: _refitted(model, new, 0.5)),
        plain("LightGBM + 5 trees on new rows", lambda model, new, known: _grown(model, new, 5)),
        Kind("SGD never", lambda model, new, known: model, _sgd, _sgd_scores),
        Kind("SGD partial_fit on new rows", _sgd_more, _sgd, _sgd_scores),
        of_relevo("relevo, stride 1", stepped("steps_1")),
        of_relevo("relevo, stride 3", stepped("steps_3")),
        of_relevo("relevo, stride 10", stepped("steps_10")),
        of_relevo("relevo, chosen on evidence", stepped("auto")),
        Kind("relevo linear never", lambda model, new, known: model, _line, _of_line, True),
        Kind("relevo linear from scratch", _line_anew, _line, _of_line),
        Kind("relevo linear, chosen on evidence", _line_more, _line, _of_line, True),
    ]


def replay(stream: Stream, kind: Kind) -> dict[str, Any]:
    """The year under one kind of update."""
    model = kind.start(stream.between(0, WARM_UP_DAYS))
    since, updates, seconds = WARM_UP_DAYS, 0, 0.0
    scores, worse, beyond = [], 0, 0
    for day in range(WARM_UP_DAYS, LAST_DAY, EVERY_DAYS):
        following = stream.between(day, min(day + EVERY_DAYS, LAST_DAY))
        before = model
        if day > WARM_UP_DAYS:
            new, known = stream.between(since, day), stream.between(0, day)
            began = time.process_time()
            model = kind.update(model, new, known)
            seconds += time.process_time() - began
            if model is not before or not kind.keeps_rows:
                since = day
        said = kind.scores(model, following)
        scores.append(said)
        if model is not before:
            updates += 1
            days = stream.day[np.searchsorted(stream.day, day) :][: len(following)]
            growth = _losses(said, following) - _losses(kind.scores(before, following), following)
            worse += bool(growth.mean() > 0)
            beyond += _beyond_noise(growth, days)
    judged = stream.between(WARM_UP_DAYS, LAST_DAY)
    said = np.concatenate(scores)
    return {
        "kind": kind.name,
        "updates": updates,
        "log_loss": float(_losses(said, judged).mean()),
        "auc": float(roc_auc_score(judged.target.values, said)),
        "cpu_seconds": seconds,
        "worse": worse,
        "worse_beyond_noise": beyond,
    }


def main() -> None:
    stream = flights()
    with threadpool_limits(1):
        rows = [replay(stream, kind) for kind in kinds()]
    by_name = {row["kind"]: row for row in rows}
    never, best = by_name["never"], by_name["from scratch on all rows"]
    for row in rows:
        row["share_of_gain"] = (never["log_loss"] - row["log_loss"]) / (
            never["log_loss"] - best["log_loss"]
        )
        row["share_of_cpu"] = row["cpu_seconds"] / best["cpu_seconds"]
    RESULTS.joinpath("renew_kinds.json").write_text(
        json.dumps({"kinds": rows}, indent=1) + "\n", encoding="utf-8"
    )
    for row in rows:
        print(
            f"{row['kind']:36s} {row['updates']:3d} {row['log_loss']:.4f} {row['auc']:.4f} "
            f"{row['cpu_seconds']:7.1f} s {row['share_of_gain']:7.1%} {row['share_of_cpu']:6.1%} "
            f"worse {row['worse']:2d}, beyond noise {row['worse_beyond_noise']}"
        )


def _dataset(rows: Rows) -> lightgbm.Dataset:
    categories = sorted(rows.matrix.categories)
    return lightgbm.Dataset(rows.matrix.values, rows.target.values, categorical_feature=categories)


def _raw(model: lightgbm.Booster, rows: Rows) -> Floats:
    return np.asarray(model.predict(rows.matrix.values, raw_score=True, num_threads=1))


def _refitted(model: lightgbm.Booster, new: Rows, decay: float) -> lightgbm.Booster:
    return model.refit(new.matrix.values, new.target.values, decay_rate=decay)


def _grown(model: lightgbm.Booster, new: Rows, trees: int) -> lightgbm.Booster:
    return lightgbm.train(PARAMETERS, _dataset(new), trees, init_model=model)


def _frame(rows: Rows) -> tuple[Floats, Floats]:
    return np.nan_to_num(rows.matrix.values[:, : len(NUMBERS)]), rows.matrix.values[
        :, len(NUMBERS) :
    ]


def _sgd(rows: Rows) -> Any:
    numbers, codes = _frame(rows)
    scale = make_pipeline(StandardScaler()).fit(numbers)
    hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(codes)
    model = SGDClassifier(loss="log_loss", alpha=1e-4, random_state=0, average=True)
    wide = np.hstack((scale.transform(numbers), hot.transform(codes)))
    return scale, hot, model.fit(wide, rows.target.values)


def _sgd_more(made: Any, new: Rows, known: Rows) -> Any:
    scale, hot, model = made
    numbers, codes = _frame(new)
    wide = np.hstack((scale.transform(numbers), hot.transform(codes)))
    return scale, hot, copy.deepcopy(model).partial_fit(wide, new.target.values)


def _sgd_scores(made: Any, rows: Rows) -> Floats:
    scale, hot, model = made
    numbers, codes = _frame(rows)
    wide = np.hstack((scale.transform(numbers), hot.transform(codes)))
    return np.asarray(model.decision_function(wide))


def _line(rows: Rows) -> Any:
    return Linear(bends=8, ordered=True).fit(rows.matrix, rows.target, Budget(600.0))


def _line_anew(model: Any, new: Rows, known: Rows) -> Any:
    return _line(known)


def _line_more(model: Any, new: Rows, known: Rows) -> Any:
    return Linear(ordered=True).fine_tune(model, new, Budget(60.0))


def _of_line(model: Any, rows: Rows) -> Floats:
    return np.asarray(model.scores(rows.matrix)[:, 0])


def _losses(scores: Floats, rows: Rows) -> Floats:
    towards = np.where(rows.target.values > 0, -scores, scores)
    return np.logaddexp(0.0, towards)


def _beyond_noise(growth: Floats, days: NDArray[np.int64]) -> bool:
    means = np.array([growth[days == day].mean() for day in np.unique(days)])
    if len(means) < 2:
        return False
    reach = stdtrit(len(means) - 1, 0.975) * means.std(ddof=1) / np.sqrt(len(means))
    return bool(means.mean() > reach)


if __name__ == "__main__":
    main()
