"""Checks: whether the computer is as the installer left it, one for each of its steps."""

from __future__ import annotations

from collections.abc import Iterator

from station.commissioning.doctor.values import Check, Machine, found
from station.settings import Settings


def checks(machine: Machine, settings: Settings) -> Iterator[Check]:
    """Each step of the installer, by its name; none on a computer that was set up by hand."""
    del settings
    for step in machine.installer(machine.root) or ():
        facts = list(step.facts)
        if step.result == "ok":
            check = found("installed", "ok")
        elif step.result == "differs":
            check = found("installed", "differs", facts=facts)
        else:
            check = found("installed", "unseen", facts=facts)
        yield check._replace(part=step.name)
