"""PINs by person over the API: entered by the manager, a phone paired by name, the audit log, and who has left."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI

from station.access.rights import Role, Transport
from station.recording.layout import RECORDS_FILE
from station.records.audit import AuditLog
from station.records.file import open_records
from web_ui.lease import public_name
from web_ui.service import service_of

HERE = "192.168.7.1"
PHONE = {
    "Host": f"{HERE}:8081",
    "X-Station-Door": f"access-point {HERE} 192.168.7.40",
    "Origin": f"http://{HERE}:8081",
}
PIN = "285047"


@pytest.fixture
def api(app: OpenAPI, data: Path) -> FlaskClient:
    """The API over records that are there, at the station's own screen, before any PIN was set."""
    open_records(data / RECORDS_FILE).close()
    return app.test_client(use_cookies=False)


def finish(api, app, offered: Role | None, **body: object):
    """What a phone is answered that took an offer for this role."""
    pairings = service_of(app).access.pairings
    secret = pairings.take(pairings.offer(offered).token, Transport.ACCESS_POINT).secret
    return api.post("/api/v1/pairing/finish", json={"secret": secret, "name": "phone", **body}, headers=PHONE)


def test_a_phone_paired_by_name_acts_and_is_named_as_its_person_until_they_leave(api, app, data):
    assert api.post("/api/v1/people", json={"name": "Ada K.", "role": "therapist", "pin": PIN}).status_code == 200
    again = api.post("/api/v1/people", json={"name": "ada k.", "role": "viewer", "pin": PIN})
    assert (again.status_code, again.json["code"]) == (409, "person-known")
    (ada,) = api.get("/api/v1/people").json["people"]
    assert (ada["name"], ada["role"], ada["trained"]) == ("Ada K.", "therapist", False)
    wrong = finish(api, app, Role.MANAGER, person="Ada K.", pin=PIN)
    assert (wrong.status_code, wrong.json["code"]) == (403, "pin-wrong")  # offered to another role
    paired = finish(api, app, None, person="Ada K.", pin=PIN)
    assert paired.status_code == 200
    theirs = {**PHONE, "Cookie": paired.headers["Set-Cookie"].partition(";")[0]}
    me = api.get("/api/v1/me", headers=theirs).json
    assert (me["name"], me["called"], me["role"], "run" in me["rights"]) == ("phone", "Ada K.", "therapist", False)
    assert 'data-called="Ada K."' in api.get("/therapist/today", headers=theirs).text  # who signs needs no typing
    assert "data-called" not in api.get("/therapist/today").text
    assert api.post(f"/api/v1/people/{ada['id']}", json={"trained": True}).status_code == 200
    assert "run" in api.get("/api/v1/me", headers=theirs).json["rights"]
    assert api.post("/api/v1/patients", json={"code": "P01"}, headers=theirs).status_code == 200
    lines = AuditLog(open_records(data / RECORDS_FILE, read_only=True)).newest(20)
    assert [one["who"] for one in lines if one["what"] == "patient-entered"] == ["Ada K."]
    assert api.post("/api/v1/me/lock", headers=theirs).status_code == 200
    assert "data-called" not in api.get("/join", headers=theirs).text  # it may be anybody's hand
    (line,) = api.get("/api/v1/phones").json["phones"]
    assert (line["name"], line["called"], line["trained"]) == ("phone", "Ada K.", True)
    assert api.delete(f"/api/v1/people/{ada['id']}").status_code == 200
    refused = api.get("/api/v1/today", headers=theirs)
    assert (refused.status_code, refused.json["code"]) == (403, "not-paired")
    assert api.get("/api/v1/phones").json["phones"] == []
    assert api.delete(f"/api/v1/people/{ada['id']}").status_code == 404
    assert finish(api, app, None, person="Ada K.", pin=PIN).json["code"] == "pin-wrong"


def test_a_role_that_a_person_has_can_be_offered_and_needs_a_pin_or_a_name(api, app):
    assert api.post("/api/v1/people", json={"name": "Ben", "role": "viewer", "pin": PIN}).status_code == 200
    assert Role.VIEWER in service_of(app).access.phones.people.roles()
    assert finish(api, app, Role.VIEWER, pin=PIN).json["code"] == "pin-unset"  # the role itself has none
    assert finish(api, app, None, pin=PIN).status_code == 422
    assert finish(api, app, Role.VIEWER, person="Ben", pin=PIN).status_code == 200


