"""`search`: the best ensemble of few models that a budget allows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from relevo.compute.budget import Budget
from relevo.compute.memory import available_mb, give_back_memory
from relevo.compute.runner import Runner
from relevo.errors import OptionMistake
from relevo.learn.abilities import ABILITIES
from relevo.learn.assemble import assemble
from relevo.learn.attempt import Shared, Tunable
from relevo.learn.candidate import Candidate
from relevo.learn.curve import Curve
from relevo.learn.fold_fit import FoldDone, FoldFit, fit_fold, lost
from relevo.learn.folds import Positions, folds
from relevo.learn.kept import KeptAttempts
from relevo.learn.learner import Fit, HeldScores, Target, Trial
from relevo.learn.limits import Limits
from relevo.learn.links import row_losses
from relevo.learn.pairs import MOST_FEATURES, Pairs
from relevo.learn.proposals import GLASS_BOX, Proposal, portfolio, proposals
from relevo.learn.registry import ASKED, SEARCHED, learner, must_search
from relevo.learn.rows import Rows, that_count
from relevo.learn.thinned import which
from relevo.prepare.matrix import Matrix
from relevo.words import say

# Rows x features that trials see for each second of the budget: half of what a busy core bins.
_CELLS_PER_SECOND = 2e6
_FEWEST_ROWS = 500
_MANY_ROWS, _MANY_LEAVES = 30_000, 24  # the portfolio is learnt from up to 12,000 rows
_IMPORT_SECONDS = 2.0  # LightGBM brings scikit-learn and pandas with it where they are installed
_FITS_FOR_FOLDS = ((8, 300), (5, 20), (3, 8))  # folds, and how many fits there must be time for
_FOLDS_OF_TRIALS = 5
_MOST_SHARE = 0.6  # of the time left that all fits of one configuration may take
_HOPELESS = 1.25  # a first fold's loss that so much exceeds the best one's,
_SURE = 3.0  # and by so many standard errors
_LEADERS = 3
_REMEMBERED = 16  # the best candidates of each learner; what is worse no ensemble of twelve takes
_MOST_REFUSED = 20  # proposals for which there was no time
_FEWEST_FOR_CURVE = 300
_MOST_PAIRED_CELLS = 2e7  # rows x features, pairs among them: a copy of these is made for each fit
_TIRED = 16  # variations in a row that did not become the best


def search(
    matrix: Matrix,
    target: Target,
    budget: Budget,
    *,
    runner: Runner,
    learners: tuple[str, ...] = SEARCHED,
    seed: int = 0,
    ordered: bool = False,
    groups: Positions | None = None,
    trials: int | None = None,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    keep: Path | None = None,
    progress: Callable[[Trial], None] | None = None,
) -> Fit:
    """Try configurations until the budget is spent; put the best together.

    Every configuration is fitted in the same folds; what it says of the rows that a fold holds
    back decides its weight in the ensemble, the calibration and the width of intervals. The
    first fit runs at once in this process, so that there is always a predictor. A fit that is not
    likely to end in time or in memory is not begun; one that fails is named in its trial, and the
    rest goes on.

    Parameters
    ----------
    matrix, target
        All rows that may be learnt from; oldest first when `ordered`.
    budget
        Kept, unless `trials` are counted; `budget.stop()` ends the search with the best so far.
    runner
        Where fits run.
    learners
        Which learners may be tried; an interpretable result of the usual ones may be a glass box,
        too.
    seed
        Of all random parts.
    ordered
        Whether the newest rows are held back; else there are folds, as many as there is time for.
    groups
        Shape `(n_rows,)`: rows of the same number are never both learnt from and held back.
    trials
        How many configurations to try, whatever the time: the same seed then gives the identical
        result. Without it the time decides.
    limits
        What the result may cost at every prediction.
    keep
        A folder in which each fit is kept; a search over the same rows that finds it there goes on
        where an interrupted one ended.
    progress
        Called with each trial as it ends.

    Returns
    -------
    Fit
        The predictor, all trials, best first, and the learning curve.

    Raises
    ------
    OptionMistake
        When a learner is unknown, or none of them is interpretable, or monotone, as the limits
        want it.
    DataMistake
        When less than two rows have a weight above zero.

    """
    for name in learners:
        must_search(name)
    if trials:
        budget = budget.without_deadline()
    counted = that_count(target)
    rows = Rows(matrix, target)
    if len(counted) < len(rows):
        rows, groups = rows.take(counted), None if groups is None else groups[counted]
    race = _Race(rows, budget, runner, seed, ordered, groups, trials, limits, keep, progress)
    if limits.interpretable and learners == SEARCHED:
        learners = ASKED
    begin = portfolio(len(target.classes), limits.interpretable)
    if not limits.interpretable:
        begin = (*begin, GLASS_BOX)  # where its learner is asked for
    cells = len(matrix) * (len(matrix.features) + MOST_FEATURES)
    paired = Pairs.possible(matrix) and cells < _MOST_PAIRED_CELLS
    chosen = [one for one in begin if one.learner in learners]
    chosen = [one for one in chosen if paired or not one.settings.get("pairs")]
    if len(target) > _MANY_ROWS:
        chosen.sort(key=_for_many_rows)
    if not chosen:
        raise OptionMistake("learn.none_interpretable", learners=", ".join(learners))
    if limits.monotone:
        chosen = [one for one in chosen if ABILITIES[one.learner].monotone]
        if not chosen:
            raise OptionMistake("learn.none_monotone", learners=", ".join(learners))
    race.run(chosen)
    fit = race.fit()
    assert fit.held is not None
    held = HeldScores(counted[race.tried[fit.held.rows]], fit.held.scores)
    return replace(fit, held=held)


def _for_many_rows(proposal: Proposal) -> int:
    """The first line, then trees of many leaves, for many rows tell more than small ones hold."""
    if proposal.learner == "linear" and proposal.settings.get("bends"):
        return 0
    return 1 if proposal.settings.get("leaves", 0) >= _MANY_LEAVES else 2


class _Race:
    """The state of one search."""

    def __init__(
        self,
        rows: Rows,
        budget: Budget,
        runner: Runner,
        seed: int,
        ordered: bool,
        groups: Positions | None,
        trials: int | None,
        limits: Limits,
        keep: Path | None,
        progress: Callable[[Trial], None] | None,
    ) -> None:
        self.all_rows, self.whole, self.runner = rows, budget, runner
        self.seed, self.ordered, self.trials = seed, ordered, trials
        self.limits, self.progress = limits, progress
        n_features = max(1, len(rows.matrix.features))
        most = max(_FEWEST_ROWS, int(_CELLS_PER_SECOND * budget.remaining / n_features))
        self.tried = which(len(rows), len(rows) if trials else most, ordered, seed)
        self.rows = rows if len(self.tried) == len(rows) else rows.take(self.tried)
        if len(self.rows) < len(rows):
            groups = None  # so many rows that a few of a group on both sides do no harm
        self.n_outputs = len(rows.target.classes) if len(rows.target.classes) > 2 else 1
        self.shape = (len(self.rows), n_features, self.n_outputs)
        count = self._fold_count()
        self.folds = folds(self.rows.target, count, ordered=ordered, groups=groups, seed=seed)
        self.shared = self.rows.arrays("rows") | {"fold_of_row": self.folds.of_row}
        self.kept = KeptAttempts(keep, self.rows, self.folds) if keep else None
        self.candidates: list[Candidate] = []
        self.curve = Curve()
        self.shared_by_learners: Shared = {}
        self.budget = budget if trials else budget.part(1.0 - self._share_for_the_end())

    def _fold_count(self) -> int:
        """As many folds as leave time for some configurations."""
        if self.trials:
            return _FOLDS_OF_TRIALS
        seconds = ABILITIES["boosting"].seconds(*self.shape)
        fits = self.whole.remaining * self.runner.cores / max(seconds, 1e-3)
        return next((count for count, enough in _FITS_FOR_FOLDS if fits >= enough), 1)

    def _share_for_the_end(self) -> float:
        """The share of the time that putting the result together takes."""
        judged = len(self.folds.judged) * self.n_outputs
        sets_of_trees = min(2, self.n_outputs)
        seconds = 0.1 + 0.03 * self.whole.seconds * sets_of_trees + 4e-6 * judged
        share = min(0.2, seconds / max(self.whole.remaining, 1e-9))
        if self.ordered or len(self.rows) < len(self.all_rows):  # the best are fitted once more
            share = max(share, 0.4, 1.0 - 1.0 / (1.0 + len(self.all_rows) / len(self.rows)) - 0.1)
        return min(share, 0.7)

    def run(self, begin: list[Proposal]) -> None:
        """Try one configuration after the other, each in all folds."""
        first = self.candidate(begin[0])
        task = self.task(first, 0, self.budget.part(0.15))
        self.note(fit_fold(task, **self.shared))
        tasks = self.tasks(begin)
        for done in self.runner.map(fit_fold, tasks, self.budget, self.shared, lost):
            self.note(done)

    def fit(self) -> Fit:
        """Put the best together."""
        fit = assemble(
            self.candidates, self.folds, self.rows, self.all_rows, self.whole, self.limits,
            refit=self.ordered or len(self.rows) < len(self.all_rows), timed=not self.trials,
        )  # fmt: skip
        return replace(fit, curve=self.curve.learnt())

    def tasks(self, begin: list[Proposal]) -> Iterator[FoldFit]:
        """The fits, drawn one by one, each when a core is free for it."""
        if self.trials:
            begin = _repeated(begin, self.trials, self.seed)
        best = (lambda: ()) if self.trials else self.leaders
        refused = 0
        for turn, proposal in enumerate(proposals(begin, best, self.seed)):
            if self.budget.spent or self.tired(len(begin)) or refused > _MOST_REFUSED:
                return
            if turn and not self.worth_beginning(proposal):
                refused += 1
                continue
            candidate = self.candidate(proposal) if turn else self.candidates[0]
            yield from self.fits(candidate)
            if proposal.learner == "boosting" and self.curve.wanted:
                yield from self.fits_of_curve(candidate)

    def fits_of_curve(self, candidate: Candidate) -> Iterator[FoldFit]:
        """The first fold once more, on fewer rows."""
        self.curve.wanted = False
        if len(self.rows) < _FEWEST_FOR_CURVE or not self.in_time(candidate):
            return
        for share in self.curve.shares:
            yield replace(self.task(candidate, 0, self.budget.part(_MOST_SHARE)), share=share)

    def fits(self, candidate: Candidate) -> Iterator[FoldFit]:
        """A candidate's fits in all folds, but for those that an earlier search has kept."""
        for fold in range(self.folds.count):
            kept = self.kept and self.kept.get(candidate.learner.name, self.named(candidate), fold)
            if kept and fold not in candidate.attempts:
                self.note(FoldDone(candidate.place, fold, kept), keep=False)
            if fold in candidate.attempts or candidate.forgotten:
                continue
            if candidate.why or self.hopeless(candidate) or not self.in_time(candidate):
                return
            yield self.task(candidate, fold, self.budget.part(self.share_of_time(candidate)))

    def share_of_time(self, candidate: Candidate) -> float:
        """How much of the time left one fit may take; all of it when no other one would end."""
        if self.trials:
            return 1.0
        alone = self.predicted_seconds(candidate.learner.name) > self.budget.remaining / 2.0
        if self.folds.count == 1 and alone:
            return 0.95
        return _MOST_SHARE * min(1.0, self.runner.cores / self.folds.count)

    def task(self, candidate: Candidate, fold: int, budget: Budget) -> FoldFit:
        nothing = self.rows.take(slice(0, 0))
        return FoldFit(candidate.place, fold, candidate.learner, budget, nothing)

    def named(self, candidate: Candidate) -> dict[str, Any]:
        """A candidate's settings, by which its attempts are kept."""
        return {"seed": self.seed, **candidate.settings, **self.promised}

    @property
    def promised(self) -> dict[str, Any]:
        """What every learner is told besides its settings."""
        return {"monotone": dict(self.limits.monotone)} if self.limits.monotone else {}

    def candidate(self, proposal: Proposal) -> Candidate:
        made = self.ready(proposal)
        candidate = Candidate(len(self.candidates), made, proposal.settings)
        self.candidates.append(candidate)
        return candidate

    def ready(self, proposal: Proposal) -> Tunable:
        """The learner, with what it takes from all rows' features."""
        settings = {"seed": self.seed, **proposal.settings, **self.promised}
        # In a single fold each fit may use what the others leave of all cores.
        threads = self.runner.threads_per_task
        if self.folds.count == 1 and not self.trials:
            threads *= self.runner.cores
        fresh = learner(proposal.learner, **settings, ordered=self.ordered, threads=threads)
        made: Tunable = fresh.made_for(self.rows, self.shared_by_learners)
        return made

    def worth_beginning(self, proposal: Proposal) -> bool:
        """Whether all its fits are likely to end in time and memory."""
        if self.trials:
            return True
        unloaded = proposal.learner == "boosting" and "lightgbm" not in sys.modules
        if unloaded and self.budget.remaining < 1.5 * _IMPORT_SECONDS:
            return False
        seconds = self.predicted_seconds(proposal.learner) * self.folds.count / self.runner.cores
        new = all(one.learner.name != proposal.learner for one in self.candidates)
        enough = self.budget.remaining * (ABILITIES[proposal.learner].shortens if new else 1.0)
        return seconds < enough and self.in_memory(proposal)

    def in_memory(self, proposal: Proposal) -> bool:
        n_rows, n_features, _ = self.shape
        copied = 0.0
        if proposal.settings.get("pairs"):
            n_features += MOST_FEATURES
            copied = 8e-6 * n_rows * n_features
        needed = ABILITIES[proposal.learner].memory_mb(n_rows, n_features) + copied
        return needed * self.runner.cores < min(available_mb(), self.limits.max_memory_mb)

    def predicted_seconds(self, name: str) -> float:
        """The time of one fit: what such fits took, or the learner's own guess.

        Pairs count for nothing here: what more a tree takes, fewer trees make good.
        """
        took = [
            a.seconds for c in self.candidates for a in c.attempts.values() if a.learner == name
        ]
        if took:
            return median(took)
        return ABILITIES[name].seconds(*self.shape)

    def in_time(self, candidate: Candidate) -> bool:
        """Whether one more fit like those that it had is likely to end."""
        took = [attempt.seconds for attempt in candidate.attempts.values()]
        return bool(self.trials) or not took or max(took) < 1.1 * self.budget.remaining

    def hopeless(self, candidate: Candidate) -> bool:
        """Whether its first fold was, beyond chance, so bad that no ensemble will want it."""
        first = candidate.attempts.get(0)
        if self.trials or first is None:
            return False
        tried = (one.attempts[0] for one in self.candidates if 0 in one.attempts)
        best = min(tried, key=lambda attempt: attempt.loss)
        if first.loss <= _HOPELESS * best.loss:
            return False
        held = self.rows.target.take(self.folds.held(0))
        worse = row_losses(first.scores, held) - row_losses(best.scores, held)
        if worse.mean() <= _SURE * worse.std() / np.sqrt(len(worse)):
            return False
        candidate.why = say("learn.left")
        return True

    def leaders(self) -> list[Proposal]:
        """The best complete configurations, and the best of each learner."""
        every = range(self.folds.count)
        # Nothing to vary that their own choice of penalties does not settle.
        settled = ("linear", "additive")
        varied = [one for one in self.candidates if one.learner.name not in settled]
        complete = [one for one in varied if one.covers(every)]
        ranked = sorted(complete, key=lambda one: (one.loss, one.place))
        first_of_learner = {one.learner.name: one for one in reversed(ranked)}
        chosen = [*ranked[:_LEADERS], *first_of_learner.values()]
        return [Proposal(one.learner.name, one.settings) for one in chosen]

    def forget(self, name: str) -> None:
        """Let go of the worst complete candidate of a learner when there are very many."""
        every = range(self.folds.count)
        alike = [one for one in self.candidates if one.learner.name == name and one.covers(every)]
        if len(alike) > _REMEMBERED:
            worst = max(alike, key=lambda one: (one.loss, one.place))
            worst.forget(self.rows.target, self.folds)

    def tired(self, begun: int) -> bool:
        """Whether the last variations have brought nothing."""
        if self.trials or len(self.candidates) < begun + _TIRED:
            return False
        best = min(self.candidates, key=lambda one: (one.loss, one.place))
        return len(self.candidates) - best.place > _TIRED

    def note(self, done: FoldDone, keep: bool = True) -> None:
        candidate = self.candidates[done.place]
        if done.share < 1.0:
            self.curve.note_share(done, self.folds)
            return
        if done.attempt is None:
            candidate.why = done.why
        else:
            candidate.attempts[done.fold] = done.attempt
            if self.kept and keep:
                self.kept.put(self.named(candidate), done.fold, done.attempt)
        complete = candidate.covers(range(self.folds.count))
        if complete:
            self.curve.note_candidate(candidate, self.whole.used, self.rows.target, self.folds)
            self.forget(candidate.learner.name)
            give_back_memory()
        ended = candidate.why or complete
        if self.progress and ended:
            self.progress(candidate.trial(self.rows.target, self.folds, 0.0))


def _repeated(begin: list[Proposal], trials: int, seed: int) -> list[Proposal]:
    """So many proposals: the portfolio, again and again with other seeds."""
    rounds = [(turn, begin[turn % len(begin)]) for turn in range(trials)]
    return [
        Proposal(one.learner, {**one.settings, "seed": seed + turn // len(begin)})
        for turn, one in rounds
    ]
