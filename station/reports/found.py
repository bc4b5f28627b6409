"""What a test of a battery has found, in lines for a person: the pages and the command line say it alike."""

from __future__ import annotations

from collections.abc import Sequence

from drills.values import said_leg
from station.clinic.batteries.figures import FigureFound
from station.texts import Texts


def figure_lines(found: Sequence[FigureFound], of: Texts, *, front: bool = False) -> list[str]:
    """A line for what is of the same leg and the same tries. `front`: the leg is the foot that was in front."""
    lines: dict[tuple[str, str, int], list[str]] = {}
    for one in found:
        leg = said_leg(one.leg, front=front)
        lines.setdefault((leg, one.of_tries if one.tries > 1 else "", one.tries), []).append(_figure(one, of))
    return [_line(key, figures, of) for key, figures in lines.items()]


def _figure(one: FigureFound, of: Texts) -> str:
    """In words; less than nothing is said as the other way."""
    key = f"test-figure.{one.name}"
    less = f"{key}-less"
    return of.say(less, value=-one.value) if one.value < 0.0 and of.has(less) else of.say(key, value=one.value)


def whole_line(whole: Sequence[tuple[str, float]], of: Texts) -> str:
    """What all tests say together; "" for nothing."""
    return of.say("test-of.all", figures=[of.say(key, value=value) for key, value in whole]) if whole else ""


def _line(of_what: tuple[str, str, int], figures: list[str], of: Texts) -> str:
    leg, of_tries, tries = of_what
    line = of.say("test-of.all", figures=figures)
    if of_tries:
        line = of.say(f"test-of.{of_tries}", n=tries, figure=line)
    return of.say("test-of.leg", leg=of.say(f"leg.{leg}"), figure=line) if leg else line
