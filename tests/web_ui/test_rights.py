"""Every request of the application, by every way and role: what is not entered in the one place is refused."""

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask_openapi3 import OpenAPI

from station.access.rights import Holder, Right, Role, Transport, rights_of
from station.faults import StationError
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.records.patients import Patients
from station.records.unnamed import NAMES
from station.wire.messages import Stop
from web_ui import rights
from web_ui.api import document
from web_ui.app import create_app
from web_ui.callers import DOOR_HEADER, PHONE_COOKIES
from web_ui.papers import KINDS, Paper, PaperOrder
from web_ui.rights import NEEDS
from web_ui.service import service_of

HERE = "192.168.7.1"
AT = {
    Transport.ACCESS_POINT: f"http://{HERE}:8081",
    Transport.SHARED: f"http://{HERE}:8082",
    Transport.TLS: f"https://{HERE}:8443",
    Transport.SCREEN: "http://127.0.0.1:8080",
}
NETWORKS = (Transport.ACCESS_POINT, Transport.TLS, Transport.SHARED)
ADDRESSES = itertools.count()
FILLED = {"filename": "icon.svg", "code": "P01"}


def came(transport: Transport, origin: bool = True) -> dict:
    """What a page of the station sends by this way, and what the server says of it."""
    host = AT[transport].partition("://")[2]
    ours = {"Host": host, DOOR_HEADER: f"{transport.value} {host.partition(':')[0]} 192.168.7.40"}
    return {**ours, "Origin": AT[transport]} if origin else ours


def requests(app) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and an address of each rule."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: FILLED.get(found[1], "01"), rule.rule)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, path


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAPI]:
    """An application to which nothing is done: one for all of these tests."""
    app = create_app(tmp_path_factory.mktemp("runtime"), tmp_path_factory.mktemp("data"))
    yield app
    service_of(app).close()


def asked(app, method: str, path: str, headers: dict) -> str:
    """With which code the checks before a request refuse it; "" where they let it pass. Nothing answers it. Each comes
    from another address: how often one may ask is not the matter here.
    """
    headers = {**headers, DOOR_HEADER: headers[DOOR_HEADER].replace("7.40", f"8.{next(ADDRESSES) % 250}")}
    with app.test_request_context(path, method=method, headers=headers):
        try:
            answer = app.preprocess_request()
        except StationError as refusal:
            return refusal.code
        return "" if answer is None else answer.json["code"]


def test_every_request_is_entered_and_nothing_else(untouched):
    assert set(NEEDS) == {endpoint for endpoint, _, _ in requests(untouched)}


def test_a_request_that_is_not_entered_is_refused_everywhere(app, monkeypatch):
    monkeypatch.delitem(rights.NEEDS, "alive")
    for transport in Transport:
        assert app.test_client().get("/alive", headers=came(transport)).status_code == 403


@pytest.fixture
def paired(app: OpenAPI) -> Callable[..., dict]:
    """`paired(transport, role, trained)`: the headers of a phone of that role."""
    open_records(service_of(app).data / RECORDS_FILE).close()
    phones = service_of(app).access.phones

    def pair(transport: Transport, role: Role, trained: bool = True) -> dict:
        token = phones.pair(role.value, role, transport)
        phones.set_trained(phones.listed()[0]["id"], "mgr", trained=trained)
        return {**came(transport), "Cookie": f"{PHONE_COOKIES[transport]}={token}"}

    return pair


PHONES = [
    *((transport, role, True) for transport in PHONE_COOKIES for role in Role),
    *((transport, Role.MANAGER, False) for transport in PHONE_COOKIES),
]


@pytest.fixture(scope="module")
def every_phone(untouched: OpenAPI) -> dict:
    """The headers of a phone of each way, role and training. None of them asks for what would be answered."""
    open_records(service_of(untouched).data / RECORDS_FILE).close()
    phones, found = service_of(untouched).access.phones, {}
    for transport, role, trained in PHONES:
        token = phones.pair(role.value, role, transport)
        phones.set_trained(phones.listed()[0]["id"], "mgr", trained=trained)
        found[transport, role, trained] = {**came(transport), "Cookie": f"{PHONE_COOKIES[transport]}={token}"}
    return found


