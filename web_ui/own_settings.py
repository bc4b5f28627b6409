"""The settings of this station, as a technician's questions need them: read anew at each, as they may have changed."""

from __future__ import annotations

from pathlib import Path

from flask import current_app

from station.claim import bound
from station.faults import InputError
from station.settings import Settings, load_settings, usable_settings
from web_ui.service import service


def settings_file() -> Path | None:
    """The file that the pages were started with; None for none."""
    found: Path | None = current_app.config["STATION_SETTINGS"]
    return found


def own_settings() -> Settings:
    """What is in it, with the folders of this process; of a file that is refused what is right."""
    file = settings_file()
    try:
        settings = load_settings(file)
    except InputError:
        settings = usable_settings(file)
    folders = {"data": service().data, "runtime": service().runtime}
    return settings.model_copy(update={"station": settings.station.model_copy(update=folders)})


def module(name: str, *given: str) -> list[str]:
    """A program of the station's for another process, with these settings and these folders."""
    file = settings_file()
    settings = [] if file is None else ["--settings", str(file)]
    folders = ["--data", str(service().data), "--runtime", str(service().runtime)]
    return bound(name, *given, *settings, *folders)


def command(*verb: str) -> list[str]:
    """A command of `station` for another process, with these settings and this data folder."""
    file = settings_file()
    given = [] if file is None else ["--settings", str(file)]
    return bound("station", *verb, *given, "--data", str(service().data))
