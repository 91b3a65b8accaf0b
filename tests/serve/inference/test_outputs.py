from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from relevo.model.model import UNSEEN, Model
from relevo.serve.answer_rows import AnsweredRow
from relevo.serve.inference.outputs import outputs_of
from relevo.serve.service import Service


@pytest.fixture
def model(service: Service) -> Model:
    return service.models.serving().model


def test_a_classification_gives_labels_and_probabilities(model: Model) -> None:
    rows = [
        AnsweredRow("1", {"label": "yes", "probabilities": {"no": 0.25, "yes": 0.75}}),
        AnsweredRow("2", {"label": "no", "probabilities": {"no": 0.5, "yes": 0.5}}),
    ]
    tensors = [output.tensor(rows) for output in outputs_of(model).values()]
    found = {t.name: (t.datatype.name, t.shape, t.values) for t in tensors}
    assert found == {
        "label": ("BYTES", (2,), ["yes", "no"]),
        "probabilities": ("FP64", (2, 2), [0.25, 0.75, 0.5, 0.5]),
        "id": ("BYTES", (2,), ["1", "2"]),
    }


@pytest.mark.parametrize(
    ("classes", "datatype"),
    [
        ((False, True), "BOOL"),
        ((3, 7), "INT64"),
        ((1, 1 << 63), "BYTES"),
        ((0.5, 1.5), "FP64"),
        (("a", "b", "c"), "BYTES"),
        ((True, 2), "BYTES"),
    ],
)
def test_labels_keep_their_kind(model: Model, classes: tuple[Any, ...], datatype: str) -> None:
    label = outputs_of(replace(model, classes=classes))["label"]
    shares = {str(one): 1 / len(classes) for one in classes}
    tensor = label.tensor([AnsweredRow("1", {"label": classes[0], "probabilities": shares})])
    assert tensor.datatype.name == datatype
    assert tensor.datatype.holds(tensor.values[0])
    assert str(tensor.values[0]) == str(classes[0])


class _WithSegments:
    def unseen(self) -> None: ...
    def unseen_row(self) -> None: ...


def test_a_model_of_segments_flags_those_that_it_has_not_seen(model: Model) -> None:
    knowing = replace(model, predictor=_WithSegments(), classes=())  # type: ignore[arg-type]
    rows = [AnsweredRow("1", {"value": 1.5, UNSEEN: True}), AnsweredRow("2", {"value": 2.5})]
    outputs = outputs_of(knowing)
    assert outputs["prediction"].tensor(rows).values == [1.5, 2.5]
    assert outputs[UNSEEN].tensor(rows).values == [True, False]
    assert outputs[UNSEEN].datatype.name == "BOOL"
