"""A city that rents vehicles: what is asked for each minute, and the price that clears the market.

The demand of the whole city is real (`data/demand.parquet`, by hour); how it spreads over zones,
what a price does to it, and the event are simulated, by the rules that the README states.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FILE = Path(__file__).parent / "data" / "demand.parquet"
# Readings, each with the noise of its gauge from minute to minute.
GAUGES = {"temperature": 0.1, "humidity": 0.5, "wind": 1.0}

# Each zone's share of those who go to work (registered) and of those who go out (casual).
ZONES = {
    "station": (0.22, 0.08),
    "offices": (0.20, 0.05),
    "university": (0.16, 0.10),
    "hospital": (0.12, 0.04),
    "stadium": (0.08, 0.08),
    "old town": (0.10, 0.25),
    "river": (0.07, 0.20),
    "park": (0.05, 0.20),
}
NORMAL_PRICE = 3.0  # euros, when as much is asked for as in an average hour of the zone
CHEAPEST, DEAREST = 1.0, 20.0
ELASTICITY = 1.5  # a price one per cent higher: 1.5 per cent fewer ask
ZONE_NOISE, ZONE_MEMORY_MINUTES = 0.05, 10.0  # of the logarithm of a zone's price
QUOTE_NOISE = 0.05  # of the logarithm of each price: the vehicle, its battery, the corner


@dataclass(frozen=True)
class Event:
    """Demand that something multiplies, in some zones and for some hours."""

    name: str
    starts: datetime
    ends: datetime
    factors: dict[str, float] = field(hash=False)
    minutes_to_build_up: float = 10.0

    def factor(self, at: NDArray[np.datetime64], zone: str) -> Floats:
        """What the demand of a zone is multiplied with at each time."""
        since = (at - np.datetime64(self.starts)) / np.timedelta64(1, "m")
        left = (np.datetime64(self.ends) - at) / np.timedelta64(1, "m")
        strength = np.clip(np.minimum(since, left) / self.minutes_to_build_up, 0.0, 1.0)
        return 1.0 + (self.factors.get(zone, 1.0) - 1.0) * strength


STRIKE = Event(
    "a strike of the metro",
    datetime(2011, 6, 23, 16, 0),
    datetime(2011, 6, 23, 21, 0),
    {"station": 3.0, "offices": 3.0, "university": 2.5, "hospital": 2.0},
)


@cache
def hours() -> pl.DataFrame:
    """The real demand, hour by hour."""
    return pl.read_parquet(FILE)


def quotes(
    start: datetime, end: datetime, share: float, seed: int, event: Event | None = None
) -> pl.DataFrame:
    """Customers who ask for a price, in the order of time, and the price that cleared the market.

    Parameters
    ----------
    start, end
        The first minute, and the one after the last.
    share
        How many quotes there are for each rental of the real city.
    seed
        Of everything random.
    event
        What happens in the city, besides the weather.

    """
    random = np.random.default_rng(seed)
    minutes = np.arange(start, end, timedelta(minutes=1)).astype("datetime64[us]")
    parts = []
    for zone in ZONES:
        per_hour = demand(minutes, zone, event)
        log_price = np.log(clearing_price(per_hour, zone)) + _wander(len(minutes), random)
        each = np.repeat(np.arange(len(minutes)), random.poisson(per_hour * share / 60.0))
        price = np.exp(log_price[each] + random.normal(0.0, QUOTE_NOISE, len(each)))
        at = minutes[each] + random.integers(0, 60, len(each)).astype("timedelta64[s]")
        parts.append(pl.DataFrame({"at": at, "zone": [zone] * len(each), "price": price.round(2)}))
    found = pl.concat(parts).sort("at", "zone", maintain_order=True).with_row_index("id")
    return (
        found.with_columns(
            id=pl.format("{}-{}", pl.lit(f"{start:%Y%m%d%H}"), "id"),
            minute=pl.col("at").dt.truncate("1m"),
        )
        .join(circumstances(minutes, random, event), on="minute", maintain_order="left")
        .drop("minute")
    )


def circumstances(
    minutes: NDArray[np.datetime64], random: np.random.Generator, event: Event | None
) -> pl.DataFrame:
    """What is known when a price is asked for: the weather, and the city's last sixty minutes."""
    now, known = _number(minutes), hours()
    middle = _number(known["hour"].to_numpy()) + _number(timedelta(minutes=30))
    readings = {
        name: np.interp(now, middle, known[name].to_numpy()) + random.normal(0, noise, len(now))
        for name, noise in GAUGES.items()
    }
    longer = np.arange(minutes[0] - np.timedelta64(60, "m"), minutes[-1], np.timedelta64(1, "m"))
    city = np.sum([demand(longer, zone, event) for zone in ZONES], axis=0)
    last_hour = np.convolve(city, np.ones(60) / 60, mode="valid")
    return (
        pl.DataFrame({"minute": minutes, **readings, "rentals_last_hour": last_hour})
        .with_columns(pl.col(*GAUGES, "rentals_last_hour").round(1), hour=pl.col("minute"))
        .join_asof(known.select("hour", "weather", "working_day"), on="hour")
        .drop("hour")
    )


def demand(at: NDArray[np.datetime64], zone: str, event: Event | None = None) -> Floats:
    """Rentals an hour in a zone at the normal price, at each time."""
    commuters, strollers = ZONES[zone]
    known = hours()
    middle = _number(known["hour"].to_numpy()) + _number(timedelta(minutes=30))
    real = commuters * known["registered"].to_numpy() + strollers * known["casual"].to_numpy()
    usual = np.interp(_number(at), middle, real)
    return usual if event is None else usual * event.factor(at, zone)


def clearing_price(per_hour: Floats, zone: str) -> Floats:
    """The price at which no more is asked for than there are vehicles, in euros.

    What is asked for at a price p is `per_hour (p / NORMAL_PRICE) ** -ELASTICITY`; a zone has
    vehicles for its average hour.
    """
    commuters, strollers = ZONES[zone]
    known = hours()
    vehicles = commuters * known["registered"].mean() + strollers * known["casual"].mean()
    price = NORMAL_PRICE * (per_hour / vehicles) ** (1.0 / ELASTICITY)
    return np.clip(price, CHEAPEST, DEAREST)


def _wander(minutes: int, random: np.random.Generator) -> Floats:
    """A zone's own ups and downs: an autoregression that forgets half of itself in 7 minutes."""
    keep = np.exp(-1.0 / ZONE_MEMORY_MINUTES)
    steps = random.normal(0.0, ZONE_NOISE * np.sqrt(1.0 - keep**2), minutes)
    found = np.empty(minutes)
    level = random.normal(0.0, ZONE_NOISE)
    for at, step in enumerate(steps):
        level = keep * level + step
        found[at] = level
    return found


def _number(times: Any) -> Any:
    """Microseconds, of times or of a span."""
    if isinstance(times, timedelta):
        return times / timedelta(microseconds=1)
    return times.astype("datetime64[us]").astype(np.float64)
