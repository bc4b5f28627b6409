"""Files as other programs write them give the same stance, and what is no table is named as what it is."""

import bz2
import gzip
import lzma
import pickle
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from station.analysis.reading import ReadOptions, doubts_of, notes_of, read_file
from station.faults import InputError
from station.recording.formats import FORMATS, K_PLATES, WII_BOARD, format_of
from station.recording.lines import lines_of
from station.recording.signals import load_signal
from station.texts import Texts
from station.texts.problems import detail

N = 400
T = np.arange(N) / 100.0
ML = 4.0 * np.sin(2.1 * T) + 3.0
AP = 6.0 * np.cos(1.3 * T) - 8.0
FORCE = 700.0 + np.sin(T)


def table(names, *columns, separator=",", decimal=".", fmt="%.6f"):
    rows = [separator.join(fmt % value for value in row) for row in zip(*columns, strict=True)]
    return separator.join(names) + "\n" + "\n".join(rows).replace(".", decimal) + "\n"


PLAIN = table(["time_s", "cop_ml_mm", "cop_ap_mm"], T, ML, AP)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "in.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding=encoding, newline="")
        return path

    return write


def same(signal, atol=1e-5):
    np.testing.assert_allclose(signal.t_s, T, atol=1e-6 if signal.t_s[1] != T[1] else 1e-9)
    np.testing.assert_allclose(signal.cop_ml_mm, ML, atol=atol)
    np.testing.assert_allclose(signal.cop_ap_mm, AP, atol=atol)


def refused(path, code, *words, **options):
    with pytest.raises(InputError) as caught:
        load_signal(path, **options)
    said = f"{caught.value.where} {detail(Texts(), caught.value)}"
    assert caught.value.code == code
    assert [word for word in words if word not in said] == []


def clock(seconds):
    return f"23:59:{58 + seconds:06.3f}" if seconds < 2.0 else f"00:00:{seconds - 2.0:06.3f}"


def timed(name, time_of, separator=",", decimal="."):
    """The same stance with its times written in another way."""
    rows = [
        separator.join((time_of(t), f"{ml:.6f}".replace(".", decimal), f"{ap:.6f}".replace(".", decimal)))
        for t, ml, ap in zip(T, ML, AP, strict=True)
    ]
    return "\n".join([separator.join((name, "cop_ml_mm", "cop_ap_mm")), *rows]) + "\n"


def twelve(seconds):
    late = seconds < 2.0
    return f"{'11:59' if late else '12:00'}:{58 + seconds if late else seconds - 2.0:06.3f} {'PM' if late else 'a.m.'}"


