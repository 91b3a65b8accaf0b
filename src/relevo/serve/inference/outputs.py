"""`outputs_of`: the tensors that a model's predictions become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from relevo.learn.learner import KnowsSegments
from relevo.model.model import UNSEEN, Model
from relevo.serve.answer_rows import AnsweredRow
from relevo.serve.inference.datatype import BOOL, BYTES, FP64, INT64, Datatype
from relevo.serve.inference.tensor import Tensor

_INT64 = range(-(1 << 63), 1 << 63)


@dataclass(frozen=True)
class Output:
    """One of the tensors that predictions become.

    Attributes
    ----------
    name, datatype
        As the protocol says them.
    values
        The values of one row.
    width
        How many these are; None for one that the tensor's shape does not show.
    labels
        What each of them is of.

    """

    name: str
    datatype: Datatype
    values: Callable[[AnsweredRow], Sequence[Any]]
    width: int | None = None
    labels: tuple[str, ...] = ()

    def tensor(self, rows: Sequence[AnsweredRow]) -> Tensor:
        """The tensor of these rows."""
        shape = (len(rows),) if self.width is None else (len(rows), self.width)
        return Tensor(
            self.name, self.datatype, shape, [value for row in rows for value in self.values(row)]
        )


def outputs_of(model: Model) -> dict[str, Output]:
    """Every output of a model by its name.

    `prediction` for a regression; `label` and `probabilities` for a classification; the
    prediction's `id`; `unseen_segment` where the model knows segments.
    """
    found = _label_and_probabilities(model) if model.classes else [_prediction()]
    found.append(Output("id", BYTES, lambda row: [row.prediction_id]))
    if isinstance(model.predictor, KnowsSegments):
        found.append(Output(UNSEEN, BOOL, lambda row: [row.prediction.get(UNSEEN, False)]))
    return {output.name: output for output in found}


def _prediction() -> Output:
    return Output("prediction", FP64, lambda row: [row.prediction["value"]])


def _label_and_probabilities(model: Model) -> list[Output]:
    datatype = _datatype(model.classes)
    texts = tuple(str(label) for label in model.classes)

    def label(row: AnsweredRow) -> Sequence[Any]:
        found = row.prediction["label"]
        return [str(found) if datatype is BYTES else found]

    def probabilities(row: AnsweredRow) -> Sequence[Any]:
        by_label = row.prediction["probabilities"]
        return [by_label[text] for text in texts]

    return [
        Output("label", datatype, label),
        Output("probabilities", FP64, probabilities, len(texts), texts),
    ]


def _datatype(classes: Sequence[Any]) -> Datatype:
    if all(isinstance(label, bool) for label in classes):
        return BOOL
    if all(label.__class__ is int and label in _INT64 for label in classes):
        return INT64
    return FP64 if all(isinstance(label, float) for label in classes) else BYTES
