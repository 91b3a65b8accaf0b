from __future__ import annotations

from pathlib import Path

import pytest

from relevo.errors import StoreMistake
from relevo.store.place import place


def test_a_folder_holds_the_database(tmp_path: Path) -> None:
    assert place(tmp_path / "a b#c?d%").database == str(tmp_path / "a b#c?d%" / "store.db")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_the_driver_of_postgresql_is_psycopg(scheme: str) -> None:
    assert place(f"{scheme}://ana@server/models").drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    ("where", "key"),
    [
        ("mysql://ana:hunter2@server/models", "unknown_kind"),
        ("postgresql://ana:hunter2@server:port/models", "bad_url"),
        ("sqlite://", "in_memory"),
        ("sqlite:///:memory:", "in_memory"),
    ],
)
def test_other_addresses_are_refused(where: str, key: str) -> None:
    with pytest.raises(StoreMistake) as caught:
        place(where)
    assert caught.value.key == f"store.{key}"
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "flights.csv"
    file.touch()
    with pytest.raises(StoreMistake, match=r"flights\.csv is a file"):
        place(file)
