"""`Refusal`: the decision whose reasons are owed, and what speaks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from relevo.data.category_text import category_text
from relevo.errors import OptionMistake, nearest
from relevo.explain.decisions.wanted import log_odds
from relevo.model.model import Model

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Refusal:
    """A label that is held against a person.

    Attributes
    ----------
    label
        As the model gives it.
    place
        Its position in the model's classes.
    several
        Whether there are more than two classes.

    """

    label: Any
    place: int
    several: bool

    def limit(self, threshold: float) -> float:
        """The push (see `direction`) from which on a row is refused.

        Parameters
        ----------
        threshold
            Of the positive class's probability, of two.

        """
        if self.several:
            return 0.0
        return log_odds(threshold) if self.place else -log_odds(threshold)

    @classmethod
    def of(cls, model: Model) -> Refusal:
        """The problem's `explain.adverse`; the positive class where it is not set.

        Raises
        ------
        OptionMistake
            When the model predicts a number, or no class has this label.

        """
        if not model.classes:
            raise OptionMistake("decision.no_classes", target=model.problem.target)
        asked = model.problem.explain.adverse
        if asked is None:
            return cls(model.classes[-1], len(model.classes) - 1, len(model.classes) > 2)
        texts = [category_text(label) for label in model.classes]
        if (text := category_text(asked)) not in texts:
            raise OptionMistake(
                "decision.unknown_adverse",
                label=text,
                labels=", ".join(texts),
                hint=nearest(text, texts),
            )
        place = texts.index(text)
        return cls(model.classes[place], place, len(texts) > 2)

    def log_odds(self, scores: Floats) -> Floats:
        """The log-odds of the refusal, `(n_rows,)`, from raw scores `(n_rows, n_outputs)`."""
        if not self.several:
            return scores[:, 0] if self.place else -scores[:, 0]
        rest = np.delete(scores, self.place, axis=1)
        odds: Floats = scores[:, self.place] - logsumexp(rest, axis=1)
        return odds

    def direction(self, scores: Floats) -> Floats:
        """The weights of the outputs whose sum is the push towards refusal, shape as `scores`.

        With two classes that is the log-odds; with more, how far the refusal is ahead of the
        strongest other class.
        """
        if not self.several:
            return np.full(scores.shape, 1.0 if self.place else -1.0)
        others = scores.copy()
        others[:, self.place] = -np.inf
        weights = np.zeros(scores.shape)
        weights[:, self.place] = 1.0
        weights[np.arange(len(scores)), others.argmax(axis=1)] = -1.0
        return weights
