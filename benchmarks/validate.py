"""External validity: what it says, where it warns, and how often its intervals hold.

    python benchmarks/validate.py rotterdam    a model of one country in another, before and after
    python benchmarks/validate.py warnings     where there is a gap, and where there is none
    python benchmarks/validate.py places       intervals for a new place, over sets of many places
    python benchmarks/validate.py worlds       the same in simulated worlds, and false warnings
    python benchmarks/validate.py shifted      intervals for a shifted population, in worlds

Estimates of AUC on unlabelled rows beside NannyML's are in `watch_quality.py`.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np
import polars as pl
from measure import RESULTS
from validate_sets import SETS, Places, loaded, ready

from relevo.problem.problem import Problem
from relevo.score.metrics import METRICS
from relevo.validate import Refit, external_validity, future, random_effects, shifted, unseen
from relevo.validate.elsewhere.figure_scale import FigureScale
from relevo.validate.elsewhere.transfer import Transfer

FILE = RESULTS / "validate.json"
FIVE_YEARS = 1825
EIGHT = ("age", "meno", "size", "grade", "nodes", "pgr", "er", "hormon")
HEADLINES = {"classification": ("roc_auc", "log_loss"), "regression": ("r2", "rmse")}
NORMAL_90 = 1.6449
MOST_LEFT_OUT = 150
FEW_DRAWN = 100


def main() -> None:
    parts = {
        "rotterdam": rotterdam,
        "warnings": warnings,
        "places": places,
        "worlds": worlds,
        "shifted": shifted_worlds,
    }
    for part in sys.argv[1:] or parts:
        started = time.process_time()
        found = parts[part]()
        found["cpu_s"] = round(time.process_time() - started, 1)
        done = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
        done[part] = found
        FILE.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")
        print(part, json.dumps(found, indent=1), flush=True)


def problem(task: str, target: str, **roles: Any) -> Problem:
    given = {"name": "rows", "task": task, "target": target, "data": {"path": "rows"}}
    ignored = {"columns": {"ignore": [roles.pop("ignore")]}} if "ignore" in roles else {}
    return Problem.model_validate({**given, **ignored, "roles": roles})


def rotterdam() -> dict[str, Any]:
    """Trained in Rotterdam, judged in the German trial; censored rows by inverse probability."""
    train, there = within_five_years(_rotterdam()), within_five_years(_gbsg())
    found = {}
    for learner in ("linear", "boosting"):
        wanted = problem("classification", "bad", weight="weight")
        refit = Refit.of_problem(wanted, train, learner)
        result = external_validity(refit, train, target_population=there, metrics=("roc_auc",))
        seen = result.transported
        assert seen is not None
        assert seen.calibration is not None
        figures = {one.metric: [one.value, *one.interval] for one in seen.figures}
        found[learner] = {
            "random_split": {one.metric: [one.value, *one.interval] for one in result.random},
            "expected_before_labels": {
                one.metric: [one.value, *one.interval] for one in result.expected
            },
            "weighted_to_there": {one.metric: [one.value, *one.interval] for one in result.shifted},
            "there": figures,
            "in_the_large": [
                seen.calibration.in_the_large,
                *seen.calibration.in_the_large_interval,
            ],
            "slope": [seen.calibration.slope, *seen.calibration.slope_interval],
            "repaired": {
                f"{one.figure.metric} {one.how}": one.figure.value for one in seen.repaired
            },
            "text": result.text,
        }
    return {"rows": [train.height, there.height], "learners": found}


def _rotterdam() -> pl.DataFrame:
    frame = loaded("survival", "rotterdam")
    return frame.with_columns(
        days=pl.when(pl.col("recur") == 1).then("rtime").otherwise("dtime"),
        event=pl.max_horizontal("recur", "death"),
    )


def _gbsg() -> pl.DataFrame:
    size = pl.col("size")
    named = pl.when(size <= 20).then(pl.lit("<=20")).when(size <= 50).then(pl.lit("20-50"))
    return loaded("survival", "gbsg").with_columns(
        days=pl.col("rfstime"), event=pl.col("status"), size=named.otherwise(pl.lit(">50"))
    )


def within_five_years(frame: pl.DataFrame) -> pl.DataFrame:
    """Recurrence or death within five years; who was censored before is stood for by the others.

    Each known row weighs the inverse of the probability (Kaplan and Meier) that it was not
    censored until its event, or until five years.
    """
    days, event = frame["days"].to_numpy().astype(float), frame["event"].to_numpy()
    order = np.argsort(days, kind="stable")
    at_risk = len(days) - np.arange(len(days))
    free = np.concatenate([[1.0], np.cumprod(1 - (1 - event[order]) / at_risk)])
    bad = (event == 1) & (days <= FIVE_YEARS)
    until = np.where(bad, days, float(FIVE_YEARS))
    uncensored = free[np.searchsorted(days[order], until, side="left")]
    known = bad | (days > FIVE_YEARS)
    return (
        frame.select(EIGHT)
        .with_columns(
            bad=pl.Series(np.where(bad, "yes", "no")),
            weight=pl.Series(1 / np.maximum(uncensored, 0.05)),
        )
        .filter(pl.Series(known))
    )


def warnings() -> dict[str, Any]:
    """Hotel prices and police stops warn, chemistry marks by school do not."""
    hotel = ready("modeldata", "hotel_rates").drop("arrival_date_num")
    hotel = hotel.with_columns(pl.col("arrival_date").cast(pl.String).str.to_date())
    wanted = problem("regression", "avg_price_per_room", time="arrival_date")
    regression = [METRICS[name] for name in HEADLINES["regression"]]
    refit = Refit.of_problem(wanted, hotel)
    one_origin = future(refit, hotel, "arrival_date", regression, origins=1)
    found = {
        "hotel_rates future": [
            row(one) for one in future(refit, hotel, "arrival_date", regression)
        ],
        "hotel_rates future, one origin": [row(one) for one in one_origin],
        "hotel_rates segments": [
            row(one) for one in unseen(refit, hotel, "market_segment", regression, "segment")
        ],
    }
    for name, index in (("MplsStops precincts", 18), ("Chem97 schools", 0), ("Chem97 areas", 1)):
        found[name] = [row(one) for one in left_out(SETS[index])]
    return {"found": found}


def row(one: Transfer) -> dict[str, Any]:
    return {
        "metric": one.metric,
        "told": one.told,
        "all_rows_unseen": one.together,
        "random_same_places": one.random_value,
        "unseen": [one.value, *one.interval],
        "new_place": one.prediction_interval,
        "gap": [one.gap, *one.gap_interval],
        "gap_over_all_rows": one.together_gap_interval,
        "places": len(one.units),
        "warning": one.warning,
        "text": one.text,
    }


def left_out(one: Places, learner: str = "boosting", seed: int = 0) -> tuple[Transfer, ...]:
    frame = one.rows()
    own = {} if one.item in ("MplsStops", "hotel_rates") else {"ignore": one.by}
    wanted = problem(one.task, one.target, site=one.by, **own)
    refit = Refit.of_problem(wanted, frame, learner, seed)
    metrics = [METRICS[name] for name in HEADLINES[one.task]]
    return unseen(refit, frame, one.by, metrics, seed=seed)


def places() -> dict[str, Any]:
    """Each place left out: does its own figure lie where the others' interval says?"""
    found: dict[str, Any] = {}
    held: list[float] = []
    few: dict[int, list[float]] = {5: [], 10: []}
    for one in SETS:
        for transfer in left_out(one):
            inside = [float(ok) for ok in holds(transfer)]
            for count, sofar in few.items():
                sofar += [float(ok) for ok in holds_of_few(transfer, count)]
            name = f"{one.item} by {one.by}: {transfer.metric}"
            found[name] = {
                "places": len(transfer.units),
                "covered": float(np.mean(inside)) if inside else None,
                "warning": transfer.warning,
                "told": transfer.told,
                "unseen": transfer.value,
            }
            held += inside
            print(name, found[name], flush=True)
    each = [
        one["covered"] for one in found.values() if one["covered"] is not None and one["places"] > 4
    ]
    return {
        "sets": found,
        "covered_over_places": float(np.mean(held)),
        "figures": len(held),
        "covered_mean_of_sets": float(np.mean(each)),
        "sets_of_five_or_more": len(each),
        "covered_by_places_known": {count: float(np.mean(sofar)) for count, sofar in few.items()},
    }


