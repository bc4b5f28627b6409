"""The word for how strong a vibration is: by the figure as it is shown, and by the bounds of one file."""

import math

import pytest

from drills.dose import peak_acceleration_g
from station.clinic.signed import read_signable
from station.clinic.strength import SHIPPED, StrengthBounds, shipped, strength_of
from station.safety.limits import CLINICIAN, DEFAULT


@pytest.mark.parametrize(
    ("peak_g", "word"),
    [
        *((0.0, ""), (-1.0, ""), (math.nan, ""), (1e-9, "mild")),
        *((0.204, "mild"), (0.206, "medium"), (0.304, "medium"), (0.306, "strong"), (9.0, "strong")),
    ],
)
def test_a_word_is_of_the_figure_that_stands_beside_it(peak_g, word):
    assert strength_of(peak_g) == word


def test_what_is_prescribed_unless_asked_is_medium_and_the_most_is_strong():
    assert strength_of(DEFAULT.acceleration_g) == "medium"
    assert strength_of(CLINICIAN.acceleration_g) == "strong"
    assert strength_of(peak_acceleration_g(25.0, 0.23)) == "medium"


def test_the_bounds_are_proposed_until_a_clinician_signs_them_and_theirs_count(tmp_path):
    assert shipped().status == "proposed"
    assert shipped().mild_most_g.proposed
    signed = SHIPPED.read_text(encoding="utf-8").replace("value = 0.2\n", "value = 0.1\n")
    signed = signed.replace(
        '"proposed"\nsigned_by = ""\nsigned_on = ""', '"signed"\nsigned_by = "A. K."\nsigned_on = "2026-11-30"'
    )
    file = tmp_path / "strength.toml"
    file.write_text(signed, encoding="utf-8")
    own = read_signable(file, StrengthBounds)
    assert (own.status, strength_of(0.15, own), strength_of(0.15)) == ("signed", "medium", "mild")
