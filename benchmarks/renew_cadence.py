"""How often to update, on flights and hotel prices: advice from the first part of the history.

The history is replayed once, at every cadence, on alarm and by the policy. From its first quarter
and its first half a cadence is recommended for updates that cost 0 to 300 units of loss, by the
curve of decay and by adding up the replay itself (the naive backtest); the policy where it cost
less by then than what the curve recommends. All are judged on the rest, against the
fixed cadence that was best there. What is done on a day depends on days before it only, so that one
replay serves all.

    python benchmarks/renew_cadence.py [flights|hotel] [--cache FOLDER]
"""

from __future__ import annotations

import argparse
import json
import runpy
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from measure import RESULTS, ROOT

from relevo.compute.budget import Budget
from relevo.compute.processes import Processes
from relevo.data.table import Table
from relevo.learn.learner import Floats
from relevo.learn.replayed import Recipe
from relevo.problem.problem import Costs, Problem
from relevo.problem.read import read_problem
from relevo.renew.decay_fit import fit_decay
from relevo.renew.line import Rule
from relevo.renew.recommend import recommend
from relevo.renew.replay import Replay
from relevo.renew.timeline import Timeline

CADENCES = {"never": 0, "quarterly": 91, "monthly": 30, "fortnightly": 14, "weekly": 7, "daily": 1}
COSTS = (0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
FINE_TUNED = {
    "fine-tuned every week": Rule("fixed", 7, 0),
    "fine-tuned every day": Rule("fixed", 1, 0),
    "every week, scratch every month": Rule("fixed", 7, 30),
    "every day, scratch every month": Rule("fixed", 1, 30),
}
ALARMS = {
    "on alarm, then every day, scratch every month": Rule("alarm", 1, 30),
    "on alarm, then every week, scratch every month": Rule("alarm", 7, 30),
    "on alarm, then every day, scratch every quarter": Rule("alarm", 1, 91),
}


@dataclass(frozen=True)
class Set:
    """What is replayed; `unit` is the loss that counts as one."""

    name: str
    table: pl.DataFrame
    problem: Problem
    warm_up: int
    unit: float


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("only", nargs="?", choices=("flights", "hotel"))
    options.add_argument("--cache", type=Path)
    asked = options.parse_args()
    file = RESULTS / "renew_cadence.json"
    found = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for make in (flights, hotel):
        if asked.only in (None, make.__name__):
            found[make.__name__] = measured(make(), asked.cache)
            RESULTS.mkdir(exist_ok=True)
            file.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def flights() -> Set:
    folder = ROOT / "examples" / "flights"
    table = Table.of(str(folder / "data" / "*.parquet")).data
    return Set("flights", table, read_problem(folder), 59, 1.0)


def hotel() -> Set:
    folder = ROOT / "examples" / "hotel"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = runpy.run_path(str(folder / "build.py"))["build"]()
    # One unit is the variance of a price in the warm-up.
    first = table.sort("arrival_date").head(table.height // 6)
    return Set("hotel", table, read_problem(folder), 71, float(first["avg_price_per_room"].var()))


def measured(data: Set, cache: Path | None) -> dict[str, object]:
    line = Timeline.of(data.table, data.problem, data.warm_up)
    recipe = Recipe.found_on(line.rows.take(slice(0, int(line.known[line.first]))))
    replay = Replay(line, recipe, Processes(2), Budget(7200.0), cache)
    replay.run(tuple(CADENCES.values()), [*FINE_TUNED.values()])
    replay.run((), [*ALARMS.values()])
    share = share_of_time(replay)
    policies = {cost: policy(replay, data, cost, share * cost) for cost in COSTS if cost}
    replay.run((), [*policies.values()])
    print(f"\n{data.name}: {len(line.rows):,} rows, {line.days - line.first} days replayed")
    seconds = sum(one.scratch_seconds for one in replay.scratch.values())
    trees = f"{recipe.trees} trees of {recipe.boosting.leaves} leaves"
    print(f"{len(replay.scratch)} models from scratch, {trees}: {seconds:.0f} CPU s")
    return {
        "rows": len(line.rows),
        "days": line.days - line.first,
        "trees": recipe.trees,
        "cpu_seconds_of_the_grid": seconds,
        "lines": lines_of(replay, data),
        "fine_tuning_costs": share,
        "advice": [advice(replay, data, part, policies) for part in (0.25, 0.5)],
        "policy": [judged_policy(replay, data, rule) for rule in policies.values()],
    }


def lines_of(replay: Replay, data: Set) -> list[dict[str, object]]:
    line = replay.timeline
    rows = float(line.counts[line.first :].sum()) * data.unit
    told = [
        {
            "line": name,
            "loss": float(replay.losses(days).sum()) / rows,
            "scratch": len(replay.days_of(days)) - 1,
            "fine_tuned": 0,
            "cpu_seconds": sum(
                replay.scratch[day].scratch_seconds for day in replay.days_of(days)[1:]
            ),
        }
        for name, days in CADENCES.items()
    ]
    for name, rule in {**FINE_TUNED, **ALARMS}.items():
        one = replay.lines[rule]
        told.append(
            {
                "line": name,
                "loss": float(one.losses[line.first :].sum()) / rows,
                "scratch": len(one.scratch),
                "fine_tuned": len(one.fine_tuned),
                "cpu_seconds": one.scratch_seconds + one.fine_tune_seconds,
            }
        )
    loss = {str(one["line"]): float(one["loss"]) for one in told}  # type: ignore[arg-type]
    for one in told:
        gain = (loss["never"] - float(one["loss"])) / (loss["never"] - loss["weekly"])  # type: ignore[arg-type]
        one["share_of_weekly_gain"] = gain
        print(
            f"{one['line']:48} {one['loss']:8.4f} {gain:7.1%} of weekly's gain  "
            f"{one['scratch']:>3} scratch {one['fine_tuned']:>3} fine-tuned "
            f"{one['cpu_seconds']:7.1f} CPU s"
        )
    return told


def part(replay: Replay, data: Set, interval: int, first: int, stop: int) -> tuple[float, int]:
    """The loss on the days from `first` up to `stop`, in units, and the updates there."""
    start = replay.timeline.first
    losses = replay.losses(interval)[first - start : stop - start]
    made = [day for day in replay.days_of(interval)[1:] if first <= day < stop]
    return float(losses.sum()) / data.unit, len(made)


def by_policy(replay: Replay, data: Set, rule: Rule, first: int, stop: int) -> Floats:
    """What each day from `first` up to `stop` costs, updates included, spread evenly."""
    one = replay.lines[rule]
    made = sum(first <= day < stop for day in one.scratch)
    tuned = sum(first <= day < stop for day in one.fine_tuned)
    updates = rule.costs.update * made + (rule.costs.fine_tune or 0.0) * tuned
    return one.losses[first:stop] / data.unit + updates / (stop - first)


def fixed(replay: Replay, data: Set, days: int, cost: float, first: int, stop: int) -> Floats:
    """The same of a fixed cadence."""
    _, made = part(replay, data, days, first, stop)
    start = replay.timeline.first
    losses = replay.losses(days)[first - start : stop - start]
    return losses / data.unit + cost * made / (stop - first)


def advice(
    replay: Replay, data: Set, share: float, policies: dict[float, Rule]
) -> dict[str, object]:
    line = replay.timeline
    cut = line.first + round(share * (line.days - line.first))
    curve = fit_decay({d: r.losses for d, r in replay.scratch.items()}, line.counts, cut)
    past, rest = (line.first, cut), (cut, line.days)
    days = cut - line.first
    base = min(float(fixed(replay, data, at, 0.0, *past).mean()) for at in CADENCES.values())
    row = float(line.counts[line.first : cut].mean()) / data.unit
    rows = []
    print(f"from the first {share:.0%} ({days} days); regret on the rest:")
    for cost in COSTS:
        total, added = (
            {
                name: float(fixed(replay, data, at, cost, *there).sum())
                for name, at in CADENCES.items()
            }
            for there in (rest, past)
        )
        best, naive = min(total, key=total.__getitem__), min(added, key=added.__getitem__)
        found = recommend(curve, CADENCES, cost, row, base, days)
        chosen, enough = found.cadence, found.enough
        if rule := policies.get(cost):
            saved = by_policy(replay, data, rule, *past) - fixed(
                replay, data, CADENCES[chosen], cost, *past
            )
            total["policy"] = float(by_policy(replay, data, rule, *rest).sum())
            if float(saved.sum()) < 0.0:
                chosen, enough = "policy", "too_short" not in found.reasons
        regret = {
            name: total[name] / total[best] - 1
            for name in {chosen, found.cadence, naive, "weekly", "monthly"}
        }
        rows.append(
            {
                "cost": cost,
                "best": best,
                "recommended": chosen,
                "enough": enough,
                "regret": regret[chosen],
                "fixed": found.cadence,
                "fixed_regret": regret[found.cadence],
                "naive": naive,
                "naive_regret": regret[naive],
                "weekly_regret": regret["weekly"],
                "monthly_regret": regret["monthly"],
            }
        )
        sure = "" if enough else " (not enough history)"
        print(
            f"  {cost:5g} best {best:12} relevo {chosen:12} {regret[chosen]:7.2%}"
            f"  fixed {found.cadence:12} {regret[found.cadence]:6.2%}"
            f"  naive {naive:12} {regret[naive]:6.2%}{sure}"
        )
    return {"share": share, "days": days, "scale": curve.scale, "power": curve.power, "rows": rows}


def share_of_time(replay: Replay) -> float:
    """What a day's fine-tuning takes, as a share of a model from scratch, in CPU time."""
    tuned = replay.lines[FINE_TUNED["fine-tuned every day"]]
    made = [one.scratch_seconds for one in replay.scratch.values()]
    return tuned.fine_tune_seconds / len(tuned.fine_tuned) / (sum(made) / len(made))


def policy(replay: Replay, data: Set, cost: float, fine_tune: float) -> Rule:
    """Decides every day, by the curve as it was known on that day."""
    line = replay.timeline
    losses = {day: one.losses for day, one in replay.scratch.items()}
    curves = []
    for day in range(line.first + 7, line.days, 7):
        days = slice(0, day - line.first)
        never, daily = (float(replay.losses(one)[days].sum()) for one in (0, 1))
        tuned = float(
            replay.lines[FINE_TUNED["fine-tuned every day"]].losses[line.first : day].sum()
        )
        kept = float(np.clip((never - tuned) / (never - daily), 0, 1)) if never > daily else None
        curves.append((day, fit_decay(losses, line.counts, day, kept)))
    costs = Costs(loss=1 / data.unit, update=cost, fine_tune=fine_tune)
    rules = data.problem.renew.model_copy(update={"cadence": "auto", "min_rows": 1})
    return Rule("policy", 1, renew=rules, costs=costs, decays=tuple(curves))


def judged_policy(replay: Replay, data: Set, rule: Rule) -> dict[str, object]:
    line, one, cost = replay.timeline, replay.lines[rule], rule.costs.update
    whole = (line.first, line.days)
    total = float(by_policy(replay, data, rule, *whole).sum())
    costs = {
        name: float(fixed(replay, data, days, cost, *whole).sum())
        for name, days in CADENCES.items()
    }
    best = min(costs, key=costs.__getitem__)
    ratio = total / costs[best] - 1
    print(
        f"policy at {cost:g} an update: {len(one.scratch)} scratch, {len(one.fine_tuned)} "
        f"fine-tuned; {ratio:+.2%} against {best}, the best cadence picked afterwards"
    )
    return {
        "cost": cost,
        "total": total,
        "scratch": len(one.scratch),
        "fine_tuned": len(one.fine_tuned),
        "best_fixed": best,
        "against_best_fixed": ratio,
    }


if __name__ == "__main__":
    main()
