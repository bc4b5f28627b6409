"""The sockets on which the pages are served: the way of a request is the socket's, whatever a client says."""

import gc
import http.client
import json
import re
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from simple_websocket import Client, ConnectionClosed

from station.access.phones import Phones
from station.access.places import AUTHORITY, FOLDER, OWN
from station.access.rights import Role, Transport
from station.clock import this_moment
from station.faults import InputError, StationError
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.records.patients import Patients
from station.settings import PhoneSettings
from station.wire.messages import Start
from tests.web_ui.test_questions import no
from web_ui.callers import DOOR_HEADER, PHONE_COOKIES
from web_ui.doors import Door, doors_of, listen
from web_ui.hub import STRANGERS
from web_ui.secure_door import SECURE_CONNECTIONS, SecureDoor

if TYPE_CHECKING:
    from tests.web_ui.conftest import Server

ALL_OPEN = PhoneSettings(access_point="lo", access_point_port=1, tls_port=3, shared_port=2)


def test_nothing_but_the_screen_is_open_unless_the_settings_say_so():
    assert doors_of("127.0.0.1", 8080, PhoneSettings()) == [Door(Transport.SCREEN, "127.0.0.1", 8080)]
    assert [door.transport for door in doors_of("localhost", 8080, ALL_OPEN)] == [
        Transport.SCREEN,
        Transport.ACCESS_POINT,
        Transport.TLS,
        Transport.SHARED,
    ]


def test_no_setting_opens_the_screens_door_to_others():
    with pytest.raises(InputError) as refusal:
        doors_of("0.0.0.0", 8080, ALL_OPEN)
    assert refusal.value.code == "not-loopback"


def test_an_access_point_that_is_not_there_is_named():
    with pytest.raises(StationError) as refusal:
        listen(Door(Transport.ACCESS_POINT, "0.0.0.0", 0, "nowhere0"))
    assert (refusal.value.code, refusal.value.where) == ("no-door", "nowhere0")


def test_a_socket_of_the_access_point_is_held_to_its_interface():
    with listen(Door(Transport.ACCESS_POINT, "0.0.0.0", 0, "lo")) as listener:
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, 16).rstrip(b"\0") == b"lo"


def ask(port: int, path: str, *headers: str) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close", *headers]
        client.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = b""
        while data := client.recv(65536):
            answer += data
    return answer.decode()


@pytest.fixture(scope="module")
def open_doors(
    tmp_path_factory: pytest.TempPathFactory, make_feeder: type, serve: type, free_port: Callable[[], int]
) -> Iterator["Server"]:
    """A server with all its doors open, the access point's on the loopback interface."""
    folder = tmp_path_factory.mktemp("station")
    feeder = make_feeder(folder)
    feeder.start()
    ports = {f"{door}_port": free_port() for door in ("access_point", "tls", "shared")}
    phones = PhoneSettings(access_point="lo", **ports)
    server = serve(folder, folder, free_port(), phones=phones)
    server.feeder = feeder
    yield server
    server.stop()
    feeder.close()


@pytest.mark.parametrize(
    "said",
    [
        (),
        (f"{DOOR_HEADER}: screen 127.0.0.1 127.0.0.1",),
        ("X_Station_Door: screen 1 1",),
        ("SCRIPT_NAME: /therapist",),
    ],
)
def test_the_way_is_the_sockets_whatever_a_client_says(open_doors, said):
    assert ask(open_doors.port, "/therapist/drill", *said).startswith("HTTP/1.1 200")
    for port in (open_doors.phones.access_point_port, open_doors.phones.shared_port):
        assert ask(port, "/therapist/drill", *said).startswith("HTTP/1.1 403")
        assert ask(port, "/", *said).startswith("HTTP/1.1 200")


def leave(client: Client) -> None:
    """Close it, unless the server did."""
    with suppress(ConnectionClosed):
        client.close()


def test_strangers_leave_streams_for_the_stations_own_phones(open_doors):
    strangers, ours = f"ws://127.0.0.1:{open_doors.phones.shared_port}", f"ws://127.0.0.1:{open_doors.port}"
    with ExitStack() as closing:

        def follow(where: str) -> Client:
            client = Client(f"{where}/live", headers={"Origin": "http://127.0.0.1"})  # it says no port in Host
            closing.callback(leave, client)
            return client

        for _ in range(STRANGERS):
            assert '"welcome"' in follow(strangers).receive(timeout=30)
        with pytest.raises(ConnectionClosed):
            follow(strangers).receive(timeout=30)
        assert '"welcome"' in follow(ours).receive(timeout=30)


