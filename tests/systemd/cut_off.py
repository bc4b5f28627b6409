"""Run by a test: an installation that is killed at each of its writes in turn, and taken up by the next run.

A process of its own, because it forks: each life of the installer ends for good at a write, as by a power cut.
"""

import itertools
import json
import os
import shutil
import sys
from pathlib import Path

from station_install.answers import answers_of
from station_install.doing import do, look, undo
from station_install.plan import steps_for
from station_install.program import Program
from station_install.root import PART, Root
from station_install.steps import InstallerStep
from tests.systemd.conftest import contents, make_computer

ANSWERS = (
    '[station]\nrig = "pi"\ntime_zone = "Europe/Vienna"\n[install]\naccess_point = true\ncountry = "AT"\nkiosk = true\n'
)
OF_OTHERS = ("packages", "users", "folders", "wear", "enabled")
"""Steps that apt and systemd's own tools do: what they leave behind when they are killed is theirs."""
KILLED = 9


def _steps(folder: Path) -> list[InstallerStep]:
    """Those that write; they are the same for every computer."""
    file = folder / "answers.toml"
    file.write_text(ANSWERS)
    steps = steps_for(answers_of(Root(folder), file), Path(__file__).parents[2] / "systemd")
    return [step for step in steps if step.name not in OF_OTHERS]


def _fresh(folder: Path) -> Path:
    """A computer as the step `users`, which systemd's own tool does, leaves it."""
    make_computer(folder)
    (folder / "etc/group").write_text("root:x:0:\nstation:x:987:\n")
    return folder


def _computer(folder: Path, steps: list[InstallerStep]) -> Path:
    """A new one, on which the release is built already."""
    (program,) = (step for step in steps if isinstance(step, Program))
    marked = _fresh(folder) / "opt/balance-station/releases" / program.release / "release"
    marked.parent.mkdir(parents=True, exist_ok=True)
    marked.write_text("whole")
    return folder


def _life(work, at: int) -> bool:
    """Let `work()` run until its write number `at`; whether it was killed there."""
    child = os.fork()
    if not child:
        count = itertools.count()

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            if event in ("os.rename", "os.remove", "os.symlink", "os.mkdir") and next(count) == at:
                os._exit(KILLED)

        sys.addaudithook(hook)
        failed = [outcome for outcome in work() if outcome.result == "failed"]
        os._exit(1 if failed else 0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, KILLED), f"write {at}: exit code {status}"
    return status == KILLED


def main(folder: Path, every: int) -> None:
    """Cuts of an installation and of its undo at one write of so many, in one computer after another."""
    steps = _steps(folder)
    before = contents(_fresh(folder / "before"))
    whole = _computer(folder / "whole", steps)
    assert all(outcome.result != "failed" for outcome in do(steps, Root(whole)))
    wanted = _known(contents(whole))
    cuts = 0
    for at in itertools.count(0, every):
        computer = _computer(folder / f"cut-{at}", steps)
        root = Root(computer)
        killed = _life(lambda root=root: do(steps, root), at)
        assert all(outcome.result != "failed" for outcome in do(steps, root)), at
        assert all(outcome.result == "ok" for outcome in look(steps, root)), at
        assert _known(contents(computer)) == wanted, at
        killed_in_undo = _life(lambda root=root: undo(steps, root), at)
        assert all(outcome.result == "undone" for outcome in undo(steps, root)), at
        left = contents(computer)
        left["boot/firmware/cmdline.txt"] = left["boot/firmware/cmdline.txt"].strip()
        left.pop("etc/balance-station/station.toml")
        assert left == before, (at, {*left.items()} ^ {*before.items()})
        cuts += killed + killed_in_undo
        if not killed and not killed_in_undo:
            break
        shutil.rmtree(computer)
    sys.stdout.write(json.dumps({"cuts": cuts}))


def _known(found: dict[str, str]) -> dict[str, str]:
    """All but what is another one each time: a key, a PIN; a half-written file beside is as good as none."""
    secret = ("access-point.key", "access-point.join", ".nmconnection", "safe-mode.pin")
    return {name: text for name, text in found.items() if not name.endswith((*secret, PART))}


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
