"""`log_to_standard_error`: what the endpoint has to say, unless the program has its own log."""

from __future__ import annotations

import logging


def log_to_standard_error() -> None:
    """Write the endpoint's log to standard error; one that is set up already stays."""
    logger = logging.getLogger("relevo.serve")
    if not logger.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
