"""The staff by name: who may come in with a PIN of their own, who is trained, and who has left."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from station.access import elapsed, pins
from station.access.rights import Role
from station.clock import VouchedMoment
from station.faults import InputError, StationError, because
from station.records.file import Records
from station.records.people import People


@cache
def _nobodys() -> str:
    """What is looked at where nobody has the name: it takes as long, and no PIN of the staff is as short."""
    return pins.hashed("0")


class Staff:
    """`reading` and `writing` give the records, when something is asked of them; `removed` is told where somebody has
    left.
    """

    def __init__(
        self,
        reading: Callable[[], Records],
        writing: Callable[[], Records],
        now: Callable[[], VouchedMoment],
        removed: Callable[[], None],
    ) -> None:
        self._reading, self._writing, self._now, self._removed = reading, writing, now, removed

    def listed(self) -> list[dict[str, Any]]:
        """Everybody by name: id, name, role, trained."""
        return [
            {name: one[name] for name in ("id", "name", "role", "trained")} for one in People(self._reading()).here()
        ]

    def roles(self) -> frozenset[Role]:
        """The roles that somebody has."""
        return frozenset(Role(one["role"]) for one in People(self._reading()).here())

    def enter(self, name: str, role: Role, pin: str, by: str) -> str:
        """Somebody new, who is not trained yet; returns their UUID. Raises InputError "pin-weak" or "person-known"."""
        pins.require_good(pin)
        return People(self._writing()).enter(name, role.value, pins.hashed(pin), by)

    def set_pin(self, person: str, pin: str, by: str) -> None:
        """From now on this is theirs. Raises InputError "pin-weak" or "person-unknown"."""
        pins.require_good(pin)
        self._change(person, by, kept=pins.hashed(pin))

    def set_trained(self, person: str, by: str, *, trained: bool) -> None:
        """Whether they were trained at the plate. Raises InputError "person-unknown"."""
        self._change(person, by, trained=trained)

    def _change(self, person: str, by: str, **values: object) -> None:
        if not People(self._writing()).change(person, by, **values):
            raise InputError("person-unknown", person)

    def revoke(self, person: str, by: str) -> None:
        """They have left: their PIN and each of their phones are worth nothing. Raises InputError "person-unknown"."""
        if not People(self._writing()).leave(person, by):
            raise InputError("person-unknown", person)
        self._removed()

    def check(self, name: str, pin: str) -> tuple[str, Role]:
        """Whose PIN this is. Raises StationError "pin-wrong" or "pin-wait"; for one guess at a time."""
        person = People(self._reading()).named(name)
        if person is None:
            pins.is_right(pin, _nobodys())
            raise StationError("pin-wrong", "pin")
        now = self._now()
        require_time(person, now)
        right = pins.is_right(pin, person["kept"])
        if not right or person["wrong"]:
            wrong = 0 if right else person["wrong"] + 1
            People(self._writing()).note_wrong(person["id"], wrong, None if right else elapsed.written(now))
        if not right:
            raise StationError("pin-wrong", "pin")
        return person["id"], Role(person["role"])


def require_time(row: dict[str, Any], now: VouchedMoment) -> None:
    """Raise StationError "pin-wait" while the next PIN is not looked at: `row` says how many were wrong, and when."""
    if row["wrong_at"] is None:
        return
    left_s = pins.wait_s(row["wrong"]) - elapsed.elapsed_s(elapsed.read(row["wrong_at"]), now)
    if left_s > 0:
        raise StationError("pin-wait", "pin", because("pin-wait-left", seconds=int(left_s) + 1))
