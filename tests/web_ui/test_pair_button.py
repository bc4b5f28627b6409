"""The panel's button: what is a press, and what it does to the patient's screen."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from station.access.network import OwnNetwork
from station.access.pairing import OUTCOME_SHOWN_S, Pairings
from station.access.phones import Phones
from station.access.pins import MOST_WRONG
from station.access.rights import Role, Transport
from station.clock import this_moment
from station.faults import StationError
from station.recording.layout import RECORDS_FILE
from station.records.audit import AuditLog
from station.records.file import open_records
from station.records.phones import PhoneBook
from web_ui.app import create_app
from web_ui.network_key import KEY_LOOKS, KeyPlaces, NetworkKey
from web_ui.pair_button import HELD_SAMPLES, JOINED_LOOK_S, PairButton, PairingSurroundings, Presses, step
from web_ui.service import Service, service_of

AP, TLS = Transport.ACCESS_POINT, Transport.TLS
NETWORK = OwnNetwork("balance-station", "abc23456defg")


def presses(samples):
    state = Presses()
    for down in samples:
        state = step(state, bool(down))
    return state.total


def runs(*lengths):
    """Up, down, up ...: each for so many samples."""
    return [index % 2 for index, length in enumerate(lengths) for _ in range(length)]


@pytest.mark.parametrize(
    ("samples", "total"),
    [
        (runs(20, HELD_SAMPLES, 20), 1),
        (runs(20, HELD_SAMPLES - 1, 20), 0),
        (runs(20, 2, 1, 2, 1, 9, 1, 2, 20, 9, 9), 2),  # contacts bounce at both ends
        (runs(0, 500), 0),  # stuck from the first sample on
        (runs(0, 500, HELD_SAMPLES, HELD_SAMPLES, 1), 1),
    ],
)
def test_a_press_is_what_a_finger_does(samples, total):
    assert presses(samples) == total


@given(st.lists(st.booleans(), max_size=200))
def test_no_more_presses_than_times_it_was_down_for_long(samples):
    long = run = 0
    for down in samples:
        run = run + 1 if down else 0
        long += run == HELD_SAMPLES
    assert presses(samples) <= long


class Room:
    """A button beside a screen, a network and phones."""

    def __init__(self, ways=(AP,), network=NETWORK) -> None:
        self.s, self.total, self.here = 100.0, 0, frozenset({"other"})
        self.pairings = Pairings(lambda: self.s)
        found = dict.fromkeys(ways, "http://x")
        around = PairingSurroundings(lambda: found, "wlan0", lambda: network, lambda _: self.here)
        self.button = PairButton(self.pairings, around)

    def look(self, pressed=False, busy=False, after_s=0.1):
        self.s += after_s
        self.total += pressed
        return self.button.look(self.total, self.s, busy=busy), self.pairings.now().state


def test_a_press_shows_the_networks_code_and_the_next_the_offer():
    room = Room()
    assert room.look() == (False, "none")
    assert [room.look(pressed=True) for _ in range(3)] == [(True, "joining"), (True, "waiting"), (False, "none")]


def test_a_phone_that_joins_leads_on_by_itself():
    room = Room()
    room.look(pressed=True)
    assert room.look(after_s=JOINED_LOOK_S) == (True, "joining"), "who was there before has not joined"
    room.here |= {"new"}
    assert room.look() == (True, "joining"), "looked at once a second"
    assert room.look(after_s=JOINED_LOOK_S) == (True, "waiting")


@pytest.mark.parametrize(
    ("ways", "network", "state"), [((TLS,), NETWORK, "waiting"), ((AP,), None, "waiting"), ((), None, "none")]
)
def test_without_a_network_of_its_own_the_offer_comes_at_once(ways, network, state):
    assert Room(ways, network).look(pressed=True)[1] == state


def test_a_drill_is_not_disturbed():
    room = Room()
    assert room.look(pressed=True, busy=True) == (False, "none")
    room.look(pressed=True)
    assert room.look(busy=True) == (False, "none"), "it is over once a drill runs"
    offer = room.pairings.offer(Role.VIEWER)
    room.look(busy=True)
    assert room.pairings.now().token == offer.token, "what the manager began at the screen is not the button's"


def test_its_end_is_read_for_a_while():
    room = Room(ways=(TLS,))
    room.look(pressed=True)
    taken = room.pairings.take(room.pairings.now().token, TLS)
    assert room.pairings.require(taken.secret, TLS) is None
    room.pairings.done("Ada's phone")
    assert room.look() == (True, "done")
    assert room.look(after_s=OUTCOME_SHOWN_S) == (False, "done")


# --- another key for the network ---


class KeyService:
    """What changes the key on an installed station, as systemd starts it: at the third look."""

    def __init__(self, folder, answers=True) -> None:
        self.runtime, self.places = folder, KeyPlaces(folder / "join", folder / "station-new-key.path")
        self.places.join.write_text("balance-station\nfirst\n")
        self.places.service.touch()
        (folder / "key-due").touch()
        self.looks, self.answers, self.drills = 0, answers, 0
        self.states = []
        self.key = NetworkKey(folder, self.drill_runs, self.places)

    def drill_runs(self):
        self.drills -= self.drills > 0
        return self.drills > 0

    def wait(self):
        self.looks += 1
        self.states.append(self.key.state)
        if self.answers and self.looks >= 3 and (self.runtime / "key-wanted").exists():
            (self.runtime / "key-wanted").unlink()
            self.places.join.write_text("balance-station\nsecond\n")
        return False


def test_the_service_is_asked_and_its_answer_is_seen(tmp_path):
    own = KeyService(tmp_path)
    own.key.work(own.wait)
    assert (own.states, own.key.state) == (["asked"] * 3, "changed")
    assert own.key.network() == OwnNetwork("balance-station", "second")
    assert not [one for one in tmp_path.iterdir() if one.name.startswith("key")]


def test_a_drill_keeps_its_network_until_it_is_over(tmp_path):
    own = KeyService(tmp_path)
    own.key.state, own.drills = "due", 9
    own.key.work(own.wait)
    assert own.states[:8] == ["due"] * 8
    assert own.key.state == "changed"


def test_what_is_due_stays_so_over_an_end_of_the_pages(tmp_path):
    own = KeyService(tmp_path)
    own.drills = 1000
    own.key.work(lambda: True)
    assert (tmp_path / "key-due").exists()
    again = NetworkKey(tmp_path, lambda: False, own.places)
    again.start()
    again.close()
    assert (tmp_path / "key-wanted").exists()


def test_a_service_that_does_not_answer_is_told_of(tmp_path):
    own = KeyService(tmp_path, answers=False)
    own.key.work(own.wait)
    assert (own.looks, own.key.state) == (KEY_LOOKS, "stuck")


def test_where_nothing_changes_keys_it_is_refused_by_hand_and_left_alone_after_a_revoke(tmp_path):
    key = NetworkKey(tmp_path, lambda: False, KeyPlaces(tmp_path / "join", tmp_path / "none"))
    with pytest.raises(StationError) as refusal:
        key.want()
    assert refusal.value.code == "network-none"
    key.want_after_revoke()
    assert key.state == "kept"


# --- over the API ---


@pytest.fixture
def manager(runtime: Path, data: Path, tmp_path: Path) -> Iterator[tuple[FlaskClient, Service, Path]]:
    app = create_app(runtime, data)
    own = service_of(app)
    places = KeyPlaces(tmp_path / "join", tmp_path / "station-new-key.path")
    places.join.write_text("balance-station\nfirst\n")
    places.service.touch()
    own.network_key = NetworkKey(runtime, lambda: False, places)
    own.access._removed = own.network_key.want_after_revoke
    yield app.test_client(), own, runtime
    own.network_key.close()
    own.close()


def test_a_phone_that_is_taken_off_takes_the_key_with_it(manager):
    client, own, runtime = manager
    assert client.get("/api/v1/network").json == {"name": "balance-station", "changeable": True, "state": "kept"}
    own.access.phones.pair("Ada's", Role.VIEWER, AP)
    (phone,) = client.get("/api/v1/phones").json["phones"]
    assert client.delete(f"/api/v1/phones/{phone['id']}").status_code == 200
    own.network_key.close()
    assert (runtime / "key-wanted").exists()
    assert client.get("/api/v1/network").json["state"] == "asked"


def test_so_does_one_that_leaves_and_one_on_which_ten_pins_were_wrong(tmp_path):
    removed = []
    records = open_records(tmp_path / "records.sqlite")
    phones = Phones(lambda: records, lambda: records, this_moment, lambda: removed.append(1))
    phones.set_pin(Role.VIEWER, "2580", "mgr")
    token = phones.pair("Ada's", Role.VIEWER, AP)
    PhoneBook(records).note(phones.listed()[0]["id"], wrong=MOST_WRONG - 1)
    with pytest.raises(StationError):
        phones.unlock(token, "0000")
    assert (phones.listed(), removed) == ([], [1])


def test_the_manager_may_ask_for_another_key_and_the_log_says_who(manager):
    client, own, runtime = manager
    assert client.post("/api/v1/network/key", json={}).status_code == 200
    own.network_key.close()
    lines = AuditLog(open_records(own.data / RECORDS_FILE)).newest(1)
    assert [line["what"] for line in lines] == ["network-key-asked"]
    assert (runtime / "key-wanted").exists()


def test_the_patients_screen_is_shown_what_the_button_began_and_nothing_else(manager, monkeypatch):
    client, own, _ = manager
    # There is no control here: the thread that reads the samples would give up what was begun when it gets to look.
    monkeypatch.setattr(own.meanwhile, "_button", SimpleNamespace(look=lambda *_, **__: True))
    own.access.pairings.press(AP, joins=True)
    shown = client.get("/api/v1/pairing/pressed").json
    assert (shown["state"], shown["network"], shown["key"], shown["role"]) == (
        "joining",
        "balance-station",
        "first",
        None,
    )
    assert shown["picture"].startswith("data:image/svg+xml")
    assert client.post("/api/v1/pairing/next", json={}).json["state"] == "waiting"
    own.access.pairings.offer(Role.MANAGER)
    assert client.get("/api/v1/pairing/pressed").json["state"] == "none"
