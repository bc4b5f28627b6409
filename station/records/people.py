"""The staff by name: their roles, whether they are trained, and hashes of their PINs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from station.faults import InputError
from station.records import audit
from station.records.file import Records
from station.records.ids import uuid7
from station.records.models import PersonRow, PhoneRow

ENTERED, CHANGED, LEFT = "person-entered", "person-changed", "person-revoked"
"""Lines of the audit log."""
_SHOWN = ("id", "name", "role", "trained", "kept", "wrong", "wrong_at", "made_ns")


class People:
    """The staff of these records, as plain dicts. Who has left is nobody here."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def here(self) -> list[dict[str, Any]]:
        """Everybody, by name."""
        if not self._records.there:
            return []
        with self._records.reading() as transaction:
            rows = transaction.scalars(select(PersonRow).where(PersonRow.revoked_ns.is_(None)))
            return sorted((_view(row) for row in rows), key=lambda one: str(one["name"]).casefold())

    def named(self, name: str) -> dict[str, Any] | None:
        """Who is called so, in whatever capitals; None for nobody."""
        return next((one for one in self.here() if _same(one["name"], name)), None)

    def enter(self, name: str, role: str, kept: str, by: str) -> str:
        """Somebody new; returns their UUID. Raises InputError "person-known" where somebody is called so."""
        if self.named(name) is not None:
            raise InputError("person-known", name)
        with self._records.writing() as transaction:
            row = PersonRow(id=uuid7(), name=name, role=role, trained=False, kept=kept, wrong=0, wrong_at=None)
            row.made_ns = self._records.now_ns()
            transaction.add(row)
            audit.append(transaction, row.made_ns, by, ENTERED, audit.placed({"person": row.id, "role": role}))
            return row.id

    def change(self, person: str, by: str, **values: object) -> bool:
        """Other values of `trained` and `kept`. False where there is nobody of this UUID."""
        with self._records.writing() as transaction:
            row = transaction.get(PersonRow, person)
            if row is None or row.revoked_ns is not None:
                return False
            for name, value in values.items():
                setattr(row, name, value)
            if "kept" in values:
                row.wrong, row.wrong_at = 0, None
            said = {"person": row.id, "trained": row.trained, "pin": "kept" in values}
            audit.append(transaction, self._records.now_ns(), by, CHANGED, audit.placed(said))
            return True

    def note_wrong(self, person: str, wrong: int, wrong_at: dict[str, Any] | None) -> None:
        """How often in a row a wrong PIN was given for them, and when last."""
        with self._records.writing() as transaction:
            row = transaction.get(PersonRow, person)
            if row is not None:
                row.wrong, row.wrong_at = wrong, wrong_at

    def leave(self, person: str, by: str) -> bool:
        """They are nobody here any more, and their phones are not paired. False where there is nobody of this UUID."""
        with self._records.writing() as transaction:
            row = transaction.get(PersonRow, person)
            if row is None or row.revoked_ns is not None:
                return False
            row.revoked_ns, row.kept, row.trained = self._records.now_ns(), "", False
            transaction.execute(delete(PhoneRow).where(PhoneRow.person_id == person))
            audit.append(transaction, row.revoked_ns, by, LEFT, audit.placed({"person": row.id, "role": row.role}))
            return True


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _view(row: PersonRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _SHOWN}
