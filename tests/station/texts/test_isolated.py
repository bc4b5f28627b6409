"""What runs from left to right in Arabic: figures with units, and what is typed."""

import pytest

from station.texts import Texts
from station.texts.isolated import END, FIRST, LEFT, isolated


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("من {low} إلى {high} Hz", ["{high} Hz"]),
        ("{value:.1f}\u00a0mm/s", ["{value:.1f}\u00a0mm/s"]),
        ("من 5 إلى 35 Hz", ["35 Hz"]),
        ("{most} mm p-p", ["{most} mm p-p"]),
        ("نفّذ `station backup FOLDER` ثم", ["`station backup FOLDER`"]),
        ("{least}{unit}.", ["{least}{unit}"]),
        ("{name} هنا", []),
        ("{name} Map", []),  # a word, and no metre
        ("{count} من 3", []),
    ],
)
def test_a_figure_goes_with_its_unit_and_a_command_in_one_piece(words, kept):
    found = isolated(words)
    assert found.replace(FIRST, "").replace(LEFT, "").replace(END, "") == words
    pieces = found.replace(LEFT, FIRST).split(FIRST)[1:]
    assert [piece.partition(END)[0] for piece in pieces] == kept


def test_only_languages_from_right_to_left_have_the_signs():
    key = "drill.one-behind-the-other.summary"
    assert f"{FIRST}60 cm{END}" in Texts("ar").say(key)
    for language in ("en", "de", "zh", "fr"):
        assert not set(FIRST + LEFT + END) & set(Texts(language).say(key))
