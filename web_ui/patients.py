"""What the pages read and write of patients. SQLAlchemy loads when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from station.faults import InputError, StationError
from web_ui import orders
from web_ui.plans import locked
from web_ui.records import opened, opened_to_write

if TYPE_CHECKING:
    from drills.problems import Problem
    from station.clock import VouchedMoment
    from station.keeping.erasing import Erased
    from station.records.dose import Statement
    from station.records.patients import Patients
    from station.records.today import PatientToday


class KnownPatient(NamedTuple):
    """One patient, and what holds of them now."""

    fields: dict[str, Any]
    """As `station.records.views.patient_view`."""
    today: PatientToday
    now: VouchedMoment
    """When that was looked at."""
    locked: list[tuple[dict[str, Any], tuple[Problem, ...]]]
    """As `web_ui.plans.locked`."""


def listed(data: Path, part: str, most: int, *, by_initials: bool) -> tuple[list[dict[str, Any]], int, str]:
    """Patients as `station.records.patients.Patients.listed`, how many there are, and which code comes next."""
    from station.records.codes import next_code
    from station.records.patients import Patients

    patients = Patients(opened(data))
    return *patients.listed(part, most, by_initials=by_initials), next_code(patients.all_codes())


def like(data: Path, code: str) -> tuple[bool, list[str]]:
    """Whether a patient has this code, and where nobody has, which are like it."""
    from station.records.patients import Patients

    return Patients(opened(data)).like(code)


def known(data: Path, code: str) -> KnownPatient | None:
    """The patient of this code; None for nobody. Raises StorageError."""
    from station.clock import this_moment
    from station.records.patients import Patients
    from station.records.today import today_of

    now, records = this_moment(), opened(data)
    fields = Patients(records).find(code)
    return None if fields is None else KnownPatient(fields, today_of(records, code, now), now, locked(data, code))


def birth_year(data: Path, code: str) -> int | None:
    """Of the patient of this code; None where nobody has said it. Raises StorageError."""
    from station.records.patients import Patients

    fields = Patients(opened(data)).find(code)
    return None if fields is None else fields["birth_year"]


def enter(data: Path, code: str, fields: Mapping[str, object], by: str, *, sure: bool, alike: bool = False) -> None:
    """Write down a new patient. Raises StationError as `station.records.patients.Patients.enter`."""
    _writable(data).enter(code, _with_consent(fields), by, sure=sure, alike=alike)


def change(data: Path, code: str, fields: Mapping[str, object], by: str, before: Mapping[str, object]) -> None:
    """Other values of these fields. Raises StationError as `station.records.patients.Patients.change`."""
    _writable(data).change(code, _with_consent(fields), by, before)


def correct_code(data: Path, code: str, right: str, word: Statement, keep: Mapping[str, str]) -> None:
    """Give the patient of a mistyped code the right one. `keep`, and what is raised, as
    `station.records.patients.Patients.correct_code`.
    """
    if not opened(data).there:
        raise InputError("patient-unknown", code)
    _writable(data).correct_code(code, right, word.by, word.reason, keep)
    orders.bring_together(data)


def erase(data: Path, code: str, by: str, reason: str) -> Erased:
    """Erase all that is kept of this patient. Raises StationError as `station.keeping.erasing.erase_person`."""
    from station.keeping.erasing import erase_person
    from station.records.dose import Statement

    if not opened(data).there:
        raise InputError("patient-unknown", code)
    return erase_person(data, opened_to_write(data), code, Statement(by, reason))


def _with_consent(fields: Mapping[str, object]) -> dict[str, object]:
    """`consent`, a pair of initials and words or None, as the records have it."""
    from station.records.patients import Consent

    given = dict(fields)
    consent = given.get("consent")
    if isinstance(consent, tuple):
        given["consent"] = Consent(*consent)
    return given


def _writable(data: Path) -> Patients:
    from station.records.patients import Patients

    if not opened(data).there:  # the recorder makes them, and knows which station this is
        raise StationError("recorder-not-ready", "records")
    return Patients(opened_to_write(data))
