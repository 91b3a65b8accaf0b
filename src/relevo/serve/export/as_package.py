"""`as_package`: a Python package that checks and scores rows on numpy and onnxruntime alone."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from relevo.data.contract import Contract
from relevo.errors import ModelMistake
from relevo.serve.export.as_onnx import write_graph
from relevo.serve.export.carried import carry
from relevo.serve.export.chosen import Chosen
from relevo.serve.export.deviation import Deviation
from relevo.serve.export.slug import slug

_NEEDS = ("numpy", "onnxruntime")
_ROWS_TO_ANSWER = 200
_MOST_DIFFERENCE = 1e-6
_START = '''{summary!r}

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from .row_check import RowFinding
from .scorer import BrokenContract, Scorer

__all__ = ["BrokenContract", "check", "predict"]


def predict(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of each row `{{"value": number}}`, or `{{"label": label, "probabilities": {{label: p}}}}`."""
    return _scorer().predict(rows)


def check(row: Mapping[str, Any]) -> list[RowFinding]:
    """What is wrong with one row; an empty list when nothing is."""
    return _scorer().check(row)


@cache
def _scorer() -> Scorer:
    return Scorer(Path(__file__).parent)
'''
_PROJECT = """[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = {name}
version = {version}
description = {summary}
requires-python = ">=3.11"
dependencies = {dependencies}

[tool.hatch.build.targets.wheel]
packages = [{package}]
"""


def as_package(chosen: Chosen, folder: Path, to: Path) -> Deviation:
    """Write `pyproject.toml` and a package whose `predict(rows)` answers as the model does.

    Raises
    ------
    ModelMistake
        When the model cannot be written in ONNX, or the file answers otherwise than the model.
    MissingExtra
        When onnx or onnxruntime is not installed.

    """
    name = f"{slug(chosen.problem.name)}_model"
    package = folder / name
    package.mkdir()
    deviation, details = write_graph(chosen, package)
    details["contract"] = _contract(chosen.model.contract)
    _write(package / "model.json", json.dumps(details, indent=1, ensure_ascii=False) + "\n")
    summary = chosen.title
    _write(package / "__init__.py", _START.format(summary=summary))
    carry("relevo.serve.export.scorer", package)
    _must_answer_alike(chosen, package)
    _write(folder / "pyproject.toml", _project(name, summary, chosen.model.version))
    return deviation


def _must_answer_alike(chosen: Chosen, package: Path) -> None:
    """Hold what the package does with single rows to what the model does with them."""
    from relevo.serve.export.agree import judged_rows
    from relevo.serve.export.scorer import Scorer

    model, scorer = chosen.model, Scorer(package)
    rows = judged_rows(model, chosen.folder).head(_ROWS_TO_ANSWER).to_dicts()
    kept = [row for row in rows if not model.check_row(row).refuse]
    largest = 0.0
    for row, answer in zip(kept, scorer.predict(kept), strict=True):
        checked = model.check_row(row)
        largest = max(largest, _difference(answer, model.predict_row(checked.row)))
        if list(map(vars, scorer.check(row))) != list(map(vars, checked.findings)):
            largest = math.inf
    if largest > _MOST_DIFFERENCE:
        raise ModelMistake("export.differs", largest=f"{largest:.2g}", most=_MOST_DIFFERENCE)


def _difference(answer: dict[str, Any], expected: dict[str, Any]) -> float:
    """Between two answers to one row; of large numbers, a share of them."""
    if answer.keys() != expected.keys():
        return math.inf
    if "value" in expected:
        number = expected["value"]
        return float(abs(answer["value"] - number) / max(1.0, abs(number)))
    numbers, others = answer["probabilities"], expected["probabilities"]
    if list(numbers) != list(others):
        return math.inf
    return max(float(abs(numbers[name] - others[name])) for name in numbers)


def _contract(contract: Contract) -> dict[str, Any]:
    return {
        "columns": [asdict(column) for column in contract.columns],
        **{
            field.name: getattr(contract, field.name)
            for field in fields(contract)
            if field.init and field.name != "columns"
        },
    }


def _project(package: str, summary: str, number: int) -> str:
    # JSON's strings and arrays are TOML's too.
    return _PROJECT.format(
        name=json.dumps(package.replace("_", "-")),
        version=json.dumps(str(number)),
        summary=json.dumps(summary, ensure_ascii=False),
        dependencies=json.dumps([f"{need}>={version(need)}" for need in _NEEDS]),
        package=json.dumps(package),
    )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
