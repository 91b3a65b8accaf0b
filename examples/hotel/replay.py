"""Hotel prices, month by month: how the error of the renewed model compares with the first one's.

python examples/hotel/replay.py [--months 7]
"""

from __future__ import annotations

import argparse
import shutil
import warnings
from pathlib import Path

import polars as pl

import relevo
from relevo.model.build import evidence_of

FOLDER = Path(__file__).parent


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--months", type=int, default=7)
    asked = options.parse_args()
    build_data()
    shutil.rmtree(FOLDER / ".relevo", ignore_errors=True)
    (FOLDER / "contract.toml").unlink(missing_ok=True)
    months = sorted((FOLDER / "data").glob("2017-*.parquet"))[: asked.months]
    with relevo.open(FOLDER) as project:
        first = project.run()
        print(f"version {first.champion}: RMSE {first.value:.1f} on the newest rows of 2016")
        print(f"{'month':8} {'rows':>5} {'never renewed':>14} {'champion':>9}  decision")
        never_renewed = project.model(first.champion)
        for month in months:
            bookings = pl.read_parquet(month)
            old = evidence_of(never_renewed, bookings, month.stem)["rmse"].value
            now = evidence_of(project.model(), bookings, month.stem)["rmse"].value
            renewed = project.renew(bookings)
            row = f"{month.stem:8} {bookings.height:>5} {old:>14.1f} {now:>9.1f}"
            print(f"{row}  {renewed.decision}, version {renewed.champion}", flush=True)


def build_data() -> None:
    if not list((FOLDER / "data").glob("*.parquet")):
        import runpy

        # Unpickling the package's data with a newer pandas warns; that is the package's affair.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            runpy.run_path(str(FOLDER / "build.py"), run_name="__main__")


if __name__ == "__main__":
    main()
