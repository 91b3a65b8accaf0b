"""`Wanted`: the answer that a person would like instead, and how far a prediction is from it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.data.category_text import category_text
from relevo.errors import OptionMistake, nearest
from relevo.learn.learner import Prediction
from relevo.model.model import Model
from relevo.words import say

Floats = NDArray[np.float64]

_NUMBER = r"\s*([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*"
_AT_LEAST, _AT_MOST = re.compile(rf">=?{_NUMBER}"), re.compile(rf"<=?{_NUMBER}")
_BETWEEN = re.compile(rf"{_NUMBER}\.\.{_NUMBER}")
_LEAST_CHANCE = 1e-15


@dataclass(frozen=True)
class Wanted:
    """A label, or a range of numbers.

    Attributes
    ----------
    text
        As a person reads it.
    label, place
        The label and its position in the model's classes; of a classification.
    low, high
        The range, both ends included; of a regression.
    n_classes, threshold
        The model's.

    """

    text: str
    label: Any = None
    place: int = -1
    low: float = -math.inf
    high: float = math.inf
    n_classes: int = 0
    threshold: float = 0.5

    @classmethod
    def of(cls, model: Model, wanted: Any, lang: str | None = None) -> Wanted:
        """What is wanted of a model, as `counterfactuals` takes it.

        Raises
        ------
        OptionMistake
            When it is no label of the model, or no range.

        """
        if model.classes:
            return cls._label(model, wanted)
        low, high = _range(wanted, model.problem.target)
        return cls(_range_text(low, high, lang), low=low, high=high)

    @classmethod
    def _label(cls, model: Model, wanted: Any) -> Wanted:
        texts = [category_text(label) for label in model.classes]
        if (text := category_text(wanted)) not in texts:
            raise OptionMistake(
                "counterfactual.unknown_label",
                label=text,
                labels=", ".join(texts),
                hint=nearest(text, texts),
            )
        place = texts.index(text)
        return cls(
            text,
            model.classes[place],
            place,
            n_classes=len(texts),
            threshold=model.threshold,
        )

    def scores(self, prediction: Prediction) -> Floats:
        """A number per row to which changes of columns add up, more or less, `(n_rows,)`."""
        if prediction.probabilities is None:
            return prediction.values
        logs = np.log(np.maximum(prediction.probabilities, _LEAST_CHANCE))
        if self.n_classes == 2:
            odds: Floats = (logs[:, 1] - logs[:, 0]) - log_odds(self.threshold)
            return odds if self.place else -odds
        ahead: Floats = logs[:, self.place] - np.delete(logs, self.place, axis=1).max(axis=1)
        return ahead

    def margin(self, scores: Floats) -> Floats:
        """How far within what is wanted rows of these scores are; below zero: not wanted."""
        if self.n_classes:
            return scores
        return np.minimum(scores - self.low, self.high - scores)

    def met(self, answer: Mapping[str, Any]) -> bool:
        """Whether an answer of `Model.predict_row` is what is wanted."""
        if self.n_classes:
            return bool(answer["label"] == self.label)
        return bool(self.low <= answer["value"] <= self.high)


def log_odds(chance: float) -> float:
    """The log-odds of a chance; finite at 0 and 1, too."""
    held = min(max(chance, _LEAST_CHANCE), 1 - _LEAST_CHANCE)
    return math.log(held / (1 - held))


def _range(wanted: Any, target: str) -> tuple[float, float]:
    try:
        low, high = _ends(wanted)
    except (TypeError, ValueError):
        raise OptionMistake("counterfactual.no_range", wanted=wanted, target=target) from None
    if not low <= high or (math.isinf(low) and math.isinf(high)):
        raise OptionMistake("counterfactual.no_range", wanted=wanted, target=target)
    return low, high


def _ends(wanted: Any) -> tuple[float, float]:
    if isinstance(wanted, str):
        if found := _AT_LEAST.fullmatch(wanted.strip()):
            return float(found[1]), math.inf
        if found := _AT_MOST.fullmatch(wanted.strip()):
            return -math.inf, float(found[1])
        found = _BETWEEN.fullmatch(wanted.strip())
        wanted = found.groups() if found else ()
    if not isinstance(wanted, Sequence) or len(wanted) != 2:
        raise ValueError(wanted)
    low, high = wanted
    return -math.inf if low is None else float(low), math.inf if high is None else float(high)


def _range_text(low: float, high: float, lang: str | None) -> str:
    if math.isinf(low):
        return say("counterfactual.at_most", lang, high=f"{high:g}")
    if math.isinf(high):
        return say("counterfactual.at_least", lang, low=f"{low:g}")
    return say("counterfactual.between", lang, low=f"{low:g}", high=f"{high:g}")