def holds(transfer: Transfer) -> list[bool]:
    """For each place, whether its figure lies in the interval that the others give."""
    place, error = known(transfer)
    if len(place) < 4:
        return []
    chosen = np.random.default_rng(0).permutation(len(place))[:MOST_LEFT_OUT]
    every = np.arange(len(place))
    return [lies(place, error, away, every[every != away]) for away in chosen]


def holds_of_few(transfer: Transfer, count: int) -> list[bool]:
    """The same for somebody who knows so many places only, drawn at random."""
    place, error = known(transfer)
    if len(place) < 2 * count:
        return []
    random = np.random.default_rng(count)
    inside = []
    for _ in range(FEW_DRAWN):
        away, *rest = random.permutation(len(place))[: count + 1]
        inside.append(lies(place, error, int(away), np.array(rest)))
    return inside


def known(transfer: Transfer) -> tuple[Any, Any]:
    """The places' figures on the scale, and their standard errors."""
    scale = FigureScale(METRICS[transfer.metric])
    place = np.array([scale.to(unit.value) for unit in transfer.units])
    ends = np.array([[scale.to(end) for end in unit.interval] for unit in transfer.units])
    return place, (ends[:, 1] - ends[:, 0]) / 2 / NORMAL_90


def lies(place: Any, error: Any, away: int, rest: Any) -> bool:
    """Whether a place's figure, which has its own error, lies where other places say."""
    found = random_effects(place[rest], error[rest], 0.9, float(error[away]))
    low, high = found.prediction_interval
    return bool(low <= place[away] <= high)


