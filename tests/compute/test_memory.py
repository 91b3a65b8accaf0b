from __future__ import annotations

from pathlib import Path

import pytest

from relevo.compute import memory


def test_the_least_of_the_systems_and_the_containers_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "_CGROUP", tmp_path)
    assert memory.available_mb() == float("inf")
    (tmp_path / "meminfo").write_text("MemTotal: 9000 kB\nMemAvailable: 5000 kB\n")
    assert memory.available_mb() == 5.12
    (tmp_path / "memory.max").write_text("4000000\n")
    (tmp_path / "memory.current").write_text("1000000\n")
    assert memory.available_mb() == 3.0
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.available_mb() == 5.12


@pytest.mark.skipif(memory._trim() is None, reason="only the GNU C library has to be asked")
def test_what_was_freed_goes_back_to_the_system() -> None:
    def pages() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1])

    kept = [b"x" * 60_000 for _ in range(2000)]  # 120 MB in pieces too small for a map of their own
    last = b"x" * 60_000  # what is still held behind them keeps them from going back unasked
    del kept
    before = pages()
    memory.give_back_memory()
    assert pages() < before - 10_000  # of 4 kB
    assert len(last) == 60_000
