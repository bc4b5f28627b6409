"""The OpenAPI document, and the API against it: whatever is sent, the answer is one that the document names."""

import hypothesis
import jsonschema_rs
import pytest
import schemathesis
from flask.testing import FlaskClient

EXAMPLES = 30
PATHS = (
    "/api/v1/acknowledge",
    "/api/v1/drill/start",
    "/api/v1/drills",
    "/api/v1/drills/{name}/preview",
    "/api/v1/faults",
    "/api/v1/faults/now",
    "/api/v1/lease",
    "/api/v1/patients/{code}",
    "/api/v1/patients/{code}/correct",
    "/api/v1/presence",
    "/api/v1/sessions",
    "/api/v1/sessions/{id}",
    "/api/v1/snapshot",
    "/api/v1/stop",
)

VALID_IS_ACCEPTED = [schemathesis.checks.positive_data_acceptance]
NOT_HERE = dict.fromkeys(("/api/v1/drill/start", "/api/v1/lease", "/api/v1/presence"), VALID_IS_ACCEPTED)
"""What no schema can say: the ranges depend on the drill (422), and the lease on who has it (423)."""


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


@pytest.mark.parametrize("path", PATHS)
def test_whatever_is_sent_the_answer_is_documented(live_app, path):
    schema = schemathesis.openapi.from_wsgi("/openapi/openapi.json", live_app)
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
            case.call_and_validate(excluded_checks=NOT_HERE.get(path, []))

        check()
