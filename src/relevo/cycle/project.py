"""`Project`: a folder with a problem file, its store and its models; one method per verb."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relevo.errors import ModelMistake, ProblemMistake, UserMistake

if TYPE_CHECKING:
    from relevo.cycle import results
    from relevo.data.table import Table
    from relevo.model.model import Model
    from relevo.problem.problem import Problem
    from relevo.serve.client import Client
    from relevo.store.store import Store


class Project:
    """A project folder.

    Parameters
    ----------
    folder
        Holds `relevo.toml`, or will once `new` has written it.
    now
        The clock; another one makes a replay of history exact.

    Notes
    -----
    Every method does what the command of the same name does and returns the dataclass that
    `--json` prints. Mistakes are raised as `relevo.errors.UserMistake`.

    """

    def __init__(
        self, folder: str | Path = ".", now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.folder = Path(folder)
        self.now = now

    # What the verbs stand on ----------------------------------------------------------------

    @property
    def file(self) -> Path:
        """The problem file."""
        return self.folder / "relevo.toml"

    @property
    def contract_file(self) -> Path:
        """The contract, learnt by the first `check` or `train` and open to edits."""
        return self.folder / "contract.toml"

    @cached_property
    def problem(self) -> Problem:
        """The problem file, read once."""
        from relevo.problem.read import read_problem

        return read_problem(self.folder)

    @cached_property
    def state(self) -> Path:
        """`.relevo/`: the embedded store, the models, the batches and the pages."""
        if not self.file.exists():
            raise ProblemMistake("problem.absent", path=self.file)
        state = self.folder / ".relevo"
        state.mkdir(exist_ok=True)
        return state

    @property
    def models(self) -> Path:
        """One folder per version."""
        return self._made("models")

    @property
    def pages(self) -> Path:
        """Pages and pictures, the newest of each kind."""
        return self._made("pages")

    @property
    def found(self) -> Path:
        """What was found of each version, for its card."""
        return self._made("found")

    @property
    def batches(self) -> Path:
        """Labelled batches that `renew` was given, kept for later replicas."""
        return self._made("batches")

    @property
    def backtests(self) -> Path:
        """What backtests have finished, and the curve of decay that the last one found."""
        return self._made("backtest")

    @property
    def aside(self) -> Path:
        """Batches that broke the contract, each with what is wrong with it."""
        return self._made("aside")

    def _made(self, name: str) -> Path:
        folder = self.state / name
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def store(self) -> Store:
        """Versions, aliases, predictions, labels and decisions.

        It has every prediction that an endpoint of this folder has answered by now.
        """
        from relevo.serve.scribe import settle

        settle(self._store, self.state)
        return self._store

    @cached_property
    def _store(self) -> Store:
        from relevo.store.store import Store

        return Store.open(self.problem.store or self.state, self.problem.name)

    def close(self) -> None:
        """Close the store; the project opens it again when it needs it."""
        if "_store" in self.__dict__:
            self.__dict__.pop("_store").close()

    def __enter__(self) -> Project:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def table(self, source: Any = None) -> Table:
        """Rows of the problem's own data, or of any other source, with the problem's roles.

        A path in the problem file starts at the file; another one where the user stands.
        """
        from relevo.data.table import Table

        if source is None:
            return Table.of(self.problem.data, self.problem.roles, folder=self.folder)
        return Table.of(source, self.problem.roles, folder=Path())

    def model(self, version: int | None = None) -> Model:
        """A version's model; the champion's by default.

        Raises
        ------
        ModelMistake
            When there is no such version, no champion yet, or the folder was changed.

        """
        from relevo.model.folder import load_model

        return load_model(self.model_folder(version)).worded_by(self.problem)

    def model_folder(self, version: int | None = None) -> Path:
        """The folder of a version; the champion's by default.

        Raises
        ------
        ModelMistake
            When there is no such version, no champion yet, or its folder is not in the project.

        """
        from relevo.model.version_folder import version_folder

        chosen = version if version is not None else self.champion
        if chosen is None:
            raise ModelMistake("cycle.no_champion")
        return version_folder(self.state, self.store.version(chosen).folder, chosen)

    @property
    def champion(self) -> int | None:
        """The version that serves."""
        from relevo.store.aliases import CHAMPION

        return self.store.alias(CHAMPION)

    # The verbs ------------------------------------------------------------------------------

    def new(
        self,
        data: Any,
        target: str,
        *,
        time: str | None = None,
        segment: str | tuple[str, ...] = (),
        site: str | None = None,
        id: str | None = None,
        name: str | None = None,
        query: str | None = None,
    ) -> results.NewResult:
        """Identify the task from the data and write `relevo.toml`."""
        return _verb("new")(
            self,
            data,
            target,
            time=time,
            segment=segment,
            site=site,
            id=id,
            name=name,
            query=query,
        )

    def check(self, batch: Any = None) -> results.CheckResult:
        """Learn the contract at first, then check the data or a batch against it."""
        return _verb("check")(self, batch)

    def train(
        self,
        *,
        strategy: str | None = None,
        learner: str | None = None,
        runner: str | None = None,
        budget: str | float | None = None,
        from_: str | int = "scratch",
        seed: int | None = None,
        trials: int | None = None,
        progress: Callable[[Any], None] | None = None,
    ) -> results.TrainResult:
        """Train one version, from scratch or (`from_=VERSION`) fine-tuned from one that exists.

        With `trials` so many configurations are tried, whatever the time: with the same seed the
        model is then identical.
        """
        return _verb("train")(
            self,
            strategy=strategy,
            learner=learner,
            runner=runner,
            budget=budget,
            from_=from_,
            seed=seed,
            trials=trials,
            progress=progress,
        )

    def compare(
        self,
        strategies: Any = None,
        *,
        budget: str | float | None = None,
        seed: int | None = None,
        progress: Callable[[Any], None] | None = None,
    ) -> results.CompareResult:
        """Strategies side by side on the same judged rows, overall and by size of segment."""
        return _verb("compare")(self, strategies, budget=budget, seed=seed, progress=progress)

    def validate(
        self,
        version: int | None = None,
        *,
        target_population: Any = None,
        budget: str | float | None = None,
    ) -> results.ValidateResult:
        """Judge a version elsewhere: later rows, unseen places, the target population, groups."""
        return _verb("validate")(self, version, target_population=target_population, budget=budget)

    def explain(
        self,
        version: int | None = None,
        *,
        row: dict[str, Any] | None = None,
        rows: Any = None,
        n: int = 3,
        wanted: Any = None,
        immutable: Sequence[str] = (),
        budget: str | float | None = None,
    ) -> results.ExplainResult:
        """What a version goes by; or the reasons of decisions, and what turns them to `wanted`."""
        return _verb("explain")(
            self,
            version,
            row=row,
            rows=rows,
            n=n,
            wanted=wanted,
            immutable=immutable,
            budget=budget,
        )

    def frontier(self, *, budget: str | float | None = None) -> results.FrontierResult:
        """What it costs to be able to read a model: one of each kind, on the same judged rows."""
        return _verb("frontier")(self, budget=budget)

    def edit(
        self,
        version: int | None = None,
        *,
        column: str,
        make: str,
        why: str,
        by: str,
        low: float | None = None,
        high: float | None = None,
    ) -> results.EditResult:
        """Change a shape of a glass box by hand: a new version, with the reason on record."""
        return _verb("edit")(
            self, version, column=column, make=make, why=why, by=by, low=low, high=high
        )

    def card(self, version: int | None = None) -> results.CardResult:
        """Write the model card of a version, a page and a Markdown file."""
        return _verb("card")(self, version)

    def promote(self, version: int, *, why: str | None = None) -> results.PromoteResult:
        """Make a version the champion."""
        return _verb("promote")(self, version, why=why)

    def rollback(self) -> results.PromoteResult:
        """Make the champion before this one the champion again."""
        return _verb("rollback")(self)

    def challenge(
        self, version: int, *, mirror: float = 1.0, canary: float = 0.0, stop: bool = False
    ) -> results.ChallengersResult:
        """Let a version stand beside the champion with shares of the traffic, or end that."""
        return _verb("challenge")(self, version, mirror=mirror, canary=canary, stop=stop)

    def challengers(self) -> results.ChallengersResult:
        """The versions beside the champion."""
        return _verb("challenge", "challengers")(self)

    def predict(
        self,
        path: Any,
        *,
        out: str | Path | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> results.PredictResult:
        """Score a table with the champion and log every prediction."""
        return _verb("predict")(self, path, out=out, progress=progress)

    def serve(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 8000,
        tls_cert: str | Path | None = None,
        tls_key: str | Path | None = None,
    ) -> None:
        """Serve the champion over HTTP, or HTTPS with a certificate, until interrupted."""
        _verb("serve")(self, host=host, port=port, tls_cert=tls_cert, tls_key=tls_key)

    def serving(
        self, *, host: str = "127.0.0.1", port: int = 0, key: str | None = None
    ) -> AbstractContextManager[Client]:
        """Serve in another process while a `with` block lasts; gives a client of it.

        A project that has keys wants one of them.
        """
        return _verb("serve", "serving")(self, host=host, port=port, key=key)

    def add_key(self, name: str, *, role: str) -> results.AddKeyResult:
        """Make a key to the endpoint, shown this once; one of the same name ends."""
        return _verb("key", "add_key")(self, name, role=role)

    def keys(self) -> results.KeysResult:
        """The keys to the endpoint, without what opens."""
        return _verb("key", "keys")(self)

    def remove_key(self, name: str) -> results.RemoveKeyResult:
        """Let the key of this name open nothing any more."""
        return _verb("key", "remove_key")(self, name)

    def export(
        self, version: int | None = None, *, to: str | Path, as_: str
    ) -> results.ExportResult:
        """Write a version to a new or empty folder, as it works elsewhere.

        `as_` is `mlflow`, `onnx`, `package`, `docker` or `systemd`.
        """
        return _verb("export")(self, version, to=to, as_=as_)

    def label(self, path: Any) -> results.LabelResult:
        """Take in outcomes: a table with `id` (or `prediction_id`) and the target column."""
        return _verb("label")(self, path)

    def watch(self, batch: Any = None) -> results.WatchResult:
        """Drift and realised quality of the newest window, or of a batch."""
        return _verb("watch")(self, batch)

    def renew(
        self,
        data: Any = None,
        *,
        dry_run: bool = False,
        budget: str | float | None = None,
        seed: int | None = None,
    ) -> results.RenewResult:
        """Decide, train replicas, duel; a replica takes over only if it is better."""
        return _verb("renew")(self, data, dry_run=dry_run, budget=budget, seed=seed)

    def backtest(
        self,
        cadences: str | Sequence[str] | None = None,
        *,
        cost_per_update: float | None = None,
        budget: str | float | None = None,
        data: Any = None,
        seed: int | None = None,
        progress: Callable[[float, float], None] | None = None,
    ) -> results.BacktestResult:
        """Replay the history under each cadence and say how often to update."""
        return _verb("backtest")(
            self,
            cadences,
            cost_per_update=cost_per_update,
            budget=budget,
            data=data,
            seed=seed,
            progress=progress,
        )

    def follow(
        self,
        *,
        every: str | None = None,
        budget: str | float | None = None,
        seed: int | None = None,
        tell: Callable[[results.RenewResult], None] = lambda result: None,
        tell_mistake: Callable[[UserMistake], None] = lambda mistake: None,
    ) -> None:
        """Renew whenever something has come, until interrupted; `tell` hears what was done."""
        _verb("follow")(
            self, every=every, budget=budget, seed=seed, tell=tell, tell_mistake=tell_mistake
        )

    def run(
        self,
        *,
        budget: str | float | None = None,
        progress: Callable[[Any], None] | None = None,
    ) -> results.RunResult:
        """The first turn of the wheel: check, train, validate, explain, promote."""
        return _verb("run")(self, budget=budget, progress=progress)

    def history(self) -> results.HistoryResult:
        """All decisions, oldest first."""
        return _verb("history")(self)

    def status(self) -> results.StatusResult:
        """What there is and what needs attention."""
        return _verb("status")(self)


def open(path: str | Path = ".") -> Project:
    """Open an existing project.

    Raises
    ------
    ProblemMistake
        When the folder has no problem file.

    """
    project = Project(path)
    if not project.file.exists():
        raise ProblemMistake("problem.absent", path=project.file)
    return project


def _verb(file: str, name: str = "") -> Any:
    # One file per verb; imported when it is called, so that `import relevo` stays light.
    return getattr(import_module(f"relevo.cycle.{file}"), name or file)
