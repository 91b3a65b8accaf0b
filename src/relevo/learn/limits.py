"""`Limits`: what a model may cost, and whether people must be able to read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf


@dataclass(frozen=True)
class Limits:
    """What the result of a search must keep.

    Attributes
    ----------
    max_latency_us
        Time to predict one prepared row, in microseconds.
    max_model_mb
        Size on disk, in 10^6 bytes.
    max_memory_mb
        Memory that the fits may take beyond the data, in 10^6 bytes.
    interpretable
        Whether each feature must add to the score on its own, whatever the others are.
    monotone
        Features' names, with 1 where the score may only rise with the feature, -1 where only fall.

    """

    max_latency_us: float = inf
    max_model_mb: float = inf
    max_memory_mb: float = inf
    interpretable: bool = False
    monotone: Mapping[str, int] = field(default_factory=dict)
