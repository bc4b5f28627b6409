"""Whatever a phone sends, by whatever role and way: nothing gets round its rights, and every answer is documented.

A few examples of all requests here; `make soak` runs them for hours.
"""

import re
from pathlib import Path

import hypothesis
import pytest
import schemathesis
from flask_openapi3 import OpenAPI
from hypothesis import strategies

from station.access.rights import Holder, Right, Role, Transport, rights_of
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from tests.web_ui.test_rights import came
from web_ui.callers import PHONE_COOKIES
from web_ui.rights import NEEDS
from web_ui.service import service_of

WAYS = tuple(PHONE_COOKIES)
REFUSED = ("not-paired", "not-allowed", "pin-due", "only-here")
ENDS_ITSELF = ["/api/v1/me/leave", "/api/v1/me/lock"]
"""After these a phone is nobody."""
ITS_OWN = ("/api/v1/me/unlock", "/api/v1/pairing/take", "/api/v1/pairing/finish")
"""They say themselves whom they do not know."""
SOAKED = hypothesis.settings().max_examples
EXAMPLES = SOAKED if SOAKED >= 1000 else 8


@pytest.fixture
def cookies(live_app: OpenAPI, data: Path) -> dict:
    """A paired and trained phone of each role on each way."""
    open_records(data / RECORDS_FILE).close()
    phones = service_of(live_app).access.phones
    found = {(way, role): phones.pair(role.value, role, way) for way in WAYS for role in Role}
    for line in phones.listed():
        phones.set_trained(line["id"], "mgr", trained=True)
    return found


def test_nothing_that_is_sent_gets_round_the_rights_of_a_phone(live_app, cookies):
    served = live_app.wsgi_app
    carried = {"HTTP_COOKIE": ""}
    live_app.wsgi_app = lambda environ, answer: served({"REMOTE_ADDR": "127.0.0.1", **environ, **carried}, answer)
    schema = schemathesis.openapi.from_wsgi("/openapi/openapi.json", live_app)
    operations = [found.ok() for found in schema.exclude(path=ENDS_ITSELF).get_all_operations()]
    endpoints = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)): rule.endpoint
        for rule in live_app.url_map.iter_rules()
        for method in rule.methods
    }
    senders = [(Transport.SHARED, None), *((way, None) for way in WAYS), *cookies]
    health = list(hypothesis.HealthCheck)

    @hypothesis.settings(deadline=None, suppress_health_check=health, max_examples=EXAMPLES)
    @hypothesis.given(data=strategies.data())
    def sent(data: strategies.DataObject) -> None:
        operation = data.draw(strategies.sampled_from(operations))
        way, role = data.draw(strategies.sampled_from(senders))
        case = data.draw(operation.as_strategy())
        need = NEEDS[endpoints[operation.method.upper(), operation.path]]
        held = rights_of(way, None if role is None else Holder(role, True))
        # Which address it comes from is drawn too: an allowance of one would end the test's.
        number = data.draw(strategies.integers(1, 250))
        headers = {**came(way), "X-Station-Door": f"{way.value} 192.168.7.1 192.168.7.{number}"}
        carried["HTTP_COOKIE"] = "" if role is None else f"{PHONE_COOKIES[way]}={cookies[way, role]}"
        answer = case.call(headers={"Accept-Encoding": "identity", **headers})
        if not need & held:
            assert answer.status_code == 403
            assert answer.json()["code"] in REFUSED
        elif answer.status_code == 403:
            assert answer.json()["code"] not in REFUSED or operation.path in ITS_OWN
        assert str(answer.status_code) in operation.definition.raw["responses"]
        assert answer.status_code != 500
        if need is Right.STOP:
            assert answer.status_code in (200, 503)

    sent()
