"""Zero and calibration by single steps, as a page does them: the same files, and what moved by how much."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from hw.settings import FULL_SCALE_V, RigSettings
from hw.values import CELL_NAMES
from station.cli import main
from station.clock import NS_PER_S
from station.commissioning.calibrating.guided import ZERO_GOOD_S, Guided, do
from station.commissioning.calibrating.reading import READ_S, read_samples
from station.commissioning.calibrating.zeroing import OfPlate
from station.control.waiting import _NOTHING
from station.faults import InputError, StationError
from station.plate import calibrations as store
from station.wire.sample import Sample

if TYPE_CHECKING:
    from tests.station.commissioning.calibrating.conftest import Plate

RANGE_V = FULL_SCALE_V[RigSettings().load_cells.gain]


def bench_of(plate: Plate, data: Path) -> Guided:
    of = OfPlate("simulated", plate.seed, plate.rig.plate, plate.rig.calibration, RANGE_V)
    now_s: Callable[[], float] = lambda: (plate.clock.epoch_ns + plate.clock.now_ns()) / NS_PER_S  # noqa: E731
    return Guided(data, of, "Ada K.", plate.read, plate.put, now_s)


@pytest.fixture
def plate(make_plate: Callable[..., Plate]) -> Plate:
    return make_plate()


@pytest.fixture
def bench(plate: Plate, tmp_path: Path) -> Guided:
    return bench_of(plate, tmp_path)


def refused(bench: Guided, action: str) -> str:
    """The reason for which this step is refused."""
    with pytest.raises(InputError) as problem:
        do(action, bench)
    return problem.value.problems[0].reason


def test_a_zero_says_what_moved_and_is_kept_only_when_asked(bench, plate, tmp_path):
    geometry = plate.rig.plate
    plate.put(1500.0, geometry.spacing_ml_mm / 2, geometry.spacing_ap_mm / 2)  # as a cell that has drifted by 15 N
    plate.wait(20.0)
    bench = bench._replace(put=lambda grams, ml_mm, ap_mm: None)
    said = do("zero", bench)
    moved = said["zero"]
    assert max(moved, key=lambda name: abs(moved[name])) == list(moved)[1], "the cell that drifts"
    assert (said["in_use"], store.history(tmp_path)) == (None, [])
    kept = do("keep-zero", bench)
    (path,) = store.history(tmp_path)
    assert kept["in_use"] == path.name
    document = store.read_document(path)
    assert document["by"] == "Ada K."
    assert document["calibration"]["span_n_per_v"] == list(bench.of.delivered.span_n_per_v), "weights alone change it"
    assert {one["cell"]: one["zero_n"] for one in kept["kept"]["moved"]} == moved
    again = do("zero", bench)["zero"]
    assert max(abs(n) for n in again.values()) < 1.0 < max(abs(n) for n in moved.values())
    assert store.made_at(tmp_path, "simulated") is None, "no weight was on it: a calibration stays due"


def test_a_zero_of_a_plate_that_is_not_empty_or_not_still_is_refused(bench, plate, tmp_path):
    plate.rig.tell("stand_on_both")
    plate.wait(5.0)
    assert refused(bench, "zero") in ("plate-loaded", "cell-unsteady")
    assert not bench.zero_file.exists()
    assert refused(bench, "keep-zero") == "no-zero-taken"


def test_a_zero_of_long_ago_is_not_kept(bench, plate):
    do("zero", bench)
    plate.wait(ZERO_GOOD_S + 10.0)
    assert refused(bench, "keep-zero") == "no-zero-taken"


def test_a_calibration_is_done_step_by_step_and_judged_before_it_is_kept(bench, plate, tmp_path):
    said = do("begin", bench, [20.0, 40.0])
    assert (said["run"]["next"], said["run"]["masses_kg"]) == (0, [20.0, 40.0])
    while said["run"]["next"] is not None:
        if said["run"]["wait_s"] > 0.0:
            assert refused(bench, "read") == "creep-not-over"
            plate.wait(said["run"]["wait_s"])
        plate.wait(5.0)
        said = do("read", bench)
    judged = do("judge", bench)["judged"]
    assert judged["checks"]["cop_rms_mm"] < 1.0
    assert [one["cell"] for one in judged["moved"]] == list(CELL_NAMES)
    assert store.history(tmp_path) == [], "nothing is kept yet"
    assert do("accept", bench)["kept"] == judged
    assert store.made_at(tmp_path, "simulated") is not None
    assert do("status", bench)["run"] is None


def test_a_calibration_that_was_begun_here_goes_on_at_the_terminal(bench, tmp_path):
    do("begin", bench, [20.0, 40.0])
    do("read", bench)
    done = CliRunner().invoke(main, ["calibrate", "--status", "--json", "--data", str(tmp_path)])
    assert json.loads(done.stdout)["unfinished"]["step"] == 2
    assert do("back", bench)["run"]["next"] == 0
    assert do("drop", bench)["run"] is None
    done = CliRunner().invoke(main, ["calibrate", "--status", "--json", "--data", str(tmp_path)])
    assert json.loads(done.stdout)["unfinished"] is None


def published(**more: object) -> list[Sample]:
    """What control publishes in the time of a reading."""
    volts = {f"{end}_{side}_v": 1.0 for end in ("front", "back") for side in ("left", "right")}
    states = {name.replace("_v", "_status"): 0 for name in volts}
    return [
        _NOTHING._replace(t_ns=at * 4_000_000, **{**volts, **states, **more}) for at in range(round(READ_S * 250.0))
    ]


def test_what_control_publishes_is_read_as_the_cells_themselves():
    reading = read_samples(published(back_left_v=1.5), NS_PER_S)
    assert reading.volts == (1.0, 1.0, 1.0, 1.5)
    assert reading.at_s == pytest.approx(1.0 + READ_S / 2, abs=0.01)


@pytest.mark.parametrize(
    ("samples", "code"),
    [
        (published(session=3), "drill-runs"),
        (published(output_hz=20.0), "drill-runs"),
        (published(front_right_status=5), "calibration-refused"),
        (published()[:100], "control-unreachable"),
    ],
)
def test_it_is_not_read_in_a_drill_nor_of_a_cell_at_fault(samples, code):
    with pytest.raises(StationError) as problem:
        read_samples(samples, 0)
    assert problem.value.code == code


@pytest.mark.parametrize(("answer", "kept"), [("y\n", 1), ("n\n", 0)])
def test_the_command_says_what_moved_and_keeps_it_when_told_to(tmp_path, answer, kept):
    done = CliRunner().invoke(main, ["calibrate", "--zero", "--by", "Ada", "--data", str(tmp_path)], input=answer)
    assert done.exit_code == 0, done.output
    assert done.output.count(" N") == 4
    assert len(store.history(tmp_path)) == kept
    assert not list((tmp_path / store.FOLDER).glob("zero-*"))
