from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from relevo.store.records import LabelledRecord, LabelOutcome, LabelRecord, PredictionRecord
from relevo.store.store import Store

NOW = datetime(2013, 4, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ONE = PredictionRecord("p1", "flight 1", NOW, 1, {"x": 1.0}, {"label": "late"}, "endpoint")
TWO = replace(ONE, prediction_id="p2", row_id=None, at=NOW + DAY)


def targets(store: Store) -> list[object]:
    return [labelled.target for labelled in store.labelled()]


def test_a_label_joins_by_the_prediction_or_by_the_row(store: Store) -> None:
    store.log_predictions([ONE, TWO])
    outcome = store.add_labels([LabelRecord("flight 1", "late", NOW), LabelRecord("p2", 0, NOW)])
    assert outcome == LabelOutcome(2, ())
    assert store.labelled() == [LabelledRecord(ONE, "late", NOW), LabelledRecord(TWO, 0, NOW)]
    assert store.labelled(since=NOW + DAY) == [LabelledRecord(TWO, 0, NOW)]


def test_every_prediction_of_a_row_gets_its_label(store: Store) -> None:
    twin = replace(ONE, prediction_id="p9", version=2)
    store.log_predictions([ONE, twin])
    assert store.add_labels([LabelRecord("flight 1", True, NOW)]) == LabelOutcome(1, ())
    assert [labelled.prediction for labelled in store.labelled()] == [ONE, twin]


def test_a_label_waits_for_its_prediction(store: Store) -> None:
    early = [LabelRecord("flight 1", "late", NOW), LabelRecord("nobody", "late", NOW)]
    assert store.add_labels(early) == LabelOutcome(0, ("flight 1", "nobody"))
    assert store.labelled() == []
    store.log_predictions([ONE])
    assert targets(store) == ["late"]
    assert store.add_labels(early) == LabelOutcome(1, ("nobody",))


def test_the_newest_label_of_a_key_wins_whenever_it_arrives(store: Store) -> None:
    store.log_predictions([ONE])
    store.add_labels([LabelRecord("p1", "first", NOW)])
    store.add_labels([LabelRecord("p1", "corrected", NOW)])
    assert targets(store) == ["corrected"]
    store.add_labels([LabelRecord("p1", "newest", NOW + DAY)])
    store.add_labels([LabelRecord("p1", "from before", NOW)])
    assert targets(store) == ["newest"]


def test_within_one_call_the_newest_wins_and_of_equals_the_last(store: Store) -> None:
    store.log_predictions([ONE, TWO])
    calls = [("p1", "new", DAY), ("p1", "old", 0 * DAY), ("p2", "a", DAY), ("p2", "b", DAY)]
    outcome = store.add_labels([LabelRecord(key, what, NOW + age) for key, what, age in calls])
    assert outcome == LabelOutcome(2, ())
    assert targets(store) == ["new", "b"]


def test_a_prediction_labelled_under_both_names_counts_once_with_the_newest(store: Store) -> None:
    store.log_predictions([ONE])
    store.add_labels(
        [LabelRecord("p1", "by id", NOW), LabelRecord("flight 1", "by row", NOW + DAY)]
    )
    assert store.labelled() == [LabelledRecord(ONE, "by row", NOW + DAY)]
    store.add_labels([LabelRecord("p1", "by id again", NOW + 2 * DAY)])
    assert targets(store) == ["by id again"]


def test_more_labels_than_one_statement_holds(store: Store) -> None:
    many = [replace(ONE, prediction_id=f"p{n}", row_id=f"r{n}") for n in range(1_200)]
    store.log_predictions(many)
    labels = [LabelRecord(f"{'pr'[n % 2]}{n}", n, NOW) for n in range(1_201)]
    assert store.add_labels(labels) == LabelOutcome(1_200, ("p1200",))
    assert targets(store) == list(range(1_200))


def test_no_labels_are_no_mistake(store: Store) -> None:
    assert store.add_labels([]) == LabelOutcome(0, ())


def test_labels_stay_in_their_project(store: Store, where: str) -> None:
    store.log_predictions([ONE])
    with Store.open(where, f"{store.project} other") as other:
        assert other.add_labels([LabelRecord("p1", 1, NOW)]) == LabelOutcome(0, ("p1",))
    assert store.labelled() == []
