"""`put_aside`: a batch that breaks the contract is kept apart, with what is wrong with it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from relevo.cycle.arrivals import ASIDE, Arrival
from relevo.cycle.project import Project
from relevo.data.findings import Finding
from relevo.store.records import BatchRecord

_FINDINGS = "findings.json"


@dataclass(frozen=True)
class PutAside:
    """A batch that no model will learn from.

    Attributes
    ----------
    name
        Where it came from.
    folder
        Its copy, and `findings.json` beside it.
    findings
        The rules that it breaks; empty when it could not be read that far.
    mistake
        Why it is refused, in three parts; empty when the findings say it.

    """

    name: str
    folder: str
    findings: tuple[Finding, ...]
    mistake: Mapping[str, str]

    @property
    def why(self) -> str:
        """The first reason, in one line."""
        if self.mistake:
            return self.mistake["came"]
        first = self.findings[0]
        if first.rule == "fault":
            return first.got
        return f"{first.column}: {first.got} ({first.expected})"


def put_aside(
    project: Project,
    arrival: Arrival,
    rows: int,
    findings: Sequence[Finding] = (),
    mistake: Mapping[str, str] | None = None,
) -> PutAside:
    """Keep a copy of a batch under `.relevo/aside/` and never look at it again.

    The copy is there whole, or not at all; the batch is noted as seen after that.
    """
    folder = project.aside / arrival.mark[:16]
    put = PutAside(arrival.name, str(folder), tuple(findings), mistake or {})
    told = {"from": arrival.name, "at": project.now().isoformat(), "rows": rows}
    if not folder.exists():
        unfinished = Path(tempfile.mkdtemp(prefix=".", dir=project.aside))
        _write(arrival, unfinished, {**told, **asdict(put), "why": put.why})
        unfinished.chmod(0o755)
        unfinished.rename(folder)
    project.store.add_batch(BatchRecord(arrival.mark, arrival.name, rows, ASIDE, project.now()))
    return put


def _write(arrival: Arrival, folder: Path, told: Mapping[str, object]) -> None:
    if isinstance(arrival.source, Path):
        shutil.copyfile(arrival.source, folder / arrival.source.name)
    else:
        arrival.source.write_parquet(folder / "rows.parquet")
    text = json.dumps(told, indent=1, ensure_ascii=False, default=str)
    with (folder / _FINDINGS).open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
