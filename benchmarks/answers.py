"""How long somebody waits: for a page that can be used, for a result after the last trial, for a report.

A real station on the simulated rig and Debian's Chromium, and what a person would do: start it, open the therapist's
page, run a short drill, open its report.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from typing import Any, NamedTuple

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.common import Verdict, at_most, percentile, table
from benchmarks.drawing import CHROMIUM
from benchmarks.pages import PAGES
from benchmarks.running import Server, station
from station.wire.places import EVENTS_RING
from station.wire.ring import RingReader

DRILL = {"patient": "P01", "drill": "quiet-stance", "leg": "both", "hold_s": 5, "trials": 1}
BROWSER = {"Content-Type": "application/json", "Cookie": f"station_client={'ab' * 16}"}
"""A file is for the browser that asked for it."""
TIMES = 5
GOAL_USABLE_S, GOAL_RESULT_S, GOAL_REPORT_S = 2.5, 2.0, 1.0
REPORTS = ("assessment", "progress", "visit")
PATIENCE_MS = 120e3
YARDSTICK = (sys.executable, "-c", "import numpy, flask")
"""What a process costs that does nothing of the station's."""
FIGURES = """() => new Promise((done) => {
  const look = () => {
    const cells = [...document.querySelectorAll("#result-rows tr td:nth-child(4)")];
    if (cells.length === 0 || cells.some((cell) => !/[0-9]/.test(cell.textContent))) return;
    done(performance.timeOrigin + performance.now());
    watch.disconnect();
  };
  const watch = new MutationObserver(look);
  watch.observe(document.getElementById("result"), { subtree: true, childList: true, characterData: true });
})"""


class Waited(NamedTuple):
    """Seconds that somebody waited, and what the process for it took of the processor; NaN where it had none."""

    s: float
    cpu_s: float = float("nan")


def ask(url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """The answer of the station's API, as JSON."""
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, BROWSER)) as answer:
        said: dict[str, Any] = json.load(answer)
    return said


def usable_s(server: Server, browser: Browser) -> float:
    """From the command to a therapist's page that is live."""
    page = browser.new_page()
    server.pages_after_s("/therapist/drill")  # a browser that asks again and again would take a core from the station
    page.goto(f"{server.url}/therapist/drill", wait_until="commit")
    page.locator("body[data-freshness=live]").wait_for(timeout=PATIENCE_MS)
    taken_s = time.monotonic() - server.started_s
    page.close()
    return taken_s


def last_trial_s(server: Server) -> float:
    """When the newest trial of the station ended, as Unix time."""
    ring = RingReader(server.runtime / EVENTS_RING)
    try:
        events = [json.loads(payload) for _, payload in ring.since(0).records]
    finally:
        ring.close()
    ended_ns = max(event["t_ns"] for event in events if event["kind"] == "trial-ended")
    return float(ended_ns + time.time_ns() - time.monotonic_ns()) / 1e9


def result_s(server: Server, page: Page) -> float:
    """From the end of a drill's last trial to its figures on the phone."""
    page.goto(f"{server.url}/therapist/drill")
    page.locator("body[data-freshness=live]").wait_for(timeout=PATIENCE_MS)
    ask(f"{server.url}/api/v1/drill/start", DRILL)
    page.locator("body[data-mode=running]").wait_for(timeout=PATIENCE_MS)
    shown_s: float = page.evaluate(FIGURES) / 1e3
    return shown_s - last_trial_s(server)


def report_s(server: Server, kind: str) -> Waited:
    """From the request to the PDF at hand; processor time of the station's processes meanwhile."""
    before_s, cpu_s = time.monotonic(), _cpu_s(server)
    paper = ask(f"{server.url}/api/v1/patients/P01/papers", {"kind": kind, "language": "en"})["id"]
    while (state := ask(f"{server.url}/api/v1/papers/{paper}"))["state"] == "waiting":
        time.sleep(0.01)
    if state["state"] != "ready":
        raise ChildProcessError(f"no report: {state}")
    wanted = urllib.request.Request(f"{server.url}/api/v1/papers/{paper}/file", headers=BROWSER)
    with urllib.request.urlopen(wanted) as file:
        file.read()
    return Waited(time.monotonic() - before_s, _cpu_s(server) - cpu_s)


def _cpu_s(server: Server) -> float:
    """Of the web process, and of its children that have ended."""
    total = 0.0
    for process in [server.child("web"), *server.child("web").children()]:
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def yardstick() -> Waited:
    """A process that starts, imports what everybody has, and ends."""
    before_s = time.monotonic()
    running = psutil.Popen(YARDSTICK, stdout=subprocess.DEVNULL)
    running.wait()
    return Waited(time.monotonic() - before_s)


def main(*, short: bool = False) -> list[Verdict]:
    """Print the table."""
    times = 1 if short else TIMES
    bare_s = percentile([yardstick().s for _ in range(times)], 50)
    seen: dict[str, list[Waited]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for _ in range(times - 1):
            with station() as server:
                seen.setdefault("from the command to a live page", []).append(Waited(usable_s(server, browser)))
        with station() as server:
            seen.setdefault("from the command to a live page", []).append(Waited(usable_s(server, browser)))
            page = browser.new_page(viewport=PAGES["therapist"][1])
            seen["from the last trial to its figures"] = [Waited(result_s(server, page)) for _ in range(times)]
            for kind in REPORTS[:1] if short else REPORTS:
                seen[f"report: {kind}"] = [report_s(server, kind) for _ in range(times)]
        browser.close()
    rows = [
        [
            name,
            percentile([one.s for one in waited], 50),
            max(one.s for one in waited),
            percentile([one.cpu_s for one in waited], 50),
            percentile([one.s for one in waited], 50) / bare_s,
        ]
        for name, waited in seen.items()
    ]
    print(table(["", "p50 s", "worst s", "processor s", "p50 by a bare process"], rows))
    print(f"\nA process that imports numpy and flask and ends: {bare_s:.2f} s.")
    goals = [GOAL_USABLE_S, GOAL_RESULT_S, *[GOAL_REPORT_S] * (len(seen) - 2)]
    return [
        at_most(f"{name}, p50", percentile([one.s for one in waited], 50), goal_s, "s")
        for (name, waited), goal_s in zip(seen.items(), goals, strict=True)
    ]


if __name__ == "__main__":
    main()
