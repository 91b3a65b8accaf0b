from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from relevo.store.ids import new_id

moments = st.datetimes(
    datetime(1970, 1, 1), datetime(2900, 1, 1), timezones=st.just(timezone(timedelta(hours=-5)))
)


@given(moments, moments)
def test_ids_sort_by_time_to_the_microsecond(one: datetime, other: datetime) -> None:
    assert (new_id(one) < new_id(other)) == (one < other) or one == other


def test_an_id_is_a_uuid_of_version_seven() -> None:
    identifier = UUID(new_id(datetime(2013, 4, 1, tzinfo=UTC)))
    assert (identifier.version, identifier.variant) == (7, "specified in RFC 4122")


def test_ids_of_one_moment_differ() -> None:
    now = datetime(2013, 4, 1, tzinfo=UTC)
    assert len({new_id(now) for _ in range(10_000)}) == 10_000
