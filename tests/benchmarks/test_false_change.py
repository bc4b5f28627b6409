"""The arithmetic of false changes, on people whose spread is known."""

import numpy as np
import pytest

from benchmarks.false_change import interval, left_out
from benchmarks.spread_of_trials import CONDITIONS, People, apart, fitted, one_against_two, power_of, thirds
from station.measures.norms.spread import even, limits


def people(power, count=400, seed=3):
    """Three trials each of people whose spread grows with the figure to the 1 + `power`."""
    rng = np.random.default_rng(seed)
    level = 10.0 * np.exp(0.35 * rng.standard_normal(count))
    spread = 0.1 * (level / 10.0) ** power
    trials = level[:, None] * np.exp(spread[:, None] * rng.standard_normal((count, 3)))
    return People(tuple(str(number) for number in range(count)), trials)


@pytest.mark.parametrize("power", [0.0, 0.3, 0.6])
def test_the_power_of_the_even_scale_is_found(power):
    assert power_of([people(power, 2000).trials]) == pytest.approx(power, abs=0.11)


@pytest.mark.parametrize("power", [0.0, 0.5])
def test_who_was_left_out_is_seldom_called_changed_whatever_the_sway(power):
    everybody = {cell: people(power, seed=seed) for seed, cell in enumerate(CONDITIONS)}
    found = left_out(everybody)
    for which in (0, 1):
        rates = np.concatenate([found[cell][which] for cell in CONDITIONS])
        third = np.concatenate([thirds(one.trials) for one in everybody.values()])
        assert 0.01 < np.mean(rates) < 0.045
        assert all(np.mean(rates[third == k]) < 0.05 for k in range(3))


def test_one_amount_for_everybody_is_wrong_at_both_ends():
    trials = people(0.4).trials
    plain = 1.96 * np.sqrt(2.0) * np.sqrt(np.mean(np.var(trials, axis=1, ddof=1)))
    beyond = np.mean(np.abs(trials - np.roll(trials, 1, axis=1)) > plain, axis=1)
    third = thirds(trials)
    assert np.mean(beyond[third == 0]) < 0.01
    assert np.mean(beyond[third == 2]) > 0.09


def test_distances_are_those_of_the_station():
    values = np.array([[8.0, 10.0, 14.0]])
    for power in (-0.2, 0.0, 0.6):
        scaled = [even(value, power) for value in values[0]]
        gaps = [abs(scaled[0] - scaled[2]), abs(scaled[1] - scaled[0]), abs(scaled[2] - scaled[1])]
        assert apart(values, power)[0] == pytest.approx(gaps)
        assert one_against_two(values, power)[0][0] == pytest.approx(abs(scaled[0] - even(12.0, power)))
    fit = fitted({CONDITIONS[0]: people(0.0).trials})[CONDITIONS[0]]
    bound = limits(10.0, fit, (1, 1))
    assert abs(even(bound.above, fit.power) - even(10.0, fit.power)) == pytest.approx(fit.bound)


def test_an_interval_draws_people_and_not_trials():
    alike = interval(np.array([1.0, 1.0, 0.0, 0.0] * 10), ["a", "a", "b", "b"] * 10)
    assert alike == (0.0, 100.0)
    assert interval(np.zeros(60), [str(k) for k in range(60)]) == pytest.approx((0.0, 100.0 * (1 - 0.025 ** (1 / 60))))
