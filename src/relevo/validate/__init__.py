"""External validity: does what was learnt here hold for the population that it is meant for?"""

from __future__ import annotations

from relevo.validate.elsewhere.external import ExternalValidity, external_validity
from relevo.validate.elsewhere.external_section import external_section
from relevo.validate.elsewhere.future import future
from relevo.validate.elsewhere.random_effects import RandomEffects, random_effects
from relevo.validate.elsewhere.refit import Refit
from relevo.validate.elsewhere.shifted import Shifted, shifted
from relevo.validate.elsewhere.transfer import Transfer, UnitFigure
from relevo.validate.elsewhere.transported import Transported, transported
from relevo.validate.elsewhere.unseen import unseen
from relevo.validate.expected.estimate import ExpectedQuality
from relevo.validate.expected.expected_quality import expected_quality
from relevo.validate.expected.quality_estimator import QualityEstimator
from relevo.validate.groups.fairness import Fairness, column_fairness, fairness
from relevo.validate.groups.slices import Slice, slices, worst_slices
from relevo.validate.groups.subgroups import Subgroups, subgroups
from relevo.validate.target.population import Population, population

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
