"""What a report is about, from the records: a patient, some sessions, and the figures of their trials.

Figures are those that the records keep; nothing is computed again. How a trial was stood, and on which rig, is what the
recording's header says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from station.clock import local_date
from station.faults import InputError, from_json
from station.measures.doubts import doubt
from station.measures.norms.people import NOT_STATED, Condition, held_as
from station.measures.values import NAN, MeasureSet
from station.recording.layout import records_path
from station.recording.rigs import SIMULATED, header_of
from station.records.file import Records, open_records
from station.records.one_to_one import one_to_one_s
from station.records.patients import Patients
from station.records.sessions import Sessions
from station.records.signed import ChangedLater
from station.records.suspect import SUSPECT
from station.records.unnamed import unnamed
from station.records.visits import Visits

_ALL_LINES = 10_000
"""Of one patient, more than anybody ever has."""
HELD = "held"


class Wanted(NamedTuple):
    """Of whom, and of what."""

    data: Path
    """The data folder."""
    patient: str = ""
    """A code; "" for the patient of the session."""
    session: str = ""
    """Name or UUID of a session, whose visit it is about; "" for the newest visit in which something was done."""
    visit: str = ""
    """UUID of the visit that it is about, where no session says it."""
    named: bool = True
    """Whether it may say who the patient is; else it has the code alone (`station.records.unnamed`)."""


class Series(NamedTuple):
    """The trials of one drill on one leg in one way of standing, in their order."""

    drill: str
    title: str
    """Of the drill's document, where its name has no words in the catalogue."""
    leg: str
    condition: Condition
    trials: tuple[dict[str, Any], ...]
    """As `station.records.views.trial_view`."""
    vibrated: bool = False
    """Whether the plate moved in them: figures of sway are other ones then, and in no mean with quiet ones."""

    def alike(self, other: Series) -> bool:
        """Whether it is of the same drill, leg and way of standing, and both quiet or both vibrated."""
        mine, theirs = ((one.drill, one.leg, one.condition, one.vibrated) for one in (self, other))
        return mine == theirs

    @property
    def scored(self) -> bool:
        """Whether it counts what is reached: who moves for that sways by it, and no sway is said of it."""
        return is_scored(self.trials)

    @property
    def score_percent(self) -> float | None:
        """What was reached in all of them, of what was asked; None where nothing is counted."""
        asked = sum(one["score"]["of"] for one in self.trials)
        return 100.0 * sum(one["score"]["done"] for one in self.trials) / asked if asked else None

    @property
    def held(self) -> list[MeasureSet]:
        """The figures of the trials that were held."""
        return [measure_set(one) for one in self.trials if one["outcome"] == HELD]


class Facts(NamedTuple):
    """All that a report says, without words."""

    patient: dict[str, Any]
    """As `station.records.views.patient_view`."""
    sessions: list[dict[str, Any]]
    """Those of the visit, oldest first, as `Sessions.detail`, each with its `header`."""
    earlier: list[dict[str, Any]]
    """All before the visit, oldest first, in the same form."""
    visit: dict[str, Any]
    """As `station.records.views.visit_view`; empty where it has none."""
    one_to_one_s: float | None = None
    """How long the visit was one to one: `station.records.one_to_one`."""
    birth_year: int | None = None
    """For norms, which go by the age; only `patient` is written down."""
    named: bool = True
    """As it was wanted."""
    changed: ChangedLater = ChangedLater()
    """Who changed the visit last after it was signed."""

    @property
    def on(self) -> date:
        """The day that the report is about: that of the visit's newest session. Nothing else dates a report, so that
        the same records give the same bytes.
        """
        return local_date(self.sessions[-1]["started_ns"])

    @property
    def age_years(self) -> float | None:
        """Within a year, as only the year of birth is known; None where it is not."""
        return None if self.birth_year is None else float(self.on.year - self.birth_year)

    @property
    def every(self) -> list[dict[str, Any]]:
        """Earlier sessions and those of the visit."""
        return [*self.earlier, *self.sessions]

    @property
    def unreal(self) -> bool:
        """Whether any of it is of a rig on which nobody stands."""
        return any(one["header"].get("rig") in SIMULATED for one in self.every)

    @property
    def unsure(self) -> bool:
        """Whether nobody can say of one on which rig it was: its recording is gone or cannot be read."""
        return any(not one["header"].get("rig") for one in self.every)


def meant(records: Records, wanted: Wanted) -> tuple[str, dict[str, Any], dict[str, Any] | None]:
    """Code and row of the patient, and the session that is named as `Sessions.detail` has it; None where none is.

    Raises InputError "session-unknown", also for another patient's, and "patient-unknown".
    """
    code = wanted.patient.upper()
    chosen = Sessions(records).detail(wanted.session) if wanted.session else None
    if wanted.session and (chosen is None or code not in ("", chosen["patient"].upper())):
        raise InputError("session-unknown", wanted.session)
    code = chosen["patient"] if chosen else code
    patient = Patients(records).find(code)
    if patient is None:
        raise InputError("patient-unknown", code)
    return code, patient, chosen


