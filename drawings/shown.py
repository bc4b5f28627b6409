"""What stands behind docs/shown.md: reports as pictures, every page in three languages, what axe and the validators of
FHIR found.

`make shown` makes a demo (or takes the one of `ARGS="FOLDER"`), starts a station on it, and writes the page anew. It
fails where axe or a validator finds anything.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has no types
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from werkzeug.routing import Rule

from benchmarks.answers import ask
from benchmarks.common import table
from benchmarks.running import Server, station
from drawings.pictures import CHROMIUM, FOLDER
from station.cli import main as command
from station.processes.demo import CODE
from station.reports.facts import Wanted, facts_of
from station.reports.pages import document_of
from station.reports.printing import pictures_of
from station.texts import Texts
from web_ui.app import create_app

DOC = FOLDER.parent / "shown.md"
REPORTS = {"assessment": "Assessment", "progress": "Progress", "visit": "Visit", "handout": "Hand-out"}
DOTS_PER_INCH = 60.0
LANGUAGES = {"de": "German", "ar": "Arabic", "zh": "Chinese"}
PHONE, SCREEN = ViewportSize(width=390, height=844), ViewportSize(width=1920, height=1080)
SCALE, SHEET_WIDTH = 0.34, 1020
STYLE = "body{margin:8px;display:flex;flex-wrap:wrap;gap:8px;background:#667}img{height:287px}"
BROKEN = """() => [...document.querySelectorAll("button, .button")].flatMap((one) => {
  if (!one.checkVisibility()) return [];
  const broken = [];
  const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    for (const { 0: word, index } of texts.currentNode.data.matchAll(/[^\\s\\u200b\\u00ad-]+/g)) {
      if (/\\p{Script=Han}/u.test(word)) continue; // has no spaces: a line may end anywhere
      const range = document.createRange();
      range.setStart(texts.currentNode, index);
      range.setEnd(texts.currentNode, index + word.length);
      if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(word);
    }
  }
  return broken;
})"""
"""Words on buttons that go on in the next line."""
IMPACTS = ("minor", "moderate", "serious", "critical")
WORDS = """# What was looked at

Written by `make shown`, of the made-up patient of `station demo`: visits on the simulated rig. It fails where axe or a
validator finds anything.

## Reports

The watermark of each says that its data are simulated.

{reports}

## Every page in three languages

{sheets}

## FHIR

