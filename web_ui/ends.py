"""The notice of a session that ended as nobody had planned, until a person acknowledges it: over the life of control,
of this process and of the computer.

What ends while control lives is told by its trip. This is for what control can tell no more: it was killed in a drill,
or the power was cut. The rings tell it at once, where this process has seen the drill; else the records do.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

from station.faults import StationError
from web_ui import records
from web_ui.live import Live
from web_ui.looking import Looking
from web_ui.story import EndedTrial, Story

LOOK_S = 1.0
"""How often the records are looked at."""


class End(NamedTuple):
    """One such end."""

    ring_epoch: int
    """With the session's number: which one it was."""
    at_ms: float
    """Unix time, ms."""
    story: Story
    """What is known of the session."""


class EndNotices:
    """Follows `live` and the records in the folder `data`. `start` looks again and again, in a thread."""

    def __init__(self, live: Live, data: Path) -> None:
        self._live = live
        self._data = data
        self._stored: End | None = None
        self._document: tuple[str, dict[str, Any]] | None = None
        """Of the drill that was looked at last, with the session's name: read once."""
        self._seen: set[tuple[int, int]] = set()
        self._looking = Looking("ends", LOOK_S, self.look)

    def start(self) -> None:
        """Begin to look."""
        self._looking.start()

    def close(self) -> None:
        """End the thread."""
        self._looking.close()

    def look(self) -> None:
        """Ask the records. What they said last holds while they cannot be read."""
        epoch = self._live.epoch
        if epoch == 0:
            return  # which session still runs is not known
        try:
            row = records.waiting_end(self._data, epoch)
        except StationError:
            return
        self._stored = None if row is None else _end_of(row, self._document_of(row))

    def waiting(self) -> End | None:
        """The end that waits for its acknowledgement; None for none."""
        for end in (self._cut(), self._stored):
            if end is not None and end.ring_epoch != self._live.epoch and _key(end) not in self._seen:
                return end
        return None

    def waiting_now(self) -> End | None:
        """The same by the records of this moment: before a drill begins. The thread may not have looked since the power
        came back, and the newest session is then the new one.
        """
        self.look()
        return self.waiting()

    def acknowledge(self, by: str) -> None:
        """A person has seen to the patient. Raises StorageError where that cannot be written down; it waits on then."""
        end = self.waiting()
        if end is not None:
            records.acknowledge_end(self._data, end.ring_epoch, end.story.session, by)
            self._seen.add(_key(end))

    def _document_of(self, row: dict[str, Any]) -> dict[str, Any]:
        if self._document is None or self._document[0] != row["id"]:
            self._document = row["id"], records.document_of(self._data, row)
        return self._document[1]

    def _cut(self) -> End | None:
        cut = self._live.cut
        return None if cut is None else End(cut.epoch, cut.at_ms, cut.story)


def _key(end: End) -> tuple[int, int]:
    return end.ring_epoch, end.story.session


def _end_of(row: dict[str, Any], document: dict[str, Any]) -> End:
    """The end of a session by its row and its drill's document."""
    started = {"kind": "session-started", "session": row["ring_session"], "patient": row["patient"]}
    story = Story({**started, "document": document, "prescription": row["prescription"]})
    story.outcome = row["outcome"] or ""
    story.trials = [EndedTrial(one["number"], one["outcome"], one["hold_s"]) for one in row["trials"]]
    return End(row["ring_epoch"], (row["ended_ns"] or time.time_ns()) / 1e6, story)
