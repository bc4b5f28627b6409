"""The settings of a station on which people practise: the clinic's own, but for all that could reach a patient."""

from __future__ import annotations

from pathlib import Path

from hw.settings import RigSettings
from station.settings.folders import runtime_place
from station.settings.values import BackupSettings, GdtSettings, RetentionSettings, Settings

FOLDER = ".practice"
"""In the data folder. What begins with a dot is in no backup, and no backup that is put back takes it away."""


def practice_folder(data: Path) -> Path:
    """Where what is practised over this data folder is kept."""
    return data / FOLDER


def practice_settings(settings: Settings) -> Settings:
    """These settings, on the simulated rig, with folders of their own and nothing that leaves the station.

    A vibration needs answered questions, as it does with patients.
    """
    station = settings.station.model_copy(
        update={
            "rig": "simulated",
            "data": practice_folder(settings.station.data).absolute(),
            "runtime": runtime_place(settings).absolute() / FOLDER,
            "practice_of": settings.station.data.absolute(),
            "screen_simulated": True,
        }
    )
    away = {"backup": BackupSettings(), "retention": RetentionSettings(), "gdt": GdtSettings(), "rig": RigSettings()}
    return settings.model_copy(update={"station": station, **away})
