"""What the settings file may contain: `Settings`.

Every key has a default, so an empty file, or none, is a whole station on the simulated rig.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from hw.settings import RigSettings
from hw.values import RigName
from station.settings.envelope import (
    CLINICIAN_ACCELERATION_G,
    CLINICIAN_BOUT_S,
    CLINICIAN_DAY_S,
    CLINICIAN_DISPLACEMENT_PP_MM,
    CLINICIAN_MAX_HZ,
    CLINICIAN_MIN_HZ,
    HARD_ACCELERATION_G,
    HARD_BOUT_S,
    HARD_DAY_S,
    HARD_DISPLACEMENT_PP_MM,
    HARD_MAX_HZ,
)

_STRICT = ConfigDict(frozen=True, extra="forbid")
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
"""A language tag, such as `de` or `pt-BR`."""


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
    screen_simulated: bool = Field(
        default=False,
        description="Whether a drill that vibrates needs a screened patient on the simulated rigs too, where nobody "
        "stands. On real hardware it always does.",
    )
    language: str = Field(
        default="en",
        pattern=LANGUAGE,
        description="Language of the pages for a browser whose own languages the station does not have: `en`, `de`, "
        "`fr`, `es`, `pt`, `tr`, `ar` or `zh`; all but `en` are not confirmed yet, and all but `de` of those are made "
        "by machine (docs/languages.md). English where the station has no such language.",
    )
    time_zone: str = Field(
        default="",
        description="Time zone of the clinic, such as `Europe/Vienna`: a patient's day begins at its midnight. Left "
        "out, the computer's own.",
    )

    practice_of: Path | None = Field(
        default=None,
        description="Data folder of the station for whose people this one is practice. `station practice` writes it: "
        "the pages say on each that nobody real is there, and of that folder only who is trained changes.",
    )

    @model_validator(mode="after")
    def _practises_on_nobody(self) -> StationSettings:
        if self.practice_of is not None and self.rig != "simulated":
            raise ValueError("practice is on the simulated rig alone")
        return self

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, zone: str) -> str:
        if zone and zone not in available_timezones():
            raise ValueError("no such time zone")
        return zone


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
    live_point: Literal[1, 2, 3] = Field(
        default=3,
        description="Version of the correction by which the point on the screens is freed of a vibration. `1` is that "
        "of recordings whose header names none. An earlier one is for a study that began with it.",
    )


class LimitSettings(BaseModel):
    """The clinic's own limits. They can only be stricter than those in the program."""

    model_config = _STRICT

    max_frequency_hz: float = Field(
        default=CLINICIAN_MAX_HZ, ge=CLINICIAN_MIN_HZ, le=HARD_MAX_HZ, description="Highest vibration frequency."
    )
    max_displacement_pp_mm: float = Field(
        default=CLINICIAN_DISPLACEMENT_PP_MM,
        ge=0.0,
        le=HARD_DISPLACEMENT_PP_MM,
        description="Largest peak-to-peak displacement.",
    )
    max_peak_acceleration_g: float = Field(
        default=CLINICIAN_ACCELERATION_G, ge=0.0, le=HARD_ACCELERATION_G, description="Highest peak acceleration."
    )
    max_bout_s: float = Field(
        default=CLINICIAN_BOUT_S, ge=1.0, le=HARD_BOUT_S, description="Longest vibration without a break."
    )
    max_day_s: float = Field(
        default=CLINICIAN_DAY_S, ge=0.0, le=HARD_DAY_S, description="Longest vibration a patient and day."
    )


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

    host: str = Field(
        default="127.0.0.1",
        description="Address of the patient's screen: one of this computer's own. Phones have doors of their own.",
    )
    port: int = Field(default=8080, ge=1, le=65535, description="TCP port of the pages.")
    patient_language: str | None = Field(
        default=None,
        pattern=LANGUAGE,
        description="Language of the patient's screen, whoever opens it. Left out, it is the station's.",
    )


class PhoneSettings(BaseModel):
    """Which doors are open for phones. None is, unless it is said here."""

    model_config = _STRICT

    name: str = Field(
        default="station.local",
        pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.local$",
        description="Name by which phones may call the station, beside its addresses.",
    )
    access_point: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9._-]{1,15}$",
        description="Network interface of the station's own access point, such as `wlan0`. Phones that are paired do "
        "everything there that their role may, by codes: no names pass. Left out, the door is closed.",
    )
    access_point_port: int = Field(default=8081, ge=1, le=65535, description="TCP port of that door.")
    tls_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="TCP port on which the station serves phones in a network that it is in, encrypted under its own "
        "certificate. Paired phones do everything there that their role may, names as well. Left out, it is closed.",
    )
    shared_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="TCP port on which anybody in a network that the station is in may look on and stop, and is shown "
        "nothing of a patient. Left out, the door is closed.",
    )


