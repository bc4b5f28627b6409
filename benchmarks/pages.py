"""What the live pages of a running station cost their browser, and how old what they show is.

A real station on the simulated rig, a drill with a moving scene, Debian's Chromium. The patient's screen and the
therapist's phone each follow it, as fast as this computer is and slowed down to a sixth. Counted in the page: the
script of each message and of each frame that is drawn, all of it, and which sample was on the screen when. A sample's
time is that of its oldest cell, by the station's own ring: the page is not asked how old it believes it to be.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from playwright.sync_api import Page, ViewportSize, sync_playwright

from benchmarks.common import Verdict, at_least, at_most, percentile, table
from benchmarks.drawing import CHROMIUM, PATIENCE_MS, SLOWED, isolated
from benchmarks.loop_jitter import collect
from benchmarks.running import Server, station

DRILL = {"patient": "P01", "drill": "follow-the-leader", "leg": "both"}
PAGES = {
    "patient": ("/patient", ViewportSize(width=1920, height=1080)),
    "therapist": ("/therapist/drill", ViewportSize(width=390, height=844)),
}
SECONDS, SHORT_SECONDS = 20.0, 1.0
SETTLES_S = 3.0
"""Before it is counted: the page's code is compiled by then, and somebody stands on the plate."""
GOAL_FRAMES, GOAL_SCREEN_MS, GOAL_PHONE_MS, GOAL_LAG_MS = 57.0, 6.0, 3.0, 100.0
GOAL_TAIL = 1.5
"""A browser is slowed down by being stopped, and who else wants the core stops it too: work that is always the same
has a tail as well, and that of the script may be half as long again.
"""
NS_PER_MS = 1e6
FLAGS = ["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"]
"""A page that was served alone in its process is to reach this computer's stream."""

COUNT = """() => {
  const seen = window.seen = { script: 0, yard: [], frames: [], painted: [], seq: null, drawn: null };
  const timed = (work) => function (...given) {
    const before = performance.now();
    try { return work.apply(this, given); } finally { seen.script += performance.now() - before; }
  };
  const listen = WebSocket.prototype.addEventListener;
  WebSocket.prototype.addEventListener = function (kind, work, ...more) {
    if (kind !== "message") return listen.call(this, kind, work, ...more);
    const heard = timed(work);
    return listen.call(this, kind, (event) => {
      heard.call(this, event);
      seen.seq = /"seq":([0-9]+)/.exec(event.data)?.[1] ?? seen.seq; // outside what is timed
    }, ...more);
  };
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (work) => ask(timed(work));
  const text = JSON.stringify(Array.from({ length: 250 }, (_, at) => [at, at / 7]));
  const after = new MessageChannel(); // what is posted in a frame is answered when the frame has been handed on
  after.port1.onmessage = ({ data }) => seen.painted.push([data, performance.timeOrigin + performance.now()]);
  const frame = () => {
    ask(frame);
    seen.frames.push(seen.script);
    seen.script = 0;
    if (seen.seq !== null && seen.seq !== seen.drawn) {
      seen.drawn = seen.seq;
      after.port2.postMessage(Number(seen.seq));
    }
    const before = performance.now();
    for (let turn = 0; turn < 10; turn += 1) JSON.parse(text);
    seen.yard.push((performance.now() - before) / 10);
  };
  ask(frame);
}"""


class Seen(NamedTuple):
    """What a page did over a while."""

    frames_per_s: float
    """Frames with another sample than the one before."""
    script_ms: list[float]
    """Of each frame that was drawn, with the messages that came before it."""
    parse_ms: list[float]
    """The browser's own JSON.parse of 250 pairs, ten times in each frame: the yardstick."""
    lag_ms: list[float]
    """From the conversion of a sample's oldest cell to the frame that shows it being handed on to the screen."""


