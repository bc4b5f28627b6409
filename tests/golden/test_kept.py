"""Three recordings of the program at revision b6890f1 give the figures that it gave for them, for ever.

One with a trip in the hold, one measured with a calibration, one played back from a real recording: `tests/data`, each
with its figures beside it, as that program printed them. Whatever is stored there must still be so; a later program may
say more. Words (reasons, faults) may be worded otherwise: they are held by their names and codes.
"""

import hashlib
import json
import math
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from station.analysis.results import result_of
from station.cli import main
from station.recording.reader import read_recording

RECORDINGS = ("tripped", "calibrated", "replayed")
PIPELINES = ("station-1", "raw", "quijoux-2021")
SAID_SINCE = "unfiltered, the path is "
"""So begins what is said since of the noise in figures that nothing filtered."""
RELATIVE = 1e-6
"""Another mathematical library may differ in a last digit; on the machine of the golden file it is 0."""


class Kept(NamedTuple):
    """A recording's place, and what b6890f1 gave for it."""

    path: Path
    stored: dict[str, Any]


def lost(found, stored, where: str = "") -> list[str]:
    """Where `found` does not say what is stored; what it says beyond that does not count."""
    if isinstance(stored, dict):
        if not isinstance(found, dict):
            return [f"{where}: {found!r} and no table"]
        return [line for key in stored for line in lost(found.get(key, "(nothing)"), stored[key], f"{where}.{key}")]
    if isinstance(stored, list):
        if not isinstance(found, list) or len(found) != len(stored):
            return [f"{where}: {found!r} and not {len(stored)} values"]
        pairs = enumerate(zip(found, stored, strict=True))
        return [line for i, (one, other) in pairs for line in lost(one, other, f"{where}[{i}]")]
    if isinstance(stored, float) and isinstance(found, float):
        close = math.isclose(found, stored, rel_tol=RELATIVE, abs_tol=1e-12)
        return [] if close else [f"{where}: {found} and not {stored}"]
    return [] if found == stored else [f"{where}: {found!r} and not {stored!r}"]


def without_words(value):
    """The same JSON value without sentences and places: of reasons their names, of faults their code and number."""
    if isinstance(value, list):
        return [without_words(one) for one in value]
    if not isinstance(value, dict):
        return value
    words = {"what", "remedy", "cause", "detail", "where", "file", "recording"}
    kept = {key: without_words(one) for key, one in value.items() if key not in words}
    return {**kept, "reasons": sorted(kept["reasons"])} if "reasons" in kept else kept


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


@pytest.fixture(params=RECORDINGS)
def kept(request: pytest.FixtureRequest, project: Path) -> Kept:
    """One of the three."""
    path = project / "tests" / "data" / f"{request.param}.mcap"
    return Kept(path, json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))


def test_every_column_that_was_recorded_reads_the_same_to_the_bit(kept) -> None:
    path, stored = kept
    recording = read_recording(path)
    assert not recording.truncated
    assert len(recording.samples) == stored["samples"]
    assert {name: digest(recording.samples[name].tobytes()) for name in stored["columns"]} == stored["columns"]
    assert digest(json.dumps(recording.events, sort_keys=True).encode()) == stored["events"]


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_the_command_prints_the_same_figures(kept, pipeline) -> None:
    path, stored = kept
    ran = CliRunner().invoke(main, ["measures", str(path), "--pipeline", pipeline, "--json"])
    report = json.loads(ran.stdout)
    if pipeline == "raw":
        report["warnings"] = [one for one in report["warnings"] if not one.startswith(SAID_SINCE)]
    found = {"exit": ran.exit_code, "said": without_words(report)}
    assert lost(found, stored["measures"][pipeline]) == []


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_the_result_document_is_the_same(kept, pipeline) -> None:
    path, stored = kept
    assert lost(without_words(result_of(path, pipeline)), stored["result"][pipeline]) == []


def test_what_they_show_is_in_them(project) -> None:
    headers = {name: read_recording(project / "tests" / "data" / f"{name}.mcap") for name in RECORDINGS}
    assert [e["code"] for e in headers["tripped"].events if e["kind"] == "trip"] == ["estop-open"]
    assert {name for name, one in headers.items() if one.header["calibration"]["origin"] == "stored"} == {"calibrated"}
    assert {name for name, one in headers.items() if one.header["rig"] == "replay"} == {"replayed"}


def test_a_lost_figure_is_seen_and_a_new_one_is_not() -> None:
    assert lost({"a": 1.0, "b": 2.0}, {"a": 1.0}) == []
    assert lost({"b": 2.0}, {"a": 1.0}) == [".a: '(nothing)' and not 1.0"]
    assert lost({"a": [1.0, 2.0]}, {"a": [1.0]}) != []
    assert lost({"a": 1.0001}, {"a": 1.0}) != []
    assert lost(3, {"a": 1.0}) != []
