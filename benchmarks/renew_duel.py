"""Who is let in: the duel beside the rules of others, on the same real days, over and over.

Two models of flights lose differently on 500 flights of each day. Their daily gains are shifted
so that the challenger's true gain is known, and drawn in blocks of seven days, so that days depend
on each other as real ones do. Every rule looks each day for a year and promotes when it likes.
Then 2,000 renewals are looked at after every label. Run: `python benchmarks/renew_duel.py`.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
import polars as pl
from measure import RESULTS, ROOT
from scipy.signal import lfilter
from scipy.special import ndtri, stdtrit

from relevo.renew.alpha_budget import Spent, next_alpha
from relevo.renew.duel import _HOPELESS, Duel
from relevo.renew.futility import chance_left
from relevo.score.confidence_sequence import ConfidenceSequence
from relevo.score.long_run import Moments, last_lag, moments, variance_ratio

REPETITIONS, YEAR, ROWS_A_DAY = 2000, 365, 500
DAY_SPREAD = 0.030  # The spread of the day means to which every pair of models is scaled.
PLAIN = ("carrier", "departure_minute", "weekday", "distance", "origin")
CALENDAR = ("departure_minute", "temp", "dewp")
WEATHER = ("departure_minute", "temp", "humid", "precip", "visib", "pressure")
FULL = (*PLAIN, "temp", "wind_speed", "precip", "visib")
Matrix = np.ndarray


# --- real days ---


def flights() -> pl.DataFrame:
    files = sorted((ROOT / "examples/flights/data").glob("2013-*.parquet"))
    rows = pl.concat([pl.read_parquet(file) for file in files]).sort("scheduled")
    when = pl.col("scheduled")
    codes = [pl.col(name).rank("dense").alias(name) for name in ("carrier", "origin")]
    day, weekday = when.dt.date().rank("dense") - 1, when.dt.weekday()
    return rows.with_columns(day=day, weekday=weekday, month=when.dt.month()).with_columns(codes)


@dataclass(frozen=True)
class Pair:
    """Two models of flights: the columns and the training rows of each."""

    champion: tuple[tuple[str, ...], pl.Expr]
    challenger: tuple[tuple[str, ...], pl.Expr]


ODD = (pl.col("day") < 59) & (pl.col("day") % 2 == 0)
WINTER, SPRING = pl.col("month").is_in([1, 2]), pl.col("month").is_in([1, 2, 3])
PAIRS = {
    # The first three have the autocorrelation, design effect and results that the reference has.
    "weather on odd days, then a line without": Pair((FULL, ODD), (PLAIN, SPRING)),
    "weather only, then all of winter": Pair((WEATHER, ODD), (FULL, WINTER)),
    "weather on odd days, then February": Pair((WEATHER, ODD), (WEATHER, pl.col("month").eq(2))),
    "calendar of two weeks, then two months": Pair(
        (CALENDAR, pl.col("day") < 14), (CALENDAR, WINTER)
    ),
    "the same roles exchanged: rare days speak against it": Pair((PLAIN, SPRING), (FULL, ODD)),
}
LIKE_THE_REFERENCE = 3


def day_gains(rows: pl.DataFrame, pair: Pair) -> tuple[Matrix, dict[str, float]]:
    """The mean gain of each day that neither model has seen, and what the days are like."""
    late = (rows["late"] == "yes").to_numpy().astype(float)
    losses, seen = [], 59
    for columns, training in (pair.champion, pair.challenger):
        chosen = rows.select(training.alias("t"))["t"].to_numpy()
        inputs = rows.select(columns).to_numpy().astype(float)
        learner = lgb.LGBMClassifier(
            n_estimators=100, num_leaves=15, learning_rate=0.05, num_threads=1, verbose=-1, seed=0
        )
        chance = learner.fit(inputs[chosen], late[chosen]).predict_proba(inputs)[:, 1]
        losses.append((chance - late) ** 2)
        seen = max(seen, int(rows["day"].to_numpy()[chosen].max()) + 1)
    day = rows["day"].to_numpy()
    random = np.random.default_rng(0)
    order = random.permutation(len(day))
    order = order[np.argsort(day[order], kind="stable")]
    place = np.arange(len(day)) - np.searchsorted(day[order], day[order])
    kept = order[(place < ROWS_A_DAY) & (day[order] >= seen)]
    gain = (losses[0] - losses[1])[kept]
    unit = (day[kept] - seen).astype(int)
    days = np.bincount(unit, gain) / np.bincount(unit)
    around = days - days.mean()
    told = {
        "days": len(days),
        "spread": float(days.std()),
        "design_effect": float(days.var() / (gain.var() / ROWS_A_DAY)),
        "autocorrelation": float((around[1:] @ around[:-1]) / (around @ around)),
        "skewness": float((around**3).mean() / around.std() ** 3),
    }
    return days, told


def weeks_drawn(days: Matrix, seed: int, repetitions: int = REPETITIONS) -> Matrix:
    """Years of days without any gain, in circular blocks of a week."""
    centred = (days - days.mean()) * DAY_SPREAD / days.std()
    starts = np.random.default_rng(seed).integers(0, len(days), (repetitions, YEAR // 7 + 1))
    places = (starts[:, :, None] + np.arange(7)) % len(days)
    return centred[places].reshape(repetitions, -1)[:, :YEAR]


# --- rules: the chance of ever promoting, for each day at which one may stop ---


def running(series: Matrix) -> Moments:
    """The moments of every beginning of every series, shape `(n_series, n_units)`."""
    count = np.arange(1, series.shape[1] + 1.0)
    mean = np.cumsum(series, 1) / count
    square = np.maximum(np.cumsum(series**2, 1) / count - mean**2, 1e-300)
    alike = np.array([_autocovariance(series, lag) for lag in range(1, last_lag(count[-1]) + 1)])
    ratio = variance_ratio(count, alike / square)
    cube = np.cumsum(series**3, 1) / count - 3 * mean * np.cumsum(series**2, 1) / count
    with np.errstate(divide="ignore", invalid="ignore"):
        bias = np.sqrt(count * (count - 1)) / (count - 2)
        spread = np.sqrt(square * count / (count - 1))
        return Moments(
            count, count / ratio, mean, spread, (cube + 2 * mean**3) / square**1.5 * bias
        )


def _autocovariance(series: Matrix, lag: int) -> Matrix:
    count = np.arange(1, series.shape[1] + 1.0)
    total = np.cumsum(series, 1)
    mean, found = total / count, np.zeros_like(series)
    products = np.cumsum(series[:, lag:] * series[:, :-lag], 1)
    both = total[:, :-lag] + total[:, lag:] - total[:, [lag - 1]]
    kept = mean[:, lag:]
    found[:, lag:] = (products - kept * both + (count[lag:] - lag) * kept**2) / count[lag:]
    return found


# A rule is the lower bound of the gain that it believes in, day by day; above zero it promotes.
Rule = Callable[[Matrix], Matrix]


def duel(series: Matrix, alpha: float = 0.05, first: int = 28) -> Matrix:
    lower: Matrix = ConfidenceSequence(alpha, first).bounds(running(series))[0]
    return np.nan_to_num(lower, nan=-np.inf, neginf=-np.inf)


def days_t(series: Matrix, looks: int = 1, first: int = 10) -> Matrix:
    count = np.arange(1, series.shape[1] + 1.0)
    return _from(first, series, stdtrit(np.maximum(count - 1, 1), 1 - 0.05 / looks))


def days_asymptotic(series: Matrix, first: int = 10, tuned: float = 30) -> Matrix:
    """Waudby-Smith et al. (2024), one-sided, tuned for so many units."""
    count = np.arange(1, series.shape[1] + 1.0)
    both = -2 * np.log(2 * 0.05)
    grown = 1 + count * (both + np.log(both + 1)) / tuned
    bound = np.sqrt(2 * grown / (grown - 1) * np.log(1 + np.sqrt(grown) / (2 * 0.05)))
    return _from(first, series, bound)


def weeks_asymptotic(series: Matrix) -> Matrix:
    weeks = series[:, : YEAR // 7 * 7].reshape(len(series), -1, 7).mean(2)
    lower = np.repeat(days_asymptotic(weeks, first=4, tuned=8), 7, axis=1)
    return np.pad(lower, ((0, 0), (6, 0)), constant_values=-np.inf)[:, :YEAR]


def _from(first: int, series: Matrix, bound: Matrix) -> Matrix:
    """The mean less so many standard errors, from the first look on."""
    count = np.arange(1, series.shape[1] + 1.0)
    mean = np.cumsum(series, 1) / count
    square = np.maximum(np.cumsum(series**2, 1) / count - mean**2, 1e-300)
    lower: Matrix = mean - bound * np.sqrt(square / np.maximum(count - 1, 1))
    lower[:, : first - 1] = -np.inf
    return lower


def rows_rule(kind: str, effect: float) -> Rule:
    """Rules on rows see a day mean as 500 independent rows: too sure by the design effect."""
    count = np.arange(1, YEAR + 1.0)
    # A mixture of bets is, with so many rows, the normal mixture from the first row on.
    age = count * ROWS_A_DAY / 1000.0
    bets = np.sqrt(2 * (1 + age) / age * (np.log(1 / 0.05 / 2) + 0.5 * np.log1p(age)))
    bound = {"t": 1.645, "bonferroni": float(-ndtri(0.05 / YEAR)), "e": bets}[kind]
    error = DAY_SPREAD / np.sqrt(effect * count)

    def lower(series: Matrix) -> Matrix:
        return np.cumsum(series, 1) / count - bound * error

    return lower


CELLS = (
    ("level, 60 days", 0.0, 60),
    ("level, 365 days", 0.0, 365),
    ("gain .01 in 60", 0.01, 60),
    ("gain .01 in 365", 0.01, 365),
    ("gain .02 in 60", 0.02, 60),
    ("worse by .002, 60", -0.002, 60),
)


def promoted(lower: Matrix, cells: Sequence[tuple[str, float, int]] = CELLS) -> dict[str, float]:
    """The chance that a challenger of a true gain was ever promoted by a day."""
    best = np.maximum.accumulate(lower, axis=1)
    return {name: float((best[:, days - 1] + gain > 0).mean()) for name, gain, days in cells}


def rules(effect: float) -> dict[str, Rule]:
    return {
        "better on today's batch": lambda series: series,
        "t test on rows, every day": rows_rule("t", effect),
        "rows, Bonferroni over days": rows_rule("bonferroni", effect),
        "e-process on rows": rows_rule("e", effect),
        "t test on days, every day": days_t,
        "t test on days, Bonferroni": lambda series: days_t(series, looks=YEAR),
        "asymptotic sequence on days": days_asymptotic,
        "asymptotic sequence on weeks": weeks_asymptotic,
        "relevo": duel,
    }


# --- other worlds ---


def worlds() -> Iterator[tuple[str, int, Matrix]]:
    """Where the level is tried: (name, first look, series without any gain)."""
    random = np.random.default_rng(11)
    shape = (REPETITIONS, YEAR)
    yield "independent days", 28, random.normal(size=shape)
    for weight in (0.3, 0.6, 0.8):
        noise = random.normal(size=(REPETITIONS, YEAR + 100))
        yield f"autoregressive days, {weight}", 28, lfilter([1], [1, -weight], noise)[:, 100:]
    yield "t with 3 degrees of freedom", 28, random.standard_t(3, shape)
    yield "lognormal gains", 28, random.lognormal(size=shape) - np.exp(0.5)
    yield "lognormal losses", 28, np.exp(0.5) - random.lognormal(size=shape)
    rare = random.random(shape) < 0.01
    yield "a loss of 20 spreads one day in 100", 28, random.normal(size=shape) + 0.2 - 20.0 * rare
    ramp = np.linspace(-1, 1, YEAR)
    yield "a trend, from worse to better", 28, random.normal(size=shape) + ramp
    yield "a trend, first better: right so far", 28, random.normal(size=shape) - ramp
    sites = random.normal(size=(REPETITIONS, 20)) * random.gamma(2, 0.5, (REPETITIONS, 20))
    yield "20 sites of unlike sizes", 12, sites
    yield "12 sites", 12, random.normal(size=(REPETITIONS, 12))
    yield "independent rows, skewed", 100, np.exp(0.5) - random.lognormal(size=(REPETITIONS, 1000))


# --- few days, and few days left ---


def few_days() -> list[dict[str, float]]:
    """What a single look sees after so many days, autoregressive with .4."""
    noise = np.random.default_rng(3).normal(size=(REPETITIONS, 121))
    series = DAY_SPREAD * np.sqrt(1 - 0.4**2) * lfilter([1], [1, -0.4], noise)[:, 100:]
    return [
        {"alpha": alpha, "days": days}
        | {
            f"gain {gain}": float((lower[:, days - 1] + gain > 0).mean())
            for gain in (0.02, 0.04, 0.08)
        }
        for alpha in (0.05, 0.01)
        for lower in [duel(series, alpha)]
        for days in (12, 14, 21)
    ]


def giving_up(series: Matrix, days: int = 60) -> list[dict[str, float | None]]:
    """Within two months: who is promoted with and without giving up, and when who goes."""
    sequence, rows = ConfidenceSequence(0.05, 28), []
    for gain in (-0.02, -0.01, 0.0, 0.01, 0.02):
        seen = running(series[:, :days] + gain)
        passed = np.maximum.accumulate(sequence.bounds(seen)[0] > 0, axis=1)
        hopeless = np.zeros_like(passed)
        for day in range(sequence.earliest, days):
            now = Moments(
                *(
                    np.broadcast_to(one, passed.shape)[:, day - 1]
                    for one in (seen.units, seen.independent, seen.mean, seen.spread, seen.skewness)
                )
            )
            hopeless[:, day - 1] = chance_left(sequence, now, 0.0, days - day) < _HOPELESS
        gone = np.maximum.accumulate(hopeless & ~passed, axis=1)
        rows.append(
            {
                "gain": gain,
                "promoted": float(passed[:, -1].mean()),
                "promoted, with giving up": float((passed & ~gone).any(1).mean()),
                "given up": float(gone[:, -1].mean()),
                "median day": day_of_half(gone),
            }
        )
    return rows


def day_of_half(happened: Matrix) -> float | None:
    """The first day by which it has happened in half of the series; None if it never has."""
    half = np.flatnonzero(happened.mean(0) >= 0.5)
    return float(half[0] + 1) if len(half) else None


# --- the life of a project ---


def life(series: Matrix) -> list[dict[str, float]]:
    """Alpha and power at a renewal after so many that came to nothing, two replicas each."""
    rows, earlier = [], []
    for renewal in range(1, 51):
        alpha = next_alpha(0.05, earlier, challengers=2)
        if renewal in (1, 2, 10, 20, 50):
            seen = {"renewal": renewal, "alpha": alpha}
            seen |= promoted(duel(series, alpha), CELLS[3:5])
            rows.append(seen)
        for replica in range(2):
            days = series[(2 * renewal + replica) % len(series), :60]
            left = Duel(alpha).update(days, np.zeros(60), np.arange(60)).risk_left
            earlier.append(Spent(alpha, risk_left=left))
    return rows


# --- 2,000 renewals, a look after every label ---


def after_every_label(renewals: int = 2000, labels: int = 1000) -> dict[str, float | None]:
    """Log losses of two models whose probabilities differ, row by row, label by label."""
    random = np.random.default_rng(5)
    found: dict[str, float | None] = {}
    first = 100
    for name, tilt in (("no better", 0.0), ("better", 0.5)):
        gains = _label_gains(random, renewals, labels, tilt)
        passed = {rule: np.zeros((renewals, labels), bool) for rule in ("relevo", "fixed")}
        for part in np.array_split(np.arange(renewals), 20):
            ours = duel(gains[part], first=first)
            fixed = days_t(gains[part], looks=labels - first + 1, first=first)
            for rule, lower in (("relevo", ours), ("fixed", fixed)):
                passed[rule][part] = np.maximum.accumulate(lower > 0, axis=1)
        for rule, so_far in passed.items():
            found[f"{name}: promoted, {rule}"] = float(so_far[:, -1].mean())
            found[f"{name}: median labels, {rule}"] = day_of_half(so_far)
    _check_against_the_duel(gains[0])
    return found


def _label_gains(random: np.random.Generator, renewals: int, labels: int, tilt: float) -> Matrix:
    """Gains in log loss; both err alike, the challenger less so by `tilt`, or neither."""
    true = random.normal(size=(renewals, labels))
    label = random.random(true.shape) < 1 / (1 + np.exp(-true))
    error = random.normal(0, 0.7, (2, *true.shape))
    scores = true + error * np.array([1.0, 1.0 - tilt])[:, None, None]
    losses = np.logaddexp(0, np.where(label, -scores, scores))
    gains: Matrix = losses[0] - losses[1]
    return gains


def _check_against_the_duel(gains: Matrix) -> None:
    """That the vectorised gate is the gate."""
    seen = running(gains[None])
    for count in (150, 400, len(gains)):
        verdict = Duel(min_units=100).update(gains[:count], np.zeros(count), np.arange(count))
        one = moments(gains[:count])
        lower = ConfidenceSequence(0.05, 100).bounds(one)[0]
        assert np.isclose(verdict.interval[0], lower)
        assert np.isclose(seen.independent[0, count - 1], one.independent)


def main() -> None:
    rows = flights()
    content: dict[str, Any] = {"machine": platform.machine(), "repetitions": REPETITIONS}
    tables = {}
    for place, (name, pair) in enumerate(PAIRS.items()):
        days, told = day_gains(rows, pair)
        series = weeks_drawn(days, seed=1)
        print(f"\n{name}: " + ", ".join(f"{key} {value:.3g}" for key, value in told.items()))
        names = rules(told["design_effect"])
        chosen = names if place < LIKE_THE_REFERENCE else dict(list(names.items())[-3:])
        table = {rule: promoted(what(series)) for rule, what in chosen.items()}
        show(table)
        tables[name] = {"days": told, "rules": table}
        if place == 0:
            reference = series
    content["flights"] = tables
    print("\nthe level elsewhere (nominal .05)")
    level = {
        name: {"ever promoted": float((duel(series, first=first) > 0).any(1).mean())}
        for name, first, series in worlds()
    }
    show(level)
    content["level"] = level
    lives = life(reference[:1000])
    content["few days"] = few_days()
    content["giving up"] = giving_up(reference)
    for title, table in (("a single look", "few days"), ("giving up within 60 days", "giving up")):
        print(f"\n{title}")
        show({str(place): row for place, row in enumerate(content[table])})
    print("\nthe life of a project: nothing was ever promoted before")
    show({str(one.pop("renewal")): one for one in [dict(row) for row in lives]})
    content["life"] = lives
    labels = after_every_label()
    print("\n2,000 renewals, looked at after every label from the hundredth to the thousandth")
    show({key: {"": value} for key, value in labels.items()})
    content["labels"] = labels
    text = json.dumps(content, indent=1) + "\n"
    (RESULTS / "renew_duel.json").write_text(text, encoding="utf-8")


def show(table: dict[str, Any]) -> None:
    columns = list(next(iter(table.values())))
    print(" " * 44 + "".join(f"{name:>18}" for name in columns))
    for name, row in table.items():
        print(f"{name:44}" + "".join(f"{figure(row[column]):>18}" for column in columns))


def figure(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"


if __name__ == "__main__":
    main()
