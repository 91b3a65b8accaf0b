from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from relevo.validate import QualityEstimator
from relevo.watch.estimated_over_time import estimated_over_time


def draw(rng, rows, sure=1.0):
    said = np.clip(0.5 + sure * (rng.random(rows) - 0.5), 0.01, 0.99)
    return said, (rng.random(rows) < said).astype(float)


def test_each_period_has_its_estimate():
    rng = np.random.default_rng(1)
    estimator = QualityEstimator("accuracy", *draw(rng, 3000))
    said = np.concatenate([draw(rng, 500)[0], draw(rng, 700, sure=0.2)[0], [0.5]])
    times = pl.Series([date(2024, 1, 5)] * 500 + [date(2024, 2, 5)] * 700 + [None])
    january, february = estimated_over_time(estimator, times, said)
    assert (january.period, january.rows, february.rows) == ("2024-01", 500, 700)
    assert january.low < january.value < january.high
    assert january.value > february.value + 0.1
