from __future__ import annotations

from dataclasses import replace

from relevo.explain.decisions.sensitive_used import sensitive_used
from relevo.model.model import Model


def test_each_sensitive_predictor_is_warned_of_in_both_languages(model: Model) -> None:
    [english], [spanish] = sensitive_used(model, "en"), sensitive_used(model, "es")
    assert "sex" in english
    assert "sensitive" in english
    assert "sensible" in spanish


def test_what_is_no_predictor_or_not_sensitive_is_not_warned_of(model: Model) -> None:
    for sensitive in ((), ("loan",)):
        roles = model.problem.roles.model_copy(update={"sensitive": sensitive})
        other = replace(model, problem=model.problem.model_copy(update={"roles": roles}))
        assert sensitive_used(other, "en") == ()
