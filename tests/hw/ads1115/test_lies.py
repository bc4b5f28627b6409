"""Converters that lie: not what they are sold as, read by somebody else, slow, or deaf to the range that is written.

The real driver over modelled chips. Whatever a chip does, a voltage that is marked usable is the true one.
"""

import errno
import itertools
from types import SimpleNamespace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hw.ads1115.cells import Ads1115LoadCells, open_load_cells
from hw.errors import HardwareError
from hw.settings import FULL_SCALE_V, LoadCellSettings
from hw.simulated.bus import SimulatedI2C
from hw.simulated.chip import Ads1115Chip
from hw.values import CELL_NAMES, LAST_USABLE_STATUS, CellStatus
from station.clock import VirtualClock
from tests.words import told

LSB_V = 2.048 / 32768
LAYOUTS = {"four_chips": (0x48, 0x49, 0x4A, 0x4B), "two_chips": (0x48, 0x49), "one_chip": (0x48,)}
QUICK = settings(max_examples=12, phases=[Phase.explicit, Phase.generate])


def wrong(frame, volts, within_v=8 * LSB_V):
    """Cells that are marked usable with a voltage that is not theirs."""
    return [
        cell
        for cell, status in enumerate(frame.status)
        if status <= LAST_USABLE_STATUS and abs(frame.volts[cell] - volts[cell]) > within_v
    ]


def opened(layout, source, *, prepare=lambda chip: None, **wanted):
    """Chips of a layout that all see this voltage, and the driver over them."""
    clock = VirtualClock()
    kept = LoadCellSettings(layout=layout, addresses=LAYOUTS[layout], **wanted)
    chips = {address: Ads1115Chip(source, clock, seed=address) for address in kept.addresses}
    for chip in chips.values():
        prepare(chip)
    bus = SimulatedI2C(chips, clock)
    return SimpleNamespace(clock=clock, chips=chips, bus=bus, open=lambda: open_load_cells(bus, kept, clock))


# --- a converter of 12 bits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("own_rates", [True, False])
@given(
    gain=st.sampled_from(sorted(FULL_SCALE_V)),
    rate=st.sampled_from([475, 860]),
    share=st.floats(0.15, 1.3),
    noise_lsb=st.floats(0.0, 40.0),
)
@QUICK
def test_a_converter_of_12_bits_is_refused_and_named(layout, own_rates, gain, rate, share, noise_lsb):
    def prepare(chip):
        chip.twelve_bit(own_rates=own_rates)
        # One that keeps the pace of an ADS1115 shows by its codes alone, and so needs codes that change.
        chip.noise_lsb = noise_lsb if own_rates else max(noise_lsb, 8.0)

    bench = opened(
        layout,
        lambda t_ns, mux: share * FULL_SCALE_V[gain],
        prepare=prepare,
        gain=gain,
        data_rate=rate,
        open_below_v=0.0,
    )
    with pytest.raises(HardwareError, match="12") as caught:
        bench.open()
    assert caught.value.code == "converter-12-bit"
    assert "0x48" in caught.value.where
    assert "front left" in told(caught.value)


@pytest.mark.parametrize("cell", range(4))
def test_one_of_four_is_named_by_its_cell(make_bench, cell):
    bench = make_bench()
    bench.chips[cell].twelve_bit()
    with pytest.raises(HardwareError) as caught:
        bench.open()
    assert caught.value.code == "converter-12-bit"
    assert CELL_NAMES[cell].replace("_", " ") in told(caught.value)
    assert f"0x{0x48 + cell:02X}" in caught.value.where


@pytest.mark.parametrize("bus_hz", [100_000, 400_000])
def test_it_is_found_without_any_noise_and_by_its_pace_alone(clock, bus_hz):
    chips = {0x48 + i: Ads1115Chip(lambda t_ns, mux: 0.2, clock, seed=i) for i in range(4)}
    for chip in chips.values():
        chip.noise_lsb = 0.0
    chips[0x4A].twelve_bit()
    with pytest.raises(HardwareError, match="back_right") as caught:
        Ads1115LoadCells(SimulatedI2C(chips, clock, bus_hz), LoadCellSettings(), clock)
    assert caught.value.code == "converter-12-bit"


