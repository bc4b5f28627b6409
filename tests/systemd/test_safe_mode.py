"""The station does not come up: it is watched, counted, and a person who is there finds out why and mends it."""

from __future__ import annotations

import json
import queue
import re
import shutil
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, expect

from station.keeping.backup import make_backup
from station.recording.layout import records_path
from station.records.file import open_records
from station.records.visits import Visits
from station.texts import Texts, languages
from station_install import kiosk, please_wait
from station_install.bundle import bundle, scrubbed
from station_install.program import CURRENT, PROVEN
from station_install.safe_mode import Gate, Remedies, SafeMode, _restore, addresses, new_pin
from station_install.updating import JOURNAL, current
from station_install.watching import MOST_FAILED, failures, forget, watch
from station_install.words import Words
from tests.systemd.test_updating import quiet
from tests.systemd.updated import Computer


@pytest.fixture
def computer(memory: Path) -> Iterator[Computer]:
    computer = Computer(memory / "computer")
    yield computer
    computer.stop()


# --- starts that fail -----------------------------------------------------------------------------------------------


def test_after_three_starts_that_failed_it_is_the_safe_modes_turn(computer: Computer) -> None:
    computer.install("0.1.0", fails="start")
    computer.come_up_s = 0.1  # it never would
    called: list[int] = []
    computer.start()
    assert not watch(computer, lambda: called.append(failures(computer.root)["failed"]), quiet)
    assert called == [MOST_FAILED]
    assert "nobody answers" in failures(computer.root)["why"]
    assert not watch(computer, lambda: called.append(failures(computer.root)["failed"]), quiet)
    assert called == [MOST_FAILED, MOST_FAILED + 1], "a start of the computer is one more try, not three"
    forget(computer.root)
    assert failures(computer.root) == {}


def test_a_start_that_came_up_begins_the_count_anew_and_is_proven(computer: Computer) -> None:
    release = computer.install("0.1.0")
    computer.root.write("/opt/balance-station/updates/starts.json", json.dumps({"failed": 2, "why": "x", "at_s": 1}))
    computer.start()
    assert watch(computer, lambda: pytest.fail("it came up"), quiet)
    assert failures(computer.root) == {}
    assert computer.root.target(PROVEN) == f"releases/{release}"


def test_while_a_release_is_tried_nobody_else_counts(computer: Computer) -> None:
    computer.install("0.1.0", fails="start")
    computer.root.write(JOURNAL, "{}")
    assert watch(computer, lambda: pytest.fail("it is being tried"), quiet)


# --- who is let in --------------------------------------------------------------------------------------------------


def test_both_numbers_are_needed_and_guessing_takes_longer_each_time() -> None:
    now = [100.0]
    gate = Gate("12345678", now_s=lambda: now[0])
    assert re.fullmatch(r"\d{6}", gate.code)
    waited = []
    for code, pin in ((gate.code, "00000000"), ("x", "12345678"), ("", ""), (gate.code, "ä")):
        assert gate.try_in(code, pin) == ""
        assert gate.try_in(gate.code, "12345678") == "", "too soon, and right all the same"
        waited.append(gate.wait_s)
        now[0] += gate.wait_s
    assert waited == [2, 4, 8, 16]
    token = gate.try_in(gate.code, "12345678")
    assert gate.is_open(token)
    assert not gate.is_open("")
    other = gate.try_in(gate.code, "12345678")
    assert not gate.is_open(token), "one person at a time"
    now[0] += 1801
    assert not gate.is_open(other)


def test_without_a_pin_nobody_is_let_in() -> None:
    gate = Gate("")
    assert gate.try_in(gate.code, "") == ""


def test_the_pin_is_roots_alone_and_not_in_the_records(computer: Computer) -> None:
    pin = new_pin(computer.root)
    file = computer.root.path("/etc/balance-station/safe-mode.pin")
    assert (len(pin), file.read_text(), file.stat().st_mode & 0o777) == (8, f"{pin}\n", 0o600)


