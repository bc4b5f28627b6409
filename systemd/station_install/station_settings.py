"""The step that writes the answers down, and the one that starts the station with them."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass

from station_install.answers import INSTALL, STATION, InstallerAnswers, as_toml
from station_install.program import CURRENT, NEW_RELEASE
from station_install.root import Root, StepError

_HEAD = "# The settings of this station; docs/settings.md has every key. `station config` checks them.\n"
_TRIED = "/etc/balance-station/tried.toml"
TARGET = "station.target"


@dataclass(frozen=True)
class SettingsFiles:
    """station.toml and install.toml. A file that says the same already stays as somebody wrote it."""

    answers: InstallerAnswers
    name: str = "settings"
    says: str = f"{STATION}, checked by the program before it counts, and {INSTALL}"

    def differs(self, root: Root) -> list[str]:
        """Which says something else, or is missing."""
        wanted = ((STATION, dict(self.answers.station)), (INSTALL, {"install": asdict(self.answers.options)}))
        return [f"{file} is missing, or says something else" for file, table in wanted if _says(root, file) != table]

    def do(self, root: Root) -> None:
        """Write both; the program has the last word on what a setting may be."""
        if _says(root, STATION) != self.answers.station:
            text = _HEAD + as_toml(self.answers.station)
            root.write(_TRIED, text)
            if root.path(f"{CURRENT}/bin/station").exists():
                try:
                    root.run(f"{CURRENT}/bin/station", "config", "--settings", _TRIED)
                finally:
                    root.remove(_TRIED)
            root.remove(_TRIED)
            root.write(STATION, text)
        if _says(root, INSTALL) != {"install": asdict(self.answers.options)}:
            root.write(INSTALL, as_toml({"install": asdict(self.answers.options)}))

    def undo(self, root: Root) -> None:
        """The answers about the computer away; the station's settings are the clinic's, and stay."""
        root.remove(INSTALL)
        root.remove(_TRIED)


def _says(root: Root, file: str) -> object:
    text = root.read_typed(file)
    if text is None:
        return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


@dataclass(frozen=True)
class StationRuns:
    """The station runs, and runs the release that is current. Nobody may stand on the plate: it is started anew."""

    name: str = "running"
    says: str = "the station is started, and again after another release was put in place"

    def differs(self, root: Root) -> list[str]:
        """Whether it does not run, or runs an earlier release."""
        if not root.live:
            return []
        if root.run("systemctl", "is-active", TARGET, may_fail=True).stdout.strip() != "active":
            return ["the station does not run"]
        return ["another release runs than the current one"] if root.read(NEW_RELEASE) is not None else []

    def do(self, root: Root) -> None:
        """Start it anew."""
        if not self.differs(root):
            return
        root.run("systemctl", "daemon-reload")
        root.run("systemctl", "restart", TARGET)
        root.remove(NEW_RELEASE)

    def undo(self, root: Root) -> None:
        """Stop it. Raises StepError where it cannot be stopped: nothing else is taken away then."""
        if root.live and root.run("systemctl", "is-active", TARGET, may_fail=True).stdout.strip() == "active":
            root.run("systemctl", "stop", TARGET)
            if root.run("systemctl", "is-active", TARGET, may_fail=True).stdout.strip() == "active":
                raise StepError("The station does not stop.")
