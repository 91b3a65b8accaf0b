from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from relevo.errors import OptionMistake
from relevo.problem.problem import Problem
from relevo.serve.tls import tls
from relevo.store import Store

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="makes the certificates")

SERVE = """
import json, sys
from pathlib import Path
from relevo.problem.problem import Problem
from relevo.serve.server import serve

given = json.loads(sys.argv[1])
folder = Path(given["folder"])
serve(
    Problem.model_validate(given["problem"]), folder, folder, port=0,
    ready=lambda url: print(url, flush=True),
    tls_files=(str(folder / "a.cert"), str(folder / "a.key")),
)
"""


def openssl(*arguments: str, folder: Path) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pairs that sign themselves, `a` and `b`, and the key of `a` under a pass phrase."""
    folder = tmp_path_factory.mktemp("certificates")
    for name in ("a", "b"):
        openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", f"{name}.key", "-out", f"{name}.cert", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
            folder=folder,
        )  # fmt: skip
    openssl(
        "pkey", "-in", "a.key", "-aes256", "-passout", "pass:x", "-out", "shut.key", folder=folder
    )
    (folder / "text").write_text("no certificate")
    return folder


def test_an_endpoint_speaks_https(
    problem: Problem, store: Store, tmp_path: Path, certificates: Path
) -> None:
    for name in ("a.cert", "a.key"):
        shutil.copy(certificates / name, tmp_path)
    given = {"problem": problem.model_dump(mode="json"), "folder": str(tmp_path)}
    command = [sys.executable, "-c", SERVE, json.dumps(given)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url.startswith("https://127.0.0.1:")
            trusted = ssl.create_default_context(cafile=str(certificates / "a.cert"))
            answered = httpx.get(f"{url}/health", verify=trusted)
            assert answered.json()["status"] == "ready"
            assert "strict-transport-security" in answered.headers
            with pytest.raises(httpx.TransportError):
                httpx.get(f"{url.replace('https', 'http')}/health")
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                httpx.get(f"{url}/health")
        finally:
            process.terminate()
    assert process.returncode == 0


def test_old_versions_are_refused(certificates: Path) -> None:
    context = tls(certificates / "a.cert", certificates / "a.key")
    assert context is not None
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert tls(None, None) is None


@pytest.mark.parametrize(
    ("certificate", "key", "mistake"),
    [
        ("a.cert", None, "one_alone"),
        (None, "a.key", "one_alone"),
        ("none", "a.key", "unreadable"),
        ("a.cert", ".", "unreadable"),
        ("text", "a.key", "no_pem"),
        ("a.cert", "text", "no_pem"),
        ("a.key", "a.cert", "no_pem"),
        ("a.cert", "b.key", "mismatch"),
        ("a.cert", "shut.key", "protected"),
    ],
)
def test_wrong_files_are_explained(
    certificates: Path, certificate: str | None, key: str | None, mistake: str
) -> None:
    files = (None if name is None else certificates / name for name in (certificate, key))
    with pytest.raises(OptionMistake) as caught:
        tls(*files)
    assert caught.value.key == f"tls.{mistake}"
    for lang in ("en", "es"):
        assert all(caught.value.parts(lang).values())
