"""`Refusal`: a request that is answered with an error, and what the answer looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from relevo.errors import DataMistake, RelevoError, StoreMistake, UserMistake
from relevo.serve.answer import Answer, answer
from relevo.words import say


class Refusal(RelevoError):
    """A request that gets no answer but a reason.

    Parameters
    ----------
    status
        Of HTTP.
    mistake
        What came, what was expected, what to do.
    findings
        What is wrong with which row: `row`, `column`, `rule`, `expected`, `got`.
    headers
        That go with the status.

    """

    def __init__(
        self,
        status: int,
        mistake: UserMistake,
        findings: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(mistake.key)
        self.status = status
        self.mistake = mistake
        self.findings = findings
        self.headers = headers


def invalid(key: str, findings: Sequence[Mapping[str, Any]] = (), **values: object) -> Refusal:
    """A refusal of what came: status 422."""
    return Refusal(422, DataMistake(key, **values), findings)


def unavailable(mistake: UserMistake) -> Refusal:
    """A refusal for the time being: status 503."""
    return Refusal(503, mistake, headers={"retry-after": "1"})


def refused(refusal: Refusal | UserMistake, lang: str) -> Answer:
    """The answer to a request that is refused, in `lang`."""
    if isinstance(refusal, UserMistake):
        transient = isinstance(refusal, StoreMistake)
        refusal = unavailable(refusal) if transient else Refusal(422, refusal)
    body = explained(refusal.mistake, lang)
    if refusal.findings:
        body["findings"] = refusal.findings
    return answer(body, refusal.status, refusal.headers)


def explained(mistake: UserMistake, lang: str) -> dict[str, Any]:
    """A mistake as JSON: `error` in one text, and its three parts."""
    parts = mistake.parts(lang)
    text = " ".join(f"{say(f'words.{part}', lang)}: {words}" for part, words in parts.items())
    return {"error": text, **parts}