@pytest.mark.parametrize(("transport", "role", "trained"), PHONES)
def test_a_refusal_says_whether_it_is_the_role_the_way_or_the_place(
    untouched, every_phone, monkeypatch, transport, role, trained
):
    """One request needs names as a whole, so that there is something that only the way refuses."""
    monkeypatch.setitem(NEEDS, "house.show_use", Right.NAMES)
    holder = Holder(role, trained)
    found = {}
    for endpoint, method, path in requests(untouched):
        need = NEEDS[endpoint]
        if need & rights_of(transport, holder):
            why = ""
        elif need is Right.HERE:
            why = "only-here"
        else:
            why = "names-in-the-open" if need & rights_of(Transport.TLS, holder) else "not-allowed"
        assert asked(untouched, method, path, every_phone[transport, role, trained]) == why, endpoint
        found[why] = found.get(why, 0) + 1
    assert found[""] > 20
    assert found["only-here"] == 4
    assert found.get("names-in-the-open", 0) == (transport is Transport.ACCESS_POINT and role is not Role.TECHNICIAN)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("trained", [True, False])
def test_the_access_point_refuses_no_whole_request_that_the_role_may(role, trained):
    open_line, closed = (rights_of(way, Holder(role, trained)) for way in PHONE_COOKIES)
    assert [one for one, need in NEEDS.items() if bool(need & open_line) != bool(need & closed)] == []


@pytest.mark.parametrize("transport", PHONE_COOKIES)
def test_a_cookie_is_worth_nothing_on_another_way(app, paired, transport):
    cookie = paired(transport, Role.MANAGER)["Cookie"].partition("=")[2]
    for other in NETWORKS:
        names = "; ".join(f"{name}={cookie}" for name in PHONE_COOKIES.values())
        why = asked(app, "GET", "/therapist/today", {**came(other), "Cookie": names})
        assert why == ("" if other is transport else "not-paired")


def test_a_phone_that_was_put_down_asks_for_its_pin_and_is_a_stranger(app, paired):
    headers = {**paired(Transport.TLS, Role.MANAGER), "Accept": "text/html"}
    phones = service_of(app).access.phones
    phones.lock(phones.listed()[0]["id"])
    client = app.test_client(use_cookies=False)
    assert client.get("/api/v1/patients", headers=headers).json["code"] == "pin-due"
    shown = client.get("/therapist/today", headers=headers)
    assert (shown.status_code, shown.headers["Location"]) == (303, "/me?to=%2Ftherapist%2Ftoday")


def test_who_manages_at_the_screen_gave_the_managers_pin(app, paired):
    """Until one is set the first who comes sets it: nobody is paired before."""
    assert asked(app, "GET", "/api/v1/phones", came(Transport.SCREEN)) == ""
    service_of(app).access.phones.set_pin(Role.MANAGER, "2580", "mgr")
    assert asked(app, "GET", "/api/v1/phones", came(Transport.SCREEN)) == "pin-due"
    assert asked(app, "POST", "/api/v1/drill/start", came(Transport.SCREEN)) == ""
    client, other = app.test_client(), app.test_client()
    client.get("/pair", headers=came(Transport.SCREEN))
    other.get("/pair", headers=came(Transport.SCREEN))
    unlocked = client.post("/api/v1/me/unlock", json={"pin": "2580"}, headers=came(Transport.SCREEN))
    assert unlocked.status_code == 200
    assert client.get("/api/v1/phones", headers=came(Transport.SCREEN)).status_code == 200
    assert other.get("/api/v1/phones", headers=came(Transport.SCREEN)).status_code == 403
    client.post("/api/v1/me/lock", headers=came(Transport.SCREEN))
    assert client.get("/api/v1/phones", headers=came(Transport.SCREEN)).status_code == 403


def test_names_pass_over_no_open_line_and_over_a_closed_one(app, paired):
    client, open_line, closed = (
        app.test_client(use_cookies=False),
        *(paired(way, Role.THERAPIST) for way in PHONE_COOKIES),
    )
    new = {"code": "P77", "initials": "M. R.", "goals": "Walk to the lake"}
    refused = client.post("/api/v1/patients", json=new, headers=open_line)
    assert (refused.status_code, refused.json["code"]) == (403, "names-in-the-open")
    assert refused.json["where"] == "goals, initials"
    assert client.post("/api/v1/patients", json={"code": "P78"}, headers=open_line).status_code == 200
    assert client.post("/api/v1/patients", json=new, headers=closed).status_code == 200
    shown = [client.get("/api/v1/patients/P77", headers=by).json for by in (open_line, closed)]
    assert [("M. R." in str(one), "lake" in str(one)) for one in shown] == [(False, False), (True, True)]
    assert "M. R." not in client.get("/api/v1/patients", headers=open_line).text


