"""`Client`: speak to an endpoint from Python."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from relevo.data.table import Table
from relevo.errors import DataMistake

_ROWS_AT_ONCE = 1_000
_TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Client:
    """An endpoint that `relevo serve` or `Project.serving` runs.

    Attributes
    ----------
    url
        Its address, such as `"http://127.0.0.1:8000"`.
    key
        What `relevo key add` showed; None where no key is asked for.

    """

    url: str
    key: str | None = field(default=None, repr=False)

    def predict(self, rows: Any, explain: int = 0) -> list[dict[str, Any]]:
        """What the champion says of each row, in the order of the rows.

        Parameters
        ----------
        rows
            A path, a frame, or one mapping per row.
        explain
            How many reasons to give with each prediction.

        Raises
        ------
        DataMistake
            When the endpoint refuses a row; nothing of its request was scored.

        """
        route = f"/predict?explain={explain}" if explain else "/predict"
        answers = (self._post(route, {"rows": part}) for part in _parts(_mappings(rows)))
        return [prediction for answer in answers for prediction in answer["predictions"]]

    def label(self, rows: Any, id: str, target: str) -> list[str]:
        """Send outcomes, named by the column `id`; gives the names that no prediction has."""
        labels = [{"id": str(row[id]), "target": row[target]} for row in _mappings(rows)]
        answers = (self._post("/labels", {"labels": part}) for part in _parts(labels))
        return [name for answer in answers for name in answer["unmatched"]]

    def _post(self, route: str, body: dict[str, Any]) -> Any:
        content = json.dumps(body, default=_text).encode()
        headers = {"Content-Type": "application/json"}
        if self.key is not None:
            headers["Authorization"] = f"Bearer {self.key}"
        try:
            with urlopen(
                Request(self.url + route, content, headers), timeout=_TIMEOUT_SECONDS
            ) as got:
                return json.load(got)
        except HTTPError as error:
            answer = error.read().decode("utf-8", "replace")
            raise DataMistake("serve.client_refused", status=error.code, answer=answer) from error


def _mappings(rows: Any) -> Sequence[Mapping[str, Any]]:
    if isinstance(rows, Sequence) and not isinstance(rows, str):
        return rows
    # JSON has no NaN; a missing value is null.
    return [
        {name: None if isinstance(v, float) and math.isnan(v) else v for name, v in row.items()}
        for row in Table.of(rows, folder=Path()).data.to_dicts()
    ]


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + _ROWS_AT_ONCE] for start in range(0, len(rows), _ROWS_AT_ONCE))


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
