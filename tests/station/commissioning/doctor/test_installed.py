"""The doctor asks the installer, and says of each of its steps whether it is as it was left."""

import json
from pathlib import Path

from station.commissioning.doctor.probes import INSTALLER, InstalledStep, ask_installer
from tests.station.commissioning.doctor.roots import Root


def an_installer(root: Path, says: str) -> None:
    program = root / INSTALLER
    program.parent.mkdir(parents=True)
    program.write_text(f"import sys\nassert '--check' in sys.argv\nprint({says!r})\nsys.exit(1)\n")


def test_each_step_is_a_check(tmp_path: Path) -> None:
    root = Root(tmp_path)
    assert not [name for name in root.examine() if name.startswith("installed")]
    root.installed = [
        InstalledStep("units", "ok", ()),
        InstalledStep("hostname", "differs", ("the computer is called other",)),
        InstalledStep("access-point", "failed", ("the key cannot be read",)),
    ]
    told = root.examine()
    assert told["installed units"].state == "ok"
    assert (told["installed hostname"].state, told["installed access-point"].state) == ("warn", "warn")
    assert "the computer is called other" in told["installed hostname"].seen
    assert "systemd/install" in told["installed hostname"].remedy
    assert "sudo" in told["installed access-point"].remedy


def test_the_installer_of_the_current_release_is_asked(tmp_path: Path) -> None:
    assert ask_installer(tmp_path) is None
    an_installer(tmp_path, json.dumps([{"step": "units", "result": "differs", "facts": ["a is missing"]}]))
    assert ask_installer(tmp_path) == [InstalledStep("units", "differs", ("a is missing",))]


def test_one_that_says_nothing_sensible_is_said(tmp_path: Path) -> None:
    an_installer(tmp_path, "broken")
    assert ask_installer(tmp_path) == [InstalledStep("installer", "failed", ("broken",))]


def test_a_pigpiod_with_a_network_of_its_own_is_looked_at_there(tmp_path: Path) -> None:
    """Nobody else's program reaches it, the doctor's own neither."""
    root = Root(tmp_path)
    root.write("/proc/612/net/tcp", root.listening("0100007F"), "linux fs/proc/proc_net.c")
    root.write("/proc/612/net/tcp6", root.listening(), "linux fs/proc/proc_net.c")
    root.write("/proc/net/tcp", root.listening(), "linux net/ipv4/tcp_ipv4.c")
    told = root.examine()
    assert told["pigpiod network"].state == "ok"
    assert told["pigpiod version"].state == "na"
    root.write("/proc/612/net/tcp", root.listening("00000000"), "linux fs/proc/proc_net.c")
    assert root.examine()["pigpiod network"].state == "fail"
