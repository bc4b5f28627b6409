"""What a battery has found, in words: which side, and in which direction."""

import pytest

from station.clinic.batteries.figures import FigureFound
from station.reports.found import figure_lines
from station.texts import Texts


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("constant_error_50", 3.0, "at 50 %: 3.0 % too far right in the mean"),
        ("constant_error_25", -1.0, "at 25 %: 1.0 % too far left in the mean"),
        ("constant_error_front", -2.0, "to the front: 2.0 % short in the mean"),
        ("swing_amplitude_error_percent", -4.0, "4 % short of the line"),
        ("push_sides_percent", -4.0, "left against right: -4 %"),
    ],
)
def test_less_than_nothing_is_the_other_way(name, value, line):
    assert figure_lines([FigureFound(name, "", value, "mean", 1)], Texts("en")) == [line]


def test_a_foot_in_front_is_no_leg():
    found = [FigureFound("held_best_s", "left", 9.0, "most", 1)]
    assert figure_lines(found, Texts("en"), front=True)[0].startswith("LEFT foot in front: ")
    assert figure_lines(found, Texts("en"))[0].startswith("LEFT: ")