def test_it_is_never_served_in_a_network_of_others() -> None:
    assert addresses(8080, None) == [("127.0.0.1", 8080)]
    assert addresses(8080, 8081) == [("127.0.0.1", 8080), ("10.42.66.1", 8081)]


# --- the pages ------------------------------------------------------------------------------------------------------


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def text(self) -> str:
        return self.body.decode()


class Served:
    """A safe mode at a port of this computer, and one browser's cookie."""

    def __init__(self, computer: Computer, project: Path) -> None:
        self.done: queue.Queue[str] = queue.Queue()
        remedies = Remedies(
            computer.root,
            lambda: self.done.put("again"),
            lambda: self.done.put("back"),
            lambda file, secret: _restore(computer.root, file, secret),
        )
        self.server = SafeMode(("127.0.0.1", 0), Gate("12345678"), remedies, Words(project, "de"))
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.cookie = ""
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        body = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(self.address + path, body, {"Cookie": self.cookie, **headers})
        try:
            with urllib.request.build_opener(_NoWay).open(request, timeout=30) as answer:
                found = Answer(answer.status, answer.read(), dict(answer.headers))
        except urllib.error.HTTPError as refused:
            found = Answer(refused.code, refused.read(), dict(refused.headers))
        if given := found.headers.get("Set-Cookie"):
            self.cookie = given.partition(";")[0]
        return found

    def enter(self) -> str:
        """Both numbers; the token of the forms."""
        self.ask("/in", {"code": self.server.gate.code, "pin": "12345678"})
        return self.cookie.partition("=")[2]


class _NoWay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *words: object) -> None:
        return None


@pytest.fixture
def served(computer: Computer, project: Path) -> Iterator[Served]:
    computer.install("0.1.0")
    computer.install("0.2.0", fails="start")
    computer.root.write(
        "/opt/balance-station/updates/starts.json",
        json.dumps({"failed": 3, "why": "it did not come up within 90 s: nobody <answers>", "at_s": 1_700_000_000}),
    )
    served = Served(computer, project)
    yield served
    served.server.shutdown()
    served.server.server_close()


def test_a_stranger_reads_that_it_is_the_safe_mode_and_no_more(served: Served) -> None:
    code = served.server.gate.code
    for path in ("/", "/bundle.zip", "/therapist", "/api/v1/patients"):
        answer = served.ask(path)
        assert "Abgesicherter Betrieb" in answer.text
        assert "nobody" not in answer.text
        assert code not in answer.text
    assert served.ask("/healthz").status == 503
    for path in ("/again", "/back", "/restore"):
        assert served.ask(path, {"token": ""}).status == 403
    assert served.done.empty()


def test_the_patients_screen_says_please_wait_and_shows_the_code(served: Served) -> None:
    answer = served.ask("/patient")
    assert "Bitte warten Sie. Die Station ist noch nicht bereit." in answer.text
    assert served.server.gate.code in answer.text
    assert answer.headers["Safe-Mode"] == "1"


def test_who_knows_both_sees_why_and_begins_a_remedy(served: Served, computer: Computer) -> None:
    token = served.enter()
    page = served.ask("/").text
    assert "nobody &lt;answers&gt;" in page
    assert current(computer.root) in page
    assert "0.1.0-" in page
    for path in ("/again", "/back"):
        assert served.ask(path, {"token": "other"}).status == 403
        assert served.ask(path, {"token": token}, Origin="http://elsewhere.example").status == 403
    assert served.done.empty()
    for path in ("/again", "/back"):
        assert served.ask(path, {"token": token}, Origin=served.address).status == 200
        assert f"/{served.done.get(timeout=30)}" == path, "begun once the page was sent: the start ends this program"
    assert served.ask("/nowhere", {"token": token}).status == 404


def test_a_wrong_number_lets_nobody_in(served: Served) -> None:
    served.ask("/in", {"code": "000000", "pin": "12345678"})
    page = served.ask("/").text
    assert "Der nächste Versuch zählt" in page
    assert served.cookie == ""
    served.ask("/in", {"code": "x" * 9000})
    assert served.cookie == ""


