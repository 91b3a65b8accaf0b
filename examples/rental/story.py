"""The story of the strike: its figures, its pictures, its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from city import Event

from relevo.picture.lines import lines
from relevo.picture.page import Figures, Picture, Section, Table, page


@dataclass(frozen=True)
class Turn:
    """What one turn of the wheel found and did.

    Attributes
    ----------
    at, seconds
        When, in the city; how long it took, here.
    alarms
        What watching said.
    trained
        Whether replicas were trained.
    decision, why, champion
        What the renewal did, and the version that quotes from now on.

    """

    at: datetime
    seconds: float
    alarms: list[str]
    trained: bool
    decision: str
    why: str
    champion: int


@dataclass(frozen=True)
class Story:
    """What happened.

    Attributes
    ----------
    event
        What happened in the city.
    live
        The quotes, with the price that cleared the market.
    prices
        What each way of renewing quoted, by its name: `renewed`, `never`, `daily`.
    turns
        In the order of time.
    loss_cost
        What a quote costs whose error, squared, is one, in euros.

    """

    event: Event
    live: pl.DataFrame
    prices: Mapping[str, np.ndarray]
    turns: Sequence[Turn]
    loss_cost: float

    @property
    def swaps(self) -> list[Turn]:
        """The turns after which another version quoted."""
        return [one for one in self.turns if one.decision != "keep"]

    @property
    def alarm(self) -> Turn | None:
        """The first turn after the beginning of the event that raised an alarm."""
        return next((one for one in self.turns if one.at > self.event.starts and one.alarms), None)

    @property
    def swap(self) -> Turn | None:
        """The first turn after the beginning of the event that changed the version."""
        return next((one for one in self.swaps if one.at > self.event.starts), None)

    @property
    def back(self) -> Turn | None:
        """The first turn after the end of the event that changed the version."""
        return next((one for one in self.swaps if one.at > self.event.ends), None)

    def cost(self, name: str) -> np.ndarray:
        """What the errors of each quote cost, in euros, shape `(n_quotes,)`."""
        error = self.prices[name] - self.live["price"].to_numpy()
        return self.loss_cost * error**2

    def told(self) -> Iterator[str]:
        """The story in lines."""
        starts, ends = self.event.starts, self.event.ends
        yield f"{self.event.name} from {starts:%H:%M} to {ends:%H:%M}"
        for what, one, since in (
            ("alarm", self.alarm, starts),
            ("swap", self.swap, starts),
            ("way back", self.back, ends),
        ):
            when = f"{one.at:%H:%M}, {minutes(one.at - since):.0f} minutes later" if one else "none"
            yield f"  {what}: {when}"
        slowest = max(one.seconds for one in self.turns)
        usual = float(np.median([one.seconds for one in self.turns]))
        yield f"  a turn takes {usual:.1f} s, the longest {slowest:.1f} s"
        for name in self.prices:
            yield f"  {name}: errors cost {self.cost(name).sum():,.0f} euros"


def minutes(span: timedelta) -> float:
    return span.total_seconds() / 60


def write_page(story: Story, decisions: Sequence[Any], file: Path) -> None:
    """One page: the price over the day, what its errors cost, and every decision in words."""
    ours = story.cost("renewed").sum()
    avoided = (
        (f"loss avoided, against {name}", f"{1 - ours / story.cost(name).sum():.0%}")
        for name in story.prices
        if name != "renewed"
    )
    starts, ends = story.event.starts, story.event.ends
    figures = Figures(
        (
            ("from the event to the alarm", _after(story.alarm, starts)),
            ("from the event to the swap", _after(story.swap, starts)),
            ("from its end to the way back", _after(story.back, ends)),
            ("the longest turn", f"{max(one.seconds for one in story.turns):.1f} s"),
            *avoided,
        )
    )
    sections = [
        Section("In short", (figures,)),
        Section("The price", tuple(_prices(story))),
        Section("What the errors cost", (_costs(story),)),
        Section("Decisions", (_decisions(story, decisions),)),
    ]
    title = f"Rental: {story.event.name}"
    lead = (
        "The price that clears the market follows demand. What a model quotes can follow only when "
        "it is renewed, and a renewed one is let in only when it is better on the newest quotes."
    )
    file.write_text(page(title, sections, "en", lead), encoding="utf-8")


def _after(one: Turn | None, since: datetime) -> str:
    return f"{minutes(one.at - since):.0f} min" if one else "none"


def _prices(story: Story) -> Iterator[Picture]:
    touched = pl.col("zone").is_in(list(story.event.factors))
    for title, chosen in (
        (f"Zones with {story.event.name}: {', '.join(story.event.factors)}", touched),
        ("The other zones", ~touched),
    ):
        by_tick = _by_tick(story).filter(chosen).group_by("tick").agg(pl.exclude("zone").mean())
        by_tick = by_tick.sort("tick").rename({"price": "true price"})
        yield Picture(_drawn(story, by_tick, title, "euros, mean of five minutes"), title)


def _costs(story: Story) -> Picture:
    spent = pl.DataFrame({name: story.cost(name) for name in story.prices})
    spent = spent.with_columns(tick=_ticks(story.live)).group_by("tick").agg(pl.all().sum())
    summed = spent.sort("tick").with_columns(pl.exclude("tick").cum_sum())
    return Picture(
        _drawn(story, summed, "Euros since the replay began", "euros"), "Since the replay began"
    )


def _by_tick(story: Story) -> pl.DataFrame:
    quoted = [pl.Series(name, price) for name, price in story.prices.items()]
    return story.live.select("zone", "price", tick=_ticks(story.live)).with_columns(quoted)


def _ticks(live: pl.DataFrame) -> pl.Series:
    return live["at"].dt.truncate("5m")


def _drawn(story: Story, by_tick: pl.DataFrame, title: str, axis: str) -> str:
    ticks = by_tick["tick"].to_list()
    names = [name for name in ("true price", "renewed", "never", "daily") if name in by_tick]
    return lines(
        [f"{tick:%H:%M}" for tick in ticks],
        {name: by_tick[name].to_list() for name in names},
        title=title,
        axis=axis,
        zero=True,
        marks=_marks(story, ticks),
        wide=980.0,
    )


def _marks(story: Story, ticks: list[datetime]) -> dict[int, str]:
    """What happened, by the tick at which it did."""
    happened = [(story.event.starts, "it begins"), (story.event.ends, "it ends")]
    happened += [(one.at, "alarm") for one in [story.alarm] if one]
    happened += [(one.at, f"version {one.champion}") for one in story.swaps]
    marks: dict[int, list[str]] = {}
    for when, what in happened:
        at = next((at for at, tick in enumerate(ticks) if tick >= when), None)
        if at is not None:
            marks.setdefault(at, []).append(what)
    return {at: ", ".join(what) for at, what in marks.items()}


def _decisions(story: Story, decisions: Sequence[Any]) -> Table:
    rows = [
        (f"{one.at:%H:%M}", one.kind, f"{one.champion}", one.why)
        for one in decisions
        if one.kind != "keep"
    ]
    header = ("at", "decision", "version from now on", "why")
    return Table(f"What changed, in {len(story.turns)} turns of the wheel", header, tuple(rows))
