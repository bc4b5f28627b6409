"""The settings file: TOML, validated whole before anything starts."""

from hw.values import RIG_NAMES, RigName
from station.settings.folders import MEMORY, data_folder, runtime_folder, runtime_place
from station.settings.reading import dump_settings, load_settings, usable_settings
from station.settings.values import (
    NO_SWITCHES,
    ControlSettings,
    LimitSettings,
    PhoneSettings,
    ScreenSettings,
    Settings,
    StationSettings,
    SwitchSettings,
    WebSettings,
)

__all__ = [
    "MEMORY",
    "NO_SWITCHES",
    "RIG_NAMES",
    "ControlSettings",
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
    "load_settings",
    "runtime_folder",
    "runtime_place",
    "usable_settings",
]
