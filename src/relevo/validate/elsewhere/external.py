"""`external_validity`: will the model hold on later rows, in places and populations unseen?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.errors import DataMistake
from relevo.model.model import Model
from relevo.score.evidence import Figure
from relevo.validate.elsewhere.examination import FOLDS, Examination, metrics_of
from relevo.validate.elsewhere.refit import Refit, Refits, numbers_of_prediction
from relevo.validate.elsewhere.shifted import Shifted
from relevo.validate.elsewhere.transfer import Transfer
from relevo.validate.elsewhere.transported import Transported
from relevo.validate.expected.estimate import ExpectedQuality
from relevo.validate.target.population import Population

Floats = NDArray[np.float64]

_FITS = 12  # at least so many must end within the budget


class Judgement(Protocol):
    """One part of the answer: a statement, and whether it warns."""

    @property
    def warning(self) -> bool:
        """Whether it falls short beyond noise."""
        ...

    def said(self, lang: str | None = None) -> str:
        """The statement, in a language."""
        ...


@dataclass(frozen=True)
class ExternalValidity:
    """What is known of a model beyond the rows that it comes from.

    Attributes
    ----------
    random
        The usual figures, of a random split over all rows together.
    future, sites, segments
        For each metric (and each segment column), where the problem names such columns.
    expected
        Before outcomes are known there: what the target population is likely to see.
    shifted
        The judged rows weighted until they resemble the target population.
    transported
        The model on the rows of an external table whose outcome is known.
    notes
        In words: what could not be examined, and why.

    """

    random: tuple[Figure, ...] = ()
    future: tuple[Transfer, ...] = ()
    sites: tuple[Transfer, ...] = ()
    segments: tuple[Transfer, ...] = ()
    expected: tuple[ExpectedQuality, ...] = ()
    shifted: tuple[Shifted, ...] = ()
    transported: Transported | None = None
    notes: tuple[str, ...] = ()

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """Those of all kinds."""
        return self.future + self.sites + self.segments

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """Everything that makes a statement, warnings first."""
        external = () if self.transported is None else (self.transported,)
        each: tuple[Judgement, ...] = (*self.transfers, *self.shifted, *external)
        return tuple(sorted(each, key=lambda one: not one.warning))

    @property
    def warning(self) -> bool:
        """Whether anything falls short beyond noise."""
        return any(one.warning for one in self.judgements)

    @property
    def text(self) -> str:
        """All statements, in the language in force."""
        return " ".join(one.said() for one in self.judgements)


def external_validity(
    model: Model | Refits,
    rows: pl.DataFrame,
    *,
    judged: pl.DataFrame | None = None,
    target_population: pl.DataFrame | None = None,
    metrics: Sequence[str] = (),
    population: Population | None = None,
    coverage: float = 0.9,
    budget: str | float | Budget = "60s",
    seed: int = 0,
    threads: int = 1,
) -> ExternalValidity:
    """Examine a model, or a recipe, wherever the problem's columns and further rows allow it.

    Models of the same recipe are trained on other rows: what is judged is how such a model
    travels. The external table is judged by the model itself.

    Parameters
    ----------
    model
        A model, whose recipe is followed without its search; or a recipe.
    rows
        All rows with a known target, those that trained the model included.
    judged
        Of these, the ones that the model was not trained on. With them, the target population is
        weighed against the model's own predictions; else against those of the recipe's folds.
    target_population
        Rows that the model is meant for. Where they have the target they are the external table,
        and what was expected of them is computed before that is looked at.
    metrics
        What is judged beside the problem's metric; ROC AUC, or R2 and RMSE when none is named.
    population
        What `population(judged, target_population)` gave, when it is known already.
    coverage
        Of all intervals.
    budget
        For everything. When it is short there are fewer fits, and what was left out is noted.
    seed, threads
        Of all random parts; of each fit.

    Raises
    ------
    DataMistake
        When the rows are too few for any split.
    ProblemMistake
        When there is no such metric.

    """
    time_left = budget if isinstance(budget, Budget) else Budget.parse(budget)
    refit = Refit.of_model(model, seed, threads) if isinstance(model, Model) else model
    if isinstance(refit, Refit):
        refit = refit.within(time_left.seconds / _FITS)
    known = rows.filter(pl.col(refit.problem.target).is_not_null())
    if known.height < 2 * FOLDS:
        raise DataMistake("elsewhere.too_few_at_all", rows=known.height, least=2 * FOLDS)
    wanted = metrics_of(refit.problem, metrics)
    study = Examination(refit, known, wanted, coverage, time_left, seed)
    roles = refit.problem.roles
    random, said = study.random()
    later, sites = study.future(), study.unseen(roles.site, "site")
    segments = [one for column in roles.segment for one in study.unseen(column, "segment")]
    expected: tuple[ExpectedQuality, ...] = ()
    weighed: tuple[Shifted, ...] = ()
    external = None
    if target_population is not None:
        here = known if judged is None else judged
        said = said if judged is None else _said(model, known, judged)
        there = _said(model, known, target_population)
        expected = study.expected(here, said, target_population, there)
        weighed = study.shifted(here, said, target_population, population)
        external = study.external(target_population, there)
    return ExternalValidity(
        random, later, sites, tuple(segments), expected, weighed, external, tuple(study.notes)
    )


def _said(model: Model | Refits, known: pl.DataFrame, rows: pl.DataFrame) -> Floats:
    found = model.predict(rows) if isinstance(model, Model) else model(known, rows)
    return numbers_of_prediction(found)