def test_only_the_stations_own_screen_gets_the_frames_of_one(open_doors):
    with ExitStack() as closing:

        def follow(port: int) -> Client:
            while True:  # the strangers of another test may not be known to be gone
                client = Client(f"ws://127.0.0.1:{port}/live?screen", headers={"Origin": "http://127.0.0.1"})
                with suppress(ConnectionClosed):
                    client.receive(timeout=30)
                    closing.callback(leave, client)
                    return client

        def sent(client: Client) -> int:
            while (frame := json.loads(client.receive(timeout=30)))["type"] != "snapshot" or frame["full"]:
                pass
            return int(frame["sent"])

        own, phone = follow(open_doors.port), follow(open_doors.phones.access_point_port)
        sent(own)
        for _ in range(3):
            sent(phone)  # what was on its way before
        got = [sent(phone) for _ in range(9)]
        assert got[-1] - got[0] >= 15, "a late one may be the newest, which is odd"
        while sent(own) % 2 == 0:
            pass


def over_tls(server, method: str, path: str, **headers: str) -> tuple[int, str]:
    """Status and body of a request by the secure door, by a phone that trusts the station's authority."""
    context = ssl.create_default_context(cafile=server.data / FOLDER / AUTHORITY)
    port = server.phones.tls_port
    origin = {"Origin": f"https://127.0.0.1:{port}"}
    phone = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=30)
    try:
        phone.request(method, path, headers={**origin, **headers})
        answer = phone.getresponse()
        return answer.status, answer.read().decode()
    finally:
        phone.close()


def test_the_secure_door_is_the_stations_own_and_knows_who_comes(open_doors, until):
    until((open_doors.data / FOLDER / OWN).exists)
    assert over_tls(open_doors, "GET", "/")[0] == 200
    assert over_tls(open_doors, "POST", "/api/v1/stop")[0] == 200
    assert over_tls(open_doors, "GET", "/therapist/drill")[0] == 403
    status, me = over_tls(open_doors, "GET", "/api/v1/me", **{DOOR_HEADER: "screen 127.0.0.1 127.0.0.1"})
    assert (status, json.loads(me)["transport"], json.loads(me)["paired"]) == (200, "tls", False)
    assert over_tls(open_doors, "GET", "/", Host="evil.example")[0] == 403


def test_phones_that_stall_in_the_secure_doors_handshake_hold_nobody_up(open_doors, until):
    until((open_doors.data / FOLDER / OWN).exists)
    with ExitStack() as closing:
        for _ in range(20):
            closing.enter_context(socket.create_connection(("127.0.0.1", open_doors.phones.tls_port), timeout=30))
        assert over_tls(open_doors, "POST", "/api/v1/stop")[0] == 200


def test_a_phone_that_breaks_off_amid_an_answer_leaves_nothing_behind(tmp_path, until, caplog):
    """It resets its connection while the server still says something: then both ends are freed, and nothing failed."""
    inner = socket.create_server(("127.0.0.1", 0))
    outer = socket.create_server(("127.0.0.1", 0))
    address = outer.getsockname()
    door = SecureDoor(outer, inner.getsockname(), (tmp_path, "station"))
    door.start()
    until((tmp_path / OWN).exists)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with inner:
        for _ in range(5):
            phone = context.wrap_socket(socket.create_connection(address, timeout=30))
            phone.sendall(b"all of it")
            server, there = inner.accept()
            with server:
                assert server.recv(9) == b"all of it"
                until(lambda port=there[1]: door.peer(port) is not None)
                server.settimeout(0.2)
                with suppress(TimeoutError, ConnectionError):
                    while True:
                        server.sendall(bytes(1 << 20))  # until nothing more goes into it
                phone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                phone.close()
                server.settimeout(30.0)
                with suppress(ConnectionResetError):
                    assert server.recv(1) == b""
            until(lambda port=there[1]: door.peer(port) is None)
            gc.collect()
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []


