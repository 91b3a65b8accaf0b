"""Strategies by their names, and predictors from their folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from relevo.errors import OptionMistake, ProblemMistake, nearest
from relevo.learn.learner import Predictor
from relevo.learn.predictor_files import read_details
from relevo.learn.registry import load_predictor as load_of_learner
from relevo.problem.problem import Problem
from relevo.train.strategy import Strategy

# Strategies and predictors are imported when they are asked for: an endpoint needs few of them.
_LATER = ("federated",)
STRATEGIES = ("central", "stratified")


def strategy(name: str, problem: Problem, folder: Path | None = None) -> Strategy:
    """The strategy called `name`, for a problem.

    Parameters
    ----------
    name
        One of `STRATEGIES`.
    problem
        Names the columns that divide the rows.
    folder
        Where relative paths of the problem file start.

    Raises
    ------
    OptionMistake
        When there is no such strategy, or not yet.
    ProblemMistake
        When the problem names no segment, and the strategy needs one.

    """
    if name == "central":
        from relevo.train.central import Central

        return Central()
    if name == "stratified":
        if not problem.roles.segment:
            raise ProblemMistake("train.no_segment_role")
        from relevo.train.stratified.strategy import Stratified

        return Stratified(problem.roles.segment, _found(problem.training.graph, folder))
    if name in _LATER:
        raise OptionMistake("train.strategy_later", strategy=name, known=", ".join(STRATEGIES))
    known = (*STRATEGIES, *_LATER)
    raise OptionMistake(
        "train.unknown_strategy",
        strategy=name,
        known=", ".join(known),
        hint=nearest(name, known),
    )


def load_predictor(folder: Path) -> Predictor:
    """The predictor that was saved in a folder, whatever trained it; runs no code from its files.

    Raises
    ------
    ModelMistake
        When files are missing or broken, or the predictor is of an unknown kind.

    """
    if read_details(folder)["kind"] == "stratified":
        from relevo.train.stratified.predictor import StratifiedPredictor

        return StratifiedPredictor.load(folder)
    return load_of_learner(folder)


def _found(graph: Any, folder: Path | None) -> Any:
    """The graph of a problem file, its list of edges beside that file."""
    if folder is None or not isinstance(graph, dict) or "edges" not in graph:
        return graph
    return {**graph, "edges": str(folder / graph["edges"])}
