"""`new`: identify the task from the data and write the problem file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import polars as pl

from relevo.cycle.project import Project
from relevo.cycle.results import NewResult
from relevo.data.category_text import category_text
from relevo.data.profile import profile
from relevo.data.table import Table
from relevo.data.times import with_times
from relevo.data.whole_file import write_whole
from relevo.errors import ProblemMistake
from relevo.problem.identify import identify
from relevo.problem.problem import Problem, Roles, Source, Success
from relevo.problem.write import problem_text

_YES = {"1", "1.0", "true", "yes", "y", "sí", "si"}


def new(
    project: Project,
    data: Any,
    target: str,
    *,
    time: str | None = None,
    segment: str | tuple[str, ...] = (),
    site: str | None = None,
    id: str | None = None,
    name: str | None = None,
    query: str | None = None,
) -> NewResult:
    """Write `relevo.toml` for these data and this target.

    Parameters
    ----------
    project
        Its folder is made when it does not exist.
    data
        A path (file, folder or glob); with `query`, an SQLAlchemy URL; a `Source`; or a frame,
        which is kept as Parquet in the project's folder.
    target
        The column to predict.
    time, segment, site, id
        What columns are for.
    name
        The model's name; by default the folder's.
    query
        The SELECT that gives the rows of a database.

    Raises
    ------
    ProblemMistake
        When the folder already holds a problem file.
    DataMistake
        When the data have no such column, or no times in that of times.

    """
    if project.file.exists():
        raise ProblemMistake("cycle.exists", path=project.file)
    roles = Roles(time=time, segment=segment, site=site, id=id)  # type: ignore[arg-type]
    if query is not None:
        data = Source(url=str(data), query=query)
    # A path is relative to where the user stands; inside the file, to the file.
    table = Table.of(data, roles, folder=Path())
    table.require([target, *roles.columns])
    if time:
        with_times(table.data, time, missing=True)
    facts = {one.name: one for one in profile(table.data, roles=roles).facts()}
    others = [one for column, one in facts.items() if column != target]
    identified = identify(facts[target], others, time)
    project.folder.mkdir(parents=True, exist_ok=True)
    problem = Problem(
        name=name or project.folder.resolve().name,
        task=identified.task,
        target=target,
        data=_source(project, data, table),
        positive=_positive(table.data[target]) if identified.task == "classification" else None,
        roles=roles,
        success=Success(metric=_metric(table.data[target], identified.task)),
    )
    write_whole(project.file, problem_text(problem, identified.why))
    return NewResult(
        identified.task, identified.why, table.rows, len(table.columns), str(project.file)
    )


def _source(project: Project, data: Any, table: Table) -> Source:
    if isinstance(data, Source):
        return data.model_copy(update={"url": _from_folder(data.url, project.folder)})
    if isinstance(data, (str, Path)):
        return Source(path=os.path.relpath(data, project.folder))
    table.data.write_parquet(project.folder / "data.parquet")
    return Source(path="data.parquet")


def _from_folder(url: str | None, folder: Path) -> str | None:
    scheme, slashes, path = (url or "").partition(":///")
    if not scheme.startswith("sqlite") or not path or Path(path).is_absolute():
        return url
    return f"{scheme}{slashes}{os.path.relpath(path, folder)}"


def _positive(target: pl.Series) -> Any:
    """Of two labels the one that says yes, else the rarer: what is looked for is not the rule."""
    counts = target.drop_nulls().value_counts().sort(["count", target.name])
    if counts.height != 2:
        return None
    labels = counts[target.name].to_list()
    return next((label for label in labels if category_text(label).lower() in _YES), labels[0])


def _metric(target: pl.Series, task: str) -> str:
    if task == "regression":
        return "rmse"
    return "roc_auc" if target.drop_nulls().n_unique() == 2 else "log_loss"