def facts_of(wanted: Wanted) -> Facts:
    """What the report is about. Raises InputError "session-unknown", "patient-unknown", or "report-empty" where nothing
    was done yet, or nothing in that visit; StorageError where the records cannot be read.
    """
    records = open_records(records_path(wanted.data), read_only=True)
    stored = Sessions(records)
    code, patient, chosen = meant(records, wanted)
    lines = [one for one in reversed(stored.newest(code, _ALL_LINES)) if one["trials_count"]]
    if chosen is not None and chosen["id"] not in [one["id"] for one in lines]:
        raise InputError("report-empty", wanted.session)
    if not lines or (wanted.visit and wanted.visit not in [one["visit"] for one in lines]):
        raise InputError("report-empty", wanted.visit or code)
    visit = chosen["visit"] if chosen else wanted.visit or lines[-1]["visit"]
    own = [one for one in lines if one["visit"] == visit]
    before = [one for one in lines if one["visit"] != visit and one["started_ns"] < own[0]["started_ns"]]
    visits = {one["id"]: one for one in Visits(records).newest(code, _ALL_LINES)}
    return Facts(
        patient if wanted.named else unnamed(patient),
        [_whole(stored, wanted.data, one) for one in own],
        [_whole(stored, wanted.data, one) for one in before],
        visits.get(visit, {}) if wanted.named else unnamed(visits.get(visit, {})),
        one_to_one_s(records, visit),
        patient["birth_year"],
        wanted.named,
        Visits(records).changed_later(visit),
    )


def _whole(stored: Sessions, data: Path, line: dict[str, Any]) -> dict[str, Any]:
    detail = stored.detail(line["id"]) or {**line, "trials": [], "dose": None, "counts": None}
    return {**detail, "header": header_of(data / line["recording"])}


def series_of(sessions: Iterable[dict[str, Any]]) -> list[Series]:
    """The trials of these sessions, put together where drill, leg and way of standing are the same, and the plate moved
    in all of them or in none.
    """
    found: dict[tuple[str, str, Condition, bool], list[dict[str, Any]]] = {}
    titles: dict[str, str] = {}
    for session in sessions:
        document = session["header"].get("document") or {}
        titles[session["drill"]] = str(document.get("title") or session["drill"])
        for trial in session["trials"]:
            leg = trial["leg_word"] or session["leg_word"]
            words = (document.get(name) or NOT_STATED for name in ("eyes", "surface"))
            stood = held_as(Condition(_stance(document, trial["leg"] or session["leg"]), *words), document)
            found.setdefault((session["drill"], leg, stood, _vibrated(trial)), []).append(trial)
    return [
        Series(drill, titles[drill], leg, stood, tuple(trials), moved)
        for (drill, leg, stood, moved), trials in sorted(found.items())
    ]


def _stance(document: Mapping[str, Any], leg: str) -> str:
    """The leg that stood, or both where the leg only says which foot does it, or is in front."""
    return "both" if (document.get("trials") or {}).get("legs") == "named" else leg


def _vibrated(trial: Mapping[str, Any]) -> bool:
    """Whether it was asked for, or measured."""
    return any((trial["vibration"].get(name) or 0.0) > 0.0 for name in ("asked_hz", "measured_hz"))


def by_day(sessions: Sequence[dict[str, Any]]) -> dict[date, list[dict[str, Any]]]:
    """The sessions by the clinic's date, earliest first."""
    days: dict[date, list[dict[str, Any]]] = {}
    for one in sessions:
        days.setdefault(local_date(one["started_ns"]), []).append(one)
    return days


def on_each_day(wanted: Series, days: Mapping[date, Sequence[dict[str, Any]]]) -> dict[date, Series]:
    """The same drill, leg and way of standing on each of the days on which it was done."""
    found = {day: series_of(sessions) for day, sessions in days.items()}
    return {day: one for day, every in found.items() for one in every if one.alike(wanted)}


def mean_set(name: str, value: float, sets: Sequence[MeasureSet]) -> MeasureSet | None:
    """The mean of a figure over these trials as the figures of one, to be held against norms; None where the trials
    are of different pipelines or versions.
    """
    first = sets[0]
    if len({(one.pipeline, one.version) for one in sets}) > 1:
        return None
    vibration_hz = max(one.vibration_hz for one in sets)
    return MeasureSet(
        first.pipeline, first.version, {name: value}, duration_s=first.duration_s, vibration_hz=vibration_hz
    )


def is_scored(trials: Sequence[Mapping[str, Any]]) -> bool:
    """Whether each of them counts what is reached."""
    return bool(trials) and all(one["score"]["of"] > 0 for one in trials)


def sound_of(trials: Iterable[dict[str, Any]]) -> list[MeasureSet]:
    """The figures of those that were held and of which nothing is in doubt: only these are in a mean."""
    return [found for one in trials if one["outcome"] == HELD and doubt(found := measure_set(one)) is None]


def measure_set(trial: dict[str, Any]) -> MeasureSet:
    """The figures of a trial as the records keep them; a suspicion stays one, and no verdict will rest on it."""
    pipeline, _, version = trial["pipeline"].partition("/")
    reasons = {name: from_json(why) for name, why in trial["reasons"].items() if isinstance(why, dict)}
    doubt = reasons.pop(SUSPECT, None)
    values = {name: NAN if value is None else float(value) for name, value in trial["measures"].items()}
    hz = float(trial["vibration"].get("measured_hz") or 0.0)
    return MeasureSet(
        pipeline,
        int(version or 0),
        values,
        reasons,
        duration_s=trial["hold_s"],
        vibration_hz=hz,
        suspicions=() if doubt is None else (doubt,),
    )
