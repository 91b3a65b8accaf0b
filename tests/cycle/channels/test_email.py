from __future__ import annotations

import shutil
import ssl
import subprocess
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from relevo.cycle.channels.email import PASSWORD, mail
from relevo.cycle.event import Event, NotSent
from relevo.problem.problem import Notify

EVENT = Event(
    "alarm",
    {"en": "The wind\nhas moved", "es": "El viento ha cambiado"},
    {"en": "Mend the source.", "es": "Arregle la fuente."},
    {},
    datetime(2013, 5, 1, 12, tzinfo=UTC),
)


def settings(url: str) -> Notify:
    return Notify(email=("a@example.org", "b@example.org"), smtp=url)


def test_a_letter_in_both_languages(post_office: Any) -> None:
    mail("ferries", settings(post_office.url), EVENT)
    (letter,) = post_office.letters
    assert letter["To"] == "a@example.org, b@example.org"
    assert letter["Subject"] == "[ferries] The wind has moved"
    assert letter["Date"] == "Wed, 01 May 2013 12:00:00 +0000"
    text = letter.get_content()
    assert letter.get_content_type() == "text/plain"
    assert text.index("Mend the source.") < text.index("Arregle la fuente.")


def test_a_refusal_is_told(post_office: Any) -> None:
    post_office.refuses = True
    with pytest.raises(NotSent, match="nobody here"):
        mail("ferries", settings(post_office.url), EVENT)
    assert not post_office.letters


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:9", "mail.example.org", "smtp://host:port"])
def test_a_server_that_is_not_there(url: str) -> None:
    with pytest.raises(NotSent):
        mail("ferries", settings(url), EVENT, timeout=2)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes the certificate")
def test_encrypted_where_offered_and_only_for_whom_we_trust(
    post_office: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = tmp_path / "a.cert", tmp_path / "a.key"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=IP:127.0.0.1",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    post_office.secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    post_office.secure.load_cert_chain(certificate, key)
    monkeypatch.setenv(PASSWORD, "open sesame")
    url = f"smtp://me%40example.org@127.0.0.1:{post_office.port}"
    with pytest.raises(NotSent, match="certificate"):
        mail("ferries", settings(url), EVENT)
    assert not post_office.logins
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mail("ferries", settings(url), EVENT)
    assert post_office.encrypted == [True]
    assert b64decode(post_office.logins[0]) == b"\0me@example.org\0open sesame"
    assert post_office.letters[0]["From"] == "me@example.org"
