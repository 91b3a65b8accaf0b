"""`INFERENCE`: all routes of the protocol, the longer paths of a model first."""

from __future__ import annotations

from relevo.serve.inference.infer import INFER
from relevo.serve.inference.metadata import METADATA

INFERENCE = (*INFER, *METADATA)
