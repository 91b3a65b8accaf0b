"""Write what a script counted into results/faults.json, beside what the others counted."""

from __future__ import annotations

import json
import os
import platform
from typing import Any

from measure import RESULTS

FILE = RESULTS / "faults.json"


def record(key: str, kept: bool, **counts: Any) -> None:
    """Print the counts and keep them; `kept` says whether the endpoint kept its promise."""
    content = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    found = content.get("faults", {}) | {key: {"kept": bool(kept), **counts}}
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    written = {"name": "faults", "machine": machine, "faults": found}
    RESULTS.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    print(f"{key}: {'kept' if kept else 'NOT KEPT'}")
    for name, count in counts.items():
        print(f"  {name}: {count}")
