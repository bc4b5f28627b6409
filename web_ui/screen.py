"""How the patient's screen is set: by the clinic's settings, and by a phone for the patient who is there now."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from station.settings import ScreenSettings


class ScreenOptions(NamedTuple):
    """What a phone may say of it."""

    volume: int = 60
    """In %; 0 is off."""
    large: bool = False
    """Everything larger and less of it, for low sight."""
    child: bool = False
    """A story and stars, and no numbers."""


class PatientScreen:
    """The options that hold now. Any thread may ask."""

    def __init__(self, settings: ScreenSettings | None = None) -> None:
        if settings is None:
            from station.settings import ScreenSettings

            settings = ScreenSettings()
        self.settings = settings
        self._own = ScreenOptions(settings.volume, settings.large)
        self._now = self._own
        self._lock = threading.Lock()

    @property
    def now(self) -> ScreenOptions:
        """Those that hold."""
        return self._now

    def change(
        self, *, volume: int | None = None, large: bool | None = None, child: bool | None = None
    ) -> ScreenOptions:
        """Change those that are given, until the patient has left."""
        with self._lock:
            now = self._now
            self._now = ScreenOptions(
                now.volume if volume is None else volume,
                now.large if large is None else large,
                now.child if child is None else child,
            )
            return self._now

    def begin_anew(self) -> None:
        """The patient has left: the clinic's own hold again. What helped one must not puzzle the next."""
        with self._lock:
            self._now = self._own