@contextmanager
def opened(url: str, path: str, size: ViewportSize, slowed: int) -> Iterator[Page]:
    """The page in a browser of its own, so many times slowed down, and counting."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport=size)
        page.set_default_timeout(PATIENCE_MS)
        page.add_init_script(f"({COUNT})()")
        page.route(f"**{path}", isolated)
        page.goto(url + path)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        try:
            yield page
        finally:
            browser.close()


def look_at(server: Server, page: Page, seconds: float) -> Seen:
    """Count for so long. The page must be open, and a drill on."""
    page.wait_for_timeout(1e3 * min(SETTLES_S, seconds))
    page.evaluate("() => { for (const list of ['frames', 'yard', 'painted']) seen[list].length = 0; }")
    samples: list[Any] = []
    reader = threading.Thread(target=lambda: samples.extend(collect(server, seconds + 1.0)))
    reader.start()
    page.wait_for_timeout(1e3 * seconds)
    seen = page.evaluate("() => seen")
    reader.join()
    wall_less_monotonic_ns = time.time_ns() - time.monotonic_ns()
    cell_ns = {sample.seq: sample.t_ns - sample.oldest_cell_ms * NS_PER_MS for sample in samples}
    lags = [
        at_ms - (cell_ns[seq] + wall_less_monotonic_ns) / NS_PER_MS for seq, at_ms in seen["painted"] if seq in cell_ns
    ]
    drawn = [took for took in seen["frames"] if took > 0.0]
    return Seen(len(seen["painted"]) / seconds, drawn, seen["yard"], lags)


def start_drill(server: Server) -> None:
    """The drill whose goal moves all the time."""
    headers = {"Content-Type": "application/json"}
    body = json.dumps(DRILL).encode()
    with urllib.request.urlopen(
        urllib.request.Request(f"{server.url}/api/v1/drill/start", body, headers), timeout=30
    ) as answer:
        answer.read()


def main(*, short: bool = False) -> list[Verdict]:
    """Print the table."""
    rows: list[list[object]] = []
    seen: dict[tuple[str, int], Seen] = {}
    for name, (path, size) in PAGES.items():
        for slowed in (SLOWED,) if short else (1, SLOWED):
            with station() as server:
                server.pages_after_s("/healthz")
                with opened(server.url, path, size, slowed) as page:
                    start_drill(server)
                    one = look_at(server, page, SHORT_SECONDS if short else SECONDS)
            seen[name, slowed] = one
            rows.append(
                [
                    name,
                    slowed,
                    one.frames_per_s,
                    *(percentile(one.script_ms, share) for share in (50, 95, 99)),
                    percentile(one.script_ms, 50) / percentile(one.parse_ms, 50),
                    percentile(one.parse_ms, 95) / percentile(one.parse_ms, 50),
                    *(percentile(one.lag_ms, share) for share in (50, 95, 99)),
                ]
            )
    head = ["page", "slowed", "frames/s", "script p50 ms", "p95", "p99", "p50 by one parse", "parse p95 by p50"]
    head += ["lag p50 ms", "p95", "p99"]
    print(table(head, rows))
    screen = seen["patient", SLOWED if short else 1]
    verdicts = [
        at_least("frames a second on the patient's screen", screen.frames_per_s, GOAL_FRAMES, ""),
        at_most("from the cell to the painted frame, p99", percentile(screen.lag_ms, 99), GOAL_LAG_MS, "ms"),
    ]
    for name, goal_ms in (("patient", GOAL_SCREEN_MS), ("therapist", GOAL_PHONE_MS)):
        one = seen[name, SLOWED]
        tail, lag_ms = _tail(one.script_ms) / _tail(one.parse_ms), percentile(one.lag_ms, 95)
        verdicts += [
            at_most(f"{name}: script of a frame, {SLOWED}x slower, p50", percentile(one.script_ms, 50), goal_ms, "ms"),
            at_most(f"{name}: its p95 by p50, against the yardstick's", tail, GOAL_TAIL, "x"),
            at_most(f"{name}: from the cell to the frame, {SLOWED}x slower, p95", lag_ms, GOAL_LAG_MS, "ms"),
        ]
    return verdicts


def _tail(values: list[float]) -> float:
    return percentile(values, 95) / percentile(values, 50)


if __name__ == "__main__":
    main()
