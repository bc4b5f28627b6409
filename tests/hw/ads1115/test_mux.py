"""The layouts with fewer converters than cells: the right input always, honest times, each fault named."""

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hw.ads1115.cells import open_load_cells
from hw.errors import HardwareError
from hw.settings import LoadCellSettings
from hw.simulated.bus import SimulatedI2C
from hw.simulated.chip import Ads1115Chip
from hw.values import CellStatus
from station.clock import VirtualClock

TICK_NS = 4_000_000
LSB_V = 2.048 / 32768
GOOD = {CellStatus.OK, CellStatus.REPEATED}
LAYOUTS = {"two_chips": (0x4A, 0x48), "one_chip": (0x49,)}


class Shared:
    """Cells on shared chips, and the driver that reads them every 4 ms."""

    def __init__(self, layout, rate=860, seed=0):
        self.settings = LoadCellSettings(layout=layout, addresses=LAYOUTS[layout], data_rate=rate)
        self.clock = VirtualClock()
        self.volts = [0.5, 0.6, 0.7, 0.8]
        self.slope_v_per_s = 0.0
        wired = {place: cell for cell, place in enumerate(self.settings.wiring())}
        self.asked = []

        def source(address):
            def volts(t_ns, mux):
                cell = wired.get((address, mux - 4))
                if cell is None:
                    return -0.1
                self.asked.append((cell, t_ns))
                return self.volts[cell] + self.slope_v_per_s * t_ns * 1e-9

            return volts

        self.chips = {
            address: Ads1115Chip(source(address), self.clock, seed=f"{seed}/{address}")
            for address in self.settings.addresses
        }
        self.bus = SimulatedI2C(self.chips, self.clock)
        self.cells = open_load_cells(self.bus, self.settings, self.clock)

    def tick(self, times=1):
        for _ in range(times):
            self.clock.sleep_until_ns((self.clock.now_ns() // TICK_NS + 1) * TICK_NS)
            frame = self.cells.read()
        return frame


@pytest.fixture(params=LAYOUTS)
def shared(request: pytest.FixtureRequest) -> Shared:
    return Shared(request.param)


def test_every_frame_has_each_cell_on_its_own_input(shared):
    assert shared.cells.read().volts == pytest.approx(shared.volts, abs=4 * LSB_V)
    for _ in range(200):
        frame = shared.tick()
        assert frame.volts == pytest.approx(shared.volts, abs=4 * LSB_V)
        assert set(frame.status) <= GOOD


@pytest.mark.parametrize(("layout", "per_s"), [("two_chips", 125.0), ("one_chip", 62.5)])
@pytest.mark.parametrize("rate", [475, 860])
def test_each_cell_is_new_as_often_as_the_settings_say(layout, per_s, rate):
    shared = Shared(layout, rate)
    shared.tick(8)
    frames = [shared.tick() for _ in range(1000)]
    for cell in range(4):
        new = [frame for frame in frames if frame.status[cell] == CellStatus.OK]
        assert len(new) / 4.0 == pytest.approx(per_s, rel=0.01)
        assert len({frame.conversion_ns[cell] for frame in new}) == len(new)


def test_the_time_of_a_voltage_is_that_of_its_conversion_to_a_tenth_of_it(shared):
    shared.slope_v_per_s = 0.01
    shared.tick(8)
    del shared.asked[:]
    for _ in range(50):
        frame = shared.tick()
        for cell in range(4):
            asked_ns = [t_ns for which, t_ns in shared.asked if which == cell]
            if frame.status[cell] == CellStatus.OK:
                assert abs(frame.conversion_ns[cell] - asked_ns[-1]) < 0.15e9 / 860
                assert frame.conversion_ns[cell] < frame.t_ns


def test_a_frame_costs_three_transactions_a_chip(shared):
    shared.tick(5)
    before_ns = shared.clock.now_ns()
    shared.cells.read()
    shared.tick()
    spent_ns = shared.clock.now_ns() - before_ns - TICK_NS
    assert spent_ns <= len(shared.chips) * (120_000 + 120_000 + 95_000) * 2


@given(
    layout=st.sampled_from(sorted(LAYOUTS)),
    rate=st.sampled_from([475, 860]),
    seed=st.integers(0, 2**32),
    cell=st.integers(0, 3),
    ticks=st.integers(1, 20),
    part_ns=st.integers(0, 3_500_000),
)
@settings(max_examples=60, phases=[Phase.explicit, Phase.generate])
def test_each_fault_is_named_within_five_frames_on_all_cells_of_its_chip(layout, rate, seed, cell, ticks, part_ns):
    def chip():
        return shared.chips[shared.settings.wiring()[cell][0]]

    faults = {
        CellStatus.NO_ANSWER: lambda: chip().nack(),
        CellStatus.SATURATED: lambda: chip().saturate(),
        CellStatus.STALE: lambda: chip().freeze(),
        CellStatus.RESET: lambda: chip().brownout(),
        CellStatus.OPEN: lambda: shared.volts.__setitem__(cell, 0.0),
        CellStatus.BUS_STUCK: lambda: shared.bus.stick("sda"),
    }
    for status, fault in faults.items():
        shared = Shared(layout, rate, seed)
        shared.tick(ticks)
        shared.clock.spend_ns(part_ns)
        fault()
        assert status in {shared.tick().status[cell] for _ in range(5)}, status


@pytest.mark.parametrize("line", ["sda", "scl"])
def test_a_held_line_is_the_bus_and_passes(shared, line):
    shared.bus.stick(line)
    assert shared.tick().status == (CellStatus.BUS_STUCK,) * 4
    shared.bus.stick("")
    assert set(shared.tick(40).status) <= GOOD
    assert shared.tick().volts == pytest.approx(shared.volts, abs=4 * LSB_V)


def test_a_chip_that_lost_its_power_is_set_up_again(shared):
    shared.tick(3)
    for chip in shared.chips.values():
        chip.brownout()
    seen = [shared.tick() for _ in range(10)]
    assert seen[0].status == (CellStatus.RESET,) * 4
    assert set(seen[-1].status) <= GOOD
    assert all(frame.volts == pytest.approx(shared.volts, abs=4 * LSB_V) for frame in seen)


def test_a_missing_chip_names_its_cells(clock):
    wanted = LoadCellSettings(layout="two_chips", addresses=(0x48, 0x49))
    chips = {0x48: Ads1115Chip(lambda t_ns, mux: 0.5, clock, seed=1)}
    with pytest.raises(HardwareError, match=r"cell=back_right,back_left answering=0x48$") as caught:
        open_load_cells(SimulatedI2C(chips, clock), wanted, clock)
    assert caught.value.code == "chip-no-answer"


def test_closing_twice_lets_go_of_the_bus_once(shared):
    calls = []
    shared.bus.deinit = lambda: calls.append("deinit")
    shared.cells.close()
    shared.cells.close()
    assert calls == ["deinit"]
