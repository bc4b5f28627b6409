"""Texts: keys with values become words; what lacks or is damaged is counted and never raises."""

from __future__ import annotations

import re
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.texts import Texts, choose, languages
from station.texts.catalogue import AUTHORED, DOMAIN, LOCALES, MACHINE, PIECE_CHARACTERS, Head, catalogue, head
from station.texts.counting import Lacks
from station.texts.numbers import clock_time, day, day_and_time
from station.texts.pseudo import LONG, PSEUDO, RTL, pseudo
from station.texts.texts import PLACEHOLDER

HEAD = 'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n{more}\n'


@pytest.fixture
def lacks() -> Lacks:
    return Lacks()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two small catalogues: English, and a German one that lacks a key."""
    write(tmp_path, "en", a="{n} cells at {volts:.2f} V", b="only English", many=("{n} trial", "{n} trials"))
    write(tmp_path, "de", a="{n} Zellen bei {volts:.2f} V", many=("{n} Versuch", "{n} Versuche"))
    return tmp_path


def write(folder: Path, language: str, more: str = "", **messages: str | tuple[str, ...]) -> Path:
    path = folder / language / DOMAIN
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [HEAD.format(language=language, more=more)]
    for key, words in messages.items():
        if isinstance(words, str):
            lines.append(f'msgid "{key}"\nmsgstr "{words}"\n')
        else:
            forms = "".join(f'msgstr[{place}] "{form}"\n' for place, form in enumerate(words))
            lines.append(f'msgid "{key}"\nmsgid_plural "{key}"\n{forms}')
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


# --- the catalogues that are shipped ---


def test_english_and_its_translations_are_there() -> None:
    assert languages()[0] == "en"
    assert {"ar", "de", "es", "fr", "pt", "tr", "zh"} <= set(languages())


@pytest.mark.parametrize("language", languages())
def test_a_shipped_catalogue_is_whole(language: str) -> None:
    read = catalogue(language)
    assert read.damage == ""
    assert [key for key, forms in read.messages.items() if not all(forms)] == []


@pytest.mark.parametrize("language", languages())
def test_a_key_is_written_once_and_as_a_key(language: str) -> None:
    text = (LOCALES / language / DOMAIN).read_text(encoding="utf-8")
    keys = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))
    assert [key for key in keys if not re.fullmatch(r"[a-z0-9_-]+(\.[A-Za-z0-9_-]+)+", key)] == []
    assert set(keys) == set(catalogue(language).messages), "nothing is fuzzy or left out"


@pytest.mark.parametrize("language", languages())
def test_what_a_list_of_languages_needs_stands_in_the_first_piece_of_a_file(language: str) -> None:
    """All eight were read whole for the first page: 4.4 MB of a start's 42."""
    later = (LOCALES / language / DOMAIN).read_text(encoding="utf-8")[PIECE_CHARACTERS:]
    assert not any(f'\nmsgid "texts.{key}"\n' in later for key in ("language", "unconfirmed", "machine-made"))


def test_a_language_that_is_not_english_says_who_made_it_and_what_it_calls_itself() -> None:
    for language in languages():
        read = catalogue(language)
        assert head(language) == Head(Texts(language).say("texts.language"), Texts(language).mark), language
        assert read.made_by in (("", MACHINE) if language not in ("en", "de") else ("",)), language
    assert Texts("fr").mark == "traduction automatique, non confirmée"
    assert Texts("de").mark == "unbestätigte Übersetzung"
    assert [Texts(one).mark for one in ("en", *PSEUDO)] == ["", "", ""]


def test_of_a_file_that_cannot_be_read_a_list_of_languages_has_the_tag(tmp_path: Path) -> None:
    assert head("de", tmp_path) == Head("de", "")
    write(tmp_path, "de").write_bytes(b"\xff")
    assert head("de", tmp_path) == Head("de", "")


@pytest.mark.parametrize("language", PSEUDO)
def test_placeholders_and_commands_survive_the_pseudo_language(language: str) -> None:
    for key, forms in catalogue(AUTHORED).messages.items():
        for form in forms:
            said = pseudo(language, form)
            assert sorted(PLACEHOLDER.findall(said)) == sorted(PLACEHOLDER.findall(form)), key
            assert re.findall("`[^`]*`", said) == re.findall("`[^`]*`", form)


