"""`slug`: a name that Python, Docker and systemd take, from one that people gave."""

from __future__ import annotations

import re
from unicodedata import normalize


def slug(name: str) -> str:
    """Small letters, digits and underscores; a letter first.

    Examples
    --------
    >>> slug("Vuelos España 2013"), slug("7 Días")
    ('vuelos_espana_2013', 'model_7_dias')

    """
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "relevo"
    return f"model_{found}" if found[0].isdigit() else found
