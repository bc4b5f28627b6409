"""A card that was written from an image, at its first start: behind the tests of a station that was put in place."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.booted.conftest import LEFT, Booted

pytestmark = pytest.mark.timeout(900)
IMAGE = '[station]\nrig = "simulated"\n[install]\nfirst_boot = true\nhostname = "image"\n'
CARD = '[station]\nrig = "{rig}"\nlanguage = "fr"\ntime_zone = "Europe/Vienna"\n[install]\nhostname = "ward-7"\n'
BOOT = "boot/firmware"


@pytest.fixture
def card(station: Booted, tree: Path, project: Path, wheels: Path, tmp_path: Path) -> Booted:
    """The tree as an image's card: installed from outside, never started, with a file of answers that is wrong."""
    station.power_off()
    for left in LEFT:
        shutil.rmtree(tree / left, ignore_errors=True)
    (tree / "run").mkdir()
    for file in (tree / "etc/balance-station").glob("*.toml"):
        file.unlink()
    answers = tmp_path / "image.toml"
    answers.write_text(IMAGE)
    command = [sys.executable, str(project / "systemd/install"), "--root", str(tree), "--settings", str(answers)]
    subprocess.run([*command, "--wheels", str(wheels)], check=True, timeout=600)
    boot = tree / BOOT
    shutil.rmtree(boot, ignore_errors=True)
    boot.mkdir(parents=True)
    (boot / "balance-station.toml").write_text(CARD.format(rig="pi4"))
    return station


def _report(station: Booted) -> str:
    file = station.tree / BOOT / "balance-station.txt"
    return file.read_text() if file.is_file() else ""


def test_a_flashed_card_says_what_is_wrong_and_becomes_a_station_once_that_is_mended(card: Booted) -> None:
    card.boot()  # as the image has it: a wrong file keeps no station from starting
    card.until("the report", lambda: "It was not finished" in _report(card))
    assert "station.rig is 'pi4'" in _report(card)
    card.power_off()
    answers = card.tree / BOOT / "balance-station.toml"
    answers.write_text(CARD.format(rig="simulated"))
    card.boot()
    card.until("the report", lambda: "The station is set up." in _report(card))
    assert not answers.exists()
    assert (card.tree / "etc/hostname").read_text().strip() == "ward-7"
    assert (card.tree / "etc/localtime").readlink().name == "Vienna"
    unit = card.run("systemctl", "show", "--property=Result", "--value", "station-first-boot.service").stdout.strip()
    assert unit == "success"
    assert 'lang="fr"' in str(card.get("/patient").body)
    checked = card.run("/opt/balance-station/current/systemd/install", "--check")
    assert checked.returncode == 0, checked.stdout
    card.start_drill("P01", 5)
