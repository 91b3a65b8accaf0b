from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from relevo.errors import StoreMistake
from relevo.store.place import place
from relevo.store.store import Store


def is_free(store: Store, name: str = "renew") -> bool:
    try:
        with store.lock(name):
            return True
    except StoreMistake:
        return False


def test_a_second_holder_is_told_at_once(store: Store, where: str) -> None:
    with store.lock("renew"), Store.open(where, store.project) as other:
        assert not is_free(other)
        assert not is_free(store)
        assert is_free(other, "train")
    assert is_free(store)


def test_projects_do_not_wait_for_each_other(store: Store, where: str) -> None:
    with store.lock("renew"), Store.open(where, f"{store.project}/other") as other:
        assert is_free(other)


def test_a_failure_inside_releases_the_lock_and_stays_what_it_is(store: Store) -> None:
    with pytest.raises(FileNotFoundError), store.lock("renew"):
        raise FileNotFoundError("of the caller's own")
    assert is_free(store)


def test_another_process_holds_the_lock_until_it_is_killed(store: Store, where: str, child) -> None:
    holder = child("hold", where, store.project)
    pid = holder.stdout.readline().strip()
    with pytest.raises(StoreMistake) as caught, store.lock("renew"):
        pass
    assert caught.value.key == "store.locked"
    assert pid in str(caught.value) or "another connection" in str(caught.value)
    holder.kill()
    holder.wait()
    wait_until_free(store)


def wait_until_free(store: Store) -> None:
    """PostgreSQL notices by itself, but a moment later, that a client has died."""
    while not is_free(store):
        pass


def test_a_server_that_ends_the_session_ends_the_lock(postgres_url: str) -> None:
    project = f"ended {uuid4().hex}"
    engine = create_engine(place(postgres_url), isolation_level="AUTOCOMMIT")
    with Store.open(postgres_url, project) as store, engine.connect() as admin:
        with store.lock("follow") as held:
            held.check()
            holders = "SELECT pid FROM pg_locks WHERE locktype = 'advisory'"
            admin.execute(text(f"SELECT pg_terminate_backend(pid) FROM ({holders}) AS holder"))
            with pytest.raises(StoreMistake) as caught:
                held.check()
            assert caught.value.key == "store.unreachable"
        # Who has noticed lets go without more ado.
        wait_until_free(store)
    engine.dispose()


def test_a_worker_that_outlives_a_killed_holder_holds_nothing(tmp_path, child) -> None:
    with Store.open(tmp_path, "flights") as store:
        holder = child("hold_with_worker", str(tmp_path), "flights")
        assert holder.stdout.readline() == "the worker is there\n"
        assert not is_free(store)
        holder.kill()
        holder.wait()
        assert is_free(store)
