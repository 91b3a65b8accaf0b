"""The table of learners and predictors, loaded only when asked for."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

from relevo.errors import ModelMistake, OptionMistake, nearest
from relevo.learn.learner import Predictor
from relevo.learn.predictor_files import read_details

LEARNERS = {
    "linear": "relevo.learn.linear:Linear",
    "boosting": "relevo.learn.boosting:Boosting",
    "network": "relevo.learn.network:Network",
    "additive": "relevo.learn.additive:Additive",
    "ensemble": "relevo.learn.ensemble:Ensemble",
}
SEARCHED = ("linear", "boosting", "network")  # what a search tries by itself
ASKED = (*SEARCHED, "additive")  # what trains from scratch
PREDICTORS = {
    "linear": "relevo.learn.linear_predictor:LinearPredictor",
    "boosting": "relevo.learn.boosting_predictor:BoostingPredictor",
    "network": "relevo.learn.network_predictor:NetworkPredictor",
    "additive": "relevo.learn.additive_predictor:AdditivePredictor",
    "ensemble": "relevo.learn.ensemble_predictor:EnsemblePredictor",
}


def learner(name: str, **settings: Any) -> Any:
    """The learner called `name`: a `Tunable`, or `ensemble`, which only fine-tunes.

    Raises
    ------
    OptionMistake
        When there is no such learner, or it has no such setting.

    Examples
    --------
    >>> learner("linear", strength=0.1).name
    'linear'

    """
    _must_be_in(LEARNERS, name)
    kind = _load(LEARNERS[name])
    known = [field.name for field in fields(kind)]
    for setting in settings.keys() - set(known):
        raise OptionMistake(
            "learn.unknown_setting",
            learner=name,
            setting=setting,
            known=", ".join(known),
            hint=nearest(setting, known),
        )
    return kind(**settings)


def must_search(name: str) -> None:
    """Raise an OptionMistake when no learner called `name` trains from scratch; loads none."""
    _must_be_in(ASKED, name)


def _must_be_in(learners: Container[str], name: str) -> None:
    if name not in learners:
        raise OptionMistake(
            "learn.unknown_learner",
            learner=name,
            known=", ".join(ASKED),
            hint=nearest(name, ASKED),
        )


def load_predictor(folder: Path) -> Predictor:
    """The predictor that was saved in a folder; runs no code from its files.

    Raises
    ------
    ModelMistake
        When files are missing or broken, or the predictor is of an unknown kind.

    """
    kind = read_details(folder)["kind"]
    if kind not in PREDICTORS:
        known = ", ".join(PREDICTORS)
        raise ModelMistake("learn.unknown_kind", kind=kind, folder=folder, known=known)
    loaded: Predictor = _load(PREDICTORS[kind]).load(folder)
    return loaded


def _load(path: str) -> Any:
    module, name = path.split(":")
    return getattr(import_module(module), name)
