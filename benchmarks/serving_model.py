"""The model that every server serves: 300 trees of 31 leaves over 15 numbers and 5 strings.

It is trained once, as a scikit-learn pipeline on synthetic rows; relevo gets the same trees behind
its own preparation, in a project whose second version stands beside the champion as challenger.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import polars as pl
from lightgbm import LGBMClassifier
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder

from relevo.data.conform import conform
from relevo.data.contract import Contract, learn_contract
from relevo.data.contract_file import write_contract
from relevo.learn.boosting_predictor import BoostingPredictor
from relevo.model.folder import save_model
from relevo.model.lineage import Lineage
from relevo.model.model import Model
from relevo.prepare.category import Category
from relevo.prepare.preparation import Preparation
from relevo.problem.problem import Problem
from relevo.problem.read import read_problem
from relevo.score.evidence import Evidence
from relevo.store import Store
from relevo.store.records import ChallengerRecord, DecisionRecord, VersionRecord

NAME, TARGET, CLASSES = "served", "bought", ("no", "yes")
NUMBERS = [f"number_{i}" for i in range(15)]
STRINGS = {"plan": 3, "channel": 8, "region": 20, "shop": 60, "product": 200}
COLUMNS = [*NUMBERS, *STRINGS]
ROWS, TREES, LEAVES, CHECKED = 50_000, 300, 31, 1_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)
OTHER = "none of these"  # relevo's code 0: what was too rare to learn from, or is new
PROBLEM = """name = "{name}"
task = "classification"
target = "{target}"
{top}
[data]
path = "rows.parquet"

[serve]
{serve}
"""


@dataclass(frozen=True)
class Made:
    """What a benchmark serves.

    Attributes
    ----------
    project, pipeline
        relevo's folder, and the peers' file.
    rows
        As JSON gives them; none of them trained the model.
    expected
        The pipeline's probability of `yes` for each of these rows.
    apart
        The largest difference between the pipeline's and relevo's probabilities of these rows.

    """

    project: Path
    pipeline: Path
    rows: list[dict[str, Any]]
    expected: list[float]
    apart: float


def made(folder: Path, rows: int = ROWS, trees: int = TREES, **how: str) -> Made:
    """Train and save everything in `folder`; `how` as `write_problem` takes it."""
    frame = synthetic(rows + CHECKED)
    train, fresh = frame.head(rows), frame.tail(CHECKED)
    project = folder / "project"
    problem = write_problem(project, **how)
    train.write_parquet(project / "rows.parquet")
    contract = learn_contract(train, TARGET)
    write_contract(contract, project / "contract.toml")
    preparation = Preparation.fit(conform(train, contract), contract)
    models = []
    with Store.open(problem.store or project / ".relevo", NAME) as store:
        for seed in (0, 1):
            pipeline = fitted(train, preparation, trees, seed)
            models.append(version(project, store, problem, contract, preparation, pipeline))
            if seed == 0:
                joblib.dump(pipeline, folder / "pipeline.joblib")
                expected = pipeline.predict_proba(fresh.select(COLUMNS).to_pandas())[:, 1]
        store.move_alias("champion", 1, DecisionRecord("promote", "", 1, None, {}, NOW))
    asked = fresh.select(COLUMNS).to_dicts()
    apart = max(
        abs(models[0].predict_row(row)["probabilities"]["yes"] - probability)
        for row, probability in zip(asked, expected, strict=True)
    )
    (folder / "rows.json").write_text(json.dumps(asked[:100]), encoding="utf-8")
    return Made(project, folder / "pipeline.joblib", asked, expected.tolist(), apart)


def write_problem(project: Path, store: str = "", serve: str = "") -> Problem:
    """The problem file; `store` is a database's URL, `serve` lines of its section."""
    project.mkdir(parents=True, exist_ok=True)
    (project / ".relevo" / "models").mkdir(parents=True, exist_ok=True)
    top = f'store = "{store}"' if store else ""
    text = PROBLEM.format(name=NAME, target=TARGET, top=top, serve=serve)
    (project / "relevo.toml").write_text(text, encoding="utf-8")
    return read_problem(project)


def mirror(project: Path, share: float = 1.0) -> None:
    """Let version 2 stand beside the champion, unseen."""
    problem = read_problem(project)
    decision = DecisionRecord("keep", "", None, None, {}, NOW)
    with Store.open(problem.store or project / ".relevo", NAME) as store:
        store.put_challenger(ChallengerRecord(2, share, 0.0, NOW), decision)


def synthetic(rows: int) -> pl.DataFrame:
    """Rows whose target depends on some numbers and on the strings; the same ones each time."""
    random = np.random.default_rng(0)
    values: dict[str, Any] = {name: random.normal(size=rows) for name in NUMBERS}
    score = values["number_0"] - 0.7 * values["number_1"] * values["number_2"]
    for name, count in STRINGS.items():
        chosen = random.integers(count, size=rows)
        score = score + random.normal(size=count)[chosen]
        values[name] = np.array([f"{name} {i}" for i in range(count)], dtype=object)[chosen]
    bought = random.random(rows) < 1 / (1 + np.exp(-score))
    values[TARGET] = np.where(bought, "yes", "no")
    return pl.DataFrame(values)


def fitted(train: pl.DataFrame, preparation: Preparation, trees: int, seed: int) -> Pipeline:
    """What the peers serve; its strings have the codes that relevo gives them."""
    codes = OrdinalEncoder(
        categories=[[OTHER, *frequent(preparation, name)] for name in STRINGS],
        handle_unknown="use_encoded_value",
        unknown_value=-1,
    )
    columns = [("numbers", "passthrough", NUMBERS), ("strings", codes, list(STRINGS))]
    trained = LGBMClassifier(
        n_estimators=trees, num_leaves=LEAVES, n_jobs=1, random_state=seed, verbose=-1,
        colsample_bytree=0.8,
    )  # fmt: skip
    pipeline = Pipeline([("columns", ColumnTransformer(columns)), ("trees", trained)])
    frame: pd.DataFrame = train.select(COLUMNS).to_pandas()
    return pipeline.fit(frame, train[TARGET].to_numpy())


def frequent(preparation: Preparation, name: str) -> tuple[str, ...]:
    """The categories of a column in the order of their codes, from 1 on."""
    return next(
        step.frequent
        for step in preparation.steps
        if isinstance(step, Category) and step.column == name
    )


def version(
    project: Path,
    store: Store,
    problem: Problem,
    contract: Contract,
    preparation: Preparation,
    pipeline: Pipeline,
) -> Model:
    """The pipeline's trees as a version of the project."""
    number = store.reserve_version(NOW)
    text = pipeline["trees"].booster_.model_to_string()
    made_from = Lineage(
        NOW, "scratch", None, "boosting", "central", "threads", 0, 0, "", ROWS, CHECKED
    )
    model = Model(
        problem,
        contract,
        preparation,
        BoostingPredictor(text, preparation.features, CLASSES, {"trees": TREES}),
        Evidence(),
        made_from,
        CLASSES,
        version=number,
    )
    save_model(model, project / ".relevo" / "models" / f"v{number}")
    store.add_version(noted(number))
    return model


def noted(number: int) -> VersionRecord:
    """What the store is told of a version in `models/v<number>`."""
    figures = (0.0, 0.0, 0.0, CHECKED, 0.0)
    folder, how = f"models/v{number}", ("boosting", "central", "log_loss")
    return VersionRecord(number, folder, NOW, "scratch", None, *how, *figures, {})
