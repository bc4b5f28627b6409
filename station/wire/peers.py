"""Who is at the other end of a connection, by the kernel: which processes may speak for the pages or the recorder."""

from __future__ import annotations

import os
import pwd
import socket
import struct
from collections.abc import Callable, Mapping
from typing import NamedTuple

SUPERVISOR = "BALANCE_STATION_SUPERVISOR"
"""Environment variable by which `station run` says its process number to its children."""
ROLE_USERS = {"web": "station-web", "stop": "station-web", "recorder": "station-recorder"}
"""Under systemd each process has a user of its own: `systemd/sysusers.conf`."""
_CREDENTIALS = struct.Struct("3i")
_LONGEST_LINE = 32
"""Of parents: the pages are the supervisor's grandchild."""


class Peer(NamedTuple):
    """The process that made a connection, as the kernel knows it."""

    pid: int
    uid: int


def peer_of(connection: socket.socket) -> Peer:
    """Who made this connection of a Unix socket. Raises OSError where that is gone."""
    pid, uid, _ = _CREDENTIALS.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    return Peer(pid, uid)


Trusted = Callable[[str, Peer], bool]
"""Whether this process may have a role ("web", "stop", "recorder")."""


def trusted_here(environment: Mapping[str, str] = os.environ) -> Trusted:
    """Who may have a role on this machine: the role's own user where there is one, as under systemd; else the same user
    as control, and where a supervisor started control, only what descends from it.
    """
    own = os.getuid()
    users = {role: _uid_of(name) for role, name in ROLE_USERS.items()}
    if own == _uid_of("station-control"):
        return lambda role, peer: peer.uid == users.get(role)
    said = environment.get(SUPERVISOR, "")
    supervisor = int(said) if said.isdecimal() else 0

    def same_user(role: str, peer: Peer) -> bool:
        return role in users and peer.uid == own and (not supervisor or _descends(peer.pid, supervisor))

    return same_user


def _uid_of(name: str) -> int:
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        return -1


def _descends(pid: int, ancestor: int) -> bool:
    """Whether this process is the ancestor, or a child of its children. Reads the kernel's memory, never a disk."""
    for _ in range(_LONGEST_LINE):
        if pid == ancestor:
            return True
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                pid = int(file.read().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            return False
        if pid <= 1:
            return False
    return False
