"""A small project, made once and copied for each test; the command line, in this process."""

from __future__ import annotations

import json
import os
import re
import shutil
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer, StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

import numpy as np
import polars as pl
import pytest

from relevo import Project
from relevo.cli import main
from relevo.words import use_language

_ROLES = {"time": "at", "id": "id", "segment": "route", "site": "port"}


def make_rows(count: int = 2000) -> pl.DataFrame:
    """Ferries, one every hour: late in wind and on bad routes."""
    random = np.random.default_rng(11)
    wind = random.gamma(4.0, 5.0, count).round(1)
    load = random.integers(20, 400, count)
    route = random.integers(0, 6, count)
    chance = 1 / (1 + np.exp(5 - 0.15 * wind - 0.004 * load - 0.5 * (route % 3)))
    start = datetime(2025, 1, 1)
    return pl.DataFrame(
        {
            "id": [f"f{number}" for number in range(count)],
            "at": [start + timedelta(hours=number) for number in range(count)],
            "route": [f"route {code}" for code in route],
            "port": random.choice(["north", "south"], count),
            "wind": wind,
            "load": load,
            "vessel": random.choice(["catamaran", "hydrofoil", "ro-ro"], count),
            "late": np.where(random.random(count) < chance, "yes", "no"),
        }
    )


PARTS = {
    "en": {"came": "What came", "expected": "What was expected", "todo": "What to do"},
    "es": {"came": "Qué llegó", "expected": "Qué se esperaba", "todo": "Qué hacer"},
}
_ENGLISH = {"the", "which", "with", "and", "that", "of", "this", "is", "from", "was", "whose"}
_SPANISH = {"el", "la", "los", "las", "un", "una", "de", "que", "en", "con", "para", "cada", "uno"}


@dataclass(frozen=True)
class Answer:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The only line on standard output."""
        (line,) = self.out.splitlines()
        answer = json.loads(line)
        assert isinstance(answer, dict)
        return answer

    def mistake(self, lang: str = "en") -> dict[str, str]:
        """The three parts of a mistake, once the answer is found to hold these and nothing else."""
        assert self.code == 2, self
        assert "Traceback" not in self.err
        told = dict(line.split(": ", 1) for line in self.err.splitlines())
        assert list(told) == list(PARTS[lang].values()), self.err
        return dict(zip(PARTS[lang], told.values(), strict=True))


Call = Callable[..., Answer]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Run a command of `relevo` in this process."""

    def run(*arguments: object) -> Answer:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Answer(int(end.value.code or 0), out, err)

    use_language("en")
    yield run
    use_language(None)


@pytest.fixture
def refused(call: Call) -> Callable[..., None]:
    """Hold a command to a mistake in three parts, in both languages, that says certain words."""

    def run(words: Sequence[str], *arguments: object) -> None:
        english = call(*arguments, "--lang", "en")
        assert english.out == ""
        parts = english.mistake()
        for part, word in zip(parts, words, strict=True):
            assert word in parts[part], (arguments, parts)
        spanish = call(*arguments, "--lang", "es", "--json")
        assert spanish.json == {"error": spanish.mistake("es")}
        assert_spanish(spanish.mistake("es"), parts)

    return run


def assert_spanish(spanish: dict[str, str], english: dict[str, str]) -> None:
    """Whether a mistake is told in Spanish; what came may quote words of another language."""
    assert not any(spanish[part] == english[part] for part in ("expected", "todo")), spanish
    assert not any(re.search(r"\{[a-z_]+\}", text) for text in spanish.values()), spanish
    told = f"{spanish['expected']} {spanish['todo']}".lower()
    words = set(re.findall(r"[a-záéíóúñü]+", re.sub(r"`[^`]*`", "", told)))
    assert words & _SPANISH, spanish
    assert not words & _ENGLISH, spanish


@pytest.fixture(scope="session")
def rows() -> pl.DataFrame:
    """All rows; the first 1,600 are the problem's data."""
    return make_rows()


