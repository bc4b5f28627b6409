"""Only the station's own pages, on this computer."""

import pytest

from station.faults import InputError
from station.wire.messages import Stop
from web_ui.loopback import require_loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "::", "", "station.local", "127.0.0.1.evil.example"])
def test_other_addresses_are_refused_and_named(host):
    with pytest.raises(InputError) as refusal:
        require_loopback(host)
    assert refusal.value.code == "not-loopback"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_own_addresses_are_served(host):
    require_loopback(host)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:9999"},
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_foreign_page_cannot_even_stop(client, feeder, headers):
    answer = client.post("/api/v1/stop", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "wrong-origin")
    assert feeder.asked(Stop) == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Host": "127.0.0.1:8080", "Origin": "http://127.0.0.1:8080"},
        {"Host": "[::1]:8080"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
def test_own_pages_and_plain_programs_can(client, headers):
    assert client.post("/api/v1/stop", headers=headers).status_code == 200


def test_another_name_for_this_computer_cannot_read_either(client):
    assert client.get("/api/v1/sessions", headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/", "/therapist/drill", "/patient", "/technician", "/healthz", "/nowhere", "/static/js/stop.js"]
)
def test_every_answer_is_sealed(client, path):
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    answer.close()


def test_a_page_that_is_not_there_helps_a_person(client):
    answer = client.get("/nowhere", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "There is no such page." in answer.text
    assert 'id="stop"' in answer.text


def test_a_huge_body_is_refused(client):
    answer = client.post("/api/v1/drill/start", data=b"x" * 70_000, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (413, "too-large")


def test_a_wrong_method_says_which_are_right(client):
    answer = client.get("/api/v1/stop")
    assert (answer.status_code, answer.json["code"]) == (405, "method-unknown")
    assert "POST" in answer.headers["Allow"]
