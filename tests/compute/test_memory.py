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


def test_what_was_freed_goes_back_to_the_system() -> None:
    statm = Path("/proc/self/statm")
    if not statm.exists():
        pytest.skip("nothing here tells a process's memory")

    def pages() -> int:
        return int(statm.read_text().split()[1])

    kept = [bytearray(60_000) for _ in range(2000)]  # small enough to lie between others
    last = bytearray(60_000)
    del kept
    before = pages()
    memory.give_back_memory()
    assert pages() <= before
    assert not any(last)
