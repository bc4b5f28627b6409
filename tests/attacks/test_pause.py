"""The pause between two tries, attacked from outside: whatever comes, in whatever order, it begins no try by itself,
asks for no vibration, and is ended by nobody who may not.

What a pause does at each tick is in tests/drills/test_pausing.py and tests/station/control/test_pausing.py, in virtual
time; here are real processes, and phones on real sockets.
"""

import contextlib
import json
import os
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pytest

from drills.values import Phase
from station.access.phones import Phones
from station.access.rights import Role, Transport
from station.clock import this_moment
from station.recording.layout import RECORDS_FILE
from station.recording.reader import Recording
from station.records.file import open_records
from station.safety.arming import Arming
from tests.attacks.test_stop import Phone
from tests.system.conftest import RunningStation
from tests.system.tries import Tries, is_paused
from web_ui.callers import PHONE_COOKIES

DONE, NOTHING, HELD = (200, ""), (409, "nothing-to-pause"), (423, "lease-held")
AT_ONCE = 8
TAPS: list[tuple[str, dict[str, int]]] = [("pause", {}), ("go-on", {"trial": 1})]


def at_length(test: Callable[..., None]) -> Callable[..., None] | None:
    """A test of `make soak`: it takes half a minute of a real station's time, and pytest sees none elsewhere."""
    return test if "STATION_SOAK" in os.environ else None


@pytest.fixture(scope="module")
def ports(free_port: Callable[[], int]) -> dict[Transport, int]:
    """Of the doors into networks."""
    return {Transport.ACCESS_POINT: free_port(), Transport.SHARED: free_port()}


@pytest.fixture(scope="module")
def shared(
    tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int], ports: dict[Transport, int]
) -> Iterator[RunningStation]:
    """A station whose doors are open too, the access point's on the loopback interface."""
    doors = f'[phones]\naccess_point = "lo"\naccess_point_port = {ports[Transport.ACCESS_POINT]}\n'
    doors += f"shared_port = {ports[Transport.SHARED]}\n"
    station = RunningStation(tmp_path_factory.mktemp("shared"), free_port(), limits=doors)
    yield station
    station.close()


@pytest.fixture(scope="module")
def phone(shared: RunningStation) -> Phone:
    """The therapist's, the same in each test: the lease that it took in one would keep another out of the next."""
    return Phone(shared)


@pytest.fixture
def tries(station: RunningStation, wait_for: Callable[..., Any]) -> Iterator[Tries]:
    made = Tries(station, wait_for)
    yield made
    Phone(station).post("/stop")
    made.over()


def tap(phone: Phone, what: str, **body: object) -> tuple[int, str]:
    """Status and code of the answer."""
    status, answer = phone.post(f"/drill/{what}", body)
    return status, answer.get("code", "")


def asks(phone: Phone) -> Callable[[int], object]:
    return lambda session: tap(phone, "pause", session=session)


def events(recording: Recording, kind: str) -> list[dict[str, Any]]:
    return [one for one in recording.events if one["kind"] == kind]


def still(recording: Recording) -> None:
    """In no sample of a pause was vibration asked for, allowed, or put out; and there were some."""
    paused = recording.samples[recording.samples["phase"] == Phase.PAUSE]
    assert len(paused) > 0
    for name in ("demand_hz", "demand_pp_mm", "output_hz"):
        assert np.all(paused[name] == 0.0), name


def tries_of(recording: Recording) -> list[int]:
    """Which tries ended, in their order."""
    return [one["trial"] for one in events(recording, "trial-ended")]


def moment(station: RunningStation, wait_for: Callable[..., Any]) -> None:
    """A hundred more ticks."""
    after = station.latest().seq + 100
    wait_for("a moment", lambda: station.latest().seq > after)


@at_length
def test_who_taps_without_end_loses_no_try_and_what_comes_again_ends_no_later_pause(
    station, tries, phone, wait_for
) -> None:
    """Wanted, not wanted, wanted: into the very end of the try, and on into the pause."""
    answers: list[tuple[int, str]] = []

    def hammered(sample) -> bool:
        answers.extend(tap(phone, "pause", session=tries.session, wanted=wanted) for wanted in (True, False))
        return is_paused(sample)

    def in_the_next_try() -> int:
        """The session; 0 where a busy machine has ended it before."""
        tries.to(hammered, lambda _: answers.clear(), vibrates=False)
        session = tries.session
        assert set(answers) <= {DONE, NOTHING}
        for _ in range(AT_ONCE):
            assert tap(phone, "pause", session=session) == DONE, "it is there already"
            assert tap(phone, "pause", session=session, wanted=False) == NOTHING
        assert is_paused(station.latest())
        assert tap(phone, "go-on", session=session, trial=1) == DONE
        wait_for("the next try", lambda: (s := station.latest()) and (s.trial == 2 or s.session != session))
        return session if tap(phone, "pause", session=session) == DONE else 0

    session = wait_for("a second try", in_the_next_try)
    wait_for("the next pause", lambda: (s := station.latest()) and (is_paused(s) or s.session != session))
    assert tap(phone, "go-on", session=session, trial=1) == DONE, "that was done: a tap that is sent again does nothing"
    moment(station, wait_for)
    assert is_paused(station.latest())
    phone.post("/stop")
    tries.over()
    recording = tries.recorded()
    still(recording)
    assert tries_of(recording) == [1, 2]
    assert [one["trial"] for one in events(recording, "go-on")] == [1]


