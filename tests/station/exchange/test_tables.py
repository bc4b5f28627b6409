"""Tables of a patient's figures: what stands in them, by their own schema, is what the records hold, to the bit."""

import csv
import io
import json
import struct
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.cli import main as station
from station.faults import StationError
from station.measures.registry import REGISTRY
from station.records.file import open_records
from station.records.sessions import Sessions
from station.reports.facts import Wanted
from station.texts import Texts

PARSED = {"string": str, "integer": int, "number": float, "datetime": datetime.fromisoformat, "object": json.loads}


def packed(data: Path, out: Path, *asked: str) -> dict[str, str]:
    command = ["export", "--format", "csv", "--data", str(data), "--out", str(out), *asked]
    ended = CliRunner().invoke(station, command)
    assert ended.exit_code == 0, ended.output
    with zipfile.ZipFile(out) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def rows_of(files: dict[str, str]) -> dict[str, list[dict[str, object]]]:
    """Every table by its own schema: each cell of its type, and what is empty None."""
    tables = {}
    for resource in json.loads(files["datapackage.json"])["resources"]:
        fields = resource["schema"]["fields"]
        head, *rows = csv.reader(io.StringIO(files[resource["path"]]))
        assert head == [one["name"] for one in fields]
        assert all(one["description"] for one in fields)
        tables[resource["name"]] = [
            {
                one["name"]: None if cell == "" else PARSED[one["type"]](cell)
                for one, cell in zip(fields, row, strict=True)
            }
            for row in rows
        ]
    return tables


def bits(value: float) -> bytes:
    return struct.pack(">d", value)


def test_the_figures_are_those_of_the_records_to_the_bit(visited, tmp_path):
    data, names = visited
    tables = rows_of(packed(data, tmp_path / "a.zip", "--patient", "p-7"))
    stored = Sessions(open_records(data / "records.sqlite", read_only=True))
    found = {(one["session"], one["trial"]): one for one in tables["trials"]}
    assert len(found) == len(tables["trials"]) == 11
    for name in names:
        detail = stored.detail(name)
        for trial in detail["trials"]:
            row = found[name, trial["number"]]
            assert [bits(row[one]) for one in trial["measures"]] == [bits(one) for one in trial["measures"].values()]
            assert bits(row["hold_s"]) == bits(trial["hold_s"])
        (row,) = (one for one in tables["sessions"] if one["session"] == name)
        assert [bits(row[one]) for one in ("a8_m_s2", "vdv_m_s175")] == [
            bits(detail["dose"][one]) for one in ("a8_m_s2", "vdv_m_s175")
        ]


def test_the_schema_says_unit_key_and_what_leads_where(visited, tmp_path):
    data, names = visited
    files = packed(data, tmp_path / "a.zip", "--patient", "P-7")
    package, tables = json.loads(files["datapackage.json"]), rows_of(files)
    assert package["profile"] == "tabular-data-package"
    assert package["without_events"] == [names[1]], "its recording is gone"
    assert {one["session"] for one in tables["events"]} == {names[0], names[2]}
    for resource in package["resources"]:
        rows, schema = tables[resource["name"]], resource["schema"]
        assert schema["missingValues"] == [""]
        if key := schema.get("primaryKey"):
            assert len({tuple(row[one] for one in key) for row in rows}) == len(rows)
        for lead in schema.get("foreignKeys", ()):
            column, other = lead["fields"][0], lead["reference"]
            assert {row[column] for row in rows} <= {row[other["fields"][0]] for row in tables[other["resource"]]}
        for field in schema["fields"]:
            if field["name"] in REGISTRY:
                assert field["unit"] == REGISTRY[field["name"]].unit
    speed = next(one for one in package["resources"][2]["schema"]["fields"] if one["name"] == "mean_velocity_mm_s")
    assert (speed["type"], speed["unit"], speed["ucum"]) == ("number", "mm/s", "mm/s")


def test_what_is_missing_is_empty_and_a_note_is_no_formula(visited, tmp_path):
    data, names = visited
    tables = rows_of(packed(data, tmp_path / "a.zip", "--patient", "P-7"))
    *rest, last = tables["visits"]
    assert (last["note"], last["closed_by"]) == ("'=1+1, steady", "Ada K.")
    assert [one["closed_by"] for one in rest] == [None, None]
    assert [one["effort_rpe"] for one in tables["sessions"]] == [None, None, None]
    assert tables["trials"][0]["measured_hz"] == 0.0, "nothing is another thing than none"
    one = rows_of(packed(data, tmp_path / "b.zip", "--session", names[0]))
    assert [len(one[name]) for name in ("visits", "sessions", "trials")] == [1, 1, 3]
    visit = rest[1]["visit"]
    of_visit = rows_of(packed(data, tmp_path / "c.zip", "--patient", "P-7", "--visit", visit))
    assert [row["session"] for row in of_visit["sessions"]] == [names[1]]


def test_the_same_records_give_the_same_bytes_in_any_language(visited, tmp_path):
    from station.exchange.gathering import gather
    from station.exchange.tables import write_tables

    gathered = gather(Wanted(visited[0], "P-7"))
    made = []
    for language in ("en", "de", "de"):
        out = io.BytesIO()
        assert write_tables(out, gathered, Texts(language).say) == [visited[1][1]]
        made.append(out.getvalue())
    assert made[0] != made[1] == made[2]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"patient": "NOBODY"}, "patient-unknown"),
        ({"session": "nosuch"}, "session-unknown"),
        ({"patient": "P-7", "visit": "nosuch"}, "visit-unknown"),
    ],
)
def test_who_is_not_there_is_said(visited, asked, code):
    from station.exchange.gathering import gather

    with pytest.raises(StationError) as refused:
        gather(Wanted(visited[0], **asked))
    assert refused.value.code == code


def test_a_command_that_says_two_things_or_none_is_refused(visited, tmp_path):
    file = str(tmp_path / "x.mcap")
    for asked in ([], [file, "--patient", "P-7"], ["--patient", "P-7", "--format", "mcap"], [file, "--format", "fhir"]):
        ended = CliRunner().invoke(station, ["export", "--format", "csv", *asked])
        assert ended.exit_code == 2
        assert "--session" in ended.output
