"""Which steps make this computer the station that was answered for, in the order in which they are done."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from station_install import please_wait
from station_install.answers import DOOR, InstallerAnswers
from station_install.boot import ConfigTxt, KernelWords
from station_install.computer import Folders, Hostname, Packages, TimeZone, Users
from station_install.network import NETWORK, AccessPoint, fence_text
from station_install.program import PIGPIOD_BUILT, Pigpiod, Program, release_name
from station_install.safe_mode import SafeModePin
from station_install.station_settings import SettingsFiles, StationRuns
from station_install.steps import Files, InstallerStep, OurFile, Units
from station_install.words import AUTHORED, Words
from station_install.works import PORT

MOTOR_PINS = {"motor_pwm": 18, "motor_enable": 25, "motor_relay": 24, "motor_heartbeat": 23, "tach": 17}
"""Of the drive, as the settings have them where a file says nothing (hw.settings.PinSettings)."""
LAST_PIN = 27
"""Of the header."""
PIGPIOD_PORT = 8888
CORES = 4
"""Of every Pi that runs the station."""
_UNITS = "/etc/systemd/system"
_RELOAD = (("systemctl", "daemon-reload"),)
PROCESS_UNITS = ("station-control.service", "station-recorder.service", "station-web.service")

ERRAND_UNITS = (
    "station-clock.path",
    "station-clock.service",
    "station-doctor.path",
    "station-doctor.service",
    "station-practice.path",
    "station-practice.service",
)
"""Started by a file that the pages write, for what they may not do themselves."""


def steps_for(answers: InstallerAnswers, folder: Path, wheels: Path | None = None) -> list[InstallerStep]:
    """Every step, for these answers. `folder` is `systemd`, in a clone, an archive or a release. Raises StepError."""
    options, rig = answers.options, answers.rig
    board = rig in ("pi", "pi5")
    archive = Path(options.pigpio_archive) if options.pigpio_archive else None
    return [
        Packages(_packages(answers), ("python3-lgpio",) if board else ()),
        _snippets(folder),
        Users(folder),
        Folders(folder),
        Pigpiod(rig == "pi", archive),
        Program(release_name(folder.parent), folder.parent, wheels, with_lgpio=board),
        SettingsFiles(answers),
        SafeModePin(),
        _units(answers, folder),
        ConfigTxt(config_lines(answers)),
        KernelWords(kernel_words(answers)),
        _computer_files(),
        Units("wear", "what writes to the card by itself is off: automatic updates, a swap file", masked=_WEARING),
        Hostname(options.hostname),
        TimeZone(str(answers.station.get("station", {}).get("time_zone", ""))),
        AccessPoint(options.access_point, options.access_point_name),
        _fence(answers, folder),
        _enabled(answers),
        StationRuns(),
    ]


_WEARING = ("apt-daily.timer", "apt-daily-upgrade.timer", "man-db.timer", "dphys-swapfile.service")


def _packages(answers: InstallerAnswers) -> tuple[str, ...]:
    options = answers.options
    wanted = ["python3-venv", "tzdata", "avahi-daemon", "systemd-timesyncd"]
    if answers.rig == "pi":
        wanted += ["gcc", "libc6-dev"] if options.pigpio_archive else ["pigpiod|pigpio"]
    if options.access_point:
        wanted += ["network-manager", "dnsmasq-base", "nftables"]
    if options.kiosk:
        # Debian 12's cage ends at once without Xwayland, and does not say that it needs it.
        wanted += ["cage", "xwayland", "chromium|chromium-browser", "fonts-dejavu-core"]
    return (*wanted, *_fonts(answers))


FONTS = {"ar": "fonts-noto-ui-core", "zh": "fonts-noto-cjk"}
"""By language, of what is not written in Latin letters: for the patient's screen and for what is printed."""


def _fonts(answers: InstallerAnswers) -> list[str]:
    """The packages with the letters of the languages that the settings name."""
    read = (answers.station.get("station", {}).get("language"), answers.station.get("web", {}).get("patient_language"))
    tags = {str(one).partition("-")[0] for one in read if one}
    return [package for tag, package in FONTS.items() if tag in tags]


def _read(folder: Path, name: str) -> OurFile:
    return OurFile((folder / name).read_text(encoding="utf-8"))


def _snippets(folder: Path) -> Files:
    files = {
        "/etc/sysusers.d/balance-station.conf": _read(folder, "sysusers.conf"),
        "/etc/tmpfiles.d/balance-station.conf": _read(folder, "tmpfiles.conf"),
        "/etc/udev/rules.d/60-balance-station.rules": _read(folder, "udev.rules"),
        "/etc/udev/rules.d/61-balance-station-stick.rules": _read(folder, "stick.rules"),
    }
    return Files("snippets", "what sysusers, tmpfiles and udev are told", files, (("udevadm", "control", "--reload"),))


_OF_RELEASES = (
    "station-look.service",
    "station-look.timer",
    "station-settle.service",
    "station-update.path",
    "station-update.service",
    "station-watch.service",
    "station-safe-mode.service",
    "station-stick@.service",
)


