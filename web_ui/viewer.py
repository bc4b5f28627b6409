"""`python -m web_ui.viewer RECORDING OUT` writes one file (HTML) that replays what the patient saw, anywhere and
without a network: the pages' own drawing, the scenes and the point of the recording, and the words of one language.

A fault is a line of JSON on the error stream, as of `station.exchange.making`.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from station.clock import NS_PER_MS, NS_PER_S, live_in
from station.faults import StationError, as_json
from station.recording.disk import storage_error
from station.recording.reader import Recording, read_recording
from station.recording.rigs import SIMULATED
from station.recording.scenes import scenes_of, shapes_at
from station.texts import Texts, choose
from station.wire.scene import pack_scene
from web_ui.scene import scene_view

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'(from|import) "\./([a-z-]+)\.js"')
_MS_A_POINT = 20
"""50 points a second: as many as the pages show."""
_PLAIN = {"view": "quiet", "turn": 0, "centre_x": 0, "centre_y": 0, "dot": "live", "outcome": "", "slots": []}
"""Where the screen had no scene: the point alone."""


def viewer_of(recording: Recording, texts: Texts, patient: str = "") -> str:
    """The page for this recording, in the language of these texts; of this patient, where the code was corrected."""
    header = recording.header
    loader = Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=select_autoescape())
    document = header.get("document") or {}
    key = f"drill.{header.get('drill')}.title"
    started = datetime.fromtimestamp(int(header.get("started_wall_ns") or 0) // NS_PER_S)
    year, month, day, hour, minute = started.strftime("%Y %m %d %H %M").split()
    title = texts.say(
        "page.viewer.title",
        patient=patient or str(header.get("patient") or ""),
        drill=texts.say(key) if texts.has(key) else str(document.get("title") or header.get("drill") or ""),
        at=texts.say("page.all.date-time", year=year, month=month, day=day, hour=hour, minute=minute),
    )
    words = texts.beginning_with("page.all.", "page.viewer.", "page.patient.", "scene.")
    return loader.get_template("viewer.html").render(
        texts=texts,
        say=texts.say,
        title=title,
        style=Markup((_HERE / "static" / "css" / "tokens.css").read_text(encoding="utf-8")),  # noqa: S704  # our own
        modules={"imports": _modules("viewer")},
        words={"texts": words, "forms": texts.plural_forms(100)},
        recording=_played(recording),
        unreal=header.get("rig") in SIMULATED,
        cut=recording.truncated,
    )


def _modules(first: str) -> dict[str, str]:
    """This script and all that it imports, each as an address that holds it."""
    found: dict[str, str] = {}
    waiting = [first]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        text = (_HERE / "static" / "js" / f"{name}.js").read_text(encoding="utf-8")
        waiting += [other for _, other in _IMPORT.findall(text)]
        bare = _IMPORT.sub(r'\1 "\2"', text)
        found[name] = f"data:text/javascript;base64,{base64.b64encode(bare.encode()).decode()}"
    return found


def _played(recording: Recording) -> dict[str, Any]:
    """Points in mm, 50 a second (null where nobody knows it), scenes by what is other than in the one before, tries."""
    samples = recording.samples
    t_ms = (samples["t_ns"] - (samples["t_ns"][0] if len(samples) else 0)) // NS_PER_MS
    wanted = np.arange(0, (int(t_ms[-1]) if len(samples) else 0) + 1, _MS_A_POINT)
    rows = samples[np.searchsorted(t_ms, wanted, side="right") - 1] if len(samples) else samples
    start_ns = int(samples["t_ns"][0]) if len(samples) else 0
    pairs = np.column_stack([rows["cop_ml_mm"], rows["cop_ap_mm"]]).astype(float).round(2).tolist()
    points = [one if all(np.isfinite(one)) else None for one in pairs]
    tries = [
        {"number": event["trial"], "at": max(0, (event["t_ns"] - start_ns) // NS_PER_MS)}
        for event in recording.events
        if event["kind"] == "trial-started"
    ]
    return {"points": points, "scenes": _scenes(recording, start_ns), "tries": tries, "plain": _PLAIN}


def _scenes(recording: Recording, start_ns: int) -> list[list[Any]]:
    found: list[list[Any]] = []
    before: dict[str, Any] = {}
    for _, t_ns, scene in scenes_of(recording.samples):
        view = scene_view(pack_scene(scene), shapes_at(recording.events, t_ns))
        now = {} if view is None else view.model_dump(mode="json")
        changed = {name: value for name, value in now.items() if before.get(name) != value}
        found.append([(t_ns - start_ns) // NS_PER_MS, changed if now else None])
        before = now
    return found


def main(arguments: list[str] | None = None) -> int:
    """Write the file that the arguments ask for. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m web_ui.viewer", description=main.__doc__)
    parser.add_argument("recording", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--language", default="en")
    parser.add_argument("--patient", default="")
    parser.add_argument("--zone", default="")
    asked = parser.parse_args(arguments)
    live_in(asked.zone)
    try:
        page = viewer_of(read_recording(asked.recording), Texts(choose(asked.language)), asked.patient)
        try:
            asked.out.write_text(page, encoding="utf-8")
        except OSError as problem:
            raise storage_error(problem, asked.out) from problem
    except StationError as problem:
        problems = [as_json(one) for one in problem.problems]
        sys.stderr.write(json.dumps({"code": problem.code, "where": problem.where, "problems": problems}) + "\n")
        return problem.fault.exit_code or 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
