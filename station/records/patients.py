"""Patients: who they are is a UUID, what they are called is a code, which can be corrected."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session as Transaction

from drills.problems import Problem
from station.faults import InputError, StationError, because
from station.records import audit, codes
from station.records.file import Records
from station.records.ids import derived, uuid7
from station.records.models import AuditRow, Base, PatientRow, ScreeningRow, SessionRow
from station.records.views import patient_view

ENTERED, CHANGED, CORRECTED = "patient-entered", "patient-changed", "patient-code-corrected"
AGREED, WITHDREW = "patient-agreed", "patient-withdrew"
"""Lines of the audit log."""
FIELDS = ("initials", "birth_year", "height_cm", "foot_length_mm", "goals", "notes")
"""What a person may write down of a patient, beside their consent."""
_SIZES = ("height_cm", "foot_length_mm")
"""Fields whose values the audit log tells. Of the others it says only that they changed: its lines can never be taken
out again, and who a patient is must be.
"""


class Consent(NamedTuple):
    """That a patient has agreed."""

    initials: str
    """Of who agreed: the patient, or who speaks for them."""
    words: str
    """To which words: their language, and the beginning of their SHA-256."""


class Patients:
    """The patients of these records."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def find(self, code: str) -> dict[str, Any] | None:
        """The patient of this code, in whatever capitals, as `station.records.views.patient_view`; None for nobody."""
        if not self._records.there:
            return None
        with self._records.reading() as transaction:
            row = _of_code(transaction, code)
            return None if row is None else patient_view(row)

    def all_codes(self) -> list[str]:
        """Everybody's."""
        if not self._records.there:
            return []
        with self._records.reading() as transaction:
            return _codes(transaction)

    def like(self, code: str, most: int = 3) -> tuple[bool, list[str]]:
        """Whether a patient has this code; and where nobody has, those that it may have been meant for, the likeliest
        first: of who had it until it was corrected, codes that differ in noughts and signs alone, then those that look
        alike.
        """
        code = code.upper()
        if not self._records.there:
            return False, []
        with self._records.reading() as transaction:
            known = _codes(transaction)
            if code in known:
                return True, []
            return False, list(dict.fromkeys([*_had_by(transaction, code), *codes.meant_for(code, known, most)]))[:most]

    def listed(self, part: str = "", most: int = 50, *, by_initials: bool = True) -> tuple[list[dict[str, Any]], int]:
        """Patients whose code has this part, however its noughts and signs are written, or, `by_initials`, whose
        initials begin with it: `code`, `initials`, `birth_year` and `last_ns`, when their last session started (wall
        time; None for none). Who was here last comes first, but whose code it is goes before them. And how many there
        are in all.
        """
        if not self._records.there:
            return [], 0
        last = select(SessionRow.patient_id, func.max(SessionRow.started_ns).label("last_ns"))
        seen = last.group_by(SessionRow.patient_id).subquery()
        columns = (PatientRow.code, PatientRow.initials, PatientRow.birth_year, seen.c.last_ns)
        query = select(*columns).outerjoin(seen, seen.c.patient_id == PatientRow.id).where(PatientRow.code.is_not(None))
        with self._records.reading() as transaction:
            everybody = [row._asdict() for row in transaction.execute(query)]
        part = part.strip().upper()
        found = [one for one in everybody if _has(one, part, by_initials=by_initials)]
        found.sort(key=lambda one: (one["code"] != part, -(one["last_ns"] or 0), one["code"]))
        return found[:most], len(found)

    def enter(
        self, code: str, fields: Mapping[str, object], by: str, *, sure: bool = False, alike: bool = False
    ) -> None:
        """A new patient: any of `FIELDS`, and `consent` (a `Consent`) where they have agreed. The audit log has a line.

        Raises InputError "patient-known" where somebody has the code, and "patient-code-near" where somebody had it
        until it was corrected, or has one that differs in noughts and signs alone (`alike`: also one that looks like
        it), unless the therapist is `sure`.
        """
        code = code.upper()
        with self._records.writing() as transaction:
            known = _codes(transaction)
            if code in known:
                raise InputError("patient-known", code)
            alike_ones = codes.meant_for(code, known, 1) if alike else codes.same_but_for_signs(code, known)
            near = [*_had_by(transaction, code), *alike_ones]
            if near and not sure:
                raise InputError("patient-code-near", code, because("code-near", code=code, near=near[0]))
            row = PatientRow(id=uuid7(), code=code, initials="", goals="", notes="")
            row.consent_initials = row.consent_words = ""
            transaction.add(row)
            transaction.flush()
            at_ns = self._records.now_ns()
            given = {"patient": row.id, "fields": [name for name in FIELDS if fields.get(name)]}
            audit.append(transaction, at_ns, by, ENTERED, audit.placed(given))
            for name in FIELDS:
                if fields.get(name):
                    setattr(row, name, fields[name])
            _agree(transaction, row, fields, by, at_ns)

    def change(
        self, code: str, fields: Mapping[str, object], by: str, before: Mapping[str, object] = MappingProxyType({})
    ) -> None:
        """Other values of these fields, `consent` (None: withdrawn) among them. Each that is another one is a line of
        the audit log. `before`: what these fields said when somebody began to write.

        Raises InputError "patient-unknown" where nobody has the code, and StationError "changed-meanwhile" with each
        field that says something else by now than before, and than it is to; then none is changed.
        """
        with self._records.writing() as transaction:
            row = _of_code(transaction, code)
            if row is None:
                raise InputError("patient-unknown", code.upper())
            newer = [
                Problem(name, reason="changed")
                for name in FIELDS
                if name in before and name in fields and getattr(row, name) not in (before[name], fields[name])
            ]
            if newer:
                raise StationError("changed-meanwhile", row.code or "", *newer)
            at_ns = self._records.now_ns()
            for name in FIELDS:
                before = getattr(row, name)
                if name not in fields or fields[name] == before:
                    continue
                detail: dict[str, Any] = {"patient": row.id, "field": name}
                if name in _SIZES:
                    detail |= {"from": before, "to": fields[name]}
                setattr(row, name, fields[name])
                audit.append(transaction, at_ns, by, CHANGED, audit.placed(detail))
            _agree(transaction, row, fields, by, at_ns)

    def correct_code(
        self, code: str, right: str, by: str, reason: str, keep: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """A code was mistyped: from now on the patient has the `right` one, and so have all their sessions and visits.

        Where the right code is a patient's already, both are the same person: sessions and visits go over to that
        patient, and the mistyped one stays as a row without a code that says who it is. Where both say something else
        of a field, `keep` says by the field's name which code is right about it. Recordings are left as they are. The
        audit log says who corrected what, and why.

        Raises InputError: "patient-unknown" where nobody has the code, "input-invalid" without a reason, where both
        codes are one or `keep` names another, "codes-contradict" with each field that nobody decided.
        """
        code, right = code.upper(), right.upper()
        if not reason.strip():
            raise InputError("input-invalid", "reason", because("no-reason"))
        if code == right:
            raise InputError("input-invalid", right, because("same-code"))
        with self._records.writing() as transaction:
            wrong = _of_code(transaction, code)
            if wrong is None:
                raise InputError("patient-unknown", code)
            other = _of_code(transaction, right)
            if other is None:
                wrong.code = right
            else:
                kept = _decided(wrong, other, {field: one.upper() for field, one in keep.items()})
                _hand_over(transaction, wrong, other, self._records.now_ns())
                for name, value in kept.items():
                    setattr(other, name, value)
            detail: dict[str, Any] = {"patient": wrong.id, "from": code, "to": right, "reason": reason.strip()}
            detail["now"] = wrong.id if other is None else other.id
            if other is not None and keep:
                detail["kept"] = {field: one.upper() for field, one in sorted(keep.items())}
            audit.append(transaction, self._records.now_ns(), by, CORRECTED, audit.placed(detail))


def _decided(wrong: PatientRow, right: PatientRow, keep: Mapping[str, str]) -> dict[str, object]:
    """What holds where both say something, and something else. Raises InputError as `Patients.correct_code`."""
    of = {wrong.code: wrong, right.code: right}
    said = {name: (getattr(wrong, name), getattr(right, name)) for name in FIELDS}
    contrary = [name for name, (one, other) in said.items() if one and other and one != other]
    for name, code in keep.items():
        if name not in FIELDS or code not in of:
            raise InputError("input-invalid", f"keep {name}", because("there-are", names=sorted(map(str, of))))
    open_still = [
        Problem(
            name, reason="said-twice", values={"wrong": wrong.code, "right": right.code, "one": one, "other": other}
        )
        for name, (one, other) in said.items()
        if name in contrary and name not in keep
    ]
    if open_still:
        raise InputError("codes-contradict", right.code or "", *open_still)
    return {name: getattr(of[keep[name]], name) for name in contrary}


def _codes(transaction: Transaction) -> list[str]:
    return [one for one in transaction.scalars(select(PatientRow.code)) if one]


def _had_by(transaction: Transaction, code: str) -> list[str]:
    """The codes that those have by now who had this one until it was corrected, the last first."""
    lines = select(AuditRow).where(AuditRow.what == CORRECTED, AuditRow.detail["from"].as_string() == code)
    found = []
    for line in transaction.scalars(lines.order_by(AuditRow.number.desc())):
        row = transaction.get(PatientRow, line.detail.get("now"))
        while row is not None and row.replaced_by is not None:
            row = transaction.get(PatientRow, row.replaced_by)
        if row is not None and row.code:  # else they were erased
            found.append(row.code)
    return found


def _has(one: Mapping[str, Any], part: str, *, by_initials: bool) -> bool:
    """Whether the code has this part, or the initials begin with it. Both may be written with signs or without."""
    bare = codes.bare(part)
    in_code = part in one["code"] or (bare != "" and codes.bare(one["code"]).startswith(bare))
    letters = one["initials"].upper().replace(".", "").replace(" ", "")
    return in_code or (by_initials and letters.startswith(part.replace(".", "").replace(" ", "")))


def _agree(transaction: Transaction, row: PatientRow, fields: Mapping[str, Any], by: str, at_ns: int) -> None:
    """Write down a consent, or that it is withdrawn, where either is among these fields."""
    if "consent" not in fields:
        return
    consent: Consent | None = fields["consent"]
    if consent is not None:
        row.consent_ns, row.consent_initials, row.consent_words = at_ns, *consent
        detail = {"patient": row.id, "words": consent.words}
        audit.append(transaction, at_ns, by, AGREED, audit.placed(detail))
    elif row.consent_ns is not None:
        row.consent_ns, row.consent_initials, row.consent_words = None, "", ""
        audit.append(transaction, at_ns, by, WITHDREW, audit.placed({"patient": row.id}))


def known_or_new(transaction: Transaction, code: str, at_ns: int, session: str) -> PatientRow:
    """The patient of this code; a new one, first seen in the session of this UUID, where nobody has it."""
    row = _of_code(transaction, code)
    if row is None:
        row = PatientRow(id=derived(at_ns, f"{session}/patient"), code=code.upper())
        transaction.add(row)
        transaction.flush()
    return row


def _of_code(transaction: Transaction, code: str) -> PatientRow | None:
    return transaction.scalars(select(PatientRow).where(PatientRow.code == code.upper())).first()


def _hand_over(transaction: Transaction, wrong: PatientRow, right: PatientRow, at_ns: int) -> None:
    theirs = (mapper.class_ for mapper in Base.registry.mappers if "patient_id" in mapper.columns)
    for table in theirs:  # each that there is, and each that will be
        moved = update(table).where(table.patient_id == wrong.id)
        transaction.execute(moved.values(patient_id=right.id, changed_ns=at_ns))
    # Asked as two people, answered as neither: who this is now must be asked again.
    screened = update(ScreeningRow).where(ScreeningRow.patient_id.in_((wrong.id, right.id)))
    transaction.execute(screened.values(patient_id=right.id, boot_id="", changed_ns=at_ns))
    # What is known of them under either code is known of them; of what both say is decided already.
    for name in (*FIELDS, *(() if right.consent_ns else ("consent_ns", "consent_initials", "consent_words"))):
        setattr(right, name, getattr(right, name) or getattr(wrong, name))
    wrong.code, wrong.replaced_by = None, right.id
