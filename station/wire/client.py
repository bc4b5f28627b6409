"""The command socket's side in every other process: one request, one answer, within a time."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

from station.faults import StationError, because, from_json
from station.wire.messages import MESSAGE_BYTES


class ControlLink:
    """A client's connection to control. One request at a time; not for sharing between threads without a lock.

    Raises StationError "control-unreachable" where control does not answer within the time, and the refusal's own
    fault where it says no. After an error the next request connects again.
    """

    def __init__(self, path: Path, timeout_s: float = 1.0) -> None:
        self._path = path
        self._timeout_s = timeout_s
        self._socket: socket.socket | None = None
        self._next_id = 1

    def request(self, message_type: str, **fields: object) -> dict[str, Any]:
        """Send one message and return control's answer. Raises as the class says."""
        self._next_id += 1
        packet = json.dumps({"type": message_type, "id": self._next_id, **fields}).encode()
        try:
            answer = self._exchange(packet)
        except OSError as problem:
            self.close()
            said = because("system-said", said=os.strerror(problem.errno or 0))
            raise StationError("control-unreachable", self._path.name, said) from problem
        if not answer["ok"]:
            raise StationError(answer["code"], answer["where"], *map(from_json, answer["problems"]))
        return answer

    def _exchange(self, packet: bytes) -> dict[str, Any]:
        if self._socket is None:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._socket.settimeout(self._timeout_s)
            self._socket.connect(str(self._path))
        self._socket.send(packet)
        while True:
            received = self._socket.recv(MESSAGE_BYTES)
            if not received:
                raise ConnectionResetError(104, "control hung up")
            answer: dict[str, Any] = json.loads(received)
            if answer["id"] in (self._next_id, 0):  # an older answer is one that came after its time-out
                return answer

    def close(self) -> None:
        """Hang up. May be called twice."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