def test_german_is_unconfirmed_until_somebody_signs_it(tmp_path: Path) -> None:
    assert Texts("de").unconfirmed
    assert not Texts("en").unconfirmed
    write(tmp_path, "en", a="a")
    write(tmp_path, "de", '"X-Confirmed-By: Dr. A. Beispiel, 2026-11-28\\n"', a="a")
    assert not Texts("de", tmp_path).unconfirmed
    assert catalogue("de", tmp_path).confirmed_by == "Dr. A. Beispiel, 2026-11-28"


# --- saying ---


def test_values_stand_in_their_places_as_the_language_writes_them(folder: Path) -> None:
    assert Texts("en", folder).say("a", n=4, volts=3.14159) == "4 cells at 3.14 V"
    assert Texts("de", folder).say("a", n=4, volts=3.14159) == "4 Zellen bei 3,14 V"


def test_a_count_chooses_its_form(folder: Path) -> None:
    said = [Texts("de", folder).say("many", n=count) for count in (0, 1, 2)]
    assert said == ["0 Versuche", "1 Versuch", "2 Versuche"]


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (0.5, "0.5", "0,5"),
        (300, "300", "300"),
        (12345.0, "12345", "12345"),
        (1 / 3, "0.333333", "0,333333"),
        (float("nan"), "nan", "nan"),
        (True, "True", "True"),
        ((1.5, "b"), "1.5, b", "1,5, b"),
        ("as it is", "as it is", "as it is"),
    ],
)
def test_a_value_is_written_as_the_language_does(value: object, english: str, german: str) -> None:
    assert Texts("en").value(value) == english
    assert Texts("de").value(value) == german


def test_dates_and_times_follow_the_language() -> None:
    then = datetime(2026, 11, 28, 16, 5, tzinfo=UTC)
    assert (day(date(2026, 11, 28), "en"), day(date(2026, 11, 28), "de")) == ("28 Nov 2026", "28.11.2026")
    assert (clock_time(then, "en"), clock_time(then, "de")) == ("16:05", "16:05")
    assert day_and_time(then, "de") == "28.11.2026, 16:05:00"
    assert day_and_time(then, "zz") == day_and_time(then, "en") == "28 Nov 2026, 16:05:00"


def test_a_page_gets_the_words_of_its_keys_with_their_places(folder: Path, lacks: Lacks) -> None:
    german = Texts("de", folder, lacks)
    assert german.beginning_with("a", "many") == {
        "a": "{n} Zellen bei {volts:.2f} V",
        "many": ["{n} Versuch", "{n} Versuche"],
    }
    assert german.beginning_with("b") == {"b": "only English"}
    assert german.plural_forms(3) == [1, 0, 1, 1]
    assert Texts("xx-long", folder, lacks).beginning_with("b")["b"].startswith("[öñļý ")
    assert Texts("xx-long", folder, lacks).plural_forms(1) == [1, 0]


def test_a_missing_translation_is_said_in_english_and_counted(folder: Path, lacks: Lacks) -> None:
    texts = Texts("de", folder, lacks)
    assert [texts.say("b"), texts.say("b")] == ["only English"] * 2
    assert [tuple(lack) for lack in lacks.seen()] == [("fallback", "de", "b", 2)]
    assert (lacks.total(), lacks.total("fallback"), lacks.total("unknown")) == (2, 2, 0)


def test_a_key_that_is_nowhere_is_said_itself_and_counted(folder: Path, lacks: Lacks) -> None:
    assert Texts("de", folder, lacks).say("no.such.key", n=1) == "no.such.key"
    assert [tuple(lack) for lack in lacks.seen()] == [("unknown", "de", "no.such.key", 1)]
    assert not Texts("de", folder).has("no.such.key")
    assert Texts("de", folder).has("b")


def test_a_lost_placeholder_stays_and_is_counted(folder: Path, lacks: Lacks) -> None:
    assert Texts("en", folder, lacks).say("a", n=4, surplus=1) == "4 cells at {volts:.2f} V"
    assert [lack.kind for lack in lacks.seen()] == ["placeholder"]


def test_a_value_is_never_read_as_a_text(folder: Path, lacks: Lacks) -> None:
    assert Texts("en", folder, lacks).say("a", n="{volts}", volts="{n}") == "{volts} cells at {n} V"
    assert lacks.total() == 0


