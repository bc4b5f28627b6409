"""What the recorder does beside recording, a little at a time and never waiting: backups, and the counter of hours."""

from __future__ import annotations

import logging
from pathlib import Path

from station.faults import StorageError
from station.keeping.hours import HoursCounter
from station.processes.daily_backup import NO_BACKUP, DailyBackup
from station.recording.disk import storage_error
from station.wire.testing import KEPT_FILE, read_state, write_state

_LOG = logging.getLogger(__name__)


class Housework:
    """For one thread. `data` None: there is nothing to keep. `selftest`: where control says how its self-test went."""

    def __init__(self, data: Path | None = None, backup: DailyBackup = NO_BACKUP, selftest: Path | None = None) -> None:
        self._backup = backup
        self._data, self._selftest = data, selftest
        self._kept_ns = 0
        self._hours = None if data is None else HoursCounter(data)

    def poll(self) -> None:
        """Do what is due. What the disk refuses is said in the journal alone: what records has its own fault for it."""
        self._backup.poll()
        if self._hours is not None:
            try:
                self._keep_selftest()
                self._hours.poll()
            except StorageError as problem:
                _LOG.warning("%s", problem)

    def close(self) -> None:
        """End what goes on, and keep the count."""
        self._backup.close()
        if self._hours is not None:
            try:
                self._hours.write()
            except StorageError as problem:
                _LOG.warning("%s", problem)

    def _keep_selftest(self) -> None:
        """Control may write nothing but the runtime folder, which is gone with the power."""
        if self._selftest is None or self._data is None:
            return
        try:
            changed_ns = self._selftest.stat().st_mtime_ns
        except OSError:
            return
        if changed_ns == self._kept_ns:
            return
        self._kept_ns = changed_ns
        state = read_state(self._selftest)
        if state is not None and state.ended:
            try:
                write_state(self._data / KEPT_FILE, state)
            except OSError as problem:
                raise storage_error(problem, self._data) from problem


NO_HOUSEWORK = Housework()
