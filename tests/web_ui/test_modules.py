"""A page names all modules that it will need in its head, so that a browser fetches them at once."""

import re
from pathlib import Path

import pytest

from web_ui.modules import needed

STATIC = Path(__file__).parents[2] / "web_ui" / "static" / "js"


def imported(name: str) -> set[str]:
    """What a file, and what that imports, and so on, import."""
    found, left = set(), {name}
    while left:
        text = (STATIC / left.pop()).read_text()
        new = set(re.findall(r'"\./([^"]+\.js)"', text)) - found
        found |= new
        left |= new
    return found


@pytest.mark.parametrize("path", ["/", "/therapist", "/therapist/drill", "/patient", "/technician"])
def test_a_page_names_each_module_that_it_needs_once(client, path):
    page = client.get(path).text
    script = re.search(r'<script type="module" src="/static/\w+/js/([\w-]+\.js)"', page)[1]
    named = re.search(r'data-needs="([^"]*)"', page)[1].split()
    assert len(named) == len(set(named)) > 0
    assert set(named) == imported(script)


@pytest.mark.browser
def test_a_browser_is_told_of_each_module(visit):
    page = visit("/therapist/drill")
    told = page.locator("head link[rel=modulepreload]").evaluate_all("all => all.map((one) => one.href)")
    assert [address.rpartition("/")[2] for address in told] == list(needed("therapist.js"))
    for address in told:
        assert page.request.get(address).ok


def test_a_page_whose_script_is_not_there_names_none():
    assert needed("no-such.js") == ()
    assert "api.js" in needed("therapist.js")
    assert "therapist.js" not in needed("therapist.js")