HARMLESS = {
    "a comment above": "# plate 4711, 100 Hz\n" + PLAIN,
    "a comment inside": PLAIN.replace("\n0.5", "\n% paused? no\n0.5", 1),
    "names behind a comment mark": "# " + PLAIN,
    "a row of units": PLAIN.replace("\n", "\ns,mm,mm\n", 1),
    "a row of units in brackets": PLAIN.replace("\n", "\n[s],[mm],[mm]\n", 1),
    "excel's line": '"sep=,"\n' + PLAIN,
    "a summary": PLAIN + "Mean,0.1,0.2\nSD,0.1,0.2\n",
    "a word of farewell": PLAIN + "\nend of file\n",
    "lines above": "Clinic,North\nPatient,4711\n\n" + PLAIN,
    "many lines above": "".join(f"Item {n},x\n" for n in range(40)) + PLAIN,
    "names with blanks and brackets": PLAIN.replace("cop_ml_mm", "CoP ML [mm]").replace("cop_ap_mm", "CoP AP (mm)"),
    "two unrelated columns of one name": table(["time_s", "aux", "cop_ml_mm", "cop_ap_mm", "aux"], T, T, ML, AP, T),
    "spaces": table(["time_s", "cop_ml_mm", "cop_ap_mm"], T, ML, AP, separator=" "),
    "padded spaces": table(["time_s", "cop_ml_mm", "cop_ap_mm"], T, ML, AP, separator="   ", fmt="%12.6f"),
    "semicolons, decimal commas": table(["time_s", "cop_ml_mm", "cop_ap_mm"], T, ML, AP, separator=";", decimal=","),
    "milliseconds": table(["time_ms", "cop_ml_mm", "cop_ap_mm"], T * 1000, ML, AP),
    "milliseconds in brackets": table(["Time [ms]", "cop_ml_mm", "cop_ap_mm"], T * 1000, ML, AP),
    "milliseconds unsaid": table(["time", "cop_ml_mm", "cop_ap_mm"], T * 1000, ML, AP),
    "centimetres in a row of units": table(["time", "cop_ml", "cop_ap"], T, ML / 10, AP / 10).replace(
        "\n", "\ns,cm,cm\n", 1
    ),
    "metres": table(["time_s", "cop_ml_m", "cop_ap_m"], T, ML / 1000, AP / 1000, fmt="%.9f"),
    "clock times past midnight": "time,cop_ml_mm,cop_ap_mm\n"
    + "".join(f"{clock(t)},{ml:.6f},{ap:.6f}\n" for t, ml, ap in zip(T, ML, AP, strict=True)),
    "microseconds unsaid": table(["timestamp", "cop_ml_mm", "cop_ap_mm"], T * 1e6, ML, AP),
    "milliseconds since 1970": table(["timestamp", "cop_ml_mm", "cop_ap_mm"], (T + 1.7e9) * 1000, ML, AP),
    "minutes": table(["Time (min)", "cop_ml_mm", "cop_ap_mm"], T / 60, ML, AP, fmt="%.9f"),
    "clock with a comma": timed("Zeit", lambda t: clock(t).replace(".", ","), ";", ","),
    "clock with colons": timed("time", lambda t: clock(t).replace(".", ":")),
    "clock of twelve hours": timed("Time", twelve),
    "minutes and seconds": timed("time", lambda t: f"{int(t // 60):02d}:{t % 60:06.3f}"),
    "a German date": timed("Zeit", lambda t: f"06.05.2024 10:11:{12 + t:06.3f}".replace(".", ",", 3), ";", ","),
    "an American date": timed("time", lambda t: f"5/6/2024 {twelve(t)}"),
    "a date with a zone": timed("timestamp", lambda t: f"2024-05-06T10:11:{12 + t:06.3f}+02:00"),
    "date and time apart": timed("Date,Time", lambda t: f"2024-05-06,{clock(t)}"),
    "a row of units above": "s,mm,mm\n" + table(["time", "cop_ml", "cop_ap"], T, ML, AP),
    "a row of units after a blank line": PLAIN.replace("\n", "\n\ns,mm,mm\n\n", 1),
    "units in words": table(["Time (seconds)", "CoP ML (millimeters)", "CoP AP (millimetres)"], T, ML, AP),
    "bars": table(["time_s", "cop_ml_mm", "cop_ap_mm"], T, ML, AP, separator="|"),
    "nothing behind the last comma": PLAIN.replace("\n", ",\n"),
    "all quoted": "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in PLAIN.splitlines()),
    "a tail of nothing": PLAIN + "\0" * 2000,
    "the end of a DOS file": PLAIN.replace("\n", "\r\n") + "\x1a",
    "line ends of an old Mac": PLAIN.replace("\n", "\r"),
    "300 lines above": "".join(f"Item {n},x\n" for n in range(300)) + PLAIN,
    "dates and times": "time,cop_ml_mm,cop_ap_mm\n"
    + "".join(f"2024-05-06 10:11:{12 + t:06.3f},{ml:.6f},{ap:.6f}\n" for t, ml, ap in zip(T, ML, AP, strict=True)),
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_a_program_writes_around_the_samples_changes_none(written, kind):
    same(load_signal(written(HARMLESS[kind])))


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_name_in_a_countrys_own_letters(written, encoding):
    text = table(["time_s", "cop_ml_mm", "cop_ap_mm", "Größe"], T, ML, AP, T)
    same(load_signal(written(text, encoding=encoding)))


PREAMBLE = (
    "KINVENT Physio 2.17.3,Devices: ,P1 (FW 3.016),P2 (FW 3.016),,,,\nSide: ,Left,,,,,,\nEllipse Surface (mm²),1.5\n"
)
SHARES = [(1 + sx * ML / 69.0) * (1 + sy * AP / 146.5) / 4 for sx, sy in ((-1, 1), (1, 1), (1, -1), (-1, -1))]
WII_SHARES = [(1 + sx * ML / 216.5) * (1 + sy * AP / 119.0) / 4 for sx, sy in ((-1, 1), (1, 1), (1, -1), (-1, -1))]


BTRACKS_SHARES = [(1 + sx * ML / 200.0) * (1 + sy * AP / 300.0) / 4 for sx, sy in ((-1, 1), (1, 1), (1, -1), (-1, -1))]


def k_plates():
    names = ["Time (sec)", *(f"CHANNEL_{n}" for n in (1, 2, 3, 4)), "", "AP COP (y)", "ML COP (x)"]
    text = table(names, T, *(70.0 * share for share in SHARES), T, T, T, fmt="%.8f")
    return PREAMBLE + ",,,,,,,\n,K-Plate Left,,,,,K-Plate Left,\n" + text


def bioware():
    names = ["abs time (s)", "Fx", "Fy", "Fz", "Ax", "Ay"]
    text = table(names, T, 0 * T, 0 * T, FORCE, ML / 1000, AP / 1000, separator="\t", fmt="%.9f")
    head = "Test type\tplate\nSampling rate\t100\n" + "".join(f"Item {n}\tx\n" for n in range(15))
    return head + text.replace("\n", "\ns\tN\tN\tN\tm\tm\n", 1)


def motive():
    names = ["MocapFrame", " MocapTime", " DeviceFrame", " Fx", " Fy", " Fz", " Mx", " My", " Mz", " Cx", " Cy", " Cz"]
    zero = 0 * T
    head = "Format Version,1.0,\nCapture Frame Rate,100.00,\nExport Frame Rate,100.00,\nPlateLength,19.75,\n\n\n"
    columns = (T, T, T, zero, zero, FORCE, zero, zero, zero, ML / 1000, AP / 1000, zero)
    return head + table(names, *columns, fmt="%.9f")


BDS_NAMES = ["Time[s]", "Fx[N]", "Fy[N]", "Fz[N]", "Mx[Nm]", "My[Nm]", "Mz[Nm]", "COPx[cm]", "COPy[cm]"]
WII_NAMES = ["Time", "CpX", "CpY", "BottomLeft", "BottomRight", "TopLeft", "TopRight", "Weight", "RAWTopLeft"]
WII_COLUMNS = (T, T, T, *(700.0 * WII_SHARES[n] for n in (3, 2, 0, 1)), T, T)
FOREIGN = {
    "k-plates": k_plates(),
    "bds": table(BDS_NAMES, T, T, T, FORCE, T, T, T, AP / 10, ML / 10, separator="\t", fmt="%.8f"),
    "ul-fri": table(["f_time", "copX", "copY"], T, AP / 10, ML / 10, separator=";", fmt="%.8f"),
    "motive": motive(),
    "bioware": bioware(),
    "btracks": table(
        [
            *("epoch", "force_FR_lbs", "force_BR_lbs", "force_BL_lbs", "force_FL_lbs"),
            *("cop_x_cm", "cop_y_cm", "weight_lbs"),
        ],
        *(1.7e9 + T, *(150.0 * BTRACKS_SHARES[n] for n in (1, 2, 3, 0)), ML / 10, AP / 10, 150.0 + 0 * T),
        fmt="%.8f",
    ),
    "wii": table(WII_NAMES, *WII_COLUMNS, separator="\t", fmt="%.8f"),
}


@pytest.mark.parametrize("key", FOREIGN)
def test_each_format_is_known_and_gives_the_same_stance(written, key):
    signal = load_signal(written(FOREIGN[key]))
    same(signal, atol=1e-4)
    understood = signal.understood
    assert understood.format == key
    assert understood.rate_hz == pytest.approx(100.0)
    assert signal.unit_stated
    if key in ("bds", "motive", "bioware"):
        np.testing.assert_allclose(signal.force_n, FORCE, atol=1e-6)


def test_the_plate_of_a_format_is_not_taken_but_known(written):
    assert load_signal(written(FOREIGN["k-plates"])).geometry == K_PLATES
    assert load_signal(written(FOREIGN["wii"])).geometry == WII_BOARD
    reasons = {one.reason for one in notes_of(read_file(written(FOREIGN["k-plates"])))}
    assert reasons == {"zero-not-seen"}


def test_axes_that_a_file_does_not_say_are_named_and_can_be_said(written):
    path = written(FOREIGN["bioware"])
    assert [one.reason for one in notes_of(read_file(path))] == ["axes-taken-for"]
    turned = read_file(path, ReadOptions(x_is="ap"))
    np.testing.assert_allclose(turned.signal.cop_ap_mm, ML, atol=1e-5)
    assert notes_of(turned) == ()
    refused(written(FOREIGN["bds"]), "input-invalid", "BMClab", x_is="ml")


def test_every_format_cites_where_it_stands_written_and_is_found_by_its_own_names():
    for each in FORMATS:
        assert re.match(r"github\.com/[\w-]+/[\w-]+@[0-9a-f]{7}/|docs/", each.source), "a reader can open it"
        unit = {"station-cells": "_n", "cells-kg": "_kg", "bds": "_cm"}.get(each.key, "")
        found = format_of([f"{name}{unit}" for name in (*each.values, *each.marks)])
        assert found is not None
        assert found.values == each.values


def test_a_rate_above_the_table_is_used_or_held_against_the_times(written):
    bare = "Sampling rate;100\n" + table(["cop_ml_mm", "cop_ap_mm"], ML, AP, separator=";")
    file = read_file(written(bare))
    np.testing.assert_allclose(file.signal.t_s, T)
    assert [one.reason for one in notes_of(file)] == ["rate-of-head"]
    wrong = read_file(written(FOREIGN["bioware"].replace("rate\t100", "rate\t50")))
    assert [one.reason for one in doubts_of(wrong)] == ["rates-disagree"]


@pytest.mark.parametrize(
    ("line", "rate_hz"),
    [
        ("Sampling rate: 0.1 kHz", 100.0),
        ("Sampling interval: 10 ms", 100.0),
        ("# Sample period (s);0,01", 100.0),
        ("Abtastintervall\t10000 us", 100.0),
        ("Sampling time: 30 s", None),
        ("Sampling interval: 10", None),
        ("Sampling rate: 100 Hz\nSampling interval: 5 ms", None),
        ("Sampling rate: 100 Hz\nSampling interval: 10.1 ms", 100.0),
    ],
)
def test_a_rate_may_be_said_in_khz_or_by_the_time_between_two_samples(written, line, rate_hz):
    bare = written(f"{line}\n" + table(["cop_ml_mm", "cop_ap_mm"], ML, AP))
    assert read_file(bare, ReadOptions(rate_hz=100.0)).signal.understood.rate_said_hz == rate_hz
    if rate_hz is not None:
        np.testing.assert_allclose(load_signal(bare).t_s, T)


def test_what_could_mean_two_things_is_refused(written):
    refused(written(table(["time_s", "copx", "copy", "copx"], T, ML, AP, ML)), "csv-columns", "copx")
    refused(written(table(["time", "time", "cop_ml_mm", "cop_ap_mm"], T, T, ML, AP)), "csv-columns", "time")
    refused(written(PLAIN.replace("\n", "\ns,cm,mm\n", 1)), "csv-columns", "row 2", "cop_ml_mm", "cm")
    refused(
        written(table([f"{end}_{side}" for end in ("front", "back") for side in ("left", "right")], *SHARES)),
        "csv-columns",
        "front_left",
        "unit",
        rate_hz=100.0,
    )
    refused(written(table(["time_s", "cop_ml_kg", "cop_ap_mm"], T, ML, AP)), "csv-columns", "kg")


def test_a_word_among_the_samples_is_no_summary(written):
    lines = PLAIN.splitlines()
    lines[-3] = "oops,1,2"
    refused(written("\n".join(lines)), "csv-value", "row 399", "oops")
    refused(written(PLAIN + PLAIN), "csv-value", "row 402", "cop_ml_mm")
    refused(written(PLAIN.replace("0.000000,", "00:00:00.0,", 1)), "csv-value", "row 3", "0.010000")


def test_a_clock_that_counts_whole_seconds_only_is_named(written):
    text = "time,cop_ml_mm,cop_ap_mm\n10:11:12,1,2\n10:11:12,1,3\n10:11:13,1,2\n"
    refused(written(text), "csv-time", "row 3", "10:11:12")


def test_the_plate_that_is_meant_is_the_one_whose_columns_are_read(written):
    names = ["time_s", "Fz", "copx_mm", "copy_mm", "Fz", "copx_mm", "copy_mm"]
    path = written(table(names, T, FORCE, T, T, FORCE, ML, AP))
    refused(path, "csv-columns", "copx_mm", "--plate 2")
    same(load_signal(path, plate=2))
    refused(path, "input-invalid", "Plates in the file: 2", plate=3)


def test_two_columns_of_one_quantity_in_two_units_must_say_the_same(written):
    names = ["time_s", "cop_ml_mm", "cop_ap_mm", "cop_ml_cm", "cop_ap_cm"]
    for decimals in (1, 4):
        same(load_signal(written(table(names, T, ML, AP, np.round(ML / 10, decimals), AP / 10 + 3.0))))
    for wrong in (ML, ML / 20, -ML / 10, ML / 10 * (1 + T), AP / 10):
        refused(written(table(names, T, ML, AP, wrong, AP / 10)), "csv-columns", "cop_ml_mm and cop_ml_cm")
    refused(written(table(names, T, ML, AP, ML / 10, AP / 100)), "csv-columns", "cop_ap_mm and cop_ap_cm")
    times = ["time_s", "time_ms", "cop_ml_mm", "cop_ap_mm"]
    same(load_signal(written(table(times, T, 1e3 * T + 5e6, ML, AP))))
    refused(written(table(times, T, 1e4 * T, ML, AP)), "csv-columns", "time_s and time_ms")
    forces = ["time_s", "cop_ml_mm", "cop_ap_mm", "force_n", "force_kg"]
    same(load_signal(written(table(forces, T, ML, AP, FORCE, FORCE / 9.80665))))
    refused(written(table(forces, T, ML, AP, FORCE, FORCE)), "csv-columns", "force_n and force_kg")


def test_a_rate_that_a_person_says_tells_the_unit_of_the_times_or_is_doubted(written):
    times = written(table(["time", "cop_ml_mm", "cop_ap_mm"], T * 1e3, ML, AP))
    same(load_signal(times, rate_hz=100.0))
    assert [one.reason for one in doubts_of(read_file(times, ReadOptions(rate_hz=50.0)))] == ["rates-disagree"]


def test_times_in_which_nobody_records_are_named(written):
    days = table(["time", "cop_ml_mm", "cop_ap_mm"], T / 86400.0 + 45000.0, ML, AP, fmt="%.10f")
    refused(written(days), "csv-time", "time", "their unit is another one")
    twice = PLAIN + PLAIN.splitlines()[-1] + "\n"
    refused(written(twice), "csv-time", "row 402", "It is 3.990000 after 3.990000")


@pytest.mark.parametrize("word", ["NA", "n/a", "#N/A", "null", "None", "NaN", ""])
def test_a_value_that_is_not_there_is_missing_however_it_is_written(written, word):
    lines = PLAIN.splitlines()
    lines[51] = f"{lines[51].split(',')[0]},{word},{word}"
    signal = load_signal(written("\n".join(lines)), gaps=True)
    assert np.flatnonzero(np.isnan(signal.cop_ml_mm)).tolist() == [50]


def archive(path):
    inside = {".xlsx": "xl/workbook.xml", ".docx": "word/document.xml", ".npz": "a.npy"}
    with zipfile.ZipFile(path, "w") as made:
        if path.suffix in (".ods", ".odt"):
            made.writestr(
                "mimetype", f"application/vnd.oasis.opendocument.{'text' if path.suffix == '.odt' else 'spreadsheet'}"
            )
        if path.suffix != ".npz":
            made.writestr("[Content_Types].xml", "x")
        made.writestr(inside.get(path.suffix, "in.csv"), "x")


WIDE = {name: name.encode("utf-16-le") for name in ("WordDocument", "Workbook")}
OTHERS = {
    "a.mat": (b"MATLAB 5.0 MAT-file, Platform: GLNXA64" + bytes(90), "MATLAB"),
    "c.mat": (b"MATLAB 7.3 MAT-file, Platform: GLNXA64" + bytes(90) + b"\x89HDF", "MATLAB"),
    "b.mat": (b"\x89HDF\r\n\x1a\n" + bytes(90), "HDF5"),
    "a.xls": (b"\xd0\xcf\x11\xe0" + bytes(90) + WIDE["Workbook"], "spreadsheet"),
    "a.doc": (b"\xd0\xcf\x11\xe0" + bytes(90) + WIDE["WordDocument"], "word processor"),
    "a.rtf": (b"{\\rtf1 x}", "word processor"),
    "a.parquet": (b"PAR1" + bytes(90) + b"PAR1", "Parquet"),
    "a.feather": (b"ARROW1" + bytes(90), "Arrow"),
    "a.npy": (b"\x93NUMPY\x01\x00" + bytes(90), "NumPy"),
    "a.pickle": (pickle.dumps({"a": 1}), "pickle"),
    "a.json": (b'{"cop_ml_mm": [1, 2]}', "JSON"),
    "b.json": (b"[[0.0, 1.0], [0.01, 2.0]]", "JSON"),
    "a.pdf": (b"%PDF-1.7\n", "PDF"),
    "a.png": (b"\x89PNG\r\n\x1a\n" + bytes(9), "image"),
    "a.html": (b"<!DOCTYPE html><html></html>", "page"),
    "a.xml": (b"<?xml version='1.0'?><a/>", "page"),
    "a.sqlite": (b"SQLite format 3\x00" + bytes(9), "database"),
    "a.mp4": (b"\x00\x00\x00\x20ftypisom" + bytes(9), "film"),
    "a.bz2": (bz2.compress(b"x"), "packed"),
    "a.xz": (lzma.compress(b"x"), "packed"),
    "a.csv": (b"\xff\x00\x01\x02" * 9, "neither text"),
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_of_another_kind_is_named_as_that(tmp_path, name, packed):
    content, word = OTHERS[name]
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if packed else content)
    refused(path, "recording-unreadable", word)


def test_an_archive_and_what_office_programs_pack_are_told_apart(tmp_path):
    words = {
        "zip": "packed",
        "xlsx": "spreadsheet",
        "ods": "spreadsheet",
        "docx": "word processor",
        "odt": "word processor",
    }
    for ending, word in {**words, "npz": "NumPy"}.items():
        archive(tmp_path / f"a.{ending}")
        refused(tmp_path / f"a.{ending}", "recording-unreadable", word)
    refused(tmp_path, "recording-unreadable", "folder")


@pytest.mark.parametrize("begin", ["BMI,1", "PAR1,x", "ORC;2", "ID3"])
def test_a_text_that_begins_like_another_kind_is_text(begin):
    assert lines_of(Path("in.csv"), f"{begin}\n".encode()).lines == [begin, ""]


@pytest.mark.parametrize("name", ["force_n", "fz_n", "Fz [N]", "Force_Z_N", "vGRF (N)"])
def test_a_force_beside_a_cop_is_known_by_any_of_its_names(written, name):
    signal = load_signal(written(table(["time_s", "cop_ml_mm", "cop_ap_mm", name], T, ML, AP, FORCE)))
    np.testing.assert_allclose(signal.force_n, FORCE, atol=1e-5)
    same(signal)


def test_a_force_says_its_unit(written):
    kilograms = written(table(["time_s", "cop_ml_mm", "cop_ap_mm", "fz_kg"], T, ML, AP, FORCE / 9.80665))
    np.testing.assert_allclose(load_signal(kilograms).force_n, FORCE, atol=1e-4)


def test_a_force_that_the_format_names_is_in_the_figures_and_another_only_weighs(written):
    for names, weighs_only in (
        (("cop_ml_mm", "cop_ap_mm", "force_n"), False),
        (("copx_mm", "copy_mm", "fz_n"), False),
        (("cop_ml_mm", "cop_ap_mm", "fz_n"), True),
        (("copx_mm", "copy_mm", "vGRF (N)"), True),
    ):
        signal = load_signal(written(table(["time_s", *names], T, ML, AP, FORCE)))
        assert signal.weighs_only is weighs_only
        uses = [one.use for one in signal.understood.columns]
        assert ("weighed" in uses, "force" in uses) == (weighs_only, not weighs_only)


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (("fz_n", "Fz [N]"), (FORCE, FORCE)),
        (("Fz", "Fz"), (FORCE, FORCE)),
        (("Fz [V]",), (FORCE / 500.0,)),
        (("Fz",), (0.0 * FORCE,)),
    ],
)
def test_a_force_that_nobody_can_read_makes_no_file_unreadable(written, names, columns):
    signal = load_signal(written(table(["time_s", "cop_ml_mm", "cop_ap_mm", *names], T, ML, AP, *columns)))
    assert signal.force_n is None
    same(signal)
    words = table(["time_s", "cop_ml_mm", "cop_ap_mm", "Fz"], T, ML, AP, FORCE).splitlines()
    text = "\n".join([words[0], *(row.rsplit(",", 1)[0] + ",---" for row in words[1:])])
    assert load_signal(written(text)).force_n is None