The patient's bundle (`station export --format fhir`), by `fhir.resources` (R4B) as a whole and by `pyfhircheck` each
resource; the tests hold its invariants and units as well ([exchange](exchange.md#fhir)).

{fhir}

## axe

The rules of axe-core, all of them, on every page with that patient's records behind it. The tests ask the same of the
pages in some sixty states.

{axe}
"""
GONE = "gone"
"""A name that nobody has, in the address of a page that is for one visit only."""


class Looked(NamedTuple):
    """What axe found on a page."""

    page: str
    passed: int
    """Rules that hold."""
    found: Counter[str]
    """Findings by impact."""


def page_rules() -> Iterator[Rule]:
    """The address of every page, with its placeholders."""
    with tempfile.TemporaryDirectory() as runtime, tempfile.TemporaryDirectory() as data:
        for rule in create_app(Path(runtime), Path(data)).url_map.iter_rules():
            is_page = rule.endpoint.startswith("pages.") and "." not in rule.rule  # the others are files
            if is_page and "GET" in (rule.methods or ()):
                yield rule


def addresses(names: Mapping[str, str]) -> list[str]:
    """Every page's address with these names in it. Raises KeyError where a page has a placeholder of another name."""
    found = []
    for rule in page_rules():
        address = rule.rule
        for argument in rule.arguments:
            address = address.replace(f"<string:{argument}>", names[argument])
        found.append(address)
    return sorted(found)


def names_of(server: Server) -> dict[str, str]:
    """Who and what the pages are about."""
    session = ask(f"{server.url}/api/v1/sessions?limit=1&patient={CODE}")["sessions"][0]
    visit = ask(f"{server.url}/api/v1/patients/{CODE}/visits")["visits"][0]
    own = ask(f"{server.url}/api/v1/own-drills", {"origin": "one-leg", "name": "p-mine"})
    return {
        "code": CODE,
        "session": session["id"],
        "visit": visit["id"],
        "name": own.get("name", "p-mine"),
        "token": GONE,
    }


def opened(browser: Browser, server: Server, address: str, language: str, scale: float = 1.0) -> Page:
    """The page, once what it asks for has come."""
    size = SCREEN if address == "/patient" else PHONE
    context = browser.new_context(viewport=size, device_scale_factor=scale)
    context.add_cookies([{"name": "station_language", "value": language, "url": server.url}])
    page = context.new_page()
    page.goto(server.url + address)
    page.wait_for_load_state("networkidle")
    return page


def sheet(browser: Browser, server: Server, pages: list[str], language: str) -> tuple[bytes, list[str]]:
    """A picture of every page in this language, and which words on buttons are broken on it."""
    body, broken = "", []
    for address in pages:
        page = opened(browser, server, address, language, SCALE)
        broken += [f"{language} {address}: {word}" for word in page.evaluate(BROKEN)]
        body += f"<img src='data:image/png;base64,{base64.b64encode(page.screenshot()).decode()}'>"
        page.context.close()
    page = browser.new_page(viewport=ViewportSize(width=SHEET_WIDTH, height=100))
    page.set_content(f"<style>{STYLE}</style>{body}")
    picture = page.screenshot(full_page=True)
    page.close()
    return picture, broken


def look(browser: Browser, server: Server, address: str) -> Looked:
    """What axe, with every rule of its own, says of a page."""
    page = opened(browser, server, address, "en")
    answer = Axe().run(page).response
    page.context.close()
    found = Counter(str(one["impact"]) for one in answer["violations"] for _ in one["nodes"])
    return Looked(address.replace(GONE, "..."), len(answer["passes"]), found)


def validated(data: Path) -> list[list[object]]:
    """[resource, how many, errors of fhir.resources, errors and warnings of pyfhircheck], of the patient's bundle."""
    from fhir.resources.R4B.bundle import Bundle
    from pyfhircheck import Validator

    out = data.parent / "bundle.json"
    asked = ["export", "--format", "fhir", "--data", str(data), "--patient", CODE, "--out", str(out)]
    done = CliRunner().invoke(command, asked, catch_exceptions=False)
    if done.exit_code:
        raise ChildProcessError(done.output)
    bundle = json.loads(out.read_text("utf-8"))
    Bundle.model_validate(bundle)
    kinds = Counter(one["resource"]["resourceType"] for one in bundle["entry"])
    said: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
    for one in bundle["entry"]:
        for issue in Validator().validate_resource(one["resource"]).issues:
            said[one["resource"]["resourceType"]][issue.severity.value] += 1
    return [[kind, kinds[kind], 0, said[kind]["error"], said[kind]["warning"]] for kind in sorted(kinds)]


def reports(data: Path) -> None:
    """Write the first page of each report as a picture."""
    (FOLDER / "reports").mkdir(exist_ok=True)
    for kind in REPORTS:
        first, *_ = pictures_of(document_of(kind, facts_of(Wanted(data, CODE)), Texts()), DOTS_PER_INCH)
        (FOLDER / "reports" / f"{kind}.png").write_bytes(first)


def written(looked: list[Looked], resources: list[list[object]]) -> str:
    """The page."""
    pictures = [f"![{words} report, first page](pictures/reports/{kind}.png)" for kind, words in REPORTS.items()]
    sheets = [f"![Every page in {words}](pictures/languages/{tag}-pages.png)" for tag, words in LANGUAGES.items()]
    axe = [[f"`{one.page}`", one.passed, *(one.found[impact] for impact in IMPACTS)] for one in looked]
    return WORDS.format(
        reports=table(list(REPORTS.values()), [pictures]),
        sheets="\n\n".join(sheets),
        fhir=table(["resource", "in it", "errors of the models", "errors of pyfhircheck", "its warnings"], resources),
        axe=table(["page", "rules that hold", *IMPACTS], axe),
    )


def main(arguments: list[str]) -> int:
    """Write docs/shown.md and its pictures. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("demo", nargs="?", type=Path, help="the folder of a `station demo`")
    given = parser.parse_args(arguments).demo
    with tempfile.TemporaryDirectory() as place:
        data = given or Path(place) / "demo"
        if given is None:
            CliRunner().invoke(command, ["demo", str(data)], catch_exceptions=False)
        reports(data)
        resources = validated(data)
        with station(records=data) as server, sync_playwright() as playwright:
            server.pages_after_s("/healthz")
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            pages = addresses(names_of(server))
            looked = [look(browser, server, address) for address in pages]
            broken = []
            for language in LANGUAGES:
                picture, words = sheet(browser, server, pages, language)
                broken += words
                (FOLDER / "languages" / f"{language}-pages.png").write_bytes(picture)
            browser.close()
    DOC.write_text(written(looked, resources), encoding="utf-8")
    wrong = [one for one in looked if one.found] + [one for one in resources if one[3]]
    sys.stdout.write(f"docs/{DOC.name}: {len(pages)} pages, {len(wrong)} of pages and resources with findings\n")
    sys.stdout.write("".join(f"broken on a button: {one}\n" for one in broken))
    return int(bool(wrong or broken))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
