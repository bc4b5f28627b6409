"""A therapist's own drills on the phone: copied, changed, refused at the field, previewed, saved as a file, removed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from drills.changing import copy_of
from drills.library import catalogue_names
from drills.ranges import ranges
from station.texts.texts import Texts

if TYPE_CHECKING:
    from tests.web_ui.conftest import Server

PREVIEW_S = 150.0
"""A process of its own, at the least priority."""
ENDS = {"default", "min", "max", "default_s", "min_s", "max_s"}


@pytest.mark.browser
def test_from_the_copy_to_a_version_that_may_be_used_and_away_again(visit, served: Server, tmp_path: Path):
    page = visit("/therapist/drills")
    expect(page.locator("#none")).to_contain_text("None yet")
    page.get_by_label("Which drill").select_option("one-leg")
    page.get_by_label("Name of the copy").fill("One Leg")
    page.get_by_role("button", name="Copy and change").click()
    expect(page.locator("#name-problem")).to_contain_text("small letters")
    page.get_by_label("Name of the copy").fill("mine")
    page.get_by_role("button", name="Copy and change").click()
    page.wait_for_url(re.compile("/therapist/drills/mine$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("(mine)")
    expect(page.locator("#save")).to_be_disabled()
    page.get_by_label("Tries, at most").fill("40")
    expect(page.get_by_label("Tries, at most")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[id='own-trials.max-problem']")).to_contain_text("20")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.locator("#save").click()
    expect(page.get_by_label("Tries, at most")).to_be_focused()
    page.get_by_label("Tries, at most").fill("4")
    page.get_by_label("Tries, as offered").fill("1")
    page.get_by_label("Time of a try, as offered (s)").fill("5")
    page.get_by_label("Rest between tries (s)").fill("1,5")
    expect(page.locator("#changed")).to_have_text("4 values changed")
    expect(page.locator("[id='own-trials.max-shipped']")).to_have_text("in the original drill: 5")
    expect(page.locator("[id='own-trials.min-shipped']")).to_be_hidden()
    expect(page.locator("#preview")).to_be_disabled()
    page.locator("#save").click()
    expect(page.locator("#saved")).to_have_text("Version 2 is saved.")
    expect(page.locator("[id='own-trials.max-shipped']")).to_have_text("in the original drill: 5")  # after a save too
    page.locator("#preview").click()
    expect(page.locator("#tried")).to_contain_text("may be used", timeout=1000 * PREVIEW_S)
    expect(page.locator("#trials li").first).to_contain_text("held, 5")
    page.locator("#more summary").click()
    with page.expect_download() as saved:
        page.locator("#export").click()
    saved.value.save_as(tmp_path / "mine.toml")
    kept = tomllib.loads((tmp_path / "mine.toml").read_text())
    assert (kept["trials"]["max"], kept["own"]["version"]) == (4, 2)
    page.get_by_role("link", name="Own drills").click()
    expect(page.locator("#list a")).to_contain_text("May be used")
    page.locator("#import summary").click()
    page.get_by_label("File (.toml)").set_input_files(tmp_path / "mine.toml")
    page.get_by_label("Under another name").fill("second")
    page.get_by_role("button", name="Take it in").click()
    page.wait_for_url(re.compile("/therapist/drills/second$"))
    expect(page.locator("#tried")).to_contain_text("not previewed")
    page.locator("#more summary").click()
    page.get_by_role("button", name="Remove this drill").click()
    page.get_by_role("button", name="Yes, remove").click()
    page.wait_for_url(re.compile("/therapist/drills$"))
    expect(page.locator("#list a")).to_have_count(1)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_value_of_every_drill_has_a_name_and_every_choice_words(language: str):
    texts = Texts(language)
    known = texts.beginning_with("page.own.")
    for drill in catalogue_names():
        for field in ranges(copy_of(drill, "mine")):
            names = field.path.split(".")
            names = names[:-1] if names[-1] in ENDS else names
            keys = {f"page.own.key.{'.'.join(names[-2:])}", f"page.own.key.{names[-1]}"}
            assert keys & set(known), (drill, field.path)
            assert [one for one in field.choices if f"page.own.word.{one}" not in known] == [], (drill, field.path)
