"""What a version goes by: importance, effects, interactions, examples, trust in these."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from relevo.compute.budget import Budget
from relevo.errors import DataMistake
from relevo.explain.columns.effects import Effects, effects
from relevo.explain.columns.effects_section import effects_section
from relevo.explain.columns.group_importance import GroupImportance, group_importance
from relevo.explain.columns.importance import ColumnImportance, importance
from relevo.explain.columns.importance_section import importance_section
from relevo.explain.columns.interactions import Interaction, interactions
from relevo.explain.columns.interactions_section import interactions_section
from relevo.explain.decisions.counterfactual import Counterfactuals
from relevo.explain.decisions.counterfactual_search import CounterfactualSearch
from relevo.explain.decisions.decision_sections import counterfactual_section, reasons_section
from relevo.explain.decisions.reason_coder import ReasonCoder
from relevo.explain.decisions.refusal import Refusal
from relevo.explain.decisions.sensitive_used import sensitive_used
from relevo.explain.glass_box.shapes import is_glass_box
from relevo.explain.glass_box.shapes_section import shapes_section
from relevo.explain.trust.trust import Trust, trust
from relevo.explain.trust.trust_section import trust_section
from relevo.model.model import Model
from relevo.picture.page import Note, Section

_EFFECTS, _EXAMPLES = 6, 3
_TRUST_SECONDS = 10.0


@dataclass(frozen=True)
class Explained:
    """What was found of a version.

    Attributes
    ----------
    model, judged, reference
        Of what.
    importance, groups
        Of single columns, and of those that go together.
    effects, interactions, trust
        None, or empty, where there was no time.
    warnings
        In words: sensitive columns that the model decides by.
    left_out
        The names of what there was no time for.

    """

    model: Model
    judged: pl.DataFrame
    reference: pl.DataFrame
    importance: tuple[ColumnImportance, ...]
    groups: tuple[GroupImportance, ...] = ()
    effects: Effects | None = None
    interactions: tuple[Interaction, ...] = ()
    trust: Trust | None = None
    warnings: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def sections(self, lang: str) -> Iterator[Section]:
        """What the card shows of it."""
        model = self.model
        if self.importance:
            section = importance_section(self.importance, self.groups, model.problem.metric, lang)
            warned = tuple(Note(text, "warning") for text in sensitive_used(model, lang))
            yield replace(section, blocks=(*warned, *section.blocks))
        if is_glass_box(model):
            yield shapes_section(model, lang)
        if self.effects:
            yield effects_section(self.effects, lang)
        if self.interactions:
            yield interactions_section(self.interactions, lang)
        yield from _decisions(model, self.judged, self.reference, lang)
        if self.trust:
            yield trust_section(self.trust, lang)


def explained_version(
    model: Model, judged: pl.DataFrame, reference: pl.DataFrame, budget: Budget, seed: int
) -> Explained:
    """Look at a version from all sides, as far as there is time.

    Parameters
    ----------
    model
        The version.
    judged, reference
        Rows that it was not trained on, and such as it was trained on.
    budget
        The importance of columns is always worked out; each further step is begun while there is
        as much time left as the longest so far has taken.
    seed
        Of all samples.

    """
    found = Explained(model, judged, reference, (), warnings=sensitive_used(model))
    try:
        found = replace(found, importance=importance(model, judged, seed=seed))
    except DataMistake as mistake:  # of one class of judged rows nothing can be said by the metric
        if mistake.key != "effects.one_class":
            raise
        found = replace(found, warnings=(*found.warnings, mistake.parts()["came"]))
    shown = [one.column for one in found.importance[:_EFFECTS]]
    steps: dict[str, Callable[[], Any]] = {
        "groups": lambda: group_importance(model, judged, seed=seed) if shown else (),
        "effects": lambda: effects(model, judged, shown, seed=seed) if shown else None,
        "trust": lambda: trust(model, judged, min(_TRUST_SECONDS, budget.remaining / 2), seed),
        "interactions": lambda: interactions(model, judged, seed=seed),
    }
    longest = budget.used
    for name, step in steps.items():
        if budget.remaining <= longest:
            found = replace(found, left_out=(*found.left_out, name))
            continue
        before = budget.used
        found = replace(found, **{name: step()})
        longest = max(longest, budget.used - before)
    return found


def _decisions(
    model: Model, judged: pl.DataFrame, reference: pl.DataFrame, lang: str
) -> Iterator[Section]:
    """A few refusals among the judged rows: their reasons, and what would turn them."""
    if not model.classes:
        return
    refused = _refused(model, judged).head(_EXAMPLES)
    if refused.is_empty():
        return
    yield reasons_section(model, ReasonCoder(model, reference, lang)(refused), lang)
    yield counterfactual_section(_turned(model, refused, reference, lang), lang)


def _refused(model: Model, judged: pl.DataFrame) -> pl.DataFrame:
    refusal = Refusal.of(model)
    said = model.predict_table(judged)["prediction"]
    return judged.filter(said == refusal.label)


def _turned(
    model: Model, refused: pl.DataFrame, reference: pl.DataFrame, lang: str
) -> list[Counterfactuals]:
    refusal = Refusal.of(model)
    search = CounterfactualSearch(model, reference, lang=lang)
    other = next(label for label in model.classes if label != refusal.label)
    found = []
    for row in model.predictors(refused).to_dicts():
        with suppress(DataMistake):  # a judged row that breaks the contract is nobody's example
            found.append(search(row, other))
    return found
