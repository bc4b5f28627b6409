"""A pause between two tries, and the power goes: what was recorded stays, nothing vibrates, the visit goes on. And what
is left of a pause in the files that are made of a recording.
"""

import csv
import json
import os
import signal
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from drills.values import Phase
from station.faults import BY_NUMBER
from station.recording.export import export
from station.recording.layout import RECORDS_FILE
from station.recording.reader import Recording
from station.records.file import open_records
from station.records.sessions import Sessions
from station.records.visits import Visits
from station.safety.arming import Arming
from station.texts import Texts
from tests.system.conftest import RunningStation
from tests.system.tries import PATIENT, Tries
from web_ui.viewer import viewer_of


def pause(station: RunningStation) -> Callable[[int], object]:
    return lambda session: station.link.request("pause", session=session, by="a test")


def of_patient(data: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Their sessions and visits, the newest first."""
    with closing(open_records(data / RECORDS_FILE, read_only=True)) as records:
        return Sessions(records).newest(PATIENT), Visits(records).newest(PATIENT)


def kept(recording: Recording, on_disk: npt.NDArray[np.void]) -> None:
    """The try before the pause is there, and all of the pause, in which nothing vibrated, that the disk had before.

    `on_disk`: the samples that were seen on it before something broke.
    """
    samples = recording.samples
    assert samples[: len(on_disk)].tobytes() == on_disk.tobytes()
    assert np.all(np.diff(samples["seq"].astype(np.int64)) >= 1)
    begun = np.flatnonzero(samples["phase"] == Phase.PAUSE)[0]
    assert np.all(samples["output_hz"][begun:] == 0.0)
    assert np.max(samples["output_hz"][:begun]) > 20.0
    ended = [event["trial"] for event in recording.events if event["kind"] == "trial-ended"]
    assert ended == [1]


def a_while_in_it(station: RunningStation, wait_for: Callable[..., Any]) -> npt.NDArray[np.void]:
    """The samples of the session on the disk, some seconds of the pause among them."""
    begun = station.latest()
    wait_for("four seconds of it", lambda: (sample := station.latest()) and sample.seq > begun.seq + 1000)

    def some() -> bool:
        seen = station.on_disk(begun.session)["seq"]
        return len(seen) > 0 and seen[-1] > begun.seq + 750

    wait_for("three seconds of it on the disk", some)
    samples = station.on_disk(begun.session)
    assert samples["phase"][-1] == Phase.PAUSE
    return samples


def goes_on(station: RunningStation, wait_for: Callable[..., Any], visit: str) -> None:
    """The same visit: its next drill vibrates once somebody starts it, and not before."""
    assert station.latest().output_hz == 0.0
    again = Tries(station, wait_for)
    again.to(lambda sample: sample.output_hz > 20.0, lambda _: None, hold_s=5.0)
    station.link.request("stop", by="a test")
    again.over()
    again.recorded()
    sessions, visits = of_patient(station.data)
    assert {one["visit"] for one in sessions} == {visit}
    assert [(one["id"], one["state"]) for one in visits] == [(visit, "open")]


def test_the_recorder_dies_in_a_pause(start_station, wait_for) -> None:
    station = start_station()
    station.wait_until_healthy()
    tries = Tries(station, wait_for)
    tries.paused(pause(station))
    on_disk = a_while_in_it(station, wait_for)
    recorder = station.child("recorder")
    recorder.kill()
    tries.over()
    tripped = station.latest()
    assert (tripped.arming, BY_NUMBER[tripped.trip].code) == (Arming.TRIPPED, "recorder-lost")
    wait_for("another recorder", lambda: (p := station.child("recorder")) and p.pid != recorder.pid)
    recording = tries.recorded()
    kept(recording, on_disk)
    station.wait_until_healthy()
    ((session, *_), (visit, *_)) = wait_for(
        "the records", lambda: (found := of_patient(station.data)) and found[0][0]["trials_count"] and found
    )
    assert (session["state"], session["outcome"], session["trials_count"]) == ("done", "tripped", 1)
    goes_on(station, wait_for, visit["id"])


def test_the_power_goes_in_a_pause(tmp_path, free_port, stations, wait_for) -> None:
    def begin() -> RunningStation:
        stations.append(RunningStation(tmp_path, free_port()))
        stations[-1].wait_until_healthy()
        return stations[-1]

    station = begin()
    tries = Tries(station, wait_for)
    tries.paused(pause(station))
    on_disk = a_while_in_it(station, wait_for)
    children = [station.child(verb) for verb in ("control", "recorder", "web")]
    station.process.send_signal(signal.SIGSTOP)  # it starts none of them again
    for child in children:
        child.kill()
    os.kill(station.process.pid, signal.SIGKILL)
    station.process.wait()
    station.link.close()
    station.output.close()
    stations.remove(station)

    station = begin()
    after = station.latest()
    assert (after.arming, after.session, after.output_hz) == (Arming.DISARMED, 0, 0.0), "it begins nothing by itself"
    tries.station = station
    recording = tries.recorded()
    kept(recording, on_disk)
    phases = [event["phase"] for event in recording.events if event["kind"] == "phase"]
    assert phases[-1] == "pause"
    ((session, *_), (visit, *_)) = wait_for(
        "the records", lambda: (found := of_patient(station.data)) and found[0][0]["trials_count"] and found
    )
    assert (session["state"], session["trials_count"], session["paused_s"]) == ("interrupted", 1, 0.0)
    goes_on(station, wait_for, visit["id"])


def test_files_and_replay_say_that_it_was_paused_and_for_how_long(station, wait_for, tmp_path) -> None:
    tries = Tries(station, wait_for)
    tries.paused(pause(station))
    a_while_in_it(station, wait_for)
    station.link.request("go-on", session=tries.session, trial=1, by="another")
    wait_for("the rest", lambda: (s := station.latest()) and s.phase != Phase.PAUSE)
    station.link.request("stop", by="a test")
    tries.over()
    recording = tries.recorded()
    table, events, schema, _ = export(recording.path, tmp_path / "drill.csv", "csv")
    told = [
        (row["kind"], int(row["t_ns"]), json.loads(row["data"]))
        for row in csv.DictReader(events.read_text().splitlines())
    ]
    assert [data for kind, _, data in told if kind == "pause"] == [{"wanted": True, "trial": 1, "by": "a test"}]
    ((went_ns, went),) = [(t_ns, data) for kind, t_ns, data in told if kind == "go-on"]
    phases = [(t_ns, data["phase"]) for kind, t_ns, data in told if kind == "phase"]
    ((began_ns, ended_ns),) = [
        (t_ns, after_ns) for (t_ns, phase), (after_ns, _) in pairwise(phases) if phase == "pause"
    ]
    assert (went["trial"], went["by"]) == (1, "another")
    assert went["paused_s"] == pytest.approx((ended_ns - began_ns) / 1e9, abs=0.01)
    assert began_ns < went_ns <= ended_ns
    rows = [row for row in csv.DictReader(table.read_text().splitlines()) if int(row["phase"]) == Phase.PAUSE]
    t_ns = recording.samples["t_ns"]
    assert len(rows) == np.count_nonzero((t_ns >= began_ns) & (t_ns < ended_ns)) > 500
    assert {float(row["output_hz"]) for row in rows} == {0.0}
    (phase,) = [one for one in json.loads(schema.read_text())["fields"] if one["name"] == "phase"]
    assert phase["unit"] == "1"
    page = viewer_of(recording, Texts("en"))
    played = json.loads(page.partition('id="recording">')[2].partition("</script>")[0])
    late_ms = (ended_ns - int(recording.samples["t_ns"][0])) // 1_000_000 - 100  # first it says how the try ended
    shown: dict[str, Any] = {}
    for at_ms, changed in played["scenes"]:
        if at_ms <= late_ms:
            shown = {} if changed is None else shown | changed
    assert Texts("en").say(shown["word"]) == "Pause. Hold the handrail. You may step off."
    assert shown["clock_kind"] == "none", "no time runs in it"
