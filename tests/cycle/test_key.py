from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from relevo import Project
from relevo.errors import DataMistake, OptionMistake


def test_a_key_is_shown_once(untrained: Path, call: Any) -> None:
    made = call("key", "add", "the shop", "--role", "predict", "-C", untrained, "--json").json
    assert made["key"].startswith("relevo_")
    assert (made["name"], made["role"], made["replaced"]) == ("the shop", "predict", False)
    listed = call("key", "list", "-C", untrained)
    assert "the shop" in listed.out
    assert made["key"].rpartition("_")[2] not in listed.out
    with Project(untrained) as project:
        (row,) = project.keys().keys
        assert row.key_id == made["key"].split("_")[1]
        again = project.add_key("the shop", role="admin")
        assert again.replaced
        assert [one.role for one in project.keys().keys] == ["admin"]
        project.remove_key("the shop")
        assert project.keys().keys == ()


def test_people_are_told_to_keep_it(untrained: Path, call: Any) -> None:
    told = call("key", "add", "shop", "--role", "label", "-C", untrained).out
    assert "relevo_" in told
    assert "cannot be shown again" in told
    assert "before opens nothing" not in told
    again = call("key", "add", "shop", "--role", "label", "-C", untrained).out
    assert "before opens nothing" in again


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\0b", "x" * 101])
def test_a_name_can_be_seen(untrained: Path, name: str) -> None:
    with Project(untrained) as project:
        with pytest.raises(OptionMistake) as caught:
            project.add_key(name, role="predict")
        assert caught.value.key.endswith("bad_name")
        assert project.keys().keys == ()


def test_the_client_of_a_project_with_keys_carries_one(trained: Path) -> None:
    row = {"route": "route 1", "port": "north", "wind": 12.0, "load": 100, "vessel": "ro-ro",
           "at": "2025-03-01T08:00:00"}  # fmt: skip
    with Project(trained) as project:
        key = project.add_key("the shop", role="predict").key
        with project.serving(key=key) as client:
            assert client.predict([row])[0]["label"] in ("no", "yes")
            assert key not in repr(client)
            with pytest.raises(DataMistake) as caught:
                type(client)(client.url).predict([row])
            assert caught.value.key.endswith("client_refused")
            assert httpx.get(f"{client.url}/metrics").status_code == 401


def test_an_access_log_lies_where_the_problem_file_says(trained: Path) -> None:
    file = trained / "relevo.toml"
    file.write_text(f'{file.read_text()}\n[serve]\naccess_log = "access.jsonl"\n')
    with Project(trained) as project, project.serving() as client:
        httpx.get(f"{client.url}/health")
    assert '"path": "/health"' in (trained / "access.jsonl").read_text()
