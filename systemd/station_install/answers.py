"""What a clinic answers: the station's settings, and how its computer is set up. From a file, or by questions.

The file is a station.toml with one more table, `[install]`; what it does not name keeps what the station has already,
or the default.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from station_install.root import Root, StepError

STATION = "/etc/balance-station/station.toml"
INSTALL = "/etc/balance-station/install.toml"
RIGS = ("simulated", "replay", "pi", "pi5")
RADIO = "wlan0"
"""The network interface of the station's own wireless network."""
DOOR = 8081
"""The port of the pages there, as the settings have it where a file says nothing (`phones.access_point_port`)."""
LOOP_CORE = 3
"""The last of a Pi's four."""
CLOCKS = ("none", "ds3231", "pcf8523", "pcf85063a", "rv3028")
"""Clock chips that have an overlay of the name `i2c-rtc`; a Pi 5 has a clock of its own."""
_TABLES = ("station", "control", "phones", "rig.pins", "rig.drive")
"""What is looked into here; the rest of the settings is the program's to check."""
_NAME = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True)
class Options:
    """The table `[install]`."""

    hostname: str = "balance-station"
    rtc: str = "none"
    isolated_core: bool = True
    kiosk: bool = False
    access_point: bool = False
    access_point_name: str = "balance-station"
    country: str = ""
    """Two letters: the radio keeps to its rules. Needed with an access point."""
    pigpio_archive: str = ""
    first_boot: bool = False
    """In an image: the answers are taken from the boot partition at the first start."""


@dataclass(frozen=True)
class InstallerAnswers:
    """All of it."""

    station: Mapping[str, Any]
    """What station.toml shall say, table by table."""
    options: Options = Options()

    @property
    def rig(self) -> str:
        """The rig that was chosen."""
        return str(self.station.get("station", {}).get("rig", "simulated"))


def answers_of(root: Root, file: Path | None) -> InstallerAnswers:
    """What holds: the defaults, over them what the station has, over that what the file says. Raises StepError."""
    station: dict[str, Any] = {
        "station": {"rig": detected_rig(root), "data": "/var/lib/balance-station", "runtime": "/run/balance-station"}
    }
    options: dict[str, Any] = asdict(Options())
    there = [(name, root.read_typed(name)) for name in (STATION, INSTALL)]
    for name, text in (*there, (str(file), _text(file))):
        table = _parsed(name, text)
        given = table.pop("install", {})
        _known(name, given)
        options.update(given)
        station = merged(station, table)
    was = _parsed(INSTALL, root.read_typed(INSTALL)).get("install", {})
    if was.get("access_point") is True and options["access_point"] is False and isinstance(station.get("phones"), dict):
        # The door was opened with the network, and goes with it.
        station = {**station, "phones": {key: one for key, one in station["phones"].items() if key != "access_point"}}
    return _checked(InstallerAnswers(station, Options(**options)))


