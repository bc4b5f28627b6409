"""What a calibration refuses, with words that tell what to do; and that it can be left and gone on with."""

import json

import pytest

from hw.values import PlateGeometry
from station.commissioning.calibrating.plan import CREEP, WEIGHT, ZERO, plan
from station.commissioning.calibrating.run import ZERO_AGE_S, resumed
from station.faults import InputError
from station.texts import Texts
from station.texts.problems import detail


def refused(step, *arguments, **more) -> str:
    with pytest.raises(InputError) as caught:
        step(*arguments, **more)
    assert caught.value.code == "calibration-refused"
    return detail(Texts(), caught.value)


def test_the_plan_has_nine_places_a_mass_and_zeros_round_them() -> None:
    steps = plan(PlateGeometry(300.0, 400.0), (40.0, 20.0))
    assert [step.kind for step in steps] == [ZERO, *[WEIGHT] * 9, ZERO, *[WEIGHT] * 9, CREEP, ZERO]
    assert [step.mass_kg for step in steps if step.kind == WEIGHT] == [20.0] * 9 + [40.0] * 9
    assert len({(step.ml_mm, step.ap_mm) for step in steps if step.kind == WEIGHT}) == 9
    assert "left" in plan(PlateGeometry(300.0, 400.0), (40.0, 20.0))[1].to_do().reason


@pytest.mark.parametrize("masses", [(20.0,), (20.0, 20.0), (20.0, 22.0), (1.0, 30.0), (20.0, 500.0)])
def test_masses_of_which_nothing_can_be_made(masses) -> None:
    assert "two masses" in refused(plan, PlateGeometry(300.0, 400.0), masses)


def test_a_saturated_cell(plate) -> None:
    run = plate.begin()
    plate.rig.faults["saturate"](2)
    assert "back right cell is saturated" in refused(plate.step, run)
    assert run.next == 0


def test_an_unplugged_cell(plate) -> None:
    run = plate.begin()
    plate.rig.faults["open_cell"](1)
    assert "front right cell is unplugged" in refused(plate.step, run)


def test_a_zero_with_a_weight_on_the_plate(plate) -> None:
    run = plate.begin()
    assert "carries about 20" in refused(plate.step, run, grams=20_000)


def test_a_zero_far_from_where_it_should_be(plate) -> None:
    run = plate.begin()
    far = run.delivered.zero_v
    run.delivered = run.delivered._replace(zero_v=(far[0] + 0.06, far[1], far[2], far[3]))
    said = refused(plate.step, run)
    assert "zero of the front left cell" in said
    assert "2 % is allowed" in said


def test_a_weight_that_is_not_there_or_another_or_elsewhere(plate) -> None:
    run = plate.begin()
    plate.step(run)
    assert "as if it were empty" in refused(plate.step, run, grams=0)
    assert "should be 20 kg" in refused(plate.step, run, grams=40_000)
    assert "it should be at" in refused(plate.step, run, shift_mm=80.0)
    assert run.next == 1
    plate.step(run)
    assert run.next == 2


def test_somebody_who_leans_on_the_plate(plate) -> None:
    run = plate.begin()
    plate.rig.tell("get_on")
    plate.wait(1.0)
    for _ in range(2500):
        plate.wait(0.004)
        plate.rig.load_cells.read()
    assert "not steady" in refused(run.take, plate.read())


def test_one_weight_in_the_wrong_place_is_named_and_nothing_is_made(plate) -> None:
    run = plate.begin()
    while run.next is not None:
        plate.step(run, shift_mm=12.0 if run.next == 4 else 0.0)
    said = refused(run.finish, "", "now")
    assert "step 5 " in said
    assert "Read that step again" in said
    run.back(4)
    assert run.next == 4
    plate.step(run)
    assert run.next is None
    assert run.finish("Ana", "now")["by"] == "Ana"


def test_weights_of_a_wrong_mass(plate) -> None:
    run = plate.begin()
    while run.next is not None:
        heavy = run.steps[run.next].mass_kg * (1020 if run.steps[run.next].mass_kg == 20.0 else 1000)
        plate.step(run, grams=heavy)
    assert "weights do not fit together" in refused(run.finish, "", "now")


def test_creep_and_drift(plate) -> None:
    run = plate.calibrate()
    last, creep = len(run.steps) - 1, next(i for i, step in enumerate(run.steps) if step.kind == CREEP)
    good = list(run.readings)
    crept = good[creep]
    run.readings[creep] = crept._replace(volts=tuple(v + 0.5 * 1.75e-3 for v in crept.volts))
    assert "crept by +2.0" in refused(run.finish, "", "now")
    run.readings[creep] = crept
    run.readings[last] = good[last]._replace(volts=(good[last].volts[0] + 2.5 * 1.75e-3, *good[last].volts[1:]))
    assert "zero drifted by +2" in refused(run.finish, "", "now")


def test_noisy_electronics(plate) -> None:
    run = plate.calibrate()
    run.readings = [one._replace(sd_v=(0.4 * 1.75e-3,) * 4) for one in run.readings]
    assert "noise" in refused(run.finish, "", "now")


def test_it_is_not_finished_before_every_step_is_read(plate) -> None:
    run = plate.begin()
    plate.step(run)
    assert "step 2 of 22 has not been read" in refused(run.finish, "", "now")


def test_left_and_gone_on_with_it_gives_the_same(make_plate) -> None:
    through, left = make_plate(4), make_plate(4)
    whole = through.calibrate().finish("", "now")
    run = left.begin()
    while run.next is not None:
        left.step(run)
        run = resumed(json.loads(json.dumps(run.document())), "here")
    assert run.finish("", "now") == whole


def test_after_a_long_pause_a_zero_comes_first(plate) -> None:
    run = plate.begin()
    plate.step(run)
    plate.step(run)
    steps = list(run.steps)
    run.refresh(run.readings[0].at_s + ZERO_AGE_S - 1.0)
    assert run.steps == steps
    run.refresh(run.readings[0].at_s + ZERO_AGE_S + 1.0)
    assert run.steps[run.next].kind == ZERO
    assert run.steps[:2] + run.steps[3:] == steps


def test_one_step_back(plate) -> None:
    run = plate.begin()
    plate.step(run)
    plate.step(run)
    run.back()
    assert run.next == 1
    run.back()
    run.back()
    assert run.next == 0


def test_a_damaged_state_is_not_gone_on_with(plate) -> None:
    document = plate.begin().document()
    with pytest.raises(InputError, match="not-resumable"):
        resumed({**document, "delivered": {}}, "here")
    with pytest.raises(InputError, match="other-format found=9"):
        resumed({**document, "format": 9}, "here")
