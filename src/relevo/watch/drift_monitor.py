"""`DriftMonitor`: looks at every new window, and is seldom wrong over all looks together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from relevo.data.table import Table
from relevo.errors import DataMistake, OptionMistake
from relevo.watch.bets import Bets
from relevo.watch.bins import Bins
from relevo.watch.column import compare_column
from relevo.watch.drift import Drift, check_columns, of_outcomes
from relevo.watch.reference import Reference
from relevo.watch.tally import Tally

SCALES = (1, 4, 16)  # windows tested together: a small change needs many rows to show
QUANTILES = 200
COMPARED = ("number", "category")

Label = str | int
Tallies = dict[str, Tally]


@dataclass(frozen=True)
class Look:
    """What is known after one more window.

    Attributes
    ----------
    alarm
        Whether there was a change, now or at an earlier look.
    began
        The label of the window that the change most likely began with; None without an alarm.
    evidence
        From 0 to 1 and above: how far the strongest evidence has come on the way to an alarm,
        on a logarithmic scale.
    p_value
        Of this window alone against all before it.
    looks
        How many windows were looked at.
    drift
        This window against all rows before it; at an alarm, the windows that gave it.

    """

    alarm: bool
    began: Label | None
    evidence: float
    p_value: float
    looks: int
    drift: Drift


@dataclass(frozen=True)
class _Scale:
    """The bets on blocks of so many windows, and what has come of the present block."""

    windows: int
    bets: Bets
    block: Tallies
    come: int = 0
    labels: tuple[Label, ...] = ()  # of the first window of each block, for the year


class DriftMonitor:
    """Look every day, with a stated chance of any false alarm in a whole year of looks.

    Each window is tested against everything before it, the reference and the earlier windows
    together. Where nothing changed these p-values are independent of each other, as sequential
    ranks are; tested against the same reference they would all share its chance errors. They become
    bets on a change that began with any of the windows (see `relevo.watch.bets`); so do blocks of
    4 and of 16 windows, each kind with a third of `alpha`.

    Rows are taken as independent draws. Where days differ by chance, make a window a longer period.

    Parameters
    ----------
    reference
        A `Reference`, or rows as `drift` takes them.
    alpha
        The chance of a false alarm within `looks` looks; then the bets begin anew.
    looks
        How many there are in a year.
    seed, skip
        As in `drift`.

    References
    ----------
    Vovk and Wang (2021), "E-values: calibration, combination and applications"; Shin, Ramdas and
    Rinaldo (2024), "E-detectors: a nonparametric framework for sequential change detection".

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> monitor = DriftMonitor({"age": rng.normal(40, 9, 1000)})
    >>> for day in range(10):
    ...     mean = 40 if day < 6 else 46
    ...     look = monitor.look({"age": rng.normal(mean, 9, 100)}, day)
    >>> look.alarm, look.began
    (True, 6)

    """

    def __init__(
        self,
        reference: object,
        alpha: float = 0.05,
        looks: int = 365,
        seed: int = 0,
        skip: Sequence[str] = (),
    ) -> None:
        if not 0 < alpha < 1:
            raise OptionMistake("watch.bad_alpha", alpha=alpha)
        self._reference = (
            reference if isinstance(reference, Reference) else Reference.of(reference, seed, skip)
        )
        self._alpha, self._looks, self._seed = alpha, looks, seed
        self._nothing = {
            name: Tally.of(side, QUANTILES)
            for name, side in self._reference.columns.items()
            if name not in skip and side.kind in COMPARED
        }
        self._before = {name: tally.of_reference() for name, tally in self._nothing.items()}
        self._come = dict(self._nothing)
        self._count = 0
        self._scales = tuple(self._fresh(windows) for windows in SCALES)
        self._alarm: tuple[Label, Label] | None = None

    def _fresh(self, windows: int) -> _Scale:
        starts = max(1, self._looks // windows)
        return _Scale(windows, Bets(starts), dict(self._nothing))

    def look(self, window: object, label: Label | date | None = None) -> Look:
        """Test one more window.

        Parameters
        ----------
        window
            Rows as `drift` takes them.
        label
            What the window is called in `Look.began`, such as its day; its number by default.

        Raises
        ------
        DataMistake
            When it has fewer than two rows, lacks a column, or a column has changed its type.

        """
        rows = Table.of(window).data
        check_columns(self._nothing, rows.columns)
        if rows.height < 2:
            raise DataMistake("watch.too_few_rows_current", rows=rows.height)
        named = self._count if label is None else label
        named = named.isoformat() if isinstance(named, date) else named
        came = {name: tally.with_column(rows[name]) for name, tally in self._nothing.items()}
        self._come = _together(self._come, came)
        self._count += 1
        found = [self._next(at, came, named) for at in range(len(self._scales))]
        today = found[0]
        assert today is not None  # every window ends a block of one
        for scale, tested in zip(self._scales, found, strict=True):
            if tested and self._alarm is None and scale.bets.money >= self._threshold:
                self._alarm = (scale.labels[scale.bets.began], named)
                today = replace(tested, alarm=True) if tested.alarm else tested
        strongest = max(scale.bets.money for scale in self._scales)
        look = Look(
            self._alarm is not None,
            self._alarm[0] if self._alarm else None,
            float(np.log(max(1.0, strongest)) / np.log(self._threshold)),
            found[0].p_value if found[0] else 1.0,
            self._count,
            today,
        )
        if self._count % self._looks == 0:
            self._scales = tuple(self._fresh(windows) for windows in SCALES)
        return look

    @property
    def _threshold(self) -> float:
        return len(SCALES) / self._alpha

    def _next(self, at: int, came: Tallies, label: Label) -> Drift | None:
        """Let a window into its block of a scale; the test of the block where it is whole."""
        scale = self._scales[at]
        block = _together(scale.block, came)
        labels = scale.labels if scale.come else (*scale.labels, label)
        scale = replace(scale, block=block, come=scale.come + 1, labels=labels)
        found = None
        if scale.come == scale.windows:
            found = self._tested(block)
            bets = scale.bets.after(found.p_value)
            scale = replace(scale, bets=bets, block=dict(self._nothing), come=0)
        self._scales = (*self._scales[:at], scale, *self._scales[at + 1 :])
        return found

    def _tested(self, block: Tallies) -> Drift:
        """A block against the reference and all windows before the block."""
        found, rows = [], (0, 0)
        for name, now in block.items():
            before = self._before[name].with_tally(self._come[name]).with_tally(now, -1)
            rows = before.rows, now.rows
            sampled = self._reference.columns[name].sampled
            found.append((name, compare_column(name, before.counted(sampled), now.counted())))
        return of_outcomes(found, rows, self._alpha, self._seed)

    def state(self) -> dict[str, Any]:
        """All that it has learnt, as what JSON can hold; the reference is saved by itself."""
        return {
            "form": 1,
            "edges": self._edges(),
            "looks": self._count,
            "alarm": self._alarm,
            "come": _told(self._come),
            "scales": [
                {
                    "windows": scale.windows,
                    "bets": asdict(scale.bets),
                    "block": _told(scale.block),
                    "come": scale.come,
                    "labels": list(scale.labels),
                }
                for scale in self._scales
            ],
        }

    def resume(self, state: Mapping[str, Any]) -> DriftMonitor:
        """Go on from a state, with the same reference and options; gives the monitor itself.

        Raises
        ------
        DataMistake
            When the state was made with another reference, or is none.

        """
        try:
            if state["edges"] != self._edges():
                raise DataMistake("watch.other_reference")
            self._count = state["looks"]
            self._alarm = tuple(state["alarm"]) if state["alarm"] else None
            self._come = self._read(state["come"])
            self._scales = tuple(
                _Scale(
                    one["windows"],
                    Bets(**one["bets"]),
                    self._read(one["block"]),
                    one["come"],
                    tuple(one["labels"]),
                )
                for one in state["scales"]
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, DataMistake):
                raise
            raise DataMistake("watch.bad_state") from None
        return self

    def _edges(self) -> dict[str, list[float]]:
        """What the counts stand on: the ends of each column's bins."""
        return {
            name: [] if tally.bins is None else tally.bins.edges[[0, -1]].tolist()
            for name, tally in self._nothing.items()
        }

    def _read(self, told: Mapping[str, Any]) -> Tallies:
        return {name: _filled(tally, told[name]) for name, tally in self._nothing.items()}


def _together(one: Tallies, other: Tallies) -> Tallies:
    return {name: tally.with_tally(other[name]) for name, tally in one.items()}


def _told(tallies: Tallies) -> dict[str, Any]:
    return {
        name: {
            "rows": tally.rows,
            "known": tally.known,
            "words": dict(sorted(tally.words.items())),
            "counts": [] if tally.bins is None else tally.bins.counts.tolist(),
            "sums": [] if tally.bins is None else tally.bins.sums.tolist(),
        }
        for name, tally in tallies.items()
    }


def _filled(tally: Tally, told: Mapping[str, Any]) -> Tally:
    bins = tally.bins
    if bins is not None:
        counts, sums = np.array(told["counts"], np.int64), np.array(told["sums"], np.float64)
        if counts.shape != bins.counts.shape or sums.shape != bins.sums.shape:
            raise ValueError
        bins = Bins(bins.edges, counts, sums)
    return replace(
        tally, rows=told["rows"], known=told["known"], words=dict(told["words"]), bins=bins
    )
