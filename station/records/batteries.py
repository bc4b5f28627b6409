"""What of a battery is in the records: the sessions of a visit that belong to it, and the tests that were refused.

How far a battery is follows from its sessions alone, nothing of it is stored twice: so it is right after a restart, a
power cut and a rebuild of the records, and a recording that has lost a try has lost it here too. What a patient does
not want no session can say: that is written down.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import func, select

from station.clinic.batteries.documents import shipped
from station.clinic.batteries.figures import HELD_S, SWAY_MM_S, PersonKnown
from station.clinic.batteries.standing import Attempted
from station.clock import local_date
from station.faults import InputError, because
from station.records import audit
from station.records.file import Records
from station.records.ids import uuid7
from station.records.models import INTERRUPTED, PatientRow, RefusalRow
from station.records.patients import Patients
from station.records.sessions import Sessions
from station.records.suspect import SUSPECT

NEWEST_LOOKED_AT = 200
BOTH, VELOCITY = "both", "mean_velocity_mm_s"
"""What is said of a try on both feet (`station.records.views.feet_word`), and the measure of the sway."""
REFUSED, WANTED = "test-refused", "test-wanted"
"""Lines of the audit log."""


class UnwantedTest(NamedTuple):
    """A test that a patient does not want."""

    battery: str
    test: str
    by: str
    """Who writes it down."""
    why: str
    """In words; empty: it is wanted after all."""


def attempted(records: Records, patient: str, visit: str = "") -> tuple[str, list[Attempted]]:
    """The visit of this UUID, or the patient's newest one, and its sessions in their order; "" and none for nobody."""
    sessions = Sessions(records)
    rows = sessions.newest(patient, NEWEST_LOOKED_AT)
    visit = visit or next((row["visit"] for row in rows), "")
    found = [sessions.detail(row["id"]) for row in reversed(rows) if row["visit"] == visit]
    return visit, [_attempted(row) for row in found if row is not None]


def attempted_today(records: Records, patient: str, now_ns: int) -> list[Attempted]:
    """The sessions of the patient's visit, in their order, where it has one on the local day of `now_ns` (wall)."""
    newest = Sessions(records).newest(patient, 1)
    if not newest or local_date(newest[0]["started_ns"]) != local_date(now_ns):
        return []
    return attempted(records, patient, newest[0]["visit"])[1]


def person_known(records: Records, patient: str, now_ns: int) -> PersonKnown:
    """What norms, leans and reaches go by. The age is that of the birthday in this year: only its year is known."""
    row = Patients(records).find(patient) or {}
    born = row.get("birth_year")
    age_years = None if born is None else float(local_date(now_ns).year - born)
    return PersonKnown(age_years, row.get("height_cm"), row.get("foot_length_mm"))


def _attempted(row: dict[str, Any]) -> Attempted:
    asked_s = float(row["prescription"].get("hold_s") or 0.0)
    tries = tuple((trial["leg"], trial["outcome"]) for trial in row["trials"])
    end = INTERRUPTED if row["state"] != "done" else str(row["outcome"] or INTERRUPTED)
    tested = tuple({**_stood(trial, asked_s), **trial["tested"]} for trial in row["trials"])
    return Attempted(row["drill"], asked_s, tries, end, tested)


def _stood(trial: dict[str, Any], asked_s: float) -> dict[str, float | None]:
    """How long a try was stood, of what was asked for and before a hand helped, and how fast the sway was: nothing of a
    try on both feet, and no sway of one that was helped or whose recording is in doubt.
    """
    if trial["feet"] == BOTH:
        return {}
    alone_s = trial["alone_s"]
    unsure = alone_s is not None or SUSPECT in trial["reasons"]
    held_s = float(trial["hold_s"] if alone_s is None else alone_s)
    return {HELD_S: min(held_s, asked_s), SWAY_MM_S: None if unsure else trial["measures"].get(VELOCITY)}


def refused(records: Records, patient: str, battery: str, now_ns: int) -> dict[str, str]:
    """Which tests of this battery the patient does not want on the local day of `now_ns` (wall), and why."""
    if not records.there:
        return {}
    theirs = select(RefusalRow).join(PatientRow, PatientRow.id == RefusalRow.patient_id)
    of_day = theirs.where(
        PatientRow.code == patient.upper(),
        RefusalRow.battery == battery,
        RefusalRow.day == local_date(now_ns).isoformat(),
    )
    with records.reading() as transaction:
        said = {row.test: row.why for row in transaction.scalars(of_day.order_by(RefusalRow.at_ns))}
    return {test: why for test, why in said.items() if why}


def refuse(records: Records, patient: str, refusal: UnwantedTest) -> None:
    """Write down that a test is not wanted, or wanted after all. Raises InputError "patient-unknown", and
    "input-invalid" for another battery or test, and without a name.
    """
    tests = [one.id for one in shipped(refusal.battery).test]
    if refusal.test not in tests:
        raise InputError("input-invalid", refusal.test, because("there-are", names=tests))
    by, why = refusal.by.strip(), refusal.why.strip()
    if not by:
        raise InputError("input-invalid", refusal.test, because("refused-without-name"))
    with records.writing() as transaction:
        row = transaction.scalars(select(PatientRow).where(PatientRow.code == patient.upper())).first()
        if row is None:
            raise InputError("patient-unknown", patient)
        # A clock that was set back must not put a newer word before an older one.
        newest = transaction.scalar(select(func.max(RefusalRow.at_ns)).where(RefusalRow.patient_id == row.id))
        wall_ns = records.now_ns()
        at_ns = max(wall_ns, (newest or 0) + 1)
        said = RefusalRow(id=uuid7(), patient_id=row.id, battery=refusal.battery, test=refusal.test, at_ns=at_ns)
        said.day, said.by, said.why = local_date(wall_ns).isoformat(), by, why
        transaction.add(said)
        detail = {"patient": row.id, "battery": refusal.battery, "test": refusal.test}
        audit.append(transaction, wall_ns, by, REFUSED if why else WANTED, audit.placed(detail))