def test_counts_of_many_threads_are_all_there(lacks: Lacks) -> None:
    threads = [threading.Thread(target=lambda: [lacks.count("unknown", "en", "k") for _ in range(500)]) for _ in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lacks.total() == 2000


# --- damage ---

WHOLE = (LOCALES / "en" / DOMAIN).read_bytes()


@given(cut=st.integers(0, len(WHOLE)), at=st.integers(0, 3000), noise=st.binary(max_size=40))
def test_a_damaged_file_never_raises(tmp_path_factory: pytest.TempPathFactory, cut: int, at: int, noise: bytes) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    write(folder, "en", a="English")
    path = write(folder, "de")
    path.write_bytes(WHOLE[:at] + noise + WHOLE[at:cut])
    texts = Texts("de", folder, Lacks())
    assert texts.say("a") == "English"
    assert isinstance(texts.damage, str)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'msgid "a', b"no catalogue"])
def test_a_file_that_is_none_falls_back_to_english_and_is_counted(tmp_path: Path, lacks: Lacks, content: bytes) -> None:
    write(tmp_path, "en", a="English")
    write(tmp_path, "de").write_bytes(content)
    texts = Texts("de", tmp_path, lacks)
    assert texts.say("a") == "English"
    assert texts.damage != ""
    assert lacks.total("damaged") == 1


def test_without_english_the_keys_are_said(tmp_path: Path, lacks: Lacks) -> None:
    texts = Texts("en", tmp_path, lacks)
    assert texts.say("a") == "a"
    assert texts.damage.startswith("FileNotFoundError")
    assert lacks.total("unknown") == 1


# --- choosing ---


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (("de",), "de"),
        (("de-AT",), "de"),
        (("de_DE.UTF-8",), "de"),
        (("DE@euro",), "de"),
        (("C.UTF-8",), "en"),
        (("tlh", "de"), "de"),
        ((None, "", "de"), "de"),
        (("en_US.UTF-8", "de"), "en"),
        (("../de",), "en"),
        (("xx-long",), LONG),
        (("XX_RTL",), RTL),
        ((), "en"),
    ],
)
def test_the_first_wanted_language_that_there_is(wanted: tuple[str | None, ...], chosen: str) -> None:
    assert choose(*wanted) == chosen


def test_a_language_without_a_catalogue_speaks_english(lacks: Lacks) -> None:
    assert Texts("sv", lacks=lacks).say("texts.language") == "English"


# --- pseudo-languages ---


def test_the_long_language_is_longer_accented_and_in_brackets() -> None:
    said = pseudo(LONG, "Press `station doctor` and wait {seconds} s.")
    assert said.startswith("[Pŕéšš `station doctor` åñð ŵåîţ")
    assert said.endswith("]")
    assert "{seconds}" in said
    texts = [form for forms in catalogue(AUTHORED).messages.values() for form in forms if len(form) > 20]
    ratios = [len(pseudo(LONG, text)) / len(text) for text in texts]
    assert 1.35 <= min(ratios) <= max(ratios) <= 1.5


def test_the_language_from_right_to_left_turns_all_but_values() -> None:
    assert pseudo(RTL, "Wait {n} s.") == "\u202eŴåîţ \u202c{n}\u202e š.\u202c"
    assert Texts(RTL).right_to_left
    assert not Texts(LONG).right_to_left


def test_a_pseudo_language_says_no_key_as_it_is(lacks: Lacks) -> None:
    for language in PSEUDO:
        said = Texts(language, lacks=lacks).say("texts.unconfirmed")
        assert said != Texts("en").say("texts.unconfirmed")
        assert not Texts(language).unconfirmed
    assert lacks.total() == 0


@pytest.mark.parametrize("language", languages())
def test_a_text_that_names_the_button_calls_it_what_stands_on_it(language):
    """A German patient was told to press STOP, and the button is called STOPP."""
    english, own = catalogue(AUTHORED).messages, catalogue(language).messages
    (button,) = {**english, **own}["page.all.stop.ready"]
    naming = [key for key, forms in english.items() if re.search(r"press(ed)? STOP\b", forms[0])]
    assert len(naming) > 30, "most drills end so"
    assert [key for key in naming if key in own and not re.search(rf"{button}(?![A-Z])", own[key][0])] == []
