"""Bad options, problem files and model folders, through the command line, in both languages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from relevo import Project
from relevo.cli import COMMANDS

LATER = "not available yet"
# What was given, and words of the three parts.
OPTIONS: list[tuple[str, str, str, str]] = [
    ("trian", "A command trian", "train, compare", "Did you mean train?"),
    ("train --budgett 2s", "--budgett", "`relevo train`", "Did you mean --budget?"),
    ("predict new.csv more", "more than it takes: more", "", "relevo predict --help"),
    ("promote", "`relevo promote` without VERSION", "VERSION", "relevo promote --help"),
    ("predict", "`relevo predict` without PATH", "PATH", "relevo predict --help"),
    ("new n --target late", "`relevo new` without --data", "--data", "relevo new --help"),
    ("train --seed x", "--seed with the value x", "from 0 on", "--seed"),
    ("train --seed -1", "--seed with the value -1", "from 0 on", "--seed"),
    ("serve --port 99999", "--port with the value 99999", "between 0 and 65535", "--port"),
    ("explain -n 0", "-n with the value 0", "from 1 on", "-n"),
    ("promote nine", "VERSION with the value nine", "whole number", "VERSION"),
    ("promote 9", "Version 9", "1, 2", "relevo train"),
    ("validate 9", "Version 9", "1, 2", "relevo train"),
    ("explain 9", "Version 9", "1, 2", "relevo train"),
    ("train --from 9", "Version 9", "1, 2", "relevo train"),
    ("train --from nine", "version nine", "`scratch`", "relevo status"),
    ("train --budget 0", "budget of 0", "above zero", "--budget 60s"),
    ("train --budget 0s", "budget of 0s", "above zero", "--budget 60s"),
    ("train --budget -1s", "budget of -1s", "above zero", "--budget 60s"),
    ("train --budget soon", "budget of soon", "60s, 5m or 1h", "--budget 60s"),
    ("run --budget 0", "budget of 0", "above zero", "--budget 60s"),
    ("renew --budget 0", "budget of 0", "above zero", "--budget 60s"),
    ("compare --strategies central,federated", "federated", "central", LATER),
    ("compare --strategies centrall", "centrall", "federated", "Did you mean central?"),
    ("compare --strategies ,", "Strategies ','", "central,stratified", "leave the option out"),
    ("compare --budget 0", "budget of 0", "above zero", "--budget 60s"),
    ("train --strategy federated", "federated", "central", LATER),
    ("train --strategy centrall", "centrall", "federated", "Did you mean central?"),
    ("train --runner spark", "spark", LATER, "--runner threads"),
    ("train --runner thread", "thread", "threads, processes, spark", "Did you mean threads?"),
    ("train --learner linea", "linea", "linear, boosting", "Did you mean linear?"),
    ("export --to n --as onx", "A format onx", "mlflow, onnx, package", "Did you mean onnx?"),
    ("export --as onnx", "`relevo export` without --to", "--to", "relevo export --help"),
    ("export --to . --as mlflow", "holds something already", "new or empty", "--to"),
    ("export 9 --to n --as onnx", "Version 9", "1, 2", "relevo train"),
    ("rollback", "champion (1)", "two promotions", "relevo promote VERSION"),
    ("watch", "without predictions by version 1", "a batch", "relevo watch BATCH"),
    ("challenge 1", "Version 1 as a challenger", "Another version", "relevo status"),
    ("challenge 9", "Version 9", "1, 2", "relevo train"),
    ("challenge 2 --canary 1.5", "--canary with the value 1.5", "between 0 and 1", "a tenth"),
    ("challenge 2 --mirror half", "--mirror with the value half", "between 0 and 1", "a tenth"),
    ("challenge 2 --mirror nan", "--mirror with the value nan", "between 0 and 1", "a tenth"),
    ("challenge 2 --stop", "Version 2, which is no challenger", "", "relevo challenge"),
    ("challenge --stop", "`relevo challenge` without VERSION", "VERSION", "--help"),
    ("key", "A command key", "key add, key list, key remove", "relevo --help"),
    ("key ad shop", "A command key ad", "key add, key list", "Did you mean key add?"),
    ("key add shop", "`relevo key add` without --role", "--role", "relevo key add --help"),
    ("key add shop --role reader", "role reader", "predict, label, admin", "opens everything"),
    ("key add shop --role admn", "role admn", "predict, label, admin", "Did you mean admin?"),
    ("key remove shop", "name shop", "One of -", "relevo key list"),
    ("serve --host 0.0.0.0 --port 0", "0.0.0.0", "A key", "relevo key add"),
    ("serve --tls-cert a.pem", "--tls-cert alone", "Both", "private key"),
    ("serve --tls-cert a.pem --tls-key b.pem", "a.pem", "you may read", "permissions"),
    ("predict new.csv --out p.xls", "p.xls", ".parquet", "--out"),
    ("predict new.csv --out nowhere/p.csv", "no folder nowhere", "exists", "Make the folder"),
    ("predict ne.csv", "ne.csv, which is not in", "exists", "Did you mean new.csv?"),
    ("predict relevo.toml", "relevo.toml", ".csv", "convert it"),
    ("new . --data data.csv --target late", "already has a problem file", "without", "another"),
    ("new n --data data.csv --target latte", "without latte", "has latte", "Did you mean late?"),
    ("new n --data data.csv --target late --time att", "without att", "has att", "mean at?"),
    ("new n --data data.csv --target late --id idd", "without idd", "has idd", "mean id?"),
    ("new n --data data.csv --target late --time load", "load with", "2026-01-31", "another"),
    ("new n --data data.csv --target at", "at that holds dates", "Numbers or classes", "days"),
    ("new n --data data.csv --target id", "1600 different", "", "another"),
]


@pytest.mark.parametrize(("line", "came", "expected", "todo"), OPTIONS, ids=lambda text: text[:40])
def test_a_wrong_option(
    line: str,
    came: str,
    expected: str,
    todo: str,
    trained_once: Path,
    monkeypatch: pytest.MonkeyPatch,
    refused: Any,
) -> None:
    # Nothing is done, so that all may use one project.
    monkeypatch.chdir(trained_once)
    refused((came, expected, todo), *line.split())
    assert not (trained_once / "n").exists()
    with Project(trained_once) as project:
        assert project.champion == 1
        assert len(project.store.versions()) == 2


ROWS = {
    '{"wind": ': ("from character 10 on", "An object", "brackets"),
    "[1]": ("from character 1 on: [1]", "An object", "brackets"),
    '{"wind": "strong"}': ("wind: strong (str)", "wind: a number", "Correct these values"),
    '{"wind": 10}': ("load: nothing (null or absent)", "load: a number", "Correct these values"),
    "{}": ("wind: nothing (null or absent)", "vessel: a category", "Correct these values"),
}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_that_cannot_be_explained(row: str, trained_once: Path, refused: Any) -> None:
    refused(ROWS[row], "explain", "-C", trained_once, "--row", row)


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "new"])
def test_a_folder_without_a_problem(command: str, tmp_path: Path, refused: Any) -> None:
    needed = {"promote": ["1"], "predict": ["rows.csv"], "label": ["rows.csv"], "key": ["list"]}
    needed["export"] = ["--to", str(tmp_path / "out"), "--as", "onnx"]
    needed["edit"] = ["--column", "wind", "--make", "rising", "--why", "physics", "--by", "board"]
    words = ("No problem file", "relevo.toml", "relevo new DIR")
    refused(words, command, *needed.get(command, []), "-C", tmp_path)
    assert not list(tmp_path.iterdir())


def test_commands_that_need_a_champion(untrained: Path, refused: Any) -> None:
    lines = ("predict new.csv", "explain", "validate", "rollback", "renew", "watch")
    for line in (*lines, "export --to out --as onnx"):
        command = line.replace("new.csv", str(untrained / "new.csv")).split()
        words = ("without a champion", "promoted", "relevo run")
        refused(words, *command, "-C", untrained)


def test_no_command_and_no_such_language(call: Any) -> None:
    assert call().mistake()["came"] == "`relevo` without a command."
    assert call("status", "--lang", "fr").mistake()["expected"] == "One of en, es."
    assert "an option --budget" in call("train", "--budget").mistake()["came"]


# Problem files --------------------------------------------------------------------------------

PROBLEMS: list[tuple[str, str, str, str, str]] = [
    (
        'target = "late"',
        'targte = "late"',
        "targte (line 6)",
        "Did you mean target?",
        "relevo.toml",
    ),
    ("[roles]", "[rolls]", "rolls (line 14)", "Did you mean roles?", "relevo.toml"),
    ('time = "at"', 'tmie = "at"', "roles.tmie (line 15)", "Did you mean time?", "relevo.toml"),
    ("learner", "lerner", "training.lerner (line 27)", "Did you mean learner?", "relevo.toml"),
    ("classification", "guess", "task = 'guess' (line 5)", "'regression'", "relevo.toml"),
    ("[success]", "[success", "relevo.toml, which is no TOML", "in TOML", "line"),
    ('path = "data.csv"', "", "names no source", "path", "[data]"),
    ("roc_auc", "rok_auc", "rok_auc", "log_loss", "Did you mean roc_auc?"),
    ("roc_auc", "rmse", "rmse for a classification", "log_loss", "[success]"),
    ('"2s"', '"0s"', "budget of 0s", "above zero", "60s"),
    ('"linear"', '"linea"', "linea", "linear, boosting", "Did you mean linear?"),
    ('positive = "yes"', 'positive = "sí"', "positive = sí", "One of these", "relevo.toml"),
    ('time = "at"', 'time = "att"', "without att", "has att", "Did you mean at?"),
    ('id = "id"', 'id = "idd"', "without idd", "has idd", "Did you mean id?"),
    ('["route"]', '["rout"]', "without rout", "has rout", "Did you mean route?"),
    ('time = "at"', 'time = "vessel"', "1600 of 1600", "2026-01-31", "another column"),
    ("[training]", '[renew]\nblock = "dya"\n[training]', "block = dya", "week", "mean day?"),
    ("[training]", "[renew]\nalpha = 2\n[training]", "renew.alpha = 2", "< 0.5", "relevo.toml"),
    ('id = "id"', 'id = "id"\nweight = "vessel"', "vessel with", "finite number", "weight"),
]


@pytest.mark.parametrize(("old", "new", "came", "expected", "todo"), PROBLEMS)
def test_a_mistake_in_the_problem_file(
    old: str, new: str, came: str, expected: str, todo: str, trained: Path, call: Any, refused: Any
) -> None:
    file = trained / "relevo.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    refused((came, expected, todo), "train", "-C", trained)
    file.write_text(text)
    assert call("status", "-C", trained, "--json").json["champion"] == 1


def test_a_contract_that_was_edited_wrongly(trained: Path, call: Any, refused: Any) -> None:
    (trained / "contract.toml").write_text("[[columns]")
    for verb in ("check", "train"):
        words = ("contract file that cannot be read", "[[columns]]", "contract.toml")
        refused(words, verb, "-C", trained)
    assert call("predict", trained / "new.csv", "-C", trained).code == 0


# Model folders --------------------------------------------------------------------------------

PARTS_OF_A_MODEL = (
    "predictor/0/linear.npz",
    "predictor/predictor.json",
    "preparation.json",
    "contract.toml",
    "model.json",
    "MLmodel",
    "judged.parquet",
)


@pytest.mark.parametrize("name", PARTS_OF_A_MODEL)
def test_a_changed_byte_in_a_model_folder(
    name: str, trained: Path, call: Any, refused: Any
) -> None:
    file, here = trained / ".relevo/models/v1" / name, ("-C", trained)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    for line in ("predict new.csv", "promote 1", "explain", "explain --rows new.csv", "watch"):
        command = line.replace("new.csv", str(trained / "new.csv")).split()
        refused((f"v1 whose file {name}", "as it was", "backup"), *command, *here)
    file.unlink()
    refused((name, "as it was", "backup"), "predict", trained / "new.csv", *here)
    # What the message advises works: another version takes over, and this one can come back.
    assert call("promote", 2, *here).code == 0
    assert call("predict", trained / "new.csv", *here).code == 0
    refused((name, "as it was", "backup"), "rollback", *here)
    file.write_bytes(whole)
    assert call("rollback", *here, "--json").json == {"champion": 1, "previous": 2}


def test_a_model_folder_that_is_gone(trained: Path, call: Any, refused: Any) -> None:
    shutil.rmtree(trained / ".relevo/models/v1")
    words = ("v1, which holds no relevo model", "hashes.json", "train again")
    refused(words, "predict", trained / "new.csv", "-C", trained)
    assert call("status", "-C", trained).code == 0


# The store, and the real command ----------------------------------------------------------------


def relevo(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as it is installed, in a process of its own."""
    command = [str(Path(sys.executable).with_name("relevo")), *map(str, arguments)]
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    kept = {name: text for name, text in kept.items() if name != "RELEVO_LANG"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**kept, **environment}
    )