def test_nobody_is_found_by_initials_over_an_open_line(app, paired):
    """Whom a search by them finds has them: that is an answer too."""
    client, ways = app.test_client(use_cookies=False), [paired(way, Role.VIEWER) for way in PHONE_COOKIES]
    patients = Patients(open_records(service_of(app).data / RECORDS_FILE))
    patients.enter("P77", {"initials": "M. R."}, "Ada")
    patients.enter("MR5", {"initials": "B."}, "Ada", sure=True)
    found = [client.get("/api/v1/patients?q=mr", headers=by).json for by in ways]
    assert [[one["code"] for one in answer["patients"]] for answer in found] == [["MR5"], ["MR5", "P77"]]
    assert [answer["count"] for answer in found] == [1, 2]


def test_of_two_codes_that_contradict_an_open_line_hears_in_which_field_and_not_what_either_says(app, paired):
    client, (open_line, closed) = (
        app.test_client(use_cookies=False),
        [paired(way, Role.THERAPIST) for way in PHONE_COOKIES],
    )
    patients = Patients(open_records(service_of(app).data / RECORDS_FILE))
    one = {"initials": "M. R.", "birth_year": 1950, "height_cm": 168, "goals": "Walk to the lake", "notes": "knee"}
    patients.enter("Q1", one, "Ada")
    patients.enter(
        "Q22",
        {"initials": "B. S.", "birth_year": 1963, "height_cm": 171, "goals": "Dance", "notes": "hip"},
        "Ada",
    )
    body = {"right": "Q1", "name": "Ada", "reason": "one person"}
    heard, told = (client.post("/api/v1/patients/Q22/correct", json=body, headers=by) for by in (open_line, closed))
    assert heard.json["code"] == told.json["code"] == "codes-contradict"
    assert [one["field"] for one in heard.json["fields"]] == [one["field"] for one in told.json["fields"]] == [*one]
    for words in ("M. R.", "B. S.", "1950", "1963", "lake", "Dance", "knee", "hip"):
        assert words in told.text
        assert words not in heard.text
    assert "168" in heard.text
    keep = {"keep": dict.fromkeys(one, "Q22")}
    assert client.post("/api/v1/patients/Q22/correct", json={**body, **keep}, headers=open_line).status_code == 200
    assert patients.find("Q1")["initials"] == "B. S."


@pytest.mark.parametrize("transport", Transport)
def test_a_stranger_is_refused_all_that_needs_more_than_looking(untouched, transport):
    """The check alone is asked: what would answer is not the matter here."""
    have, refused = rights_of(transport, manages=transport is Transport.SCREEN), set()
    for endpoint, method, path in requests(untouched):
        why = asked(untouched, method, path, came(transport))
        assert why in ("", "not-paired", "only-here"), endpoint
        refused |= {endpoint} if why else set()
    assert refused == {endpoint for endpoint, need in NEEDS.items() if not need & have}
    if transport is not Transport.SCREEN:
        assert {"pages.person", "patients.list_patients", "drill.start_drill", "pages.technician"} <= refused
        assert not refused & {"drill.stop_drill", "pages.home", "live", "static"}


@pytest.mark.parametrize("transport", Transport)
@pytest.mark.parametrize("origin", [True, False])
def test_stop_works_by_every_way_for_everybody(client, feeder, transport, origin):
    before = len(feeder.asked(Stop))
    assert client.post("/api/v1/stop", headers=came(transport, origin)).status_code == 200
    assert len(feeder.asked(Stop)) == before + 1


@pytest.mark.parametrize("transport", NETWORKS)
def test_a_change_on_a_network_says_from_which_page_it_comes(untouched, transport):
    answer = untouched.test_client().post("/language", data={"language": "de"}, headers=came(transport, origin=False))
    assert (answer.status_code, answer.json["code"]) == (403, "wrong-origin")
    assert (
        untouched.test_client().post("/language", data={"language": "de"}, headers=came(transport)).status_code == 303
    )


