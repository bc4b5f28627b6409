"""What runs from left to right in Arabic: figures with units, and what is typed."""

import pytest

from station.texts import Texts
from station.texts.isolated import END, FIRST, LEFT, apart, counted, isolated
from station.texts.texts import ended


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
        ("{year}-{month}-{day} {hour}:{minute}", ["{year}-{month}-{day} {hour}:{minute}"]),
    ],
)
def test_a_figure_goes_with_its_unit_and_a_command_in_one_piece(words, kept):
    found = isolated(words)
    assert found.replace(FIRST, "").replace(LEFT, "").replace(END, "") == words
    pieces = found.replace(LEFT, FIRST).split(FIRST)[1:]
    assert [piece.partition(END)[0] for piece in pieces] == kept


def test_in_chinese_no_line_ends_between_a_figure_and_what_it_counts():
    assert counted("{count} 次中保持成功 {held} 次") == "{count}\u00a0次中保持成功 {held}\u00a0次"
    assert counted("10 mm 到 {name} 的") == "10 mm 到 {name} 的"
    assert "3\u00a0次" in Texts("zh").say("page.visit.held", count=3, held=1)


def test_only_languages_from_right_to_left_have_the_signs():
    key = "drill.one-behind-the-other.summary"
    assert f"{FIRST}60 cm{END}" in Texts("ar").say(key)
    for language in ("en", "de", "zh", "fr"):
        assert not set(FIRST + LEFT + END) & set(Texts(language).say(key))


@pytest.mark.parametrize("words", ["P-7 · M. R.", "*Walk* to the shop", "Gasq 2014 (20 people).", "7 days", "mm"])
def test_what_is_put_into_arabic_words_keeps_its_marks_on_its_own_side(words):
    assert apart(apart(words)) == f"{FIRST}{words}{END}"
    assert Texts("ar").say("page.all.sentences", first=words, second="ب") == f"{FIRST}{words}{END} ب"
    assert Texts("de").value(words) == words


def test_a_sentence_that_was_put_in_keeps_its_end_within():
    assert ended(apart("So it is."), ".") == apart("So it is.")
    assert ended(apart("So it is."), ":") == f"{apart('So it is')}:"
    assert ended(apart("P-7 · M"), ".") == f"{apart('P-7 · M')}."


@pytest.mark.parametrize("words", ["", "لا أحد", "12", f"{LEFT}station run{END}", "ب (P-7)"])
def test_what_runs_from_right_to_left_stays_as_it_is(words):
    assert apart(words) == Texts("ar").value(words) == words
