"""The OpenAPI document, and the API against it: whatever is sent, the answer is one that the document names."""

import os
from collections.abc import Callable, Iterator

import hypothesis
import jsonschema_rs
import pytest
import schemathesis
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI

from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from web_ui.app import create_app
from web_ui.service import service_of

EXAMPLES = 300 if "STATION_SOAK" in os.environ else 20
PATHS = (
    "/api/v1/acknowledge",
    "/api/v1/backup",
    "/api/v1/card",
    "/api/v1/day",
    "/api/v1/day/clock",
    "/api/v1/day/doses/{id}",
    "/api/v1/drill/go-on",
    "/api/v1/drill/pause",
    "/api/v1/drill/start",
    "/api/v1/drills",
    "/api/v1/drills/{name}/level",
    "/api/v1/drills/{name}/preview",
    "/api/v1/fall",
    "/api/v1/faults",
    "/api/v1/faults/now",
    "/api/v1/incidents/{id}",
    "/api/v1/lease",
    "/api/v1/marks",
    "/api/v1/me",
    "/api/v1/me/leave",
    "/api/v1/me/lock",
    "/api/v1/me/unlock",
    "/api/v1/network",
    "/api/v1/network/key",
    "/api/v1/own-drills",
    "/api/v1/own-drills/import",
    "/api/v1/own-drills/{name}",
    "/api/v1/own-drills/{name}/check",
    "/api/v1/own-drills/{name}/preview",
    "/api/v1/own-drills/{name}/toml",
    "/api/v1/own-drills/{name}/versions",
    "/api/v1/pairing",
    "/api/v1/pairing/finish",
    "/api/v1/pairing/next",
    "/api/v1/pairing/pressed",
    "/api/v1/pairing/take",
    "/api/v1/papers/{id}",
    "/api/v1/papers/{id}/file",
    "/api/v1/patients",
    "/api/v1/patients/{code}",
    "/api/v1/patients/{code}/batteries",
    "/api/v1/patients/{code}/batteries/{battery}/tests/{test}",
    "/api/v1/patients/{code}/correct",
    "/api/v1/patients/{code}/entries",
    "/api/v1/patients/{code}/entries/{form}",
    "/api/v1/patients/{code}/erase",
    "/api/v1/patients/{code}/orders",
    "/api/v1/patients/{code}/orders/withdraw",
    "/api/v1/patients/{code}/papers",
    "/api/v1/patients/{code}/plan",
    "/api/v1/patients/{code}/screening",
    "/api/v1/patients/{code}/screening/override",
    "/api/v1/patients/{code}/visits",
    "/api/v1/people",
    "/api/v1/people/{id}",
    "/api/v1/phones",
    "/api/v1/phones/{id}",
    "/api/v1/pins",
    "/api/v1/practice",
    "/api/v1/practice/begin",
    "/api/v1/practice/end",
    "/api/v1/practice/red-button",
    "/api/v1/presence",
    "/api/v1/retention",
    "/api/v1/screen",
    "/api/v1/sessions",
    "/api/v1/sessions/{id}",
    "/api/v1/sessions/{id}/legs",
    "/api/v1/sessions/{id}/marks",
    "/api/v1/sessions/{id}/marks/take-back",
    "/api/v1/sessions/{id}/tries/{number}",
    "/api/v1/sessions/{id}/with-without",
    "/api/v1/sessions/{id}/said",
    "/api/v1/snapshot",
    "/api/v1/stand-for-me",
    "/api/v1/stop",
    "/api/v1/technician",
    "/api/v1/technician/backup",
    "/api/v1/technician/calibration",
    "/api/v1/technician/care",
    "/api/v1/technician/clock",
    "/api/v1/technician/doctor",
    "/api/v1/technician/doors",
    "/api/v1/technician/limits",
    "/api/v1/technician/logs",
    "/api/v1/technician/restart",
    "/api/v1/technician/selftest",
    "/api/v1/technician/speed-map",
    "/api/v1/technician/support",
    "/api/v1/technician/support/file",
    "/api/v1/today",
    "/api/v1/update",
    "/api/v1/update/pieces",
    "/api/v1/update/take",
    "/api/v1/update/take-offered",
    "/api/v1/use",
    "/api/v1/visits",
    "/api/v1/visits/{id}",
    "/api/v1/visits/{id}/hand-over",
    "/api/v1/visits/{id}/move",
    "/api/v1/visits/{id}/note",
    "/api/v1/visits/{id}/sign",
    "/api/v1/waiting",
)

