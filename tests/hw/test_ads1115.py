"""The driver of the load cells against converters that are modelled down to their registers."""

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.ads1115 import Ads1115LoadCells
from hw.errors import HardwareError
from hw.settings import FULL_SCALE_V, LoadCellSettings
from hw.simulated.bus import NullI2C, SimulatedI2C
from hw.simulated.chip import Ads1115Chip
from hw.values import CELL_NAMES, CellStatus
from station.clock import VirtualClock

GOOD = {CellStatus.OK, CellStatus.REPEATED}
LSB_V = 2.048 / 32768


@pytest.mark.parametrize("channel", [0, 1, 2, 3])
def test_each_cell_is_read_on_the_input_that_it_is_wired_to(make_bench, channel):
    bench = make_bench(input_channel=channel)
    bench.open()
    for _ in range(20):
        frame = bench.tick()
        assert frame.volts == pytest.approx(bench.volts, abs=4 * LSB_V)
        assert set(frame.status) <= GOOD


def test_the_very_first_frame_is_a_conversion_and_not_the_configuration_word(make_bench):
    bench = make_bench()
    cells = bench.open()
    assert cells.read().volts == pytest.approx(bench.volts, abs=4 * LSB_V)


@given(
    gain=st.sampled_from(sorted(FULL_SCALE_V)),
    rate=st.sampled_from([475, 860]),
    share=st.floats(0.15, 0.99),
    seed=st.integers(0, 2**32),
)
def test_any_voltage_within_the_range_is_read_to_some_lsb_at_any_gain(gain, rate, share, seed):
    clock = VirtualClock()
    volts = share * FULL_SCALE_V[gain]
    chips = {0x48 + i: Ads1115Chip(lambda t_ns, mux: volts, clock, seed=seed + i) for i in range(4)}
    settings = LoadCellSettings(gain=gain, data_rate=rate)
    cells = Ads1115LoadCells(SimulatedI2C(chips, clock), settings, clock)
    clock.spend_ns(10_000_000)
    frame = cells.read()
    assert frame.volts == pytest.approx([volts] * 4, abs=4 * FULL_SCALE_V[gain] / 32768)
    assert set(frame.status) <= GOOD


def test_a_tick_costs_one_short_read_a_chip(bench):
    before_ns = bench.clock.now_ns()
    bench.cells.read()
    assert bench.clock.now_ns() - before_ns == 4 * 72_500


@pytest.mark.parametrize("cell", range(4))
def test_a_chip_that_is_missing_is_named(make_bench, cell):
    bench = make_bench()
    bench.chips[cell].nack()
    with pytest.raises(HardwareError) as caught:
        bench.open()
    assert caught.value.code == "chip-no-answer"
    assert f"0x{0x48 + cell:02X}" in caught.value.where
    assert CELL_NAMES[cell].replace("_", " ") in caught.value.where


@pytest.mark.parametrize("word", [0x0000, 0xFFFF, 0x8583])
def test_a_line_that_always_reads_the_same_is_an_error_and_never_a_hang(make_bench, word):
    bench = make_bench()
    bench.chips[2].read = lambda: word
    with pytest.raises(HardwareError, match="back right") as caught:
        bench.open()
    assert caught.value.code == "chip-no-answer"


def test_a_stuck_chip_ends_the_opening_even_if_the_clock_stands_still(clock):
    class Stuck(NullI2C):
        def writeto_then_readfrom(self, address, buffer_out, buffer_in, **_):
            buffer_in[:2] = b"\0\0"

    with pytest.raises(HardwareError, match="never finishes"):
        Ads1115LoadCells(Stuck(), LoadCellSettings(), clock)
    assert clock.now_ns() == VirtualClock().now_ns()


def test_a_stuck_chip_ends_the_opening_within_a_quarter_of_a_second_of_its_clock(make_bench):
    bench = make_bench()
    bench.chips[0].freeze()
    bench.chips[0].read = lambda: 0
    before_ns = bench.clock.now_ns()
    with pytest.raises(HardwareError):
        bench.open()
    assert bench.clock.now_ns() - before_ns < 300_000_000


