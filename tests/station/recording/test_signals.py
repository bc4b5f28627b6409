"""CSV files and recordings become the same arrays, and every kind of wrong file is named to the cell."""

import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.values import PlateGeometry
from station.faults import InputError
from station.measures import RecordedCells, RecordedCop, Request, compute
from station.recording.export import export
from station.recording.formats import K_PLATES
from station.recording.signals import load_signal
from station.texts import Texts
from station.texts.problems import detail


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "in.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def check(path, code: str, *words: str, **options) -> None:
    with pytest.raises(InputError) as caught:
        load_signal(path, **options)
    assert caught.value.code == code
    for word in (str(path), *words):
        assert word in f"{caught.value.where} {detail(Texts(), caught.value)}"


def test_cop_in_mm_and_in_cm_are_equal(csv_file):
    mm = load_signal(csv_file("cop_ml_mm,cop_ap_mm\n1,20\n-3,4\n", "a.csv"), rate_hz=100.0)
    cm = load_signal(csv_file("cop_ap_cm,cop_ml_cm\n2,0.1\n0.4,-0.3\n", "b.csv"), rate_hz=100.0)
    np.testing.assert_allclose(mm.cop_ml_mm, [1.0, -3.0])
    np.testing.assert_allclose(cm.cop_ml_mm, mm.cop_ml_mm)
    np.testing.assert_allclose(cm.cop_ap_mm, mm.cop_ap_mm)
    np.testing.assert_allclose(mm.t_s, [0.0, 0.01])
    assert mm.cells_n is None
    assert mm.geometry is None


def test_cells_in_kg_become_newtons_and_cop(csv_file):
    path = csv_file("time_s,ch1_kg,ch2_kg,ch3_kg,ch4_kg,cop_ap_norm\n5,10,20,30,40,x\n5.5,0,0,0,10,x\n")
    signal = load_signal(path)
    np.testing.assert_allclose(signal.cells_n[0], np.array([10, 20, 30, 40]) * 9.80665)
    np.testing.assert_allclose(signal.cop_ml_mm, [0.0, -69.0])
    np.testing.assert_allclose(signal.cop_ap_mm, [-0.4 * 146.5, -146.5])
    np.testing.assert_allclose(signal.t_s, [0.0, 0.5])
    assert signal.geometry == K_PLATES


def test_geometry_can_be_given(csv_file):
    path = csv_file("front_left_n,front_right_n,back_right_n,back_left_n\n0,1,0,0\n0,2,0,0\n")
    signal = load_signal(path, rate_hz=10.0, geometry=PlateGeometry(400.0, 300.0))
    np.testing.assert_allclose(signal.cop_ml_mm, 200.0)
    np.testing.assert_allclose(signal.cop_ap_mm, 150.0)


@pytest.mark.parametrize("value", ["nan", "inf", "", "abc", "1,5,5"])
def test_what_is_no_finite_number_is_named(csv_file, value):
    path = csv_file(f'cop_ml_mm,cop_ap_mm\n1,2\n3,"{value}"\n5,6\n')
    check(path, "csv-value", "row 3", "cop_ap_mm", repr(value), rate_hz=100.0)


