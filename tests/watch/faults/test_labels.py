from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.watch.faults.labels import labels_changed
from relevo.watch.faults.sides import Sides

NAMES = ["Zürich", "New York", "La Coruña", "Oslo"]


def drawn(seed: int) -> pl.Series:
    random = np.random.default_rng(seed)
    return pl.Series(random.choice(NAMES, 600, p=[0.5, 0.25, 0.15, 0.1]))


@pytest.mark.parametrize("other", ["upper", "blanks", "accents", "bytes", "prefix"])
def test_another_spelling_is_found(other: str) -> None:
    spelt = {
        "upper": lambda name: name.upper(),
        "blanks": lambda name: f" {name} ",
        "accents": lambda name: name.replace("ü", "u").replace("ñ", "n"),
        "bytes": lambda name: name.encode().decode("cp1252"),
        "prefix": lambda name: f"city={name}",
    }[other]
    now = drawn(1).replace(dict(zip(NAMES, map(spelt, NAMES), strict=True)))
    found = labels_changed(Sides("city", drawn(0), now))
    assert found is not None
    assert (found.kind, found.shape) == ("relabelled", "spelling")


def test_codes_in_place_of_names() -> None:
    now = drawn(1).replace(dict(zip(NAMES, "3142", strict=True)))
    found = labels_changed(Sides("city", drawn(0), now))
    assert found is not None
    assert found.shape == "all"
    assert "“3” = “Zürich”" in found.values["examples"]


def test_new_places_beside_the_old_ones_are_no_fault() -> None:
    now = pl.concat([drawn(1), pl.Series(["Lima"] * 150)])
    assert labels_changed(Sides("city", drawn(0), now)) is None
    assert labels_changed(Sides("city", drawn(0), drawn(1))) is None
