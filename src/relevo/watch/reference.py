"""`Reference`: what a window is compared with, computed once."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from relevo.data.whole_file import whole_file
from relevo.errors import DataMistake
from relevo.watch.sample import Sample
from relevo.watch.side import Side

FORM = 1  # of the file; a newer one is refused by name
ARRAYS = ("values", "counts", "sampled")


@dataclass(frozen=True, eq=False)
class Reference:
    """The columns of the reference: numbers in order, categories counted, some rows as they came.

    `relevo.watch.drift` takes it in place of the rows and finds the same to the last bit, without
    sorting them again.

    Attributes
    ----------
    rows
        How many rows it stands on.
    columns
        The side of each column, by name.

    """

    rows: int
    columns: dict[str, Side]

    @classmethod
    def of(cls, frame: object, seed: int = 0, skip: Sequence[str] = ()) -> Reference:
        """The reference of rows in any form that `relevo.data.table.Table.of` reads.

        Parameters
        ----------
        frame
            The rows that the model was trained on, or another period that was in order.
        seed
            Chooses the rows for the covariance, as in `drift`.
        skip
            Columns to leave out.

        Raises
        ------
        DataMistake
            When there are fewer than two rows.

        Examples
        --------
        >>> from relevo.watch import drift
        >>> reference = Reference.of({"age": [31.0, 40.0, 58.0] * 40})
        >>> drift(reference, {"age": [30.0, 41.0, 58.0] * 20}).alarm
        False

        """
        sample = Sample(frame, seed, skip)
        if sample.rows < 2:
            raise DataMistake("watch.too_few_rows_reference", rows=sample.rows)
        return cls(sample.rows, {name: sample.side(name) for name in sample.columns})

    def side(self, name: str) -> Side:
        """What is known of a column."""
        return self.columns[name]

    def save(self, path: Path | str) -> None:
        """Write it as one `.npz` file, whole or not at all."""
        told = {
            "form": FORM,
            "rows": self.rows,
            "columns": {
                name: [
                    side.kind,
                    side.type,
                    side.rows,
                    side.known,
                    side.deviation,
                    list(side.names),
                ]
                for name, side in self.columns.items()
            },
        }
        arrays: dict[str, Any] = {
            f"{at}.{part}": getattr(side, part)
            for at, side in enumerate(self.columns.values())
            for part in ARRAYS
        }
        arrays["told"] = np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)
        with whole_file(Path(path)) as unfinished, unfinished.open("wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: Path | str) -> Reference:
        """Read what `save` wrote; nothing in the file can run.

        Raises
        ------
        DataMistake
            When the file is no reference, is damaged, or is of a newer form.

        """
        try:
            with Path(path).open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                told = json.loads(file["told"].tobytes())
                if told["form"] == FORM:
                    return cls(told["rows"], dict(_sides(file, told["columns"])))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile):
            raise DataMistake("watch.bad_reference", path=path) from None
        raise DataMistake("watch.newer_reference", path=path, form=told["form"], known=FORM)


def _sides(file: Any, columns: dict[str, list[Any]]) -> list[tuple[str, Side]]:
    found = []
    for at, (name, (kind, dtype, rows, known, deviation, names)) in enumerate(columns.items()):
        values, counts, sampled = (file[f"{at}.{part}"] for part in ARRAYS)
        side = Side(kind, dtype, rows, known, deviation, values, tuple(names), counts, sampled)
        found.append((name, side))
    return found
