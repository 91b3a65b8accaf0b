"""External validity: does what was learnt here hold for the population that it is meant for?"""

from __future__ import annotations

from relevo.validate.estimate import ExpectedQuality
from relevo.validate.expected_quality import expected_quality
from relevo.validate.external import ExternalValidity, external_validity
from relevo.validate.external_section import external_section
from relevo.validate.fairness import Fairness, column_fairness, fairness
from relevo.validate.future import future
from relevo.validate.population import Population, population
from relevo.validate.quality_estimator import QualityEstimator
from relevo.validate.random_effects import RandomEffects, random_effects
from relevo.validate.refit import Refit
from relevo.validate.shifted import Shifted, shifted
from relevo.validate.slices import Slice, slices, worst_slices
from relevo.validate.subgroups import Subgroups, subgroups
from relevo.validate.transfer import Transfer, UnitFigure
from relevo.validate.transported import Transported, transported
from relevo.validate.unseen import unseen

__all__ = [
    "ExpectedQuality",
    "ExternalValidity",
    "Fairness",
    "Population",
    "QualityEstimator",
    "RandomEffects",
    "Refit",
    "Shifted",
    "Slice",
    "Subgroups",
    "Transfer",
    "Transported",
    "UnitFigure",
    "column_fairness",
    "expected_quality",
    "external_section",
    "external_validity",
    "fairness",
    "future",
    "population",
    "random_effects",
    "shifted",
    "slices",
    "subgroups",
    "transported",
    "unseen",
    "worst_slices",
]