VALID_IS_ACCEPTED = [schemathesis.checks.positive_data_acceptance]
PATIENT = "/api/v1/patients/{code}"
SCREENING = f"{PATIENT}/screening"
ELSEWHERE = (
    "/api/v1/me/leave",
    "/api/v1/me/unlock",
    "/api/v1/pairing",
    "/api/v1/network/key",
    "/api/v1/pairing/finish",
    "/api/v1/pairing/take",
    "/api/v1/people",
    "/api/v1/people/{id}",
    "/api/v1/pins",
    "/api/v1/retention",
    "/api/v1/day/clock",
    "/api/v1/day/doses/{id}",
    "/api/v1/drill/go-on",
    "/api/v1/drill/pause",
    "/api/v1/drill/start",
    "/api/v1/lease",
    "/api/v1/marks",
    "/api/v1/me",
    "/api/v1/me/leave",
    "/api/v1/me/lock",
    "/api/v1/me/unlock",
    "/api/v1/own-drills",
    "/api/v1/own-drills/import",
    "/api/v1/own-drills/{name}",
    "/api/v1/own-drills/{name}/check",
    "/api/v1/own-drills/{name}/preview",
    "/api/v1/own-drills/{name}/toml",
    "/api/v1/own-drills/{name}/versions",
    "/api/v1/practice/begin",
    "/api/v1/practice/end",
    "/api/v1/practice/red-button",
    "/api/v1/presence",
    "/api/v1/screen",
    "/api/v1/patients",
    PATIENT,
    f"{PATIENT}/batteries/{{battery}}/tests/{{test}}",
    f"{PATIENT}/correct",
    f"{PATIENT}/entries/{{form}}",
    f"{PATIENT}/erase",
    f"{PATIENT}/papers",
    f"{PATIENT}/orders",
    f"{PATIENT}/plan",
    SCREENING,
    f"{SCREENING}/override",
    "/api/v1/stand-for-me",
    "/api/v1/technician/calibration",
)
NOT_HERE = dict.fromkeys(ELSEWHERE, VALID_IS_ACCEPTED)
"""What no schema can say: the ranges depend on the drill, a dose on its prescription, what a clock showed on the clock,
a name of an own drill on those that there are, a year of birth on the calendar, a right code on the wrong one, a
change on the plan, which step of a calibration wants a name on the step, answers on the list of questions (422) and
on what was answered before (409), and the lease on who has it (423).
"""
PLAIN = {"Accept-Encoding": "identity"}
"""Schemathesis says that it takes gzip, and does not unpack what an application gives it without a server between."""


@pytest.fixture
def document(client: FlaskClient) -> dict[str, object]:
    return client.get("/openapi/openapi.json").json


def test_the_document_is_valid_and_names_every_path(document):
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == set(PATHS)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert "403" in operation["responses"]
    schemas = document["components"]["schemas"]
    assert {"ApiProblem", "Snapshot", "StartBody"} <= set(schemas)
    for schema in schemas.values():
        jsonschema_rs.validator_for({**schema, "components": document["components"]})


def test_the_handbook_names_every_request_and_status(document, project):
    handbook = (project / "docs" / "api.md").read_text()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert f"`{method.upper()} {path}`" in handbook
            for status in operation["responses"]:
                assert status in ("200", "500") or f"| {status} |" in handbook, (path, status)


def test_the_snapshot_is_as_documented(client, document, feeder):
    feeder.begin("P01")
    schema = {**document["components"]["schemas"]["Snapshot"], "components": document["components"]}
    jsonschema_rs.validator_for(schema).validate(client.get("/api/v1/snapshot").json)


def asked_here(answers: Callable[..., object]) -> Callable[..., object]:
    """The same, asked from this computer: Schemathesis says not from where."""
    return lambda environ, answer: answers({"REMOTE_ADDR": "127.0.0.1", **environ}, answer)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OpenAPI, object]]:
    """An application, and its document as Schemathesis has read it, with what it found in the program: once a file."""
    folder = tmp_path_factory.mktemp("read")
    app = create_app(folder, folder)
    app.wsgi_app = asked_here(app.wsgi_app)
    yield app, schemathesis.openapi.from_wsgi("/openapi/openapi.json", app)
    service_of(app).close()


@pytest.mark.parametrize("path", PATHS)
def test_whatever_is_sent_the_answer_is_documented(live_app, read, data, path, monkeypatch):
    if path.startswith("/api/v1/patients"):
        open_records(data / RECORDS_FILE).close()  # as the recorder makes them
    asked, schema = read
    # What is asked of the one that was read, this test's own answers.
    monkeypatch.setattr(asked, "wsgi_app", asked_here(live_app.wsgi_app))
    for result in schema.include(path=path).get_all_operations():
        operation = result.ok()
        settings = hypothesis.settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )

        @settings
        @hypothesis.given(case=operation.as_strategy())
        def check(case):
            case.call_and_validate(headers=PLAIN, excluded_checks=NOT_HERE.get(path, []))

        check()
