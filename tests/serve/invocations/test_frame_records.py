from __future__ import annotations

from dataclasses import replace

from relevo.model.model import UNSEEN, Model
from relevo.serve.answer_rows import AnsweredRow
from relevo.serve.invocations.frame_records import frame_records
from relevo.serve.service import Service


class _WithSegments:
    def unseen(self) -> None: ...
    def unseen_row(self) -> None: ...


def test_a_record_has_the_columns_of_the_table(service: Service) -> None:
    model: Model = service.models.serving().model
    row = AnsweredRow("1", {"label": "yes", "probabilities": {"no": 0.25, "yes": 0.75}})
    assert frame_records([row], model) == [
        {"prediction": "yes", "probability_no": 0.25, "probability_yes": 0.75}
    ]
    regression = [AnsweredRow("1", {"value": 1.5, UNSEEN: True}), AnsweredRow("2", {"value": 0.0})]
    knowing = replace(model, predictor=_WithSegments(), classes=())  # type: ignore[arg-type]
    assert frame_records(regression, knowing) == [
        {"prediction": 1.5, UNSEEN: True},
        {"prediction": 0.0, UNSEEN: False},
    ]
