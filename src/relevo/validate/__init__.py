"""External validity: does what was learnt here hold for the population that it is meant for?"""

from __future__ import annotations

from relevo.validate.estimate import ExpectedQuality
from relevo.validate.expected_quality import expected_quality
from relevo.validate.population import Population, population
from relevo.validate.quality_estimator import QualityEstimator

__all__ = [
    "ExpectedQuality",
    "Population",
    "QualityEstimator",
    "expected_quality",
    "population",
]
