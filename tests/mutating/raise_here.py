"""What the probes of a copied tree call. Copied to its root, so that every process of a test finds it.

`RAISE_IN` in the environment is the number of the function that raises; `RAISE_NOTES` is a folder in which each process
notes which functions a test reaches.
"""

import os
from contextlib import suppress
from typing import ClassVar

_notes = os.environ.get("RAISE_NOTES", "")
_open, _write, _close = os.open, os.write, os.close  # before a test replaces them


class _Now:
    """What this process does."""

    raising = int(os.environ.get("RAISE_IN", "-1"))
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
    seen: ClassVar[set[int]] = set()


def reached(number: int) -> None:
    """The first statement of the function of this number."""
    if number == _Now.raising:
        raise RuntimeError("raised on purpose")
    if _notes and number not in _Now.seen:
        _Now.seen.add(number)
        with suppress(OSError):
            file = _open(f"{_notes}/{os.getpid()}", os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                _write(file, f"{number}\t{_Now.test}\n".encode())
            finally:
                _close(file)


def begin(test: str) -> None:
    """From here on this test runs in this process; "" for none, as while modules are imported."""
    _Now.test = test
    _Now.seen.clear()


def raise_in(number: int) -> None:
    """From here on this function raises, in this process and in those that it starts."""
    _Now.raising = number
    os.environ["RAISE_IN"] = str(number)
