from __future__ import annotations

from pathlib import Path

import pytest

from relevo.errors import StoreMistake
from relevo.problem.problem import Serve
from relevo.serve.backlog import Backlog
from relevo.serve.models import Models
from relevo.serve.pressure import Pressure
from relevo.store import Store

GONE = StoreMistake("store.unreachable", where="there", detail="gone")


def pressure(store: Store, folder: Path, settings: Serve) -> Pressure:
    models = Models(store, folder)
    models.trouble = GONE
    found = Pressure(Backlog(folder / "journal"), models, settings)
    found.look()
    return found


@pytest.mark.parametrize(("reaction", "mistake"), [("answer", None), ("refuse", GONE)])
def test_without_a_store_it_answers_or_refuses_as_set(
    store: Store, tmp_path: Path, reaction: str, mistake: StoreMistake | None
) -> None:
    settings = Serve.model_validate({"when_store_fails": reaction})
    assert pressure(store, tmp_path, settings).mistake is mistake


def test_what_waits_for_the_store_has_a_limit(store: Store, tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    file = tmp_path / "journal" / "a.jsonl"
    file.write_bytes(b" " * 2_500_000)
    found = pressure(store, tmp_path, Serve(journal_mb=2.0))
    assert found.mistake is not None
    assert "2 MB" in found.mistake.parts("en")["came"]
    Backlog(tmp_path / "journal").note({"a.jsonl": 1_000_000})
    found.look()
    assert found.mistake is None
