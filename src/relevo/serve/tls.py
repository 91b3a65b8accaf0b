"""`tls`: a certificate and its key, from files."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import NoReturn

from relevo.errors import OptionMistake

TlsFiles = tuple[str, str] | None
"""A certificate and its key; None for connections that are not encrypted."""

_MISMATCH = "KEY_VALUES_MISMATCH"


def tls(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """What connections are encrypted with: TLS 1.2 or newer; None when no file is given.

    Parameters
    ----------
    certificate
        PEM: the certificate, then those that vouch for it.
    key
        PEM: its private key, without a pass phrase.

    Raises
    ------
    OptionMistake
        When only one is given, a file cannot be read or is no PEM, the key has a pass phrase, or
        the two do not belong together.

    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise OptionMistake("tls.one_alone", given="--tls-key" if key else "--tls-cert")
    for file in (certificate, key):
        _readable(file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, certificate, key)
    return context


def _readable(file: Path) -> None:
    try:
        file.read_bytes()
    except OSError as error:
        raise OptionMistake("tls.unreadable", file=file, detail=error.strerror) from error


def _load(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    try:
        context.load_cert_chain(certificate, key, password=lambda: _protected(key))
    except ssl.SSLError as error:
        if error.reason == _MISMATCH:
            raise OptionMistake("tls.mismatch", certificate=certificate, private=key) from error
        detail = error.reason or str(error)
        raise OptionMistake("tls.no_pem", files=f"{certificate}, {key}", detail=detail) from error


def _protected(key: Path) -> NoReturn:
    raise OptionMistake("tls.protected", private=key)
