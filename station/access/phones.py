"""The paired phones and the roles' PINs, over the records: who a cookie is, and who may come in.

A phone is paired for a number of days that no clock on the wall can change, and known on the one way on which it was
paired: a cookie that was heard on an open line is worth nothing on another.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from station.access import elapsed, pins
from station.access.rights import Holder, Role, Transport
from station.access.staff import Staff, require_time
from station.clock import NS_PER_MS, VouchedMoment
from station.faults import InputError, StationError, because
from station.records.file import Records
from station.records.people import People
from station.records.phones import PhoneBook

PAIRED_S = 90 * 24 * 3600.0
"""How long a phone stays paired."""
IDLE_S = 15 * 60.0
"""After so long without a touch a phone asks for its PIN."""
NOTED_EVERY_S = 60.0
"""How often it is written down that a phone was seen."""


class KnownPhone(NamedTuple):
    """A phone that sent a request."""

    id: str
    name: str
    holder: Holder
    locked: bool
    """It waits for its PIN."""
    person: str = ""
    """UUID of whose it is; "" for whoever knows the PIN of its role."""
    called: str = ""
    """What that person is called."""

    @property
    def owner(self) -> str:
        """Who does what is done with it: a person's UUID, else its own."""
        return self.person or self.id


class Phones:
    """`reading` and `writing` give the records, when something is asked of them; `removed` is told of each phone that
    is paired no more before its time.
    """

    def __init__(
        self,
        reading: Callable[[], Records],
        writing: Callable[[], Records],
        now: Callable[[], VouchedMoment],
        removed: Callable[[], None] = lambda: None,
    ) -> None:
        self._reading = reading
        self._writing = writing
        self._now = now
        self._removed = removed
        self._turn = threading.Lock()
        """Held while a PIN is looked at: guesses at the same moment would all be the first."""
        self._staff = Staff(reading, writing, now, removed)

    def pair(self, name: str, role: Role, transport: Transport, person: str | None = None) -> str:
        """A phone that showed the right signs and gave the right PIN. Returns its cookie, which is kept nowhere.

        `person`: UUID of whose PIN it was; None: it was the role's.
        """
        token = secrets.token_urlsafe(32)
        now = elapsed.written(self._now())
        fields = {
            "name": name,
            "role": role.value,
            "trained": False,
            "transport": transport.value,
            "token_sha256": _sha256(token),
            "seen": now,
            "active": now,
            "person_id": person,
        }
        PhoneBook(self._writing()).add(fields, name)
        return token

    def known(self, token: str, transport: Transport, *, touched: bool) -> KnownPhone | None:
        """Whose cookie this is on this way; None for nobody's, and after its time. `touched`: somebody used it."""
        records = self._reading()
        row = PhoneBook(records).by_token(_sha256(token)) if token and records.there else None
        if row is None or row["transport"] != transport.value:
            return None
        now = self._now()
        since_s = elapsed.elapsed_s(elapsed.read(row["seen"]), now)
        if row["lived_s"] + since_s > PAIRED_S:
            return None
        idle_s = elapsed.known_s(elapsed.read(row["active"]), now) if row["active"] is not None else None
        locked = idle_s is None or idle_s > IDLE_S
        if since_s > NOTED_EVERY_S or (touched and not locked and (idle_s or 0.0) > NOTED_EVERY_S):
            seen = {"seen": elapsed.written(now), "lived_s": row["lived_s"] + since_s}
            active = {"active": elapsed.written(now)} if touched and not locked else {}
            PhoneBook(self._writing()).note(row["id"], **seen, **active)
        if row["person_id"] is None:
            return KnownPhone(row["id"], row["name"], Holder(Role(row["role"]), row["trained"]), locked)
        person = self._person(records, row["person_id"])
        if person is None:
            return None
        holder = Holder(Role(person["role"]), person["trained"])
        return KnownPhone(row["id"], row["name"], holder, locked, person["id"], person["name"])

    def unlock(self, token: str, pin: str) -> None:
        """The phone's role's PIN was given on it. Raises StationError "pin-wrong" or "pin-wait"; after
        `pins.MOST_WRONG` wrong ones in a row it is not paired any more.
        """
        with self._alone():
            self._unlock(token, pin)

    def _unlock(self, token: str, pin: str) -> None:
        book = PhoneBook(self._writing())
        row = book.by_token(_sha256(token))
        if row is None:
            raise StationError("not-paired", "phone")
        now = self._now()
        require_time(row, now)
        kept = book.pins().get(row["role"], {}).get("kept", "")
        if row["person_id"] is not None:
            kept = (self._person(self._reading(), row["person_id"]) or {}).get("kept", "")
        if kept and pins.is_right(pin, kept):
            book.note(row["id"], wrong=0, wrong_at=None, active=elapsed.written(now))
            return
        if row["wrong"] + 1 >= pins.MOST_WRONG:
            book.remove(row["id"], "station")
            self._removed()
        else:
            book.note(row["id"], wrong=row["wrong"] + 1, wrong_at=elapsed.written(now))
        raise StationError("pin-wrong", "pin")

    def lock(self, phone: str) -> None:
        """It asks for its PIN from now on."""
        PhoneBook(self._writing()).note(phone, active=None)

    def revoke(self, phone: str, by: str) -> None:
        """It is not paired any more. Raises InputError "phone-unknown"."""
        if not PhoneBook(self._writing()).remove(phone, by):
            raise InputError("phone-unknown", phone)
        self._removed()

    def set_trained(self, phone: str, by: str, *, trained: bool) -> None:
        """Whether its owner was trained at the plate. Raises InputError "phone-unknown"."""
        person = next((one["person"] for one in self.listed() if one["id"] == phone), "")
        if person:
            self.people.set_trained(person, by, trained=trained)
        elif not PhoneBook(self._writing()).change(phone, by, trained=trained):
            raise InputError("phone-unknown", phone)

    def listed(self) -> list[dict[str, Any]]:
        """Every paired phone: id, name, role, trained, transport, paired_ms, seen_s (ago), left_s,
        and whose it is (`person`, a UUID, and `called`; "" for nobody's).
        """
        records = self._reading()
        now, people = self._now(), {one["id"]: one for one in People(records).here()}
        return [_line(row, now, people) for row in PhoneBook(records).all()] if records.there else []

    @property
    def people(self) -> Staff:
        """The staff by name."""
        return self._staff

    @staticmethod
    def _person(records: Records, person: str) -> dict[str, Any] | None:
        return next((one for one in People(records).here() if one["id"] == person), None)

    # --- PINs -----------------------------------------------------------------------------------------------------

    def roles_with_pin(self) -> frozenset[Role]:
        """For which roles a PIN was set."""
        return frozenset(map(Role, PhoneBook(self._reading()).pins()))

    def set_pin(self, role: Role, pin: str, by: str) -> None:
        """From now on this is the role's. Raises InputError "pin-weak"."""
        pins.require_good(pin)
        PhoneBook(self._writing()).set_pin(role.value, pins.hashed(pin), by)

    def check_pin(self, role: Role, pin: str) -> None:
        """Raises StationError "pin-wrong", "pin-wait", or "pin-unset" where the role has none. Wrong ones are counted
        for the role, whoever gave them.
        """
        with self._alone():
            self._check_pin(role, pin)

    def check_person(self, name: str, pin: str) -> tuple[str, Role]:
        """Whose PIN this is: UUID and role. Raises StationError "pin-wrong", for a name that nobody has too, and
        "pin-wait". Wrong ones are counted for the person, whoever gave them.
        """
        with self._alone():
            return self.people.check(name, pin)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._turn.acquire(blocking=False):
            raise StationError("pin-wait", "pin", because("pin-wait-left", seconds=1))
        try:
            yield
        finally:
            self._turn.release()

    def _check_pin(self, role: Role, pin: str) -> None:
        book = PhoneBook(self._reading())
        row = book.pins().get(role.value)
        if row is None:
            raise StationError("pin-unset", role.value)
        now = self._now()
        require_time(row, now)
        right = pins.is_right(pin, row["kept"])
        if not right or row["wrong"]:
            wrong = 0 if right else row["wrong"] + 1
            PhoneBook(self._writing()).note_pin(role.value, wrong, None if right else elapsed.written(now))
        if not right:
            raise StationError("pin-wrong", "pin")


def _line(row: dict[str, Any], now: VouchedMoment, people: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    since_s = elapsed.elapsed_s(elapsed.read(row["seen"]), now)
    same = {name: row[name] for name in ("id", "name", "role", "trained", "transport")}
    person = people.get(row["person_id"] or "")
    whose = {"person": "", "called": ""}
    if person is not None:
        same |= {"role": person["role"], "trained": person["trained"]}
        whose = {"person": person["id"], "called": person["name"]}
    left_s = max(0.0, PAIRED_S - row["lived_s"] - since_s)
    return {**same, **whose, "paired_ms": row["paired_ns"] / NS_PER_MS, "seen_s": since_s, "left_s": left_s}


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
