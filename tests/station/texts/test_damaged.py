"""A damaged German file stops nothing: commands and pages go on, English stands in, and it is counted."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.cli import main
from station.texts import AUTHORED, Texts, choose, languages
from station.texts.catalogue import DOMAIN, LOCALES, MOST_CATALOGUE_BYTES
from station.texts.counting import Lacks
from web_ui.app import create_app
from web_ui.language import Languages
from web_ui.service import service_of

WHOLE = (LOCALES / "de" / DOMAIN).read_bytes()
PLURALS = b"nplurals=2; plural=(n != 1);"
Damage = Callable[[Path], object]


def _written(content: bytes) -> Damage:
    return lambda path: path.write_bytes(content)


def _plurals(rule: bytes) -> Damage:
    return _written(WHOLE.replace(PLURALS, rule))


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Damage] = {
    "cut": _written(WHOLE[: len(WHOLE) // 6]),
    "cut in a letter": _written(WHOLE[: WHOLE.index("ü".encode()) + 1]),
    "empty": _written(b""),
    "noise": _written(bytes(range(256)) * 40),
    "zeros": _written(b"\0" * 5000),
    "another encoding": _written(WHOLE.decode().encode("latin-1", "replace")),
    "utf-16": _written(WHOLE.decode().encode("utf-16")),
    "absent": lambda path: path.unlink(),
    "a folder": _folder,
    "too large": _written(WHOLE + b"#" * MOST_CATALOGUE_BYTES),
    "placeholders renamed": _written(re.sub(rb"\{[a-z_]+", rb"{other", WHOLE)),
    "placeholders gone": _written(re.sub(rb"\{[a-z_]+[^}]*\}", b"", WHOLE)),
    "braces alone": _written(WHOLE.replace(b"{", b"{{").replace(b"r}", b"r}}}")),
    "braces lost": _written(WHOLE.replace(b"}", b"")),
    "formats broken": _written(re.sub(rb":\.\df\}", b":q}", WHOLE)),
    "plural by zero": _plurals(b"nplurals=2; plural=n/0;"),
    "plural below": _plurals(b"nplurals=2; plural=0-5;"),
    "plural beyond": _plurals(b"nplurals=2; plural=n*1000;"),
    "plurals without end": _plurals(b"nplurals=999999999; plural=n;"),
    "plurals of none": _plurals(b"nplurals=0; plural=n;"),
    "plural no rule": _plurals(b"nplurals=2; plural=__import__('os');"),
    "forms lost": _written(re.sub(rb"msgstr\[[01]\].*\n", b"", WHOLE)),
    "words lost": _written(re.sub(rb'msgstr ".*"\n', b'msgstr ""\n', WHOLE)),
    "ends lost": _written(WHOLE.replace(b'"\n\n', b"\n\n")),
}
UNSEEN = ("plural by zero", "plural below", "plural beyond", "formats broken")
"""No words of these commands and pages are lost: another form stands in, or no number is said."""
COMMANDS = (
    ["--help"],
    ["measures", "--help"],
    ["measures", "no-such-file"],
    ["drill", "nosuch"],
    ["nosuch"],
    ["run", "--nosuch"],
    ["measures"],
    ["measures", "x", "--foot", "1"],
    ["task", "nosuch", "x"],
    ["drill", "quiet-stance", "--leg", "left", "--hold-s", "900"],
    ["run", "--port", "x"],
)
PAGES = ("/", "/therapist", "/patient", "/technician", "/no-such-page")


@pytest.fixture
def damaged(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Lacks, dict[str, int]]:
    """The station with this damage of its German, and the exit codes that its commands have in English."""
    codes = {" ".join(command): CliRunner().invoke(main, command).exit_code for command in COMMANDS}
    folder, lacks = tmp_path / "locale", Lacks()
    shutil.copytree(LOCALES, folder)
    DAMAGES[request.param](folder / "de" / DOMAIN)
    monkeypatch.setattr(Texts.__init__, "__defaults__", (AUTHORED, folder, lacks))
    monkeypatch.setattr(languages, "__defaults__", (folder,))
    monkeypatch.setattr(choose, "__kwdefaults__", {"folder": folder})
    return lacks, codes


@pytest.mark.parametrize("damaged", DAMAGES, indirect=True)
def test_a_damaged_language_stops_nothing(
    damaged: tuple[Lacks, dict[str, int]], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    lacks, codes = damaged
    there = "de" in languages()
    language = ["--language", "de"] if there else []
    for command in COMMANDS:
        done = CliRunner().invoke(main, [*language, *command])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert (done.exit_code, bool(done.output)) == (codes[" ".join(command)], True)
    (tmp_path / "runtime").mkdir()
    app = create_app(tmp_path / "runtime", tmp_path / "data", Languages("de", "de"))
    try:
        answers = [app.test_client().get(page, headers={"Accept-Language": "de"}) for page in PAGES]
        refused = app.test_client().post("/sessions/x", json={})
    finally:
        service_of(app).close()
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 404]
    assert all("<html lang=" in answer.text for answer in answers[:4])
    assert refused.status_code in (403, 404, 405)
    assert not there or lacks.total() > 0 or request.node.callspec.params["damaged"] in UNSEEN


@pytest.mark.parametrize(
    "damaged", ["placeholders renamed", "placeholders gone", "forms lost", "words lost", "cut"], indirect=True
)
def test_what_is_lost_is_said_in_english_with_its_values(damaged: tuple[Lacks, dict[str, int]]) -> None:
    lacks, _ = damaged
    texts = Texts("de")
    assert texts.say("problem.out-of-range.between", least=5, most=60) in (
        "must be from 5 to 60",
        "muss zwischen 5 und 60 liegen",
    )
    said = texts.say("seen.row-too-short", n=3, names=5)
    assert said.startswith(("The row has 3 values and there are 5 names", "Die Zeile hat 3 Werte")), said
    assert "5" in said
    assert lacks.total() > 0


@pytest.mark.parametrize("damaged", ["placeholders renamed", "placeholders gone"], indirect=True)
def test_a_translation_without_its_placeholder_is_counted_as_such(damaged: tuple[Lacks, dict[str, int]]) -> None:
    lacks, _ = damaged
    assert Texts("de").say("problem.out-of-range.at-most", most=60) == "must be at most 60"
    assert [(one.kind, one.key) for one in lacks.seen()] == [("placeholder", "problem.out-of-range.at-most")]