@pytest.mark.parametrize("handshake", [True, False])
def test_whoever_holds_all_connections_of_the_secure_door_keeps_no_stop_out(open_doors, until, handshake):
    """And no other phone loses one for it: the oldest of whoever has most of them goes."""
    until((open_doors.data / FOLDER / OWN).exists)
    port = open_doors.phones.tls_port
    context = ssl.create_default_context(cafile=open_doors.data / FOLDER / AUTHORITY)
    with ExitStack() as closing:
        phone = closing.enter_context(
            context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=30), server_hostname="127.0.0.1")
        )
        lines = (
            "GET /live HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            f"Origin: https://127.0.0.1:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        )
        phone.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        assert phone.recv(65536).startswith(b"HTTP/1.1 101")
        for _ in range(SECURE_CONNECTIONS):
            held = socket.create_connection(("127.0.0.1", port), timeout=30, source_address=("127.0.0.2", 0))
            closing.enter_context(held)
            if handshake:
                closing.enter_context(context.wrap_socket(held, server_hostname="127.0.0.1"))
        assert over_tls(open_doors, "POST", "/api/v1/stop")[0] == 200
        stop = b'{"type": "stop", "id": 7}'
        phone.sendall(bytes([0x81, 0x80 | len(stop), 0, 0, 0, 0]) + stop)
        heard = b""
        while b'"stopped"' not in heard:
            more = phone.recv(65536)
            assert more, "the connection of a phone that holds only one was cut"
            heard = heard[-20:] + more


@pytest.fixture
def page(browser: Browser, open_doors: "Server") -> Iterator[Callable[..., Page]]:
    """`page(port, path)`: a page of its own browser, on the screen or through a door."""
    contexts = []

    def open_page(port: int, path: str, width: int = 390, height: int = 844) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_a_phone_is_paired_trained_put_down_and_taken_off(open_doors, page):
    """The whole way, as three people go it: the manager, the phone's owner, and the one who lost it."""
    open_records(open_doors.data / RECORDS_FILE).close()
    screen = page(open_doors.port, "/technician/people", 1920, 1080)
    for role in ("Manager", "Therapist"):
        form = screen.locator(".new-pin", has_text=f"{role}: none yet")
        form.get_by_role("textbox").fill("2580")
        form.get_by_role("button").click()
        expect(screen.get_by_text(f"{role}: set")).to_be_visible()
    screen.get_by_role("link", name="Pair a phone").click()
    screen.get_by_role("button", name="Therapist").click()
    expect(screen.locator("#code")).to_be_visible()
    address = screen.locator("#address").inner_text()
    assert address.startswith(f"http://127.0.0.1:{open_doors.phones.access_point_port}/pair/")

    phone = page(open_doors.phones.access_point_port, "/pair/" + address.rpartition("/")[2])
    expect(phone.locator(".sign")).to_have_count(4)
    expect(screen.locator(".sign")).to_have_count(4)
    assert phone.locator(".sign").all_inner_texts() == screen.locator(".sign").all_inner_texts()
    phone.get_by_role("button", name="The signs are the same").click()
    phone.get_by_label("What is this phone called?").fill("Ada's phone")
    phone.get_by_label("PIN of this role").fill("2581")
    phone.get_by_role("button", name="Pair").click()
    expect(phone.get_by_text("That is not the PIN.")).to_be_visible()
    phone.get_by_label("PIN of this role").fill("2580")
    phone.get_by_role("button", name="Pair").click()
    expect(phone.get_by_text("Ada's phone: Therapist")).to_be_visible()
    expect(phone.get_by_text("has not marked you as trained")).to_be_visible()
    expect(screen.get_by_text("Paired: Ada's phone")).to_be_visible()

    screen.get_by_role("link", name="People and phones").click()
    with screen.expect_response(lambda answer: answer.request.method == "POST") as saved:
        screen.get_by_label("Trained at the plate").check()
    assert saved.value.ok
    phone.reload()
    expect(phone.get_by_text("Ready.")).to_be_visible()
    # What others change appears, whatever is typed here, asked, or has the focus.
    typed = screen.locator(".new-pin", has_text="Looks on: none yet").get_by_role("textbox")
    typed.fill("12")
    screen.get_by_role("button", name="Take off …: Ada's phone").click()
    api = f"http://127.0.0.1:{open_doors.port}/api/v1"
    (line,) = screen.request.get(f"{api}/phones").json()["phones"]
    assert screen.request.post(f"{api}/phones/{line['id']}", data={"trained": False}).ok
    assert screen.request.post(f"{api}/people", data={"name": "Ben", "role": "viewer", "pin": "285047"}).ok
    expect(screen.locator("#staff")).to_contain_text("Ben")
    trained = screen.locator("#phones").get_by_label("Trained at the plate")
    expect(trained).not_to_be_checked()
    expect(typed).to_have_value("12")
    expect(screen.locator("#phones .revoke")).to_be_focused()
    with screen.expect_response(lambda answer: answer.request.method == "POST"):
        trained.check()
    expect(trained).to_be_checked()
    phone.get_by_role("link", name="Today").click()
    expect(phone.get_by_role("heading", name="Today")).to_be_visible()
    phone.goto(phone.url.replace("/therapist/today", "/me"))
    phone.get_by_role("button", name="Put down").click()
    phone.get_by_label("PIN of the role").fill("2580")
    phone.get_by_role("button", name="Go on").click()
    expect(phone.get_by_text("Ready.")).to_be_visible()

    screen.reload()
    screen.get_by_role("button", name="Take off …: Ada's phone").click()
    screen.get_by_role("button", name="Tap again").click()
    expect(screen.get_by_text("No phone is paired.")).to_be_visible()
    phone.goto(phone.url.replace("/me", "/therapist/today"))
    expect(phone.get_by_text("Only a paired phone may see this.")).to_be_visible()


def carry(page, open_doors, role: Role) -> Phones:
    """Give the page's browser the cookie of a phone of this role, trained."""
    file = open_doors.data / RECORDS_FILE
    open_records(file).close()
    phones = Phones(lambda: open_records(file, read_only=True), lambda: open_records(file), this_moment)
    token = phones.pair(role.value, role, Transport.ACCESS_POINT)
    phones.set_trained(phones.listed()[0]["id"], "mgr", trained=True)
    cookie = {"name": PHONE_COOKIES[Transport.ACCESS_POINT], "value": token, "httpOnly": True, "sameSite": "Strict"}
    page.context.add_cookies([{**cookie, "url": f"http://127.0.0.1:{open_doors.phones.access_point_port}"}])
    return phones


OFFERED = {"/therapist/drill": "#setup", "/therapist/today": "#add", "/therapist/patients": "#new"}
"""Pages, and what each offers to who may act."""


@pytest.mark.parametrize("role", [Role.VIEWER, Role.THERAPIST])
def test_a_page_offers_what_the_role_may(open_doors, page, role):
    phone = page(open_doors.phones.access_point_port, "/me")
    carry(phone, open_doors, role)
    for path, acts in OFFERED.items():
        phone.goto(f"http://127.0.0.1:{open_doors.phones.access_point_port}{path}")
        expect(phone.locator("body")).to_have_attribute("data-freshness", "live")
        looks_on = phone.get_by_text("This phone looks on")
        for shown, here in ((looks_on, role is Role.VIEWER), (phone.locator(acts), role is Role.THERAPIST)):
            expect(shown).to_be_visible() if here else expect(shown).to_be_hidden()
        expect(phone.locator("#stop")).to_be_visible()


def test_somebody_new_comes_to_a_drill_over_the_access_point_by_their_code_alone(open_doors, page):
    """From New patient over consent and the questions to a drill with vibration that runs; nothing asks for a name."""
    feeder, at = open_doors.feeder, f"http://127.0.0.1:{open_doors.phones.access_point_port}"
    feeder.screens = True
    phone = page(open_doors.phones.access_point_port, "/me")
    carry(phone, open_doors, Role.THERAPIST)
    phone.goto(f"{at}/therapist/patients/new")
    expect(phone.locator("#codes-only")).to_contain_text("Initials, year of birth, goals and notes: later")
    expect(phone.get_by_label("Code")).to_have_value(re.compile(r"P\d+"))
    code = phone.get_by_label("Code").input_value()
    asked = phone.locator("#fields :is(input, textarea)").evaluate_all("all => all.map((one) => one.id)")
    assert asked == ["code", "height_cm", "foot_length_mm"]
    expect(phone.get_by_label("Height")).to_be_focused()
    phone.keyboard.type("168")
    phone.keyboard.type("245")
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_role("heading", name="Consent")).to_be_visible()
    expect(phone.locator("#codes-only")).to_be_visible()
    for tick in ("I agree to the tests and the training.", "I agree that my figures are kept"):
        phone.get_by_role("checkbox", name=tick).check()
    phone.get_by_role("button", name="Agreed").click()
    expect(phone.locator("#consent")).to_have_text(re.compile("^Agreed 20[^,]*$"))
    expect(phone.locator("#to-consent")).to_be_hidden()
    phone.get_by_role("link", name="Questions first").first.click()
    phone.locator("#by").fill("Ada")
    phone.locator("#who button").click()
    no(phone)
    expect(phone.locator("#verdict-what")).to_have_text("Vibration is allowed.")
    phone.goto(f"{at}/therapist/drill?patient={code}&vibration")
    expect(phone.locator("#screened-words")).to_contain_text("vibration is allowed until")
    phone.locator("#setup").get_by_text("LEFT", exact=True).click()
    phone.get_by_role("button", name="Start …").click()
    phone.get_by_role("button", name="Confirm and start").click()
    expect(phone.get_by_role("heading", name="Getting on")).to_be_visible()
    (start,) = feeder.asked(Start)
    assert (start.patient, start.prescription["leg"]) == (code, "left")
    assert start.prescription["displacement_pp_mm"] > 0
    with closing(open_records(open_doors.data / RECORDS_FILE)) as records:
        kept = Patients(records).find(code)
    assert (kept["height_cm"], kept["initials"], kept["consent_initials"]) == (168, "", "")
    assert kept["consent_words"].startswith("en/")
    feeder.end("completed")
    feeder.screens = False
    # On the station's own screen what is left is said, and can be written.
    screen = page(open_doors.port, f"/therapist/p/{code}")
    expect(screen.locator("#consent")).to_contain_text("The initials are still to be written.")
    expect(screen.locator("#to-consent")).to_be_visible()