@at_length
def test_in_and_after_the_last_try_no_pause_is_to_be_had(station, tries, phone) -> None:
    tries.to(lambda sample: sample.phase == Phase.HOLD, asks(phone), trials=1, vibrates=False)
    assert tap(phone, "pause", session=tries.session) == NOTHING
    tries.over()
    assert {tap(phone, what, session=tries.session, **more) for what, more in TAPS} == {NOTHING}
    recording = tries.recorded()
    assert [events(recording, kind) for kind in ("pause", "go-on")] == [[], []]
    assert Phase.PAUSE not in recording.samples["phase"]


def test_asked_by_many_taps_at_the_same_moment_it_is_done_once(station, tries, phone, wait_for) -> None:

    def at_once(what: str, **body: object) -> list[tuple[int, str]]:
        together, found = threading.Barrier(AT_ONCE), []

        def one() -> None:
            together.wait()
            found.append(tap(phone, what, session=tries.session, **body))

        threads = [threading.Thread(target=one) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    tries.paused(lambda _: at_once("pause"))
    assert at_once("pause") == [DONE] * AT_ONCE
    assert at_once("go-on", trial=1) == [DONE] * AT_ONCE
    assert tap(phone, "go-on", session=tries.session, trial=2) == NOTHING, "no pause is after the try that comes"
    moment(station, wait_for)
    phone.post("/stop")
    tries.over()
    recording = tries.recorded()
    assert [len(events(recording, kind)) for kind in ("pause", "go-on")] == [1, 1]
    assert sum(one["phase"] == "pause" for one in events(recording, "phase")) == 1


class Dripping:
    """A request on a bad network: all of it has come but the last byte."""

    def __init__(self, phone: Phone, path: str, body: dict[str, Any]) -> None:
        host = phone.url.removeprefix("http://")
        content = json.dumps(body).encode()
        head = (
            f"POST /api/v1{path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {phone.url}\r\nCookie: {phone.cookie}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
        )
        self._socket = socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2])), 30)
        self._socket.sendall(head.encode() + content[:-1])
        self._last = content[-1:]

    def arrives(self) -> tuple[int, str]:
        """The last byte too; the answer."""
        with closing(self._socket):
            self._socket.sendall(self._last)
            answer = b""
            while part := self._socket.recv(65536):
                answer += part
        head, _, content = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(content).get("code", "")


def test_what_was_asked_before_a_stop_and_comes_after_it_does_nothing(station, tries, phone, wait_for) -> None:
    other = Phone(station)
    tries.paused(asks(phone))
    body = {"session": tries.session, "trial": 1}
    late = [Dripping(phone, "/drill/go-on", body), Dripping(phone, "/drill/pause", {"session": tries.session})]
    assert other.post("/stop") == (200, {"ok": True}), "somebody else stops in the pause"
    tries.over()
    assert station.latest().arming != Arming.ARMED
    assert [one.arrives() for one in late] == [NOTHING, NOTHING]
    moment(station, wait_for)
    assert station.latest().session == 0
    assert events(tries.recorded(), "drill-ended")[0]["outcome"] == "stopped"
    still(tries.recorded())
    tries.paused(asks(phone))  # and of a drill that is over it ends no pause of the next
    assert tap(phone, "go-on", **body) == NOTHING
    moment(station, wait_for)
    assert is_paused(station.latest())


def test_a_tap_that_was_meant_for_one_pause_and_comes_late_ends_no_second_after_the_same_try(
    station, tries, phone, wait_for
) -> None:
    tries.paused(asks(phone))
    body = {"session": tries.session, "trial": 1, "pause": 1}
    late = Dripping(phone, "/drill/go-on", body)
    assert tap(phone, "go-on", **body) == DONE
    assert tap(phone, "pause", session=tries.session) == DONE, "in what is left of the rest it is there at once again"
    assert late.arrives() == DONE, "it was done, and is not done again"
    moment(station, wait_for)
    assert is_paused(station.latest())
    with urllib.request.urlopen(f"{station.url}/api/v1/snapshot", timeout=30) as answer:
        assert json.load(answer)["pause"] == 2
    phone.post("/stop")
    tries.over()
    recording = tries.recorded()
    still(recording)
    assert (tries_of(recording), len(events(recording, "go-on"))) == ([1], 1)


