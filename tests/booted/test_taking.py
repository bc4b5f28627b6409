"""Another release under the real systemd: taken from where a phone has sent it and from a stick, taken back, and left
again by the safe mode, when it does not come up any more.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.access import certificates
from station.updating.keys import public_pem
from station.updating.making import make_archive
from tests.booted.conftest import Booted
from tests.systemd import small_release

pytestmark = pytest.mark.timeout(900)
PARTS = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "hw", "drills", "station", "web_ui", "systemd")
PLACE = "opt/balance-station"
SENDS = """
import sys
from pathlib import Path
from station.updating.uploads import Uploads, UPDATE_PIECE_BYTES
uploads, at = Uploads(Path('/var/lib/balance-station')), 0
with open('/media/stick/good.update', 'rb') as file:
    while piece := file.read(UPDATE_PIECE_BYTES):
        at = uploads.add(at, piece)
uploads.ask(at)
"""
"""What the pages do for a technician's phone."""


@pytest.fixture(scope="module")
def key() -> Ed25519PrivateKey:
    """Whose releases the station takes."""
    return Ed25519PrivateKey.generate()


def _archive(project: Path, folder: Path, wheels: Path, key: Ed25519PrivateKey, version: str, broken: str = "") -> Path:
    """A release of this project under another version; `broken` is a unit that starts nothing."""
    clone = folder / version
    for name in PARTS:
        source = project / name
        if source.is_dir():
            shutil.copytree(source, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, clone / name)
    text = (clone / "pyproject.toml").read_text()
    (clone / "pyproject.toml").write_text(re.sub(r'(?m)^version = ".*"', f'version = "{version}"', text))
    if broken:
        unit = clone / "systemd" / broken
        unit.write_text(re.sub(r"(?m)^ExecStart=.*", "ExecStart=/bin/false", unit.read_text()))
    return make_archive(clone, wheels, key, folder)


def _result(station: Booted) -> dict[str, str]:
    """The last line of what became of changes."""
    file = station.tree / PLACE / "updates/results.json"
    found: list[dict[str, str]] = json.loads(file.read_text()) if file.is_file() else []
    return found[0] if found else {}


def _shown(station: Booted, what: str) -> str:
    """Of the unit that takes what a phone has sent."""
    return station.run("systemctl", "show", f"--property={what}", "--value", "station-update.service").stdout.strip()


def _runs(station: Booted, link: str = "current") -> str:
    return (station.tree / PLACE / link).readlink().name


