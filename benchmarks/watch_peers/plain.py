"""The least that one would write by hand: exact KS, W1, PSI and chi-squared of each column."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl
from scipy.special import kolmogorov
from scipy.stats import chi2_contingency


def report(reference: pl.DataFrame, current: pl.DataFrame) -> str:
    found: dict[str, Any] = {}
    for name in reference.columns:
        sides = reference[name], current[name]
        numbers = reference[name].dtype.is_numeric()
        found[name] = of_numbers(*sides) if numbers else of_words(*sides)
    return json.dumps(found)


def of_numbers(reference: pl.Series, current: pl.Series) -> dict[str, float]:
    first, second = np.sort(reference.to_numpy()), np.sort(current.to_numpy())
    both = np.sort(np.concatenate([first, second]), kind="stable")
    gaps = np.searchsorted(first, both, "right") / len(first)
    gaps -= np.searchsorted(second, both, "right") / len(second)
    distance = np.abs(gaps).max()
    rows = len(first) * len(second) / (len(first) + len(second))
    edges = first[np.linspace(0, len(first) - 1, 11).astype(int)][1:-1]
    counts = [np.diff(np.searchsorted(side, edges), prepend=0, append=len(side)) + 0.5
              for side in (first, second)]  # fmt: skip
    p, q = (count / count.sum() for count in counts)
    return {
        "ks": float(distance),
        "p": float(kolmogorov(np.sqrt(rows) * distance)),
        "w1": float(np.abs(gaps[:-1]) @ np.diff(both)),
        "psi": float((q - p) @ np.log(q / p)),
    }


def of_words(reference: pl.Series, current: pl.Series) -> dict[str, float]:
    counted = [side.alias("v").value_counts(name=str(at)) for at, side in
               enumerate((reference, current))]  # fmt: skip
    table = counted[0].join(counted[1], on="v", how="full", coalesce=True).fill_null(0)
    counts = table.select("0", "1").to_numpy().T
    p, q = ((count + 0.5) / (count + 0.5).sum() for count in counts)
    return {
        "p": float(chi2_contingency(counts).pvalue),
        "psi": float((q - p) @ np.log(q / p)),
    }