def test_a_locked_bus_is_an_error_and_never_a_hang(make_bench):
    bench = make_bench()
    bench.bus.try_lock()
    with pytest.raises(HardwareError):
        bench.open()


def test_a_nack_keeps_the_last_voltage_with_its_old_time(bench):
    good = bench.tick(10)
    bench.chips[1].nack()
    bad = bench.tick(5)
    assert bad.status[1] == CellStatus.NO_ANSWER
    assert bad.volts[1] == good.volts[1]
    assert bad.conversion_ns[1] == good.conversion_ns[1]
    assert {bad.status[i] for i in (0, 2, 3)} <= GOOD
    assert bench.cells.counters[1].no_answers == 5
    bench.chips[1].nack(False)
    bench.volts[1] = 0.9
    assert bench.tick(2).volts[1] == pytest.approx(0.9, abs=4 * LSB_V)


@pytest.mark.parametrize("number", [errno.EREMOTEIO, errno.ETIMEDOUT, errno.EIO, errno.ENXIO])
def test_no_failure_of_the_bus_reaches_the_loop(bench, number):
    def fail(*_, **__):
        raise OSError(number, "bus")

    bench.bus._chip = fail
    assert bench.tick().status == (CellStatus.NO_ANSWER,) * 4


def test_saturation_at_either_end(bench):
    bench.chips[0].saturate()
    bench.volts[3] = -3.0
    frame = bench.tick(2)
    assert frame.status[0] == CellStatus.SATURATED
    assert frame.status[3] == CellStatus.SATURATED
    bench.chips[0].saturate(False)
    assert bench.tick(2).status[0] in GOOD


def test_an_amplifier_at_its_lower_rail_is_an_open_cell(bench):
    bench.volts[2] = 0.0
    assert bench.tick(2).status[2] == CellStatus.OPEN
    bench.volts[2] = 0.25
    assert bench.tick(2).status[2] in GOOD


def test_a_chip_that_lost_its_power_for_a_moment_is_never_taken_for_good(bench):
    bench.chips[3].brownout()
    statuses = {bench.tick().status[3] for _ in range(100)}
    assert statuses == {CellStatus.OPEN}


def test_a_frozen_chip_is_stale_after_the_set_number_of_readings(bench):
    last = bench.tick(10)
    bench.chips[0].freeze()
    frozen_ns = bench.clock.now_ns()
    seen = [bench.tick() for _ in range(bench.settings.stale_reads + 2)]
    assert seen[-1].status[0] == CellStatus.STALE
    assert {frame.status[0] for frame in seen[1:-8]} == {CellStatus.REPEATED}
    assert last.conversion_ns[0] <= seen[-1].conversion_ns[0] <= frozen_ns + 2 * 4_000_000
    assert seen[-1].volts[0] == seen[1].volts[0]
    bench.chips[0].freeze(False)
    bench.volts[0] = 0.55
    assert bench.tick(2).status[0] in GOOD
    assert bench.cells.read().volts[0] == pytest.approx(0.55, abs=4 * LSB_V)


def test_a_quiet_cell_repeats_often_but_is_never_called_stale(bench):
    for _ in range(10_000):
        assert set(bench.tick().status) <= GOOD
    repeats = [counter.repeats / counter.reads for counter in bench.cells.counters]
    assert all(0.1 < share < 0.9 for share in repeats)


def test_the_counters_add_up(bench):
    new = sum(bench.tick().status[0] == CellStatus.OK for _ in range(500))
    counter = bench.cells.counters[0]
    assert counter.reads == 500
    assert counter.repeats == 500 - new


def test_a_change_of_force_is_seen_at_the_next_tick_with_its_time(bench):
    bench.tick(5)
    bench.volts[:] = [1.0, 1.1, 1.2, 1.3]
    frame = bench.tick()
    assert frame.volts == pytest.approx(bench.volts, abs=4 * LSB_V)
    assert all(0 <= t_ns - frame.t_ns <= 4 * 72_500 for t_ns in frame.conversion_ns)


def test_closing_twice_lets_go_of_the_bus_once(bench):
    calls = []
    bench.bus.deinit = lambda: calls.append("deinit")
    bench.cells.close()
    bench.cells.close()
    assert calls == ["deinit"]
