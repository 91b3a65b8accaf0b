"""Is a budget kept? A year of flights (327,346 rows) is trained under budgets of 2 to 20 seconds.

The seconds are those of the whole step: reading, preparation, search, judging and saving.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from statistics import median

from measure import RESULTS, ROOT

import relevo

BUDGETS = (2, 5, 10, 20)
TIMES = 3


def main() -> None:
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, relevo.Project(Path(folder) / "p") as project:
        data = ROOT / "examples" / "flights" / "data"
        project.new(data, "late", time="scheduled", id="id")
        project.check()
        for budget in BUDGETS:
            taken = [project.train(budget=budget, seed=seed).seconds for seed in range(TIMES)]
            seconds[f"{budget}s"] = median(taken)
            print(f"budget {budget:3} s: median {median(taken):6.2f} s, most {max(taken):6.2f} s")
    RESULTS.mkdir(exist_ok=True)
    content = {"name": "budgets", "n": TIMES, "seconds": seconds}
    (RESULTS / "budgets.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
