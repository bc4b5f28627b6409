"""Samples, events and recordings to write and read."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from station.recording.writer import RecordingWriter
from station.sample import FIELDS, LAYOUT

PERIOD_NS = 4_000_000
START_NS = 1_000_000_000
EPOCH_NS = 946_684_800_000_000_000
PLATE = {"spacing_ml_mm": 400.0, "spacing_ap_mm": 300.0}

Pack = Callable[..., bytes]


def pack_sample(seq: int, **fields: float) -> bytes:
    """A sample of somebody of 700 N who sways a little; every other field differs from sample to sample."""
    t_ns = START_NS + seq * PERIOD_NS
    sway = 0.05 * math.sin(seq / 40.0)
    values: dict[str, Any] = {
        field.name: (seq * 7 + place) % 200 if field.type.startswith(("uint", "int")) else seq / 3.0 + place
        for place, field in enumerate(FIELDS)
    }
    values.update(
        seq=seq, t_ns=t_ns, session=1, output_hz=0.0, measured_hz=0.0, output_pp_mm=0.0, peak_acceleration_g=0.0,
        front_left_n=175.0 * (1 + sway), front_right_n=175.0 * (1 - sway),
        back_right_n=175.0 * (1 - sway), back_left_n=175.0 * (1 + sway), late_ticks=0, repeated_samples=seq // 100,
    )  # fmt: skip
    values.update({name: value % 2 for name, value in values.items() if name.endswith("_status")})  # ok or repeated
    values.update(fields)
    return LAYOUT.pack(*(values[field.name] for field in FIELDS))


def event(kind: str, seq: int = 0, session: int = 1, **data: object) -> dict[str, Any]:
    """An event as control publishes it."""
    return {"kind": kind, "t_ns": START_NS + seq * PERIOD_NS, "session": session, "seq": seq, **data}


def started(session: int = 1, seq: int = 0) -> dict[str, Any]:
    """The first event of a session."""
    return event(
        "session-started", seq, session, patient="P-7", drill="single-leg-vibration", leg="left", rig="simulated",
        document={"name": "single-leg-vibration"}, plate=PLATE, calibration={"zero_v": [0.0] * 4},
        prescription={"leg": "left", "frequency_hz": 20.0, "displacement_pp_mm": 1.0},
    )  # fmt: skip


@pytest.fixture
def pack() -> Pack:
    """`pack(seq, **fields)`: one sample's bytes."""
    return pack_sample


@pytest.fixture
def make_event() -> Callable[..., dict[str, Any]]:
    """`make_event(kind, seq, session, **data)`."""
    return event


@pytest.fixture
def session_started() -> Callable[..., dict[str, Any]]:
    """`session_started(session, seq)`."""
    return started


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., tuple[Path, list[bytes], list[int]]]:
    """`record(count, each, close=True)`: a recording of `count` samples, synced after `each`; returns its path, the
    samples, and the length of the file after each sync.
    """

    def write(
        count: int, each: int = 125, *, close: bool = True, name: str = "made.mcap"
    ) -> tuple[Path, list[bytes], list[int]]:
        path = tmp_path / name
        payloads = [pack_sample(seq) for seq in range(count)]
        writer = RecordingWriter(path, {"patient": "P-7", "plate": PLATE}, EPOCH_NS)
        lengths = []
        writer.event(started(), 0)
        for at in range(0, count, each):
            writer.append(payloads[at : at + each])
            writer.sync()
            lengths.append(path.stat().st_size)
        if close:
            writer.close()
        else:
            writer.abandon()
        return path, payloads, lengths

    return write
