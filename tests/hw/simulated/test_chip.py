"""The modelled ADS1115: registers, timing and range as the data sheet has them."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.simulated.chip import CONFIG, CONVERSION, HI_THRESHOLD, LO_THRESHOLD, Ads1115Chip
from station.clock import VirtualClock

FULL_SCALE_V = (6.144, 4.096, 2.048, 1.024, 0.512, 0.256)
RATES_HZ = (8, 16, 32, 64, 128, 250, 475, 860)
BUSY = 0x8000


class Wires:
    """Talks to a chip as a bus would and keeps what its source was asked."""

    def __init__(self, volts=lambda t_ns, mux: 0.1 * mux, seed=1):
        self.clock = VirtualClock()
        self.asked = []

        def source(t_ns, mux):
            self.asked.append((t_ns, mux))
            return volts(t_ns, mux)

        self.chip = Ads1115Chip(source, self.clock, seed=seed)

    def write(self, register, value):
        self.chip.write(bytes((register, value >> 8, value & 0xFF)))

    def read(self, register):
        self.chip.write(bytes((register,)))
        return int.from_bytes(self.chip.send(2), "big")

    def code(self):
        value = self.read(CONVERSION)
        return value - 65536 if value > 32767 else value

    def wait(self, duration_ns):
        self.clock.spend_ns(round(duration_ns))

    def period_ns(self, rate_hz):
        return 1e9 / rate_hz / self.chip.oscillator


def config(mux=4, pga=2, rate=7, single=False, start=False):
    return start << 15 | mux << 12 | pga << 9 | single << 8 | rate << 5 | 3


def test_the_registers_after_power_on():
    wires = Wires()
    seen = [wires.read(register) for register in (CONVERSION, CONFIG, LO_THRESHOLD, HI_THRESHOLD)]
    assert seen == [0x0000, 0x8583, 0x8000, 0x7FFF]
    wires.wait(1e9)
    assert wires.code() == 0
    assert wires.asked == []


def test_thresholds_hold_what_is_written_and_conversions_cannot_be_written():
    wires = Wires()
    wires.write(LO_THRESHOLD, 0x1234)
    wires.write(HI_THRESHOLD, 0x4321)
    wires.write(CONVERSION, 0x5555)
    assert (wires.read(LO_THRESHOLD), wires.read(HI_THRESHOLD), wires.code()) == (0x1234, 0x4321, 0)


@pytest.mark.parametrize("rate", range(8))
def test_a_single_shot_is_busy_for_one_period_and_then_idle(rate):
    wires = Wires()
    wires.write(CONFIG, config(mux=7, rate=rate, single=True, start=True))
    period_ns = wires.period_ns(RATES_HZ[rate])
    wires.wait(0.99 * period_ns)
    assert not wires.read(CONFIG) & BUSY
    assert wires.code() == 0
    wires.wait(0.02 * period_ns)
    assert wires.read(CONFIG) & BUSY
    assert wires.code() == pytest.approx(0.7 / 62.5e-6, abs=4)
    wires.wait(10 * period_ns)
    wires.code()
    assert len(wires.asked) == 1


@pytest.mark.parametrize("pga", range(6))
def test_codes_are_rounded_and_clipped_at_each_gain(pga):
    full_v = FULL_SCALE_V[pga]
    for volts, code in ((0.5 * full_v, 16384), (-0.25 * full_v, -8192), (2 * full_v, 32767), (-2 * full_v, -32768)):
        wires = Wires(lambda t_ns, mux, volts=volts: volts)
        wires.write(CONFIG, config(pga=pga, single=True, start=True))
        wires.wait(2e6)
        assert wires.code() == pytest.approx(code, abs=0 if abs(code) > 32000 else 4)


def test_continuous_conversions_come_at_the_chips_own_rate():
    wires = Wires(lambda t_ns, mux: t_ns * 1e-9)
    wires.write(CONFIG, config(pga=0))
    seen = set()
    for _ in range(20_000):
        wires.wait(50_000)
        wires.code()
        seen = {t_ns for t_ns, _ in wires.asked}
    assert len(seen) == pytest.approx(860 * wires.chip.oscillator, abs=2)
    assert not wires.read(CONFIG) & BUSY


@given(seed=st.integers(0, 2**32))
def test_an_oscillator_is_within_ten_percent_and_the_same_for_a_seed(seed):
    one, other = (Wires(seed=seed).chip.oscillator for _ in range(2))
    assert 0.9 <= one <= 1.1
    assert one == other


def test_the_noise_is_half_an_lsb():
    wires = Wires(lambda t_ns, mux: 1.0)
    wires.write(CONFIG, config())
    codes = []
    for _ in range(4000):
        wires.wait(4e6)
        codes.append(wires.code())
    # rounding adds 1/12 of an LSB squared
    assert statistics.pstdev(codes) == pytest.approx((0.25 + 1 / 12) ** 0.5, rel=0.05)
    assert statistics.mean(codes) == pytest.approx(16000, abs=0.1)


def test_after_a_change_of_input_the_running_conversion_is_finished_first():
    wires = Wires()
    wires.write(CONFIG, config(mux=5))
    period_ns = wires.period_ns(860)
    wires.wait(2.5 * period_ns)
    wires.write(CONFIG, config(mux=6))
    wires.wait(0.6 * period_ns)
    assert wires.code() == pytest.approx(0.5 / 62.5e-6, abs=4)
    wires.wait(0.8 * period_ns)
    assert wires.code() == pytest.approx(0.5 / 62.5e-6, abs=4)
    wires.wait(0.2 * period_ns)
    assert wires.code() == pytest.approx(0.6 / 62.5e-6, abs=4)


def test_a_single_shot_out_of_continuous_waits_for_the_running_conversion():
    wires = Wires()
    wires.write(CONFIG, config(mux=5))
    period_ns = wires.period_ns(860)
    wires.wait(1.5 * period_ns)
    wires.write(CONFIG, config(mux=7, single=True, start=True))
    wires.wait(1.4 * period_ns)
    assert not wires.read(CONFIG) & BUSY
    wires.wait(0.2 * period_ns)
    assert wires.read(CONFIG) & BUSY
    assert wires.code() == pytest.approx(0.7 / 62.5e-6, abs=4)


@given(waits_ns=st.lists(st.integers(0, 20_000_000), min_size=1, max_size=60))
def test_the_source_is_asked_for_the_past_only_and_never_backwards(waits_ns):
    wires = Wires()
    wires.write(CONFIG, config())
    for wait_ns in waits_ns:
        wires.wait(wait_ns)
        before = len(wires.asked)
        wires.code()
        for t_ns, _ in wires.asked[before:]:
            assert 0.5 * wires.period_ns(860) - 1 < wires.clock.now_ns() - t_ns < 1.5 * wires.period_ns(860) + 1
    times = [t_ns for t_ns, _ in wires.asked]
    assert times == sorted(set(times))


def test_a_long_silence_costs_one_conversion():
    wires = Wires()
    wires.write(CONFIG, config())
    wires.wait(3600e9)
    wires.code()
    assert len(wires.asked) == 1


def test_a_frozen_chip_keeps_its_value_and_goes_on_after():
    volts = [1.0]
    wires = Wires(lambda t_ns, mux: volts[0])
    wires.write(CONFIG, config())
    wires.wait(5e6)
    before = wires.code()
    volts[0] = 0.9
    wires.wait(5e6)
    wires.chip.freeze()
    volts[0] = 0.2
    wires.wait(1e9)
    frozen = wires.code()
    assert before == pytest.approx(16000, abs=4)
    assert frozen == pytest.approx(0.9 / 62.5e-6, abs=4), "as of the moment in which it froze"
    wires.wait(1e9)
    assert wires.code() == frozen
    wires.chip.freeze(False)
    wires.wait(3e6)
    assert wires.code() == pytest.approx(0.2 / 62.5e-6, abs=4)


def test_a_brownout_forgets_everything():
    wires = Wires()
    wires.write(CONFIG, config())
    wires.write(LO_THRESHOLD, 1)
    wires.wait(5e6)
    wires.chip.brownout()
    assert wires.read(CONFIG) == 0x8583
    assert wires.read(LO_THRESHOLD) == 0x8000
    wires.wait(5e6)
    assert wires.code() == 0
