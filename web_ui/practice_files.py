"""The exchange with a practice's software: one thread looks into the folder, which may be on a share that hangs."""

from __future__ import annotations

import logging
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from station.claim import bound
from station.faults import StationError
from station.texts import Texts, choose
from web_ui.looking import Looking

if TYPE_CHECKING:
    from station.exchange.practice_folder import PracticeFolder
    from station.settings import GdtSettings

LOOK_EVERY_S = 2.0
PAPER_S = 90.0

log = logging.getLogger(__name__)


class PracticeFiles:
    """`start` begins to look. What waits may be asked for by any thread."""

    def __init__(self, data: Path, settings: GdtSettings, folder: Path, language: str) -> None:
        self._data, self._settings, self._place, self._language = data, settings, folder, language
        self._made: PracticeFolder | None = None
        self._looking = Looking("practice-files", LOOK_EVERY_S, self.look)
        self.fault: StationError | None = None
        """Why the last look came to nothing."""

    def start(self) -> None:
        """Begin to look."""
        self._looking.start()

    def close(self) -> None:
        """End the thread; one that hangs in a share ends with the process."""
        self._looking.close()

    @property
    def folder(self) -> PracticeFolder:
        """What is asked; SQLAlchemy loads with it."""
        from station.exchange.practice_folder import PracticeFolder, PracticeNames

        if self._made is None:
            names = PracticeNames(self._settings.own_name, self._settings.practice_name)
            self._made = PracticeFolder(self._place, names, self._data)
        return self._made

    def look(self) -> None:
        """Take what came, answer what is due. A fault is kept until a look without one."""
        from web_ui.records import opened, opened_to_write

        try:
            if opened(self._data).there:
                self.folder.take(opened_to_write(self._data))
                self.folder.answer(opened(self._data), Texts(choose(self._language)), self._paper)
            self.fault = None
        except StationError as fault:
            if self.fault is None or self.fault.code != fault.code:
                log.warning("the practice's folder: %s", fault)
            self.fault = fault

    def _paper(self, code: str, visit: str, file: Path) -> bool:
        """The visit's report, in a process that ends."""
        command = bound("station.exchange.making", "visit", "--data", str(self._data))
        command += ["--patient", code, "--visit", visit, "--out", str(file), "--language", choose(self._language)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PAPER_S, check=False)  # noqa: S603  # our own
        except (OSError, subprocess.TimeoutExpired) as problem:
            log.warning("no report for the practice: %s", problem)
            return False
        if done.returncode != 0:
            file.unlink(missing_ok=True)
            log.warning("no report for the practice: %s", done.stderr.decode(errors="replace").strip())
        return done.returncode == 0