@given(
    layout=st.sampled_from(sorted(LAYOUTS)),
    gain=st.sampled_from(sorted(FULL_SCALE_V)),
    rate=st.sampled_from([475, 860]),
    code=st.integers(-32768, 40000) | st.integers(-2048, 2500).map(lambda twelfth: 16 * twelfth),
    swing=st.sampled_from([0.0, 0.0, 3.0, 16.0, 160.0, 1600.0]),
    hz=st.floats(0.2, 60.0),
    noise_lsb=st.sampled_from([0.0, 0.1, 0.5, 0.73, 2.0, 16.0, 60.0, 400.0]),
    bus_hz=st.sampled_from([100_000, 400_000]),
)
@settings(max_examples=60)
def test_a_true_converter_is_never_taken_for_one(layout, gain, rate, code, swing, hz, noise_lsb, bus_hz):
    """Quiet, moving, noisy or saturated cells: also where each code is a multiple of 16."""
    lsb_v = FULL_SCALE_V[gain] / 32768
    clock = VirtualClock()
    kept = LoadCellSettings(layout=layout, addresses=LAYOUTS[layout], gain=gain, data_rate=rate, open_below_v=0.0)

    def source(t_ns, mux):
        return lsb_v * (code + swing * ((t_ns * 1e-9 * hz) % 1.0))

    chips = {address: Ads1115Chip(source, clock, seed=address) for address in kept.addresses}
    for chip in chips.values():
        chip.noise_lsb = noise_lsb
    cells = open_load_cells(SimulatedI2C(chips, clock, bus_hz), kept, clock)
    for _ in range(60):
        clock.spend_ns(3_300_000)
        cells.read()
    assert cells.examine() is None
    cells.read()


@pytest.mark.parametrize("bus_hz", [20_000_000, 400_000])
def test_a_true_converter_is_waited_for_on_a_quick_bus_and_by_a_program_that_is_kept_waiting(clock, bus_hz):
    """On a desk a transaction takes microseconds; and another program may run between a look and the clock."""
    chips = {0x48 + i: Ads1115Chip(lambda t_ns, mux: 0.1, clock, seed=i) for i in range(4)}
    for chip in chips.values():
        chip.noise_lsb = 0.0
    bus, looks = SimulatedI2C(chips, clock, bus_hz), itertools.count(1)
    read = bus.writeto_then_readfrom

    def held_up(*arguments, **options):
        read(*arguments, **options)
        if next(looks) % 50 == 0:
            clock.spend_ns(40_000_000)

    if bus_hz == 400_000:
        bus.writeto_then_readfrom = held_up
    cells = Ads1115LoadCells(bus, LoadCellSettings(), clock)
    assert cells.examine() is None


def test_one_that_comes_in_place_of_another_is_found_when_the_station_asks(bench):
    bench.tick(50)
    assert bench.cells.examine() is None
    bench.chips[2].twelve_bit()
    bench.tick(5)
    found = bench.cells.examine()
    assert found.code == "converter-12-bit"
    assert "back right" in told(found)
    assert set(bench.tick(5).status) <= {CellStatus.OK, CellStatus.REPEATED}, "it goes on as before"


