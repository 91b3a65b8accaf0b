"""`Entry`: one prediction in the journal, a line of JSON; and how lines are read back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from relevo.store.records import PredictionRecord

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Entry(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """One prediction as the journal keeps it; the fields are those of `PredictionRecord`.

    Attributes
    ----------
    at_us
        When it was given, in microseconds since 1970.

    """

    prediction_id: str
    row_id: str | None
    at_us: int
    version: int
    row: msgspec.Raw
    prediction: msgspec.Raw
    latency_us: int
    flags: Sequence[str]

    def record(self) -> PredictionRecord:
        """The same as the store keeps it; row and prediction stay JSON."""
        row: Any = self.row
        prediction: Any = self.prediction
        at = _EPOCH + timedelta(microseconds=self.at_us)
        return PredictionRecord(
            self.prediction_id,
            self.row_id,
            at,
            self.version,
            row,
            prediction,
            "endpoint",
            self.latency_us,
            self.flags or None,
        )


_decode = msgspec.json.Decoder(Entry)


def read_entries(lines: bytes) -> list[Entry]:
    """The entries of whole lines; a line that is none, torn by a kill, is passed over."""
    try:
        return _decode.decode_lines(lines)
    except msgspec.DecodeError:
        return [entry for line in lines.splitlines() if (entry := _entry(line)) is not None]


def _entry(line: bytes) -> Entry | None:
    try:
        return _decode.decode(line)
    except msgspec.DecodeError:
        return None
