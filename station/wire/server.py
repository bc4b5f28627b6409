"""The command socket's side in control: polled by the loop, it never blocks and reads a bounded number a tick.

A Unix SEQPACKET socket. Connections of the station's own processes, which have a role, are served before all others
and keep their place, so that a STOP on one of them waits for nobody. A client that does not read its answers is
dropped.
"""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from station.faults import as_json, because
from station.wire.messages import (
    MESSAGE_BYTES,
    PARSER,
    Answer,
    Committed,
    Heartbeat,
    Later,
    RecorderStatus,
    StandBy,
)
from station.wire.peers import Trusted, peer_of, trusted_here

MESSAGES_PER_TICK = 4
"""Of clients without a role."""
ACCEPTS_PER_TICK = 16
"""4000 a second: more than a program can make and close, so that the queue before the door stays short."""
CLIENTS = 64
ROLE_PLACES = 4
"""Connections that one role may have; the one that was silent longest makes room for the next."""
_BACKLOG = 128
_PROBLEMS_TO_NAME = 20
"""Naming each of thousands would take milliseconds of the loop."""
_ROLES: dict[type[BaseModel], str] = {
    Heartbeat: "web",
    RecorderStatus: "recorder",
    Committed: "recorder",
    StandBy: "stop",
}
"""What only a process of the station may say, and which role it has then."""

_OUT_OF_RANGE = frozenset({"string_pattern_mismatch", "string_too_long", "greater_than_equal", "finite_number"})
"""What pydantic finds in a message that is one of ours, with a value that cannot be used: as a page would refuse it."""

Handler = Callable[[BaseModel], Answer | Later]


class CommandServer:
    """The listening side, owned by control. `trusted` says who may have a role. Raises OSError where the socket cannot
    be made.
    """

    def __init__(self, path: Path, trusted: Trusted | None = None) -> None:
        self.path = path
        self._trusted = trusted_here() if trusted is None else trusted
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_NONBLOCK)
        self._listener.bind(str(path))
        path.chmod(0o660)
        self._listener.listen(_BACKLOG)
        self._own = select.epoll()
        """Connections that have a role."""
        self._others = select.epoll()
        self._others.register(self._listener.fileno(), select.EPOLLIN)
        self._clients: dict[int, socket.socket] = {}
        """In the order in which they last said something."""
        self._roles: dict[int, set[str]] = {}
        self._later: list[tuple[int, int, Later]] = []
        """Who waits for an answer, by connection and the message's number."""
        self.lost_roles: set[str] = set()
        """Roles ("web", "recorder") whose connection ended and did not come back."""

    def poll(self, handle: Handler) -> None:
        """Serve what is waiting: all with a role, then at most `MESSAGES_PER_TICK` others. Never blocks, never raises
        for a client's fault.
        """
        for descriptor, event in self._own.poll(0, CLIENTS):
            self._look(descriptor, event, handle)
        for descriptor, event in self._others.poll(0, MESSAGES_PER_TICK):
            if descriptor == self._listener.fileno():
                self._accept()
            elif not self._look(descriptor, event, handle):
                return  # saying what is wrong with a message costs most of a tick: one at a time

    def give_answers(self) -> None:
        """Send the answers that have come to be known."""
        known = [waiting for waiting in self._later if waiting[2].answer is not None]
        if known:
            self._later = [waiting for waiting in self._later if waiting[2].answer is None]
        for descriptor, number, later in known:
            if descriptor in self._clients and later.answer is not None:
                self._send(descriptor, number, later.answer)

    def _look(self, descriptor: int, event: int, handle: Handler) -> bool:
        if descriptor in self._clients:  # it may have had to make room, a moment ago
            if event & select.EPOLLIN:
                return self._serve(descriptor, handle)
            self._drop(descriptor)
        return True

    def _accept(self) -> None:
        for _ in range(ACCEPTS_PER_TICK):
            try:
                client, _ = self._listener.accept()
            except OSError:  # nobody waits any more, or there is no descriptor left
                return
            client.setblocking(False)
            self._clients[client.fileno()] = client
            self._others.register(client.fileno(), select.EPOLLIN)
            if len(self._clients) > CLIENTS:
                # Whoever comes may come to stop the plate: the longest silent client without a role makes room.
                self._drop(next((known for known in self._clients if known not in self._roles), client.fileno()))

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
        self._clients[descriptor] = self._clients.pop(descriptor)
        number = 0
        understood = True
        try:
            message = PARSER.validate_json(packet)
            number = message.id
            role = _ROLES.get(type(message))
            answer: Answer | Later
            if role is None or self._has_role(descriptor, role):
                answer = handle(message)
            else:
                answer = Answer(False, "not-trusted", role)
        except ValidationError as problem:
            understood = False
            answer = _refused(problem)
        if isinstance(answer, Later) and answer.answer is not None:
            answer = answer.answer
        if isinstance(answer, Later):
            self._later.append((descriptor, number, answer))
        else:
            self._send(descriptor, number, answer)
        return understood

    def _send(self, descriptor: int, number: int, answer: Answer) -> None:
        try:
            self._clients[descriptor].send(json.dumps({"id": number, **answer._asdict()}).encode())
        except OSError:
            self._drop(descriptor)  # it does not read its answers, or has gone

    def _has_role(self, descriptor: int, role: str) -> bool:
        """Whether the client at this connection has the role, or gets it now."""
        if role in self._roles.get(descriptor, ()):
            return True
        try:
            if not self._trusted(role, peer_of(self._clients[descriptor])):
                return False
        except OSError:
            return False
        if descriptor not in self._roles:
            self._others.unregister(descriptor)
            self._own.register(descriptor, select.EPOLLIN)
        self._roles.setdefault(descriptor, set()).add(role)
        self.lost_roles.discard(role)
        same = [known for known in self._clients if role in self._roles.get(known, ())]
        if len(same) > ROLE_PLACES:
            self._drop(same[0])
        return True

    def _drop(self, descriptor: int) -> None:
        client = self._clients.pop(descriptor)
        roles = self._roles.pop(descriptor, set())
        (self._own if roles else self._others).unregister(descriptor)
        client.close()
        left = [later for known, _, later in self._later if known == descriptor]
        self._later = [waiting for waiting in self._later if waiting[0] != descriptor]
        for later in left:
            later.gone = all(later is not other for _, _, other in self._later)
        self.lost_roles |= roles.difference(*self._roles.values())

    def close(self) -> None:
        """Hang up on everybody and remove the socket."""
        for descriptor in list(self._clients):
            self._drop(descriptor)
        self._own.close()
        self._others.close()
        self._listener.close()
        self.path.unlink(missing_ok=True)


def _refused(problem: ValidationError) -> Answer:
    """Why a packet made no sense."""
    if problem.error_count() > _PROBLEMS_TO_NAME:
        return Answer(False, "bad-message", "message", [as_json(because("things-wrong", n=problem.error_count()))])
    first = problem.errors(include_url=False)[0]
    code = "input-invalid" if first["type"] in _OUT_OF_RANGE else "bad-message"
    where = ".".join(map(str, first["loc"]))
    return Answer(False, code, where, [as_json(because("system-said", said=first["msg"]))])