def _units(answers: InstallerAnswers, folder: Path) -> Files:
    """The units, and what the rig and the pins add to them."""
    rig = answers.rig
    names = (*PROCESS_UNITS, *ERRAND_UNITS, "station-pigpiod.service", "station.target", *_OF_RELEASES)
    files: dict[str, OurFile | None] = {f"{_UNITS}/{name}": _read(folder, name) for name in names}
    files[f"{_UNITS}/pigpiod.service.d/balance-station.conf"] = _read(folder, "pigpiod-distribution.conf")
    files[f"{_UNITS}/station-pigpiod.service.d/pins.conf"] = OurFile(pigpiod_pins(answers)) if rig == "pi" else None
    pi5 = _read(folder, "control-pi5.conf")
    files[f"{_UNITS}/station-control.service.d/pi5.conf"] = pi5 if rig == "pi5" else None
    allowed = phones_networks(answers)
    phones = OurFile(f"{_PHONES}[Service]\nIPAddressAllow={' '.join(allowed)}\n") if allowed else None
    for serves in ("station-web", "station-practice"):
        files[f"{_UNITS}/{serves}.service.d/phones.conf"] = phones
    files[f"{_UNITS}/station-recorder.service.d/backup.conf"] = _backup(answers)
    kiosk = _read(folder, "station-kiosk.service")
    waits = OurFile(please_wait.page(_words(answers, folder), _port(answers))) if answers.options.kiosk else None
    files[please_wait.PAGE] = waits
    files[f"{_UNITS}/station-kiosk.service"] = kiosk if answers.options.kiosk else None
    first = _read(folder, "station-first-boot.service")
    files[f"{_UNITS}/station-first-boot.service"] = first if answers.options.first_boot else None
    says = f"the units in {_UNITS}, pigpiod's pins, what a Pi 5 needs, the patient's screen"
    return Files("units", says, files, _RELOAD)


def _words(answers: InstallerAnswers, folder: Path) -> Words:
    """In the language of the patient's screen."""
    own = answers.station.get("web", {}).get("patient_language") or answers.station.get("station", {}).get("language")
    return Words(folder.parent, own if isinstance(own, str) else AUTHORED)


def _port(answers: InstallerAnswers) -> int:
    """Of the patient's screen; one that is no number is the program's to refuse."""
    port = answers.station.get("web", {}).get("port", PORT)
    return port if type(port) is int else PORT


def _backup(answers: InstallerAnswers) -> OurFile | None:
    """The recorder may write to the folder of the automatic backup; a stick that is not there yet is no fault."""
    place = answers.station.get("backup", {}).get("folder")
    if not isinstance(place, str) or not Path(place).is_absolute() or any(sign.isspace() for sign in place):
        return None
    return OurFile(f"# The folder of the automatic backup; from the settings.\n[Service]\nReadWritePaths=-{place}\n")


_PHONES = "# The networks from which phones may come; written by the installer from the settings.\n"
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")
"""Networks that no router of the internet passes on (RFC 1918, RFC 3927)."""


def phones_networks(answers: InstallerAnswers) -> list[str]:
    """From where the pages may be reached beside this computer: by the doors that the settings open."""
    phones = answers.station.get("phones", {})
    own = [NETWORK] if answers.options.access_point else []
    in_others = any(phones.get(door) is not None for door in ("shared_port", "tls_port"))
    with_own_radio = phones.get("access_point") is not None and not own
    return own + (list(_PRIVATE) if in_others or with_own_radio else [])


def _door(answers: InstallerAnswers) -> int:
    """The port of the pages on the station's own network; one that is no number is the program's to refuse."""
    port = answers.station.get("phones", {}).get("access_point_port", DOOR)
    return port if type(port) is int else DOOR


def pigpiod_mask(answers: InstallerAnswers) -> int:
    """The pins that pigpiod may change, a bit each. A pin that is no number is the program's to refuse."""
    given: Mapping[str, Any] = answers.station.get("rig", {}).get("pins", {})
    pins = {**MOTOR_PINS, **{key: pin for key, pin in given.items() if key in MOTOR_PINS and type(pin) is int}}
    return sum(1 << pin for pin in set(pins.values()) if 0 <= pin <= LAST_PIN)


def pigpiod_pins(answers: InstallerAnswers) -> str:
    """The drop-in of station-pigpiod: the pins and the port of the settings."""
    port = answers.station.get("rig", {}).get("drive", {}).get("pigpiod_port", PIGPIOD_PORT)
    program = PIGPIOD_BUILT if answers.options.pigpio_archive else "/usr/bin/pigpiod"
    at = "" if port == PIGPIOD_PORT else f" -p {port}"
    return f"""\
# Of this station's pins and port; written by the installer from the settings.
[Service]
ExecStart=
ExecStart={program} -g -f -l -n 127.0.0.1{at} -x 0x{pigpiod_mask(answers):x}
"""


