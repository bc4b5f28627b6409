"""What a person typed passes over no open line, whatever its key is called."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask_openapi3 import OpenAPI

from station.access.rights import Role, Transport
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.records.unnamed import NAMES
from tests.web_ui.test_rights import AT, came, requests
from web_ui.api import document
from web_ui.app import create_app
from web_ui.callers import PHONE_COOKIES
from web_ui.hiding import SHOWN, SHOWN_IN, WHOLE, without_names
from web_ui.rights import NEEDS
from web_ui.service import service_of
from web_ui.snapshot import Snapshot

TYPED = {*NAMES, "answers", "birth_year", "reason", "why"} - {"birth_year"}
"""What answers have that a person puts into words: looked at, and hidden."""
SAID = "Maria Muster"


@pytest.fixture
def app(runtime: Path, data: Path) -> Iterator[OpenAPI]:
    app = create_app(runtime, data)
    open_records(data / RECORDS_FILE).close()
    yield app
    service_of(app).close()


def strings(
    doc: dict, schema: dict, key: str = "", seen: tuple = (), *, chosen: bool = False
) -> Iterator[tuple[str, str]]:
    """Each key under which a string without a fixed choice stands, or with one (`chosen`), and the key above it."""

    def walk(schema: dict, key: str, within: str, seen: tuple) -> Iterator[tuple[str, str]]:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in seen:
                yield from walk(doc["components"]["schemas"][name], key, within, (*seen, name))
            return
        parts = [part for one in ("anyOf", "oneOf", "allOf") for part in schema.get(one, ())]
        items = schema.get("items")
        for part in (*parts, *schema.get("prefixItems", ()), *([items] if isinstance(items, dict) else [])):
            yield from walk(part, key, within, seen)
        for name, part in schema.get("properties", {}).items():
            yield from walk(part, name, key, seen)
        more = schema.get("additionalProperties")
        if isinstance(more, dict):
            yield from walk(more, key, within, seen)
        if schema.get("type") == "string" and ("enum" in schema or "const" in schema) is chosen:
            yield key, within

    return walk(schema, key, "", seen)


def described(app, *, chosen: bool = False) -> dict[str, set[str]]:
    """Of every answer that the application describes, refusals too: key, and the keys above it."""
    with app.test_request_context("/"):
        doc = document(app)
    found = defaultdict(set)
    for methods in doc["paths"].values():
        for operation in methods.values():
            for answer in operation["responses"].values():
                for kind, content in answer.get("content", {}).items():
                    if "json" in kind:
                        for key, within in strings(doc, content["schema"], chosen=chosen):
                            found[key].add(within)
    return found


def test_each_string_of_each_answer_was_looked_at(app):
    found = {key: within for key, within in described(app).items() if key and key not in WHOLE}
    assert len(found) > 100
    assert {key for key in found if key not in SHOWN} == TYPED, "say in web_ui.hiding that it tells nobody, or here"
    assert not SHOWN & (TYPED | set(NAMES))


def test_no_string_is_hidden_of_which_the_program_fixes_what_it_may_be(app):
    """Without it a page over the access point does not know what is asked, what is locked, or what comes next."""
    found = described(app, chosen=True)
    assert len(found) > 20
    assert {key for key in found if key and key not in SHOWN | WHOLE} == set()


@pytest.mark.parametrize("key", SHOWN_IN)
def test_what_is_a_code_in_one_place_and_typed_in_another_is_shown_in_the_first(app, key):
    places = described(app)[key]
    assert places > SHOWN_IN[key], "a place that does not exist any more, or nothing is typed"
    assert places - SHOWN_IN[key] == {"reason": {"standing", "earlier", "override"}, "why": {"tests", "forms"}}[key]


def test_the_stream_has_nothing_that_would_have_to_be_hidden(app, client):
    keys = {key for key, _ in strings({"components": {"schemas": Snapshot.model_json_schema()["$defs"]}}, _whole())}
    assert keys - SHOWN - WHOLE == {"why"}
    shown = client.get("/api/v1/snapshot").json
    assert without_names(shown) == shown


def _whole() -> dict:
    return Snapshot.model_json_schema()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"anything_new": SAID}, {"anything_new": ""}),
        ({"lines": [{"note": SAID, "by": "Ada"}]}, {"lines": [{"note": "", "by": "Ada"}]}),
        ({"words_of": [SAID, SAID]}, {"words_of": ["", ""]}),
        ({"answers": {"now": 3, "fallen": "yes", "goal": SAID}}, {"answers": {"now": 3, "fallen": "yes", "goal": ""}}),
        ({"standing": {"reason": SAID}}, {"standing": {"reason": ""}}),
        ({"decisions": [{"reason": "held-twice"}]}, {"decisions": [{"reason": "held-twice"}]}),
        ({"notes": [{"reason": "steady"}]}, {"notes": [{"reason": "steady"}]}),
        ({"measures": {"mean": 3.0, "of": "x"}}, {"measures": {"mean": 3.0, "of": "x"}}),
        ([SAID, 3, None, True], ["", 3, None, True]),
    ],
)
def test_what_is_not_known_is_hidden(value, shown):
    assert without_names(value) == shown


ORDER = {
    "by": "Ada",
    "kg": 0,
    "percent_bw": 0,
    "ordered_by": "Dr. B",
    "until": (date.today() + timedelta(days=1)).isoformat(),
}


def test_whoever_reads_along_on_the_access_point_finds_no_word_of_a_person(app):
    """Everything is typed that can be, by the secure address; then every request of a patient is made by both ways."""
    client = app.test_client(use_cookies=False)
    phones = service_of(app).access.phones
    tokens = {way: phones.pair("Ada's", Role.MANAGER, way) for way in (Transport.TLS, Transport.ACCESS_POINT)}
    for phone in phones.listed():
        phones.set_trained(phone["id"], "mgr", trained=True)

    def ask(way, method, path, body=None):
        headers = {**came(way), "Cookie": f"{PHONE_COOKIES[way]}={tokens[way]}"}
        return client.open(path, method=method, json=body, headers=headers, base_url=AT[way])

    for path, body in TOLD.items():
        answer = ask(Transport.TLS, "PATCH" if path.endswith("/P01") else "POST", f"/api/v1{path}", body)
        assert answer.status_code == 200, (path, answer.text)
    (order,) = ask(Transport.TLS, "GET", "/api/v1/patients/P01/orders").json["standing"]
    withdrawn = {"order": order["id"], "by": "Ada", "reason": SAID}
    assert ask(Transport.TLS, "POST", "/api/v1/patients/P01/orders/withdraw", withdrawn).status_code == 200
    asked = ask(Transport.TLS, "GET", "/api/v1/patients/P01/screening").json
    relative = next(one["id"] for one in asked["items"] if one["kind"] == "relative")
    given = {"by": "Ada", "answers": {relative: "yes"}, "screening": asked["screening"], "version": asked["version"]}
    answered = ask(Transport.TLS, "POST", "/api/v1/patients/P01/screening", given).json
    override = {"item": relative, "by": "Ada", "reason": SAID, "screening": answered["screening"]}
    assert ask(Transport.TLS, "POST", "/api/v1/patients/P01/screening/override", override).status_code == 200
    (visit,) = ask(Transport.TLS, "GET", "/api/v1/today").json["visits"]
    note = {"name": "Ada", "note": SAID}
    assert ask(Transport.TLS, "POST", f"/api/v1/visits/{visit['id']}/note", note).status_code == 200
    told, heard = set(), {}
    for endpoint, method, path in requests(app):
        if method == "GET" and path.startswith("/api/"):
            whole = path.replace("/visits/01", f"/visits/{visit['id']}")
            told |= {endpoint} if SAID in ask(Transport.TLS, "GET", whole).text else set()
            heard[endpoint] = ask(Transport.ACCESS_POINT, "GET", whole).text
    assert told >= {
        "patients.show_patient",
        "orders.show_orders",
        "batteries.show_batteries",
        "entries.show_entries",
        "screening.show_screening",
        "visits.show_visit",
        "visits.list_visits",
    }
    assert {endpoint for endpoint, text in heard.items() if SAID in text or "Muster" in text} == set()
    assert '"questions":"locked"' in heard["visits.show_today"].replace('": "', '":"')
    assert set(heard) <= set(NEEDS)


TOLD = {
    "/patients": {"code": "P01", "initials": "M. M.", "birth_year": 1950, "sure": True},
    "/patients/P01": {"goals": SAID, "notes": SAID},
    "/visits": {"patient": "P01"},
    "/patients/P01/batteries/romberg/tests/together-open": {"name": "Ada", "why": SAID},
    "/patients/P01/entries/history": {"by": "Ada", "answers": {"problem": SAID}},
    "/patients/P01/entries/pain": {"by": "Ada", "refused": SAID},
    "/patients/P01/orders": {**ORDER, "leg": "left"},
}