@pytest.mark.parametrize("transport", NETWORKS)
def test_who_asks_without_a_pause_is_told_to_wait_and_can_stop(client, feeder, transport):
    ours, theirs = came(transport), {**came(transport), DOOR_HEADER: f"{transport.value} {HERE} 192.168.7.41"}
    answers = [client.post("/api/v1/pairing/take", json={"token": "x"}, headers=ours) for _ in range(12)]
    assert answers[-1].status_code == 429
    assert answers[-1].json["code"] == "asks-too-often"
    assert client.post("/api/v1/stop", headers=ours).status_code == 200
    assert client.post("/api/v1/pairing/take", json={"token": "x"}, headers=theirs).status_code in (403, 409)
    assert client.get("/api/v1/me", headers=ours).status_code == 200


@pytest.mark.parametrize("transport", NETWORKS)
def test_who_turns_pages_quickly_gets_every_file_of_each(client, feeder, transport):
    """A page that lacks one of its files stands still until it is loaded again."""
    ours = came(transport)
    for _ in range(20):
        with client.get("/", headers=ours) as page:
            assert page.status_code == 200
        for _ in range(40):
            with client.get("/static/js/stream.js", headers=ours) as file:
                assert file.status_code == 200
    assert client.get("/api/v1/me", headers=ours).status_code == 200, "files use up nothing of what is asked otherwise"


@pytest.mark.parametrize("transport", NETWORKS)
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:8080", "localhost", "192.168.7.2:8081", "station.local.x"])
def test_another_name_is_refused_on_every_network(untouched, transport, host):
    answer = untouched.test_client().get("/", headers={**came(transport), "Host": host})
    assert (answer.status_code, answer.json["code"]) == (403, "wrong-origin")


def test_the_stations_own_name_is_heard(untouched):
    named = {**came(Transport.SHARED), "Host": "station.local:8082", "Origin": "http://station.local:8082"}
    assert untouched.test_client().get("/", headers=named).status_code == 200


@pytest.mark.parametrize("transport", NETWORKS)
def test_a_stranger_sees_that_something_runs_and_not_whom(client, feeder, until, transport):
    feeder.begin("P01")
    until(lambda: client.get("/api/v1/snapshot").json["patient"] == "P01")
    shown = client.get("/api/v1/snapshot", headers=came(transport)).json
    assert shown["session"] != 0
    assert (shown["patient"], shown["drill"], shown["title"], shown["leg"], shown["result"]) == ("", "", "", "", None)
    assert "P01" not in str(shown)


def test_a_person_reads_on_a_page_why_it_is_closed(client):
    answer = client.get("/therapist/today", headers={**came(Transport.SHARED), "Accept": "text/html"})
    assert answer.status_code == 403
    assert "Only a paired phone may see this." in answer.text
    assert 'id="stop"' in answer.text


def test_a_paper_over_an_open_line_is_of_the_code_alone_and_all_of_a_person_is_refused_for_the_line(
    app, paired, monkeypatch
):
    begun = []

    def begin(owner: str, order: PaperOrder) -> Paper:
        begun.append(order)
        return Paper("one", owner, order, Path("nowhere"), 0.0, True)

    client, service = app.test_client(use_cookies=False), service_of(app)
    open_line, closed = (paired(way, Role.VIEWER) for way in PHONE_COOKIES)
    Patients(open_records(service.data / RECORDS_FILE)).enter("P01", {}, "Ada")
    monkeypatch.setattr(service.papers, "begin", begin)
    monkeypatch.setattr(Paper, "state", "waiting")
    whole = {"kind": "everything", "name": "Ada"}
    for kind in KINDS:
        body = whole if kind == "everything" else {"kind": kind, "session": "none"}
        answers = [client.post("/api/v1/patients/P01/papers", json=body, headers=by) for by in (open_line, closed)]
        if kind in ("replay", "trace"):
            assert [one.json["code"] for one in answers] == ["session-unknown"] * 2  # no paper, and nobody is refused
        elif kind == "everything":
            assert [one.status_code for one in answers] == [403, 200]
            assert answers[0].json["code"] == "names-in-the-open"
            assert "secure address" in answers[0].json["detail"]
        else:
            assert [one.status_code for one in answers] == [200, 200]
            assert [one.named for one in begun[-2:]] == [False, True]
    assert "--codes-only" in begun[0].arguments(Path("data"), Path("out"))
    assert "--codes-only" not in begun[1].arguments(Path("data"), Path("out"))