def config_lines(answers: InstallerAnswers) -> list[str]:
    """What config.txt is told; nothing where the rig needs no board."""
    if answers.rig not in ("pi", "pi5"):
        return []
    lines = [
        "dtparam=i2c_arm=on,i2c_arm_baudrate=400000",
        "dtparam=spi=off",
        "# The motor's PWM would be the headphones' too; sound by HDMI and USB stays.",
        "dtparam=audio=off",
        "dtparam=watchdog=on",
    ]
    if answers.rig == "pi5":
        pin = answers.station.get("rig", {}).get("pins", {}).get("motor_pwm", MOTOR_PINS["motor_pwm"])
        lines.append("dtoverlay=pwm-2chan" + (",pin=12,func=4,pin2=13,func2=4" if pin in (12, 13) else ""))
    if answers.options.rtc != "none":
        lines.append(f"dtoverlay=i2c-rtc,{answers.options.rtc}")
    return lines


def kernel_words(answers: InstallerAnswers) -> list[str]:
    """What the kernel's command line gets; nothing where the rig needs no board."""
    if answers.rig not in ("pi", "pi5"):
        return []
    words = ["consoleblank=0", "fsck.repair=yes"]
    core = answers.station.get("control", {}).get("cpu")
    if answers.options.isolated_core and type(core) is int:
        others = ",".join(str(one) for one in range(CORES) if one != core)
        words += [f"isolcpus={core}", f"rcu_nocbs={core}", f"irqaffinity={others}"]
    if answers.options.kiosk:
        words.append("video=HDMI-A-1:1920x1080@60D")
    if answers.options.access_point:
        words.append(f"cfg80211.ieee80211_regdom={answers.options.country}")
    return words


_JOURNAL = """\
# In memory and small: a card lives longer. What a clinic is trusted with is in the records, not here.
[Journal]
Storage=volatile
RuntimeMaxUse=32M
RateLimitIntervalSec=30s
RateLimitBurst=2000
"""
_WATCHDOG = """\
# A computer that hangs starts again; the motor is off long before. A Pi's watchdog takes 15 s at most.
[Manager]
RuntimeWatchdogSec=14s
RebootWatchdogSec=2min
"""
_MEMORY = """\
# Memory before the swap space, and little that waits to be written when the power is cut.
vm.swappiness = 1
vm.dirty_expire_centisecs = 500
vm.dirty_writeback_centisecs = 250
"""


_TMP = """\
# In memory, as Debian 13 has it: systemd 252 makes a unit's own /dev there, and on a card that can only be read no unit
# of the station would start.
[Unit]
Description=Temporary files in memory
ConditionPathIsSymbolicLink=!/tmp
DefaultDependencies=no
Conflicts=umount.target
Before=local-fs.target umount.target
After=swap.target

[Mount]
What=tmpfs
Where=/tmp
Type=tmpfs
Options=mode=1777,strictatime,nosuid,nodev,size=25%,nr_inodes=1m
"""
_TMP_WANTED = """\
# Wanted and not required: a computer without it starts all the same.
[Unit]
Wants=tmp.mount
"""


def _computer_files() -> Files:
    files = {
        f"{_UNITS}/tmp.mount": OurFile(_TMP),
        f"{_UNITS}/local-fs.target.d/balance-station.conf": OurFile(_TMP_WANTED),
        "/etc/systemd/journald.conf.d/balance-station.conf": OurFile(_JOURNAL),
        "/etc/systemd/system.conf.d/balance-station.conf": OurFile(_WATCHDOG),
        "/etc/sysctl.d/60-balance-station.conf": OurFile(_MEMORY),
    }
    says = "a small journal and temporary files in memory, the watchdog of the board, little that waits to be written"
    return Files("computer", says, files)


def _fence(answers: InstallerAnswers, folder: Path) -> Files:
    wanted = answers.options.access_point
    files = {
        "/etc/balance-station/fence.nft": OurFile(fence_text(_door(answers))) if wanted else None,
        f"{_UNITS}/station-fence.service": _read(folder, "station-fence.service") if wanted else None,
        f"{_UNITS}/station-new-key.service": _read(folder, "station-new-key.service") if wanted else None,
        f"{_UNITS}/station-new-key.timer": _read(folder, "station-new-key.timer") if wanted else None,
        f"{_UNITS}/station-new-key.path": _read(folder, "station-new-key.path") if wanted else None,
    }
    says = "phones reach the pages and nothing else; the network has another key each week, and when the pages ask"
    return Files("fence", says, files, _RELOAD)


def _enabled(answers: InstallerAnswers) -> Units:
    optional = {
        "station-pigpiod.service": answers.rig == "pi",
        "station-first-boot.service": answers.options.first_boot,
        "station-kiosk.service": answers.options.kiosk,
        "station-fence.service": answers.options.access_point,
        "station-new-key.timer": answers.options.access_point,
        "station-new-key.path": answers.options.access_point,
    }
    always = ["station.target", "station-settle.service", "station-update.path", "station-watch.service"]
    always += ["station-look.timer"]
    on = [*always, *(unit for unit, wanted in optional.items() if wanted)]
    off = [unit for unit, wanted in optional.items() if not wanted]
    return Units("enabled", "the station starts when the computer does", on, off)
