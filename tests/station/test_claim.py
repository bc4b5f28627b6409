"""A worker ends with whom it works for."""

import os
import select
import signal
import subprocess
import sys

PATIENCE_S = 60.0
STARTS = """import subprocess, sys
from station.claim import bound
subprocess.Popen(bound("code"), pass_fds=[int(sys.argv[1])]).wait()
"""


def test_a_bound_process_ends_with_a_parent_that_is_killed():
    """Its standard input stays open, so that nothing else ends it."""
    heard, held = os.pipe()
    stdin, _typed = os.pipe()
    command = [sys.executable, "-c", STARTS, str(held)]
    parent = subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, pass_fds=[held])
    os.close(held)
    assert parent.stderr is not None
    said = b""
    while b"InteractiveConsole" not in said:  # it is there, and waits for a line
        more = parent.stderr.read1()
        assert more != b"", f"it ended: {said!r}"
        said += more
    assert select.select([heard], [], [], 0)[0] == []  # it and its parent hold the other end
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert select.select([heard], [], [], PATIENCE_S)[0] == [heard]
    assert os.read(heard, 1) == b""  # both are gone
    parent.stderr.close()
    for end in (heard, stdin, _typed):
        os.close(end)
