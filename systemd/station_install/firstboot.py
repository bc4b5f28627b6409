"""The first start of a card that was flashed with an image: the answers lie as a file on its boot partition, where any
computer can put them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from station_install.answers import answers_of
from station_install.boot import FOLDERS, boot_file
from station_install.doing import NEEDS_RESTART, alone, do
from station_install.plan import steps_for
from station_install.root import Root, StepError

BOOT_FILE = "balance-station.toml"
TAKEN = "balance-station.taken.toml"
"""What the file is called once it was taken: it can be read what was answered, and is not taken twice."""
REPORT = "balance-station.txt"
"""What is said of it, beside it: a computer without a screen is read by its card."""


def first_boot(root: Root, folder: Path, say: Callable[[str], None]) -> int:
    """Take the file, if there is one, and say on the boot partition what became of it. Returns the exit code.

    A file that cannot be used stays where it is, so that it is mended and tried at the next start.
    """
    file = boot_file(root, BOOT_FILE)
    if file is None:
        say(f"No {BOOT_FILE} in {' or '.join(FOLDERS)}: nothing to do.")
        return 0
    lines: list[str] = []
    done: set[str] = set()
    try:
        with alone(root):
            steps = steps_for(answers_of(root, root.path(file)), folder)
            # It comes before the station in the order of the start: the station is started behind it, not by it.
            for outcome in do([step for step in steps if step.name != "running"], root):
                done |= {outcome.step} if outcome.result == "done" else set()
                lines.append(f"{outcome.result:8} {outcome.step}" + "".join(f": {fact}" for fact in outcome.facts))
                if outcome.result == "failed":
                    raise StepError(outcome.facts[0])
    except StepError as problem:
        lines += ["", f"It was not finished: {problem}", f"Mend {BOOT_FILE}, and start the computer again."]
        _report(root, file, lines, say)
        return 2
    lines += ["", "The station is set up."]
    _report(root, file, lines, say)
    taken = root.path(file).with_name(TAKEN)
    root.path(file).replace(taken)
    if root.live and done & set(NEEDS_RESTART):
        root.run("systemctl", "--no-block", "reboot")
    return 0


def _report(root: Root, file: str, lines: list[str], say: Callable[[str], None]) -> None:
    for line in lines:
        say(line)
    root.write(str(Path(file).with_name(REPORT)), "\n".join(lines) + "\n", 0o755)
