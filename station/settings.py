"""The settings file: TOML, validated whole before anything starts. What it may contain is `Settings`.

Every key has a default, so an empty file, or none, is a whole station on the simulated rig.
"""

from __future__ import annotations

import difflib
import errno
import hashlib
import os
import tomllib
from pathlib import Path
from typing import Literal, get_args

import platformdirs
import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hw.settings import RigSettings
from station.faults import InputError, StorageError

MEMORY = Path("/dev/shm")  # noqa: S108  # the folder in it is made for this user alone
"""Where files live in memory on Linux."""
_STRICT = ConfigDict(frozen=True, extra="forbid")
RigName = Literal["simulated", "replay", "pi", "pi5"]
RIG_NAMES: tuple[RigName, ...] = get_args(RigName)


class StationSettings(BaseModel):
    """Which rig, and where things are kept."""

    model_config = _STRICT

    rig: RigName = Field(default="simulated", description="The hardware to open. There is no fall-back to another.")
    data: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("balance-station")),
        description="Folder of the recordings and the records.",
    )
    runtime: Path | None = Field(
        default=None,
        description="Folder in memory for what the processes share. Left out, it is /run/balance-station where that "
        "can be written, else a folder of this user and data folder in /dev/shm.",
    )
    seed: int = Field(default=0, ge=0, description="Seed of the simulated world.")


class ControlSettings(BaseModel):
    """How the control process is scheduled."""

    model_config = _STRICT

    priority: int = Field(
        default=50,
        ge=0,
        le=90,
        description="SCHED_FIFO priority; 0 leaves the loop an ordinary process. Without the right to it the loop runs "
        "on, later, and says so when it starts.",
    )
    cpu: int | None = Field(default=None, ge=0, description="Core that the loop keeps to; left out: any.")


class LimitSettings(BaseModel):
    """The clinic's own limits. They can only be stricter than those in the program."""

    model_config = _STRICT

    max_frequency_hz: float = Field(default=35.0, ge=5.0, le=40.0, description="Highest vibration frequency.")
    max_displacement_pp_mm: float = Field(default=2.0, ge=0.0, le=6.0, description="Largest peak-to-peak displacement.")
    max_peak_acceleration_g: float = Field(default=0.5, ge=0.0, le=1.0, description="Highest peak acceleration.")
    max_bout_s: float = Field(default=60.0, ge=1.0, le=120.0, description="Longest vibration without a break.")
    max_day_s: float = Field(default=600.0, ge=0.0, le=900.0, description="Longest vibration a patient and day.")


class SwitchSettings(BaseModel):
    """What the panel's hand and foot switch mean. Whatever they mean, they can only stop."""

    model_config = _STRICT

    hand: Literal["none", "hold_to_run"] = Field(
        default="none",
        description="The patient's hand switch. `hold_to_run`: vibration only while it is held; letting go trips. "
        "`none`: it is recorded only.",
    )
    foot: Literal["none", "stop"] = Field(
        default="none",
        description="The therapist's foot switch. `stop`: pressing it ends the drill, as STOP on a page does. "
        "`none`: it is recorded only.",
    )


NO_SWITCHES = SwitchSettings()


class WebSettings(BaseModel):
    """Where the pages are served."""

    model_config = _STRICT

    host: str = Field(default="127.0.0.1", description="Address to listen on: only this computer's own is allowed yet.")
    port: int = Field(default=8080, ge=1, le=65535, description="TCP port of the pages.")


class Settings(BaseModel):
    """The whole file, a table for each of these."""

    model_config = _STRICT

    station: StationSettings = StationSettings()
    control: ControlSettings = ControlSettings()
    limits: LimitSettings = LimitSettings()
    switches: SwitchSettings = NO_SWITCHES
    web: WebSettings = WebSettings()
    rig: RigSettings = RigSettings()


def load_settings(path: Path | None) -> Settings:
    """The settings in this file, or the defaults where `path` is None.

    Raises InputError "settings-missing" or "settings-invalid"; the latter names the file, the key and the bound.
    """
    if path is None:
        return Settings()
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise InputError("settings-missing", str(path)) from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError("settings-invalid", str(path), f"cannot be read ({problem}).") from problem
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as problem:
        raise InputError("settings-invalid", str(path), f"{problem}.") from problem
    except ValidationError as problem:
        raise InputError("settings-invalid", str(path), explain(problem, Settings)) from problem


def explain(problem: ValidationError, model: type[BaseModel]) -> str:
    """One sentence a problem: the key's path, what is wrong with its value, and a suggestion for an unknown key."""
    sentences = []
    for error in problem.errors(include_url=False):
        path = tuple(str(part) for part in error["loc"])
        key = ".".join(path)
        if error["type"] == "extra_forbidden":
            near = difflib.get_close_matches(path[-1], _keys(model, path[:-1]), n=1)
            sentences.append(f"unknown key {key}" + (f" (did you mean {near[0]}?)" if near else ""))
        else:
            given = error["input"]
            value = f", not {given!r}" if isinstance(given, str | int | float | bool) else ""
            sentences.append(f"{key}: {error['msg'][:1].lower()}{error['msg'][1:]}{value}")
    return "; ".join(sentences) + "."


def _keys(model: type[BaseModel], path: tuple[str, ...]) -> list[str]:
    """The keys that the model knows at this path."""
    for part in path:
        field = model.model_fields.get(part)
        inner = field.annotation if field is not None else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return list(model.model_fields)


def dump_settings(settings: Settings) -> str:
    """The settings as a TOML file that `load_settings` reads back to the same; keys without a value are left out."""
    return tomli_w.dumps(settings.model_dump(mode="json", exclude_none=True))


def runtime_folder(settings: Settings) -> Path:
    """The folder that the processes share, made if it is not there; only this user may enter it.

    It lives in memory: the loop writes to it at every tick, and a page of a file on a disk could make it wait.
    """
    folder = settings.station.runtime
    if folder is None:
        system = Path("/run/balance-station")
        if os.access(system, os.W_OK):
            folder = system
        else:
            key = hashlib.sha256(str(settings.station.data.absolute()).encode()).hexdigest()[:12]
            folder = MEMORY / f"balance-station-{os.getuid()}-{key}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError("settings-invalid", "station.runtime", f"{folder} cannot be made ({problem}).") from problem
    return folder


def data_folder(settings: Settings) -> Path:
    """The data folder, made if it is not there. Raises StorageError "data-folder" where it cannot be written."""
    folder = settings.station.data
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as problem:
        code = "disk-full" if problem.errno == errno.ENOSPC else "data-folder"
        raise StorageError(code, str(folder), f"{os.strerror(problem.errno or 0)}.") from problem
    return folder
