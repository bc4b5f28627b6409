"""Whether control, recorder and web are well, by their signs of life."""

from __future__ import annotations

import os
import time
from pathlib import Path

from station.faults import StationError, as_json
from station.wire.places import RECORDER_HEARTBEAT, STILL_RECORDS, SUPPLY
from web_ui.link import HEARTBEAT_LOST_S, SharedControlLink
from web_ui.live import Live
from web_ui.snapshot import ProcessesView, ProcessView, SupplyView

SAMPLE_LATE_S = 1.0
RECORDER_LOST_S = 1.5
"""The recorder writes its file every 0.25 s: the code of what is wrong with it, or nothing."""
ENCODER_LOST_S = 1.0
WAITING_LOST_S = 5.0
"""A control that waits for its hardware may be silent for so long, while it tries to open it."""


class Health:
    """Looks at the signs of life. `look` is called by one thread, often; `processes` says what it saw."""

    def __init__(self, runtime: Path, link: SharedControlLink) -> None:
        self._runtime = runtime
        self._heartbeat = runtime / RECORDER_HEARTBEAT
        self._supply_place = runtime / SUPPLY
        self.supply: SupplyView | None = None
        """The computer's, as the recorder saw it last."""
        self._link = link
        self._mtime_ns: int | None = None
        self._recorder_s: float | None = None
        self._looked_s = time.monotonic()
        self._fault = self._where = ""

    def look(self) -> None:
        """Note whether the recorder wrote its file, and the fault in it. By change alone: the wall clock may jump."""
        self._looked_s = time.monotonic()
        self.supply = self._read_supply()
        try:
            mtime_ns = self._heartbeat.stat().st_mtime_ns
            said = self._heartbeat.read_text(encoding="utf-8", errors="replace").strip()
            self._fault, _, self._where = said.partition("\n")
        except OSError:
            return
        if mtime_ns != self._mtime_ns:
            if self._mtime_ns is not None:  # the first that is seen may be of a recorder that is no more
                self._recorder_s = self._looked_s
            self._mtime_ns = mtime_ns

    def processes(self, live: Live, now_ns: int) -> ProcessesView:
        """The three processes now; `now_ns` is CLOCK_MONOTONIC."""
        return ProcessesView(control=self._control(live, now_ns), recorder=self._recorder(), web=self._web())

    def _read_supply(self) -> SupplyView | None:
        try:
            return SupplyView.model_validate_json(self._supply_place.read_bytes())
        except (OSError, ValueError):
            return None

    def _control(self, live: Live, now_ns: int) -> ProcessView:
        age_s = None if live.sample is None else max(0.0, (now_ns - live.sample.t_ns) / 1e9)
        answered_s = self._link.answered_age_s()
        answers = answered_s is not None and answered_s <= HEARTBEAT_LOST_S
        fault = live.start_fault if age_s is not None and age_s < WAITING_LOST_S else None
        if fault is None and not answers and not os.access(self._runtime, os.W_OK | os.X_OK):
            fault = StationError("runtime-folder", str(self._runtime))  # control cannot say it
        if fault is not None:
            return ProcessView(
                ok=False,
                age_s=_rounded(age_s),
                why="fault",
                fault=fault.code,
                where=fault.where,
                problems=[as_json(one) for one in fault.problems],
            )
        why = ""
        if not answers:
            why = "no-answer"
        elif age_s is None or age_s > SAMPLE_LATE_S:
            why = "no-samples"
        return ProcessView(ok=not why, age_s=_rounded(age_s), why=why)

    def _recorder(self) -> ProcessView:
        age_s = None if self._recorder_s is None else time.monotonic() - self._recorder_s
        if age_s is None or age_s > RECORDER_LOST_S:
            return ProcessView(ok=False, age_s=_rounded(age_s), why="no-sign")
        why = "fault" if self._fault not in ("", *STILL_RECORDS) else ""
        return ProcessView(ok=not why, age_s=_rounded(age_s), why=why, fault=self._fault[:80], where=self._where[:500])

    def _web(self) -> ProcessView:
        age_s = time.monotonic() - self._looked_s
        stuck = age_s > ENCODER_LOST_S
        return ProcessView(ok=not stuck, age_s=_rounded(age_s), why="stuck" if stuck else "")


def _rounded(age_s: float | None) -> float | None:
    return None if age_s is None else round(age_s, 2)
