"""What a plain install weighs: distributions and megabytes (10^6 bytes) in a new environment.

The new environments hold no pip and no setuptools, so everything counted came with the install.
Needs a package index.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from importlib.metadata import distributions
from pathlib import Path

from measure import OURS, ROOT, Row, save

PEER = "mlflow + scikit-learn + evidently"
SIDES = {
    "relevo": [str(ROOT), "-c", str(ROOT / "constraints.txt")],
    "glue": ["-r", str(ROOT / "benchmarks" / "peers.txt")],
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        sizes = {side: install(Path(folder) / side, what) for side, what in SIDES.items()}
    ours, peers = sizes["relevo"], sizes["glue"]
    rows = [
        Row("install_distributions", "", ours["distributions"], peers["distributions"], PEER, 1),
        Row("install_mb", "MB", ours["on_disk_mb"], peers["on_disk_mb"], PEER, 1),
    ]
    save("install", rows, sizes=sizes)


def install(environment: Path, what: list[str]) -> dict[str, float]:
    subprocess.run([OURS, "-m", "venv", "--without-pip", environment], check=True)
    pip = [OURS, "-m", "pip", "--python", environment / "bin" / "python", "install", "--quiet"]
    subprocess.run([*pip, "--disable-pip-version-check", *what], check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    return {
        "distributions": len(list(distributions(path=[str(packages)]))),
        "on_disk_mb": weight(environment, on_disk, bytecode=True),
        "on_disk_without_bytecode_mb": weight(environment, on_disk, bytecode=False),
        "apparent_mb": weight(environment, apparent, bytecode=True),
        "apparent_without_bytecode_mb": weight(environment, apparent, bytecode=False),
    }


def weight(folder: Path, size: Callable[[Path], int], *, bytecode: bool) -> float:
    files = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return sum(size(file) for file in files if bytecode or file.suffix != ".pyc") / 1e6


def on_disk(file: Path) -> int:
    return file.stat().st_blocks * 512


def apparent(file: Path) -> int:
    return file.stat().st_size


if __name__ == "__main__":
    main()
