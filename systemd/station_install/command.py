"""The command `systemd/install`: what it may be told, and what it says."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from station_install.answers import STATION, InstallerAnswers, answers_of, ask
from station_install.doing import NEEDS_RESTART, Outcome, alone, do, look, undo
from station_install.firstboot import first_boot
from station_install.network import AccessPoint
from station_install.plan import steps_for
from station_install.program import Program, release_files, release_name
from station_install.root import Root, StepError
from station_install.safe_mode import new_pin, safe_mode, serve
from station_install.steps import InstallerStep
from station_install.updating import back, by_itself, settle, update
from station_install.watching import watch
from station_install.works import Works

OK, DIFFERS, FAILED = 0, 1, 2
"""Exit codes. With --check 1 says that something differs, without it 2 says that a step failed."""
WATCHES = ("watch", "safe-mode")
"""Of units of their own, from the release that came up last."""
WATCHED_S = 90.0
"""How long a start may take; a Raspberry Pi 3 needs a sixth of it."""
CHANGES = ("update", "back", "settle")
"""Of the release that runs: `station update` and the computer's start ask for them."""


def main(arguments: Sequence[str], folder: Path) -> int:
    """Run the command; `folder` is `systemd`. Returns the exit code."""
    given = _parser().parse_args(arguments)
    root = Root(given.root)
    try:
        if given.action == "first-boot":
            return first_boot(root, folder, _say)
        if given.action == "release":
            _say(json.dumps({"release": release_name(folder.parent), "files": release_files(folder.parent)}))
            return OK
        if given.action in CHANGES:
            return _change(given, root)
        if given.action in WATCHES:
            return _watch(given, root, folder)
        with alone(root):
            return _act(given, root, folder)
    except StepError as problem:
        sys.stderr.write(f"{problem}\n")
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="install",
        description="Makes this computer a balance station; docs/install.md says what each step changes.",
        epilog="Exit codes: 0 all is as wanted, 1 something differs (--check), 2 a step failed: run it again.",
    )
    actions = ("install", "uninstall", "new-key", "new-pin", "first-boot", "release", "beside", *CHANGES, *WATCHES)
    parser.add_argument("action", nargs="?", choices=actions, default="install")
    parser.add_argument(
        "--root", type=Path, default=Path("/"), help="the folder that stands for /, such as a mounted card"
    )
    parser.add_argument("--settings", type=Path, help="a station.toml with a table [install]: nothing is asked")
    parser.add_argument("--wheels", type=Path, help="a folder with the wheel of everything: nothing is fetched")
    parser.add_argument("--pigpio", type=Path, help="source archive of pigpio, where the distribution has no pigpiod")
    parser.add_argument("--only", default="", help="names of steps, with commas between")
    parser.add_argument("--check", action="store_true", help="say what differs, and change nothing")
    parser.add_argument("--starting", action="store_true", help="with settle: the station is started behind it")
    parser.add_argument("--within", type=float, default=WATCHED_S, metavar="S", help="with watch: seconds for a start")
    parser.add_argument("--json", action="store_true", help="say it for a program")
    return parser


def _act(given: argparse.Namespace, root: Root, folder: Path) -> int:
    answers = _answers(given, root)
    steps = _chosen(steps_for(answers, folder, given.wheels and given.wheels.resolve()), given.only)
    if given.check:
        return _told(look(steps, root), given.json)
    if root.own and os.geteuid() != 0:
        raise StepError("It changes the computer: run it as root, such as with sudo. --check needs no root.")
    if given.action == "beside":
        program = next(step for step in steps if isinstance(step, Program))
        program.build(root)
        _say(program.release)
        return OK
    if given.action == "new-key":
        network = next(step for step in steps if isinstance(step, AccessPoint))
        if not network.wanted:
            raise StepError("The station has no wireless network of its own.")
        network.rotate(root)
        return OK
    if given.action == "new-pin":
        _say(new_pin(root))
        return OK
    if given.action == "uninstall":
        code = _told(undo(steps, root), given.json)
        _say("What the clinic recorded is left: /var/lib/balance-station, and the settings in /etc/balance-station.")
        return code
    return _told(do(steps, root), given.json)


def _change(given: argparse.Namespace, root: Root) -> int:
    """Another release, or what was cut off of one. Once begun it goes on, whoever hangs up."""
    if root.own and os.geteuid() != 0:
        raise StepError("It changes the computer: run it as root, such as with sudo.")
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    works = Works(root)
    with by_itself(root):
        if given.action == "settle":
            settle(works, _say, starting=given.starting)
            return OK
        ended = (update if given.action == "update" else back)(works, _say)
    _say(json.dumps(ended._asdict()) if given.json else f"{ended.result} {ended.why}".strip())
    return OK if ended.result == "done" else FAILED


def _watch(given: argparse.Namespace, root: Root, folder: Path) -> int:
    works = Works(root)
    if given.action == "safe-mode":
        serve(safe_mode(works, folder.parent))
        return OK
    works.come_up_s = given.within
    return OK if watch(works, lambda: _to_safe_mode(root), _say) else DIFFERS


def _to_safe_mode(root: Root) -> None:
    root.run("systemctl", "--no-block", "start", "station-safe-mode.service")


def _answers(given: argparse.Namespace, root: Root) -> InstallerAnswers:
    answers = answers_of(root, given.settings)
    if given.pigpio is not None:
        answers = replace(answers, options=replace(answers.options, pigpio_archive=str(given.pigpio.resolve())))
    plain = given.action == "install" and not (given.check or given.only or given.settings)
    if plain and sys.stdin.isatty() and root.read(STATION) is None:
        _say("Enter leaves what is in brackets. A file answers more: docs/install.md.")
        answers = ask(answers, input)
    return answers


def _chosen(steps: list[InstallerStep], only: str) -> list[InstallerStep]:
    names = [name.strip() for name in only.split(",") if name.strip()]
    unknown = sorted(set(names) - {step.name for step in steps})
    if unknown:
        raise StepError(f"No such step: {', '.join(unknown)}. There are: {', '.join(step.name for step in steps)}.")
    return [step for step in steps if not names or step.name in names]


def _told(outcomes: Iterable[Outcome], as_json: bool) -> int:
    """Say each as it comes; the exit code of all."""
    seen = []
    for outcome in outcomes:
        seen.append(outcome)
        if not as_json:
            _say(f"{outcome.result:8} {outcome.step}" + "".join(f"\n           {fact}" for fact in outcome.facts))
    if as_json:
        _say(json.dumps([outcome._asdict() for outcome in seen], indent=2))
    results = {outcome.result for outcome in seen}
    if "failed" in results:
        if not as_json:
            sys.stderr.write("A step failed. Once its cause is mended, run it again: it goes on from there.\n")
        return FAILED
    if not as_json:
        _say(_summary(seen))
    return DIFFERS if "differs" in results else OK


def _summary(seen: list[Outcome]) -> str:
    done = [outcome.step for outcome in seen if outcome.result in ("done", "undone", "differs")]
    if not done:
        return "All is as it shall be; nothing was changed."
    restart = [step for step in done if step in NEEDS_RESTART and "differs" not in {one.result for one in seen}]
    return f"{len(done)} of {len(seen)} steps." + (f" Restart the computer ({', '.join(restart)})." if restart else "")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
