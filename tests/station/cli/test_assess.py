"""`station assess`: batteries and their minutes, how far one is, and going on where it was left."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.cli import main
from station.clinic import batteries
from station.clock import VirtualClock
from station.recording.layout import RECORDS_FILE
from station.records.batteries import attempted
from station.records.file import open_records
from station.records.ids import session_id
from station.records.sessions import NewSession, SessionEnd, Sessions

DOSE = {"vibration_s": 0.0, "a8_m_s2": 0.0, "vdv_m_s175": 0.0, "peak_acceleration_g": 0.0, "source": "estimated"}
AT_NS = VirtualClock().epoch_ns
"""When a virtual drill begins: what is written here belongs to the same visit."""


def write(data: Path, number: int, drill: str, hold_s: float, *tries: tuple[str, str], end: str = "completed") -> None:
    """A session of P21; an end of "" is a power cut."""
    data.mkdir(exist_ok=True)
    records = open_records(data / RECORDS_FILE)
    rows, at_ns = Sessions(records), AT_NS + number * 10**9
    name = session_id(at_ns, 9, number)
    said = (drill, "each", {"hold_s": hold_s}, at_ns, "boot", 9, number, f"{name}.mcap")
    rows.begin(NewSession(name, "P21", *said))
    figures = {"hold_s": hold_s, "measures": {}, "reasons": {}, "baseline_measures": None, "vibration": {}}
    trials = [{**figures, "trial": i + 1, "leg": leg, "outcome": out} for i, (leg, out) in enumerate(tries)]
    rows.store_results(name, {"pipeline": "station-1", "pipeline_version": 1, "trials": trials, "dose": DOSE})
    rows.end(name, SessionEnd("done" if end else "interrupted", end or None, at_ns + 10**8, None))
    records.close()


def assess(*arguments: object) -> str:
    ran = CliRunner().invoke(main, ["assess", *map(str, arguments)], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.output


def test_the_batteries_are_listed_with_their_minutes():
    assert "one-leg: 15 minutes; open, closed" in assess()
    listed = {one["battery"] for one in json.loads(assess("--json"))}
    assert listed == {path.stem for path in (Path(batteries.__file__).parent).glob("*.toml")}
    assert listed >= {"four-stage", "mctsib", "one-leg", "romberg", "chair", "limits"}


def test_after_a_power_cut_it_says_what_is_kept_and_what_is_lost(tmp_path):
    data = tmp_path / "data"
    write(data, 1, "one-leg-open", 45.0, ("left", "held"), ("right", "foot-down"), ("left", "damaged"), end="")
    said = assess("one-leg", "--patient", "p21", "--data", data, "--show")
    assert "one-leg, P21: the full form takes 15 minutes" in said
    assert "open: partly, 2 of 6, 1 try is lost and is made again" in said
    assert "closed: not done" in said
    assert "The battery is not whole." in said
    shown = json.loads(assess("one-leg", "--patient", "P21", "--data", data, "--show", "--json"))
    assert (shown["state"], shown["next"], shown["tests"][0]["trials"]) == ("partly", "open", 4)
    assert json.loads(assess("one-leg", "--patient", "P22", "--data", data, "--show", "--json"))["state"] == "not-done"


def test_what_is_left_is_run_and_the_battery_is_whole_then(tmp_path):
    data = tmp_path / "data"
    for number, drill in enumerate(("feet-together-open", "semi-tandem", "one-behind-the-other")):
        leg = "both" if drill == "feet-together-open" else "right"  # the foot in front
        write(data, number, drill, 10.0, (leg, "held"))
    said = assess("four-stage", "--patient", "P21", "--data", data, "--seed", 3)
    assert "one-leg: done, 1 of 1\n    held 10.0 s\n" in said
    assert "The battery is whole." in said
    records = open_records(data / RECORDS_FILE, read_only=True)
    assert "one-leg-stage" in [one.drill for one in attempted(records, "P21")[1]]
    records.close()
    # Three of the four were in no recording: with the records they are gone, and it says so.
    path = data / RECORDS_FILE
    path.write_bytes(b"\0" * 4096 + path.read_bytes()[4096:])
    said = assess("four-stage", "--patient", "P21", "--data", data, "--show")
    assert "What is in no recording is lost, and is done again." in said
    assert "one-leg: done, 1 of 1" in said
    assert "together: not done" in said
    assert "The battery is not whole." in said


@pytest.mark.parametrize(
    ("asked", "said"), [(["one-legs"], 'did you mean "one-leg"'), (["one-leg", "--patient", "a b"], "a b")]
)
def test_what_is_not_there_is_refused_by_its_name(asked, said):
    ran = CliRunner().invoke(main, ["assess", *asked])
    assert ran.exit_code == 2
    assert said in ran.output
