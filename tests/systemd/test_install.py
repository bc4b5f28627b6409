"""The installer's steps on a computer in a folder: done once, looked at, taken back, cut off anywhere."""

import contextlib
import errno
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from station.access.network import OwnNetwork, read_network
from station.settings import load_settings
from station_install.boot import BEGIN, boot_file
from station_install.command import main
from station_install.computer import Folders, Packages
from station_install.doing import alone, do, look, undo
from station_install.network import JOIN, KEY, PROFILE, AccessPoint
from station_install.root import BEFORE, PART, Root, StepError
from station_install.steps import Units
from tests.systemd.conftest import CMDLINE, CONFIG_TXT, contents, state

WHOLE = """
[station]
rig = "pi"
language = "de"
time_zone = "Europe/Vienna"
[rig.pins]
tach = 19
[install]
hostname = "plate-2"
rtc = "ds3231"
kiosk = true
access_point = true
country = "AT"
first_boot = true
"""


def results(outcomes) -> dict[str, str]:
    found = {outcome.step: outcome.result for outcome in outcomes}
    assert "failed" not in found.values(), list(outcomes)
    return found


def test_a_computer_becomes_a_station_and_a_second_run_changes_nothing(computer, steps_of) -> None:
    root, steps = Root(computer), steps_of(WHOLE)
    assert set(results(look(steps, root)).values()) == {"ok", "differs"}
    changed = {step for step, result in results(do(steps, root)).items() if result == "done"}
    assert changed >= {"snippets", "users", "settings", "units", "config-txt", "cmdline", "hostname", "access-point"}
    assert changed >= {"computer", "wear", "fence", "enabled", "time-zone", "program"}
    before = state(computer)
    assert set(results(look(steps, root)).values()) == {"ok"}
    assert set(results(do(steps, root)).values()) == {"ok"}
    assert state(computer) == before, "not even a file's time"
    assert not [name for name in before if name.endswith(PART)]


def test_what_is_there_then(computer, steps_of) -> None:
    results(do(steps_of(WHOLE), Root(computer)))
    config = (computer / "boot/firmware/config.txt").read_text()
    assert config.startswith(CONFIG_TXT)
    block = config.partition(BEGIN)[2]
    assert "[all]" in block, "a section of another board must not swallow it"
    for line in ("i2c_arm_baudrate=400000", "dtparam=audio=off", "dtparam=spi=off", "i2c-rtc,ds3231", "watchdog=on"):
        assert line in block
    words = (computer / "boot/firmware/cmdline.txt").read_text()
    assert words.count("\n") == 1
    assert set(words.split()) >= {*CMDLINE.split(), "isolcpus=3", "irqaffinity=0,1,2", "consoleblank=0"}
    units = computer / "etc/systemd/system"
    pins = (units / "station-pigpiod.service.d/pins.conf").read_text()
    mask = 1 << 18 | 1 << 25 | 1 << 24 | 1 << 23 | 1 << 19
    assert f"/usr/bin/pigpiod -g -f -l -n 127.0.0.1 -x 0x{mask:x}\n" in pins
    for link in ("multi-user.target.wants/station.target", "station-control.service.wants/station-pigpiod.service"):
        assert (units / link).is_symlink(), link
    assert (units / "apt-daily.timer").readlink() == Path("/dev/null")
    settings = load_settings(computer / "etc/balance-station/station.toml")
    assert (settings.station.rig, settings.rig.pins.tach, settings.control.cpu) == ("pi", 19, 3)
    assert (computer / "etc/hostname").read_text() == "plate-2\n"
    assert (computer / "etc/localtime").readlink() == Path("/usr/share/zoneinfo/Europe/Vienna")