@pytest.mark.parametrize("unit", ["V", "%", "Nm"])
def test_a_unit_that_is_no_length_is_not_taken_for_mm(written, unit):
    refused(written(table(["time_s", f"cop_ml [{unit}]", "cop_ap [mm]"], T, ML, AP)), "csv-columns", unit.lower())
    rows = table(["time", "cop_ml", "cop_ap"], T, ML, AP).splitlines()
    refused(written("\n".join([rows[0], f"s,{unit},mm", *rows[1:]])), "csv-columns", unit.lower())


def test_a_name_behind_the_mark_of_a_comment_is_a_name(written):
    same(load_signal(written(PLAIN.replace("time_s,", '"#Time (s)",'))))


def test_another_plate_with_the_columns_of_the_data_set_has_its_own_units_and_axes(written):
    names = ["Time (s)", *(f"{one} (N)" for one in ("Fx", "Fy", "Fz")), *(f"{one} (N.m)" for one in ("Mx", "My", "Mz"))]
    columns = (T, *[0.0 * T] * 2, FORCE, *[0.0 * T] * 3, ML / 1000.0, AP / 1000.0)
    path = written(table([*names, "COPx (m)", "COPy (m)"], *columns))
    signal = load_signal(path)
    same(signal, atol=1e-3)
    assert signal.understood.format == "cop-x-y"
    assert "axes-taken-for" in [one.reason for one in notes_of(read_file(path))]