def _text(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8-sig")  # an editor of another system may put its mark before it
    except (OSError, UnicodeDecodeError) as problem:
        raise StepError(f"{file} cannot be read: {problem}") from problem


def _parsed(name: str, text: str | None) -> dict[str, Any]:
    try:
        return tomllib.loads(text or "")
    except tomllib.TOMLDecodeError as problem:
        raise StepError(f"{name} is no TOML: {problem}. Mend it, or move it away.") from problem


def _known(name: str, given: object) -> None:
    """That the table `[install]` has only keys that there are, of their kind. Raises StepError."""
    if not isinstance(given, dict):
        raise StepError(f"{name}: install is a table: [install]")
    kinds = {one.name: type(one.default) for one in fields(Options)}
    for key, value in given.items():
        if key not in kinds:
            raise StepError(f"{name}: install.{key} is not known. There are: {', '.join(kinds)}.")
        if type(value) is not kinds[key]:
            wanted = "true or false" if kinds[key] is bool else "a text"
            raise StepError(f"{name}: install.{key} is {value!r}; it must be {wanted}.")


def _checked(answers: InstallerAnswers) -> InstallerAnswers:
    """The same, or a StepError that names what cannot be."""
    options = answers.options
    for path in _TABLES:
        inner: Any = answers.station
        for name in path.split("."):
            inner = inner.get(name, {})
            if not isinstance(inner, dict):
                raise StepError(f"{path} is a table: [{path}]")
    if answers.rig not in RIGS:
        raise StepError(f"station.rig is {answers.rig!r}; there are: {', '.join(RIGS)}.")
    if not _NAME.fullmatch(options.hostname):
        raise StepError(f"install.hostname is {options.hostname!r}; letters a to z, digits and hyphens, 63 at most.")
    if options.rtc not in CLOCKS:
        raise StepError(f"install.rtc is {options.rtc!r}; there are: {', '.join(CLOCKS)}.")
    if not re.fullmatch(r"[\x20-\x7e]{1,32}", options.access_point_name):
        raise StepError("install.access_point_name has 1 to 32 plain characters.")
    if options.access_point and not re.fullmatch(r"[A-Z]{2}", options.country):
        raise StepError("install.country is needed with an access point: two capital letters, such as AT.")
    defaults: dict[str, Any] = {}
    if options.isolated_core and answers.rig in ("pi", "pi5"):
        defaults["control"] = {"cpu": LOOP_CORE}
    if options.access_point:
        defaults["phones"] = {"access_point": RADIO, "name": f"{options.hostname}.local"}
    return replace(answers, station=merged(defaults, answers.station)) if defaults else answers


def detected_rig(root: Root) -> str:
    """The rig that fits the board; `simulated` where this is no Raspberry Pi, or a card in another computer."""
    compatible = root.read("/proc/device-tree/compatible") or "" if root.own else ""
    if "bcm2712" in compatible:
        return "pi5"
    return "pi" if "bcm2837" in compatible or "bcm2711" in compatible else "simulated"


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """One table over another, table by table."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def as_toml(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> str:
    """A table as TOML: its plain keys first, then the tables in it."""
    plain = {key: value for key, value in table.items() if not isinstance(value, dict)}
    lines = [f"{key} = {_value(value)}\n" for key, value in plain.items()]
    head = f"\n[{'.'.join(path)}]\n" if path and (lines or not table) else ""
    inner = [as_toml(value, (*path, key)) for key, value in table.items() if isinstance(value, dict)]
    return head + "".join(lines + inner)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    # The escapes of JSON are TOML's too, but for pairs of surrogates; and TOML wants one more.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


LANGUAGES = ("en", "de", "fr", "es", "pt", "tr", "ar", "zh")
YES, NO = ("yes", "y"), ("no", "n")
QUESTIONS = (
    ("station.rig", f"Which hardware ({', '.join(RIGS)})"),
    ("station.language", f"Language of the pages ({', '.join(LANGUAGES)})"),
    ("station.time_zone", "Time zone of the clinic (such as Europe/Vienna)"),
    ("install.hostname", "Name of the computer in the network"),
    ("install.rtc", f"Clock chip ({', '.join(CLOCKS)}; a Pi 5 has its own: none)"),
    ("install.kiosk", "Patient's screen on this computer's own display (yes, no)"),
    ("install.access_point", "A wireless network of the station's own (yes, no)"),
    ("install.country", "Country, two letters (needed with a wireless network)"),
)
"""What is asked; everything else has a default, and a place in the file."""


def ask(answers: InstallerAnswers, put: Callable[[str], str]) -> InstallerAnswers:
    """The answers after the questions; an empty answer leaves what is. Raises StepError for one that cannot be."""
    station, options = dict(answers.station), answers.options
    for key, question in QUESTIONS:
        table, _, name = key.partition(".")
        now: Any = getattr(options, name) if table == "install" else station.get(table, {}).get(name, "")
        shown = {True: "yes", False: "no"}.get(now, now) if isinstance(now, bool) else now
        said = put(f"{question} [{shown}]: ").strip()
        if not said:
            continue
        value: Any = said
        if isinstance(now, bool):
            if said.lower() not in (*YES, *NO):
                raise StepError(f"{question}: {said!r} is neither yes nor no.")
            value = said.lower() in YES
        if key == "station.language" and said not in LANGUAGES:
            raise StepError(f"{question}: {said!r} is none of them.")
        if table == "install":
            options = replace(options, **{name: value})
        else:
            station = merged(station, {table: {name: value}})
    return _checked(InstallerAnswers(station, options))