def test_the_wireless_network_keeps_its_key_until_it_gets_another(computer, steps_of) -> None:
    root, steps = Root(computer), steps_of(WHOLE)
    results(do(steps, root))
    (network,) = (step for step in steps if isinstance(step, AccessPoint))
    first = (computer / KEY[1:]).read_text()
    results(do(steps, root))
    assert (computer / KEY[1:]).read_text() == first
    profile = (computer / PROFILE[1:]).read_text()
    assert f"psk={first}" in profile
    assert "ap-isolation=1" in profile
    for secret in (PROFILE, KEY):
        assert (computer / secret[1:]).stat().st_mode & 0o777 == 0o600
    join = computer / JOIN[1:]
    group = next(line for line in (computer / "etc/group").read_text().splitlines() if line.startswith("station:"))
    assert (join.stat().st_mode & 0o777, join.stat().st_gid) == (0o640, int(group.split(":")[2]))
    assert read_network(join) == OwnNetwork("balance-station", first.strip())
    network.rotate(root)
    assert read_network(join) == OwnNetwork("balance-station", (computer / KEY[1:]).read_text().strip())
    second = (computer / KEY[1:]).read_text()
    assert second != first
    assert f"psk={second}" in (computer / PROFILE[1:]).read_text()
    assert network.differs(root) == []
    settings = load_settings(computer / "etc/balance-station/station.toml")
    assert (settings.phones.access_point, settings.phones.name) == ("wlan0", "plate-2.local")
    assert "tcp dport { 53, 8081 } accept" in (computer / "etc/balance-station/fence.nft").read_text()
    door = (computer / "etc/systemd/system/station-web.service.d/phones.conf").read_text()
    assert "IPAddressAllow=10.42.66.0/24\n" in door


def test_uninstall_leaves_the_data_and_gives_the_rest_back(computer, steps_of) -> None:
    own_unit = computer / "etc/systemd/system/station.target"
    own_unit.parent.mkdir(parents=True)
    own_unit.write_text("somebody's own\n")
    before = contents(computer)
    root, steps = Root(computer), steps_of(WHOLE)
    results(do(steps, root))
    recording = computer / "var/lib/balance-station/recordings/one.mcap"
    recording.parent.mkdir(parents=True)
    recording.write_text("samples")
    settings = (computer / "etc/balance-station/station.toml").read_text()
    assert set(results(undo(steps, root)).values()) == {"undone"}
    after = contents(computer)
    # Users stay, because the data is theirs; systemd-sysusers writes these files.
    accounts = {"etc/passwd", "etc/group", "etc/shadow", "etc/gshadow", "etc/.pwd.lock"}
    accounts |= {f"{name}-" for name in accounts}
    assert after.pop("var/lib/balance-station/recordings/one.mcap") == "samples"
    assert after.pop("etc/balance-station/station.toml") == settings
    after["boot/firmware/cmdline.txt"] = after["boot/firmware/cmdline.txt"].rstrip("\n")
    assert {name: text for name, text in after.items() if name not in accounts} == before
    assert not [one for one in own_unit.parent.iterdir() if one.name.endswith(".service.d")]
    assert set(results(undo(steps, root)).values()) == {"undone"}, "and a second time"


def test_what_others_wrote_into_shared_files_meanwhile_stays(computer, steps_of) -> None:
    root, steps = Root(computer), steps_of(WHOLE)
    results(do(steps, root))
    config, line = (computer / boot_file(root, name)[1:] for name in ("config.txt", "cmdline.txt"))
    config.write_text(config.read_text() + "hdmi_group=1\n")
    line.write_text(line.read_text().strip() + " quiet\n")
    hosts = computer / "etc/hosts"
    hosts.write_text(hosts.read_text() + "10.0.0.9\tprinter\n")
    results(undo(steps, root))
    assert config.read_text() == CONFIG_TXT + "hdmi_group=1\n"
    assert line.read_text().split() == [*CMDLINE.split(), "quiet"]
    assert "printer" in hosts.read_text()


