"""`validate`: the evidence about a version, and whether it holds elsewhere and for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from relevo.compute.budget import Budget
from relevo.compute.runner import machine_cores
from relevo.cycle.batch import batch_rows
from relevo.cycle.card import keep_found, write_card
from relevo.cycle.known import known_rows
from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import ValidateResult
from relevo.data.contract import Contract
from relevo.model.build import evidence_of
from relevo.model.folder import model_table
from relevo.model.model import Model
from relevo.picture.page import Section
from relevo.score.evidence import Evidence, Figure
from relevo.validate.elsewhere.external import ExternalValidity, external_validity
from relevo.validate.elsewhere.external_section import external_section
from relevo.validate.elsewhere.shifted import Shifted
from relevo.validate.elsewhere.transfer import Transfer
from relevo.validate.expected.estimate import ExpectedQuality
from relevo.validate.groups.fairness import Fairness, fairness
from relevo.validate.groups.fairness_section import fairness_section
from relevo.validate.groups.slices import Slice, slices
from relevo.validate.groups.slices_section import slices_section
from relevo.validate.groups.subgroups import Subgroups, subgroups
from relevo.validate.groups.subgroups_section import subgroups_section
from relevo.validate.target.population import Population
from relevo.validate.target.population_section import population_section
from relevo.validate.target.target_rows import target_rows
from relevo.validate.target.training_weights import problem_population
from relevo.words import say

BUDGET = "30s"


@dataclass(frozen=True)
class _Found:
    population: Population | None
    external: ExternalValidity
    groups: Subgroups | None
    gaps: Fairness
    worst: tuple[Slice, ...]

    def warnings(self) -> Iterator[str]:
        if self.population is not None and self.population.state in ("partly", "apart"):
            yield self.population.text
        yield from (one.said() for one in self.external.judgements if one.warning)
        yield from self.groups.said() if self.groups else ()
        yield from self.gaps.said()
        yield from (one.said() for one in self.worst)

    def sections(self, lang: str) -> Iterator[Section]:
        if self.population is not None:
            yield population_section(self.population, lang)
        yield external_section(self.external, lang)
        if self.groups:
            yield from subgroups_section(self.groups, lang)
        yield from fairness_section(self.gaps, lang)
        yield slices_section(self.worst, lang)


def validate(
    project: Project,
    version: int | None = None,
    *,
    target_population: Any = None,
    budget: str | float | None = None,
) -> ValidateResult:
    """Judge a version on later rows, at unseen places, in the target population and by group.

    Parameters
    ----------
    project
        Has that version.
    version
        By default the champion.
    target_population
        Rows of the population that the model is meant for; by default those of the problem file.
        Where their outcome is known the model is judged on them; in any case the judged rows are
        weighted to resemble them, and what training lacks of them is named.
    budget
        Wall time of the models that are trained anew to be judged elsewhere.

    Raises
    ------
    DataMistake
        When the target population cannot be read or compared.

    """
    with recorded(project, "validate"):
        model, folder = project.model(version), project.model_folder(version)
        judged, reference = (model_table(folder, name) for name in ("judged", "reference"))
        target = _target(project, model, target_population)
        compared = None
        if target is not None or project.problem.population.known:
            compared = problem_population(reference, project.problem, model.contract, target)
        found = _Found(
            compared,
            external_validity(
                model,
                known_rows(project).frame,
                judged=judged,
                target_population=target if _whole(target, model.contract) else None,
                budget=Budget.parse(BUDGET if budget is None else budget),
                seed=project.problem.training.seed,
                threads=machine_cores(),
            ),
            _groups(model, judged),
            fairness(model, judged),
            slices(model, judged),
        )
        keep_found(project, model.version, "validate", found.sections)
        return ValidateResult(
            model.version,
            _evidence(model, found.external, target),
            None if compared is None else _without_rows(compared),
            found.external.transfers,
            tuple(one.said() for one in found.external.judgements),
            found.groups.groups if found.groups else (),
            found.gaps.columns,
            found.worst,
            tuple(found.warnings()),
            write_card(project, model).page,
        )


def _target(project: Project, model: Model, given: Any) -> pl.DataFrame | None:
    if given is not None:
        return batch_rows(project, given, model)
    return target_rows(project.problem, project.folder)


def _whole(target: pl.DataFrame | None, contract: Contract) -> bool:
    """Whether the model can be asked about the rows: those of a problem file may lack columns."""
    return target is not None and all(one.name in target.columns for one in contract.required)


def _groups(model: Model, judged: pl.DataFrame) -> Subgroups | None:
    roles = model.problem.roles
    return subgroups(model, judged) if roles.segment or roles.sensitive else None


def _evidence(
    model: Model, external: ExternalValidity, target: pl.DataFrame | None
) -> dict[str, Evidence]:
    evidence = {"judged": model.evidence, "random split": Evidence(external.random)}
    for one in external.transfers:
        name = one.kind if one.kind == "future" else f"unseen {one.kind} ({one.by})"
        before = evidence.get(name, Evidence()).figures
        evidence[name] = Evidence((*before, _figure(one, name)))
    weighted = "weighted to the target population"
    if external.shifted:
        evidence[weighted] = Evidence(tuple(_figure(one, weighted) for one in external.shifted))
    expected = "expected in the target population"
    if external.expected:
        evidence[expected] = Evidence(tuple(_figure(one, expected) for one in external.expected))
    if external.transported is not None and target is not None:
        known = target.filter(pl.col(model.problem.target).is_not_null())
        evidence["target population"] = evidence_of(model, known, "target population")
    return evidence


def _figure(one: Transfer | Shifted | ExpectedQuality, on: str) -> Figure:
    if isinstance(one, ExpectedQuality):
        how = one.how
    elif isinstance(one, Shifted):
        how = say("elsewhere.figure_by.shifted", rows=round(one.effective_rows))
    else:
        how = say(f"elsewhere.figure_by.{one.kind}", units=len(one.units), by=one.by)
    return Figure(one.metric, one.value, one.interval, one.rows, on, how, one.coverage)


def _without_rows(compared: Population) -> dict[str, Any]:
    """The population without what has one value per row, and without what `uncovered` says."""
    by_row = ("weights", "covered_rows", "missing")
    return {name: value for name, value in vars(compared).items() if name not in by_row}