@pytest.mark.parametrize("names", ["X_COP [mm];Y_COP [mm]", "Center of pressure X (mm);Centre of Pressure Y (mm)"])
def test_a_centre_of_pressure_in_other_words(written, names):
    same(load_signal(written(table(["t", *names.split(";")], T, ML, AP, separator=";"))))


def test_decimal_commas_in_quotes_and_commas_that_part_thousands(written):
    rows = [",".join(f'"{value:.6f}"'.replace(".", ",") for value in row) for row in zip(T, ML, AP, strict=True)]
    same(load_signal(written("time_s,cop_ml_mm,cop_ap_mm\n" + "\n".join(rows))))
    mixed = [f"{t:.2f};" + f"{ml:.6f};{ap:.6f}".replace(".", ",") for t, ml, ap in zip(T, ML, AP, strict=True)]
    same(load_signal(written("time_s;cop_ml_mm;cop_ap_mm\n" + "\n".join(mixed))))
    for thousands in ("1,700", "1,700.5"):
        parted = [f"{t:.2f};{ml:.6f};{ap:.6f};{thousands}" for t, ml, ap in zip(T, ML, AP, strict=True)]
        path = written("time_s;cop_ml_mm;cop_ap_mm;force_n\n" + "\n".join(parted))
        refused(path, "csv-value", "row 2", "force_n", f"'{thousands}'")


