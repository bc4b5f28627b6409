"""A patient's figures as a zip of tables (CSV) with `datapackage.json`, a Tabular Data Package: each column of each
table with its type, its unit and what it says.

A number is written as JSON would write it, so both read back to the same bits; what is missing is empty.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import StringIO
from typing import IO, Any, NamedTuple

from station.clock import NS_PER_S
from station.exchange.gathering import Exported, events_of, header_of
from station.exchange.units import ucum
from station.faults import InputError
from station.measures.registry import REGISTRY
from station.recording.layout import finite
from station.records.unnamed import unnamed

SCHEMA_FILE = "datapackage.json"
PROFILE = "tabular-data-package"
BEFORE = "baseline_"
"""Begins the name of a figure of the still stand before the vibration of the same trial."""
Say = Callable[..., str]
"""Words of the reader's language, by key and values."""
Row = Mapping[str, Any]
_FORMULA = "=+-@\t\r"
"""A spreadsheet would work out a text that begins so; a mark before it keeps it a text."""
_ENTRY_DATE = (1980, 1, 1, 0, 0, 0)
"""Of the files in the zip: the same records give the same bytes."""


class TableColumn(NamedTuple):
    """One column of a table."""

    name: str
    type: str
    """Of the Table Schema: string, integer, number, datetime or object."""
    unit: str = ""
    words: str = ""
    """Key of what it says; "" for `column.<name>`."""


_SESSION = TableColumn("session", "string")
_TABLES: Mapping[str, tuple[TableColumn, ...]] = {
    "visits": (
        TableColumn("visit", "string"),
        TableColumn("patient", "string"),
        TableColumn("opened", "datetime"),
        TableColumn("closed", "datetime"),
        TableColumn("state", "string", words="column.visit_state"),
        TableColumn("closed_by", "string"),
        TableColumn("note", "string"),
    ),
    "sessions": (
        _SESSION,
        TableColumn("uuid", "string"),
        TableColumn("visit", "string"),
        TableColumn("patient", "string"),
        TableColumn("drill", "string"),
        TableColumn("leg", "string"),
        TableColumn("started", "datetime"),
        TableColumn("ended", "datetime"),
        TableColumn("state", "string"),
        TableColumn("outcome", "string"),
        TableColumn("pipeline", "string"),
        TableColumn("vibration_s", "number", "s"),
        TableColumn("a8_m_s2", "number", "m/s2"),
        TableColumn("vdv_m_s175", "number", "m/s1.75"),
        TableColumn("peak_acceleration_g", "number", "g"),
        TableColumn("dose_source", "string"),
        TableColumn("effort_rpe", "number", "1"),
        TableColumn("pain", "number", "1"),
        TableColumn("rig", "string"),
        TableColumn("recording", "string"),
        TableColumn("sha256", "string"),
    ),
    "trials": (
        _SESSION,
        TableColumn("trial", "integer", "1"),
        TableColumn("leg", "string"),
        TableColumn("outcome", "string", words="column.trial_outcome"),
        TableColumn("hold_s", "number", "s"),
        TableColumn("pipeline", "string"),
        TableColumn("asked_hz", "number", "Hz"),
        TableColumn("measured_hz", "number", "Hz"),
        TableColumn("reasons", "object"),
        TableColumn("marked", "object"),
    ),
    "events": (
        _SESSION,
        TableColumn("kind", "string"),
        TableColumn("t_ns", "integer", "ns"),
        TableColumn("seq", "integer", "1"),
        TableColumn("data", "object"),
    ),
}
_KEYS = {"visits": ["visit"], "sessions": ["session"], "trials": ["session", "trial"]}
_LEADS = {"sessions": ("visit", "visits"), "trials": ("session", "sessions"), "events": ("session", "sessions")}


