"""The ten critical tasks by the keyboard alone: whatever a finger touches in `drawings.walks` is reached by Tab here,
and pressed by Enter, Space or an arrow. What cannot be reached so ends the walk.
"""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from drawings.walking import PATIENCE_S, SETTLED_MS, WEIGHT_KG, Step, Walk, well

MOST_TABS = 150
"""On the longest page, once round and some way on."""
_HAS_FOCUS = "one => (one.control ?? one) === document.activeElement"
_IN_GROUP = """one => { const own = one.control ?? one, now = document.activeElement;
  return now?.type === "radio" && now.name === own.name && now.form === own.form; }"""
_IS_RADIO = "one => (one.control ?? one).type === 'radio'"
_IS_TYPED = "one => one.matches('input:not([type=radio], [type=checkbox]), textarea')"
_TICKS = "one => (one.control ?? one).type === 'checkbox'"


class ByKeyboard(Walk):
    """Counts the keys of one task; `taps` are keys here."""

    def tap(self, target: Locator | None, words: str) -> None:
        """Reach it and press it; STOP has a key of its own."""
        if target is None:
            super().tap(None, words)
            return
        expect(target).to_be_visible()
        if target.get_attribute("id") == "stop":
            target.page.keyboard.press("Escape")
            self.steps.append(Step(f"{words}: Escape", 1, 0.0))
            return
        keys = self._reach(target)
        if target.evaluate(_IS_RADIO):
            keys += self._arrows(target)
        elif not target.evaluate(_IS_TYPED):  # who is in a field writes; Enter would send what is not written yet
            target.page.keyboard.press("Space" if target.evaluate(_TICKS) else "Enter")
            keys += 1
        self.steps.append(Step(words, keys, 0.0))

    def go(self, page: Page, *words: str) -> None:
        """As by touch."""
        for said in words:
            link = page.get_by_role("link", name=re.compile(rf"(?!{said}:){said}")).first
            expect(link).to_be_visible(timeout=PATIENCE_S * 1e3)
            page.wait_for_timeout(SETTLED_MS)
            before = page.url
            keys = self._reach(link)
            page.keyboard.press("Enter")
            expect(page).not_to_have_url(before, timeout=PATIENCE_S * 1e3)
            expect(page.locator("body")).to_have_attribute("data-freshness", "live", timeout=PATIENCE_S * 1e3)
            self.steps.append(Step(said, keys + 1, 0.0))

    def type(self, field: Locator, text: str) -> None:
        """As by touch."""
        keys = self._reach(field)
        field.page.keyboard.type(text)
        self.steps.append(Step(f"type {len(text)} letters", keys + len(text), 0.0))

    def retype(self, field: Locator, text: str) -> None:
        """Over all that stood there."""
        keys = self._reach(field)
        field.page.keyboard.press("Control+a")
        field.page.keyboard.type(text)
        self.steps.append(Step(f"type {text}", keys + 1 + len(text), 0.0))

    def choose(self, field: Locator, value: str) -> None:
        """Down, or up, the list."""
        keys = self._reach(field)
        values = field.locator("option").evaluate_all("all => all.map((one) => one.value)")
        steps = values.index(value) - values.index(field.input_value())
        for _ in range(abs(steps)):
            field.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        expect(field).to_have_value(value)
        self.steps.append(Step("choose the drill", keys + abs(steps), 0.0))

    def answer_all(self, page: Page) -> None:
        """As by touch."""
        asked = 0
        while not page.locator("#verdict").is_visible():
            if page.locator("#number-field").is_visible():
                asked += self._reach(page.locator("#number")) + len(WEIGHT_KG)
                page.keyboard.press("Control+a")
                page.keyboard.type(WEIGHT_KG)
            asked += self._reach(well(page)) + 1
            page.keyboard.press("Enter")
            page.wait_for_timeout(SETTLED_MS)
        self.steps.append(Step("answer the questions", asked, 0.0))

    def _reach(self, target: Locator) -> int:
        """By Tab; how often. A group of choices is reached with any of them. Raises LookupError."""
        found = _IN_GROUP if target.evaluate(_IS_RADIO) else _HAS_FOCUS
        for count in range(MOST_TABS):
            if target.evaluate(found):
                return count
            target.page.keyboard.press("Tab")
        raise LookupError(f"{self.name}: {target} cannot be reached by Tab")

    def _arrows(self, target: Locator) -> int:
        """Within a group of choices; how many keys. Raises LookupError."""
        page = target.page
        for count in range(MOST_TABS):
            if target.evaluate(_HAS_FOCUS):
                page.keyboard.press("Space")
                return count + 1
            page.keyboard.press("ArrowRight")
        raise LookupError(f"{self.name}: {target} cannot be chosen by arrows")
