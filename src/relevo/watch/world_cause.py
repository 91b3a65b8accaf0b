"""`world_cause`: the population moved, the relation changed, or the model does not feel it."""

from __future__ import annotations

from relevo.picture.number import number
from relevo.watch.cause import Cause, CauseKind, Confidence
from relevo.watch.explain_loss import ExplainedLoss

_FEWEST_ALIKE = 30.0  # equally weighted rows of before: fewer stand for nothing
_SURE = 0.001
# Where rows are far from those of before the weights are uncertain as well: what is left must be
# more than this share of what other rows explain.
_OF_EXPLAINED = 0.25


def world_cause(found: ExplainedLoss | None, alpha: float = 0.05) -> Cause:
    """What has changed in the world, by what other rows explain of the loss.

    Parameters
    ----------
    found
        What `explain_loss` returned.
    alpha
        How often the relation is said to have changed when it has not.

    Examples
    --------
    >>> world_cause(ExplainedLoss(0.40, 0.41, 0.02, 0.60, (0.16, 0.22), 1e-9, 900, 500)).kind
    'relation'

    """
    if found is None:
        return Cause("unknown", (), "possible", 0, 1.0, "few_labels")
    if found.effective_rows < _FEWEST_ALIKE:
        return Cause("unknown", (), "possible", found.rows, 1.0, "no_overlap")
    values = {"before": number(found.before, 3), "expected": number(found.expected, 3)}
    others = found.p_of_other_rows
    if found.now is None or found.left is None or found.p_value is None:
        kind: CauseKind = "population" if others <= alpha else "harmless"
        return Cause(kind, (), "possible", found.rows, others, "unlabelled", values)
    low, high = found.left
    values |= {"now": number(found.now, 3), "low": number(low, 2), "high": number(high, 2)}
    explained = max(0.0, found.expected - found.before)
    if found.p_value <= alpha and low > _OF_EXPLAINED * explained:
        sure: Confidence = "almost certain" if found.p_value <= _SURE else "likely"
        return Cause("relation", (), sure, found.rows, found.p_value, "said", values)
    if others <= alpha:
        sure = "likely" if high <= max(explained, 0.1 * found.before) else "possible"
        return Cause("population", (), sure, found.rows, others, "said", values)
    sure = "likely" if high <= 0.1 * found.before else "possible"
    return Cause("harmless", (), sure, found.rows, min(1.0, found.p_value), "said", values)
