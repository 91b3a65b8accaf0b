import pytest

from relevo.errors import DataMistake, ProblemMistake
from relevo.problem.identify import ColumnFacts, find_target, identify
from relevo.words import LANGUAGES, sentences, use_language


def facts(kind, distinct, rows=1000, name="y", **more):
    return ColumnFacts(name, kind, rows, distinct, **more)


OTHERS = (facts("number", 900, name="x"), facts("category", 9, name="c"))


@pytest.mark.parametrize(
    ("target", "task"),
    [
        (facts("boolean", 2), "classification"),
        (facts("category", 2), "classification"),
        (facts("category", 300, rarest=("z", 2)), "classification"),
        (facts("integer", 2), "classification"),
        (facts("number", 2), "classification"),
        (facts("integer", 7, rarest=("9", 3)), "classification"),
        (facts("integer", 7, rarest=("9", 1)), "regression"),
        (facts("integer", 20, rows=400), "classification"),
        (facts("integer", 20, rows=399), "regression"),
        (facts("integer", 21, rows=100_000), "regression"),
        (facts("number", 7), "regression"),
        (facts("number", 900), "regression"),
    ],
)
def test_the_task_follows_from_the_values(target, task):
    found = identify(target, OTHERS, None)
    assert found.task == task
    assert found.looks_like is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_reason_holds_figures_in_both_languages(lang):
    use_language(lang)
    try:
        why = identify(facts("integer", 7, missing=100), OTHERS, None).why
    finally:
        use_language(None)
    assert "7" in why
    assert ("whole numbers" if lang == "en" else "números enteros") in why


def _series(moments, rows=1000):
    return facts("datetime", moments, rows, name="when")


@pytest.mark.parametrize(
    ("target", "others", "time", "looks_like"),
    [
        (facts("number", 900), [_series(1000)], "when", "forecasting"),
        (
            facts("number", 900),
            [_series(100), facts("category", 10, name="shop")],
            "when",
            "forecasting",
        ),
        (facts("number", 900), [_series(1000), *OTHERS], "when", None),
        (facts("number", 900), [_series(400)], "when", None),
        (facts("number", 900), [], "when", None),
        (
            facts("category", 2),
            [facts("category", 1000, name="p", examples=("a.jpg", "b.PNG"))],
            None,
            "image_classification",
        ),
        (
            facts("category", 2),
            [facts("text", 1000, name="review"), facts("constant", 1)],
            None,
            "text_classification",
        ),
        (facts("category", 2), [facts("text", 1000, name="review"), *OTHERS], None, None),
        (
            facts("category", 400, examples=("O O B-PER I-PER", "B-LOC O")),
            OTHERS,
            None,
            "entity_extraction",
        ),
    ],
)
def test_what_is_not_trained_yet_is_recognised(target, others, time, looks_like):
    found = identify(target, others, time)
    assert found.looks_like == looks_like
    assert ("not train yet" in found.why or "todavía no" in found.why) == (looks_like is not None)


@pytest.mark.parametrize(
    ("target", "mistake", "key"),
    [
        (facts("empty", 0, missing=1000), DataMistake, "empty_target"),
        (facts("number", 0, missing=1000), DataMistake, "empty_target"),
        (facts("constant", 1, examples=("no",)), DataMistake, "constant_target"),
        (facts("category", 1, missing=10, examples=("no",)), DataMistake, "constant_target"),
        (facts("date", 100, examples=("2024-01-31",)), DataMistake, "odd_target"),
        (facts("other", 100), DataMistake, "odd_target"),
        (facts("category", 3, rarest=("maybe", 1)), DataMistake, "lone_class"),
        (facts("integer", 2, rarest=("1", 1)), DataMistake, "lone_class"),
        (facts("category", 501), ProblemMistake, "too_many_classes"),
        (facts("category", 4, rows=4), ProblemMistake, "too_many_classes"),
        (facts("text", 700), ProblemMistake, "too_many_classes"),
    ],
)
def test_a_target_that_cannot_be_learnt_is_explained(target, mistake, key):
    with pytest.raises(mistake) as raised:
        identify(target, OTHERS, None)
    assert raised.value.key == f"identify.{key}"
    for lang in LANGUAGES:
        assert all("{" not in text and text for text in raised.value.parts(lang).values())
        assert "y" in raised.value.parts(lang)["came"]


def test_a_target_of_tagged_words_is_named_as_such():
    use_language("en")
    try:
        with pytest.raises(ProblemMistake) as raised:
            identify(facts("text", 990, examples=("B-PER O", "O B-LOC")), OTHERS, None)
    finally:
        use_language(None)
    assert raised.value.parts("en")["todo"].endswith("which this version does not train yet.")


def test_a_missing_target_is_told_with_the_nearest_name():
    columns = [facts("number", 9, name="arrival_delay"), *OTHERS]
    assert find_target(columns, "x") is columns[1]
    with pytest.raises(ProblemMistake) as raised:
        find_target(columns, "arival_delay")
    assert "arrival_delay" in raised.value.parts("es")["todo"]


def test_both_languages_hold_the_same_sentences():
    for room in ("identify.", "profile.", "picture."):
        keys = [{key for key in sentences(lang) if key.startswith(room)} for lang in LANGUAGES]
        assert keys[0] == keys[1]
