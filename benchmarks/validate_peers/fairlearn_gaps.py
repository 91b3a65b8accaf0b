"""Run in the environment of fairlearn: the gaps of a table, and the time of its bootstrap."""

from __future__ import annotations

import json
import sys
import time

import fairlearn.metrics as metrics
import numpy as np

NAMES = ("demographic_parity", "equalized_odds", "true_positive_rate", "false_positive_rate")
DRAWS = 20


def main() -> None:
    table = np.load(sys.argv[1])
    target, called, group = table["target"], table["called"], table["group"]
    options = {"sensitive_features": group}
    if "weight" in table:
        options["sample_weight"] = table["weight"]
    began = time.perf_counter()
    gaps = {
        f"{name}_{way}": float(getattr(metrics, f"{name}_{way}")(target, called, **options))
        for name in NAMES
        for way in ("difference", "ratio")
    }
    seconds = time.perf_counter() - began
    rates = {
        "selection": metrics.selection_rate,
        "true": metrics.true_positive_rate,
        "false": metrics.false_positive_rate,
    }
    began = time.perf_counter()
    frame = metrics.MetricFrame(
        metrics=rates,
        y_true=target,
        y_pred=called,
        sensitive_features=group,
        n_boot=DRAWS,
        ci_quantiles=[0.025, 0.975],
        random_state=0,
    )
    low = float(frame.difference_ci()[0]["selection"])
    drawn = time.perf_counter() - began
    print(
        json.dumps({"gaps": gaps, "seconds": seconds, "drawn": drawn, "draws": DRAWS, "low": low})
    )


if __name__ == "__main__":
    main()
