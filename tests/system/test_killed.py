"""kill -9 of any process in the middle of a drill: vibration goes off, nothing acknowledged is lost, all comes back."""

import time
from pathlib import Path

import numpy as np
import pytest

from station.faults import BY_NUMBER
from station.recording.reader import read_recording
from station.safety.arming import Arming


@pytest.mark.parametrize("victim", ["recorder", "web", "control"])
def test_a_killed_process_takes_the_vibration_with_it_and_comes_back(station, wait_for, victim) -> None:
    earlier = set(station.data.glob("recordings/*.mcap"))
    before = station.start_vibrating()
    wait_for("vibration on the disk", lambda: np.any(station.on_disk(before.session)["output_hz"] > 20.0))
    on_disk = station.on_disk(before.session)
    process = station.child(victim)
    process.kill()

    off = wait_for("vibration off", lambda: (s := station.latest()) and (s.output_hz == 0.0) and s)
    assert off.arming != Arming.ARMED
    if victim == "control":
        assert off.seq < before.seq  # another life: nothing in it remembers being armed
        assert off.arming == Arming.DISARMED
    else:
        assert off.trip
    back = wait_for(f"{victim} again", lambda: (p := station.child(victim)) and p.pid != process.pid and p)
    assert back.is_running()
    station.wait_until_healthy()
    assert station.latest().output_hz == 0.0
    if victim != "control":
        assert station.latest().arming == Arming.TRIPPED  # until a person acknowledges

    (path,) = wait_for("the recording", lambda: {*station.data.glob("recordings/*.mcap")} - earlier)
    wait_for("the recording to be finished", lambda: not read_recording(path).truncated)
    recording = read_recording(path)
    assert recording.events[0]["kind"] == "session-started"
    seqs = recording.samples["seq"]
    assert recording.samples[: len(on_disk)].tobytes() == on_disk.tobytes()
    assert np.all(np.diff(seqs.astype(np.int64)) >= 1)
    if victim == "web":
        station.link.request("acknowledge", by="test")
        station.start_vibrating()
        # Control that stands still hears nobody, and says so: the recorder and the pages live.
        frozen = station.child("control")
        seq = station.latest().seq  # between two ticks: within one, what it has read already is what is too old
        wait_for("the end of a tick", lambda: station.latest().seq > seq)
        frozen.suspend()
        wait_for("2.5 s without a tick", lambda: time.monotonic_ns() - station.latest().t_ns > 2_500_000_000)
        frozen.resume()
        off = wait_for("the trip", lambda: (s := station.latest()) and s.trip and s)
        assert (BY_NUMBER[off.trip].code, off.output_hz) == ("deadline-missed", 0.0)
    words = f"{victim} ended (SIGKILL); it is started again"
    wait_for(f"{words!r}, said once", lambda: Path(station.output.name).read_text().count(words) == 1)