@pytest.fixture(scope="module")
def stick(
    project: Path, station: Booted, wheels: Path, key: Ed25519PrivateKey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A folder where a stick would be, with a release that is good and one whose pages do not start."""
    folder = station.tree / "media/stick"
    folder.mkdir(parents=True)
    made = tmp_path_factory.mktemp("releases")
    _archive(project, made, wheels, key, "9.0.0").rename(folder / "good.update")
    (folder / "bad").mkdir()
    _archive(project, made, wheels, key, "9.0.1", "station-web.service").rename(folder / "bad/bad.update")
    (folder / "key.pem").write_text(public_pem(key.public_key()))
    yield folder
    shutil.rmtree(folder)


def test_a_release_of_nobody_we_know_is_refused(station: Booted, stick: Path) -> None:
    before = _runs(station)
    refused = station.run("station", "update", "/media/stick/good.update")
    assert refused.returncode != 0
    assert _runs(station) == before
    assert station.run("station", "update", "--trust", "/media/stick/key.pem").returncode == 0


def test_no_release_is_taken_while_a_visit_is_open(station: Booted, stick: Path) -> None:
    before = _runs(station)
    station.start_drill("P01", 5)
    station.until("its row", lambda: _open_visits(station))
    assert station.run("station", "update", "/media/stick/good.update").returncode != 0
    assert (_result(station)["result"], _runs(station)) == ("refused", before)
    station.get("/api/v1/stop", {})
    station.until("every visit signed", lambda: _signed(station))


def _open_visits(station: Booted) -> list[str]:
    found = station.answered("/api/v1/today")["visits"]
    return [one["id"] for one in found if one["state"] == "open"]


def _signed(station: Booted) -> bool:
    for visit in _open_visits(station):
        station.get(f"/api/v1/visits/{visit}/sign", {"name": "Dr. Test"})
    return not _open_visits(station)


def test_a_release_that_a_phone_sent_is_taken_by_itself(station: Booted, stick: Path) -> None:
    before = _runs(station)
    sent = station.run("runuser", "-u", "station-web", "--", "/opt/balance-station/current/bin/python", "-c", SENDS)
    assert sent.returncode == 0, sent.stderr
    station.until("the update", lambda: _runs(station, "proven") != before, patience_s=400.0)
    station.until("its end", lambda: _shown(station, "ActiveState") not in ("active", "activating", "deactivating"))
    assert _shown(station, "Result") == "success", station.journal("--unit=station-update")
    assert (_result(station)["result"], _result(station)["version"]) == ("done", "9.0.0")
    assert _runs(station) == _runs(station, "proven") != before
    assert station.get("/healthz").status == 200
    assert not list((station.tree / "var/lib/balance-station/updates").iterdir())


_SERVES = """
import functools, http.server, ssl
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory='/media/stick/server')
server = http.server.HTTPServer(('127.0.0.1', 4443), handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('/media/stick/server/own.pem', '/media/stick/server/own.key')
server.socket = context.wrap_socket(server.socket, server_side=True)
print('up', flush=True)
server.handle_request()
server.server_close()
"""


@pytest.fixture
def chain(station: Booted, stick: Path, key: Ed25519PrivateKey, tmp_path: Path) -> Iterator[Booted]:
    """A chain's server in the place of one elsewhere, which the settings name; its newest release cannot be built."""
    small_release.make(tmp_path / "clone", "9.5.0", fails="build")
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels/thing-1.0-py3-none-any.whl").write_bytes(b"PK" * 700)
    folder = stick / "server"
    folder.mkdir()
    make_archive(tmp_path / "clone", tmp_path / "wheels", key, tmp_path / "out").rename(folder / "newest.update")
    certificates.ensure(tmp_path / "certificates", "station.local", ["127.0.0.1"], datetime.now(UTC))
    kept = certificates.files(tmp_path / "certificates")
    for source, name in ((kept.own, "own.pem"), (kept.own_key, "own.key"), (kept.authority, "authority.pem")):
        shutil.copyfile(source, folder / name)
        (folder / name).chmod(0o644)
    drop_in = station.tree / "etc/systemd/system/station-look.service.d"
    drop_in.mkdir(exist_ok=True)
    (drop_in / "chain.conf").write_text("[Service]\nEnvironment=SSL_CERT_FILE=/media/stick/server/authority.pem\n")
    settings = station.tree / "etc/balance-station/station.toml"
    before = settings.read_text()
    settings.write_text(f'{before}\n[update]\nserver = "https://127.0.0.1:4443/newest.update"\nlook = true\n')
    station.run("systemctl", "daemon-reload")
    yield station
    settings.write_text(before)
    shutil.rmtree(drop_in)
    station.run("systemctl", "daemon-reload")


def _asked(station: Booted) -> dict[str, str]:
    """What the page of releases says of the server, when it was asked once more."""
    assert station.run("systemctl", "start", "station-look.service").returncode == 0
    found: dict[str, str] = station.answered("/api/v1/update")["offer"]
    return found


def test_what_a_chains_server_offers_waits_and_is_taken_by_a_person(chain: Booted) -> None:
    station, before = chain, _runs(chain)
    assert station.run("systemctl", "is-active", "station-look.timer").stdout.strip() == "active"
    assert "refused" in _asked(station)["why"], "nobody serves yet"
    inside = ["nsenter", f"--target={station.one}", "--all", "--root", "--wd=/"]
    with subprocess.Popen([*inside, "python3", "-c", _SERVES], stdout=subprocess.PIPE, text=True) as serves_once:
        assert serves_once.stdout is not None
        assert serves_once.stdout.readline() == "up\n"
        offer = _asked(station)
    assert (offer["version"], offer["why"]) == ("9.5.0", "")
    offer = _asked(station)
    assert (offer["version"], "refused" in offer["why"]) == ("9.5.0", True), "it waits on"
    known = station.run("runuser", "-u", "station-look", "--", "ls", "/var/lib/balance-station")
    assert known.returncode != 0, "who asks sees no patient"
    taken = station.get("/api/v1/update/take-offered", {"release": offer["release"]})
    assert taken.status == 200
    station.until("its end", lambda: _result(station)["version"] == "9.5.0")
    assert (_result(station)["result"], _runs(station)) == ("refused", before)
    assert "no wheel of something" in _result(station)["why"]
    station.until_ready()


def test_a_release_whose_pages_do_not_start_is_taken_back_by_itself(station: Booted, stick: Path) -> None:
    before = _runs(station)
    # nsenter leaves a folder that is none to be in, which pip minds.
    refused = station.run("sh", "-c", "cd / && exec station update /media/stick/bad", patience_s=600.0)
    assert refused.returncode != 0
    assert _result(station)["result"] == "taken-back", _result(station)["why"]
    assert _runs(station) == _runs(station, "proven") == before
    station.until_ready()
    assert not (station.tree / PLACE / "updates/journal.json").exists()


_BROWSES = """
import http.client, json, sys
path, form, cookie = sys.argv[1:]
line = http.client.HTTPConnection('127.0.0.1', 8080, timeout=10)
headers = {'Cookie': cookie, 'Content-Type': 'application/x-www-form-urlencoded'}
line.request('POST' if form else 'GET', path, form or None, headers)
answer = line.getresponse()
print(json.dumps([answer.status, str(answer.headers), answer.read().decode('utf-8', 'replace')]))
"""


class _SafeMode:
    """A browser at the safe mode's page."""

    def __init__(self, station: Booted) -> None:
        self._station = station
        self._cookie = ""

    def ask(self, path: str, **form: str) -> tuple[int, str]:
        """Status and body."""
        asked = self._station.run("python3", "-c", _BROWSES, path, urlencode(form), self._cookie)
        status, head, body = json.loads(asked.stdout or '[0, "", ""]')
        if found := re.search(r"(?m)^Set-Cookie: (station_safe_mode=[^;]+)", head):
            self._cookie = found[1]
        return status, body


def test_three_starts_that_fail_lead_to_the_safe_mode_and_it_leads_back(station: Booted, stick: Path) -> None:
    newer = _runs(station)
    folder = station.tree / "etc/systemd/system/station-watch.service.d"
    folder.mkdir(exist_ok=True)
    watch = "ExecStart=/opt/balance-station/proven/systemd/install watch --within 15"
    (folder / "sooner.conf").write_text(f"[Service]\nExecStart=\n{watch}\n")
    (package,) = (station.tree / PLACE / "releases" / newer).glob("lib/python3*/site-packages/web_ui/app.py")
    package.write_text("raise RuntimeError('this card has a bad block')\n")
    station.run("systemctl", "daemon-reload")
    station.run("systemctl", "restart", "station.target", "station-watch.service")
    answer = station.until("the safe mode", lambda: (a := station.get("/healthz")).body == {"safe_mode": True} and a)
    assert answer.status == 503
    for name in ("control", "recorder", "web"):
        assert station.pid(f"station-{name}.service") == 0, "nothing of the station runs beside it"

    screen = str(station.get("/patient").body)
    assert "Bitte warten" in screen
    code = re.search(r"<b>(\d{6})</b>", screen)
    assert code is not None
    pin = (station.tree / "etc/balance-station/safe-mode.pin").read_text().strip()
    phone = _SafeMode(station)
    assert "bad block" not in phone.ask("/")[1], "nobody is in yet"
    phone.ask("/in", code=code[1], pin="00000000" if pin != "00000000" else "00000001")
    assert "bad block" not in phone.ask("/")[1], "with a wrong PIN"
    station.until("the time after a wrong try", lambda: 'role="alert"' not in phone.ask("/")[1])
    phone.ask("/in", code=code[1], pin=pin)
    _, opened = phone.ask("/")
    assert "bad block" in opened, "the journal says why"
    token = re.search(r'name="token" value="([^"]+)"', opened)
    assert token is not None
    assert phone.ask("/bundle.zip")[0] == 200
    assert phone.ask("/back", token="")[0] == 403
    assert phone.ask("/back", token=token[1])[0] == 200
    station.until("the release before", lambda: _runs(station) != newer, patience_s=200.0)
    station.until("all three are well", lambda: station.get("/healthz").status == 200, patience_s=200.0)
    station.until("the way back is noted", lambda: _result(station).get("kind") == "back")
    assert _result(station)["result"] == "done"
    assert station.pid("station-safe-mode.service") == 0
    assert station.get("/api/v1/sessions").status == 200