def test_a_backup_is_put_back_by_the_stations_own_program(served: Served, computer: Computer, project: Path) -> None:
    clinic = computer.folder / "clinic"
    clinic.mkdir()
    visits = Visits(open_records(records_path(clinic)))
    visits.close(visits.open("P01", "AB"), "AB")
    stick = computer.root.path("/media/stick")
    stick.mkdir(parents=True)
    made = make_backup(clinic, stick, "ten letters", "test").path
    data, runtime = computer.data(), computer.folder / "runtime"
    computer.root.write("/etc/balance-station/station.toml", f"[station]\ndata = '{data}'\nruntime = '{runtime}'\n")
    program = computer.root.path(f"{CURRENT}/bin/station")
    program.write_text(f'#!/bin/sh\nPYTHONPATH={project} exec {sys.executable} -m station "$@"\n')
    token = served.enter()
    shutil.rmtree(data)
    data.mkdir()
    assert made.name in served.ask("/").text
    wrong = served.ask("/restore", {"token": token, "file": str(made), "passphrase": "other letters"})
    assert wrong.status == 500
    assert served.ask("/restore", {"token": token, "file": "/etc/passwd", "passphrase": ""}).status == 200
    assert list(data.iterdir()) == [] or not records_path(data).exists()
    done = served.ask("/restore", {"token": token, "file": str(made), "passphrase": "ten letters"})
    assert done.status == 200, done.text
    assert [one["patient"] for one in Visits(open_records(records_path(data))).today()] == ["P01"]


# --- what leaves the station ----------------------------------------------------------------------------------------

OF_A_PATIENT = [
    "station-web: request /api/v1/patients/P07 failed",
    "station-web: GET /therapist/p/Meier-3?next=1",
    "error: patient-unknown P07",
    "recorder: 01K9ZQ8V2WJ4N7T3C5D6E8F9GH.mcap is damaged",
    "update-busy: visits that go on: patients=['P07', 'AB12']",
    "ValueError: 'Meier' is no code",
    'json: {"patient": "P07", "initials": "AM", "by": "Ada K."}',
    "visit 018f5a2e-6b1c-7def-8a1b-2c3d4e5f6a7b of code=XY_99",
]
OF_NOBODY = [
    "Traceback (most recent call last):",
    "station-recorder.service: Main process exited, code=exited, status=1/FAILURE",
    "OSError: [Errno 28] No space left on device",
    "systemd[1]: Started station-web.service",
]


def test_what_may_be_of_a_patient_is_blotted_out_and_the_rest_can_be_read() -> None:
    said = "\n".join(map(scrubbed, OF_A_PATIENT))
    for word in ("P07", "AB12", "Meier", "AM", "Ada", "01K9ZQ8V2WJ4N7T3C5D6E8F9GH", "018f5a2e", "XY_99"):
        assert word not in said, said
    for line in (OF_NOBODY[0], OF_NOBODY[2], OF_NOBODY[3]):
        assert scrubbed(line) == line
    assert "status=1/FAILURE" in scrubbed(OF_NOBODY[1])


def test_the_bundle_opens_no_records(served: Served, computer: Computer) -> None:
    Visits(open_records(records_path(computer.data()))).open("P07", "AB")
    served.enter()
    with zipfile.ZipFile(BytesIO(served.ask("/bundle.zip").body)) as file:
        names = set(file.namelist())
        text = "".join(file.read(name).decode() for name in names)
    assert names == {"why.json", "releases.json", "updates.json", "journal.txt", "units.txt", "computer.txt"}
    assert "nobody <answers>" in text
    assert "P07" not in text
    opened: list[str] = []
    sys.addaudithook(
        lambda event, words: opened.append(str(words[0])) if event in ("open", "sqlite3.connect") else None
    )
    bundle(computer.root)
    assert [one for one in opened if "records" in one or one.endswith(".mcap")] == []


# --- words, and the patient's screen --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_its_words_are_those_of_the_catalogue(project: Path, language: str) -> None:
    words, texts = Words(project, language), Texts(language)
    for key in ("safe.title", "safe.no-pin", please_wait.KEY, "cli.help.backup"):
        assert words.say(key) == texts.say(key).replace("&", "&amp;").replace("'", "&#x27;").replace('"', "&quot;")
    assert words.say("nowhere") == "nowhere"


