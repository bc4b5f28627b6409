"""The threshold of vibration from Start to figure: a plate that moves, somebody who feels it, a therapist who taps."""

import math
import os
import random
from collections.abc import Callable
from contextlib import closing

import pytest

from drills.library import load_shipped
from drills.prescription import Asked, prescribe
from drills.values import Leg
from station.clinic.batteries.documents import shipped
from station.clinic.batteries.figures import PersonKnown
from station.clinic.batteries.standing import figures, standing
from station.control.session import DrillRequest
from station.control.tick import Station
from station.processes import headless
from station.processes.timed_faults import TimedFaults
from station.recording.layout import RECORDS_FILE
from station.records.batteries import attempted
from station.records.file import open_records
from station.settings import Settings
from station.wire.messages import Marked

STRONGEST_MM_S2 = (2 * math.pi * 25.0) ** 2 * 0.08 / 2 / math.sqrt(2)
"""Of the drill as it ships, r.m.s.: 25 Hz, 0.08 mm from peak to peak."""
TEST = next(one for one in shipped("sensing").test if one.id == "hum")


def feels_from(threshold_db: float, monkeypatch) -> None:
    """From now on whoever stands on the plate feels what it really does from this level on (dB re 1 mm/s2 r.m.s.),
    guesses below it, and the therapist taps what they say.
    """
    stations: list[Station] = []
    lot = random.Random(7)

    class Here(Station):
        def __init__(self, *parts, **more):
            super().__init__(*parts, **more)
            stations.append(self)

    class Feels(TimedFaults):
        felt = (0.0, 0.0)
        taps = 0

        def serve(self, now_ns):
            super().serve(now_ns)
            session = stations[-1].session
            state = None if session is None else session.drill.exercise
            if state is None:
                return
            place = state.place
            if place.lit >= 0:
                platform = self._rig.look.__self__.platform
                rms_mm_s2 = 1000.0 * platform.acceleration_m_s2() / math.sqrt(2) if platform.frequency_hz else 0.0
                most = max(self.felt[place.lit], rms_mm_s2)
                self.felt = (most, self.felt[1]) if place.lit == 0 else (self.felt[0], most)
            elif state.asked:
                first, second = self.felt
                stronger = "first" if first > second else "second"
                felt = max(first, second) >= 10.0 ** (threshold_db / 20.0)
                self.taps += 1
                said = stronger if felt else lot.choice(("first", "second"))
                tap = Marked(type="marked", request=f"tap-{self.taps}", mark=said, by="Ada")
                session.marks.take(tap, session.document, session.drill)
                self.felt = (0.0, 0.0)

    monkeypatch.setattr(headless, "Station", Here)
    monkeypatch.setattr(headless, "TimedFaults", Feels)


def threshold_of(folder, threshold_db, monkeypatch) -> float:
    """The figure of the battery, as the page shows it: by the four cells, the drive, the recording and the records."""
    settings = Settings.model_validate({"station": {"data": folder, "runtime": folder, "rig": "simulated", "seed": 5}})
    document = load_shipped(TEST.drill)
    asked = Asked(Leg(TEST.leg), hold_s=TEST.hold_s, trials=TEST.trials)
    with monkeypatch.context() as patched:
        feels_from(threshold_db, patched)
        request = DrillRequest("P31", document, prescribe(document, asked))
        done = headless.run_headless(settings, request, headless.Surroundings(virtual=True))
    assert done["outcome"] == "completed"
    with closing(open_records(folder / RECORDS_FILE, read_only=True)) as records:
        sessions = attempted(records, "P31")[1]
    battery = shipped("sensing")
    (found,) = figures(battery, sessions, PersonKnown())["hum"]
    assert found.name == "vibration_threshold_db"
    assert standing(battery, sessions).tests[2].done > 0
    return found.value


def at_length(test: Callable[..., None]) -> Callable[..., None] | None:
    """A test of `make soak`: it is eight minutes of a drill, and pytest sees none elsewhere."""
    return test if "STATION_SOAK" in os.environ else None


@at_length
@pytest.mark.parametrize("below_db", [22.0, 10.0])
def test_a_person_of_known_threshold_is_found(tmp_path, monkeypatch, below_db):
    """Two people 12 dB apart are told apart by 6 dB at least."""
    known_db = 20.0 * math.log10(STRONGEST_MM_S2) - below_db
    assert threshold_of(tmp_path, known_db, monkeypatch) == pytest.approx(known_db, abs=3.0)
