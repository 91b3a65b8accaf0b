"""From nothing to trained, served, predicted over HTTP and a drift report: wheel.py and glue.py.

Both run as whole processes, in turn, each time in a new folder, on scikit-learn's breast-cancer
data: 469 rows to train on, 100 that come later. The argument is how often (default 3).
"""

from __future__ import annotations

import ast
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from statistics import median

from measure import OURS, PEERS, Cost, Row, cost, save
from sklearn.datasets import load_breast_cancer

HERE = Path(__file__).parent
SIDES = {"wheel": OURS, "glue": PEERS}


def main(times: int) -> None:
    runs: dict[str, list[Cost]] = {side: [] for side in SIDES}
    for _ in range(times):
        for side, python in SIDES.items():
            runs[side].append(once(side, python))
            print(f"{side}: {runs[side][-1].wall_s:.1f} s", file=sys.stderr)
    wall = {side: [run.wall_s for run in done] for side, done in runs.items()}
    seconds = {side: median(values) for side, values in wall.items()}
    lines = {side: code_lines(HERE / f"{side}.py") for side in SIDES}
    peer = "mlflow + scikit-learn + evidently"
    rows = [
        Row("from_nothing_seconds", "s", seconds["wheel"], seconds["glue"], peer, times),
        Row("from_nothing_lines", "", lines["wheel"], lines["glue"], peer, 1),
    ]
    save("from_nothing", rows, wall_s=wall)


def once(side: str, python: Path) -> Cost:
    folder = Path(tempfile.mkdtemp())
    try:
        table = load_breast_cancer(as_frame=True).frame.sample(frac=1, random_state=0)
        table[:469].to_csv(folder / "reference.csv", index=False)
        table[469:].to_csv(folder / "new.csv", index=False)
        run = cost(python, ["python", str(HERE / f"{side}.py"), str(free_port())], folder)
    finally:
        shutil.rmtree(folder)
    if "100 rows predicted" not in run.output:
        raise SystemExit(f"{side} did not predict:\n{run.output[-3000:]}")
    return run


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def code_lines(script: Path) -> int:
    """Lines of code: neither blank, nor a comment, nor the opening docstring."""
    text = script.read_text(encoding="utf-8")
    opening = ast.parse(text).body[0].end_lineno or 0
    lines = (line.strip() for line in text.splitlines()[opening:])
    return sum(bool(line) and not line.startswith("#") for line in lines)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
