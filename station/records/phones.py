"""Paired phones and the PINs of the roles: hashes only. What they mean is `station.access`'s."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from station.records import audit
from station.records.file import Records
from station.records.ids import uuid7
from station.records.models import PhoneRow, PinRow

PAIRED, UNPAIRED, CHANGED, PIN_SET = "phone-paired", "phone-revoked", "phone-changed", "pin-set"
"""Lines of the audit log."""
_SHOWN = (
    "id",
    "name",
    "role",
    "trained",
    "transport",
    "paired_ns",
    "seen",
    "active",
    "lived_s",
    "wrong",
    "wrong_at",
    "person_id",
)


class PhoneBook:
    """The phones and PINs of these records, as plain dicts."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def add(self, fields: dict[str, Any], by: str) -> str:
        """Write a phone down; returns its UUID."""
        with self._records.writing() as transaction:
            row = PhoneRow(id=uuid7(), paired_ns=self._records.now_ns(), wrong=0, wrong_at=None, lived_s=0.0, **fields)
            transaction.add(row)
            detail = {"phone": row.id, "role": row.role, "transport": row.transport}
            audit.append(transaction, row.paired_ns, by, PAIRED, audit.placed(detail))
            return row.id

    def by_token(self, sha256: str) -> dict[str, Any] | None:
        """The phone of which this is the token's hash; None for none."""
        with self._records.reading() as transaction:
            row = transaction.scalars(select(PhoneRow).where(PhoneRow.token_sha256 == sha256)).first()
            return None if row is None else _view(row)

    def all(self) -> list[dict[str, Any]]:
        """Every paired phone, the newest first."""
        with self._records.reading() as transaction:
            return [_view(row) for row in transaction.scalars(select(PhoneRow).order_by(PhoneRow.paired_ns.desc()))]

    def note(self, phone: str, **values: object) -> None:
        """Keep these values of a phone that is there; no line of the audit log."""
        with self._records.writing() as transaction:
            row = transaction.get(PhoneRow, phone)
            for name, value in values.items() if row is not None else ():
                setattr(row, name, value)

    def change(self, phone: str, by: str, *, trained: bool) -> bool:
        """Whether its owner is trained. False where there is no such phone."""
        with self._records.writing() as transaction:
            row = transaction.get(PhoneRow, phone)
            if row is None:
                return False
            row.trained = trained
            detail = {"phone": row.id, "trained": trained}
            audit.append(transaction, self._records.now_ns(), by, CHANGED, audit.placed(detail))
            return True

    def remove(self, phone: str, by: str) -> bool:
        """It is not paired any more. False where there is no such phone."""
        with self._records.writing() as transaction:
            row = transaction.get(PhoneRow, phone)
            if row is None:
                return False
            transaction.delete(row)
            detail = {"phone": row.id, "role": row.role}
            audit.append(transaction, self._records.now_ns(), by, UNPAIRED, audit.placed(detail))
            return True

    def forget(self) -> None:
        """No phone is paired any more; the PINs stay."""
        with self._records.writing() as transaction:
            transaction.execute(delete(PhoneRow))

    def pins(self) -> dict[str, dict[str, Any]]:
        """What is kept of each PIN, by its role."""
        if not self._records.there:
            return {}
        with self._records.reading() as transaction:
            rows = transaction.scalars(select(PinRow))
            return {row.role: {"kept": row.kept, "wrong": row.wrong, "wrong_at": row.wrong_at} for row in rows}

    def set_pin(self, role: str, kept: str, by: str) -> None:
        """From now on this is the role's."""
        with self._records.writing() as transaction:
            row = transaction.get(PinRow, role) or PinRow(role=role)
            row.kept, row.wrong, row.wrong_at = kept, 0, None
            transaction.add(row)
            audit.append(transaction, self._records.now_ns(), by, PIN_SET, audit.placed({"role": role}))

    def note_pin(self, role: str, wrong: int, wrong_at: dict[str, Any] | None) -> None:
        """How often in a row a wrong one was given for this role, and when last."""
        with self._records.writing() as transaction:
            row = transaction.get(PinRow, role)
            if row is not None:
                row.wrong, row.wrong_at = wrong, wrong_at


def _view(row: PhoneRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _SHOWN}
