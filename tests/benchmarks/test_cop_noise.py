"""The noise of the centre of pressure that is printed is the parts' arithmetic, and the modelled rig shows it."""

import pytest

from benchmarks.cop_noise import calculated_mm, cell_noise_n, stood_on
from hw.settings import SimulationSettings
from hw.simulated.cells import NOISE_V, VOLTS_PER_NEWTON
from station.processes.rigs import KEPT_CONTRADICTIONS, KEPT_LIVE_POINT, KEPT_NOISE_UV, rehearsed
from station.settings import Settings


def test_the_named_amplifier_gives_111_uv_and_the_model_takes_it() -> None:
    assert pytest.approx(50e-9 * 175 * (1.5708 / (6.2832 * 3300 * 470e-9)) ** 0.5, rel=1e-4) == NOISE_V
    assert SimulationSettings().amplifier_noise_uv == pytest.approx(NOISE_V * 1e6, abs=0.5) == 111.0


@pytest.mark.parametrize(("mass_kg", "ml_mm", "ap_mm"), [(30.0, 0.07, 0.09), (60.0, 0.03, 0.05)])
def test_by_body_weight(mass_kg, ml_mm, ap_mm) -> None:
    expected = calculated_mm(mass_kg, cell_noise_n(NOISE_V, VOLTS_PER_NEWTON))
    assert tuple(round(one, 2) for one in expected) == (ml_mm, ap_mm)
    seen = stood_on(3, mass_kg)
    assert seen.seen_mm == pytest.approx(expected, rel=0.08)
    assert max(seen.filtered_mm) < 0.4 * max(expected)


def test_a_rehearsal_is_as_the_kept_ones_unless_the_settings_name_something_else() -> None:
    plain = Settings()
    assert rehearsed(plain).rig.simulation.amplifier_noise_uv == KEPT_NOISE_UV == 33.0
    assert rehearsed(plain).control.live_point == KEPT_LIVE_POINT == 1
    assert rehearsed(plain).rig.load_cells.contradictions == KEPT_CONTRADICTIONS == 1
    assert rehearsed(plain).model_copy(update={"rig": plain.rig, "control": plain.control}) == plain
    for noise_uv, live_point in ((111.0, 2), (50.0, 1)):
        rig = {"simulation": {"amplifier_noise_uv": noise_uv}, "load_cells": {"contradictions": live_point}}
        told = {"rig": rig, "control": {"live_point": live_point}}
        chosen = Settings.model_validate(told)
        assert rehearsed(chosen) == chosen
