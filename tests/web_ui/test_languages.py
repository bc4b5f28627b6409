"""Every page in every state, in the pseudo-languages: all words are the catalogue's, and nothing breaks.

`xx-long` is longer, accented and in brackets; `xx-rtl` runs from right to left. A text that is neither in brackets (or
turned) nor data did not come from the catalogue.
"""

import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from station.texts.pseudo import LONG, RTL

_SPEC = importlib.util.spec_from_file_location("states", Path(__file__).with_name("states.py"))
states = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(states)

SIZES = {"phone": {"width": 390, "height": 844}, "screen": {"width": 1920, "height": 1080}}
MARKS = {LONG: ("[", "]"), RTL: ("\u202e", "\u202c")}
DATA = {
    LONG: re.compile(r"[\s\d.,:;·×%()–−+…\u00a0]*"),
    RTL: re.compile(
        r"([\s\d.,:;·×%()–−+…\u00a0\u2066-\u2069]|P\d+|`[^`]*`|[a-z]+(-[a-z]+)+|[0-9a-f]{6}|0x[0-9a-f]{2})*"
    ),
}
"""What may stand outside the words of the catalogue: numbers, and the signs between them. Where the words are turned,
values stand between them: patients' codes, codes of faults, names of phones, addresses, what is typed as it stands.
"""

LOOK = """() => {
  const shown = (element) => element.checkVisibility({ checkVisibilityCSS: true });
  const texts = [];
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { parentElement: parent, textContent } = walk.currentNode;
    if (!textContent.trim() || parent.closest("script, style, [translate=no]")) continue;
    if (parent.closest("[lang]").lang !== document.documentElement.lang) continue;
    const isCode = (node) => node.nodeName === "CODE"; // a text's commands, which it has in backticks
    const whole = [...parent.childNodes].some(isCode)
      ? [...parent.childNodes].map((node) => (isCode(node) ? "`" + node.textContent + "`" : node.textContent)).join("")
      : textContent;
    if (parent.matches("option, title, svg *") || shown(parent)) texts.push(whole);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const element of document.querySelectorAll(`[${name}]`)) texts.push(element.getAttribute(name));
  return [...new Set(texts)];
}"""
"""All words of the page: visible ones, the window's title, and what a screen reader says."""

BROKEN = """() => {
  const found = [];
  const say = (what, element) => found.push(`${what}: <${element.tagName.toLowerCase()} id="${element.id}" ` +
    `class="${element.getAttribute("class") ?? ""}"> ${element.textContent.trim().slice(0, 60)}`);
  const page = document.documentElement;
  const passed = (element) =>
    element.closest(".skip, .visually-hidden, .defs, [hidden], .scroll, script, style, option");
  if (page.scrollWidth > innerWidth) say(`the page is ${page.scrollWidth} wide`, page);
  for (const element of document.querySelectorAll("body *")) {
    if (passed(element) || !element.checkVisibility({ checkVisibilityCSS: true })) continue;
    if (element.closest("svg") !== null && element.tagName !== "svg") continue; // a picture cuts off what is in it
    const box = element.getBoundingClientRect();
    if (box.left < -1 || box.right > innerWidth + 1) say("beyond the edge", element);
    const style = getComputedStyle(element);
    if (style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1) say("cut off", element);
    if (style.overflowY === "hidden" && element.scrollHeight > element.clientHeight + 1) say("cut off below", element);
  }
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || passed(parent) || parent.closest("svg defs, title")) continue;
    if (!parent.checkVisibility({ checkVisibilityCSS: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(walk.currentNode);
    const room = parent.closest("svg, button, .cell, .field, dd, dt, td, th, .card, .notice, header, main, body");
    const outer = room.getBoundingClientRect();
    for (const line of range.getClientRects())
      if (line.left < outer.left - 1 || line.right > outer.right + 1) {
        say("runs out of its room", parent);
        break;
      }
  }
  const stop = document.getElementById("stop");
  const at = stop.getBoundingClientRect();
  const whole = Math.abs(at.bottom - innerHeight) <= 1 && Math.abs(at.width - innerWidth) <= 1 && at.height >= 72;
  if (!whole) say("not whole", stop);
  for (const element of document.querySelectorAll("button, a:not(.skip), select, input, summary")) {
    const { height, width } = (element.closest("label") ?? element).getBoundingClientRect();
    const shown = element.offsetParent !== null && element.checkVisibility({ checkVisibilityCSS: true });
    if (shown && (height < 44 || width < 44)) say(`${width} x ${height} is small`, element);
  }
  scrollTo(0, page.scrollHeight);
  const last = document.querySelector(".unconfirmed") ?? document.querySelector("main > :last-child");
  if (last.getBoundingClientRect().bottom > at.top + 1) say("under STOP", last);
  if (document.body.matches(".page-patient") && page.scrollHeight > innerHeight + 1) say("scrolls", page);
  return found;
}"""
"""What is broken: too wide, cut off, out of its card, under STOP, too small to tap."""


