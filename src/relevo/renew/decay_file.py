"""The curve of decay of the last backtest, kept for the decisions of later renewals."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from relevo.data.whole_file import write_whole
from relevo.renew.decay import Decay

_NAME = "decay.json"


def write_decay(folder: Path, decay: Decay) -> None:
    """Keep a curve; the one before is replaced."""
    write_whole(folder / _NAME, json.dumps(asdict(decay)))


def read_decay(folder: Path) -> Decay | None:
    """The curve that was kept; None when there is none, or what is there cannot be read."""
    try:
        kept = json.loads((folder / _NAME).read_text(encoding="utf-8"))
        draws = tuple((float(scale), float(power)) for scale, power in kept.pop("draws"))
        return Decay(draws=draws, **kept)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
