"""`sensitive_used`: a warning for each sensitive column that a model decides by."""

from __future__ import annotations

from relevo.explain.decisions.phrases import Phrases
from relevo.model.model import Model
from relevo.words import say


def sensitive_used(model: Model, lang: str | None = None) -> tuple[str, ...]:
    """A sentence for each sensitive column among the model's predictors; empty when there is none.

    Such a column is never stated as a reason, yet its part stays in every sum. That a model does
    without it is no proof that it treats groups alike: others may stand for it.
    """
    seen = frozenset(model.preparation.columns)
    phrases = Phrases(model.problem, lang)
    return tuple(
        say("decision.sensitive_used", phrases.lang, column=column, phrase=phrases.of(column))
        for column in model.problem.roles.sensitive
        if column in seen
    )
