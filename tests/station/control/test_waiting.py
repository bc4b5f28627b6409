"""Control without its hardware: what it answers and publishes, over a real socket and real rings."""

import json
import math
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drills.problems import Problem
from station.control.waiting import MOST_PROBLEMS, Waiting
from station.faults import CATALOGUE, InputError, StationError, as_json, because
from station.processes.live_rings import EVENT_BYTES, LiveRings
from station.safety.arming import Arming
from station.wire.messages import MESSAGE_BYTES
from station.wire.ring import RingReader
from station.wire.sample import FIELDS, Sample, unpack
from station.wire.server import CommandServer

FAULT = StationError("i2c-bus-missing", "/dev/i2c-1", because("said", said="there is no such device"))
MEASURED = tuple(
    name
    for name in Sample._fields[:-1]
    if name.endswith(("_v", "_n", "_mm", "_age_ms", "measured_hz", "_g", "oldest_cell_ms")) and "pp_mm" not in name
)
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[Waiting]:
    rings = LiveRings(tmp_path)
    server = CommandServer(tmp_path / "control.sock", lambda role, peer: True)
    yield Waiting(rings, server)
    server.close()
    rings.close()


@pytest.fixture
def ask(waiting: Waiting, tmp_path: Path) -> Iterator[Ask]:
    """`ask(type, **fields)`: the answer to this message; of this fault unless another is given."""
    client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    client.settimeout(5)
    client.connect(str(tmp_path / "control.sock"))

    def ask(kind: str, fault: StationError = FAULT, **fields: object) -> dict[str, Any]:
        client.send(json.dumps({"type": kind, **fields}).encode())
        for t_ns in range(3):
            waiting.step(fault, 1, t_ns)
        answer: dict[str, Any] = json.loads(client.recv(MESSAGE_BYTES))
        return answer

    yield ask
    client.close()


START = {
    "request": "r1",
    "seen": {"epoch": "e", "stops": 0},
    "patient": "P01",
    "document": {},
    "prescription": {},
}


@pytest.mark.parametrize(
    "message",
    [
        ("start", START),
        ("acknowledge", {}),
        ("describe", {}),
        ("fault", {"verb": "unplug"}),
    ],
    ids=lambda message: message[0],
)
def test_all_that_a_person_asks_for_is_refused_by_the_fault(ask: Ask, message: tuple[str, dict[str, Any]]) -> None:
    answer = ask(message[0], **message[1])
    assert (answer["ok"], answer["code"], answer["where"]) == (False, "i2c-bus-missing", "/dev/i2c-1")
    assert answer["problems"] == [as_json(FAULT.problems[0])]


def test_a_stop_is_confirmed_and_counts(ask: Ask) -> None:
    before = ask("heartbeat")["facts"]["seen"]
    stopped = ask("stop", by="phone")
    assert stopped["ok"]
    assert stopped["facts"]["seen"] == {"epoch": before["epoch"], "stops": before["stops"] + 1}
    assert ask("stand-by")["facts"]["seen"]["stops"] == 1
    assert ask("recorder-status", ready=True)["ok"]


def _samples(folder: Path) -> list[Sample]:
    ring = RingReader(folder / "samples")
    try:
        return [unpack(payload) for _, payload in ring.since(0).records]
    finally:
        ring.close()


def _events(folder: Path) -> list[dict[str, Any]]:
    ring = RingReader(folder / "events")
    try:
        return [json.loads(payload) for _, payload in ring.since(0).records]
    finally:
        ring.close()


def test_its_samples_hold_the_fault_and_no_measured_value(waiting: Waiting, tmp_path: Path) -> None:
    for t_ns in (7, 8, 9):
        waiting.step(FAULT, 1, t_ns)
    samples = _samples(tmp_path)
    assert [(sample.seq, sample.t_ns) for sample in samples] == [(0, 7), (1, 8), (2, 9)]
    sample = samples[-1]
    assert sample.trip == CATALOGUE["i2c-bus-missing"].number
    assert sample.arming == Arming.DISARMED
    assert (sample.session, sample.stance, sample.inputs) == (0, 0, 0)
    assert (sample.output_hz, sample.output_pp_mm, sample.demand_hz, sample.demand_pp_mm) == (0, 0, 0, 0)
    assert len(MEASURED) >= 18
    assert all(math.isnan(getattr(sample, name)) for name in MEASURED)
    assert {
        field.name for field in FIELDS if field.name.endswith("_status") and getattr(sample, field.name) != 4
    } == set()


def test_each_try_is_told_once_and_a_new_fault_too(waiting: Waiting, tmp_path: Path) -> None:
    other = StationError("chip-no-answer", "0x48")
    for fault, tries in ((FAULT, 1), (FAULT, 1), (FAULT, 2), (other, 3), (other, 3)):
        waiting.step(fault, tries, 0)
    told = [(event["kind"], event["code"], event["where"], event["tries"]) for event in _events(tmp_path)]
    assert told == [
        ("start-fault", "i2c-bus-missing", "/dev/i2c-1", 1),
        ("start-fault", "i2c-bus-missing", "/dev/i2c-1", 2),
        ("start-fault", "chip-no-answer", "0x48", 3),
    ]


def test_a_fault_with_a_thousand_problems_still_fits(waiting: Waiting, ask: Ask, tmp_path: Path) -> None:
    problems = [Problem(f"rig.key_{number}", "x" * 900, 1, 2) for number in range(1000)]
    many = InputError("settings-invalid", "/etc/station.toml", *problems)
    assert len(ask("describe", many)["problems"]) == MOST_PROBLEMS
    assert len(json.dumps(_events(tmp_path)[-1])) < EVENT_BYTES


@pytest.mark.parametrize("length", [10, 9_000, 100_000])
def test_a_value_of_any_length_and_kind_never_ends_control(ask: Ask, tmp_path: Path, length: int) -> None:
    long = "x" * length
    fault = InputError(
        "settings-invalid", long, Problem("web.port", long), Problem("a.b", 1, 2), because("said", said=Path(long))
    )
    answer = ask("describe", fault)
    assert answer["code"] == "settings-invalid"
    assert "a.b" in {problem["field"] for problem in answer["problems"]}
    assert _events(tmp_path)[-1]["problems"] == answer["problems"]
