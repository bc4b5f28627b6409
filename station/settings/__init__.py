"""The settings file: TOML, validated whole before anything starts."""

from hw.values import RIG_NAMES, RigName
from station.settings.folders import (
    INSTALLED_SETTINGS,
    MEMORY,
    data_folder,
    installed_settings,
    runtime_folder,
    runtime_place,
)
from station.settings.practice import practice_folder, practice_settings
from station.settings.reading import dump_settings, load_settings, usable_settings
from station.settings.values import (
    NO_SWITCHES,
    ControlSettings,
    GdtSettings,
    LimitSettings,
    PhoneSettings,
    ScreenSettings,
    Settings,
    StationSettings,
    SwitchSettings,
    WebSettings,
)

__all__ = [
    "INSTALLED_SETTINGS",
    "MEMORY",
    "NO_SWITCHES",
    "RIG_NAMES",
    "ControlSettings",
    "GdtSettings",
    "LimitSettings",
    "PhoneSettings",
    "RigName",
    "ScreenSettings",
    "Settings",
    "StationSettings",
    "SwitchSettings",
    "WebSettings",
    "data_folder",
    "dump_settings",
    "installed_settings",
    "load_settings",
    "practice_folder",
    "practice_settings",
    "runtime_folder",
    "runtime_place",
    "usable_settings",
]
