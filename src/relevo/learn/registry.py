"""The table of learners and predictors, loaded only when asked for."""

from __future__ import annotations

from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

from relevo.errors import ModelMistake, OptionMistake, nearest
from relevo.learn.attempt import Tunable
from relevo.learn.learner import Predictor
from relevo.learn.predictor_files import read_details

LEARNERS = {
    "linear": "relevo.learn.linear:Linear",
    "boosting": "relevo.learn.boosting:Boosting",
}
PREDICTORS = {
    "linear": "relevo.learn.linear_predictor:LinearPredictor",
    "boosting": "relevo.learn.boosting_predictor:BoostingPredictor",
}


def learner(name: str, **settings: Any) -> Tunable:
    """The learner called `name`.

    Raises
    ------
    OptionMistake
        When there is no such learner, or it has no such setting.

    Examples
    --------
    >>> learner("linear", strength=0.1).name
    'linear'

    """
    must_know(name)
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
    made: Tunable = kind(**settings)
    return made


def must_know(name: str) -> None:
    """Raise an OptionMistake when there is no learner called `name`; loads none."""
    if name not in LEARNERS:
        raise OptionMistake(
            "learn.unknown_learner",
            learner=name,
            known=", ".join(LEARNERS),
            hint=nearest(name, LEARNERS),
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