def write_tables(out: IO[bytes], gathered: Exported, say: Say) -> list[str]:
    """Write the zip. Returns the names of sessions whose recordings gave no events: gone, damaged, or being written."""
    lost: list[str] = []
    names = [*dict.fromkeys(name for one in gathered.sessions for trial in one["trials"] for name in _measured(trial))]
    figures = tuple(_figure_column(name) for name in names)
    tables = {**_TABLES, "trials": (*_TABLES["trials"], *figures)}
    rows = {
        "visits": map(_visit, gathered.visits),
        "sessions": (_session(one, gathered) for one in gathered.sessions),
        "trials": (_trial(one, trial) for one in gathered.sessions for trial in one["trials"]),
        "events": _events(gathered, lost),
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, columns in tables.items():
            with packed.open(zipfile.ZipInfo(f"{name}.csv", _ENTRY_DATE), "w") as file:
                for text in _lines(columns, rows[name]):
                    file.write(text.encode())
        schema = json.dumps(_schema(gathered, tables, lost, say), indent=1, ensure_ascii=False)
        packed.writestr(zipfile.ZipInfo(SCHEMA_FILE, _ENTRY_DATE), schema + "\n")
    return lost


def _lines(columns: Sequence[TableColumn], rows: Iterable[Row]) -> Iterator[str]:
    yield _text([one.name for one in columns])
    for row in rows:
        yield _text([_cell(row.get(one.name), one.type) for one in columns])


def _text(cells: Sequence[str]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _cell(value: object, kind: str) -> str:
    if value is None or value == "":
        return ""
    if kind == "number" and isinstance(value, int | float):
        return repr(float(value)) if finite(value) is not None else ""
    if kind == "object":
        return json.dumps(finite(value), ensure_ascii=False) if value else ""
    text = str(value)
    return f"'{text}" if kind == "string" and text[:1] in _FORMULA else text


def _visit(visit: Row) -> Row:
    return {**visit, "visit": visit["id"], "opened": _at(visit["opened_ns"]), "closed": _at(visit["closed_ns"])}


def _session(one: Row, gathered: Exported) -> Row:
    dose, said = one["dose"] or {}, one["said"]
    return {
        **{name: value for name, value in one.items() if not isinstance(value, dict | list)},
        **dose,
        **{name: said.get(name) for name in ("effort_rpe", "pain")},
        "session": one["id"],
        "started": _at(one["started_ns"]),
        "ended": _at(one["ended_ns"]),
        "dose_source": dose.get("source"),
        "rig": header_of(gathered.data, dict(one)).get("rig"),
    }


def _trial(session: Row, trial: Row) -> Row:
    vibration = trial["vibration"]
    before = {f"{BEFORE}{name}": value for name, value in (trial["baseline_measures"] or {}).items()}
    asked = {name: vibration.get(name) for name in ("asked_hz", "measured_hz")}
    return {**trial, **trial["measures"], **before, **asked, "session": session["id"], "trial": trial["number"]}


def _events(gathered: Exported, lost: list[str]) -> Iterator[Row]:
    own = [one.name for one in _TABLES["events"][1:-1]]
    for session in gathered.sessions:
        try:
            for found in events_of(gathered.data, session):
                event = found if gathered.named else unnamed(found)
                rest = {name: value for name, value in event.items() if name not in own and name != "session"}
                yield {**{name: event.get(name) for name in own}, "session": session["id"], "data": rest}
        except (InputError, OSError):
            lost.append(session["id"])


def _measured(trial: Row) -> Iterator[str]:
    yield from trial["measures"]
    yield from (f"{BEFORE}{name}" for name in trial["baseline_measures"] or {})


def _figure_column(name: str) -> TableColumn:
    measure = REGISTRY.get(name.removeprefix(BEFORE))
    return TableColumn(name, "number", measure.unit if measure else "", "figure")


def _schema(gathered: Exported, tables: Mapping[str, Sequence[TableColumn]], lost: Sequence[str], say: Say) -> Row:
    resources = []
    for name, columns in tables.items():
        fields = [_field(column, say) for column in columns]
        schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
        if name in _KEYS:
            schema["primaryKey"] = _KEYS[name]
        if name in _LEADS:
            column, other = _LEADS[name]
            schema["foreignKeys"] = [{"fields": [column], "reference": {"resource": other, "fields": [column]}}]
        resources.append(
            {
                "name": name,
                "path": f"{name}.csv",
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "description": say(f"column.table.{name}"),
                "schema": schema,
            }
        )
    code = gathered.patient["code"]
    return {
        "profile": PROFILE,
        "name": f"balance-station-{gathered.patient['id'].lower()}",
        "title": say("column.package", patient=code if gathered.named else say("report.code-alone", code=code)),
        "station_id": gathered.station_id,
        "without_events": list(lost),
        "resources": resources,
    }


def _field(column: TableColumn, say: Say) -> Row:
    field = {"name": column.name, "type": column.type, "description": _meaning(column, say)}
    if column.unit:
        field |= {"unit": column.unit} | ({"ucum": ucum(column.unit)} if ucum(column.unit) else {})
    return field


def _meaning(column: TableColumn, say: Say) -> str:
    if column.words != "figure":
        return say(column.words or f"column.{column.name}")
    name = column.name.removeprefix(BEFORE)
    measure = REGISTRY.get(name)
    if measure is None:
        return say("column.figure", name=name)
    values: dict[str, object] = dict(measure.values)
    if "axis" in values:
        values["axis"] = say(f"measure.axis.{values['axis']}")
    meaning = say(f"measure.{measure.words or name}.meaning", **values)
    return meaning if name == column.name else say("column.before", meaning=meaning)


def _at(at_ns: int | None) -> str:
    """The clinic's time with its distance from UTC (ISO 8601)."""
    return "" if at_ns is None else datetime.fromtimestamp(at_ns // NS_PER_S).astimezone().isoformat()
