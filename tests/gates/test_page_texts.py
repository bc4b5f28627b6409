"""No sentence is typed in a template, a script or a style sheet: the pages say keys, and every key has words."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from drawings.languages import written
from station.texts.catalogue import catalogue

TEMPLATES, SCRIPTS, STYLES = "web_ui/templates/*.html", "web_ui/static/js/*.js", "web_ui/static/css/*.css"
SPOKEN = ("aria-label", "aria-description", "title", "placeholder", "alt", "data-unit")
"""Attributes that a person reads or hears."""
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
LITERAL = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`""", re.DOTALL)
TOLD = re.compile(r"^[A-Z][a-z]+|[^\W\d_]{2,}[ \u00a0]+[^\W\d_]{2,}| [a-z]{2,}[.!?…]$")
"""A capital word first, two words with a space between them, or a full stop after more than a word."""
OTHERWISE = re.compile(
    r"Accept-Language|Content-Type|use strict|Infinity|^(?:Escape|PageUp|Enter|Tab)$|^foot switch$|^small quiet$"
)
"""What a browser, an event of control, or a class wants written so."""
NOT_TOLD = ("className", "classList", "querySelector", "closest(", "matches(", "matchMedia", "new Path2D", "d=")
"""Lines whose literals are names of classes, selectors and outlines."""
CONTENT = re.compile(r"(?<![-\w])content:\s*([^;]+);")


class _Words(HTMLParser):
    """Collects what a template shows or lets a screen reader say, outside its expressions."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        self.found += [value for name, value in attrs if name in SPOKEN and value and WORD.search(value)]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent and WORD.search(data):
            self.found.append(data.strip())


def typed_in_template(text: str) -> list[str]:
    """Words that are not said by a key."""
    words = _Words()
    words.feed(JINJA.sub("", text))
    return words.found


def typed_in_script(text: str) -> list[str]:
    """String literals that read like words for a person."""
    found = []
    for match in LITERAL.finditer(text):
        literal = match[0]
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.end()]
        if literal.startswith("/") or any(name in line for name in NOT_TOLD):
            continue
        plain = re.sub(r"\$\{[^}]*\}", "", literal[1:-1])
        if TOLD.search(plain) and not OTHERWISE.search(plain):
            found.append(literal)
    return found


def _files(project: Path, pattern: str) -> list[Path]:
    files = sorted(project.glob(pattern))
    assert files
    return files


def test_no_words_are_typed_in_templates(project: Path) -> None:
    typed = {path.name: typed_in_template(path.read_text(encoding="utf-8")) for path in _files(project, TEMPLATES)}
    assert {name: found for name, found in typed.items() if found} == {}


def test_no_words_are_typed_in_scripts(project: Path) -> None:
    typed = {path.name: typed_in_script(path.read_text(encoding="utf-8")) for path in _files(project, SCRIPTS)}
    assert {name: found for name, found in typed.items() if found} == {}


def test_no_words_are_typed_in_style_sheets(project: Path) -> None:
    for path in _files(project, STYLES):
        for content in CONTENT.findall(path.read_text(encoding="utf-8")):
            typed = re.sub(r"\\[0-9A-Fa-f]{2,6}|attr\(data-[a-z]+\)", "", content)  # an attribute is filled by a key
            assert not WORD.search(typed), f"{path.name}: {content}"


def test_this_gate_sees_what_is_typed() -> None:
    assert typed_in_template('<p title="Load cell">{{ say("a.b") }} now</p>') == ["Load cell", "now"]
    assert typed_in_script('setText(a, "Result");') == ['"Result"']
    assert typed_in_script("setText(a, `try ${number} of ${count}`); // as it was") == ["`try ${number} of ${count}`"]
    assert typed_in_script('own("why.trip"); post("/drill/start"); // A comment.') == []


@pytest.mark.parametrize("language", written())
def test_every_key_that_a_page_says_has_words(project: Path, language: str) -> None:
    messages = catalogue(language).messages
    said = set()
    for path in (*_files(project, TEMPLATES), *_files(project, SCRIPTS)):
        text = path.read_text(encoding="utf-8")
        said |= set(re.findall(r"""\bsay\(["']([a-z0-9_.-]+[a-z0-9_-])["'][,)]""", text))
        own = re.search(r"const own = .*`([a-z.]+)\$\{", text)
        if own:
            said |= {own[1] + key for key in re.findall(r"""\bown\(["']([a-z0-9_.-]+[a-z0-9_-])["'][,)]""", text)}
    assert len(said) > 100
    assert sorted(said - set(messages)) == []
