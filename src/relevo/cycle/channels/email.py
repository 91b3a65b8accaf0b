"""`mail`: a plain text to addresses, by SMTP."""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from relevo.cycle.event import Event, NotSent
from relevo.problem.problem import Notify
from relevo.words import say

TIMEOUT_SECONDS = 20.0
PASSWORD = "RELEVO_SMTP_PASSWORD"
_LOCAL = "smtp://localhost"


def mail(project: str, settings: Notify, event: Event, timeout: float = TIMEOUT_SECONDS) -> None:
    """Send an event to all addresses, in each language that it is told in.

    The connection is encrypted where the server offers it (STARTTLS) and always with `smtps://`;
    a password is never sent without encryption, except to this machine.

    Parameters
    ----------
    project
        Its name, which begins the subject.
    settings
        The addresses, and the server: `smtp://user@host:port`, this machine when not set.
    event
        What is told.
    timeout
        Seconds for each answer of the server.

    Raises
    ------
    NotSent
        When the server is not there, is not who it says, or refuses.

    """
    try:
        server = urlsplit(settings.smtp or _LOCAL)
        message = _message(project, settings, event, _sender(server))
        with _connection(server, timeout) as connection:
            _open(connection, server)
            connection.send_message(message)
    except (OSError, ValueError, smtplib.SMTPException) as error:
        why = error or type(error).__name__
        raise NotSent(say("notify.not_mailed", host=server.hostname, why=why)) from error


def _connection(server: SplitResult, timeout: float) -> smtplib.SMTP:
    host = server.hostname or ""
    # By default smtplib asks the name service who we are, which may take minutes.
    given: dict[str, Any] = {"local_hostname": socket.gethostname(), "timeout": timeout}
    if server.scheme == "smtps":
        secure = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, server.port or 465, context=secure, **given)
    if server.scheme != "smtp" or not host:
        raise NotSent(say("notify.bad_smtp"))
    return smtplib.SMTP(host, server.port or 25, **given)


def _open(connection: smtplib.SMTP, server: SplitResult) -> None:
    connection.ehlo()
    encrypted = server.scheme == "smtps"
    if not encrypted and connection.has_extn("starttls"):
        connection.starttls(context=ssl.create_default_context())
        connection.ehlo()
        encrypted = True
    password = os.environ.get(PASSWORD)
    if server.username and password:
        if not encrypted and server.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise NotSent(say("notify.not_encrypted", host=server.hostname))
        connection.login(unquote(server.username), password)


def _sender(server: SplitResult) -> str:
    user = unquote(server.username or "")
    return user if "@" in user else f"relevo@{socket.gethostname()}"


def _message(project: str, settings: Notify, event: Event, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = " ".join(f"[{project}] {event.said()[0]}".split())
    message["From"], message["To"] = sender, ", ".join(settings.email)
    message["Date"], message["Message-ID"] = format_datetime(event.at), make_msgid(domain="relevo")
    parts = ["\n\n".join(event.said(lang)) for lang in event.languages]
    message.set_content("\n\n—\n\n".join(parts) + "\n")
    return message
