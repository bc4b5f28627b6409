"""What a simulated person reads of the screen has the numbers that the drills write there."""

import pytest

import drills.scene
import drills.words
from hw import screen


@pytest.mark.parametrize("meanings", screen.MEANINGS, ids=lambda one: one.__name__)
def test_each_number_is_that_of_the_drills(meanings) -> None:
    theirs = getattr(drills.scene, meanings.__name__, None) or getattr(drills.words, meanings.__name__)
    assert {one.name: one.value for one in meanings} == {one.name: theirs[one.name].value for one in meanings}


def test_all_that_a_scene_holds_is_what_somebody_sees() -> None:
    shown = {name for name in vars(screen.Shown) if not name.startswith("_")}
    slot = {name for name in vars(screen.ShownSlot) if not name.startswith("_")}
    assert shown <= {*drills.scene.Scene._fields}
    assert slot == {*drills.scene.Slot._fields}