def test_what_a_file_does_not_have_is_nan_where_gaps_are_allowed(csv_file):
    path = csv_file("cop_ml_mm,cop_ap_mm,force_n\n1,2,700\nnan,,NaN\n5,6,701\n")
    signal = load_signal(path, rate_hz=100.0, gaps=True)
    np.testing.assert_array_equal(signal.cop_ml_mm, [1.0, np.nan, 5.0])
    np.testing.assert_array_equal(signal.cop_ap_mm, [2.0, np.nan, 6.0])
    np.testing.assert_array_equal(signal.force_n, [700.0, np.nan, 701.0])
    check(path, "csv-value", "row 3", "cop_ml_mm", "'nan'", rate_hz=100.0)
    check(csv_file("cop_ml_mm,cop_ap_mm\n1,2\n3\n"), "csv-value", "row 3", "1 value", rate_hz=100.0, gaps=True)
    check(csv_file("time_s,cop_ml_mm,cop_ap_mm\n0,1,2\n,1,2\n"), "csv-value", "row 3", "time_s", gaps=True)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_of_a_spreadsheet_with_decimal_commas(csv_file, separator):
    rows = [["time_s", "cop_ml_mm", "cop_ap_mm"], ["0,00", "1,25", "-2"], ["0,01", "1.5", "-2,5"]]
    path = csv_file("\ufeff" + "\r\n".join(separator.join(row) for row in rows))
    signal = load_signal(path)
    assert signal.t_s.tolist() == [0.0, 0.01]
    assert signal.cop_ml_mm.tolist() == [1.25, 1.5]
    assert signal.cop_ap_mm.tolist() == [-2.0, -2.5]
    check(csv_file(f"cop_ml_mm{separator}cop_ap_mm\n1.234,5{separator}1\n"), "csv-value", "row 2", rate_hz=100.0)


def test_rows_are_counted_as_a_spreadsheet_does(csv_file):
    check(csv_file("\ncop_ml_mm,cop_ap_mm\n1,2\n\n\n3,x\n"), "csv-value", "row 6", "'x'", rate_hz=100.0)
    signal = load_signal(csv_file("sep=;\nCOP_ML_mm;Cop_AP_mm\n1,5;2\n;\n3;4\n"), rate_hz=100.0, gaps=True)
    np.testing.assert_array_equal(signal.cop_ml_mm, [1.5, np.nan, 3.0])


def test_which_value_belongs_to_which_name_must_be_clear(csv_file):
    check(
        csv_file("cop_ml_mm,cop_ap_mm\n1,2\n25,5,-246,0\n"), "csv-columns", "row 3", "4 values", "comma", rate_hz=100.0
    )
    check(csv_file("cop_ml_mm,cop_ap_mm,cop_ml_mm\n1,2,3\n"), "csv-columns", "Two columns", rate_hz=100.0)
    assert load_signal(csv_file("cop_ml_mm,cop_ap_mm\n1,2,\n3,4,\n"), rate_hz=100.0).cop_ap_mm.tolist() == [2.0, 4.0]