def test_a_paper_that_says_who_it_is_is_fetched_over_no_open_line(app, paired, monkeypatch, tmp_path):
    """Although it is the same browser that asked for it."""
    client, service = app.test_client(use_cookies=False), service_of(app)
    made = Paper("one", "us", PaperOrder("visit", "P01"), tmp_path / "made.pdf", 0.0, True)
    made.path.write_bytes(b"%PDF-")
    monkeypatch.setattr(service.papers, "look", lambda *_: made)
    open_line, closed = (paired(way, Role.THERAPIST) for way in PHONE_COOKIES)
    for by, status in ((open_line, 403), (closed, 200)):
        with client.get("/api/v1/papers/one/file", headers=by) as answer:
            assert answer.status_code == status
    monkeypatch.setattr(service.papers, "look", lambda *_: made._replace(order=made.order._replace(named=False)))
    with client.get("/api/v1/papers/one/file", headers=open_line) as answer:
        assert answer.data == b"%PDF-"


def test_who_agrees_gives_initials_wherever_these_may_pass(app, paired):
    client = app.test_client(use_cookies=False)
    open_line, closed = (paired(way, Role.THERAPIST) for way in PHONE_COOKIES)
    new = {"code": "P01", "height_cm": 170}
    assert client.post("/api/v1/patients", json=new, headers=open_line).status_code == 200
    refused = client.patch("/api/v1/patients/P01", json={"agrees": True}, headers=closed)
    assert [one["field"] for one in refused.json["fields"]] == ["consent_initials"]
    agreed = client.patch("/api/v1/patients/P01", json={"agrees": True}, headers=open_line)
    assert (agreed.status_code, agreed.json["patient"]["consent_ms"] is None) == (200, False)
    found = Patients(open_records(service_of(app).data / RECORDS_FILE)).find("P01")
    assert (found["consent_initials"], found["consent_words"][:3]) == ("", "en/")
    assert client.patch("/api/v1/patients/P01", json={"consent_initials": "mr"}, headers=closed).status_code == 200
    shown = client.get("/api/v1/patients/P01", headers=closed).json["patient"]
    assert shown["consent_initials"] == "mr"
    assert client.patch("/api/v1/patients/P01", json={"agrees": None}, headers=open_line).status_code == 200
    assert client.get("/api/v1/patients/P01", headers=closed).json["patient"]["consent_ms"] is not None


def test_names_that_are_hidden_are_all_that_the_patients_have(untouched):
    """Of a patient's fields: a new one is either said to tell nobody or is hidden."""
    harmless = {"agrees", "alike", "code", "height_cm", "foot_length_mm", "next_code", "sure"}
    with untouched.test_request_context("/"):
        schemas = document(untouched)["components"]["schemas"]
    fields = set(schemas["NewBody"]["properties"]) | set(schemas["PatientFields"]["properties"])
    assert fields <= harmless | set(NAMES), fields


def test_what_a_role_may_is_what_the_threats_say(untouched, project):
    page = (project / "docs" / "threats.md").read_text()
    columns = [None, *(Holder(role, True) for role in Role)]
    for endpoint, method, path in requests(untouched):
        if path.startswith(("/api/", "/live")):
            rule = next(rule.rule for rule in untouched.url_map.iter_rules(endpoint))
            name = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
            marks = ["x" if NEEDS[endpoint] & rights_of(Transport.TLS, holder) else "" for holder in columns]
            row = f"| `{method} {name}` | " + " | ".join(marks) + " |"
            assert row.replace("  ", " ") in page.replace("  ", " "), row


def test_no_right_is_given_to_nobody():
    assert {right for right in Right if any(right in need for need in NEEDS.values())} >= {
        Right.STOP,
        Right.LOOK,
        Right.SEE,
        Right.ACT,
        Right.RUN,
    }
