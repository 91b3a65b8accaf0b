"""A version as files that work elsewhere: one file per format."""

from __future__ import annotations

from relevo.serve.export.chosen import Chosen
from relevo.serve.export.export import FORMATS, export

__all__ = ["FORMATS", "Chosen", "export"]
