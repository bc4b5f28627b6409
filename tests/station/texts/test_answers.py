"""Yes and no as people type them, in their own words and in English."""

import inspect
import re

import click
import pytest
from click.testing import CliRunner

from station.cli import accept
from station.cli.words import WANTED, agrees, columns_of, marks
from station.texts import Texts, languages
from station.texts.answers import yes_or_no
from station.texts.catalogue import AUTHORED


@pytest.mark.parametrize("language", languages())
def test_the_words_of_every_language_and_of_english_are_understood(language: str) -> None:
    of = Texts(language)
    for meant, word in ((True, "yes"), (False, "no")):
        own = of.say(f"word.{word}")
        assert [yes_or_no(said, of) for said in (own, own.upper(), f" {own[:1]} ", word)] == [meant] * 4
    assert Texts(AUTHORED).say("word.yes") == "yes"
    assert yes_or_no("maybe", of) is None


def test_no_key_of_the_acceptance_is_a_yes_or_a_no() -> None:
    keys = inspect.getsource(accept._Lead)
    letters = {accept._LEAVES_OUT, *re.findall(r'key == "(\w)"', keys)}
    assert letters == {"x", "b", "r", "q"}
    meant = {(one, key): yes_or_no(key, Texts(one)) for one in languages() for key in letters}
    assert set(meant.values()) == {None}


@pytest.mark.parametrize(
    ("language", "said", "meant"),
    [("es", "si", True), ("es", "SÍ", True), ("pt", "nao", False), ("tr", "HAYIR", False), ("tr", "hayir", False)],
)
def test_accents_may_be_left_out(language: str, said: str, meant: bool) -> None:
    assert yes_or_no(said, Texts(language)) is meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("oui\n", "True"), ("bof\nO\n", "True"), ("\n", "False"), ("no\n", "False")]
)
def test_a_question_of_the_command_line_is_asked_until_it_is_answered(
    typed: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    def command() -> None:
        click.echo(str(agrees("Garder ?")))

    monkeypatch.setitem(WANTED, "asked", "fr")
    done = CliRunner().invoke(command, input=typed)
    assert done.stdout.strip().splitlines()[-1] == meant
    assert "[oui/NON]" in done.output


@pytest.mark.parametrize("language", languages())
def test_what_stands_first_in_a_list_is_equally_wide(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WANTED, "asked", language)
    assert len({columns_of(one) for one in marks().values()}) == 1
    assert columns_of("失败") == columns_of("FAIL") == 4
