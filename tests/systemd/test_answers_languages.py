"""The installer knows the languages of the program: it asks for one of them, and brings the letters of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.texts import Texts, languages
from station.texts.fonts import SCRIPTS
from station_install.answers import LANGUAGES, QUESTIONS, InstallerAnswers, ask
from station_install.plan import FONTS, _packages
from station_install.root import StepError
from station_install.words import Words


def answers(language: str, patient: str = "") -> InstallerAnswers:
    web = {"web": {"patient_language": patient}} if patient else {}
    return InstallerAnswers({"station": {"rig": "simulated", "language": language}, **web})


def test_it_knows_every_language_and_its_letters(project: Path) -> None:
    assert sorted(LANGUAGES) == sorted(languages())
    assert {language: script.package for language, script in SCRIPTS.items()} == FONTS
    for language in LANGUAGES:
        assert (Words(project, language).direction == "rtl") == Texts(language).right_to_left


@pytest.mark.parametrize(
    ("given", "fonts"),
    [
        (("de",), set()),
        (("ar",), {"fonts-noto-ui-core"}),
        (("en", "zh"), {"fonts-noto-cjk"}),
        (("zh", "ar"), {*FONTS.values()}),
    ],
)
def test_a_language_of_the_settings_brings_its_letters(given: tuple[str, ...], fonts: set[str]) -> None:
    assert {one for one in _packages(answers(*given)) if one in FONTS.values()} == fonts


def test_a_language_that_there_is_not_is_refused() -> None:
    said = {"station.language": "ar"}
    put = iter(said.get(key, "") for key, _ in QUESTIONS)
    assert ask(answers("de"), lambda question: next(put)).station["station"]["language"] == "ar"
    put = iter({"station.language": "Arabic"}.get(key, "") for key, _ in QUESTIONS)
    with pytest.raises(StepError, match="is none of them"):
        ask(answers("de"), lambda question: next(put))
