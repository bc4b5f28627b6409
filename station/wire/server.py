"""The command socket's side in control: polled by the loop, it never blocks and reads a bounded number a tick.

A Unix SEQPACKET socket. A client that does not read its answers is dropped.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from station.faults import as_json, because
from station.wire.messages import MESSAGE_BYTES, PARSER, Answer, Heartbeat, RecorderStatus

MESSAGES_PER_TICK = 4
CLIENTS = 16
_PROBLEMS_TO_NAME = 20
"""Naming each of thousands would take milliseconds of the loop."""

_OUT_OF_RANGE = frozenset({"string_pattern_mismatch", "string_too_long", "greater_than_equal", "finite_number"})
"""What pydantic finds in a message that is one of ours, with a value that cannot be used: as a page would refuse it."""

Handler = Callable[[BaseModel], Answer]


class CommandServer:
    """The listening side, owned by control. Raises OSError where the socket cannot be made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_NONBLOCK)
        self._listener.bind(str(path))
        path.chmod(0o660)
        self._listener.listen(CLIENTS)
        self._epoll = select.epoll()
        self._epoll.register(self._listener.fileno(), select.EPOLLIN)
        self._clients: dict[int, socket.socket] = {}
        self._roles: dict[int, str] = {}
        self.lost_roles: set[str] = set()
        """Roles ("web", "recorder") whose connection ended and did not come back."""

    def poll(self, handle: Handler) -> None:
        """Serve what is waiting, at most `MESSAGES_PER_TICK` events. Never blocks, never raises for a client's
        fault.
        """
        for descriptor, event in self._epoll.poll(0, MESSAGES_PER_TICK):
            if descriptor == self._listener.fileno():
                self._accept()
            elif descriptor not in self._clients:
                continue  # it had to make room, a moment ago
            elif event & select.EPOLLIN:
                if not self._serve(descriptor, handle):
                    return  # saying what is wrong with a message costs most of a tick: one at a time
            else:
                self._drop(descriptor)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            client, _ = self._listener.accept()
            if len(self._clients) >= CLIENTS:
                # Whoever comes may come to stop the plate: the longest known client without a role makes room.
                idle = next((known for known in self._clients if known not in self._roles), None)
                if idle is None:
                    client.close()
                    return
                self._drop(idle)
            client.setblocking(False)
            self._clients[client.fileno()] = client
            self._epoll.register(client.fileno(), select.EPOLLIN)

    def _serve(self, descriptor: int, handle: Handler) -> bool:
        """Answer one message; False when it made no sense."""
        client = self._clients[descriptor]
        try:
            packet = client.recv(MESSAGE_BYTES)
        except BlockingIOError:
            return True
        except OSError:
            packet = b""
        if not packet:
            self._drop(descriptor)
            return True
        number = 0
        understood = True
        try:
            message = PARSER.validate_json(packet)
            number = message.id
            self._learn_role(descriptor, message)
            answer = handle(message)
        except ValidationError as problem:
            understood = False
            if problem.error_count() > _PROBLEMS_TO_NAME:
                answer = Answer(
                    False, "bad-message", "message", [as_json(because("things-wrong", n=problem.error_count()))]
                )
            else:
                first = problem.errors(include_url=False)[0]
                code = "input-invalid" if first["type"] in _OUT_OF_RANGE else "bad-message"
                where = ".".join(map(str, first["loc"]))
                answer = Answer(False, code, where, [as_json(because("system-said", said=first["msg"]))])
        try:
            client.send(json.dumps({"id": number, **answer._asdict()}).encode())
        except OSError:
            self._drop(descriptor)  # it does not read its answers, or has gone
        return understood

    def _learn_role(self, descriptor: int, message: BaseModel) -> None:
        role = {Heartbeat: "web", RecorderStatus: "recorder"}.get(type(message))
        if role is not None:
            self._roles[descriptor] = role
            self.lost_roles.discard(role)

    def _drop(self, descriptor: int) -> None:
        client = self._clients.pop(descriptor)
        self._epoll.unregister(descriptor)
        client.close()
        role = self._roles.pop(descriptor, None)
        if role is not None and role not in self._roles.values():
            self.lost_roles.add(role)

    def close(self) -> None:
        """Hang up on everybody and remove the socket."""
        for descriptor in list(self._clients):
            self._drop(descriptor)
        self._epoll.close()
        self._listener.close()
        self.path.unlink(missing_ok=True)
