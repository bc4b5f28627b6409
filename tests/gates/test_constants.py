"""A constant stands once in each import island, the islands agree, and one name is the name of one constant.

Islands are what cannot import each other: hw, drills, station.safety, and the rest (with web_ui).
"""

import ast
from collections import defaultdict

import pytest

import drills.envelope
import drills.units
import hw.settings
import hw.units
import station.clock
import station.measures.constants
import station.records.views
import station.safety.dose
import station.safety.rules
import station.settings.envelope
from drills.vibration.values import ShakenKeys
from station.safety.limits import CLINICIAN, HARD
from station.settings import LimitSettings

ENVELOPE = {
    "CLINICIAN_MIN_HZ": CLINICIAN.min_hz,
    "CLINICIAN_MAX_HZ": CLINICIAN.max_hz,
    "CLINICIAN_DISPLACEMENT_PP_MM": CLINICIAN.displacement_pp_mm,
    "CLINICIAN_ACCELERATION_G": CLINICIAN.acceleration_g,
    "CLINICIAN_BOUT_S": CLINICIAN.bout_s,
    "CLINICIAN_DAY_S": CLINICIAN.day_s,
    "HARD_MAX_HZ": HARD.max_hz,
    "HARD_DISPLACEMENT_PP_MM": HARD.displacement_pp_mm,
    "HARD_ACCELERATION_G": HARD.acceleration_g,
    "HARD_BOUT_S": HARD.bout_s,
    "HARD_DAY_S": HARD.day_s,
}
"""What safety's two columns are called where they are typed again."""

GRAVITY = ("hw/units.py", "drills/units.py", "station/safety/dose.py", "station/measures/constants.py")
SECOND = ("hw/units.py", "drills/units.py", "station/safety/rules.py", "station/clock.py")
A8 = ("station/safety/dose.py", "station/records/views.py")
RETYPED = {9.80665: GRAVITY, 9.81: GRAVITY, 9.8: GRAVITY, 28_800: A8, 1_000_000_000: SECOND}
"""Numbers that nobody types but the homes of their constants."""

OF_THE_PART = {"OSCILLATOR_TOLERANCE", "SINGLE_SHOT"}
"""A simulated part is made from its data sheet, not from the driver that is tested on it."""


def island(path):
    rooms = path.split("/")
    return "safety" if rooms[:2] == ["station", "safety"] else rooms[0] if rooms[0] in ("hw", "drills") else "the rest"


LITERAL = (ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)


def value_of(node):
    """The number that this expression of literals is; None for anything else."""
    if not all(isinstance(part, LITERAL) for part in ast.walk(node)):
        return None
    try:
        value = eval(compile(ast.Expression(node), "", "eval"), {"__builtins__": {}})
    except TypeError:
        return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def constants(module):
    """Name and value of the numbers at the top of a module."""
    for node in module.tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and target.id.isupper() and getattr(node, "value", None) is not None:
                value = value_of(node.value)
                if value is not None:
                    yield target.id.lstrip("_"), value, node


def retyped(module):
    """Where a module types a number that has a home elsewhere."""
    durations = {id(node.value) for name, _, node in constants(module) if name.endswith("_NS")}
    durations -= {id(node.value) for name, _, node in constants(module) if name.endswith("_NS_PER_S")}
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Constant | ast.BinOp) or id(node) in durations:
            continue  # a duration of just one second is no unit
        value = value_of(node)
        if value is None or (isinstance(node, ast.Constant) and value == 1e9 and isinstance(value, float)):
            continue  # 1e9 and 1e-9 are powers of ten, written where a unit is changed
        if value in RETYPED and module.path not in RETYPED[value]:
            yield f"{module.path}:{node.lineno}: {value}"


def test_no_module_types_a_constant_again(package_modules):
    assert [place for module in package_modules for place in retyped(module)] == []


