from __future__ import annotations

from importlib.metadata import version

from relevo.serve.export.pins import pins


def test_what_trained_the_model_comes_before_what_is_installed() -> None:
    lines = pins({"numpy": "2.0.1", "relevo": "0.0.9"})
    assert "numpy==2.0.1" in lines
    assert "relevo==0.0.9" in lines
    assert f"polars=={version('polars')}" in lines
    names = [line.split("==")[0] for line in lines]
    assert names == sorted(set(names))
