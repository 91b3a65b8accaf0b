"""`ROUTES`: all that the endpoint answers; each protocol has a file of its own."""

from __future__ import annotations

from relevo.serve.challengers import CHALLENGERS
from relevo.serve.docs import DOCS
from relevo.serve.health import HEALTH
from relevo.serve.inference.routes import INFERENCE
from relevo.serve.invocations.invocations import INVOCATIONS
from relevo.serve.labels import LABELS
from relevo.serve.openapi import OPENAPI
from relevo.serve.predict import PREDICT
from relevo.serve.predictions import PREDICTIONS
from relevo.serve.promote import PROMOTE
from relevo.serve.scrape import METRICS

ROUTES = (
    *PREDICT, *LABELS, *INFERENCE, *INVOCATIONS, *PREDICTIONS, *PROMOTE, *CHALLENGERS,
    *HEALTH, *METRICS, *OPENAPI, *DOCS,
)  # fmt: skip