def test_other_answers_take_away_what_is_not_wanted_any_more(computer, steps_of) -> None:
    root = Root(computer)
    results(do(steps_of(WHOLE), root))
    less = '[station]\nrig = "simulated"\n[install]\nkiosk = false\naccess_point = false\nrtc = "none"\n'
    steps = steps_of(less)
    results(do(steps, root))
    assert set(results(look(steps, root)).values()) == {"ok"}
    units = computer / "etc/systemd/system"
    assert not (units / "station-kiosk.service").exists()
    assert not (units / "station-control.service.wants/station-pigpiod.service").is_symlink()
    assert not (computer / PROFILE[1:]).exists()
    assert load_settings(computer / "etc/balance-station/station.toml").phones.access_point is None
    assert not (units / "station-web.service.d/phones.conf").exists()
    assert BEGIN not in (computer / "boot/firmware/config.txt").read_text()
    assert (computer / "boot/firmware/cmdline.txt").read_text().split() == CMDLINE.split()


def test_check_names_whatever_was_changed(computer, steps_of) -> None:
    root, steps = Root(computer), steps_of(WHOLE)
    results(do(steps, root))
    ours = [name for step in steps for name, file in getattr(step, "files", {}).items() if file is not None]
    assert len(ours) >= 15
    steps = [step for step in steps if not isinstance(step, Packages | Units)]
    for name in (*ours, PROFILE, "/boot/firmware/config.txt", "/boot/firmware/cmdline.txt", "/etc/hostname"):
        path = computer / name[1:]
        whole = path.read_text()
        path.write_text(whole[: len(whole) // 2])
        said = [fact for outcome in look(steps, root) if outcome.result == "differs" for fact in outcome.facts]
        assert any(Path(name).name in fact or "called" in fact for fact in said), (name, said)
        path.write_text(whole)
    assert set(results(look(steps, root)).values()) == {"ok"}


def test_cut_off_at_any_write_the_next_run_takes_it_up(project, memory) -> None:
    """Killed at each of its writes in turn, and done again: the same computer, and the same one back."""
    every = 1 if "STATION_SOAK" in os.environ else 4
    done = subprocess.run(
        [sys.executable, "-m", "tests.systemd.cut_off", memory, str(every)],
        cwd=project,
        env={**os.environ, "PYTHONPATH": "systemd"},
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["cuts"] >= 40


def test_two_at_once_are_refused(computer) -> None:
    with alone(Root(computer)), pytest.raises(StepError, match="Another installer"), alone(Root(computer)):
        pass


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[install]\nhostnam = 'x'\n", "install.hostnam is not known"),
        ("[install]\nkiosk = 'yes'\n", "install.kiosk is 'yes'; it must be true or false"),
        ("[install]\nhostname = 'a b'\n", "install.hostname is 'a b'"),
        ('[install]\nhostname = "x\\ny"\n', "install.hostname"),
        ("[install]\nrtc = 'ds1307'\n", "install.rtc is 'ds1307'"),
        ("[install]\naccess_point = true\n", "install.country is needed"),
        ('[install]\naccess_point_name = "a\\npsk=x"\n', "install.access_point_name"),
        ("install = 3\n", "install is a table"),
        ("[station]\nrig = 'pi4'\n", "station.rig is 'pi4'"),
        ("station = 3\n", "station is a table"),
        ("[station\n", "is no TOML"),
        ("\x00", "is no TOML"),
    ],
)
def test_answers_that_cannot_be_are_named_and_nothing_is_changed(
    computer, tmp_path, project, capsys, text, named
) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(text)
    before = state(computer)
    assert main(["--root", str(computer), "--settings", str(file)], project / "systemd") == 2
    assert named in capsys.readouterr().err
    assert state(computer) == before


def test_the_command_says_what_differs_by_its_exit_code(computer, steps_of, project, capsys) -> None:
    results(do(steps_of(WHOLE), Root(computer)))
    arguments = ["--root", str(computer), "--check"]
    assert main([*arguments, "--json"], project / "systemd") == 0
    said = json.loads(capsys.readouterr().out)
    assert {one["result"] for one in said} == {"ok"}
    (computer / "etc/hostname").write_text("other\n")
    assert main(arguments, project / "systemd") == 1
    assert "the computer is called other" in capsys.readouterr().out
    assert main([*arguments, "--only", "nosuch"], project / "systemd") == 2
    assert "No such step: nosuch" in capsys.readouterr().err


def test_a_step_that_fails_says_why_and_the_rest_is_not_tried(computer, steps_of, project, capsys) -> None:
    steps_of(WHOLE)
    (computer / "boot/firmware/cmdline.txt").unlink()
    code = main(
        ["--root", str(computer), "--only", "cmdline,hostname", "--settings", "answers.toml"], project / "systemd"
    )
    assert code == 2
    assert "answers.toml cannot be read" in capsys.readouterr().err
    settings = str(computer.parent / "answers.toml")
    arguments = ["--root", str(computer), "--only", "cmdline,hostname", "--settings", settings]
    assert main(arguments, project / "systemd") == 2
    said = capsys.readouterr()
    assert "no cmdline.txt on the boot partition" in said.out
    assert "run it again" in said.err
    assert (computer / "etc/hostname").read_text() == "raspberrypi\n"


def test_first_boot_takes_the_answers_from_the_boot_partition(computer, steps_of, project, capsys) -> None:
    """A card that was flashed: the file is put on it by any computer."""
    steps_of("")
    boot = computer / "boot/firmware"
    answers = boot / "balance-station.toml"
    answers.write_text(WHOLE.replace('"pi"', '"pi4"'))
    arguments = ["first-boot", "--root", str(computer)]
    assert main(arguments, project / "systemd") == 2
    assert "station.rig is 'pi4'" in (boot / "balance-station.txt").read_text()
    assert answers.exists(), "it is mended, and tried again"
    answers.write_text("\ufeff" + WHOLE, encoding="utf-8")
    assert main(arguments, project / "systemd") == 0, capsys.readouterr().out
    assert "The station is set up." in (boot / "balance-station.txt").read_text()
    assert not answers.exists()
    assert (
        tomllib.loads((computer / "etc/balance-station/install.toml").read_text())["install"]["hostname"] == "plate-2"
    )
    assert main(arguments, project / "systemd") == 0
    assert "nothing to do" in capsys.readouterr().out


def test_where_it_may_only_read_it_says_who_may_write(computer, monkeypatch) -> None:
    def refused(*_: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(StepError, match=r"/usr/share/one cannot be written: .* `sudo station update FILE`\.$"):
        Root(computer).write("/usr/share/one", "text")


def test_what_was_kept_is_not_kept_again(computer) -> None:
    """The second release writes over the first one's file: what was there before either is still what comes back."""
    root = Root(computer)
    for text in ("first", "second"):
        root.keep("/etc/hostname")
        root.write("/etc/hostname", text)
    assert len(list((computer / BEFORE[1:]).iterdir())) == 1
    root.give_back("/etc/hostname")
    assert (computer / "etc/hostname").read_text() == "raspberrypi\n"


def test_records_that_an_earlier_release_left_to_one_process_become_all_processes(computer, project) -> None:
    """Made by the pages with the mode of a file that only its owner may write, they locked the recorder out."""
    root, data = Root(computer), computer / "var/lib/balance-station"
    data.mkdir(parents=True)
    (data / "records.sqlite").write_bytes(b"")
    (data / "records.sqlite-shm").symlink_to("/etc/passwd")
    data.chmod(0o2770)
    (data / "records.sqlite").chmod(0o640)
    step = Folders(project / "systemd")
    assert step.differs(root) == ["records.sqlite is not the group's to write"], "a link is nobody's to follow"
    with contextlib.suppress(StepError):  # of whoever may give no folder away
        step.do(root)
        assert (data / "records.sqlite").stat().st_mode & 0o777 == 0o660
        assert step.differs(root) == []


def test_the_page_has_each_step_in_order_with_how_it_is_taken_back(project, steps_of) -> None:
    page = (project / "docs/install.md").read_text()
    rows = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("| `")]
    named = [row[0].strip(" `") for row in rows if len(row) == 3]
    of_user = [] if os.geteuid() == 0 else ["folders"]  # which only root can make: see the fixture
    assert [name for name in named if name not in of_user] == [step.name for step in steps_of(WHOLE)]
    assert all(row[2].strip() for row in rows)
