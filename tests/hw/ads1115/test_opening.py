"""What is found out while the converters are opened: their oscillators, a wrong address, two chips at one address."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.ads1115.cells import Ads1115LoadCells
from hw.ads1115.oscillator import Heard, estimate, listen
from hw.errors import HardwareError
from hw.settings import LoadCellSettings
from hw.simulated.bus import OneAddress, SimulatedI2C
from hw.simulated.chip import Ads1115Chip
from hw.values import CELL_NAMES
from tests.words import told


def chips_at(clock, *places, volts=0.25):
    """One chip a cell, at these addresses; those that share one share the bus's bits."""
    found = {}
    for cell, address in enumerate(places):
        chip = Ads1115Chip(lambda t_ns, mux, cell=cell: volts + 0.003 * cell, clock, seed=cell)
        found.setdefault(address, []).append(chip)
    return {address: chips[0] if len(chips) == 1 else OneAddress(*chips) for address, chips in found.items()}


def refused(clock, chips):
    with pytest.raises(HardwareError) as caught:
        Ads1115LoadCells(SimulatedI2C(chips, clock), LoadCellSettings(), clock)
    return caught.value


@pytest.mark.parametrize("bus_hz", [100_000, 400_000])
@pytest.mark.parametrize("rate", [475, 860])
def test_the_oscillator_of_each_chip_is_measured_within_the_error_that_is_given(clock, rate, bus_hz):
    beyond, widest = 0, 0.0
    for seed in range(8):
        chips = {0x48 + i: Ads1115Chip(lambda t_ns, mux: 0.3001, clock, seed=f"{seed}/{i}") for i in range(4)}
        cells = Ads1115LoadCells(SimulatedI2C(chips, clock, bus_hz), LoadCellSettings(data_rate=rate), clock)
        for heard, chip in zip(cells.clocks(), chips.values(), strict=True):
            true_hz = rate * chip.oscillator
            assert heard.one_chip
            assert heard.changes >= 8
            beyond += abs(heard.rate_hz - true_hz) > heard.error_hz
            assert abs(heard.rate_hz - true_hz) < 3 * heard.error_hz
            widest = max(widest, heard.error_hz / true_hz)
    assert beyond <= 5, "two standard errors hold for 95 % of 32 chips"
    assert widest < 0.02


@given(
    rate_hz=st.floats(775.0, 945.0),
    begin_ns=st.integers(0, 10**12),
    shown=st.lists(st.booleans(), min_size=34, max_size=34),
)
def test_conversions_that_do_not_show_do_not_matter(rate_hz, begin_ns, shown):
    times_ns = tuple(begin_ns + round(n * 1e9 / rate_hz) for n in range(34) if shown[n])
    heard = estimate(Heard(times_ns, 72_500), 860.0)
    if heard.changes:
        assert heard.rate_hz == pytest.approx(rate_hz, rel=1e-3) or len(times_ns) < 12
    else:
        assert (heard.rate_hz, heard.error_hz) == (860.0, 86.0)


def test_a_converter_that_hardly_changes_keeps_its_nominal_rate():
    assert estimate(Heard(), 860.0) == estimate(Heard((1, 2, 3), 1.0), 860.0) == (860.0, 86.0, 0, 0.0, 0.0)
    assert estimate(Heard(tuple(range(20)), 1.0), 860.0).changes == 0, "twenty changes at the same moment"


def test_two_chips_at_one_address_are_not_mistaken_for_a_missing_one(clock):
    error = refused(clock, chips_at(clock, 0x48, 0x49, 0x4A, 0x49))
    assert (error.code, error.where) == ("chip-address-clash", "I2C 0x49")
    assert "Two converters answer there at once (cell front right)" in told(error)
    assert "0x4B (cell back left) none" in told(error)


@pytest.mark.parametrize("gone", range(4))
def test_a_missing_chip_names_its_cell_and_what_does_answer(clock, gone):
    places = [0x48, 0x49, 0x4A, 0x4B]
    chips = chips_at(clock, *places)
    del chips[places[gone]]
    error = refused(clock, chips)
    assert error.code == "chip-no-answer"
    assert f"0x{places[gone]:02X}" in error.where
    others = ", ".join(f"0x{place:02X}" for place in places if place != places[gone])
    assert told(error).endswith(f"these do: {others}.")
    assert CELL_NAMES[gone].replace("_", " ") in told(error)


def test_chips_at_wrong_addresses_are_listed(clock):
    error = refused(clock, {})
    assert "nor at any other address" in told(error)


def test_a_program_that_waits_for_its_turn_does_not_hear_two_chips_in_one(clock):
    """A busy computer takes the processor away in the middle of listening, for milliseconds at a time."""
    chip = Ads1115Chip(lambda t_ns, mux: 0.25, clock, seed=1)
    chip.write(bytes([1, 0xC2, 0xE3]))
    chip.look_at(0)
    heard = []
    for seed in range(40):
        dice = Random(seed)

        def result(_point: bool, dice: Random = dice) -> int:
            if dice.random() < 0.03:
                clock.spend_ns(dice.randrange(1_000_000, 6_000_000))
            clock.spend_ns(72_500)
            return int.from_bytes(chip.send(2), "big")

        heard.append(estimate(listen(result, clock.now_ns, 860.0), 860.0))
    assert all(one.one_chip for one in heard)
    assert sum(one.changes > 0 for one in heard) >= 30, "most of them still say how fast the chip is"
