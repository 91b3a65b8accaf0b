"""`challenge` and `stop_challenge`: which versions stand beside the champion, and how much."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import fsum
from pathlib import Path
from typing import Any

from relevo.errors import ModelMistake, OptionMistake
from relevo.model.hashes import verify
from relevo.model.version_folder import version_folder
from relevo.store.aliases import CHAMPION
from relevo.store.records import ChallengerRecord, DecisionRecord
from relevo.store.store import Store
from relevo.words import say


def challenge(
    store: Store,
    folder: Path,
    challenger: ChallengerRecord,
    by: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Let a version stand beside the champion, or change its shares, with the decision.

    Parameters
    ----------
    store
        Knows the version.
    folder
        What the folders of versions are relative to.
    challenger
        The version and its shares of the traffic.
    by, detail
        What the decision says besides: a sentence, and figures.

    Raises
    ------
    OptionMistake
        When a share is not within 0 and 1, or all canaries together are more than 1.
    ModelMistake
        When there is no such version, a file of it was changed, or it is the champion.

    """
    for name in ("mirror", "canary"):
        share = getattr(challenger, name)
        if not 0 <= share <= 1:  # NaN neither
            raise OptionMistake("challenge.bad_share", name=name, share=share)
    number = challenger.version
    verify(version_folder(folder, store.version(number).folder, number))
    with store.lock("challenge"):  # two at once could exceed the sum
        _refuse_champion(store, challenger.version)
        _refuse_more_than_all(store, challenger)
        shares = {
            "version": challenger.version,
            "mirror": challenger.mirror,
            "canary": challenger.canary,
        }
        why = f"{say('challenge.begun', **shares)} {by}".rstrip()
        said = {**shares, **(detail or {})}
        decision = _decision(store, "challenge", why, said, challenger.since)
        store.put_challenger(challenger, decision)


def stop_challenge(
    store: Store,
    version: int,
    now: datetime,
    by: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Let a version stand beside the champion no longer, with the decision.

    Raises
    ------
    ModelMistake
        When it does not stand there.

    """
    why = f"{say('challenge.stopped', version=version)} {by}".rstrip()
    decision = _decision(store, "stop", why, {"version": version, **(detail or {})}, now)
    if not store.remove_challenger(version, decision):
        known = ", ".join(str(one.version) for one in store.challengers()) or "-"
        raise ModelMistake("challenge.no_challenger", version=version, known=known)


def _refuse_champion(store: Store, version: int) -> None:
    if store.alias(CHAMPION) == version:
        raise ModelMistake("challenge.is_champion", version=version)


def _refuse_more_than_all(store: Store, challenger: ChallengerRecord) -> None:
    others = [one for one in store.challengers() if one.version != challenger.version]
    # Rounded once: one by one, 0.33 + 0.56 + 0.11 is more than 1.
    total = fsum([challenger.canary, *(one.canary for one in others)])
    if total > 1:
        shares = ", ".join(f"{one.version}: {one.canary:g}" for one in others if one.canary)
        raise OptionMistake(
            "challenge.more_than_all",
            version=challenger.version,
            canary=f"{challenger.canary:g}",
            others=shares,
            left=f"{1 - (total - challenger.canary):.3g}",
        )


def _decision(
    store: Store, kind: str, why: str, detail: Mapping[str, Any], now: datetime
) -> DecisionRecord:
    champion = store.alias(CHAMPION)
    return DecisionRecord(kind, why, champion, champion, detail, now)