def test_a_table_in_utf_16(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text("cop_ml_mm,cop_ap_mm\n1,2\n", encoding="utf-16")
    assert load_signal(path, rate_hz=100.0).cop_ml_mm.tolist() == [1.0]


def test_a_short_row_is_named(csv_file):
    check(csv_file("cop_ml_mm,cop_ap_mm\n1,2\n3\n"), "csv-value", "row 3", "1 value", rate_hz=100.0)


@pytest.mark.parametrize("times", ["0 0.1 0.1", "0 0.2 0.1"])
def test_times_must_increase(csv_file, times):
    rows = "".join(f"{time},1,2\n" for time in times.split())
    check(csv_file("time_s,cop_ml_mm,cop_ap_mm\n" + rows), "csv-time", "row 4", "time_s")


def test_no_times_and_no_rate(csv_file):
    path = csv_file("cop_ml_mm,cop_ap_mm\n1,2\n")
    check(path, "csv-time", "--rate")
    for rate_hz in (0.0, -1.0, float("nan"), float("inf")):
        check(path, "csv-time", "not possible", rate_hz=rate_hz)


@pytest.mark.parametrize("names", ["cop_ml_mm,cop_ap_yd", "x y", "ch1_kg,ch2_kg,ch3_kg,weight"])
def test_wrong_columns_say_what_was_found_and_what_is_needed(csv_file, names):
    row = ",".join("1" for _ in names.split(","))
    check(csv_file(f"{names}\n{row}\n"), "csv-columns", names.split(",")[0], "cop_ml_mm, cop_ap_mm", rate_hz=9.0)


@pytest.mark.parametrize("text", ["", "cop_ml_mm,cop_ap_mm\n", "\n\n"])
def test_a_table_without_rows(csv_file, text):
    check(csv_file(text), "csv-columns", "no rows", rate_hz=100.0)


def test_files_that_are_no_tables(tmp_path):
    for name, content in (
        ("a.csv", bytes(range(256))),
        ("b.csv.gz", gzip.compress(b"a,b\n1,2\n" * 99)[:-20]),
        ("c.gz", b"\x1f\x8b" + bytes(9)),
    ):
        (tmp_path / name).write_bytes(content)
        check(tmp_path / name, "recording-unreadable", rate_hz=100.0)
    check(tmp_path / "none.csv", "recording-unreadable", rate_hz=100.0)


@given(st.lists(st.tuples(*[st.floats(-1e6, 1e6, allow_nan=False) for _ in range(2)]), min_size=1, max_size=30))
def test_any_finite_numbers_come_through_exactly(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "in.csv"
    path.write_text("cop_ml_mm,cop_ap_mm\n" + "".join(f"{ml!r},{ap!r}\n" for ml, ap in rows))
    signal = load_signal(path, rate_hz=250.0)
    assert list(zip(signal.cop_ml_mm.tolist(), signal.cop_ap_mm.tolist(), strict=True)) == rows


def test_a_recording_is_recognised_by_its_content(record, tmp_path):
    path, _, _ = record(500)
    signal = load_signal(path.rename(tmp_path / "looks.csv"))
    assert signal.geometry == (400.0, 300.0)
    assert signal.cells_n.shape == (500, 4)
    assert signal.t_s[-1] == pytest.approx(499 / 250)
    assert abs(signal.cop_ml_mm).max() == pytest.approx(200.0 * 0.05, rel=1e-3)


def test_the_exported_table_gives_the_same_signal(record, tmp_path):
    path, _, _ = record(500)
    export(path, tmp_path / "out.csv", "csv")
    ours, table = load_signal(path), load_signal(tmp_path / "out.csv")
    assert table.geometry == ours.geometry
    assert table.cells_n.tobytes() == ours.cells_n.tobytes()
    np.testing.assert_allclose(table.t_s, ours.t_s, atol=1e-9)


def test_a_recording_without_samples(record):
    path, _, _ = record(0)
    check(path, "recording-unreadable", "no sample")


def test_a_real_recording_gives_the_vendors_figures(kinvent):
    for path in sorted(kinvent.glob("*.csv.gz")):
        began = time.process_time()
        signal = load_signal(path)
        assert time.process_time() - began < 2.0  # 15 000 rows
        vendor = json.loads(path.with_name(path.name.replace(".csv.gz", ".meta.json")).read_text())
        found = compute(RecordedCells(signal.t_s, signal.cells_n, signal.geometry), Request("raw")).values
        assert found["path_length_mm"] == pytest.approx(float(vendor["Total Displacement (mm)"][0]), rel=0.01)
        assert found["ellipse_area_mm2"] == pytest.approx(float(vendor["Ellipse Surface (mm²)"][0]), rel=0.01)
        assert found["rms_ap_mm"] == pytest.approx(float(vendor["Longitudinal Standard Deviation (mm)"][0]), rel=0.01)
        assert found["mean_force_n"] == pytest.approx(77 * 9.81, rel=0.1)
        again = compute(RecordedCop(signal.t_s, signal.cop_ml_mm, signal.cop_ap_mm), Request("raw")).values
        assert again["path_length_mm"] == pytest.approx(found["path_length_mm"], rel=1e-9)


def test_a_real_table_without_times(bds):
    signal = load_signal(bds / "BDS00013.csv.gz", rate_hz=100.0)
    assert len(signal.t_s) == 6000
    assert signal.cop_ap_mm[0] == pytest.approx(-82.01132)
    assert signal.cop_ml_mm[0] == pytest.approx(8.48933)