# --- somebody else on the bus ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("gain", sorted(FULL_SCALE_V))
@given(
    rate=st.sampled_from([475, 860]),
    channel=st.integers(0, 3),
    register=st.integers(1, 3),
    share=st.floats(0.15, 0.9),
    visits=st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 40), st.integers(0, 3_900_000)), min_size=1, max_size=12
    ),
)
@QUICK
def test_what_somebody_elses_reading_leaves_is_never_a_voltage(
    make_bench, gain, rate, channel, register, share, visits
):
    bench = make_bench(gain=gain, data_rate=rate, input_channel=channel, saturated_above_v=5.0)
    bench.volts = [share * FULL_SCALE_V[gain] - 0.002 * cell for cell in range(4)]
    bench.open()
    within_v = 12 * FULL_SCALE_V[gain] / 32768
    for cell, ticks, part_ns in visits:
        assert wrong(bench.tick(ticks), bench.volts, within_v) == []
        bench.clock.spend_ns(part_ns)
        bench.chips[cell].look_at(register)
        for _ in range(5):
            frame = bench.tick()
            assert wrong(frame, bench.volts, within_v) == []
            assert frame.status[cell] <= LAST_USABLE_STATUS, "and nothing is lost: it is read again in the same frame"


@pytest.mark.parametrize("wide", [False, True])
def test_a_true_voltage_whose_code_is_the_configuration_word_is_kept(make_bench, wide):
    bench = make_bench(gain=1)
    for chip in bench.chips:
        chip.noise_lsb = 0.0
    bench.open()
    word = bench.cells._words[wide] & 0x7FFF
    bench.volts[1] = word * bench.cells._lsb_v[wide]
    met = 0
    bench.tick(2)
    for _ in range(500):
        frame = bench.tick()
        met += bench.cells._cells[1].code == word
        assert frame.status[1] <= LAST_USABLE_STATUS
        assert frame.volts[1] == pytest.approx(bench.volts[1], abs=4 * LSB_V)
    assert met > 30


def test_somebody_who_reads_while_it_opens_does_no_harm(make_bench):
    bench = make_bench()
    read, count = bench.chips[3].send, itertools.count()

    def send(length):
        if next(count) % 37 == 36:
            bench.chips[3].look_at(1)
        return read(length)

    bench.chips[3].send = send
    bench.open()
    for _ in range(50):
        assert wrong(bench.tick(), bench.volts) == []


# --- slow, or deaf --------------------------------------------------------------------------------------------------


@given(
    times=st.floats(1.2, 40.0),
    cell=st.integers(0, 3),
    ticks=st.integers(1, 60),
    share=st.floats(0.1, 0.45),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=25)
def test_a_slow_chip_gives_no_wrong_voltage_at_a_change_of_range(make_bench, times, cell, ticks, share, seed):
    bench = make_bench()
    bench.volts = [share * 2.048 + 0.01 * i for i in range(4)]
    for i, chip in enumerate(bench.chips):
        chip.reseed(f"{seed}/{i}")
    bench.open()
    bench.tick(ticks)
    bench.chips[cell].slow(times)
    for _ in range(400):
        assert wrong(bench.tick(), bench.volts) == []


@pytest.mark.parametrize("gain", sorted(FULL_SCALE_V))
@given(cell=st.integers(0, 3), ticks=st.integers(1, 60), moves=st.floats(-0.02, 0.02), seed=st.integers(0, 2**32))
@QUICK
def test_a_chip_that_keeps_its_range_is_marked_at_the_first_change_and_stays_so(
    make_bench, gain, cell, ticks, moves, seed
):
    bench = make_bench(gain=gain, saturated_above_v=5.0)
    full_v = FULL_SCALE_V[gain]
    bench.volts = [0.5 * full_v] * 4
    for i, chip in enumerate(bench.chips):
        chip.reseed(f"{seed}/{i}")
    bench.open()
    bench.tick(ticks)
    bench.chips[cell].keep_range()
    marked = 0
    for tick in range(300):
        bench.volts = [(0.5 + moves * min(tick, 20)) * full_v] * 4
        frame = bench.tick()
        marked += frame.status[cell] == CellStatus.STALE
        assert wrong(frame, bench.volts, 0.03 * full_v) == []
        assert all(frame.status[i] <= LAST_USABLE_STATUS for i in range(4) if i != cell)
    assert marked > 200
    bench.chips[cell].keep_range(False)
    assert bench.tick(40).status[cell] <= LAST_USABLE_STATUS