def test_a_manager_at_the_screen_gives_their_own_pin_and_is_named(api, app, data):
    ours, other = app.test_client(), app.test_client()
    for browser in (ours, other):
        browser.get("/technician/people")
    for name, role in (("Ben", "therapist"), ("Cleo", "manager")):
        assert ours.post("/api/v1/people", json={"name": name, "role": role, "pin": PIN}).status_code == 200
    assert other.get("/api/v1/people").json["code"] == "pin-due"  # there is a manager now, and no PIN of the role
    for said in ({"name": "Ben"}, {"name": "Nobody"}, {}):
        assert other.post("/api/v1/me/unlock", json={"pin": PIN, **said}).json["code"] in ("pin-wrong", "pin-unset")
    assert other.post("/api/v1/me/unlock", json={"pin": PIN, "name": " cleo "}).status_code == 200
    ben, cleo = other.get("/api/v1/people").json["people"]
    assert other.post(f"/api/v1/people/{ben['id']}", json={"trained": True}).status_code == 200
    assert other.post("/api/v1/pins", json={"role": "manager", "pin": "739150"}).status_code == 200
    assert other.post(f"/api/v1/people/{ben['id']}", json={"trained": False}).status_code == 200  # still herself
    assert ours.get("/api/v1/people").json["code"] == "pin-due"  # one manages at a time
    lines = AuditLog(open_records(data / RECORDS_FILE, read_only=True)).newest(20)
    assert [one["who"] for one in lines if one["what"] == "person-changed"] == ["Cleo", "Cleo"]
    assert [one["who"] for one in lines if one["what"] == "pin-set"] == ["Cleo"]
    assert ours.post("/api/v1/me/unlock", json={"pin": "739150"}).status_code == 200
    assert ours.delete(f"/api/v1/people/{cleo['id']}").status_code == 200
    lines = AuditLog(open_records(data / RECORDS_FILE, read_only=True)).newest(1)
    assert lines[0]["who"] != "Cleo"  # the role's PIN is nobody's
    assert other.get("/api/v1/people").json["code"] == "pin-due"
    assert other.post("/api/v1/me/unlock", json={"pin": PIN, "name": "Cleo"}).json["code"] == "pin-wrong"


def test_who_has_left_manages_no_more_in_the_browser_where_they_did(api, app):
    assert api.post("/api/v1/people", json={"name": "Cleo", "role": "manager", "pin": PIN}).status_code == 200
    access = service_of(app).access
    access.begin_to_manage("browser", PIN, "Cleo")
    access.phones.set_pin(Role.MANAGER, "739150", "Cleo")
    assert (access.manages("browser"), access.managing_as("browser")) == (True, "Cleo")
    access.phones.people.revoke(access.phones.people.listed()[0]["id"], "Dora")
    assert (access.manages("browser"), access.managing_as("browser")) == (False, "")


def test_a_stop_is_named_by_person_and_asks_no_records(api, app, monkeypatch):
    assert api.post("/api/v1/people", json={"name": "Ada K.", "role": "therapist", "pin": PIN}).status_code == 200
    cookie = finish(api, app, None, person="Ada K.", pin=PIN).headers["Set-Cookie"].partition(";")[0]
    browser = "0123456789abcdef" * 2
    theirs = {**PHONE, "Cookie": f"{cookie}; station_client={browser}"}
    stopped: list[str] = []
    service = service_of(app)
    monkeypatch.setattr(service.link, "stop", stopped.append)

    def stop(headers: dict[str, str]) -> str:
        assert api.post("/api/v1/stop", headers=headers).status_code == 200
        return stopped[-1]

    unnamed = stop(theirs)
    assert unnamed == public_name(browser)  # it never asked for anything else
    assert api.get("/api/v1/me", headers=theirs).json["called"] == "Ada K."
    with monkeypatch.context() as patched:
        patched.setattr(type(service.access), "phones", property(lambda _: pytest.fail("a STOP asked the records")))
        assert stop(theirs) == "Ada K."
        elsewhere = {"X-Station-Door": f"tls {HERE} 192.168.7.40", "Host": HERE, "Origin": f"https://{HERE}"}
        assert stop({**theirs, **elsewhere}) == unnamed
        heard = {**PHONE, "Cookie": f"station_client={browser}"}  # by another phone: it proves nobody
        assert stop(heard) == unnamed
    service.access.phones.lock(service.access.phones.listed()[0]["id"])
    assert api.get("/api/v1/me", headers=theirs).json["locked"]
    assert stop(theirs) == unnamed  # whoever holds it now is not Ada K.


def test_what_is_asked_of_control_is_asked_in_a_persons_name(project):
    """`public_name` is a browser's, and only for what is about browsers: the lease, and who nobody knows."""
    theirs = {file.name for file in (project / "web_ui").rglob("*.py") if "public_name(" in file.read_text("utf-8")}
    assert theirs == {"lease.py", "stream.py", "who.py"}


@pytest.mark.parametrize("name", ["Ada K.\u200b", "\u202eAda", "Ada\ufeff K."])
def test_nobody_is_called_as_somebody_else_looks(api, app, name):
    body = {"name": name, "role": "viewer", "pin": PIN}
    assert api.post("/api/v1/people", json=body).status_code == 422
    assert finish(api, app, Role.VIEWER, pin=PIN, name=name).status_code == 422
