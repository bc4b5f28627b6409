"""What a clinic sees of a new station, from the first power on to a paired phone: docs/pictures/first-start.png.

The screens are those of a station that was just started with an empty folder, on the simulated rig, as a browser shows
them; the waiting page is the one that the kiosk opens before the station answers.
"""

from __future__ import annotations

import sys
from base64 import b64encode
from html import escape
from typing import NamedTuple

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from benchmarks.running import station
from drawings.pictures import CHROMIUM, FOLDER, PATIENCE_S
from station_install.please_wait import page as waiting_page
from station_install.words import Words

PROJECT = FOLDER.parents[1]
FILE = FOLDER / "first-start.png"
STYLE = (
    "body{margin:0;padding:16px;font:20px/1.35 'DejaVu Sans',sans-serif;background:#fff;color:#111;width:1328px;"
    "display:grid;grid-template-columns:1fr 1fr;gap:16px}figure{margin:0}img{width:100%;border:1px solid #888}"
)


class Screen(NamedTuple):
    """One picture of the sheet: an address of the station, or `html` of its own."""

    says: str
    path: str = ""
    html: str = ""


def main() -> int:
    """Start a station that is new, photograph its first screens, and write the sheet. Returns the exit code."""
    screens = (
        Screen(
            "1. Power on: the station's screen, until the pages answer", html=waiting_page(Words(PROJECT, "en"), 8080)
        ),
        Screen("2. The patient's screen, nobody has stood on it yet", "/patient"),
        Screen("3. The technician's page: what is not done yet is said", "/technician"),
        Screen("4. At the station's screen: PINs of the manager and the roles", "/technician/people"),
        Screen("5. Pairing a phone from the station's screen", "/pair"),
        Screen("6. The therapist's page: today, nobody yet", "/therapist/today"),
    )
    with station() as server, sync_playwright() as playwright:
        server.pages_after_s("/healthz")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shown = [(one.says, _photograph(browser, server.url, one)) for one in screens]
        page = browser.new_page(viewport=ViewportSize(width=1360, height=800))
        page.set_content(f"<!doctype html><style>{STYLE}</style>{''.join(_figure(*one) for one in shown)}")
        page.screenshot(path=FILE, full_page=True)
        browser.close()
    sys.stdout.write(f"docs/pictures/{FILE.name}: {FILE.stat().st_size // 1000} kB\n")
    return 0


def _photograph(browser: Browser, url: str, screen: Screen) -> bytes:
    page = browser.new_page(viewport=ViewportSize(width=1280, height=720))
    if screen.html:
        page.set_content(screen.html)
    else:
        page.goto(url + screen.path)
        page.wait_for_selector("body[data-freshness=live], body:not([data-freshness])", timeout=PATIENCE_S * 1e3)
        page.wait_for_load_state("networkidle" if "technician" in screen.path else "load")
    taken = page.screenshot()
    page.close()
    return taken


def _figure(says: str, picture: bytes) -> str:
    return f'<figure><img src="data:image/png;base64,{b64encode(picture).decode()}">{escape(says)}</figure>'


if __name__ == "__main__":
    sys.exit(main())