def test_who_vibrates_is_not_let_down_by_a_pause_and_not_vibrated_in_it(station, tries, phone, wait_for) -> None:

    def asked_in_vibration(sample) -> bool:
        vibrates = sample.phase == Phase.HOLD and sample.output_hz > 20.0
        return vibrates and tap(phone, "pause", session=tries.session) == DONE

    tries.to(asked_in_vibration, lambda _: None, hold_s=5.0)
    wait_for("the pause", lambda: (s := station.latest()) and (is_paused(s) or s.session == 0))
    paused = is_paused(station.latest())
    phone.post("/stop")
    tries.over()
    recording = tries.recorded()
    (pause,) = events(recording, "pause")
    after = recording.samples[recording.samples["seq"] > pause["seq"]]
    assert np.any(after["output_hz"] > 20.0), "the try that goes on ends as it would have ended"
    assert after["output_hz"][-1] == 0.0
    if paused:  # a busy machine may have ended it before
        still(recording)


def test_a_trip_in_a_pause_ends_it_and_nobody_goes_on(station, tries, phone, wait_for) -> None:
    tries.paused(asks(phone))
    try:
        station.link.request("fault", verb="estop", arguments={"pressed": True})
        wait_for("the trip", lambda: (s := station.latest()) and s.trip)
        tries.over()
        answers = {tap(phone, what, session=tries.session, **more) for what, more in TAPS}
        assert answers == {NOTHING}
        assert station.latest().arming == Arming.ESTOPPED
    finally:
        station.link.request("fault", verb="estop", arguments={"pressed": False})
    wait_for("the acknowledgement", lambda: phone.post("/acknowledge")[0] == 200)
    assert {tap(phone, what, session=tries.session, **more) for what, more in TAPS} == {NOTHING}
    recording = tries.recorded()
    assert events(recording, "drill-ended")[0]["outcome"] == "tripped"
    assert tries_of(recording) == [1]
    still(recording)


@at_length
def test_only_who_has_the_lease_asks_and_a_phone_that_is_gone_keeps_nobody_waiting(
    station, tries, phone, wait_for
) -> None:
    """A lease that runs out in a pause ends nothing: another phone takes it, and goes on."""
    gone, other = phone, Phone(station)
    tries.paused(asks(gone), vibrates=False)
    asks(gone)(tries.session)  # the lease it took before the try may have run out since
    assert [tap(other, what, session=tries.session, **more) for what, more in TAPS] == [HELD, HELD]
    assert is_paused(station.latest())
    refusals: list[tuple[int, str]] = []

    def goes_on() -> bool:
        answer = tap(other, "go-on", session=tries.session, trial=1)
        refusals.append(answer)
        return answer == DONE

    wait_for("the lease", goes_on)
    assert set(refusals) == {HELD, DONE}
    assert tap(gone, "pause", session=tries.session) == HELD
    assert station.latest().session == tries.session
    other.post("/stop")
    tries.over()
    recording = tries.recorded()
    assert len(events(recording, "go-on")) == 1


class Stranger(Phone):
    """Who comes by another door, with this cookie or none."""

    def __init__(self, station: RunningStation, port: int, cookie: str = "") -> None:
        super().__init__(station)
        self.url = f"http://127.0.0.1:{port}"
        self.cookie = cookie or self.cookie


def test_who_may_not_run_a_drill_pauses_none(station, tries, phone, ports, wait_for) -> None:
    """Somebody in a shared network, a phone without a code, one that looks on, and one by a cookie of another way."""
    point = ports[Transport.ACCESS_POINT]
    with closing(open_records(station.data / RECORDS_FILE)) as records:
        phones = Phones(lambda: records, lambda: records, this_moment)
        name = PHONE_COOKIES[Transport.ACCESS_POINT]
        viewer, technician, therapist = (
            f"{name}={phones.pair(role.value, role, Transport.ACCESS_POINT)}"
            for role in (Role.VIEWER, Role.TECHNICIAN, Role.THERAPIST)
        )
        elsewhere = f"{name}={phones.pair('tls', Role.THERAPIST, Transport.TLS)}"
    may_not = [
        Stranger(station, ports[Transport.SHARED]),
        Stranger(station, ports[Transport.SHARED], therapist),
        *(Stranger(station, point, cookie) for cookie in ("", viewer, technician, elsewhere)),
    ]
    tries.paused(lambda session: station.link.request("pause", session=session, by="a test"))
    for who in may_not:
        for what, more in TAPS:
            status, code = tap(who, what, session=tries.session, **more)
            assert (status, code) in {(403, "not-paired"), (403, "not-allowed"), (403, "pin-due")}, code
    moment(station, wait_for)
    assert is_paused(station.latest())
    with contextlib.suppress(urllib.error.HTTPError):
        urllib.request.urlopen(f"{station.url}/api/v1/drill/go-on", timeout=30)  # nor by an address alone
    assert is_paused(station.latest())
    assert Stranger(station, ports[Transport.SHARED]).post("/stop")[0] == 200, "whoever sees it may stop it"
    tries.over()
