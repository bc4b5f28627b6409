"""Every language is whole: each text is there in the form that English has, and what waits for words is little."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drawings import languages as tool
from drawings.languages import MOST_WAITING, NEVER_WAIT, digest, piece, take, waiting, wrong
from station.texts import languages
from station.texts.catalogue import AUTHORED, DOMAIN, MACHINE, catalogue


@pytest.mark.parametrize("language", languages())
def test_every_text_has_the_form_of_english(language: str) -> None:
    """Its keys, plural forms, placeholders, what is typed as it stands, and the spaces round it."""
    assert wrong(language) == []


@pytest.mark.parametrize("language", languages())
def test_hardly_a_text_waits_and_none_that_keeps_a_patient_safe(language: str) -> None:
    """A release has none that waits: `python -m drawings.languages --complete`."""
    waits = waiting(language)
    assert [key for key in waits if key.startswith(NEVER_WAIT)] == []
    assert len(waits) <= (MOST_WAITING if catalogue(language).made_by == MACHINE else 0)


@pytest.fixture
def french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small file of a language that a machine made, with one text of older English and three that are wrong."""
    english = catalogue(AUTHORED).messages
    keys = ("texts.language", "doctor.texts.ok", "doctor.fonts.ok", "cli.no-language")
    head = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n"X-Made-By: machine\\n"\n'
    texts = ("Français", "", "police {nom}", " pas là")
    lines = [head]
    for key, words in zip(keys, texts, strict=True):
        of = digest(english[key]) if key != "texts.language" else "0" * 8
        forms = 'msgid_plural "x"\nmsgstr[0] "{n} texte"\nmsgstr[1] "{n} textes"\n'
        lines.append(f'#. of {of}\nmsgid "{key}"\n' + (f'msgstr "{words}"' if words else forms))
    file = tmp_path / "fr" / DOMAIN
    file.parent.mkdir(parents=True)
    file.write_text("\n\n".join(line.strip() for line in lines) + "\n", encoding="utf-8")
    monkeypatch.setattr(tool, "file_of", lambda language: file)
    monkeypatch.setattr(tool, "catalogue", lambda one: catalogue(one, tmp_path) if one == "fr" else catalogue(one))
    yield file
    catalogue.cache_clear()


def test_what_is_wrong_lacks_or_is_of_older_english_is_said(french: Path) -> None:
    assert wrong("fr") == [
        "doctor.fonts.ok: placeholders",
        "cli.no-language: placeholders",
        "cli.no-language: a space at an end",
    ]
    waits = waiting("fr")
    assert (waits["texts.language"], waits["word.yes"]) == ("changed", "missing")
    assert "doctor.texts.ok" not in waits


def test_what_waits_is_written_to_be_filled_and_taken_in_again(french: Path) -> None:
    given = piece("fr", ["texts.language", "doctor.texts.lacking", "word.yes"])
    assert "# English\n" in given
    assert given.count('msgstr[1] ""') == 1
    filled = given.replace('msgid "word.yes"\nmsgstr ""', 'msgid "word.yes"\nmsgstr "oui"')
    filled = filled.replace('msgid "texts.language"\nmsgstr ""', 'msgid "texts.language"\nmsgstr "Français !"')
    assert take("fr", filled) == ["texts.language", "word.yes"]
    catalogue.cache_clear()
    read = tool.catalogue("fr").messages
    assert (read["texts.language"], read["word.yes"], len(read)) == (("Français !",), ("oui",), 5)
    assert not {"texts.language", "word.yes"} & set(waiting("fr"))