SAFETY_WAITS_FRAMES = 15
"""60 ms of `station.safety`."""


@given(
    steps=st.lists(st.tuples(st.floats(0.05, 1.9), st.integers(1, 30)), min_size=1, max_size=20),
    gain=st.sampled_from([1, 2]),
)
@settings(max_examples=25)
def test_a_good_chip_whose_force_jumps_again_and_again_is_never_marked_long_enough_to_trip(make_bench, steps, gain):
    """Two frames are usual, eight were seen; safety waits for fifteen."""
    bench = make_bench(gain=gain)
    bench.volts = [0.5, 0.5, 0.5, 0.5]
    bench.open()
    runs = [0] * 4  # of each chip: four that run freely see a jump at times of their own
    for volts, ticks in steps:
        bench.volts = [volts] * 4
        for tick in range(ticks):
            frame = bench.tick()
            stale = (status == CellStatus.STALE for status in frame.status)
            runs = [run + 1 if is_stale else 0 for run, is_stale in zip(runs, stale, strict=True)]
            assert max(runs) < SAFETY_WAITS_FRAMES
            if tick > 1:
                assert wrong(frame, bench.volts, 3 * LSB_V * 4) == []


# --- a transaction that takes too long ------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
def test_one_transaction_that_times_out_costs_two_frames_and_not_a_tenth_of_a_second(layout):
    bench = opened(layout, lambda t_ns, mux: 0.5)
    cells = bench.open()
    seen = []

    def tick():
        bench.clock.sleep_until_ns((bench.clock.now_ns() // 4_000_000 + 1) * 4_000_000)
        seen.append((bench.clock.now_ns(), max(cells.read().status)))

    for _ in range(30):
        tick()
    bench.bus.hold(1)
    seen.clear()
    for _ in range(20):
        tick()
    bad_ns = [t_ns for t_ns, status in seen if status > LAST_USABLE_STATUS]
    assert seen[0][1] == CellStatus.BUS_STUCK
    turns = 4 // len(LAYOUTS[layout])  # a cell that shares its chip waits for its own conversion
    assert bad_ns[-1] - seen[0][0] <= 16_000_000 + 4_000_000 * turns
    assert seen[-1][1] <= LAST_USABLE_STATUS


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_bus_that_stays_held_is_left_alone_for_longer_and_longer(layout):
    bench = opened(layout, lambda t_ns, mux: 0.5)
    cells = bench.open()
    bench.bus.stick("scl")
    tries = []
    for frame in range(400):
        before_ns = bench.clock.now_ns()
        assert set(cells.read().status) == {CellStatus.BUS_STUCK}
        if bench.clock.now_ns() > before_ns:
            assert bench.clock.now_ns() - before_ns <= 11_000_000
            tries.append(frame)
        bench.clock.spend_ns(4_000_000)
    apart = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert apart == [2, 7, *[46] * (len(apart) - 2)]
    assert len(apart) > 5
    bench.bus.stick("")
    for _ in range(50):
        bench.clock.spend_ns(4_000_000)
        frame = cells.read()
    assert max(frame.status) <= LAST_USABLE_STATUS


def test_a_bus_that_times_out_again_and_again_is_tried_less_often(bench):
    late = 0
    for tick in range(1000):
        if tick % 10 == 0:
            bench.bus.hold(1)
        before_ns = bench.clock.now_ns()
        bench.cells.read()
        late += bench.clock.now_ns() - before_ns > 9_000_000
        bench.clock.spend_ns(4_000_000)
    assert late <= 45, "each of them holds the loop up for 10 ms"


@pytest.mark.parametrize("number", [errno.ETIMEDOUT])
def test_a_time_out_of_one_chip_alone_is_told_as_the_bus(bench, number):
    bench.tick(3)

    def fail(*_):
        raise OSError(number, "bus")

    bench.chips[1].send = fail
    assert bench.tick().status == (CellStatus.BUS_STUCK,) * 4
