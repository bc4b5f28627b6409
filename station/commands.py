"""The command socket: how other processes ask control for something. Control may refuse; no message raises a limit.

A Unix SEQPACKET socket, one JSON object a packet, each answered by one. The server side is polled by the loop: it
never blocks, reads at most `MESSAGES_PER_TICK` a tick, and drops a client that does not read its answers.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from station.faults import StationError

MESSAGES_PER_TICK = 4
MESSAGE_BYTES = 32 * 1024
CLIENTS = 16
_PROBLEMS_TO_NAME = 20
"""Naming each of thousands would take milliseconds of the loop."""


PATIENT_CODE = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$"
"""It becomes part of rows and messages, never of a path or a command."""
PatientCode = Annotated[str, StringConstraints(pattern=PATIENT_CODE, to_upper=True)]
"""In capitals, whoever typed it: one patient with two spellings would have two days of vibration."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: int = 0
    """Comes back in the answer."""


_Dose = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


class DoseToday(BaseModel):
    """What the records hold of a patient's day: only ever added to what control counts itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    vibration_s: _Dose = 0.0
    e2_m2_s3: _Dose = 0.0
    """Integral of the squared weighted acceleration, of which A(8) is made."""
    e4_m4_s7: _Dose = 0.0
    """Integral of its fourth power, of which VDV is made."""


NO_DOSE = DoseToday()


class Start(_Message):
    """Arm, and run this drill for this patient."""

    type: Literal["start"]
    patient: PatientCode
    document: dict[str, Any]
    """The drill document, as JSON."""
    prescription: dict[str, Any]
    """What the therapist asked for, as JSON."""
    dose_today: DoseToday = NO_DOSE
    needs_web: bool = False
    """True when the drill must stop once the web process is lost."""
    by: str = Field(default="", max_length=64)
    needs_presence: bool = False
    """True when a drill that vibrates must end once nobody has said for a while that the therapist is there."""


class Stop(_Message):
    """Vibration off and end the drill, at once. Never refused."""

    type: Literal["stop"]
    by: str = Field(default="", max_length=64)


class Acknowledge(_Message):
    """A person has seen the trip."""

    type: Literal["acknowledge"]
    by: str = Field(default="", max_length=64)


class Heartbeat(_Message):
    """The web process is alive."""

    type: Literal["heartbeat"]
    present: bool = False
    """Since the last one the page of the therapist in charge has said that it is open and looked at."""


class Describe(_Message):
    """What can be asked of this rig? Answered by `facts`."""

    type: Literal["describe"]


class RecorderStatus(_Message):
    """The recorder is alive; whether it could record a whole session now, and how far it has come."""

    type: Literal["recorder-status"]
    ready: bool
    why: str = Field(default="", max_length=500)
    """A fault code when not ready."""
    epoch: int = 0
    durable_seq: int = -1
    """Newest sample that is on the disk for good; -1 for none."""


class FaultVerb(_Message):
    """Break (or mend) a simulated rig. A real rig has no such verbs and refuses."""

    type: Literal["fault"]
    verb: str = Field(max_length=40)
    arguments: dict[str, Any] = Field(default_factory=dict)


_Any = Start | Stop | Acknowledge | Heartbeat | Describe | RecorderStatus | FaultVerb
Message = Annotated[_Any, Field(discriminator="type")]
_PARSER: TypeAdapter[_Any] = TypeAdapter(Message)


class Answer(NamedTuple):
    """What control says to one message. `code` is a fault's when it refuses."""

    ok: bool
    code: str = ""
    where: str = ""
    detail: str = ""
    session: int = 0
    facts: dict[str, Any] | None = None
    """To `Describe`: "platform" holds what fixes the displacement (`hw.values.Mechanics`), or null."""


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
            message = _PARSER.validate_json(packet)
            number = message.id
            self._learn_role(descriptor, message)
            answer = handle(message)
        except ValidationError as problem:
            understood = False
            if problem.error_count() > _PROBLEMS_TO_NAME:
                answer = Answer(False, "bad-message", "message", f"{problem.error_count()} things are wrong with it")
            else:
                first = problem.errors(include_url=False)[0]
                answer = Answer(False, "bad-message", ".".join(map(str, first["loc"])), first["msg"])
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
            raise StationError("control-unreachable", self._path.name, os.strerror(problem.errno or 0)) from problem
        if not answer["ok"]:
            raise StationError(answer["code"], answer["where"], answer["detail"])
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
