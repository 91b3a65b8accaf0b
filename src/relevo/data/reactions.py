"""`Reaction`: what the endpoint does with a value that breaks the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Reaction = Literal["refuse", "warn", "impute"]
To = Literal["missing", "mistyped", "out_of_range", "unseen"]


@dataclass(frozen=True)
class Reactions:
    """What one column has of its own; None where the contract's reaction holds.

    Attributes
    ----------
    missing, mistyped, out_of_range, unseen
        As in `Contract`.

    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    missing: Reaction | None = None
    mistyped: Reaction | None = None
    out_of_range: Reaction | None = None
    unseen: Reaction | None = None
