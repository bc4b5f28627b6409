"""Checks: the doors for phones that the settings ask for, one for each: open, or what keeps it closed."""

from __future__ import annotations

from collections.abc import Iterator

from station.commissioning.doctor.values import Check, Machine, found
from station.faults import as_json
from station.settings import Settings, runtime_place
from station.wire.doors import doors_now


def checks(machine: Machine, settings: Settings) -> Iterator[Check]:
    """By what the pages of the running station say: who is no part of it cannot try a port that is in use."""
    del machine
    phones = settings.phones
    if phones.access_point is None and phones.tls_port is None and phones.shared_port is None:
        return
    doors = doors_now(runtime_place(settings))
    if doors is None:
        yield found("doors", "not-running")
        return
    for door in doors:
        if door.fault is None:
            yield found("doors", "ok", port=door.port)._replace(part=door.way)
        else:
            why = [as_json(one) for one in door.fault.problems]
            check = found("doors", "closed", port=door.port, fault=door.fault.code, where=door.fault.where, why=why)
            yield check._replace(part=door.way)
