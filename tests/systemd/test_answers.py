"""What the installer types of the program's is the program's, and what it writes is read as it was meant."""

import re
import tomllib
from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from hw.settings import DriveSettings, PinSettings
from hw.values import RIG_NAMES
from station.settings import PhoneSettings
from station_install.answers import (
    DOOR,
    INSTALL,
    RIGS,
    STATION,
    InstallerAnswers,
    Options,
    answers_of,
    as_toml,
    ask,
    merged,
)
from station_install.network import NETWORK, fence_text
from station_install.plan import (
    MOTOR_PINS,
    PIGPIOD_PORT,
    config_lines,
    kernel_words,
    phones_networks,
    pigpiod_mask,
    pigpiod_pins,
)
from station_install.root import Root
from station_install.station_settings import SettingsFiles
from station_install.works import Works

KEYS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1, max_size=8)
NUMBERS = st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False, width=32)
PLAIN = st.booleans() | NUMBERS | st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = PLAIN | st.lists(PLAIN, max_size=3) | st.lists(st.lists(NUMBERS, max_size=2), max_size=3)
TABLES = st.recursive(
    st.dictionaries(KEYS, VALUES, max_size=3), lambda one: st.dictionaries(KEYS, VALUES | one, max_size=3)
)


@given(TABLES)
def test_a_table_is_read_as_it_was_written(table) -> None:
    assert tomllib.loads(as_toml(table)) == table


def test_a_file_that_an_editor_of_windows_saved_says_what_it_says_to_everybody(tmp_path) -> None:
    """The program starts with it: a release is awaited at its port, and the installer leaves it as it is."""
    root = Root(tmp_path)
    table = {"station": {"rig": "pi5", "data": "/srv/d", "runtime": "/run/r"}, "web": {"port": 8123}}
    for name, tables in ((STATION, table), (INSTALL, {"install": asdict(Options(hostname="plate-2"))})):
        root.write(name, "\ufeff" + as_toml(tables))
    found = answers_of(root, None)
    assert (found.rig, found.station["web"], found.options.hostname) == ("pi5", {"port": 8123}, "plate-2")
    assert SettingsFiles(InstallerAnswers(table, found.options)).differs(root) == []
    assert (Works(root).port(), Works(root).data()) == (8123, tmp_path / "srv/d")
    marked = root.path(STATION).read_bytes()
    root.keep(STATION)
    root.write(STATION, "")
    root.give_back(STATION)
    assert root.path(STATION).read_bytes() == marked, "what is given back is as it was"


def test_what_the_installer_types_is_the_programs() -> None:
    pins = PinSettings().model_dump()
    assert {name: pins[name] for name in MOTOR_PINS} == MOTOR_PINS
    assert {name for name in pins if name.startswith("motor_") and name != "motor_relay_feedback"} | {"tach"} == set(
        MOTOR_PINS
    )
    assert DriveSettings().pigpiod_port == PIGPIOD_PORT
    assert PhoneSettings().access_point_port == DOOR
    assert set(RIG_NAMES) == set(RIGS)


def on(name: str, **tables) -> InstallerAnswers:
    return InstallerAnswers(merged({"station": {"rig": name}}, tables))


def test_pigpiod_may_change_the_motors_pins_and_no_others(project) -> None:
    shipped = (project / "systemd" / "station-pigpiod.service").read_text()
    assert f"-x 0x{pigpiod_mask(on('pi')):x}\n" in shipped
    assert (
        pigpiod_mask(on("pi", rig={"pins": {"motor_pwm": 12, "lamp": 4}}))
        == 1 << 12 | 1 << 25 | 1 << 24 | 1 << 23 | 1 << 17
    )
    for wrong in ("18", -1, 99, True, None):
        assert pigpiod_mask(on("pi", rig={"pins": {"motor_pwm": wrong}})) < 1 << 28
    assert " -p 8899 " in pigpiod_pins(on("pi", rig={"drive": {"pigpiod_port": 8899}}))
    assert "=/usr/local/bin/pigpiod " in pigpiod_pins(InstallerAnswers({}, Options(pigpio_archive="pigpio.tar")))


def test_the_pages_are_reached_by_the_doors_that_the_settings_open_and_by_no_other() -> None:
    assert phones_networks(on("simulated")) == []
    for door in ("shared_port", "tls_port"):
        assert "192.168.0.0/16" in phones_networks(on("simulated", phones={door: 8443}))
    own = InstallerAnswers({}, Options(access_point=True, country="AT"))
    assert phones_networks(own) == [NETWORK]
    doors = {name for name in PhoneSettings.model_fields if name.endswith("_port")}
    assert doors == {"access_point_port", "shared_port", "tls_port"}, "another door: phones_networks must know it"


def test_a_board_is_told_what_its_rig_needs_and_another_computer_nothing() -> None:
    assert (config_lines(on("simulated")), kernel_words(on("simulated"))) == ([], [])
    assert "dtoverlay=pwm-2chan" in config_lines(on("pi5"))
    assert "dtoverlay=pwm-2chan,pin=12,func=4,pin2=13,func2=4" in config_lines(
        on("pi5", rig={"pins": {"motor_pwm": 13}})
    )
    assert not [line for line in config_lines(on("pi")) if "pwm" in line.lower() and not line.startswith("#")]
    assert {"isolcpus=2", "irqaffinity=0,1,3"} <= set(kernel_words(on("pi", control={"cpu": 2})))
    assert not [word for word in kernel_words(on("pi")) if "isolcpus" in word], (
        "without a core of the loop's none is kept"
    )


def test_enter_leaves_what_is_and_an_answer_changes_it() -> None:
    said = iter(["pi", "de", "", "plate-1", "", "yes", "no", ""])
    answers = ask(on("simulated"), lambda question: next(said))
    assert (answers.rig, answers.station["station"]["language"]) == ("pi", "de")
    assert (answers.options.hostname, answers.options.kiosk, answers.options.access_point) == ("plate-1", True, False)
    assert list(said) == []


def test_the_fence_asks_no_list_of_names() -> None:
    """Without /etc/protocols and /etc/services nft refuses a name, and there would be no fence at all."""
    named = re.findall(r"(?:l4proto|dport) \{([^}]*)\}", fence_text(8081))
    assert len(named) == 3
    assert not [one for one in named if re.search("[a-z]", one)]
