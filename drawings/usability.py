"""`make usability` walks the ten critical tasks on a station on which people practise, and writes docs/usability/."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from drawings.keyboard import ByKeyboard
from drawings.pictures import CHROMIUM
from drawings.walking import TAP_S, Walk, clinic_at_work
from drawings.walks import TASKS, Task

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "usability"
PICTURES = "pictures"
_HEAD = """# Usability

Who uses the station, for what, and the ten tasks in which a mistake can hurt somebody or show somebody's records,
each walked in a real browser. `make usability` writes this page and its pictures anew, and fails where a task takes
more taps than it may.

This is a formative record made by the project itself, with a program in the place of people. It is no summative
evaluation with users: that is a clinic's, and stays to be done.

## Use specification

**Therapist.** Treats two to four patients an hour, stands beside the patient with both hands ready, looks at a phone
for a second at a time, has used no such plate before. Starts, watches, stops, writes down; has practised for twenty
minutes ([practice](../practice.md)). Must not happen: the wrong patient, the wrong leg, too much vibration, a fall that
is not seen because of the phone.

**Patient.** Stands on one leg at 2 to 3 m from the screen; may be old, dizzy, of low sight, of another language, or a
child; is never alone. Looks at one thing and does one thing; touches nothing but the rail and the red button. Must not
happen: a fall; reading, leaning towards the screen, or waiting on one leg.

**Technician or manager.** Comes when something is red, or once a month; knows computers, not therapy; reads a page from
top to bottom. Finds what is wrong, calibrates, backs up, updates; pairs and takes off phones, sees use. Must not
happen: a station that measures wrongly and says nothing; a lost phone that goes on.
"""
_TASKS = """
## The ten tasks

Every task begins at the station's start page and goes on by what the pages say, never by an address: the taps of the
way are counted. A tap is a touch, or a key of a keypad; a scan is one too. Seconds are virtual: {tap_s:g} s a tap,
looking included (proposed), and as long as the station, or the simulated patient, really took. Windows are 390 x 844;
the station is `station practice`. Each task is done a second time by the keyboard alone: whatever a finger touched is
reached by Tab and pressed by Enter, Space or an arrow, and STOP is the Escape key. Its keys stand beside the taps.

| task | who | taps | at most | seconds | keys | what may go wrong, and what happens then |
|---|---|---|---|---|---|---|
"""


def page_of(walks: Mapping[str, Walk], by_keyboard: Mapping[str, Walk]) -> str:
    """docs/usability/README.md of these walks, by the tasks' names."""
    lines = [_HEAD, _TASKS.format(tap_s=TAP_S)]
    for task in TASKS:
        walk = walks[task.name]
        cells = (f"[{task.title}](#{anchor(task)})", task.user, str(walk.taps), str(task.most_taps))
        keys = by_keyboard[task.name].taps
        lines.append(f"| {' | '.join(cells)} | {walk.seconds:.0f} | {keys} | {task.wrong} |\n")
    for task in TASKS:
        walk = walks[task.name]
        lines.append(f"\n## {task.title}\n\n{(task.do.__doc__ or '').strip()}\n\n")
        for number, step in enumerate(walk.steps, 1):
            after = f"{step.waited_s:.0f} s" if step.taps == 0 else f"{step.taps} tap{'s' if step.taps > 1 else ''}"
            lines.append(f"{number}. {step.words} ({after})\n")
        shown = (
            f'<img src="{PICTURES}/{name}" width="195" alt="{task.title}: {words(name)}">' for name in walk.pictures
        )
        lines.append("\n" + "\n".join(shown) + "\n")
    return "".join(lines)


def _image(task: Task, picture: str) -> str:
    return f'<img src="{PICTURES}/{picture}" width="195" alt="{task.title}: {words(picture)}">\n'


def anchor(task: Task) -> str:
    """As a heading's is made."""
    return task.title.lower().replace(",", "").replace(" ", "-")


def words(picture: str) -> str:
    """What is on it, in a word or two."""
    return picture.removesuffix(".png").rsplit("-", 1)[1]


def main() -> int:
    """Walk all, write the page. Returns 1 where a task takes more taps than it may; what the keyboard alone cannot do
    raises.
    """
    pictures = FOLDER / PICTURES
    pictures.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        walks = {}
        with clinic_at_work(browser) as clinic:
            for task in TASKS:
                walk = walks[task.name] = Walk(task.name, pictures)
                task.do(clinic, walk)
                sys.stdout.write(f"{task.name}: {walk.taps} taps of {task.most_taps}, {walk.seconds:.0f} s\n")
        by_keyboard = {}
        with clinic_at_work(browser) as clinic:
            for task in TASKS:
                walk = by_keyboard[task.name] = ByKeyboard(task.name, None)
                task.do(clinic, walk)
                sys.stdout.write(f"{task.name} by the keyboard alone: {walk.taps} keys\n")
        browser.close()
    kept = {name for walk in walks.values() for name in walk.pictures}
    for left in pictures.iterdir():
        if left.name not in kept:
            left.unlink()
    (FOLDER / "README.md").write_text(page_of(walks, by_keyboard), encoding="utf-8")
    return int(any(walks[task.name].taps > task.most_taps for task in TASKS))


if __name__ == "__main__":
    sys.exit(main())
