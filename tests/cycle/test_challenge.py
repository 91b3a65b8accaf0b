from __future__ import annotations

from pathlib import Path
from typing import Any

from relevo import Project


def test_a_version_beside_the_champion(trained: Path, call: Any) -> None:
    with Project(trained) as project:
        (one,) = project.challenge(2, canary=0.1).challengers
        assert (one.version, one.mirror, one.canary) == (2, 1.0, 0.1)
        assert project.challengers().challengers == (one,)
        assert project.status().challengers == (one,)
        kinds = [decision.kind for decision in project.history().decisions]
        assert kinds == ["promote", "challenge"]
    assert "Challenger" in call("status", "-C", trained).out
    changed = call("challenge", 2, "--mirror", 0.5, "-C", trained, "--json").json
    assert [(one["mirror"], one["canary"]) for one in changed["challengers"]] == [(0.5, 0.0)]
    assert call("challenge", 2, "--stop", "-C", trained, "--json").json == {"challengers": []}
    assert call("challenge", "-C", trained, "--json").json == {"challengers": []}
    assert "Challenger" not in call("status", "-C", trained).out
