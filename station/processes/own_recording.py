"""The recording of a drill without a recorder process: in the loop's own thread, or in one beside it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any

from station.faults import StationError, because
from station.recording.session import SessionRecorder


class OwnRecording:
    """Publishes into a recording, half a second at a time."""

    def __init__(self, start: Callable[[dict[str, Any]], SessionRecorder], sync_samples: int) -> None:
        self._start = start
        self._sync_samples = sync_samples
        self._waiting: list[bytes] = []
        self.problem: StationError | None = None
        self.recorder: SessionRecorder | None = None

    def sample(self, payload: bytes) -> None:
        """Take one packed sample; those before the session are not recorded."""
        if self.recorder is not None:
            self._waiting.append(payload)
            if len(self._waiting) >= self._sync_samples:
                self.flush()

    def event(self, document: dict[str, Any]) -> None:
        """Take one event; the first that counts is the session's start."""
        if document["kind"] == "session-started":
            self.recorder = self._start(document)
        if self.recorder is not None:
            self.recorder.event(document)

    def flush(self) -> None:
        """Everything so far to the disk."""
        if self.recorder is not None:
            self.recorder.append(self._waiting)
            self._waiting.clear()
            self.recorder.sync()

    def finish(self) -> SessionRecorder:
        """Everything to the disk, and the file closed. Raises StationError where nothing was recorded."""
        if self.recorder is None:
            raise StationError("recorder-not-ready", "", because("ended-before-recording"))
        self.flush()
        self.recorder.finish()
        return self.recorder


class RecordingBeside:
    """Publishes into a recording by a thread of its own: in real time the loop must not wait for the disk."""

    def __init__(self, recording: OwnRecording) -> None:
        self._recording = recording
        self._queue: queue.SimpleQueue[bytes | dict[str, Any] | None] = queue.SimpleQueue()
        self.problem: StationError | None = None
        self._thread = threading.Thread(target=self._work, name="recording", daemon=True)
        self._thread.start()

    def sample(self, payload: bytes) -> None:
        """Hand over one packed sample."""
        self._queue.put(payload)

    def event(self, document: dict[str, Any]) -> None:
        """Hand over one event."""
        self._queue.put(document)

    def _work(self) -> None:
        try:
            while (one := self._queue.get()) is not None:
                if isinstance(one, bytes):
                    self._recording.sample(one)
                else:
                    self._recording.event(one)
        except StationError as problem:
            self.problem = problem

    def finish(self) -> SessionRecorder:
        """Everything to the disk. Raises StorageError where that failed, now or on the way."""
        self._queue.put(None)
        self._thread.join()
        if self.problem is not None:
            raise self.problem
        return self._recording.finish()
