"""A hundred thousand segments in one file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from relevo.train.registry import load_predictor
from relevo.train.stratified.columns import Columns
from relevo.train.stratified.evidence import PoolingEvidence
from relevo.train.stratified.predictor import Coefficients, StratifiedPredictor

COUNT, FEATURES = 100_000, 10


def test_a_hundred_thousand_segments_lie_in_one_small_file_each(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    keys = np.unique(random.integers(-(2**62), 2**62, COUNT))
    endless = np.full(FEATURES, np.inf)
    predictor = StratifiedPredictor(
        Coefficients(
            keys,
            random.normal(size=(len(keys), 1, FEATURES + 1)),
            np.ones(len(keys), dtype=bool),
            np.zeros((1, FEATURES + 1)),
        ),
        Columns(
            np.arange(FEATURES),
            np.full(FEATURES, np.nan),
            -endless,
            endless,
            np.zeros(FEATURES),
            np.ones(FEATURES),
        ),
        1,
        pl.DataFrame({"place": [f"p{n}" for n in range(len(keys))], "rows": np.arange(len(keys))}),
        PoolingEvidence("pooled", 1.0, (0.9, 1.1), ()),
        (*(f"x{n}" for n in range(FEATURES)), "key of place"),
        (),
        {"loss": "squared"},
    )
    predictor.save(tmp_path / "predictor")
    files = {file.name: file.stat().st_size for file in (tmp_path / "predictor").iterdir()}
    assert set(files) == {"predictor.json", "coefficients.npz", "segments.parquet"}
    assert sum(files.values()) < 12e6  # 8.8 MB of coefficients
    again = load_predictor(tmp_path / "predictor")
    np.testing.assert_array_equal(again.coefficients.values, predictor.coefficients.values)
    assert predictor.size_mb * 1e6 < 1.2 * files["coefficients.npz"]
