"""With vibration beside without it at the terminal: said in the page's words, a difference as plainly as none."""

from station.cli.compared_lines import compared_lines
from station.clinic.with_without import Turn, compare, verdict
from station.faults import as_json
from station.texts import Texts


def lines(turns):
    found = compare([turns])
    differences = [{**one._asdict(), "why": None if one.why is None else as_json(one.why)} for one in found]
    vibrated = [one.vibrated for one in turns]
    return compared_lines(
        {"seed": 7, "vibrated": vibrated, "verdict": verdict(found), "differences": differences}, Texts("en")
    )


def turns(*held_s):
    return [Turn(number % 2 == 0, "held", one, {"mean_velocity_mm_s": one}) for number, one in enumerate(held_s)]


def test_nothing_of_a_drill_that_compares_nothing():
    assert compared_lines(None, Texts("en")) == []


def test_no_difference_is_said_as_plainly_as_one():
    same = lines(turns(20.0, 20.5, 21.0, 20.0, 20.0, 21.0, 21.0, 20.5))
    assert same[0] == "No difference seen between the turns with vibration and those without it."
    assert "  Time held: no difference seen." in same
    assert same[-1].startswith("Order of the turns: with, without, with, without")
    longer = lines(turns(30.0, 10.0, 30.5, 10.5, 31.0, 11.0, 30.0, 10.0))
    at = longer.index("  Time held: better with vibration.")
    assert "    With 30.4 s, without 10.4 s. Difference 20.0 s (" in longer[at + 1]


def test_a_comparison_that_was_broken_off_says_what_it_lacks():
    few = lines(turns(30.0, 30.0))
    assert few[0] == "Too few turns to compare."
    assert few[1] == "  Time held: nothing can be said."
    assert "at least 3 of each are needed" in few[2]
