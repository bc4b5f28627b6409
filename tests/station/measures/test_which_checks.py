"""Which checks of a CoP are asked, in which order, and which of them silences which: each answers as it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

from drills.problems import Problem
from station.faults import because
from station.measures.recorded import QUIET, PlateMotion
from station.measures.signal import Signal, check
from station.measures.suspicions import cop

CHECKS = (
    *("still_axis", "axes_alike", "held", "noise", "jump", "clipped", "dead_axis", "straight", "unlike_people"),
    *("uneven", "wrong_scale", "twice", "stretched", "odd_load", "jump_beside", "noise_between", "quick_part"),
)


class Asked(NamedTuple):
    name: str
    args: tuple
    keywords: dict


class Checks:
    """Each answers with what is in `say`, and nothing otherwise; `asked` is who was asked with what."""

    def __init__(self) -> None:
        self.say: dict[str, Problem] = {}
        self.asked: list[Asked] = []

    def of(self, signal: Signal, *given: object, **known) -> list[str]:
        """The reasons of all that is said."""
        self.asked.clear()
        found, course = cop.suspicions_of(signal, *given, **known)
        assert course == {"blocks": 10}
        return [one.reason for one in found]

    def names(self) -> list[str]:
        return [one.name for one in self.asked]

    def one(self, name: str) -> Asked:
        (found,) = (one for one in self.asked if one.name == name)
        return found

    def answer(self, *names: str, **values: float) -> None:
        """From now on these say something, under their own names, with these figures."""
        self.say = {name: because(name, **values) for name in names}


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Checks:
    found = Checks()

    def told(name: str) -> Callable[..., Problem | None]:
        def ask(*args: object, **keywords: object) -> Problem | None:
            found.asked.append(Asked(name, args, keywords))
            return found.say.get(name)

        return ask

    for name in CHECKS:
        monkeypatch.setattr(cop, name, told(name))
    monkeypatch.setattr(cop, "course_of", lambda tenths_mm: {"blocks": len(tenths_mm)})
    return found


def sway(force_n=None, missing=(), uneven=False) -> Signal:
    """A second at 100 Hz."""
    t_s = np.arange(100) / 100.0
    t_s[50] += 0.003 * uneven
    ml, ap = np.sin(3.0 * t_s), np.cos(5.0 * t_s)
    ml[list(missing)] = np.nan
    found = check(t_s, ml, ap, force_n, None)
    assert isinstance(found, Signal)
    assert found.even is not (uneven or bool(missing))
    return found


SHAKEN = PlateMotion(0.5)
OF_STANDING = ["still_axis", "axes_alike", "held", "noise", "jump", "clipped", "dead_axis", "straight", "unlike_people"]


def test_all_is_asked_of_who_stands_on_a_quiet_plate(checks) -> None:
    assert checks.of(sway()) == []
    assert checks.names() == [*OF_STANDING, "uneven", "wrong_scale", "twice", "stretched"]
    assert checks.one("jump").args[1:] == (1.0,)
    assert checks.one("axes_alike").keywords == {"stands": True}
    assert checks.one("wrong_scale").args[1:] == ("",)
    checks.of(sway(), stood="open-foam")
    assert checks.one("wrong_scale").args[1:] == ("open-foam",)
    checks.of(sway(uneven=True))
    assert checks.names() == [*OF_STANDING, "wrong_scale", "twice", "stretched"], "its times are no measure of it"


@pytest.mark.parametrize("known", [{"moves": True}, {"scale_known": True}])
def test_of_who_moves_on_purpose_or_whose_unit_is_known_less_is_asked(checks, known) -> None:
    checks.of(sway(), **known)
    scale = [] if "scale_known" in known else ["wrong_scale"]
    assert checks.names() == [
        "still_axis",
        "axes_alike",
        "held",
        "noise",
        "jump",
        "clipped",
        *scale,
        "twice",
        "stretched",
    ]
    assert checks.one("axes_alike").keywords == {"stands": False}
    (times,) = checks.one("jump").args[1:]
    assert times == pytest.approx(5.0 * 2.5 if "moves" in known else 1.0)


def test_on_a_plate_that_vibrates_it_is_looked_beside_the_vibration(checks) -> None:
    checks.of(sway(), motion=SHAKEN)
    assert checks.names() == ["still_axis", "axes_alike", "held", "noise_between", "twice", "stretched"]
    assert checks.one("axes_alike").keywords == {"stands": False}


def test_what_is_said_first_and_what_is_not_asked_then(checks) -> None:
    for says, said in (
        (("still_axis", "axes_alike"), ["still_axis"]),
        (("axes_alike",), ["axes_alike"]),
        (("held", "noise", "jump"), ["held"]),
        (("noise", "jump"), ["noise"]),
        (("jump", "unlike_people", "uneven"), ["jump"]),
        (("unlike_people", "uneven"), ["unlike_people"]),
        (("uneven",), ["uneven"]),
        (("dead_axis", "straight", "uneven"), ["dead_axis"]),
        (("straight", "unlike_people"), ["straight"]),
        (("straight", "wrong_scale"), ["straight"]),
        (("still_axis", "dead_axis", "wrong_scale"), ["still_axis"]),
        (("clipped", "unlike_people"), ["clipped"]),
        (("clipped", "wrong_scale"), ["wrong_scale", "clipped"]),
        (
            ("wrong_scale", "twice", "clipped", "jump", "stretched"),
            ["wrong_scale", "twice", "clipped", "jump", "stretched"],
        ),
        (("still_axis", "twice", "stretched"), ["still_axis", "twice", "stretched"]),
    ):
        checks.answer(*says)
        assert checks.of(sway()) == said
    checks.answer("dead_axis")
    assert checks.of(sway(), motion=SHAKEN) == []


def test_what_is_cut_off_stands_still_at_its_end_for_less_than_half_a_second(checks) -> None:
    for length_s, said in ((0.49, ["clipped"]), (0.5, ["still_axis", "clipped"])):
        checks.answer("still_axis", "clipped", length_s=length_s)
        assert checks.of(sway()) == said
    checks.answer("still_axis", "clipped")
    assert checks.of(sway()) == ["still_axis", "clipped"], "of no length it is no short one"
    checks.answer("still_axis", length_s=0.3)
    assert checks.of(sway()) == ["still_axis"]


def test_noise_makes_no_axis_a_dead_one_and_hides_the_scale_where_it_is_more_than_the_sway(checks) -> None:
    for reason, percent, said in (
        ("white-noise", 100.0, ["wrong_scale", "white-noise"]),
        ("white-noise-for-a-while", 100.1, ["white-noise-for-a-while"]),
        ("jumps", 100.0, ["dead_axis", "jumps"]),
    ):
        checks.answer("dead_axis", "wrong_scale")
        checks.say["noise"] = because(reason, percent=percent)
        assert checks.of(sway()) == said
    checks.answer("wrong_scale")
    checks.say["jump"] = because("jumps", by_mm=400.0)
    assert checks.of(sway()) == ["wrong_scale", "jumps"]
    checks.say["jump"] = because("jumps", percent="much")
    assert checks.of(sway()) == ["wrong_scale", "jumps"]


def test_the_load_is_the_median_of_who_stands_and_what_stood_of_who_moves(checks) -> None:
    force_n = 500.0 + np.arange(100.0)
    checks.answer("odd_load", "stretched")
    assert checks.of(sway()) == ["stretched"]
    assert checks.of(sway(force_n), 70.0) == ["stretched", "odd_load"]
    assert checks.one("odd_load").args == (549.5, 70.0)
    checks.of(sway(force_n), moves=True)
    assert checks.one("odd_load").args == (pytest.approx(589.1), None), "the 90th percentile"


def test_a_jump_is_looked_for_where_the_phase_of_the_drive_is_known_of_each_sample(checks) -> None:
    signal = sway(missing=[40])
    turns = np.arange(100) / 200.0
    checks.answer("noise_between")
    for unknown in (None, turns[:-1], np.where(np.arange(100) == 3, np.nan, turns)):
        assert checks.of(signal, motion=PlateMotion(0.5, unknown), moves=True) == ["noise_between"]
        assert "jump_beside" not in checks.names()
        mm, rate_hz, *more = checks.one("noise_between").args
        assert np.array_equal(mm, np.column_stack((signal.ml_mm, signal.ap_mm)))
        assert (rate_hz, more) == (signal.rate_hz, [0.5])
    for moves, times in ((True, 3.0), (False, 1.0)):
        assert checks.of(signal, motion=PlateMotion(0.5, turns), moves=moves) == ["noise_between"]
        for name, rest in (("jump_beside", (times,)), ("noise_between", ())):
            mm, rate_hz, *more = checks.one(name).args
            phase = more.pop(0 if name == "jump_beside" else 1)
            assert np.array_equal(phase, np.delete(turns, 40))
            assert len(mm) == 99
            assert rate_hz == signal.rate_hz
            assert tuple(more) == (rest if name == "jump_beside" else (0.5,))
    checks.answer("jump_beside", "noise_between")
    assert checks.of(signal, motion=PlateMotion(0.5, list(turns))) == ["jump_beside"]
    assert checks.of(signal, motion=QUIET) == []


def test_what_is_suspect_where_nothing_is_filtered_out(checks) -> None:
    checks.answer("quick_part")
    found = cop.suspicion_unfiltered(sway())
    assert found is checks.say["quick_part"]
    (even,) = checks.one("quick_part").args
    assert (even.mm.shape, even.rate_hz) == ((100, 2), pytest.approx(100.0))
