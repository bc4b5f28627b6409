"""The preview of a drill in a process of its own, one at a time: the pages load no hardware, nor a simulated one."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path
from typing import Any, NamedTuple

from drills.document import DrillDocument, digest_of
from station.claim import bound
from station.faults import StationError, from_json
from web_ui.service import House

LONGEST_S = 600.0


class RunningPreview(NamedTuple):
    """A preview that was begun."""

    digest: str
    thread: threading.Thread


class Previews:
    """Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: RunningPreview | None = None
        self._refusals: dict[str, StationError] = {}
        """By the document's digest: of the last preview that was not made."""

    def begin(self, data: Path, document: DrillDocument, house: House) -> None:
        """Try this document. Raises StationError "preview-running" while another one is tried."""
        platform = None if house.platform is None else house.platform._asdict()
        asked = {
            "data": str(data),
            "document": document.model_dump(mode="json", by_alias=True),
            "bounds": house.bounds._asdict(),
            "platform": platform,
        }
        digest = digest_of(document)
        with self._lock:
            if self._running is not None and self._running.thread.is_alive():
                raise StationError("preview-running", document.name)
            self._refusals.pop(digest, None)
            thread = threading.Thread(target=self._run, args=(digest, json.dumps(asked)), name="preview", daemon=True)
            self._running = RunningPreview(digest, thread)
            thread.start()

    def is_running(self, digest: str) -> bool:
        """Whether the document of this digest is being tried."""
        return self._running is not None and self._running.digest == digest and self._running.thread.is_alive()

    def refusal(self, digest: str) -> StationError | None:
        """Why it was not tried; None where nothing was in the way."""
        return self._refusals.get(digest)

    def _run(self, digest: str, asked: str) -> None:
        command = bound("station.processes.preview")
        try:
            done = subprocess.run(  # noqa: S603
                command, input=asked, capture_output=True, text=True, timeout=LONGEST_S, check=True
            )
            answer: dict[str, Any] = json.loads(done.stdout)
        except (subprocess.SubprocessError, OSError, ValueError):
            self._refusals[digest] = StationError("internal-error", "preview")
            return
        if "code" in answer:
            problems = [from_json(one) for one in answer["problems"]]
            self._refusals[digest] = StationError(answer["code"], answer["where"], *problems)


PREVIEWS = Previews()
