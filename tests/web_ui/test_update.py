"""Another release over the API: how it stands, and one that a phone sends."""

from __future__ import annotations

import base64
import json
import os
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from station.faults import InputError
from station.updating.offers import SAID, WAITING, ServerOffer
from station.updating.taking import note_refused
from station.updating.uploads import UPDATE_PIECE_BYTES, Uploads
from web_ui.api import update

PATH = "/api/v1/update"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program runs from an installed release."""
    place = tmp_path / "opt"
    for name in ("0.1.0-000000000001", "0.2.0-000000000002"):
        (place / "releases" / name).mkdir(parents=True)
        (place / "releases" / name / "release").write_text(name)
    (place / "current").symlink_to("releases/0.2.0-000000000002")
    monkeypatch.setattr(sys, "prefix", str(place / "releases/0.2.0-000000000002"))
    return place


def test_a_phone_sends_a_release_and_has_it_taken(client, data, place):
    content = os.urandom(2 * UPDATE_PIECE_BYTES + 5)
    for at in range(0, len(content), UPDATE_PIECE_BYTES):
        piece = base64.b64encode(content[at : at + UPDATE_PIECE_BYTES]).decode()
        sent = client.post(f"{PATH}/pieces", json={"at": at, "piece": piece})
        assert (sent.status_code, sent.json) == (200, {"sent": min(at + UPDATE_PIECE_BYTES, len(content))})
    lost = client.post(f"{PATH}/pieces", json={"at": 3, "piece": "AAAA"})
    assert (lost.status_code, lost.json["code"]) == (409, "update-piece")
    assert client.post(f"{PATH}/take", json={"size": 3}).status_code == 409
    assert not client.get(PATH).json["going_on"]
    assert client.post(f"{PATH}/take", json={"size": len(content)}).status_code == 200
    said = client.get(PATH).json
    assert (said["going_on"], said["sent"]) == (True, len(content))
    assert client.post(f"{PATH}/pieces", json={"at": 0, "piece": "AAAA"}).json["code"] == "update-busy"
    sent = Uploads(data).take()
    assert sent is not None
    assert sent.file.read_bytes() == content


def test_what_became_of_the_last_is_said_in_words(client, place):
    said = client.get(PATH).json
    assert (said["version"], said["runs"], said["earlier"]) == ("0.2.0", "0.2.0-000000000002", "0.1.0-000000000001")
    note_refused(place, InputError("update-damaged", "x.update"), Path("/media/stick/x.update"))
    (end,) = client.get(PATH).json["ends"]
    assert (end["result"], end["kind"]) == ("refused", "update")
    assert "not as it was made" in end["why"]
    done = {"at_s": 5, "kind": "back", "release": "0.1.0-000000000001", "version": "0.1.0", "changes": "", "runs": ""}
    (place / "updates/results.json").write_text(json.dumps([{**done, "result": "taken-back", "why": "nobody answers"}]))
    (end,) = client.get(PATH).json["ends"]
    assert (end["at_ms"], end["why"]) == (5000.0, "nobody answers")


@pytest.fixture
def offers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what the server offers waits."""
    folder = tmp_path / "server"
    folder.mkdir()
    monkeypatch.setattr(update, "OFFERS", folder)
    return folder


def test_what_waits_of_the_server_is_shown_and_taken_by_its_name(client, data, place, offers):
    assert client.get(PATH).json["offer"] is None
    found = ServerOffer(at_s=7, release="0.3.0-000000000003", version="0.3.0", changes="- A thing.")
    (offers / SAID).write_text(found.model_dump_json())
    assert client.get(PATH).json["offer"]["release"] == "", "its file is not there"
    (offers / WAITING).write_bytes(b"a release")
    offer = {"at_ms": 7000.0, "release": found.release, "version": "0.3.0", "changes": "- A thing.", "why": ""}
    assert client.get(PATH).json["offer"] == offer
    refused = client.post(f"{PATH}/take-offered", json={"release": "0.4.0-000000000004"})
    assert (refused.status_code, refused.json["code"]) == (404, "update-none")
    assert client.post(f"{PATH}/take-offered", json={"release": found.release}).status_code == 200
    assert client.get(PATH).json["going_on"]
    again = client.post(f"{PATH}/take-offered", json={"release": found.release})
    assert again.json["code"] == "update-busy"
    assert client.post(f"{PATH}/pieces", json={"at": 0, "piece": "AAAA"}).json["code"] == "update-busy"
    assert Uploads(data).take(offers / WAITING) == (offers / WAITING, found.release)
    assert Uploads(data).take(offers / WAITING) is None, "once"


def test_why_the_server_was_asked_in_vain_is_said_in_words(client, place, offers):
    at_fault = ServerOffer(at_s=7, code="update-unreached", where="https://x/y", problems=[])
    (offers / SAID).write_text(at_fault.model_dump_json())
    offer = client.get(PATH).json["offer"]
    assert "could not be fetched" in offer["why"]
    assert offer["release"] == ""


@pytest.mark.parametrize(
    "said",
    [
        {"code": "of-a-newer-release", "where": "", "problems": []},
        {"code": "update-damaged", "where": "", "problems": [{"field": "", "reason": "of-a-newer-release"}]},
        {"code": "update-damaged", "where": "", "problems": [{"seen": 1}]},
    ],
)
def test_what_a_newer_release_wrote_down_ends_no_page(client, place, offers, said):
    """Somebody went back: the one that runs knows neither its faults nor all that it saw."""
    (offers / SAID).write_text(json.dumps({"at_s": 7, **said}))
    (place / "updates").mkdir()
    end = {"at_s": 5, "kind": "update", "release": "", "version": "", "changes": "", "runs": "", "result": "refused"}
    (place / "updates/results.json").write_text(json.dumps([{**end, "why": "", **said}]))
    answer = client.get(PATH)
    assert answer.status_code == 200
    assert answer.json["offer"]["why"]
    assert answer.json["ends"][0]["why"] == answer.json["offer"]["why"]


def test_on_a_desk_there_is_nothing_to_take(client):
    seen = client.get(PATH).json
    assert (seen["installed"], seen["version"]) == (False, version("balance-station"))
    bodies = {"pieces": {"at": 0, "piece": "AAAA"}, "take": {"size": 1}, "take-offered": {"release": "x"}}
    for path, body in bodies.items():
        refused = client.post(f"{PATH}/{path}", json=body)
        assert (refused.status_code, refused.json["code"]) == (404, "update-not-here")


def test_a_piece_that_is_none_is_refused(client, place):
    for piece in ("AAA", "????", "A" * 43_700):
        assert client.post(f"{PATH}/pieces", json={"at": 0, "piece": piece}).status_code == 422