def foreign(text: str, language: str) -> str:
    """What is left of a text without the catalogue's words and without data."""
    opens, closes = MARKS[language]
    depth, left = 0, []
    for letter in text:
        depth += letter == opens
        if depth == 0:
            left.append(letter)
        depth -= letter == closes
    rest = "".join(left)
    return "" if DATA[language].fullmatch(rest) and depth == 0 else rest.strip() or text


class Walk:
    """One page of a language that is led through the states, over a station of its own: a load costs most of a test."""

    def __init__(self, browser: Browser, feeder: object, server: object, language: str) -> None:
        self.feeder, self.server, self.language = feeder, server, language
        self.context = browser.new_context(viewport=SIZES["phone"])
        self.context.add_cookies([{"name": "station_language", "value": language, "url": server.url}])
        self.page = self.context.new_page()

    def to(self, state: states.State) -> Page:
        """The page in this state. One whose frames are changed on their way needs a page to itself."""
        self.page.set_viewport_size(SIZES["phone"])
        self.feeder.reset()
        page = self.context.new_page() if state.frame else self.page
        states.visit(states.Scene(page, self.feeder, self.server.url), state)
        return page


@pytest.fixture(scope="module")
def walk(
    browser: Browser,
    tmp_path_factory: pytest.TempPathFactory,
    free_port: Callable[[], int],
    make_feeder: type,
    serve: Callable[..., object],
) -> Iterator[Callable[[str], Walk]]:
    """A walk by language: a patient's screen has the language of the settings, so each has a server. The one before
    ends: a page that nobody looks at any more would go on showing the person on the plate.
    """
    open_: list[Walk] = []

    def end() -> None:
        while open_:
            one = open_.pop()
            one.context.close()
            one.server.stop()
            one.feeder.close()

    def of(language: str) -> Walk:
        if not open_ or open_[-1].language != language:
            end()
            folder = tmp_path_factory.mktemp(language)
            feeder = make_feeder(folder)
            feeder.start()
            server = serve(folder, folder, free_port(), (language, language))
            open_.append(Walk(browser, feeder, server, language))
        return open_[-1]

    yield of
    end()


@pytest.mark.browser
@pytest.mark.parametrize("state", states.STATES, ids=lambda state: state.name)
@pytest.mark.parametrize("language", MARKS)
def test_all_words_are_the_catalogues_and_nothing_breaks(walk, language, state):
    page = walk(language).to(state)
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == RTL else "ltr")
    seen = {}
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        seen[size] = page.evaluate(LOOK), page.evaluate(BROKEN)
    if state.frame:
        page.close()
    for size, (texts, broken) in seen.items():
        assert len(texts) > 3
        assert {text: left for text in texts if (left := foreign(text, language))} == {}, size
        assert [text for text in texts if "{" in text or "}" in text] == [], size
        assert broken == [], size