@pytest.fixture(scope="session")
def untrained_once(rows: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("untrained") / "ferries"
    folder.mkdir()
    data = folder / "data.csv"
    rows.head(1600).write_csv(data)
    rows.tail(400).write_csv(folder / "batch.csv")
    rows.tail(400).drop("late").write_csv(folder / "new.csv")
    with Project(folder) as project:
        project.new(data, "late", **_ROLES)
    quick = 'budget = "2s"\nlearner = "linear"'
    file = folder / "relevo.toml"
    file.write_text(file.read_text().replace('budget = "60s"', quick))
    return folder


@pytest.fixture(scope="session")
def trained_once(untrained_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained") / "ferries"
    shutil.copytree(untrained_once, folder)
    with Project(folder) as project:
        for _ in range(2):
            project.train()
        project.promote(1)
    return folder


@pytest.fixture
def untrained(untrained_once: Path, tmp_path: Path) -> Path:
    """A project with a problem file and `data.csv`, and nothing else."""
    return copied(untrained_once, tmp_path)


@pytest.fixture
def trained(trained_once: Path, tmp_path: Path) -> Path:
    """A project with versions 1 (the champion) and 2, `batch.csv` (labelled) and `new.csv`."""
    return copied(trained_once, tmp_path)


def world(month: int, days: int = 30, slope: float = 2.0, seed: int = 0) -> pl.DataFrame:
    """Forty rows a day; `slope` is what the model has to learn, and what may change."""
    random = np.random.default_rng(100 * month + seed)
    rows = 40 * days
    x, city = random.normal(size=rows), random.choice(["a", "b"], rows)
    start = datetime(2025, 1, 1) + timedelta(days=30 * month)
    times = [start + timedelta(minutes=36 * i) for i in range(rows)]
    chance = 1 / (1 + np.exp(-slope * x - (city == "b")))
    return pl.DataFrame(
        {
            "number": [f"{month}-{i}" for i in range(rows)],
            "time": times,
            "x": x,
            "z": random.normal(size=rows),
            "city": city,
            "y": np.where(random.random(rows) < chance, "yes", "no"),
        }
    )


def quarter(first: int, slope: float) -> pl.DataFrame:
    """Three months: enough days for a duel to be decided at once."""
    return pl.concat([world(month, slope=slope) for month in range(first, first + 3)])


@pytest.fixture(scope="session")
def changing_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("changing") / "world"
    with Project(folder) as project:
        data = pl.concat([world(0), world(1)])
        project.new(data, "y", time="time", segment="city", id="number")
        # It needs a second; on a busy machine a process alone takes several to start.
        quick = 'budget = "120s"\nlearner = "linear"'
        text = project.file.read_text().replace('budget = "60s"', quick)
        project.file.write_text(f'{text}\n[renew.arrivals]\npath = "incoming"\n')
    with Project(folder) as project:
        project.train()
        project.promote(1)
    (folder / "incoming").mkdir()
    return folder


@pytest.fixture
def changing(changing_once: Path, tmp_path: Path) -> Path:
    """A project of two months of `world` with a champion; rows arrive in `incoming`."""
    return copied(changing_once, tmp_path)


def arrive(folder: Path, name: str, rows: pl.DataFrame) -> Path:
    """Let a file arrive that nobody writes to any more: its last change is a minute ago."""
    path = folder / "incoming" / name
    rows.write_parquet(path) if name.endswith(".parquet") else rows.write_csv(path)
    settle(path)
    return path


def settle(path: Path) -> None:
    """Let the last change of a file be a minute ago."""
    moment = path.stat().st_mtime - 60
    os.utime(path, (moment, moment))


def copied(folder: Path, to: Path) -> Path:
    """A copy; the code that lies in model folders, which no test writes to, is linked."""

    def copy(source: str, target: str) -> object:
        linked = "/code/relevo/" in source
        return os.link(source, target) if linked else shutil.copy2(source, target)

    return Path(shutil.copytree(folder, to / folder.name, copy_function=copy))


@contextmanager
def listening(server: BaseServer) -> Iterator[None]:
    """Let a server answer in a thread of its own."""
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Hook:
    """A web server that keeps what is posted; it answers with `statuses` in turn, then 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A web server on this machine."""
    kept = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.paths.append(self.path)
            kept.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(kept.statuses.pop(0) if kept.statuses else 200)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep standard error for what is tested."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}/secret"
    with listening(server):
        yield kept


class Unbuffered:
    """What is written to a connection goes at once."""

    def __init__(self, connection: ssl.SSLSocket) -> None:
        self.write = connection.sendall
        self.closed = False

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        self.closed = True


@dataclass
class PostOffice:
    """A mail server that keeps letters; with `secure` it offers STARTTLS and log-in."""

    port: int = 0
    secure: ssl.SSLContext | None = None
    refuses: bool = False
    letters: list[EmailMessage] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    """A mail server on this machine: as much of RFC 5321 as a client needs."""
    office = PostOffice()

    class Handler(StreamRequestHandler):
        encrypted = False

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 here")
            self.listen()

        def listen(self) -> None:
            for line in iter(self.rfile.readline, b""):
                command, *rest = line.decode().split()
                if not self.answer(command.upper(), rest):
                    return

        def answer(self, command: str, rest: list[str]) -> bool:
            if command == "EHLO":
                self.say("250-here")
                if office.secure and not self.encrypted:
                    self.say("250-STARTTLS")
                self.say("250 AUTH PLAIN")
            elif command == "STARTTLS" and office.secure:
                self.say("220 go")
                return self.encrypt(office.secure)
            elif command == "AUTH":
                office.logins.append(rest[-1])
                self.say("235 welcome")
            elif command == "RCPT" and office.refuses:
                self.say("550 nobody here")
            elif command == "DATA":
                self.say("354 go on")
                letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                read = message_from_bytes(letter, policy=policy.default)
                assert isinstance(read, EmailMessage)
                office.letters.append(read)
                office.encrypted.append(self.encrypted)
                self.say("250 kept")
            elif command == "QUIT":
                self.say("221 bye")
                return False
            else:
                self.say("250 fine")
            return True

        def encrypt(self, secure: ssl.SSLContext) -> bool:
            try:
                self.connection = secure.wrap_socket(self.connection, server_side=True)
            except OSError:  # a client that does not trust us hangs up
                return False
            self.rfile, self.wfile = self.connection.makefile("rb"), Unbuffered(self.connection)
            self.encrypted = True
            self.listen()
            self.connection.close()
            return False

    server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
    office.port = server.server_address[1]
    with listening(server):
        yield office
