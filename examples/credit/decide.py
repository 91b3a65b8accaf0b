"""Decide on credits: why was one refused, what would turn it, and what does a readable model cost?

python examples/credit/decide.py [--budget 20s]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import polars as pl

import relevo
from relevo.words import use_language

FOLDER = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--budget", default="20s", help="of each training")
    budget = parser.parse_args().budget
    project = relevo.open(FOLDER)

    trained = project.train(budget=budget)
    print(
        f"version {trained.version}: {trained.metric} {trained.value:.3f}, {_to(trained.interval)}"
    )

    examined = project.validate(trained.version)
    print("\n".join(examined.warnings) or "no group and no slice is worse beyond noise")

    explained = project.explain(trained.version)
    strongest = ", ".join(one.column for one in explained.importance[:3])
    print(f"it goes by {strongest}; the card: {explained.page}")

    row = _refused(project, trained.version)
    for lang in ("en", "es"):
        use_language(lang)
        (decision,) = project.explain(trained.version, row=row, wanted="good").rows
        print()
        print("\n".join(code.text for code in decision.codes))
        ways = decision.counterfactuals
        assert ways is not None
        print("\n".join(way.text for way in ways) or ways.why)
    use_language("en")

    frontier = project.frontier(budget=budget)
    print()
    print(frontier.text, frontier.page)


def _refused(project: relevo.Project, version: int) -> dict[str, object]:
    """The first judged applicant whom the model refuses."""
    model = project.model(version)
    applicants = pl.read_parquet(project.model_folder(version) / "judged.parquet")
    refused = applicants.filter(model.predict_table(applicants)["prediction"] == "bad")
    return model.predictors(refused).row(0, named=True)


def _to(interval: tuple[float, float]) -> str:
    return f"{interval[0]:.3f} to {interval[1]:.3f}"


if __name__ == "__main__":
    main()
