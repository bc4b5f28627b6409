"""The data folder is taken away from a running station; and the last thing that a station writes."""

import shutil
import signal

from station.recording.reader import read_recording
from tests.system.conftest import PATIENCE_S


def test_a_data_folder_that_is_gone_puts_the_vibration_off_and_comes_back(start_station, wait_for) -> None:
    station = start_station()
    station.wait_until_healthy()
    station.start_vibrating()
    gone = station.data.rename(station.data.with_name("gone"))  # at once: it is being written into
    shutil.rmtree(gone, ignore_errors=True)
    stopped = wait_for("the drive to be off", lambda: (s := station.latest()).output_hz == 0.0 and s)
    wait_for("health to say so", lambda: not station.healthy())
    assert not station.data.exists()
    station.data.mkdir()
    wait_for("health again, without a restart", station.healthy)
    (path,) = wait_for("the recording", lambda: list((station.data / "recordings").glob("*.mcap")))
    wait_for("its end", lambda: not read_recording(path).damage)
    recording = read_recording(path)
    assert recording.samples["seq"][-1] >= stopped.seq
    assert recording.events[-1]["kind"] == "drill-ended"


def test_the_last_sample_of_a_station_that_is_ended_has_the_drive_off(start_station) -> None:
    station = start_station()
    station.wait_until_healthy()
    station.start_vibrating()
    station.process.send_signal(signal.SIGTERM)
    assert station.process.wait(PATIENCE_S) == 0
    last = station.latest()
    assert (last.session, last.output_hz) == (1, 0.0)
    (path,) = (station.data / "recordings").glob("*.mcap")
    recording = read_recording(path)
    assert not recording.damage
    assert (recording.samples["seq"][-1], recording.samples["output_hz"][-1]) == (last.seq, 0.0)
    assert recording.events[-1]["outcome"] == "stopped"
