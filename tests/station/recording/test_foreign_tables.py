"""Files as other programs write them give the same stance, and what is no table is named as what it is."""

import gzip
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from station.analysis.reading import ReadOptions, doubts_of, notes_of, read_file
from station.faults import InputError
from station.recording.formats import FORMATS, K_PLATES, WII_BOARD, format_of
from station.recording.lines import read_lines
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
    np.testing.assert_allclose(signal.t_s, T, atol=1e-9)
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
    "dates and times": "time,cop_ml_mm,cop_ap_mm\n"
    + "".join(f"2024-05-06 10:11:{12 + t:06.3f},{ml:.6f},{ap:.6f}\n" for t, ml, ap in zip(T, ML, AP, strict=True)),
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_a_program_writes_around_the_samples_changes_none(written, kind):
    same(load_signal(written(HARMLESS[kind])))


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
def test_a_name_in_a_countrys_own_letters(written, encoding):
    text = table(["time_s", "cop_ml_mm", "cop_ap_mm", "Größe"], T, ML, AP, T)
    same(load_signal(written(text, encoding=encoding)))


PREAMBLE = (
    "KINVENT Physio 2.17.3,Devices: ,P1 (FW 3.016),P2 (FW 3.016),,,,\nSide: ,Left,,,,,,\nEllipse Surface (mm²),1.5\n"
)
SHARES = [(1 + sx * ML / 69.0) * (1 + sy * AP / 146.5) / 4 for sx, sy in ((-1, 1), (1, 1), (1, -1), (-1, -1))]
WII_SHARES = [(1 + sx * ML / 216.5) * (1 + sy * AP / 119.0) / 4 for sx, sy in ((-1, 1), (1, 1), (1, -1), (-1, -1))]


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
        unit = {"station-cells": "_n", "cells-kg": "_kg"}.get(each.key, "")
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


def archive(path):
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("xl/workbook.xml" if path.suffix == ".xlsx" else "in.csv", "x")


OTHERS = {
    "a.c3d": (b"\x02\x50" + bytes(510), "C3D"),
    "a.mat": (b"MATLAB 5.0 MAT-file, Platform: GLNXA64" + bytes(90), "MATLAB"),
    "b.mat": (b"\x89HDF\r\n\x1a\n" + bytes(90), "HDF5"),
    "a.xls": (b"\xd0\xcf\x11\xe0" + bytes(90), "spreadsheet"),
    "a.pdf": (b"%PDF-1.7\n", "PDF"),
    "a.png": (b"\x89PNG\r\n\x1a\n" + bytes(9), "image"),
    "a.html": (b"<!DOCTYPE html><html></html>", "page"),
    "a.sqlite": (b"SQLite format 3\x00" + bytes(9), "database"),
    "a.csv": (b"\xff\x00\x01\x02" * 9, "neither text"),
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_of_another_kind_is_named_as_that(tmp_path, name, packed):
    content, word = OTHERS[name]
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if packed else content)
    refused(path, "recording-unreadable", word)


def test_an_archive_and_a_spreadsheet_are_told_apart(tmp_path):
    for name, word in (("a.zip", "packed"), ("a.xlsx", "spreadsheet")):
        archive(tmp_path / name)
        refused(tmp_path / name, "recording-unreadable", word)


def test_a_text_that_begins_like_an_image_is_text(written):
    assert read_lines(written("BMI,1\n")).lines == ["BMI,1"]
