"""A therapist's own drills over the API: copied, changed, checked, tried, started; and what is refused."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient

from drills.changing import changed, copy_of
from drills.errors import DrillDocumentError
from drills.library import catalogue_names, load_shipped
from drills.ranges import ranges
from station.own_drills.folder import FOLDER, OwnDrills

if TYPE_CHECKING:
    from tests.web_ui.feeder import Feeder

OWN = "/api/v1/own-drills"
SHORT = {"steps.exercise.time.default_s": 5.0, "steps.rest.time_s": 1.0, "trials.default": 1}


def tried(client: FlaskClient, name: str) -> dict[str, Any]:
    """The preview of this drill, once it is over."""
    assert client.post(f"{OWN}/{name}/preview").status_code == 200
    for thread in threading.enumerate():
        if thread.name == "preview":
            thread.join()
    return client.get(f"{OWN}/{name}/preview").json


def test_from_the_copy_to_the_start(client: FlaskClient, feeder: "Feeder", data: Path) -> None:
    copy = client.post(OWN, json={"origin": "one-leg", "name": "mine"}).json
    assert (copy["version"], copy["copied_from"], copy["tried"]) == (1, "one-leg", False)
    rest = next(one for one in copy["fields"] if one["path"] == "steps.rest.time_s")
    assert (rest["value"], rest["kind"], rest["least"], rest["most"]) == (20.0, "number", 0.0, 600.0)
    hands = next(one for one in copy["fields"] if one["path"] == "hands")
    assert rest["shipped"] == rest["value"]
    assert hands["choices"] == ["free", "rail", "one-on-rail", "hips", "crossed"]
    wrong = client.post(
        f"{OWN}/mine/check", json={"changes": {"trials.max": 40, "thresholds.get_on.force_n": 40.0}}
    ).json
    assert [one["field"] for one in wrong["fields"]] == ["trials.max"]
    assert "20" in wrong["fields"][0]["message"]
    stays = client.post(f"{OWN}/mine/versions", json={"changes": {"thresholds.get_on.force_n": 40.0}})
    assert (stays.status_code, [one["field"] for one in stays.json["fields"]]) == (422, ["thresholds.get_on.force_n"])
    assert client.post(f"{OWN}/mine/versions", json={"changes": SHORT}).json["version"] == 2
    names = [one["name"] for one in client.get("/api/v1/drills").json["drills"]]
    assert "mine" not in names, "nobody is offered what was not tried"
    assert client.get(f"{OWN}/mine/preview").json == {"running": False, "result": None, "refused": ""}
    found = tried(client, "mine")
    assert (found["running"], found["refused"], found["result"]["ok"], found["result"]["version"]) == (
        False,
        "",
        True,
        2,
    )
    shown = next(one for one in client.get("/api/v1/drills").json["drills"] if one["name"] == "mine")
    assert (shown["hold_s"]["default"], shown["trials"]["default"]) == (5.0, 1)
    assert client.get("/api/v1/drills/mine/preview").json["fields"] == []
    start = client.post("/api/v1/drill/start", json={"patient": "P01", "drill": "mine", "leg": "left"})
    assert start.status_code == 200, start.json
    assert client.post(f"{OWN}/mine/versions", json={"changes": {"trials.max": 4}}).json["tried"] is False
    assert client.delete(f"{OWN}/mine").status_code == 200
    assert client.get(OWN).json["drills"] == []
    assert client.get(f"{OWN}/mine").status_code == 422


def test_out_and_in_again_and_what_is_refused(client: FlaskClient, data: Path) -> None:
    client.post(OWN, json={"origin": "stand-tall", "name": "mine"})
    toml = client.get(f"{OWN}/mine/toml").json["toml"]
    assert client.post(f"{OWN}/import", json={"toml": toml, "name": "other"}).json["copied_from"] == "stand-tall"
    for body, code in (
        ({"origin": "stand-tall", "name": "mine"}, "drill-name-taken"),
        ({"origin": "stand-tall", "name": "one-leg"}, "drill-name-taken"),
        ({"origin": "stand-tall", "name": "../x"}, "drill-invalid"),
        ({"origin": "no-such", "name": "x"}, "drill-unknown"),
    ):
        answer = client.post(OWN, json=body)
        assert (answer.status_code, answer.json["code"]) == (422, code), body
    assert client.post(f"{OWN}/import", json={"toml": "a = ["}).json["code"] == "drill-invalid"
    for file in (data / FOLDER / "mine").glob("*.toml"):
        file.write_text("gone")
    found = client.get(OWN).json
    assert [one["name"] for one in found["drills"]] == ["other"]
    assert [one["where"].split("/")[0] for one in found["wrong"]] == ["mine"]
    assert found["wrong"][0]["message"]
    assert client.get("/api/v1/drills").status_code == 200
    assert client.get(f"{OWN}/mine").json["code"] == "own-drill-damaged"


def test_a_drill_beyond_what_this_house_allows_says_so(client: FlaskClient, feeder: "Feeder", data: Path) -> None:
    feeder.limits = feeder.limits._replace(max_hz=20.0)
    client.post(OWN, json={"origin": "single-leg-vibration", "name": "mine"})
    found = tried(client, "mine")
    assert (found["result"], "20" in found["refused"]) == (None, True)
    assert OwnDrills(data).load("mine").own is not None


def test_the_ranges_of_every_shipped_drill_are_those_of_its_keys() -> None:
    """One step beyond a bound that a form shows is refused under that very field."""
    for name in catalogue_names():
        shown = ranges(copy_of(name, "mine"))
        assert {"title", "trials.max", "hands"} <= {one.path for one in shown}
        assert not any(one.path.startswith("thresholds.") for one in ranges(load_shipped(name)))
        for one in shown:
            if one.kind not in ("number", "integer") or one.most is None:
                continue
            with pytest.raises(DrillDocumentError) as refusal:
                changed(copy_of(name, "mine"), {one.path: type(one.value)(one.most + 1)})
            assert one.path in {wrong.field for wrong in refusal.value.problems}, (name, one.path)