def test_a_stranger_is_offered_no_door_that_is_closed(open_doors, page):
    phone = page(open_doors.phones.shared_port, "/")
    expect(phone.locator(".door")).to_have_count(0)
    expect(phone.get_by_role("link", name="My phone")).to_be_visible()
    expect(phone.locator("#stop")).to_be_visible()


def test_a_phone_that_is_taken_off_loses_what_it_sees_within_seconds(open_doors, page):
    phone = page(open_doors.phones.access_point_port, "/me")
    phones = carry(phone, open_doors, Role.THERAPIST)
    phone.goto(phone.url.replace("/me", "/therapist/drill"))
    expect(phone.locator("body")).to_have_attribute("data-freshness", "live")
    phone.evaluate("window.here = true")
    with phone.expect_websocket():  # it is closed, and comes again as a stranger's
        for line in phones.listed():
            phones.revoke(line["id"], "mgr")
    assert phone.evaluate("window.here")
    phone.goto(phone.url)
    expect(phone.get_by_text("Only a paired phone may see this.")).to_be_visible()


def test_what_a_page_showed_is_hidden_once_its_phone_is_locked_or_taken_off(open_doors, page):
    """What was typed is there again; STOP is there all the time."""
    phone = page(open_doors.phones.access_point_port, "/me")
    phones = carry(phone, open_doors, Role.THERAPIST)
    (mine,) = [line["id"] for line in phones.listed()][:1]
    phone.goto(phone.url.replace("/me", "/therapist/patients"))
    phone.get_by_label("Patient code").fill("P4711")
    shown, shut = phone.get_by_role("heading", name="Patients"), phone.get_by_text("What the page showed is hidden")
    for end in (phones.lock, lambda one: phones.revoke(one, "mgr")):
        expect(shown).to_be_visible()
        end(mine)
        expect(shut).to_be_visible()
        expect(shown).to_be_hidden()
        expect(phone.locator("#part")).to_be_hidden()
        expect(phone.locator("#stop")).to_be_visible()
        assert [one["id"] for one in Axe().run(phone).response["violations"]] == []
        if end == phones.lock:
            assert (
                phone.get_by_role("link", name="Give the PIN").get_attribute("href") == "/me?to=%2Ftherapist%2Fpatients"
            )
            phones.set_pin(Role.THERAPIST, "2580", "mgr")
            (cookie,) = [one for one in phone.context.cookies() if one["name"] == PHONE_COOKIES[Transport.ACCESS_POINT]]
            phones.unlock(cookie["value"], "2580")
            expect(phone.get_by_label("Patient code")).to_have_value("P4711")
            expect(shut).to_have_count(0)


@pytest.mark.parametrize("path", ["/me", "/pair", "/trust", "/stop", "/technician/people", "/pair/01", "/"])
def test_the_pages_of_phones_can_be_read_and_tapped_by_everybody(open_doors, page, path):
    phone = page(open_doors.port, path)
    expect(phone.locator("body")).to_have_attribute("data-freshness", "live")
    assert [(one["id"], one["nodes"][0]["html"]) for one in Axe().run(phone).response["violations"]] == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    sizes = phone.locator("button:visible, a.button:visible, input:visible").evaluate_all(
        "all => all.filter((one) => one.type !== 'checkbox').map((one) => one.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 44
