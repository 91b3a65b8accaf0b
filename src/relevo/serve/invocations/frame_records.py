"""`frame_records`: predictions as MLflow's server writes the frame that the model folder gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relevo.learn.learner import KnowsSegments
from relevo.model.model import UNSEEN, Model
from relevo.serve.answer_rows import AnsweredRow


def frame_records(rows: Sequence[AnsweredRow], model: Model) -> list[dict[str, Any]]:
    """One record for each row, with the columns of `Model.predict_table`."""
    knows_segments = isinstance(model.predictor, KnowsSegments)
    return [_record(row, knows_segments) for row in rows]


def _record(row: AnsweredRow, knows_segments: bool) -> dict[str, Any]:
    prediction = row.prediction
    shares = prediction.get("probabilities", {})
    record = {"prediction": prediction["label"] if shares else prediction["value"]}
    record |= {f"probability_{label}": share for label, share in shares.items()}
    return record | ({UNSEEN: prediction.get(UNSEEN, False)} if knows_segments else {})
