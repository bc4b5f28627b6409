"""Files that are wrong: what is said of them is true, and nothing that looks right stays unsaid."""

from pathlib import Path

import numpy as np
import pytest

from station.analysis.reading import measured, part_of_file, read_file
from station.faults import StationError
from station.measures import Request
from station.texts import Texts
from station.texts.problems import detail
from tests.station.cli.test_measures_bad_input import sway
from tests.words import said

COUNT = 1200
T_S = np.arange(COUNT) / 100.0
COP = sway(3, COUNT)
NAMES = "time_s,cop_ml_mm,cop_ap_mm"
FORCE_N = np.full(COUNT, 700.0)


def rows(*columns: np.ndarray, separator: str = ",", digits: int = 4) -> list[str]:
    return [separator.join(f"{value:.{digits}f}" for value in row) for row in np.column_stack(columns)]


def held(times: int) -> np.ndarray:
    return np.repeat(COP[::times], times, axis=0)[:COUNT]


def hum() -> np.ndarray:
    return COP + np.column_stack((np.sin(2.0 * np.pi * 49.3 * T_S), np.zeros(COUNT)))


JITTERED = T_S + np.random.default_rng(1).uniform(-0.004, 0.004, COUNT)
TURNED = COP[:, :1] * np.where(np.arange(COUNT) % 2, 1.0, -1.0)[:, None]
PDF = "%PDF-1.4\0"
WRONG = {
    "a force in kN": ([f"{NAMES},force_n", *rows(T_S, *COP.T, FORCE_N / 1000.0)], "or the force is in another unit"),
    "no zero taken": ([f"{NAMES},force_n", *rows(T_S, *COP.T, FORCE_N - 800.0)], "or its zero wrong"),
    "days of a spreadsheet": (
        [NAMES, *rows(46000.0 + T_S / 86400.0, *COP.T, digits=10)],
        "their unit is another one",
    ),
    "one column for both axes": ([NAMES, *rows(T_S, COP[:, 0], COP[:, 0])], "ML and AP show the same"),
    "its mirror image": ([NAMES, *rows(T_S, COP[:, 0], -COP[:, 0])], "ML and AP show the same"),
    "25 Hz written at 100": ([NAMES, *rows(T_S, *held(4).T)], "every sample comes 4 times: the plate gave 25"),
    "50 Hz written at 100": ([NAMES, *rows(T_S, *held(2).T)], "every sample comes 2 times: the plate gave 50"),
    "a counter for a time": (
        ["t,cop_ml_mm,cop_ap_mm", *(f"{at},{x:.3f},{y:.3f}" for at, (x, y) in enumerate(COP))],
        "t grows by exactly 1",
    ),
    "an axis without values": (
        [NAMES, *(f"{t:.2f},{x:.3f}," for t, x in zip(T_S, COP[:, 0], strict=True))],
        "AP is there",
    ),
    "other separators than the names": (
        ["time_s;cop_ml_mm;cop_ap_mm", *rows(T_S, *COP.T)],
        "The row has 1 value and there are 3 names",
    ),
    "times that begin again": ([NAMES, *rows(T_S, *COP.T)[:1000], *rows(T_S, *COP.T)], "It is 0.0000 after 9.9900."),
    "a PDF": ([PDF], "It is a PDF file"),
    "hum of the mains": ([NAMES, *rows(T_S, *hum().T)], "white noise of that size lifts"),
    "a sign that turns": ([NAMES, *rows(T_S, TURNED[:, 0], COP[:, 1])], "white noise of that size lifts"),
}
FALSE = ("spike", "nobody is on the plate (", "C3D", "on each axis", "in cm and the other")
"""What would be false of all of these."""


def everything_said(path: Path) -> str:
    """What is suspect, what is missing and why, or the error."""
    try:
        found = measured(part_of_file(read_file(path), "station-1"), Request())
    except StationError as problem:
        return detail(Texts(), problem)
    return " ".join(said(one) for one in (*found.suspicions, *found.reasons.values()))


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_said_of_a_wrong_file_is_true(tmp_path, kind) -> None:
    lines, expected = WRONG[kind]
    file = tmp_path / "wrong.csv"
    file.write_text("\n".join(lines) + "\n")
    words = everything_said(file)
    assert expected in words
    assert [one for one in FALSE if one in words] == []


def test_times_that_jitter_are_no_missing_samples(tmp_path) -> None:
    file = tmp_path / "jitter.csv"
    file.write_text("\n".join([NAMES, *rows(JITTERED, *COP.T, digits=5)]) + "\n")
    found = measured(part_of_file(read_file(file), "station-1"), Request())
    assert [one.reason for one in found.warnings if one.reason == "samples-missing"] == []
    assert np.isfinite(found.values["path_length_mm"])
    gone = np.delete(np.arange(COUNT), [500, 501, 900])
    file.write_text("\n".join([NAMES, *rows(T_S[gone], *COP[gone].T)]) + "\n")
    found = measured(part_of_file(read_file(file), "station-1"), Request())
    assert found.warnings[0].values["missing"] == 3


def test_a_minus_of_a_word_processor_is_a_minus(tmp_path) -> None:
    file, plain = tmp_path / "minus.csv", tmp_path / "plain.csv"
    text = "\n".join([NAMES, *rows(T_S, *COP.T)]) + "\n"
    plain.write_text(text)
    file.write_text(text.replace("-", "\N{MINUS SIGN}"), encoding="utf-8")
    one, other = (measured(part_of_file(read_file(path), "raw"), Request("raw")) for path in (plain, file))
    assert one.values == other.values
