"""A model and its folder."""

from __future__ import annotations

from relevo.model.build import Built, build
from relevo.model.folder import load_model, save_model
from relevo.model.lineage import Lineage
from relevo.model.model import Model

__all__ = ["Built", "Lineage", "Model", "build", "load_model", "save_model"]
