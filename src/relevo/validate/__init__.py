"""External validity: does what was learnt here hold for the population that it is meant for?"""

from __future__ import annotations

from relevo.validate.estimate import ExpectedQuality
from relevo.validate.expected_quality import expected_quality
from relevo.validate.fairness import Fairness, column_fairness, fairness
from relevo.validate.population import Population, population
from relevo.validate.quality_estimator import QualityEstimator
from relevo.validate.slices import Slice, slices, worst_slices
from relevo.validate.subgroups import Subgroups, subgroups

__all__ = [
    "ExpectedQuality",
    "Fairness",
    "Population",
    "QualityEstimator",
    "Slice",
    "Subgroups",
    "column_fairness",
    "expected_quality",
    "fairness",
    "population",
    "slices",
    "subgroups",
    "worst_slices",
]
