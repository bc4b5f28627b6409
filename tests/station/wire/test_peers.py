"""Who may have a role: by the kernel's word for who is at the other end, never by what they say."""

import os
import socket
import subprocess
import sys

from station.wire.peers import SUPERVISOR, Peer, peer_of, trusted_here


def test_the_kernel_says_who_is_at_the_other_end() -> None:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    assert peer_of(one) == Peer(os.getpid(), os.getuid())
    one.close()
    other.close()


def test_without_a_supervisor_any_process_of_the_same_user_may() -> None:
    trusted = trusted_here({})
    assert trusted("web", Peer(1, os.getuid()))
    assert not trusted("web", Peer(os.getpid(), os.getuid() + 1))
    assert not trusted("surgeon", Peer(os.getpid(), os.getuid()))


def test_under_a_supervisor_only_what_descends_from_it_may() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as supervisor:
        stranger = trusted_here({SUPERVISOR: str(supervisor.pid)})
        family = trusted_here({SUPERVISOR: str(os.getpid())})
        child, own = Peer(supervisor.pid, os.getuid()), Peer(os.getpid(), os.getuid())
        assert family("recorder", child)
        assert family("recorder", own)
        assert stranger("recorder", child)
        assert not stranger("recorder", own)
        supervisor.communicate(b"\n")
    assert not family("recorder", child)  # it has ended: nobody knows whose child it was


def test_what_is_no_process_number_names_no_supervisor() -> None:
    assert trusted_here({SUPERVISOR: "everybody"})("stop", Peer(os.getpid(), os.getuid()))