class ScreenSettings(BaseModel):
    """The patient's screen: how large it is and how far away, what is heard of it, and what it shows meanwhile."""

    model_config = _STRICT

    width_mm: float = Field(
        default=952.0, ge=300.0, le=2500.0, description="Width of the picture in mm: 952 is a screen of 43 inches."
    )
    distance_m: float = Field(
        default=2.5,
        ge=1.0,
        le=5.0,
        description="From the patient's eyes to the screen in m. Letters grow with it, as far as there is room.",
    )
    large: bool = Field(
        default=False,
        description="Whether everything is drawn larger and less of it, for low sight, until a phone says else.",
    )
    volume: int = Field(
        default=60, ge=0, le=100, description="How loud its sounds are in %, until a phone says else; 0 is off."
    )
    messages: bool = Field(
        default=True,
        description="Whether it shows a piece of advice between patients. Without, it shows that it is free.",
    )


class BackupSettings(BaseModel):
    """The automatic backup, once a day."""

    model_config = _STRICT

    folder: Path | None = Field(
        default=None,
        description="Folder off the card, such as a stick that is always mounted at /media/balance-backup, or a share. "
        "Left out, there is no automatic backup.",
    )
    passphrase_file: Path | None = Field(
        default=None,
        description="File whose first line is the passphrase. It must be kept somewhere else too: nobody can open a "
        "backup without it.",
    )
    encrypted: bool = Field(
        default=True, description="Whether it is encrypted. Without, whoever has the stick can read all patients."
    )
    keep_days: int = Field(default=7, ge=1, le=365, description="The newest backup of so many days is kept.")
    keep_weeks: int = Field(default=4, ge=0, le=260, description="The newest of so many weeks is kept.")
    keep_months: int = Field(default=12, ge=0, le=240, description="The newest of so many months is kept.")

    @model_validator(mode="after")
    def _has_a_passphrase(self) -> BackupSettings:
        if self.folder is not None and self.encrypted and self.passphrase_file is None:
            raise ValueError("an encrypted backup needs backup.passphrase_file")
        return self


class CareSettings(BaseModel):
    """The maintenance calendar. Its intervals are proposed: the maker of the platform's parts says them."""

    model_config = _STRICT

    bolts_days: int = Field(
        default=90, ge=1, le=3650, description="How often the bolts of plate and motor are looked at. Proposed."
    )
    straps_days: int = Field(
        default=90, ge=1, le=3650, description="How often rail, harness and straps are looked at. Proposed."
    )
    estop_days: int = Field(
        default=30, ge=1, le=3650, description="How often the emergency stop is tried, each way. Proposed."
    )
    calibration_days: int = Field(
        default=365, ge=1, le=3650, description="How long a calibration of the plate is used. Proposed."
    )

    def every_days(self) -> dict[str, int]:
        """Days by what is to be looked after."""
        return {name.removesuffix("_days"): days for name, days in self.model_dump().items()}


class RetentionSettings(BaseModel):
    """How long people's records are kept."""

    model_config = _STRICT

    years: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description="Patients of whom nothing was written down for so many years are proposed for erasing; a manager "
        "confirms it by name. The law of your country says how many. Left out, nobody is proposed.",
    )


class UpdateSettings(BaseModel):
    """A chain's server for releases."""

    model_config = _STRICT

    server: str | None = Field(
        default=None,
        # ASCII and unbounded: counted out of all alphabets it would take 11 MB of each process.
        pattern=r"^https://([0-9A-Za-z_-]+(\.[0-9A-Za-z_-]+)*|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?/[!-~]*$",
        description="Address (https://) of the file that always is the newest release. Left out, no server is asked.",
    )
    look: bool = Field(
        default=False,
        description="Whether that server is asked each night. A newer release is fetched and waits: a person takes it.",
    )

    @model_validator(mode="after")
    def _has_a_server(self) -> UpdateSettings:
        if self.look and self.server is None:
            raise ValueError("update.look needs update.server")
        return self


_FOUR = r"^[A-Z0-9_]{4}$"
"""Of a name of GDT 2.1's files."""


class GdtSettings(BaseModel):
    """Exchange with a practice's own software by files (GDT 2.1)."""

    model_config = _STRICT

    folder: Path | None = Field(
        default=None,
        description="Folder that the practice's software shares with the station: requests come by it, results go. "
        "Left out, there is no exchange.",
    )
    own_name: str = Field(default="BALA", pattern=_FOUR, description="The station in names of files: four signs.")
    practice_name: str = Field(default="PRAX", pattern=_FOUR, description="The practice's software in them.")


class Settings(BaseModel):
    """The whole file, a table for each of these."""

    model_config = _STRICT

    station: StationSettings = StationSettings()
    control: ControlSettings = ControlSettings()
    limits: LimitSettings = LimitSettings()
    switches: SwitchSettings = NO_SWITCHES
    web: WebSettings = WebSettings()
    phones: PhoneSettings = PhoneSettings()
    screen: ScreenSettings = ScreenSettings()
    backup: BackupSettings = BackupSettings()
    care: CareSettings = CareSettings()
    retention: RetentionSettings = RetentionSettings()
    gdt: GdtSettings = GdtSettings()
    update: UpdateSettings = UpdateSettings()
    rig: RigSettings = RigSettings()
