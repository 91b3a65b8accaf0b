"""The examples run, each on a copy of its folder and in short."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.mark.parametrize(
    ("name", "script", "options", "expected"),
    [
        (
            "flights",
            "demo.py",
            ["--months", "1", "--budget", "4s"],
            ["2013-04", "Decisions", "quality.html"],
        ),
        (
            "rental",
            "replay.py",
            ["--start", "15.75", "--hours", "0.6", "--training", "4s", "--budget", "3s"],
            ["a strike of the metro", "alarm", "strike.html"],
        ),
        ("credit", "decide.py", ["--budget", "4s"], ["counted against you", "glass box", "card-1"]),
        ("births", "demand.py", ["--budget", "3s"], ["stratified", "weekend.svg"]),
        ("hotel", "replay.py", ["--months", "1"], ["2016-10", "never renewed", "prices.html"]),
    ],
)
def test_an_example_runs(
    tmp_path: Path, name: str, script: str, options: list[str], expected: list[str]
) -> None:
    folder = tmp_path / name
    shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns(".relevo", "contract*"))
    done = subprocess.run(
        [sys.executable, str(folder / script), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for words in expected:
        assert words in done.stdout