def test_every_word_that_is_said_is_there(project: Path) -> None:
    code = "".join(one.read_text() for one in (project / "systemd/station_install").glob("*.py"))
    keys = set(re.findall(r"\"(safe\.[a-z-]+)\"|'(safe\.[a-z-]+)'", code))
    asked = {one or other for one, other in keys}
    there = {key for key in Words(project, "en")._found if key.startswith("safe.")}
    assert asked == there


@pytest.mark.browser
def test_a_person_enters_both_numbers_in_a_browser(browser: Browser, served: Served) -> None:
    """What a browser says of where a form comes from is not what a test's own requests say."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(served.address)
    page.fill("#code", served.server.gate.code)
    page.fill("#pin", "12345678")
    page.click("button")
    expect(page.locator(".why")).to_contain_text("3 Starts sind misslungen")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "a phone need not scroll sideways"
    page.locator("form[action='/again'] button").click()
    expect(page.locator("p").first).to_contain_text("Es hat begonnen.")
    assert served.done.get(timeout=30) == "again"
    page.close()


class _Station(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<p id=there>the station is there</p>")

    def log_message(self, *words: object) -> None:
        pass


class _Window:
    """A browser's window, as the kiosk starts one: a page of the test's browser."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.page = browser.new_page()
        self.failed: list[str] = []
        self.page.on("framenavigated", lambda frame: self.failed.append(frame.url) if "error" in frame.url else None)
        self.page.goto(address)

    def poll(self) -> int | None:
        return None

    def terminate(self) -> None:
        self.page.close()

    def wait(self) -> int:
        return 0


@pytest.mark.browser
def test_the_patients_screen_waits_for_the_station_and_never_shows_an_error(
    browser: Browser, computer: Computer, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the file to the safe mode, and from there to the station, by itself; between them nobody answers."""
    file = computer.folder / "please-wait.html"
    file.write_text(please_wait.page(Words(project, "de"), computer.at_port))
    monkeypatch.setattr(please_wait, "PAGE", str(file))
    there = f"http://127.0.0.1:{computer.at_port}/patient"
    windows: list[_Window] = []
    remedies = Remedies(computer.root, lambda: None, lambda: None, lambda file, secret: "")
    safe: list[SafeMode] = []

    def start(address: str, profile: str) -> _Window:
        windows.append(_Window(browser, address))
        return windows[-1]

    def pause(seconds: float) -> None:
        """While it waits for the first time, the safe mode comes up."""
        expect(windows[0].page.locator("p")).to_have_text("Bitte warten Sie. Die Station ist noch nicht bereit.")
        if not safe:
            safe.append(SafeMode(("127.0.0.1", computer.at_port), Gate(""), remedies, Words(project, "de")))
            threading.Thread(target=safe[0].serve_forever, args=(0.02,), daemon=True).start()

    assert not kiosk.answering(computer.at_port)
    assert kiosk.show(start, lambda: kiosk.answering(computer.at_port), there, pause) == 0
    first, second = windows
    assert first.page.is_closed()
    expect(second.page.locator("#code b")).to_have_text(safe[0].gate.code)
    safe[0].shutdown()
    safe[0].server_close()
    station = HTTPServer(("127.0.0.1", computer.at_port), _Station)
    threading.Thread(target=station.serve_forever, args=(0.02,), daemon=True).start()
    expect(second.page.locator("#there")).to_be_visible()
    assert second.page.url == there
    station.shutdown()
    station.server_close()
    assert first.failed == second.failed == []
    second.page.close()


def test_a_browser_that_ends_while_the_station_is_not_there_ends_the_screen() -> None:
    class Ended(_Window):
        def __init__(self) -> None:
            pass

        def poll(self) -> int | None:
            return 3

    started: list[str] = []
    assert kiosk.show(lambda address, profile: started.append(profile) or Ended(), lambda: False, "", print) == 3
    assert started == ["waiting"]