def test_the_gate_sees_what_is_not_of_the_catalogue():
    assert foreign("[Ŵĥö ~]", LONG) == ""
    assert foreign("700\u00a0[Ñ ~]", LONG) == ""
    assert foreign("[a {b [c]} d] · [e]", LONG) == ""
    assert foreign("Result", LONG) == "Result"
    assert foreign("[Ŕ ~] of 3 [x]", LONG) == "of 3"
    assert foreign("\u202eŔ\u202c 12", RTL) == ""
    assert foreign("\u202eŔ\u202cP08\u202eŔ\u202c", RTL) == ""
    assert foreign("\u202eŔ\u202cPatient P08", RTL) == "Patient P08"
    assert foreign("\u202eŔ\u202cP08 for", RTL) == "P08 for"


ENGLISH = re.compile(r"\b[a-z]{3,} [a-z]{3,}\b")
AUTHORED_LINES = {"consent": 3, "patient-stopped": 1, "quick-question": 1, "quick-something": 2}
"""How many lines stand in the confirmed language, too, on these pages."""


@pytest.mark.browser
@pytest.mark.parametrize("name", ["home", "therapist-form", *AUTHORED_LINES])
def test_arabic_runs_from_the_right_whole_and_beside_what_is_confirmed(walk, name):
    (state,) = (one for one in states.STATES if one.name == name)
    page = walk("ar").to(state)
    assert (page.locator("html").get_attribute("dir"), page.locator("html").get_attribute("lang")) == ("rtl", "ar")
    for viewport in SIZES.values():
        page.set_viewport_size(viewport)
        texts, broken = page.evaluate(LOOK), page.evaluate(BROKEN)
        assert broken == []
        assert [text for text in texts if ENGLISH.search(re.sub("`[^`]*`", "", text))] == []
    assert page.locator("#stop").get_attribute("data-confirmed") == "STOP"
    assert page.locator("[lang=en]:not(button):visible").count() == AUTHORED_LINES.get(name, 0)
    if name == "therapist-form":
        left, right = (page.locator(f"label.leg:has([value={leg}])").bounding_box() for leg in ("left", "right"))
        assert left["x"] < right["x"], "LEFT lies on the left in every language"


NARROW = (
    *(
        ("de", name)
        for name in ("quick-result", "therapist-wrong", "therapist-hold", "therapist-confirm", "technician-ill")
    ),
    *(("es", name) for name in ("therapist-form", "quick-runs")),
)
"""With words beside each other, and numbers that were typed or measured."""


@pytest.mark.browser
@pytest.mark.parametrize(("language", "name"), NARROW)
def test_no_long_word_of_a_language_runs_into_the_next_on_a_narrow_phone(walk, language, name):
    """The pseudo-language's words have other lengths than those of a language: two of them overlapped."""
    (state,) = (one for one in states.STATES if one.name == name)
    page = walk(language).to(state)
    for width in (320, 360, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate(BROKEN) == [], width


@pytest.mark.browser
def test_on_the_patients_screen_stop_covers_no_mark_of_the_language(walk):
    """Where no other word stands beside STOP it was higher than its room."""
    (state,) = (one for one in states.STATES if one.name == "patient-hold")
    page = walk("es").to(state)
    page.set_viewport_size(SIZES["screen"])
    assert page.evaluate(BROKEN) == []


TORN = r"""() => {
  const torn = [];
  const range = document.createRange();
  const lines = () => new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size;
  for (const place of document.querySelectorAll(".words")) {
    const walk = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      range.selectNodeContents(walk.currentNode);
      if (lines() < 2) continue; // not a word of what is hidden, or stands in one line, is torn
      for (const { 0: word, index } of walk.currentNode.textContent.matchAll(/\S+/g)) {
        range.setStart(walk.currentNode, index);
        range.setEnd(walk.currentNode, index + word.length);
        if (lines() > 1) torn.push(word);
      }
    }
  }
  return torn;
}"""
"""Words that go on in the next line, or whose full stop does."""


@pytest.mark.browser
@pytest.mark.parametrize("name", ["technician", "technician-hold"])
def test_no_word_of_a_state_is_torn_from_its_full_stop(walk, name):
    (state,) = (one for one in states.STATES if one.name == name)
    page = walk("de").to(state)
    for width in (320, 360, 390, 412, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate(TORN) == [], width
