"""The audit log's lines: who started, stopped and acknowledged what, out of the events that control reports."""

from __future__ import annotations

from typing import Any

from station.records.audit import AuditLog

BY_ITSELF = "station"
_AUDITED = {
    "session-started": ("patient", "drill", "leg", "prescription"),
    "stop": (),
    "trip": ("code", "where"),
    "acknowledged": ("code",),
    "drill-ended": ("outcome",),
}
"""Kinds of events that make a line, and what of them goes into it beside the session's number."""


def makes_a_line(event: dict[str, Any]) -> bool:
    """Whether this event goes into the log."""
    return event["kind"] in _AUDITED


class AuditTrail:
    """Writes a line for each event that counts, once: after a restart the events are seen again."""

    def __init__(self, log: AuditLog, ring_epoch: int, epoch_ns: int) -> None:
        self._log = log
        self._ring_epoch = ring_epoch
        self._epoch_ns = epoch_ns
        self._last = log.last_event(ring_epoch)

    def note(self, number: int, event: dict[str, Any]) -> None:
        """Take the event with this number of its ring. Raises StorageError; then it has to be noted again."""
        kept = _AUDITED.get(event["kind"])
        if kept is None or number <= self._last:
            return
        detail = {"session": event.get("session", 0), **{name: event.get(name) for name in kept}}
        who = str(event.get("by") or BY_ITSELF)
        place = (self._ring_epoch, number)
        self._log.add(self._epoch_ns + event["t_ns"], who, event["kind"], detail, place)
        self._last = number
