"""Every kind of bad input through `station measures`: a reason or a clear error, no crash, no plausible figure."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from station.cli import main

RATE_HZ = 100.0
N = 3000


def sway(seed: int = 1, count: int = N) -> np.ndarray:
    """(count, 2) ML and AP in mm: slow wandering, more forward than sideways, of all frequencies as people's is."""
    rng = np.random.default_rng(seed)
    hz = np.fft.rfftfreq(count, 1.0 / RATE_HZ)[1:, None]
    waves = rng.standard_normal((len(hz), 2)) + 1j * rng.standard_normal((len(hz), 2))
    waves /= np.maximum(hz, 0.1) * (1.0 + hz**1.5) * (1.0 + (hz / 8.0) ** 8)
    wandering = np.fft.irfft(np.vstack((np.zeros((1, 2)), waves)), count, axis=0)
    return rng.standard_normal((count, 2)) * 0.05 + wandering / wandering.std(axis=0) * (2.0, 4.0)


def cells(cop: np.ndarray, force: np.ndarray) -> np.ndarray:
    """(N, 4) newtons of a plate of 300 by 400 mm."""
    right, front = 0.5 + cop[:, 0] / 300.0, 0.5 + cop[:, 1] / 400.0
    return force[:, None] * np.column_stack(
        (front * (1 - right), front * right, (1 - front) * right, (1 - front) * (1 - right))
    )


def write_cop(path, cop, t=None):
    t = np.arange(len(cop)) / RATE_HZ if t is None else t
    rows = "".join(f"{a!r},{x!r},{y!r}\n" for a, (x, y) in zip(t.tolist(), cop.tolist(), strict=True))
    path.write_text("time_s,cop_ml_mm,cop_ap_mm\n" + rows)
    return path


def write_cells(path, four):
    rows = "".join(f"{i / RATE_HZ},{','.join(map(repr, row))}\n" for i, row in enumerate(four.tolist()))
    path.write_text("time_s,front_left_n,front_right_n,back_right_n,back_left_n\n" + rows)
    return path


def station(*arguments: object):
    return CliRunner().invoke(main, [str(one) for one in arguments])


def nan_inside(path):
    cop = sway()
    cop[100:200, 0] = np.nan
    return write_cop(path, cop)


def infinite(path):
    cop = sway()
    cop[100, 0] = np.inf
    return write_cop(path, cop)


def steps_off_cop(path):
    """The same as `steps_off`, where the file has CoP and force."""
    write_cop(path, sway())
    head, *rows = path.read_text().splitlines()
    rows = [f"{row},{700.0 if number < N // 2 else 2.0}" for number, row in enumerate(rows)]
    path.write_text("\n".join([f"{head},force_n", *rows]))
    return path


def word_inside(path):
    write_cop(path, sway())
    path.write_text(path.read_text().replace("\n1.0,", "\n1.0,oops", 1))
    return path


def constant(path):
    return write_cop(path, np.ones((N, 2)))


def frozen(path):
    cop = sway()
    cop[1000:1100] = cop[1000]
    return write_cop(path, cop)


def one_sample(path):
    return write_cop(path, sway()[:1])


def no_sample(path):
    return write_cop(path, sway()[:0])


def gap(path):
    keep = np.r_[0:1000, 1100:N]
    return write_cop(path, sway()[keep], keep / RATE_HZ)


def duplicated_time(path):
    t = np.arange(N) / RATE_HZ
    t[500] = t[499]
    return write_cop(path, sway(), t)


def decreasing_time(path):
    t = np.arange(N) / RATE_HZ
    t[500:] -= 2.0
    return write_cop(path, sway(), t)


def too_slow(path):
    return write_cop(path, sway(), np.arange(N) / 20.0)


def milliseconds(path):
    return write_cop(path, sway(), np.arange(N) * 10.0)


def wide_plate(path):
    return write_cop(path, sway() * 1000.0)


