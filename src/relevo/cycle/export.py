"""`export`: a version as files that work elsewhere."""

from __future__ import annotations

from pathlib import Path

from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import ExportResult
from relevo.serve.export.chosen import Chosen
from relevo.serve.export.export import export as export_version


def export(
    project: Project, version: int | None = None, *, to: str | Path, as_: str
) -> ExportResult:
    """Write a version to a folder that is new or empty.

    Parameters
    ----------
    project
        Has that version.
    version
        By default the champion.
    to
        The folder.
    as_
        `mlflow`: the model folder. `onnx`: the whole scoring in one file, held to the model's own
        answers. `package`: a Python package that checks and scores rows on numpy and onnxruntime.
        `docker`, `systemd`: what serves this version in a container, or as a service of this
        machine.

    Raises
    ------
    OptionMistake
        When there is no such format, or the folder holds something.
    ModelMistake
        When there is no such version, or it cannot be written so that it answers the same.
    MissingExtra
        When the extra `onnx` is not installed and the format needs it.

    """
    with recorded(project, "export", to=str(to), format=as_):
        folder, chosen = Path(to), _chosen(project, version)
        deviation = export_version(chosen, folder, as_)
        files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
        return ExportResult(
            version=chosen.record.version,
            format=as_,
            folder=str(folder),
            files=tuple(sorted(path.as_posix() for path in files)),
            largest_difference=deviation.largest_difference if deviation else None,
            rows_compared=deviation.rows if deviation else None,
        )


def _chosen(project: Project, version: int | None) -> Chosen:
    model, folder = project.model(version), project.model_folder(version)
    return Chosen(
        model=model,
        folder=folder,
        record=project.store.version(model.version),
        figures=project.store.figures(model.version),
        problem=project.problem,
        contract_file=project.contract_file,
        at=project.now(),
    )
