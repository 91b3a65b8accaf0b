"""river's detectors on losses row by row (in its own environment): `river_alarms.py FOLDER`."""

import json
import sys
from pathlib import Path

import numpy as np
import river
from river import drift
from river.drift import binary


def main() -> None:
    rows = np.load(Path(sys.argv[1]) / "river.npz")
    told = {"version": river.__version__}
    for model in ("static", "weekly", "shuffled"):
        loss, wrong, day = rows[f"{model}_loss"], rows[f"{model}_wrong"], rows["day"]
        for detector, values in (
            (drift.ADWIN(), loss),
            (drift.PageHinkley(), loss),
            (binary.DDM(), wrong),
        ):
            days = set()
            for value, at in zip(values.tolist(), day.tolist(), strict=True):
                detector.update(value)
                if detector.drift_detected:
                    days.add(at)
            told[f"{model} {type(detector).__name__}"] = len(days)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
