"""The rig's settings: what is refused, and that the message names the key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from hw.settings import OUTPUT_PINS, DriveSettings, LoadCellSettings, PinSettings, RigSettings


def models(model=RigSettings):
    yield model
    for field in model.model_fields.values():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from models(field.annotation)


def test_the_defaults_are_valid_and_survive_a_round_trip():
    settings = RigSettings()
    assert RigSettings.model_validate_json(settings.model_dump_json()) == settings
    assert RigSettings.model_validate(settings.model_dump()) == settings


@pytest.mark.parametrize("model", list(models()))
def test_every_setting_says_what_it_is_and_none_can_be_added_or_changed(model):
    for name, field in model.model_fields.items():
        assert field.description, f"{model.__name__}.{name} has no description"
    with pytest.raises(ValidationError, match="Extra inputs"):
        model(surprise=1)
    with pytest.raises(ValidationError, match="frozen"):
        setattr(model(), next(iter(model.model_fields)), 1)


def test_a_pin_used_twice_names_both_keys():
    with pytest.raises(ValidationError, match=r"gpio-shared .first lamp, second buzzer, pin 20."):
        PinSettings(lamp=20, buzzer=20)
    with pytest.raises(ValidationError, match=r"gpio-shared .first estop, second heartbeat, pin 16."):
        PinSettings(estop=16)
    pins = PinSettings()
    for key in PinSettings.model_fields:
        for other in set(PinSettings.model_fields) - {key}:
            with pytest.raises(ValidationError, match=f"gpio-shared .*pin {getattr(pins, other)}"):
                PinSettings(**{key: getattr(pins, other)})


@pytest.mark.parametrize("key", OUTPUT_PINS)
@pytest.mark.parametrize("pin", [0, 4, 9, 14])
def test_an_output_that_is_high_at_boot_names_its_key(key, pin):
    if pin == 9 and key != "motor_pwm":
        assert getattr(PinSettings(**{key: pin}), key) == pin
        return
    with pytest.raises(ValidationError, match=f"{key}: gpio-[a-z-]+ .pin {pin}"):
        PinSettings(**{key: pin})


@pytest.mark.parametrize("pin", [9, 15])
def test_the_motors_pwm_needs_a_pin_that_has_one(pin):
    with pytest.raises(ValidationError, match=f"motor_pwm: gpio-without-pwm .pin {pin}"):
        PinSettings(motor_pwm=pin)


@pytest.mark.parametrize("pin", [12, 13, 19])
def test_the_motors_pwm_can_be_moved(pin):
    assert PinSettings(motor_pwm=pin).motor_pwm == pin


def test_the_defaults_leave_the_buses_alone():
    used = set(PinSettings().model_dump().values())
    assert used.isdisjoint({0, 1, 2, 3}), "I2C"
    assert used.isdisjoint({14, 15}), "serial console"


@given(st.dictionaries(st.sampled_from(sorted(PinSettings.model_fields)), st.integers(-2, 30)))
def test_whatever_is_accepted_is_safe_at_boot_and_has_a_pin_for_each(pins):
    try:
        settings = PinSettings(**pins)
    except ValidationError:
        return
    numbers = list(settings.model_dump().values())
    assert len(set(numbers)) == len(numbers)
    assert all(9 <= getattr(settings, key) <= 27 and getattr(settings, key) != 14 for key in OUTPUT_PINS)
    assert all(4 <= number <= 27 for number in numbers)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"addresses": (0x48, 0x49, 0x4A, 0x4A)}, "addresses: chip-addresses-equal"),
        ({"addresses": (0x48, 0x49, 0x4A, 0x50)}, "addresses: chip-address .address 80"),
        ({"addresses": (0x48, 0x49)}, "addresses: chip-count .layout four_chips, chips 4, given 2"),
        ({"layout": "one_chip"}, "addresses: chip-count .layout one_chip, chips 1, given 4"),
        ({"layout": "two_chips", "addresses": (0x48, 0x49), "input_channel": 3}, "input_channel"),
        ({"layout": "one_chip", "addresses": (0x48,), "input_channel": 1}, "input_channel"),
        ({"saturated_above_v": 0.5}, "saturated_above_v"),
        ({"gain": 3}, "gain"),
        ({"data_rate": 250}, "data_rate"),
        ({"input_channel": 4}, "input_channel"),
        ({"gain": 16, "open_below_v": 0.3}, "open_below_v"),
        ({"open_below_v": float("nan")}, "open_below_v"),
        ({"i2c_bus": -1}, "i2c_bus"),
    ],
)
def test_load_cell_settings_that_cannot_work_name_the_key(change, message):
    with pytest.raises(ValidationError, match=message):
        LoadCellSettings(**change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pwm_hz": 19_999}, "pwm_hz"),
        ({"pwm_hz": 25_001}, "pwm_hz"),
        ({"pulses_per_revolution": 1}, "pulses_per_revolution"),
        ({"pigpiod_port": 40_000}, "pigpiod_port"),
        ({"max_hz": 41.0}, "max_hz"),
        ({"min_hz": 30.0, "max_hz": 20.0}, "max_hz"),
        ({"resonance_hz": (12.0, 5.0)}, "resonance_hz"),
        ({"resonance_hz": (5.0, 40.0)}, "max_hz"),
        ({"displacement_pp_mm": ()}, "displacement_pp_mm"),
        ({"displacement_pp_mm": ((25.0, 7.0),)}, "displacement_pp_mm"),
        ({"displacement_pp_mm": ((25.0, 0.0),)}, "displacement_pp_mm"),
        ({"displacement_pp_mm": ((25.0, float("nan")),)}, "displacement_pp_mm"),
        ({"displacement_pp_mm": ((25.0, 0.2), (15.0, 0.3))}, "displacement_pp_mm"),
        ({"speed_map": ((0.1, 5.0),)}, "speed_map"),
        ({"speed_map": ((0.5, 5.0), (0.1, 25.0))}, "speed_map"),
        ({"speed_map": ((0.1, 25.0), (0.5, 5.0))}, "speed_map"),
        ({"speed_map": ((0.1, 5.0), (1.5, 25.0))}, "speed_map"),
        ({"speed_map": ((0.1, 5.0), (0.5, float("inf")))}, "speed_map"),
        ({"stop": "maybe"}, "stop"),
    ],
)
def test_drive_settings_that_cannot_work_name_the_key(change, message):
    with pytest.raises(ValidationError, match=message):
        DriveSettings(**change)
