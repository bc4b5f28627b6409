"""PINs: what is none, how one is kept, and how the pauses grow."""

import pytest

from station.access import pins
from station.faults import InputError


@pytest.mark.parametrize(
    "pin", ["", "123", "1" * 13, "12a4", "１２３５", "0000", "1234", "9876", "7890", "-123", "1 34"]
)
def test_what_everybody_tries_first_is_no_pin(pin):
    with pytest.raises(InputError) as refusal:
        pins.require_good(pin)
    assert refusal.value.code == "pin-weak"


@pytest.mark.parametrize("pin", ["2580", "1357", "904417", "1122"])
def test_other_digits_are(pin):
    pins.require_good(pin)


def test_a_guess_costs_what_it_should():
    assert (pins._N, pins._R, pins._P) == (2**14, 8, 1)


def test_what_is_kept_tells_nobody_the_pin_and_is_another_each_time():
    kept = pins.hashed("2580")
    assert "2580" not in kept
    assert kept != pins.hashed("2580")
    assert pins.is_right("2580", kept)
    assert not pins.is_right("2581", kept)


def test_the_pauses_grow_and_end_somewhere():
    waits = [pins.wait_s(wrong) for wrong in range(40)]
    assert waits[:3] == [0, 0, 0]
    assert waits[3] == 5.0
    assert waits == sorted(waits)
    assert waits[-1] == pins.LONGEST_WAIT_S
