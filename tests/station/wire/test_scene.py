"""The scene in a sample: 152 bytes under the names of `drills.scene`, packed once for each scene."""

import math

from hypothesis import given
from hypothesis import strategies as st

from drills.scene import HEAD_RANGES, NO_SCENE, SLOT_RANGES, SLOTS, Scene, Slot, clamped
from station.wire.fields import TYPES, coded
from station.wire.sample import SAMPLE_BYTES
from station.wire.scene import NO_SCENE_BYTES, SCENE_BYTES, SCENE_FIELDS, LastScene, pack_scene, unpack_scene

IN_RANGE = [st.integers(*ends) for ends in HEAD_RANGES.values()]
SLOT = st.builds(Slot, *[st.integers(*ends) for ends in SLOT_RANGES.values()]).filter(any)
SCENE = st.builds(Scene, *IN_RANGE, st.lists(SLOT, max_size=SLOTS).map(tuple))
ANY = st.one_of(st.integers(), st.floats(allow_nan=True, allow_infinity=True))
ANY_SLOT = st.builds(Slot, *[ANY] * 8)
ANY_SCENE = st.builds(Scene, *[ANY] * 21, st.lists(ANY_SLOT, max_size=SLOTS + 2).map(tuple))


def test_a_sample_is_at_most_twice_as_long_as_without_a_scene() -> None:
    assert SCENE_BYTES == 152
    assert SAMPLE_BYTES <= 2 * 178


def test_the_fields_are_those_of_a_scene_in_their_order() -> None:
    names = [f"scene_{name}" for name in Scene._fields[:-1]] + [f"slot_{name}" for name in Slot._fields]
    assert [field.name for field in SCENE_FIELDS] == names
    assert {(field.since, field.absent) for field in SCENE_FIELDS} == {(3, 0)}


def test_every_range_fits_its_type() -> None:
    limits = {"uint8": (0, 255), "uint16": (0, 65535), "int16": (-32768, 32767)}
    ranges = [*HEAD_RANGES.values(), *SLOT_RANGES.values()]
    for field, (least, most) in zip(SCENE_FIELDS, ranges, strict=True):
        low, high = limits[field.type.removesuffix(f"[{SLOTS}]")]
        assert low <= least < most <= high, field


@given(SCENE)
def test_a_scene_comes_back(scene: Scene) -> None:
    payload = pack_scene(scene)
    assert len(payload) == SCENE_BYTES
    assert unpack_scene(payload) == scene


@given(ANY_SCENE)
def test_no_scene_is_refused(scene: Scene) -> None:
    found = unpack_scene(pack_scene(scene))
    assert clamped(found) == found or pack_scene(found) == pack_scene(scene)


def test_what_does_not_fit_is_brought_into_range() -> None:
    slots = (Slot(1, 7, 0, 2, math.nan, 10**9, 15.4, 0),) * (SLOTS + 2)  # type: ignore[arg-type]
    found = unpack_scene(pack_scene(Scene(view=3, score=-5, slots=slots)))
    assert found == Scene(view=3, score=0, slots=(Slot(1, 7, 0, 2, 0, 32767, 15, 0),) * SLOTS)


def test_all_zeros_are_no_scene() -> None:
    assert bytes(SCENE_BYTES) == NO_SCENE_BYTES
    assert unpack_scene(NO_SCENE_BYTES) == NO_SCENE


def test_the_same_object_is_packed_once_and_another_one_anew() -> None:
    last, scene = LastScene(), Scene(view=3, score=1)
    assert last.pack(NO_SCENE) == NO_SCENE_BYTES
    packed = last.pack(scene)
    assert packed == pack_scene(scene)
    assert last.pack(scene) is packed
    assert last.pack(scene._replace(score=2)) == pack_scene(scene._replace(score=2))


def test_an_array_is_its_type_so_many_times() -> None:
    assert coded("int16[10]").struct == "10h"
    assert coded("int16[10]").numpy == "(10,)<i2"
    assert coded("bool") == TYPES["bool"]
