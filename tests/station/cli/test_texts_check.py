"""The doctor on the texts: damaged, lacking, unsigned and whole languages, none of which stops anything."""

import shutil
from pathlib import Path

import pytest

from station.cli.doctor import check_words
from station.cli.texts_check import font_checks, texts_checks
from station.texts import Texts, fonts, languages
from station.texts.catalogue import DOMAIN, LOCALES
from station.texts.counting import Lacks


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for language in ("en", "de"):
        shutil.copytree(LOCALES / language, tmp_path / "locale" / language)
    return tmp_path / "locale"


def german(folder: Path) -> str:
    (check,) = (one for one in texts_checks(folder, {"de"}) if one.name == "texts de")
    return f"{check.state}: {check_words(check, Texts()).seen}"


def test_the_shipped_languages_are_whole_and_those_of_the_settings_wait_for_a_clinician() -> None:
    checks = {check.part: check for check in texts_checks(used={"en", "de"})}
    assert list(checks) == list(languages())
    others = {check.finding for name, check in checks.items() if name not in ("en", "de")}
    assert others <= {"spare", "lacking"}, "a translation may wait until a release (decision 66), and nothing else"
    assert (checks["en"].name, checks["en"].state) == ("texts en", "ok")
    name, seen, remedy = check_words(checks["de"], Texts())
    assert (name, seen, checks["de"].state) == ("texts de", "unconfirmed translation", "warn")
    assert "sign" in remedy


def test_a_script_without_its_font_is_warned_of_where_the_settings_have_its_language(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(fonts.font_of, "__defaults__", ((tmp_path,),))
    (absent,) = font_checks({"de", "zh"})
    name, _, remedy = check_words(absent, Texts())
    assert (absent.state, name) == ("warn", "fonts zh")
    assert "fonts-noto-cjk" in remedy
    file = tmp_path / fonts.SCRIPTS["zh"].fonts[-1].file
    file.parent.mkdir(parents=True)
    file.touch()
    (there,) = font_checks({"zh", "en"})
    assert (there.state, check_words(there, Texts()).seen) == ("ok", "WenQuanYi Micro Hei")


def test_a_signed_language_is_well(folder) -> None:
    file = folder / "de" / DOMAIN
    text = file.read_text(encoding="utf-8")
    signed = text.replace('"X-Confirmed-By:\\n"', '"X-Confirmed-By: Dr. Test\\n"').replace(
        '"X-Confirmed-By: \\n"', '"X-Confirmed-By: Dr. Test\\n"'
    )
    assert signed != text
    file.write_text(signed, encoding="utf-8")
    assert german(folder).startswith("ok: ")


def test_texts_that_are_missing_are_counted(folder) -> None:
    file = folder / "de" / DOMAIN
    entries = file.read_text(encoding="utf-8").split("\n\n")
    file.write_text("\n\n".join(entries[:-3]) + "\n", encoding="utf-8")
    assert german(folder) in (
        "warn: 2 texts are missing, English is shown instead",
        "warn: 3 texts are missing, English is shown instead",
    )


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b'msgid "a\nmsgstr "b"', b"\0" * 99])
def test_a_damaged_file_is_said_and_stops_nothing(folder, content) -> None:
    (folder / "de" / DOMAIN).write_bytes(content)
    assert german(folder).startswith("warn: cannot be used, English is shown instead: ")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b'msgid "a\nmsgstr "b"', b"\0" * 99])
def test_a_damaged_language_is_doctored_in_english(folder, content) -> None:
    (folder / "de" / DOMAIN).write_bytes(content)
    of = Texts("de", folder, Lacks())
    for check in texts_checks(folder):
        assert check_words(check, of) == check_words(check, Texts())
    assert of.say("cli.mark.warn") == "WARN"
