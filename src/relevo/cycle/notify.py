"""`notify`: tell those whom the problem file names, and never stop the wheel over it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

from relevo.cycle.channels.command import run
from relevo.cycle.channels.email import mail
from relevo.cycle.channels.webhook import post
from relevo.cycle.event import Event, Failure, NotSent
from relevo.cycle.notified import Notified
from relevo.cycle.plain import plain
from relevo.cycle.project import Project

logger = logging.getLogger("relevo.notify")

Channel = Callable[[Event], None]


def notify(project: Project, event: Event) -> tuple[Failure, ...]:
    """Send an event through each channel of `[notify]` to which it is news.

    An event that is about something which lasts (`Event.about`) is sent once, until that ends. A
    channel that failed is tried again with the next such event. Of two processes that notify at
    the same instant both may send.

    Parameters
    ----------
    project
        Its problem file says who is told; nothing is sent when it names nobody.
    event
        What is told.

    Returns
    -------
    tuple of Failure
        The channels that did not take it; logged, and said by the next `status`.

    """
    before = notified = Notified.read(project.state)
    failures = []
    for name, channel in _channels(project):
        if not notified.is_news(name, event):
            notified = notified.not_sent(name, event)
            continue
        failure = _sent(name, channel, event)
        if failure:
            failures.append(failure)
            notified = notified.not_sent(name, event, failure.why)
        else:
            notified = notified.sent(name, event)
    if notified != before:
        _kept(project, notified)
    return tuple(failures)


def _sent(name: str, channel: Channel, event: Event) -> Failure | None:
    try:
        channel(event)
    except NotSent as error:
        logger.warning("%s: %s", name, error)
        return Failure(name, str(error))
    except Exception as error:  # whatever else a channel does, a model must still be renewed
        logger.exception("%s", name)
        return Failure(name, f"{type(error).__name__}: {error}")
    return None


def _kept(project: Project, notified: Notified) -> None:
    try:
        notified.write(project.state)
    except OSError as error:  # a full disk costs a message twice, no more
        logger.warning("%s", error)


def _channels(project: Project) -> Iterator[tuple[str, Channel]]:
    settings, name = project.problem.notify, project.problem.name
    if settings.webhook:
        url = settings.webhook
        yield "webhook", lambda event: post(url, _body(name, event))
    if settings.command:
        command = settings.command
        yield "command", lambda event: run(command, _body(name, event), project.folder)
    if settings.email:
        yield "email", lambda event: mail(name, settings, event)


def _body(project: str, event: Event) -> bytes:
    """JSON; its `text` is what chat services show."""
    title, text = event.said()
    words = {
        lang: dict(zip(("title", "text"), event.said(lang), strict=True))
        for lang in event.languages
    }
    told = {
        "project": project,
        "kind": event.kind,
        "title": title,
        "text": text,
        "at": event.at,
        "detail": event.detail,
        "words": words,
    }
    return json.dumps(plain(told), ensure_ascii=False).encode()
