"""`write_project`: a project folder that serves one version."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from relevo.model.hashes import verify
from relevo.problem.write import problem_text
from relevo.serve.export.chosen import Chosen
from relevo.store import Store
from relevo.store.aliases import CHAMPION
from relevo.store.records import DecisionRecord
from relevo.words import say


def write_project(chosen: Chosen, folder: Path) -> None:
    """Write the problem, the contract, and a new store that knows the version as champion."""
    state, number = folder / ".relevo", chosen.record.version
    model = f"models/v{number}"
    shutil.copytree(chosen.folder, state / model)
    verify(state / model)
    problem = chosen.problem.model_copy(update={"store": None})
    (folder / "relevo.toml").write_text(problem_text(problem), encoding="utf-8")
    if chosen.contract_file.exists():
        shutil.copyfile(chosen.contract_file, folder / "contract.toml")
    with Store.open(state, problem.name) as store:
        while store.reserve_version(chosen.at) < number:
            pass  # versions that are trained there have numbers of their own
        store.add_version(replace(chosen.record, folder=model, parent=None))
        store.add_figures(number, chosen.figures)
        store.move_alias(CHAMPION, number, _decision(chosen))


def _decision(chosen: Chosen) -> DecisionRecord:
    number = chosen.record.version
    why = say("export.promoted", version=number)
    return DecisionRecord("promote", why, number, None, {}, chosen.at)
