"""PINs by person over the API: entered by the manager, a phone paired by name, the audit log, and who has left."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI

from station.access.rights import Role, Transport
from station.recording.layout import RECORDS_FILE
from station.records.audit import AuditLog
from station.records.file import open_records
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
    assert api.post(f"/api/v1/people/{ada['id']}", json={"trained": True}).status_code == 200
    assert "run" in api.get("/api/v1/me", headers=theirs).json["rights"]
    assert api.post("/api/v1/patients", json={"code": "P01"}, headers=theirs).status_code == 200
    lines = AuditLog(open_records(data / RECORDS_FILE, read_only=True)).newest(20)
    assert [one["who"] for one in lines if one["what"] == "patient-entered"] == ["Ada K."]
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
