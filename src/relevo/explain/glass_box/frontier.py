"""`frontier`: what it costs in accuracy to be able to read a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from math import inf, nan

import numpy as np
import polars as pl

from relevo.compute.budget import Budget
from relevo.compute.runner import Runner
from relevo.compute.threads import Threads
from relevo.data.contract import Contract, learn_contract
from relevo.errors import ModelMistake
from relevo.explain.glass_box.shapes import Shape, shapes
from relevo.learn.booster_trees import read_trees
from relevo.learn.boosting_predictor import BoostingPredictor
from relevo.learn.ensemble_predictor import EnsemblePredictor
from relevo.learn.learner import Floats, Predictor
from relevo.model.model import Model
from relevo.problem.problem import Problem
from relevo.score.intervals import interval
from relevo.score.metrics import Metric, metric
from relevo.score.rows import weights_of
from relevo.score.spread import spread
from relevo.train.judged import Parts
from relevo.train.target import class_labels, target_of

KINDS = ("linear", "additive", "boosting", "ensemble")
_LEARNERS = {"ensemble": "auto"}
_FEW_ROWS, _SPLITS = 1_000, 5
_READ_AT = 0.02  # of the largest shape: what moves scores less needs not be read
_FITS_ONE_SCORE = {"log_loss": "roc_auc"}  # what people are told of where they have not chosen
_BYTES_OF_A_WEIGHT = 4
_NEVER_SAVED = datetime(1970, 1, 1)


@dataclass(frozen=True)
class FrontierModel:
    """One kind of model, judged.

    Attributes
    ----------
    kind
        `linear`, `additive` (the glass box), `boosting` or `ensemble` (whatever does best).
    value, interval
        The metric on the judged rows, 95 %.
    gap, gap_interval
        How much worse than the best kind, on the same rows, 95 %; above zero is worse.
    pieces
        How many things a person must read to know all of the model: the columns' shapes or
        coefficients, the leaves of trees, the weights of a network.
    seconds
        Wall time of its training.

    """

    kind: str
    value: float
    interval: tuple[float, float]
    gap: float
    gap_interval: tuple[float, float]
    pieces: int
    seconds: float


@dataclass(frozen=True)
class Frontier:
    """Accuracy against what there is to read.

    Attributes
    ----------
    metric, greater_is_better
        What judges.
    models
        The one with least to read first.
    best
        The kind with the best value.
    rows
        How many rows have judged.
    splits
        1 when the judged rows are those that were given; else, of few of them, all rows have judged
        in turn, each by models that had not learnt from it.

    """

    metric: str
    greater_is_better: bool
    models: tuple[FrontierModel, ...]
    best: str
    rows: int
    splits: int

    def of(self, kind: str) -> FrontierModel:
        """The model of a kind."""
        return next(model for model in self.models if model.kind == kind)


@dataclass(frozen=True, eq=False)
class _Said:
    target: Floats
    weight: Floats
    by_kind: dict[str, Floats]
    pieces: dict[str, int]
    seconds: dict[str, float]


def frontier(
    train: pl.DataFrame,
    judged: pl.DataFrame,
    problem: Problem,
    contract: Contract | None = None,
    budget: Budget | str = "60s",
    seed: int = 0,
    *,
    runner: Runner | None = None,
    trials: int | None = None,
    measure: str | None = None,
    tell: Callable[[str], None] | None = None,
) -> Frontier:
    """Train a model of each kind on the same rows and judge all of them on the same others.

    Fewer than 1,000 judged rows cannot tell small differences: without a time column the rows are
    then put together and judge in turn, in five folds, with intervals over all of them. (Two folds'
    models share most of their rows, so such an interval is a little too narrow: Bengio and
    Grandvalet, 2004, "No unbiased estimator of the variance of k-fold cross-validation".)

    Parameters
    ----------
    train, judged
        Disjoint rows whose target is known.
    problem
        What is predicted.
    contract
        What the rows keep; learnt from `train` when not given.
    budget
        Wall time for everything, shared by all trainings.
    seed
        Of everything random.
    runner
        Where fits run; threads when not given.
    trials
        How many configurations each training tries whatever the time.
    measure
        The metric; the problem's when not given (for log loss with two classes: ROC AUC).
    tell
        Called with each kind before it is trained.

    """
    budget = Budget.parse(budget) if isinstance(budget, str) else budget
    contract = contract or learn_contract(train, problem.target, problem.roles, problem.columns)
    problem = _free(problem)
    cuts = list(_cuts(train, judged, problem, seed))
    said = []
    for turn, parts in enumerate(cuts):
        share = budget.part(1.0 / (len(cuts) - turn))
        run = runner or Threads()
        said.append(_said(parts, problem, contract, share, seed, run, trials, tell))
    classes = class_labels(pl.concat([train[problem.target], judged[problem.target]]), problem)
    chosen = _metric(problem, measure, len(classes))
    return _frontier(_joined(said), chosen, len(cuts))


def _free(problem: Problem) -> Problem:
    """The problem without limits that would let one kind only take part."""
    free = {"interpretable": False, "rising": (), "falling": ()}
    free |= {"max_latency_us": None, "max_model_mb": None}
    return problem.model_copy(update={"training": problem.training.model_copy(update=free)})


def _cuts(
    train: pl.DataFrame, judged: pl.DataFrame, problem: Problem, seed: int
) -> Iterator[Parts]:
    ordered = problem.roles.time is not None
    if ordered or judged.height >= _FEW_ROWS:
        yield Parts(train, judged, ordered)
        return
    both = pl.concat([train, judged.select(train.columns)])
    values = both[problem.target].rank("ordinal", seed=seed).fill_null(0).to_numpy()
    jitter = np.random.default_rng(seed).permutation(len(values))
    fold = np.empty(len(values), dtype=np.intp)
    fold[np.lexsort((jitter, values))] = np.arange(len(values)) % _SPLITS
    for held in range(_SPLITS):
        yield Parts(both.filter(fold != held), both.filter(fold == held), ordered=False)


def _said(
    parts: Parts,
    problem: Problem,
    contract: Contract,
    budget: Budget,
    seed: int,
    runner: Runner,
    trials: int | None,
    tell: Callable[[str], None] | None,
) -> _Said:
    from relevo.model.build import build  # the endpoint explains, and never trains
    from relevo.train.central import Central

    by_kind, pieces, seconds = {}, {}, {}
    for turn, kind in enumerate(KINDS):
        if tell:
            tell(kind)
        built = build(
            problem,
            contract,
            parts,
            budget.part(1.0 / (len(KINDS) - turn)),
            strategy=Central(),
            runner=runner,
            now=_NEVER_SAVED,
            learner=_LEARNERS.get(kind, kind),
            seed=seed,
            trials=trials,
        )
        prediction = built.model.predict(parts.judged)
        probabilities = prediction.probabilities
        by_kind[kind] = prediction.values if probabilities is None else probabilities
        pieces[kind], seconds[kind] = pieces_of(built.model), built.seconds
    target = target_of(parts.judged, problem, built.model.classes)
    weight = weights_of(target.values, target.weight)
    return _Said(target.values, weight, by_kind, pieces, seconds)


def _joined(said: list[_Said]) -> _Said:
    return _Said(
        np.concatenate([one.target for one in said]),
        np.concatenate([one.weight for one in said]),
        {kind: np.concatenate([one.by_kind[kind] for one in said]) for kind in KINDS},
        {kind: round(float(np.median([one.pieces[kind] for one in said]))) for kind in KINDS},
        {kind: sum(one.seconds[kind] for one in said) for kind in KINDS},
    )


def _metric(problem: Problem, measure: str | None, n_classes: int) -> Metric:
    name = measure or problem.metric
    if measure is None and problem.success.metric is None and n_classes == 2:
        name = _FITS_ONE_SCORE.get(name, name)
    return metric(name, problem.task)


def _frontier(said: _Said, judge: Metric, splits: int) -> Frontier:
    target, weight = said.target, said.weight
    values = {kind: judge.function(target, one, weight) for kind, one in said.by_kind.items()}
    sign = 1.0 if judge.greater_is_better else -1.0
    best = max(KINDS, key=lambda kind: sign * values[kind])
    models = []
    for kind in KINDS:
        low, high, _ = interval(judge, target, said.by_kind[kind], weight)
        gap = sign * (values[best] - values[kind])
        reach = _reach(judge, said, best, kind)
        models.append(
            FrontierModel(
                kind,
                values[kind],
                (low, high),
                gap,
                (gap - reach, gap + reach),
                said.pieces[kind],
                said.seconds[kind],
            )
        )
    models.sort(key=lambda one: one.pieces)
    better = judge.greater_is_better
    return Frontier(judge.name, better, tuple(models), best, len(target), splits)


def _reach(judge: Metric, said: _Said, best: str, kind: str) -> float:
    """Half the width of the gap's interval: both figures' influences on the same rows."""
    from scipy.special import stdtrit

    if judge.influence is None:
        return nan
    of_best = judge.influence(said.target, said.by_kind[best], said.weight)
    apart = of_best - judge.influence(said.target, said.by_kind[kind], said.weight)
    groups = said.target.astype(np.intp) if judge.by_class else None
    found = spread(apart, groups)
    if not np.isfinite(found.error):
        return inf
    return float(stdtrit(found.freedom, 0.975)) * found.error if found.error else 0.0


def pieces_of(model: Model) -> int:
    """How many things a person must read to know all that a model goes by.

    A glass box: its shapes that move scores by more than a fiftieth of what the largest does.
    Trees: their leaves. A network: its weights. An ensemble: those of its members together.
    """
    try:
        found = shapes(model)
    except ModelMistake:
        return _pieces(model.predictor)
    return max(1, len({shape.feature for shape in _to_read(found)}))


def _to_read(found: tuple[Shape, ...]) -> list[Shape]:
    return [shape for shape in found if shape.size >= _READ_AT * found[0].size]


def _pieces(predictor: Predictor) -> int:
    if isinstance(predictor, EnsemblePredictor):
        return sum(_pieces(member.predictor) for member in predictor.members)
    if isinstance(predictor, BoostingPredictor):
        return sum(len(tree.leaves) for tree in read_trees(predictor.text)[1])
    if predictor.kind == "network":
        return round(predictor.size_mb * 1e6 / _BYTES_OF_A_WEIGHT)
    return len(getattr(predictor, "features", ()))