def test_what_lacks_names_or_a_centre_of_pressure_is_told_what_to_write(written):
    refused(written(PLAIN.split("\n", 1)[1]), "csv-columns", "no row of names", "time_s,cop_ml_mm,cop_ap_mm")
    channels = ["Fx (N)", "Fy (N)", "Fz (N)", "Mx (N.m)", "My (N.m)", "Mz (N.m)"]
    path = written("Rate (Hz): 100\n" + table(channels, *[FORCE] * 6))
    refused(path, "csv-columns", "forces and moments without a centre of pressure", "height", "COPx")


@pytest.mark.parametrize("begin", [0, 1])
def test_numbers_of_rows_without_a_name_are_no_commas_in_numbers(written, begin):
    """As R writes them."""
    names, *rows = PLAIN.splitlines()
    numbered = "\n".join([names, *(f'"{at}",{row}' for at, row in enumerate(rows, begin))])
    refused(written(numbered), "csv-columns", "It has 4 values for 3 names in row 1.")
    refused(written(numbered.replace('"7"', '"70"')), "csv-columns", "a comma in a number must be a point")


def test_a_number_with_a_stroke_in_it_is_none(written):
    """Python reads 1_5 as 15."""
    wrong = PLAIN.replace("-2.000000", "-2_0.00000", 1)
    assert wrong != PLAIN
    refused(written(wrong), "csv-value", "row 2 column cop_ap_mm", "It is '-2_0.00000'.")
