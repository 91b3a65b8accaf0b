from __future__ import annotations

import json
import logging
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from relevo import Project
from relevo.cycle.event import Event
from relevo.cycle.notified import Notified
from relevo.cycle.notify import notify
from relevo.words import use_language

AT = datetime(2013, 5, 1, tzinfo=UTC)
ONCE = Event("promote", "Version 2", {"en": "took over", "es": "tomó el relevo"}, {"gain": 0.1}, AT)
LASTING = Event("alarm", "wind", "moved", {}, AT, about=("drift wind",))


@pytest.fixture(autouse=True)
def spanish() -> Any:
    use_language("es")
    yield
    use_language(None)


def project(folder: Path, **settings: str) -> Project:
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    (folder / "relevo.toml").write_text(
        "\n".join(
            [
                'name = "ferries"\ntask = "regression"\ntarget = "y"',
                '[data]\npath = "data.csv"\n[notify]',
                *lines,
            ]
        )
    )
    return Project(folder)


def test_nobody_is_told_unless_the_problem_file_says_so(tmp_path: Path) -> None:
    assert notify(project(tmp_path), ONCE) == ()
    assert list(tmp_path.glob(".relevo/*")) == []


def test_all_channels_are_told(tmp_path: Path, hook: Any, post_office: Any) -> None:
    (tmp_path / "keep.py").write_text("import sys; open('got.json', 'w').write(sys.stdin.read())")
    command = f"{sys.executable} keep.py"
    made = project(
        tmp_path, webhook=hook.url, command=command, email="a@b.org", smtp=post_office.url
    )
    assert notify(made, replace(ONCE, detail={"gain": float("nan"), "at": AT})) == ()
    (body,) = hook.bodies
    assert body == json.loads((tmp_path / "got.json").read_text())
    assert body["project"] == "ferries"
    assert (body["kind"], body["title"], body["text"]) == (
        "promote", "Version 2", "tomó el relevo",
    )  # fmt: skip
    assert body["words"]["en"] == {"title": "Version 2", "text": "took over"}
    assert body["detail"] == {"gain": None, "at": "2013-05-01T00:00:00+00:00"}
    assert "took over" in post_office.letters[0].get_content()


def test_what_lasts_is_told_once_until_it_has_ended(tmp_path: Path, hook: Any) -> None:
    made = project(tmp_path, webhook=hook.url)
    told = []
    for about in (
        ("drift wind",),
        ("drift wind",),
        ("drift load", "drift wind"),  # one more
        ("drift load",),  # one has ended
        (),  # all has ended
        ("drift load",),  # and it begins again
    ):
        before = len(hook.bodies)
        assert notify(made, replace(LASTING, about=about)) == ()
        told.append(len(hook.bodies) > before)
    assert told == [True, False, True, False, False, True]
    notify(made, ONCE)
    notify(made, ONCE)
    assert len(hook.bodies) == 5  # what happens once is never held back


def test_a_channel_that_fails_stops_no_other_and_is_told_later(
    tmp_path: Path, hook: Any, caplog: pytest.LogCaptureFixture
) -> None:
    hook.statuses = [400]
    marks = tmp_path / "marks"
    (tmp_path / "mark.py").write_text("open('marks', 'a').write('x')")
    made = project(tmp_path, webhook=hook.url, command=f"{sys.executable} mark.py")
    with caplog.at_level(logging.WARNING, "relevo.notify"):
        (failure,) = notify(made, LASTING)
    assert failure.channel == "webhook"
    assert "HTTP 400" in failure.why
    assert "HTTP 400" in caplog.text
    assert Notified.read(made.state).failures == {"webhook": (AT.isoformat(), failure.why)}
    assert any("webhook, el 2013-05-01 00:00" in line for line in made.status().attention)
    assert notify(made, LASTING) == ()
    assert len(hook.bodies) == 2  # the one that failed was told again,
    assert marks.read_text() == "x"  # the other one was not
    assert Notified.read(made.state).failures == {}


@pytest.mark.parametrize("kept", ["", "[]", '{"told": 3}', '{"told": {}, "failures": {"a": 1}}'])
def test_what_was_kept_and_is_spoilt_counts_as_nothing(
    tmp_path: Path, hook: Any, kept: str
) -> None:
    made = project(tmp_path, webhook=hook.url)
    (made.state / "notified.json").write_text(kept)
    assert notify(made, LASTING) == ()
    assert len(hook.bodies) == 1
