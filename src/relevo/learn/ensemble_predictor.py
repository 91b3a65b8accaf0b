"""`EnsemblePredictor`: what a search gives, a weighted sum of few members, calibrated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from relevo.errors import OptionMistake
from relevo.learn.calibration import Calibration
from relevo.learn.classes import plain_labels
from relevo.learn.learner import Floats, Predictor
from relevo.learn.predictor_files import broken_files_told, read_details, write_details
from relevo.learn.registry import load_predictor
from relevo.learn.scored import Scored
from relevo.learn.spread import Spread
from relevo.prepare.matrix import Matrix


@dataclass(frozen=True, eq=False)
class Member:
    """A predictor and the weights of its raw scores, shape `(n_outputs,)`."""

    weight: Floats
    predictor: Predictor


class EnsemblePredictor(Scored):
    """The calibrated sum of its members' raw scores.

    Parameters
    ----------
    members
        At least one; a single one with weights of 1 is how a plain model is kept.
    calibration
        Of the sum.
    spread
        Of a regression's errors, for `interval`.
    features, classes, settings
        As in `BoostingPredictor`.

    """

    kind = "ensemble"

    def __init__(
        self,
        members: Sequence[Member],
        features: tuple[str, ...],
        classes: tuple[Any, ...],
        calibration: Calibration = Calibration(),  # noqa: B008 (frozen)
        spread: Spread | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.members = tuple(members)
        self.features, self.classes = features, classes
        self.calibration, self.spread = calibration, spread
        self.settings = dict(settings or {})
        self.n_outputs = len(classes) if len(classes) > 2 else 1

    @property
    def learners(self) -> str:
        """The names of its members' learners, the weightiest first: `boosting+linear`."""
        order = sorted(self.members, key=lambda member: -member.weight.mean())
        return "+".join(dict.fromkeys(member.predictor.kind for member in order))

    @property
    def size_mb(self) -> float:
        """About what `save` writes, in 10^6 bytes."""
        return sum(member.predictor.size_mb for member in self.members)

    def scores(self, matrix: Matrix) -> Floats:
        """Raw scores, shape `(n_rows, n_outputs)`."""
        total = sum(member.weight * member.predictor.scores(matrix) for member in self.members)
        return self.calibration(np.asarray(total))

    def scores_row(self, values: Floats) -> Floats:
        """Raw scores `(n_outputs,)` of one row `(n_features,)`."""
        total = sum(member.weight * member.predictor.scores_row(values) for member in self.members)
        return self.calibration(np.asarray(total))

    def contributions(self, matrix: Matrix) -> Floats:
        """What each feature adds to the score: the weighted sum of the members' contributions.

        Shape `(n_rows, n_outputs, n_features + 1)`; the last column is the base value.
        """
        return self._summed([one.predictor.contributions(matrix) for one in self.members])

    def contributions_row(self, values: Floats) -> Floats:
        """The same of one row `(n_features,)`, shape `(n_outputs, n_features + 1)`."""
        return self._summed([one.predictor.contributions_row(values) for one in self.members])

    def sampled_contributions(self, matrix: Matrix) -> tuple[Floats, Floats | None]:
        """`contributions`, and their standard errors where a member samples its own."""
        found = [one.predictor.sampled_contributions(matrix) for one in self.members]
        weights = [self.calibration.slope * one.weight[:, np.newaxis] for one in self.members]
        squares = [
            (weight * errors) ** 2
            for weight, (_, errors) in zip(weights, found, strict=True)
            if errors is not None
        ]
        parts = self._summed([parts for parts, _ in found])
        return parts, np.sqrt(np.sum(squares, axis=0)) if squares else None

    def _summed(self, of_members: Sequence[Floats]) -> Floats:
        """The weighted sum of the members' contributions, calibrated."""
        total = sum(
            one.weight[:, np.newaxis] * parts
            for one, parts in zip(self.members, of_members, strict=True)
        )
        summed: Floats = self.calibration.slope * np.asarray(total)
        summed[..., -1] += self.calibration.shift
        return summed

    def interval(self, matrix: Matrix, coverage: float = 0.9) -> Floats:
        """Low and high ends of what the true numbers are likely to be, shape `(n_rows, 2)`.

        Raises
        ------
        OptionMistake
            When this is no regression, or the coverage is no share.

        """
        if self.spread is None:
            raise OptionMistake("learn.no_interval")
        if not 0.0 < coverage < 1.0:
            raise OptionMistake("learn.bad_coverage", coverage=coverage)
        return self.spread.interval(self.scores(matrix)[:, 0], coverage)

    def save(self, folder: Path) -> None:
        """Write `predictor.json` and a folder for each member."""
        write_details(
            folder,
            kind=self.kind,
            features=list(self.features),
            classes=plain_labels(self.classes),
            settings=self.settings,
            weights=[member.weight.tolist() for member in self.members],
            calibration=asdict(self.calibration),
            spread=self.spread and self.spread.to_dict(),
        )
        for place, member in enumerate(self.members):
            member.predictor.save(folder / str(place))

    @classmethod
    def load(cls, folder: Path) -> EnsemblePredictor:
        """Read what `save` wrote; runs no code from the files.

        Raises
        ------
        ModelMistake
            When a file is missing or broken.

        """
        details = read_details(folder)
        with broken_files_told(folder):
            weights = [
                np.atleast_1d(np.array(weight, dtype=np.float64)) for weight in details["weights"]
            ]
            calibration = Calibration(**details["calibration"])
            spread = details["spread"] and Spread.from_dict(details["spread"])
            settings = details["settings"]
        members = [
            Member(w, load_predictor(folder / str(place))) for place, w in enumerate(weights)
        ]
        features, classes = tuple(details["features"]), tuple(details["classes"])
        return cls(members, features, classes, calibration, spread or None, settings)