def test_the_homes_are_where_they_are_said_to_be(package_modules):
    paths = {module.path for module in package_modules}
    for homes in (GRAVITY, SECOND, A8):
        assert set(homes) <= paths
        assert len({island(home) for home in homes}) == len(homes)


@pytest.mark.parametrize("text", ["G = 9.81", "def f(m):\n    return m * 9.80665", "A8_S = 8 * 3600", "X = 10**9"])
def test_a_constant_that_is_typed_again_is_found(text):
    module = type("Module", (), {"path": "hw/new.py", "tree": ast.parse(text)})
    assert list(retyped(module))


def test_gravity_and_the_second_are_the_same_in_every_island():
    gravities = (
        hw.units.STANDARD_GRAVITY_M_S2,
        drills.units.STANDARD_GRAVITY_M_S2,
        station.safety.dose.STANDARD_GRAVITY_M_S2,
        station.measures.constants.STANDARD_GRAVITY_M_S2,
    )
    assert set(gravities) == {9.80665}
    seconds = (
        hw.units.NS_PER_S,
        drills.units.NS_PER_S,
        station.safety.rules.NS_PER_S,
        station.clock.NS_PER_S,
    )
    assert set(seconds) == {10**9}


def test_a8_refers_to_the_same_hours_in_safety_and_in_the_records():
    assert station.safety.dose.SECONDS_OF_A8 == station.records.views.SECONDS_OF_A8 == 8 * 3600


@pytest.mark.parametrize("module", [drills.envelope, station.settings.envelope, hw.settings])
def test_the_envelope_is_safetys_wherever_it_is_typed(module):
    typed = {name: value for name, value in vars(module).items() if name.startswith(("CLINICIAN_", "HARD_"))}
    assert typed
    assert typed == {name: ENVELOPE[name] for name in typed}


def test_peak_acceleration_is_the_same_in_drills_and_in_safety():
    for hz, mm in ((5.0, 2.0), (12.5, 0.4), (25.0, 0.23), (35.0, 0.15)):
        ours, safetys = drills.dose.peak_acceleration_g(hz, mm), station.safety.dose.peak_acceleration_g(hz, mm)
        assert ours == pytest.approx(safetys, rel=1e-15)


def bounds(field):
    return {name: getattr(one, name) for one in field.metadata for name in ("ge", "le") if hasattr(one, name)}


def test_what_a_clinic_and_a_document_may_set_ends_where_safety_does():
    clinic = LimitSettings.model_fields
    asked = {
        "max_frequency_hz": "max_hz",
        "max_displacement_pp_mm": "displacement_pp_mm",
        "max_peak_acceleration_g": "acceleration_g",
        "max_bout_s": "bout_s",
        "max_day_s": "day_s",
    }
    assert set(clinic) == set(asked)
    for name, limit in asked.items():
        assert clinic[name].default == getattr(CLINICIAN, limit)
        assert bounds(clinic[name])["le"] == getattr(HARD, limit)
    tables = ShakenKeys.model_json_schema()["$defs"]
    for name, least, most in (
        ("Frequency", CLINICIAN.min_hz, CLINICIAN.max_hz),
        ("Displacement", 0, CLINICIAN.displacement_pp_mm),
    ):
        for key in ("default", "min", "max"):
            bound = tables[name]["properties"][key]
            assert (bound["minimum"], bound["maximum"]) == (least, most)


def test_one_name_is_the_name_of_one_number(package_modules):
    """Two modules with a number of one name are two meanings or one retyped; islands may type one value each."""
    places = defaultdict(list)
    for module in package_modules:
        for name, value, _ in constants(module):
            places[name].append((value, island(module.path), module.path))
    homonyms = {}
    for name, found in places.items():
        values, islands = {value for value, _, _ in found}, {room for _, room, _ in found}
        if len(values) > 1 or len(islands) < len(found):
            homonyms[name] = found
    assert {name: homonyms[name] for name in homonyms.keys() - OF_THE_PART} == {}
    assert homonyms.keys() >= OF_THE_PART