def worlds(count: int = 60) -> dict[str, Any]:
    """Simulated places of known truth: coverage of a new place's true AUC, and false warnings."""
    found: dict[str, Any] = {}
    for number in (5, 10, 30):
        for spread in (0.0, 0.5, 1.0):
            covered, mean_covered, warned = [], [], []
            for seed in range(count):
                transfer, truth, mean = world(seed, number, spread)
                low, high = transfer.prediction_interval or (0.0, 1.0)
                covered.append(low <= truth <= high)
                mean_covered.append(transfer.interval[0] <= mean <= transfer.interval[1])
                warned.append(transfer.warning)
            found[f"{number} places, spread {spread}"] = {
                "new_place_covered": float(np.mean(covered)),
                "mean_covered": float(np.mean(mean_covered)),
                "warned": float(np.mean(warned)),
            }
            print(number, spread, found[f"{number} places, spread {spread}"], flush=True)
    return {"worlds": count, "found": found}


def world(seed: int, number: int, spread: float) -> tuple[Transfer, float, float]:
    """Places whose slope differs by `spread`; the true AUC of one more, and the mean over many."""
    random = np.random.default_rng(seed)
    places_of = np.repeat(np.arange(number), random.integers(80, 400, number))
    slopes = 1.2 * np.exp(spread * random.normal(size=number) - spread**2 / 2)
    frame = drawn(random, slopes[places_of], places_of)
    wanted = problem("classification", "y", site="place", ignore="place")
    refit = Refit.of_problem(wanted, frame, "linear", strength=0.01)
    (transfer,) = unseen(refit, frame, "place", [METRICS["roc_auc"]], seed=seed)
    slope = 1.2 * np.exp(spread * random.normal(size=200) - spread**2 / 2)
    true = np.array([true_auc(one) for one in slope])
    scale = FigureScale(METRICS["roc_auc"])
    return transfer, float(true[0]), scale.back(float(np.mean([scale.to(one) for one in true])))


def drawn(random: np.random.Generator, slope: Any, place: Any) -> pl.DataFrame:
    x = random.normal(size=(len(place), 3))
    chance = 1 / (1 + np.exp(-slope * x[:, 0]))
    y = np.where(random.random(len(place)) < chance, "yes", "no")
    columns = {f"x{i}": x[:, i] for i in range(3)}
    return pl.DataFrame({**columns, "y": y, "place": [f"p{one}" for one in place]})


_GRID = np.linspace(-5, 5, 401)


def true_auc(slope: float) -> float:
    """Of a score that is `x`, standard normal, in a place of this slope."""
    mass = np.exp(-(_GRID**2) / 2)
    chance = 1 / (1 + np.exp(-slope * _GRID))
    hit, miss = mass * chance, mass * (1 - chance)
    below = np.cumsum(miss) - miss / 2
    return float((hit * below).sum() / (hit.sum() * miss.sum()))


def shifted_worlds(count: int = 40) -> dict[str, Any]:
    """A population shifted in one column: how often the interval holds the true AUC there."""
    found: dict[str, Any] = {}
    for shift in (0.0, 0.5, 1.0):
        inside, fixed, warned, effective = [], [], [], []
        for seed in range(count):
            one, plain, truth = shifted_world(seed, shift)
            inside.append(one.interval[0] <= truth <= one.interval[1])
            fixed.append(plain[0] <= truth <= plain[1])
            warned.append(one.warning)
            effective.append(one.effective_rows)
        found[f"shift {shift}"] = {
            "covered": float(np.mean(inside)),
            "covered_unweighted": float(np.mean(fixed)),
            "warned": float(np.mean(warned)),
            "effective_rows": float(np.mean(effective)),
        }
        print(shift, found[f"shift {shift}"], flush=True)
    return {"worlds": count, "rows": 1500, "found": found}


def shifted_world(seed: int, shift: float) -> Any:
    """The model ranks well where `z` is low; in the target population `z` is higher."""
    random = np.random.default_rng(seed)

    def rows(count: int, middle: float) -> tuple[pl.DataFrame, Any, Any]:
        x, z = random.normal(size=count), random.normal(middle, 1, count)
        slope = 2.0 / (1 + np.exp(z))
        happens = random.random(count) < 1 / (1 + np.exp(-slope * x))
        said = 1 / (1 + np.exp(-x))
        frame = pl.DataFrame({"x": x, "z": z})
        return frame, happens.astype(float), np.column_stack([1 - said, said])

    here, outcome, said = rows(1500, 0.0)
    there, _, _ = rows(1000, shift)
    _, happened, saying = rows(200_000, shift)
    metric = METRICS["roc_auc"]
    (one,) = shifted(here, outcome, said, there, [metric], seed=seed)
    (plain,) = shifted(here, outcome, said, there, [metric], found=_even(len(outcome)), seed=seed)
    return one, plain.interval, metric.function(happened, saying)


def _even(count: int) -> Any:
    from relevo.validate import Population

    return Population(None, None, np.ones(count), float(count), ())


if __name__ == "__main__":
    main()