def test_a_second_renew_is_told_so_and_works_later(trained: Path, call: Any, refused: Any) -> None:
    with Project(trained) as first, first.store.lock("renew"):
        second = relevo("renew", "-C", trained, "--data", trained / "batch.csv", "--json")
        assert (second.returncode, second.stdout.count("\n")) == (2, 1)
        assert f"A second renew while one is running (process {os.getpid()})" in second.stdout
        refused(("second renew", "One renew at a time", "Wait"), "renew", "-C", trained)
        with Project(trained) as other:
            assert not other.store.batches()
    assert call("renew", "-C", trained, "--data", trained / "batch.csv").code in (0, 1)


def test_a_store_that_is_no_store(trained: Path, refused: Any) -> None:
    store = trained / ".relevo" / "store.db"
    store.write_bytes(b"this is no database" * 100)
    refused(("store.db", "store of relevo", "backup"), "status", "-C", trained)


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "told"),
    [
        (("trian",), {"LANG": "es_ES.UTF-8"}, 2, "Qué llegó: Una orden trian."),
        (("check", "gone.csv"), {"RELEVO_LANG": "en"}, 2, "What came: gone.csv, which is not in"),
        (("--help",), {"LANG": "es_ES.UTF-8"}, 0, ""),
    ],
)
def test_the_command_as_it_is_installed(
    arguments: tuple[str, ...], environment: dict[str, str], code: int, told: str, trained: Path
) -> None:
    here = () if len(arguments) == 1 else ("-C", trained)
    done = relevo(*arguments, *here, **environment)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr
