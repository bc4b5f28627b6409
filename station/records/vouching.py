"""Who vouches for the clock of a boot: the first who can, for as long as the boot lasts, or a person."""

from __future__ import annotations

from sqlalchemy.orm import Session as Transaction

from station.clock import RTC, SYNCHRONISED, VouchedMoment
from station.faults import InputError, because
from station.records import audit
from station.records.file import Records
from station.records.models import VouchedRow

PERSON = "person"


def epoch_of(transaction: Transaction, now: VouchedMoment) -> int | None:
    """Wall time at this boot's monotonic zero, as vouched for; None where nobody does.

    What was said first holds, whatever happens to the clock on the wall: only a time server's word takes the place of
    a clock chip's.
    """
    row = transaction.get(VouchedRow, now.boot_id) if now.boot_id else None
    if row is None and now.boot_id and now.voucher:
        row = VouchedRow(boot_id=now.boot_id, epoch_ns=now.wall_ns - now.mono_ns, voucher=now.voucher, by="")
        transaction.add(row)
        transaction.flush()
    elif row is not None and row.voucher == RTC and now.voucher == SYNCHRONISED:
        row.epoch_ns, row.voucher = now.wall_ns - now.mono_ns, SYNCHRONISED
    return None if row is None else row.epoch_ns


def vouched(records: Records, now: VouchedMoment) -> dict[str, object]:
    """Who vouches for the clock now, and what it is then: `voucher` ("" for nobody), `by` and `wall_ns`."""
    if records.there:
        with records.reading() as transaction:
            row = transaction.get(VouchedRow, now.boot_id)
            if row is not None:
                return {"voucher": row.voucher, "by": row.by, "wall_ns": row.epoch_ns + now.mono_ns}
    return {"voucher": now.voucher, "by": "", "wall_ns": now.wall_ns}


def confirm(records: Records, now: VouchedMoment, by: str) -> None:
    """A person says that the clock on the wall is right, until the computer starts again. The audit log has who.

    Raises InputError "input-invalid" without a name, and where this computer does not know its boots apart.
    """
    if not by.strip():
        raise InputError("input-invalid", "by", because("no-name"))
    if not now.boot_id:
        raise InputError("input-invalid", "boot_id", because("no-boot-id"))
    with records.writing() as transaction:
        row = transaction.get(VouchedRow, now.boot_id) or VouchedRow(boot_id=now.boot_id)
        row.epoch_ns, row.voucher, row.by = now.wall_ns - now.mono_ns, PERSON, by.strip()
        transaction.add(row)
        detail = {"clock_ns": now.wall_ns, "boot_id": now.boot_id}
        audit.append(transaction, records.now_ns(), by.strip(), "clock-confirmed", audit.placed(detail))