def dropout(path):
    force = np.full(N, 700.0)
    force[1500:1550] = 0.0
    return write_cells(path, cells(sway(), force))


def steps_off(path):
    force = np.full(N, 700.0)
    force[N // 2 :] = 2.0
    return write_cells(path, cells(sway(), force))


def one_cell_stuck(path):
    four = cells(sway(), np.full(N, 700.0))
    four[1000:1080, 2] = four[1000, 2]
    return write_cells(path, four)


def one_cell_turned(path):
    four = cells(sway(), np.full(N, 700.0))
    four[:, 1] *= -1.0
    return write_cells(path, four)


def a_dropout_written_as_the_middle(path):
    cop = sway() + np.array((0.0, 120.0))
    cop[1500:1530] = 0.1  # exactly 0, 0 would be a missing value
    return write_cop(path, cop)


def nobody(path):
    return write_cells(path, cells(sway(), np.full(N, 3.0)))


def negative(path):
    return write_cells(path, cells(sway(), np.full(N, -700.0)))


NOTHING = {
    nan_inside: ("measures-impossible", "no centre of pressure for 1.00 s from 1.00 s on"),
    infinite: ("csv-value", "row 102 column cop_ml_mm"),
    word_inside: ("csv-value", "row 102"),
    constant: ("measures-impossible", "constant"),
    frozen: ("measures-impossible", "stands still for 0.99 s"),
    one_sample: ("measures-impossible", "1 sample"),
    no_sample: ("csv-columns", "no rows"),
    gap: ("measures-impossible", "gap of 1.01 s at 9.99 s"),
    duplicated_time: ("csv-time", "row 502"),
    decreasing_time: ("csv-time", "row 502"),
    too_slow: ("measures-impossible", "20.0 Hz, at least 24 Hz"),
    milliseconds: ("measures-impossible", "0.1 Hz, at least 24 Hz is needed (are the times in milliseconds?)"),
    wide_plate: ("measures-impossible", "units are wrong"),
    dropout: ("measures-impossible", "load fell below 20% of the weight for 0.50 s from 15.00 s on"),
    steps_off: ("measures-impossible", "load fell below 20% of the weight for 15.00 s from 15.00 s on"),
    steps_off_cop: ("measures-impossible", "load fell below 20% of the weight for 15.00 s from 15.00 s on"),
    one_cell_stuck: ("measures-impossible", "the back right cell stands still for 0.79 s from 10.00 s on"),
    one_cell_turned: ("measures-impossible", "the front right cell gives a negative force"),
    nobody: ("measures-impossible", "nobody is on the plate"),
    negative: ("measures-impossible", "the force is negative throughout"),
}


@pytest.mark.parametrize("pipeline", ["station-1", "raw", "quijoux-2021"])
@pytest.mark.parametrize("make", NOTHING, ids=lambda make: make.__name__)
def test_no_figure_but_a_reason(tmp_path, make, pipeline) -> None:
    code, words = NOTHING[make]
    ended = station("measures", make(tmp_path / "bad.csv"), "--pipeline", pipeline, "--json")
    assert ended.exit_code == 2
    report = json.loads(ended.stdout)
    assert report["error"]["code"] == code
    assert f"[{code}]" in ended.stderr
    assert words in ended.stderr
    assert all(value is None for value in report["measures"].values())
    assert set(report["reasons"]) == set(report["measures"])
    assert len(report["reasons"]) >= 8
    assert all(report["reasons"].values())


@pytest.mark.parametrize("pipeline", ["station-1", "raw"])
def test_a_leap_is_no_sway(tmp_path, pipeline) -> None:
    """The reference code leaves spikes out by itself, and `quijoux-2021` does as it does."""
    file = a_dropout_written_as_the_middle(tmp_path / "leap.csv")
    report = json.loads(station("measures", file, "--pipeline", pipeline, "--json").stdout)
    assert report["error"]["detail"].startswith("the centre of pressure leaps by 11")
    assert "at 14.99 s: a dropout, or a spike" in report["error"]["detail"]


@pytest.mark.parametrize("pipeline", ["station-1", "raw", "quijoux-2021"])
def test_a_few_missing_samples_are_bridged_and_reported(tmp_path, pipeline) -> None:
    cop = sway()
    cop[[100, 101, 2000]] = np.nan
    file = write_cop(tmp_path / "few.csv", cop)
    file.write_text(file.read_text().replace(",nan", ",", 2))
    report, whole = (
        json.loads(station("measures", one, "--pipeline", pipeline, "--basic", "--json").stdout)
        for one in (file, write_cop(tmp_path / "whole.csv", sway()))
    )
    unfiltered = [one for one in whole["warnings"] if one.startswith("unfiltered, the path is 70 % longer")]
    assert len(unfiltered) == (pipeline == "raw"), "this sway has all frequencies, which no other pipeline lets pass"
    assert report["warnings"] == [*unfiltered, "3 of 3000 samples are missing"]
    assert whole["warnings"] == unfiltered
    spread = "range_AP" if pipeline == "quijoux-2021" else "range_ap_mm"
    assert report["measures"][spread] == pytest.approx(whole["measures"][spread], rel=0.02)


def test_the_force_beside_a_cop_is_used(tmp_path) -> None:
    file = write_cop(tmp_path / "f.csv", sway())
    head, *rows = file.read_text().splitlines()
    file.write_text("\n".join([f"{head},force_n", *(f"{row},700" for row in rows)]))
    report = json.loads(station("measures", file, "--basic", "--json").stdout)
    assert report["measures"]["mean_force_n"] == pytest.approx(700.0)
    assert report["reasons"] == {}


def test_a_plate_of_a_hundred_metres_by_its_geometry(tmp_path) -> None:
    file = write_cells(tmp_path / "wide.csv", cells(sway(), np.full(N, 700.0)))
    right = json.loads(station("measures", file, "--cells-ml", 300, "--cells-ap", 400, "--json").stdout)
    assert right["measures"]["mean_force_n"] == pytest.approx(700.0)
    assert right["measures"]["range_ap_mm"] == pytest.approx(np.ptp(sway()[:, 1]), abs=1.0)
    ended = station("measures", file, "--cells-ml", 100_000, "--cells-ap", 133_333, "--json")
    assert ended.exit_code == 2
    assert "units are wrong" in ended.stderr
    one = station("measures", file, "--cells-ml", 300, "--json")
    assert json.loads(one.stdout)["error"]["detail"].startswith("give both")


def test_a_plate_that_nobody_stated_is_not_taken_for_granted(tmp_path) -> None:
    file = write_cells(tmp_path / "c.csv", cells(sway(), np.full(N, 700.0)))
    said, zero = json.loads(station("measures", file, "--json").stdout)["warnings"]
    assert "138 mm left to right and 293 mm front to back (--cells-ml, --cells-ap)" in said
    report = json.loads(station("measures", file, "--cells-ml", 300, "--cells-ap", 400, "--json").stdout)
    assert report["warnings"] == [zero]
    assert zero.startswith("the empty plate is not in this recording")


def test_swapped_axes_and_metres_are_suspected_and_said(tmp_path) -> None:
    swapped = json.loads(station("measures", write_cop(tmp_path / "s.csv", sway()[:, ::-1]), "--json").stdout)
    assert "are ML and AP swapped?" in swapped["warnings"][0]
    metres = station("measures", write_cop(tmp_path / "m.csv", sway() / 1000.0))
    assert "wrong units" in " ".join(metres.stdout.split())  # the lines break by the path's length
    assert json.loads(station("measures", write_cop(tmp_path / "g.csv", sway()), "--json").stdout)["warnings"] == []


def test_a_force_in_other_units_is_suspected(tmp_path) -> None:
    kilograms = write_cells(tmp_path / "kg.csv", cells(sway(), np.full(N, 71.0)))
    report = json.loads(station("measures", kilograms, "--cells-ml", 300, "--cells-ap", 400, "--json").stdout)
    assert report["suspicions"] == ["the force is 71 N, the weight of 7 kg: is it in other units?"]
    assert report["warnings"][0] == report["suspicions"][0]


def test_cells_that_are_negative_throughout_are_named_as_that_beside_a_weight(tmp_path) -> None:
    file = write_cells(tmp_path / "minus.csv", cells(sway(), np.full(N, -700.0)))
    ended = station("measures", file, "--cells-ml", 300, "--cells-ap", 400, "--weight-kg", 71)
    assert ended.exit_code == 2
    assert "the force is negative throughout (-700 N)" in ended.stderr


def test_a_rate_without_times_is_explained_as_not_proven(tmp_path) -> None:
    file = tmp_path / "r.csv"
    file.write_text("\n".join(["cop_ml_mm,cop_ap_mm", *(f"{ml:.3f},{ap:.3f}" for ml, ap in sway())]))
    shown = " ".join(station("measures", file, "--rate", 50, "--explain", "--basic").stdout.split())
    assert "rate: 50.00 Hz as you said, not proven: the file has no times to hold it against" in shown


def test_a_movement_that_repeats_itself_exactly_is_no_crash(tmp_path) -> None:
    t = np.arange(6000) / RATE_HZ
    circle = 10.0 * np.column_stack((np.sin(np.pi * t), np.cos(np.pi * t)))
    report = json.loads(station("measures", write_cop(tmp_path / "c.csv", circle), "--json").stdout)
    assert report["measures"]["path_length_mm"] == pytest.approx(60 * 10 * np.pi, rel=1e-3)
    assert {name for name, value in report["measures"].items() if value is None} == set(report["reasons"])


def test_too_short_for_some_is_missing_there_and_nowhere_else(tmp_path) -> None:
    report = json.loads(station("measures", write_cop(tmp_path / "short.csv", sway()[:500]), "--json").stdout)
    assert report["measures"]["path_length_mm"] > 0
    assert report["measures"]["sample_entropy_ap"] is None
    assert report["reasons"]["sample_entropy_ap"] == "the recording lasts 4.99 s, at least 20 s are needed"
    assert {name for name, value in report["measures"].items() if value is None} == set(report["reasons"])


def test_a_rate_that_the_times_contradict_is_not_used_and_said(tmp_path) -> None:
    file = write_cop(tmp_path / "t.csv", sway())
    with_rate, without = (
        json.loads(station("measures", file, *more, "--json").stdout) for more in (("--rate", 50), ())
    )
    assert with_rate["measures"] == without["measures"]
    assert with_rate["suspicions"] == ["the timestamps say 100.0 Hz but the rate given is 50.0 Hz"]
    assert without["suspicions"] == []


def test_one_bad_file_does_not_stop_the_others(tmp_path) -> None:
    for number in range(9):
        write_cop(tmp_path / f"{number}.csv", sway(number))
    constant(tmp_path / "4.csv")
    word_inside(tmp_path / "7.csv")
    (tmp_path / "8.csv").write_bytes(b"\x00\xff\xfe nothing")
    ended = station("measures", tmp_path, tmp_path / "absent.csv", "--json")
    assert ended.exit_code == 2
    report = json.loads(ended.stdout)
    assert [one["file"] for one in report] == [str(tmp_path / f"{name}.csv") for name in (*range(9), "absent")]
    assert {n: one["error"]["code"] for n, one in enumerate(report) if "error" in one} == {
        4: "measures-impossible",
        7: "csv-value",
        8: "recording-unreadable",
        9: "recording-unreadable",
    }
    alone = json.loads(station("measures", tmp_path / "0.csv", "--json").stdout)
    assert report[0] == alone
    assert station("measures", tmp_path / "0.csv", tmp_path / "1.csv", "--json").exit_code == 0
