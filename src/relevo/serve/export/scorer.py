"""`Scorer`: what an exported package runs: rows held to the contract, then scored by ONNX.

Packages carry a copy of this file and of what it imports from relevo; beside Python it needs numpy
and onnxruntime only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from relevo.data.category_text import category_text
from relevo.data.contract import ColumnContract, Contract
from relevo.data.reactions import Reactions
from relevo.data.row_check import RowFinding, compile_row_check
from relevo.prepare.moment import as_time

_EPOCH = datetime(1970, 1, 1)
_UNSEEN_SEGMENT = "unseen_segment"
_UNSEEN = "\x1a"  # no text of a column
_ONLY_ERRORS = 3  # of onnxruntime's levels of messages


class BrokenContract(ValueError):
    """Rows that break the model's contract.

    Parameters
    ----------
    findings
        Of each finding the position of its row, and what is wrong.

    """

    def __init__(self, findings: Sequence[tuple[int, RowFinding]]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(_told(row, finding) for row, finding in findings))


class Scorer:
    """The model in a folder that holds `model.onnx` and `model.json`."""

    def __init__(self, folder: Path) -> None:
        text = (folder / "model.json").read_text(encoding="utf-8")
        self.details: dict[str, Any] = json.loads(text)
        self._check = compile_row_check(_contract(self.details["contract"]))
        options = onnxruntime.SessionOptions()
        options.log_severity_level = _ONLY_ERRORS
        options.intra_op_num_threads = 1  # waking others takes longer than a row's trees
        self._session = onnxruntime.InferenceSession(
            folder / "model.onnx", options, providers=["CPUExecutionProvider"]
        )

    def check(self, row: Mapping[str, Any]) -> list[RowFinding]:
        """What is wrong with one row; an empty list when nothing is."""
        return list(self._check(row).findings)

    def predict(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Of each row `{"value": number}`, or `{"label": label, "probabilities": {label: p}}`.

        Parameters
        ----------
        rows
            A value per column, as JSON gives them; an absent column is a missing value.

        Raises
        ------
        BrokenContract
            When a row breaks the contract; then none is scored.

        """
        checked = [self._check(row) for row in rows]
        found = [(place, one) for place, each in enumerate(checked) for one in each.findings]
        broken = [(place, one) for place, one in found if one.refuse]
        if broken:
            raise BrokenContract(broken)
        if not rows:
            return []
        seen = [each.row for each in checked]
        feeds = {one["name"]: _column(seen, one) for one in self.details["inputs"]}
        outputs = self._session.run(None, feeds)
        unseen = (
            outputs[-1][:, 0] if _UNSEEN_SEGMENT in self.details["outputs"] else [False] * len(rows)
        )
        return [
            {**self._answer(answer), **({_UNSEEN_SEGMENT: True} if new else {})}
            for answer, new in zip(outputs[0], unseen, strict=True)
        ]

    def _answer(self, numbers: NDArray[np.float64]) -> dict[str, Any]:
        classes = self.details["classes"]
        if not classes:
            return {"value": float(numbers[0])}
        threshold = self.details["threshold"]
        position = int(numbers.argmax() if threshold is None else numbers[1] >= threshold)
        named = {str(label): float(p) for label, p in zip(classes, numbers, strict=True)}
        return {"label": classes[position], "probabilities": named}


def _contract(saved: Mapping[str, Any]) -> Contract:
    columns = tuple(
        ColumnContract(**{**_with_tuples(one), "reactions": Reactions(**one["reactions"])})
        for one in saved["columns"]
    )
    return Contract(**{**_with_tuples(saved), "columns": columns})


def _with_tuples(saved: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON has made lists of."""
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in saved.items()
    }


def _column(rows: Sequence[Mapping[str, Any]], one: Mapping[str, Any]) -> NDArray[Any]:
    read = _READ[one["type"]]
    missing = float("nan") if one["type"] == "double" else one["missing"]
    values = (row.get(one["column"]) for row in rows)
    kind = object if one["type"] == "string" else one["type"]
    return np.array([[read(value, missing)] for value in values], dtype=kind)


def _number(value: Any, missing: float) -> float:
    return missing if value is None else float(value)


def _text(value: Any, missing: str) -> str:
    if value is None:
        return missing
    text = category_text(value)
    return _UNSEEN if text == missing else text


def _microseconds(value: Any, missing: int) -> int:
    return missing if value is None else (as_time(value) - _EPOCH) // timedelta(microseconds=1)


_READ: dict[str, Callable[[Any, Any], Any]] = {
    "double": _number,
    "string": _text,
    "int64": _microseconds,
}


def _told(row: int, finding: RowFinding) -> str:
    return f"{row}, {finding.column}: {finding.got} ({finding.expected})"
