"""What a file says by its name, its folder, the lines above its table or its header, against what a person states."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from station.analysis.judging import StatedCondition, condition_of, of_other_leg
from station.analysis.reading import AS_IT_IS, RecordingFile, TableFile
from station.analysis.repeating import _refuse
from station.analysis.sittings import Sitting
from station.analysis.stated import against
from station.analysis.whose import whose_of
from station.cli import main
from station.faults import InputError
from station.measures.values import MeasureSet
from station.recording.raw import Column, RawSignal, Understood
from tests.words import said

ZEROS = np.zeros(3000)


def table(name="1.csv", head=(), *, units=("mm", "file"), times=True, rate_said_hz=None, **options):
    """30 s at 100 samples a second."""
    columns = tuple(Column(use, f"cop_{use}", *units) for use in ("ml", "ap"))
    rates = 100.0, "times" if times else "asked", rate_said_hz
    understood = Understood("", "", columns, 1, 0, ",", "utf-8", 3000, *rates, None, "", "format", head=tuple(head))
    signal = RawSignal(ZEROS, None, ZEROS, ZEROS, None, f"folder/{name}", understood=understood)
    return TableFile(signal, AS_IT_IS._replace(**options))


def told(file, stated=(), age=None):
    """Suspicions, then notes: reasons with what is said and what was given."""
    found = against(file, StatedCondition(*stated), age)
    return [
        (one.reason, one.values.get("told"), one.values.get("said"), one.values.get("given"))
        for one in (*found.suspicions, *found.notes)
    ]


OTHERWISE = "says-otherwise"


@pytest.mark.parametrize(
    ("name", "head", "stated", "found"),
    [
        ("left.csv", (), ("left",), []),
        ("left.csv", (), ("right",), [(OTHERWISE, "name", "left", "right")]),
        ("left.csv", (), ("both",), [("side-of-both", "name", "left", None)]),
        ("beidbeinig_1.csv", (), ("left",), [(OTHERWISE, "name", "both", "left")]),
        ("rechts/3.csv", (), ("left",), [(OTHERWISE, "folder", "right", "left")]),
        ("rechts/left.csv", (), ("left",), []),
        ("left.csv", (), (None, "open"), []),
        ("EyesClosed1.csv", (), (None, "open"), [(OTHERWISE, "name", "closed", "open")]),
        ("S01_EO.csv", (), (None, "closed"), [(OTHERWISE, "name", "open", "closed")]),
        ("open_closed.csv", (), (None, "closed"), []),
        ("reopened.csv", (), (None, "closed"), []),
        ("3_Schaum.csv", (), (None, None, "firm"), [(OTHERWISE, "name", "foam", "firm")]),
        ("1.csv", ("Side: ,Left,",), ("right",), [(OTHERWISE, "head", "left", "right")]),
        ("1.csv", ("# foot = R", "Stance: both"), ("right",), [(OTHERWISE, "head", "both", "right")]),
        ("1.csv", ("Eyes;closed", "Surface: Foam"), (None, "open", "foam"), [(OTHERWISE, "head", "closed", "open")]),
        ("1.csv", ("Note: left the room", "Open Sans", "surface,hard"), ("right", "closed", "foam"), []),
    ],
)
def test_how_it_was_stood(name, head, stated, found) -> None:
    assert told(table(name, head), stated) == found


@pytest.mark.parametrize(
    ("line", "weight_kg", "age", "found"),
    [
        ("Weight: 70.5 kg", 72.0, None, []),
        ("Weight: 70,5 kg,,", 90.0, None, ["70.5 kg"]),
        ("Weight (lb);155", 70.0, None, []),
        ("Body mass [kg]\t155", 70.0, None, ["155 kg"]),
        ("Gewicht: 690", 70.0, None, []),
        ("Weight: 690", 60.0, None, ["690"]),
        ("Weight of the plate: 3 kg", 70.0, None, []),
        ("Weight: 0 kg", 70.0, None, []),
        ("Age: 0", None, 70.0, []),
        ("Age: 71", 70.0, 71.9, []),
        ("Age (years),71", None, 30.0, ["71"]),
        ("Alter: 71 Jahre", None, 30.0, ["71"]),
        ("Page: 2", None, 30.0, []),
    ],
)
def test_who_stood(line, weight_kg, age, found) -> None:
    said_of = told(table(head=(line,), weight_kg=weight_kg), age=age)
    assert said_of == [(OTHERWISE, "head", one, f"{weight_kg or age:g}") for one in found]


@pytest.mark.parametrize(
    ("name", "times", "head_hz", "rate_hz", "found"),
    [
        ("100Hz.csv", False, None, 100.0, []),
        ("100Hz.csv", False, 200.0, None, []),
        ("200Hz_left.csv", False, None, 100.0, [("name", "200 Hz")]),
        ("200 hz.csv", True, None, 100.0, []),
        ("35Hz.csv", False, None, 100.0, []),
        ("200Hz_500Hz.csv", False, None, 100.0, []),
        ("1.csv", False, 200.0, 100.0, [("head", "200 Hz")]),
        ("1.csv", True, 200.0, 100.0, [("head", "200 Hz")]),
        ("1.csv", True, 101.0, 100.0, []),
    ],
)
def test_the_rate(name, times, head_hz, rate_hz, found) -> None:
    file = table(name, times=times, rate_said_hz=head_hz, rate_hz=rate_hz)
    assert told(file) == [(OTHERWISE, by, hz, "100 Hz") for by, hz in found]
    assert all(one.reason == OTHERWISE for one in against(file, StatedCondition()).suspicions)
    assert against(file, StatedCondition()).notes == ()


@pytest.mark.parametrize(
    ("name", "head", "units", "found"),
    [
        ("cop_cm.csv", (), ("mm", "asked"), [(OTHERWISE, "name", "cm", "mm")]),
        ("cop_cm.csv", (), ("cm", "asked"), []),
        ("cop-cm.csv", (), ("mm", "taken"), [("unit-said-beside", "name", "cm", None)]),
        ("cop_cm.csv", (), ("mm", "file"), []),
        ("feet_10cm_apart.csv", (), ("mm", "taken"), []),
        ("feet 10 cm apart.csv", (), ("mm", "taken"), []),
        ("1.csv", ("Units: centimeters",), ("mm", "taken"), [("unit-said-beside", "head", "cm", None)]),
        ("1.csv", ("CoP unit;cm",), ("mm", "file"), [(OTHERWISE, "head", "cm", "mm")]),
        ("1.csv", ("Units: N",), ("mm", "taken"), []),
        ("1.csv", ("Units: mm, N",), ("cm", "taken"), []),
        ("1.csv", ("Units: cm",), ("mm", "channels"), []),
    ],
)
def test_the_unit(name, head, units, found) -> None:
    assert told(table(name, head, units=units)) == found


@pytest.mark.parametrize(
    ("line", "cut_off"),
    [
        ("Samples: 3000", False),
        ("Number of samples;6000", True),
        ("Samples per second: 6000", False),
        ("Duration: 30.5 s", False),
        ("Trial duration (s),60", True),
        ("Duration of the break: 60 s", False),
        ("Length: 260", False),
        ("Trial length: 60", True),
    ],
)
def test_a_file_that_was_cut_off_is_said(line, cut_off) -> None:
    found = against(table(head=(line,)), StatedCondition())
    assert [one.reason for one in found.notes] == ["shorter-than-said"] * cut_off
    assert all("it is 60.0 s long, and 30.0 s are there" in said(one) for one in found.notes)


def recording(leg="each", legs="each", options=AS_IT_IS):
    document = {"eyes": "open", "surface": "firm", "trials": {"legs": legs}}
    events = [
        {"kind": "trial-ended", "trial": number, "leg": side, "hold_start_ns": 0, "hold_end_ns": end}
        for number, side, end in ((1, "left", None), (2, "right", 1), (3, "left", 1))
    ]
    own = SimpleNamespace(header={"document": document, "leg": leg}, events=events, t_s=np.arange(3) / 250.0)
    return RecordingFile(own, options, None)


def test_a_recording_says_its_leg_eyes_ground_and_rate_itself() -> None:
    left = recording("left", legs=None)
    assert told(left, ("left", "open", "firm")) == []
    assert told(left, ("right", "closed", "foam")) == [
        (OTHERWISE, "recording", "left", "right"),
        (OTHERWISE, "recording", "open", "closed"),
        (OTHERWISE, "recording", "firm", "foam"),
    ]
    wrong = against(recording(options=AS_IT_IS._replace(rate_hz=100.0)), StatedCondition())
    assert [one.values["rate_hz"] for one in wrong.suspicions] == [pytest.approx(250.0)]
    assert against(recording(options=AS_IT_IS._replace(rate_hz=250.0)), StatedCondition()).suspicions == ()


def test_each_trial_of_a_drill_that_changes_legs_has_its_own() -> None:
    assert [condition_of(recording(), StatedCondition(), trial).stance for trial in (2, 3)] == ["right", "left"]
    assert condition_of(recording(), StatedCondition()).stance == "right", "the first that was held is measured"
    assert condition_of(recording(options=AS_IT_IS._replace(trial=3)), StatedCondition()).stance == "left"
    assert against(recording(), StatedCondition("left"), trial=3).notes == ()
    assert told(recording(), ("left",)) == [(OTHERWISE, "recording", "right", "left")]
    for stance, others in (("left", [2]), ("right", [3]), ("both", []), (None, [])):
        assert [one for one in (2, 3) if of_other_leg(recording(), StatedCondition(stance), one)] == others
    assert not of_other_leg(recording("left"), StatedCondition("right"), 2)
    assert not of_other_leg(table(), StatedCondition("right"), None)


def test_a_folder_that_has_a_persons_number_says_whose_its_files_are(tmp_path) -> None:
    assert whose_of(tmp_path / "sub-03/1.csv", ())[:3] == ("sub-03/1.csv", "", "3")
    assert whose_of(tmp_path / "sub-03/sub-05.csv", ())[:3] == ("sub-05.csv", "", "5")
    found = MeasureSet("raw", 1, {"path_length_mm": 1.0}, {}, duration_s=60.0)
    one, other = (
        Sitting(["1"], [found], [], frozenset(), frozenset(), (whose_of(tmp_path / name, ()),))
        for name in ("1/sub-05.csv", "2/1.csv")
    )
    _refuse("sub-05", one, other)
    with pytest.raises(InputError) as caught:
        _refuse("sub-03", one, other)
    assert caught.value.problems[0].reason == "battery-of-two"


def test_figures_of_a_file_that_says_otherwise_have_no_norm_and_no_verdict(tmp_path, bds) -> None:
    rows = np.loadtxt(bds / "BDS00265.csv.gz", delimiter=",", skiprows=1)
    for number in range(6):
        text = "\n".join(f"{ml:.4f},{ap:.4f}" for ap, ml in rows[:3000] * (1.0 + 0.01 * number))
        (tmp_path / f"{number}_closed.csv").write_text(f"Weight: 60 kg\ncop_ml_cm,cop_ap_cm\n{text}")
    files = [str(tmp_path / f"{number}_closed.csv") for number in range(6)]
    stood = ["--rate", "100", "--stance", "both", "--surface", "firm", "--basic", "--age", "30"]

    def norms(*more):
        ended = CliRunner().invoke(main, ["measures", files[0], *stood, *more, "--json"])
        return json.loads(ended.stdout)["norms"]["mean_velocity_mm_s"]

    assert norms("--vision", "closed")["percentile"] is not None
    assert norms("--vision", "open")["percentile"] is None
    assert "the file's name says closed, and open was stated (--vision)" in norms("--vision", "open")["text"]
    assert "a line above the table says 60 kg" in norms("--vision", "closed", "--weight-kg", "90")["text"]
    asked = ["compare", "--before", *files[:3], "--after", *files[3:], *stood, "--same-day", "--json"]
    verdicts = {}
    for vision in ("closed", "open"):
        ended = CliRunner().invoke(main, [*asked, "--vision", vision])
        verdicts[vision] = json.loads(ended.stdout)["changes"]["mean_velocity_mm_s"]["verdict"]
    assert verdicts == {"closed": "no real change", "open": "not comparable"}
    task = ["task", "distribution", files[0], "--rate", "100", "--weight-kg", "90", "--json"]
    assert "a line above the table says 60 kg" in CliRunner().invoke(main, task).stdout
