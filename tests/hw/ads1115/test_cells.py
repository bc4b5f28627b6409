"""The driver of the load cells against converters that are modelled down to their registers."""

import errno
import itertools

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hw.ads1115.cells import Ads1115LoadCells
from hw.errors import HardwareError
from hw.settings import FULL_SCALE_V, LoadCellSettings
from hw.simulated.bus import NullI2C, SimulatedI2C
from hw.simulated.chip import Ads1115Chip
from hw.values import CELL_NAMES, CellStatus
from station.clock import VirtualClock
from tests.words import told

TICK_NS = 4_000_000
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
    wanted = LoadCellSettings(gain=gain, data_rate=rate, saturated_above_v=5.0)
    cells = Ads1115LoadCells(SimulatedI2C(chips, clock), wanted, clock)
    clock.spend_ns(10_000_000)
    frame = cells.read()
    assert frame.volts == pytest.approx([volts] * 4, abs=4 * FULL_SCALE_V[gain] / 32768)
    assert set(frame.status) <= GOOD


def test_a_tick_costs_four_short_reads_and_a_bounded_check(bench):
    spent_ns = []
    for _ in range(500):
        bench.clock.sleep_until_ns((bench.clock.now_ns() // TICK_NS + 1) * TICK_NS)
        before_ns = bench.clock.now_ns()
        bench.cells.read()
        spent_ns.append(bench.clock.now_ns() - before_ns)
    least_ns = 4 * 72_500 + 120_000
    assert min(spent_ns) >= least_ns
    probes_ns, second_ns = 2 * 95_000 + 3 * 47_500, 4 * 72_500 + 47_500
    assert max(spent_ns) <= least_ns + probes_ns + second_ns, "a configuration read, two probes, four second readings"


@pytest.mark.parametrize("cell", range(4))
def test_a_chip_that_is_missing_is_named(make_bench, cell):
    bench = make_bench()
    bench.chips[cell].nack()
    with pytest.raises(HardwareError) as caught:
        bench.open()
    assert caught.value.code == "chip-no-answer"
    assert f"0x{0x48 + cell:02X}" in caught.value.where
    assert CELL_NAMES[cell].replace("_", " ") in told(caught.value)


@pytest.mark.parametrize("word", [0x0000, 0xFFFF, 0x8583])
def test_a_line_that_always_reads_the_same_is_an_error_and_never_a_hang(make_bench, word):
    bench = make_bench()
    bench.chips[2].send = lambda count: word.to_bytes(count, "big")
    with pytest.raises(HardwareError, match="back_right") as caught:
        bench.open()
    assert caught.value.code == "chip-no-answer"


def test_a_stuck_chip_ends_the_opening_even_if_the_clock_stands_still(clock):
    class Stuck(NullI2C):
        def writeto_then_readfrom(self, address, buffer_out, buffer_in, **_):
            buffer_in[:2] = b"\0\0"

    with pytest.raises(HardwareError, match="conversion-never-ends"):
        Ads1115LoadCells(Stuck(), LoadCellSettings(), clock)
    assert clock.now_ns() == VirtualClock().now_ns()


def test_a_stuck_chip_ends_the_opening_within_a_quarter_of_a_second_of_its_clock(make_bench):
    bench = make_bench()
    bench.chips[0].freeze()
    bench.chips[0].send = bytes
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


@pytest.mark.parametrize("number", [errno.EREMOTEIO, errno.EIO, errno.ENXIO])
def test_no_failure_of_the_bus_reaches_the_loop(bench, number):
    bench.bus.fail(number)
    assert bench.tick().status == (CellStatus.NO_ANSWER,) * 4


def lose_power(chip):
    chip.brownout()


def detected_in(bench, cell, status, most=5):
    """How many frames it took to see this status of this cell."""
    for frames in range(1, most + 1):
        if bench.tick().status[cell] == status:
            return frames
    pytest.fail(f"no {status.name} of cell {cell} within {most} frames")


@pytest.mark.parametrize("gain", sorted(FULL_SCALE_V))
@pytest.mark.parametrize("rate", [475, 860])
@given(seed=st.integers(0, 2**32), cell=st.integers(0, 3), ticks=st.integers(1, 40), part_ns=st.integers(0, 3_500_000))
@settings(max_examples=15, phases=[Phase.explicit, Phase.generate])
def test_each_fault_of_a_chip_is_named_within_five_frames(make_bench, gain, rate, seed, cell, ticks, part_ns):
    faults = {
        CellStatus.NO_ANSWER: lambda: bench.chips[cell].nack(True),
        CellStatus.SATURATED: lambda: bench.chips[cell].saturate(True),
        CellStatus.STALE: lambda: bench.chips[cell].freeze(True),
        CellStatus.RESET: lambda: lose_power(bench.chips[cell]),
        CellStatus.OPEN: lambda: bench.volts.__setitem__(cell, 0.0),
        CellStatus.BUS_STUCK: lambda: bench.bus.stick("sda"),
    }
    for status, fault in faults.items():
        bench = make_bench(gain=gain, data_rate=rate)
        bench.volts = [0.15 + 0.01 * i for i in range(4)]
        for i, chip in enumerate(bench.chips):
            chip.reseed(f"{seed}/{i}")
        bench.open()
        bench.tick(ticks)
        bench.clock.spend_ns(part_ns)
        fault()
        detected_in(bench, cell, status)


def test_all_four_frozen_at_once_are_all_named_within_five_frames(bench):
    bench.tick(20)
    for chip in bench.chips:
        chip.freeze()
    for _ in range(5):
        frame = bench.tick()
    assert frame.status == (CellStatus.STALE,) * 4


@pytest.mark.parametrize("line", ["sda", "scl"])
def test_a_line_that_is_held_low_is_the_bus_and_no_cell_and_passes(bench, line):
    bench.tick(20)
    bench.bus.stick(line)
    assert bench.tick().status == (CellStatus.BUS_STUCK,) * 4
    bench.bus.stick("")
    assert set(bench.tick(30).status) <= GOOD
    assert bench.tick().volts == pytest.approx(bench.volts, abs=4 * LSB_V)


def test_a_held_clock_line_does_not_hold_the_loop(bench):
    bench.bus.stick("scl")
    spent_ns = []
    for _ in range(100):
        before_ns = bench.clock.now_ns()
        bench.cells.read()
        spent_ns.append(bench.clock.now_ns() - before_ns)
        bench.clock.spend_ns(4_000_000)
    assert max(spent_ns) <= 11_000_000
    assert sum(ns > 0 for ns in spent_ns) == 4, "one attempt in 25 frames"


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


@pytest.mark.parametrize("cell", range(4))
def test_a_chip_that_lost_its_power_is_marked_set_up_again_and_read_on_its_input(make_bench, cell):
    bench = make_bench(input_channel=2)
    bench.open()
    bench.tick(7)
    bench.chips[cell].brownout()
    seen = [bench.tick() for _ in range(8)]
    marked = [frame.status[cell] for frame in seen]
    assert marked[0] == CellStatus.RESET
    assert set(marked[2:]) <= GOOD
    for frame in seen[2:]:
        assert frame.volts == pytest.approx(bench.volts, abs=4 * LSB_V)
    assert bench.cells.counters[cell].resets == 1
    assert all({frame.status[i] for i in range(4) if i != cell} <= GOOD for frame in seen)


def test_a_configuration_that_changed_by_itself_is_found_within_five_frames(bench):
    bench.tick(3)
    bench.chips[2].write(bytes((1, 0x52, 0xE3)))  # another input, +-4.096 V
    bench.chips[2].write(b"\x00")
    detected_in(bench, 2, CellStatus.RESET)
    assert bench.tick(3).volts == pytest.approx(bench.volts, abs=4 * LSB_V)


def test_a_chip_that_comes_back_after_a_power_cut_is_set_up_before_it_is_trusted(bench):
    bench.tick(5)
    bench.chips[1].nack()
    bench.chips[1].brownout()
    bench.tick(3)
    bench.chips[1].nack(False)
    seen = [bench.tick() for _ in range(4)]
    assert seen[0].status[1] == CellStatus.RESET
    assert set(seen[-1].status) <= GOOD
    assert seen[-1].volts == pytest.approx(bench.volts, abs=4 * LSB_V)


@pytest.mark.parametrize("gain", [2, 16])
def test_a_frozen_chip_keeps_the_time_of_its_last_change_and_is_trusted_again_when_it_converts(make_bench, gain):
    bench = make_bench(gain=gain)
    bench.volts = [0.2, 0.1, 0.15, 0.12]
    bench.open()
    last = bench.tick(10)
    bench.chips[0].freeze()
    frozen_ns = bench.clock.now_ns()
    seen = [bench.tick() for _ in range(60)]
    assert {frame.status[0] for frame in seen[5:]} == {CellStatus.STALE}
    # The last frame's voltage may have been read a second time in it, and repeated.
    assert last.conversion_ns[0] - TICK_NS <= seen[-1].conversion_ns[0] <= frozen_ns + 2 * TICK_NS
    assert seen[-1].volts[0] == seen[1].volts[0]
    bench.chips[0].freeze(False)
    bench.volts[0] = 0.17
    assert bench.tick(2).status[0] in GOOD
    assert bench.tick().volts[0] == pytest.approx(0.17, abs=4 * LSB_V)


@pytest.mark.parametrize("wide", [False, True])
def test_a_chip_that_stops_while_its_range_changes_and_the_force_moves_is_trusted_for_one_frame(bench, wide):
    cell = bench.cells._cells[1]
    for _ in range(30):
        while not (cell.configured_ns and cell.wide is wide):
            bench.tick()
        bench.volts[1] = 0.63
        bench.chips[1].freeze()  # the register still holds the old range, and a code that is new
        bench.chips[1]._registers[0] = round(0.63 / LSB_V / (1 if wide else 2))
        seen = [bench.tick().status[1] for _ in range(3)]
        assert seen[1:] == [CellStatus.STALE] * 2
        bench.chips[1].freeze(False)
        bench.volts[1] = 0.6
        assert bench.tick(8).volts == pytest.approx(bench.volts, abs=4 * LSB_V)


@pytest.mark.parametrize("volts", [0.5, 0.5 + LSB_V / 2, 2.0])
def test_a_voltage_without_any_noise_repeats_always_and_is_never_called_stale(make_bench, volts):
    bench = make_bench()
    bench.volts = [volts] * 4
    for chip in bench.chips:
        chip.noise_lsb = 0.0
    bench.open()
    for _ in range(2_000):
        frame = bench.tick()
        assert set(frame.status) <= GOOD
        assert frame.volts == pytest.approx(bench.volts, abs=1.1 * LSB_V)


def test_an_amplifier_near_zero_that_may_stand_there_is_never_called_stale(make_bench):
    bench = make_bench(open_below_v=0.0)
    bench.volts = [0.0005, 0.001, 0.002, 0.004]
    bench.open()
    for _ in range(2_000):
        assert set(bench.tick().status) <= GOOD


def test_late_and_hasty_readings_give_no_false_alarm_and_no_wrong_voltage(bench):
    waits_ns = itertools.cycle([4_000_000, 300_000, 7_700_000, 1_000_000, 100_000, 6_900_000])
    for wait_ns in itertools.islice(waits_ns, 6_000):
        bench.clock.spend_ns(wait_ns)
        frame = bench.cells.read()
        assert set(frame.status) <= GOOD
        assert frame.volts == pytest.approx(bench.volts, abs=5 * LSB_V)


def test_a_quiet_cell_repeats_often_but_is_never_called_stale(bench):
    for _ in range(10_000):
        assert set(bench.tick().status) <= GOOD
    repeats = [counter.repeats / counter.reads for counter in bench.cells.counters]
    assert all(0.1 < share < 0.9 for share in repeats)
    assert all(counter.probes > 100 for counter in bench.cells.counters), "and the question was asked"


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
    longest_ns = 1.5e9 / (860 * 0.9)  # to the middle of a conversion that was about to be followed by another
    assert all(-longest_ns <= t_ns - frame.t_ns <= 4 * 120_000 for t_ns in frame.conversion_ns)


def test_closing_twice_lets_go_of_the_bus_once(bench):
    calls = []
    bench.bus.deinit = lambda: calls.append("deinit")
    bench.cells.close()
    bench.cells.close()
    assert calls == ["deinit"]
