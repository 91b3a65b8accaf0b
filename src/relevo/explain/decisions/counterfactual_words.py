"""`CounterfactualWords`: what is said of changes, and of why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from relevo.compute.budget import Budget
from relevo.explain.decisions.counterfactual import Change, Counterfactual
from relevo.explain.decisions.phrases import Phrases
from relevo.words import say


class CounterfactualWords:
    """Sentences about counterfactuals.

    Parameters
    ----------
    phrases
        What columns and values are called.

    """

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases
        self.lang = phrases.lang

    def change(self, column: str, before: Any, after: Any) -> Change:
        """A change and its text."""
        text = say(
            "counterfactual.change",
            self.lang,
            phrase=self._phrases.of(column),
            before=self._phrases.value(before),
            after=self._phrases.value(after),
        )
        return Change(column, before, after, text)

    def sentence(self, answer: Mapping[str, Any], changes: Sequence[Change]) -> str:
        """What the answer would be with these changes."""
        texts = "; ".join(change.text for change in changes)
        return say("counterfactual.sentence", self.lang, answer=said(answer), changes=texts)

    def fewer(self, found: int, n: int, budget: Budget, late: bool) -> str:
        """Why there are fewer than asked for."""
        key = "counterfactual.fewer_late" if late else "counterfactual.fewer"
        return say(key, self.lang, found=found, n=n, limit=f"{budget.seconds:g}")

    def none(
        self, wanted: str, best: Counterfactual, blocked: Sequence[str], spent: Budget | None
    ) -> str:
        """Why there is none.

        Parameters
        ----------
        wanted
            The answer that was wanted.
        best
            The nearest that was reached.
        blocked
            The columns in the way.
        spent
            The budget, when it was too short to tell.

        """
        reached = best.text if best.changes else say("counterfactual.nothing_helps", self.lang)
        if spent:
            limit = f"{spent.seconds:g}"
            return say("counterfactual.late", self.lang, limit=limit, best=reached)
        why = say("counterfactual.none", self.lang, wanted=wanted, best=reached)
        if not blocked:
            return why
        names = ", ".join(map(self._phrases.of, blocked))
        return f"{why} {say('counterfactual.blocked', self.lang, columns=names)}"


def said(answer: Mapping[str, Any]) -> str:
    """The label or the number of an answer of `Model.predict_row`."""
    return f"{answer['value']:g}" if "value" in answer else str(answer["label"])
