"""External validity: does what was learnt here hold for the population that it is meant for?"""

from __future__ import annotations

from relevo.validate.population import Population, population

__all__ = ["Population", "population"]
