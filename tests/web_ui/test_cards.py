"""What a patient takes along: an address that ends, without a name or a code, shown on the patient's screen alone."""

import time

import pytest

from drills.values import Phase
from station.access.rights import Transport
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.records.ids import session_id
from station.records.sessions import NewSession, SessionEnd, Sessions
from station.settings import PhoneSettings
from station.texts import Texts
from tests.moments import earlier_today_ns
from tests.web_ui.conftest import until
from tests.web_ui.test_rights import came
from web_ui.card_page import HOME, lines_of
from web_ui.cards import HOLDS_S, MOST_CARDS, Cards
from web_ui.rights import NEEDS
from web_ui.service import service_of

DOSE = {"vibration_s": 0.0, "a8_m_s2": 0.0, "vdv_m_s175": 0.0, "peak_acceleration_g": 0.0, "source": "estimated"}


@pytest.fixture
def clock() -> list[float]:
    """Its one number is the time, in s."""
    return [0.0]


def test_an_address_holds_for_a_while_and_is_the_same_meanwhile(clock):
    kept = Cards(lambda: clock[0])
    token, left_s = kept.offer("P01")
    assert (len(token) > 16, left_s) == (True, HOLDS_S)
    clock[0] = HOLDS_S - 1.0
    assert kept.offer("P01") == (token, 1.0)
    assert (kept.patient_of(token), kept.patient_of(""), kept.patient_of(token + "x")) == ("P01", "", "")
    clock[0] = HOLDS_S
    assert kept.patient_of(token) == ""
    assert kept.offer("P01")[0] != token


def test_an_erased_patient_has_no_address_and_there_are_never_many(clock):
    kept = Cards(lambda: clock[0])
    gone, stays = kept.offer("P01")[0], kept.offer("P02")[0]
    kept.forget("p01")
    assert (kept.patient_of(gone), kept.patient_of(stays)) == ("", "P02")
    tokens = [kept.offer(f"P{number}")[0] for number in range(100, 100 + MOST_CARDS)]
    assert kept.patient_of(stays) == ""
    assert all(kept.patient_of(token) for token in tokens)


def test_what_was_done_is_said_in_plain_words():
    trials = [{"outcome": "held", "hold_s": 20.0}, {"outcome": "foot-down", "hold_s": 12.96}]
    done = [
        {"drill": "one-leg", "leg": "left", "leg_word": "left", "trials": trials},
        {"drill": "own", "leg": "both", "trials": trials[1:]},
    ]
    assert lines_of(done, Texts("en")) == [
        "One leg, left leg: 1 of 2 held. Your longest: 20 s.",
        "own: 0 of 1 held. Your longest: 12 s.",
    ]


def test_only_the_patients_screen_is_told_the_address(client):
    for transport in Transport:
        answer = client.get("/api/v1/card", headers=came(transport))
        assert (answer.status_code == 403) == (transport is not Transport.SCREEN), transport
    assert client.get("/api/v1/card").status_code == 404, "no result is on show"
    assert "cards.card" in NEEDS


def test_the_page_of_an_address_has_the_day_and_no_word_of_who(client, live_app):
    own = service_of(live_app)
    records, at_ns = open_records(own.data / RECORDS_FILE), earlier_today_ns(40)
    name = session_id(at_ns, 1, 1)
    facts = ("one-leg", "left", {"hold_s": 20.0}, at_ns, "boot", 1, 1, f"recordings/{name}.mcap")
    Sessions(records).begin(NewSession(name, "P41", *facts))
    Sessions(records).end(name, SessionEnd("done", "completed", time.time_ns(), None))
    trial = {"trial": 1, "leg": "left", "outcome": "held", "hold_s": 20.0, "measures": {"mean_velocity_mm_s": 41.5}}
    trial |= {"reasons": {}, "baseline_measures": None, "vibration": {}}
    stored = {"pipeline": "station-1", "pipeline_version": 1, "trials": [trial], "dose": DOSE}
    Sessions(records).store_results(name, stored)
    records.close()
    token, _ = own.cards.offer("P41")
    theirs = came(Transport.ACCESS_POINT)
    page = client.get(f"/card/{token}", headers=theirs)
    assert page.status_code == 200
    assert "One leg, left leg: 1 of 1 held. Your longest: 20 s." in page.text
    assert all(advice in page.text for advice in (Texts("en").say(f"page.patient.message.{n}") for n in HOME))
    assert "P41" not in page.text
    assert "<script" not in page.text
    assert client.get("/card/nobodys", headers=theirs).status_code == 404
    assert client.get(f"/card/{token}", headers=came(Transport.SHARED)).status_code == 404


def test_the_screen_that_shows_a_result_gets_one_address_for_it(client, live_app, feeder):
    live_app.config["STATION_PHONES"] = PhoneSettings(tls_port=8443)
    feeder.begin("P42")
    feeder.go(Phase.HOLD)
    assert client.get("/api/v1/card").status_code == 404, "the drill still runs"
    feeder.end_trial("held", 20.0)
    feeder.end("completed")
    hub = service_of(live_app).hub
    until(lambda: (result := hub.snapshot().result) is not None and result.on_show)
    shown = client.get("/api/v1/card").get_json()
    way, _, token = shown["address"].rpartition("/card/")
    assert way.startswith("https://")
    assert way.endswith(":8443")
    assert service_of(live_app).cards.patient_of(token) == "P42"
    assert shown["picture"].startswith("data:image/svg+xml")
    assert client.get("/api/v1/card").get_json()["address"] == shown["address"]
    live_app.config["STATION_PHONES"] = PhoneSettings()
    assert client.get("/api/v1/card").get_json()["address"] == "", "no door is open"
