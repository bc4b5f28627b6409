"""Another release in the place of the one that runs: built beside it, tried, switched to at once, and taken back by
itself where it does not come up.

Each change is written down before it is made (`JOURNAL`). Whoever finds that file, a start of the computer or the
next update, ends what it says: a change that was cut off is taken back, one that was confirmed is finished. What runs
this is the release that was proven last, never the one that is tried.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from station_install import records_back
from station_install.doing import alone
from station_install.program import CURRENT, PLACE, PROVEN, RELEASES
from station_install.root import Root, StepError
from station_install.works import Works

UPDATES = f"{PLACE}/updates"
UNPACKED, MANIFEST, INCOMING = f"{UPDATES}/unpacked", f"{UPDATES}/manifest.json", f"{UPDATES}/incoming"
JOURNAL, RESULTS = f"{UPDATES}/journal.json", f"{UPDATES}/results.json"
BEFORE_RECORDS, CARRIED, TRYING = f"{UPDATES}/records.sqlite", f"{UPDATES}/carried.sqlite", f"{UPDATES}/trying"
SCHEMA = "records-schema.json"
"""In a release that was left: the tables that it had, to go back to."""
SIGNED = "manifest.json"
"""In a release that came by an update: what was signed of it."""
KEYS = "/etc/balance-station/update-keys"
MOST_RESULTS = 20
Say = Callable[[str], None]


class Ended(NamedTuple):
    """What became of a change."""

    result: str
    """`done`; `refused`: nothing was changed; `taken-back`: the release before runs again."""
    why: str


@contextmanager
def by_itself(root: Root) -> Iterator[None]:
    """Two changes at once would each take the other back. Raises StepError where one is going on."""
    root.path(UPDATES).mkdir(parents=True, exist_ok=True)
    with alone(root, UPDATES, "Another update is going on: wait for it."):
        yield


def update(works: Works, say: Say) -> Ended:
    """Take the release that lies unpacked in `UNPACKED`, with its manifest beside it; both were proved."""
    root = works.root
    if _settle(works, say):
        return Ended("refused", "An earlier change was cut off, and is settled now. Give the update once more.")
    manifest = json.loads(root.read(MANIFEST) or "{}")
    to = str(manifest.get("release", ""))
    try:
        if not to:
            raise StepError("There is no release to be taken.")
        if busy := works.busy():
            raise StepError(busy)  # building takes minutes, and would be for nothing
        say(f"building {to} beside {current(root)}")
        works.build(UNPACKED)
        if root.read(f"{RELEASES}/{to}/release") is None:
            raise StepError(f"What was built is not {to}.")
        root.write(
            f"{RELEASES}/{to}/{SIGNED}", json.dumps({key: one for key, one in manifest.items() if key != "keys"})
        )
    except StepError as problem:
        _clean(root)
        return _end(root, Ended("refused", str(problem)), manifest, "update")
    return _change(works, to, manifest, "update", say)


def back(works: Works, say: Say) -> Ended:
    """Go back to the release before the one that runs, with the records made since."""
    root = works.root
    if _settle(works, say):
        return Ended("refused", "An earlier change was cut off, and is settled now. Give the command once more.")
    to = earlier(root)
    manifest = {"release": to or "", "version": (to or "").partition("-")[0]}
    if to is None:
        return _end(root, Ended("refused", "There is no earlier release."), manifest, "back")
    return _change(works, to, manifest, "back", say)


def settle(works: Works, say: Say, *, starting: bool = False) -> None:
    """End what was cut off, if anything was. `starting`: the computer starts, and the station behind this."""
    _settle(works, say, starting=starting)
    for folder in sorted(works.root.path(RELEASES).glob("*")):
        if not (folder / "release").is_file() and folder.name != current(works.root):
            works.root.remove(f"{RELEASES}/{folder.name}")  # it was being built


def current(root: Root) -> str:
    """The release that runs; "" for none."""
    return (root.target(CURRENT) or "").rpartition("/")[2]


def earlier(root: Root) -> str | None:
    """The release that there is beside the current one, whole."""
    folders = sorted(root.path(RELEASES).iterdir()) if root.path(RELEASES).is_dir() else []
    names = [one.name for one in folders if one.name != current(root) and (one / "release").is_file()]
    return names[-1] if names else None


# --- one change -----------------------------------------------------------------------------------------------------


def _change(works: Works, to: str, manifest: dict[str, Any], kind: str, say: Say) -> Ended:
    root = works.root
    journal: dict[str, Any] = {
        "kind": kind,
        "from": current(root),
        "to": to,
        "phase": "beside",
        "manifest": {**manifest, "at_s": int(time.time())},
    }
    if busy := works.busy():
        if kind == "update":
            root.remove(f"{RELEASES}/{to}")
        _clean(root)
        return _end(root, Ended("refused", busy), manifest, kind)
    root.link(PROVEN, f"releases/{journal['from']}")
    needed = {"web", "recorder", "control"} & (works.well() or {"web"}) | {"web"}
    _write(root, journal)
    try:
        say("the station is stopped")
        works.stop()
        say(f"trying {to} on a copy of the records")
        _try_out(works, journal)
    except StepError as problem:
        _undo(works, journal, say)
        works.start()
        return _end(root, Ended("refused", str(problem)), journal["manifest"], kind)
    try:
        say(f"switching to {to}")
        _switch(works, journal)
        works.start()
        why = works.comes_up(needed)
    except StepError as problem:
        why = str(problem)
    if why:
        say(f"taking it back: {why}")
        works.stop()
        _undo(works, journal, say)
        works.start()
        return _end(root, Ended("taken-back", why), journal["manifest"], kind)
    _write(root, {**journal, "phase": "confirmed"})
    return _confirm(works, journal)


def _try_out(works: Works, journal: dict[str, Any]) -> None:
    """The records, as the other release would have them, and that release on a copy of them. Raises StepError."""
    root = works.root
    own = works.data() / records_back.RECORDS
    for name in (BEFORE_RECORDS, CARRIED, TRYING):
        root.remove(name)
    root.path(TRYING).mkdir(mode=0o700)
    if own.is_file():
        records_back.copied(own, root.path(BEFORE_RECORDS))
        schema = records_back.schema_of(root.path(BEFORE_RECORDS))
        left = f"{RELEASES}/{journal['from']}"
        root.write(f"{left}/{SCHEMA}", json.dumps(schema))
        shown = root.path(BEFORE_RECORDS)
        if journal["kind"] == "back" and (theirs := _schema(root, journal["to"]))["version"] < schema["version"]:
            shown = root.path(CARRIED)
            records_back.carry(root.path(BEFORE_RECORDS), theirs, shown)
        shutil.copyfile(shown, root.path(TRYING) / records_back.RECORDS)
    _give(works, root.path(TRYING))
    works.try_out(journal["to"], root.path(TRYING))
    root.remove(TRYING)


def _schema(root: Root, release: str) -> dict[str, Any]:
    text = root.read(f"{RELEASES}/{release}/{SCHEMA}")
    if text is None:
        raise StepError(f"Nobody knows which records {release} can read: it was never left by an update.")
    found: dict[str, Any] = json.loads(text)
    return found


def _give(works: Works, folder: Path) -> None:
    """To whoever tries."""
    if works.root.own and os.geteuid() == 0:
        for one in (folder, *folder.rglob("*")):
            with suppress(LookupError):
                shutil.chown(one, "station-recorder", "station")


def _switch(works: Works, journal: dict[str, Any]) -> None:
    root = works.root
    journal["phase"] = "switched"
    _write(root, journal)
    if root.path(CARRIED).is_file():
        records_back.make_ready(root.path(CARRIED), works.data())
        records_back.put_in_place(works.data(), _aside(works, journal))
    root.link(CURRENT, f"releases/{journal['to']}")
    works.lay_down(journal["to"])


def _aside(works: Works, journal: dict[str, Any]) -> str:
    """The name under which records of a newer release are kept in the data folder: as a copy before a migration is."""
    version = records_back.version_of(works.data() / records_back.RECORDS)
    at = time.strftime("%Y%m%dT%H%M%S.000000Z", time.gmtime(journal["manifest"]["at_s"]))
    return f"records-v{version}-{at}.sqlite"


def _undo(works: Works, journal: dict[str, Any], say: Say) -> None:
    """As it was before; may be cut off, and called again. The station does not run meanwhile."""
    root = works.root
    if journal["phase"] == "switched":
        root.remove(str(_ready(works)))
        journal["phase"] = "undoing"  # what is ready from now on is for the release before
        _write(root, journal)
    if journal["phase"] == "undoing":
        root.link(CURRENT, f"releases/{journal['from']}")
        works.lay_down(journal["from"])
        _records_back(works, journal, say)
    if journal["kind"] == "update":
        root.remove(f"{RELEASES}/{journal['to']}")
    _clean(root)
    root.remove(JOURNAL)


def _ready(works: Works) -> Path:
    """As an absolute path of that computer."""
    return Path("/") / (works.data() / records_back.READY).relative_to(works.root.folder)


def _records_back(works: Works, journal: dict[str, Any], say: Say) -> None:
    """Records that the release before can read, with all that was written meanwhile where that can be carried."""
    root, data = works.root, works.data()
    if not root.path(BEFORE_RECORDS).is_file():
        return
    if not (data / records_back.READY).is_file():
        before = records_back.schema_of(root.path(BEFORE_RECORDS))
        now = records_back.version_of(data / records_back.RECORDS)
        if now == before["version"]:
            return
        source = root.path(BEFORE_RECORDS)
        if now > before["version"]:
            try:
                records_back.copied(data / records_back.RECORDS, root.path(CARRIED))
                again = root.path(f"{CARRIED}.back")
                records_back.carry(root.path(CARRIED), before, again)
                source = again
            except StepError as problem:
                say(f"the records are those from before the trial: {problem}")
        records_back.make_ready(source, data)
    records_back.put_in_place(data, _aside(works, journal))


def _confirm(works: Works, journal: dict[str, Any]) -> Ended:
    """It runs: keep it. May be cut off, and called again."""
    root, manifest = works.root, journal["manifest"]
    root.link(PROVEN, f"releases/{journal['to']}")
    if keys := manifest.get("keys"):
        _trust(root, keys)
    ended = _end(root, Ended("done", ""), manifest, journal["kind"])
    for folder in sorted(root.path(RELEASES).iterdir()):
        if folder.name not in (journal["from"], journal["to"]):
            root.remove(f"{RELEASES}/{folder.name}")
    _clean(root)
    root.remove(JOURNAL)
    return ended


def _trust(root: Root, keys: list[str]) -> None:
    """These keys and no others. First the new ones, so that a cut leaves one that counts."""
    names = {f"{KEYS}/{number}-{len(keys)}.pem": text for number, text in enumerate(keys, 1)}
    for name, text in names.items():
        root.write(name, text)
    for file in sorted(root.path(KEYS).glob("*.pem")):
        if f"{KEYS}/{file.name}" not in names:
            root.remove(f"{KEYS}/{file.name}")


# --- what was cut off -----------------------------------------------------------------------------------------------


def _settle(works: Works, say: Say, *, starting: bool = False) -> bool:
    """Whether there was anything to settle."""
    root = works.root
    journal = _read(root)
    if journal is None:
        return False
    if journal["phase"] == "confirmed":
        say(f"{journal['to']} was confirmed: finishing")
        _confirm(works, journal)
        return True
    say(f"a change to {journal['to']} was cut off: taking it back")
    if not starting:
        works.stop()
    _undo(works, journal, say)
    result = "refused" if journal["phase"] == "beside" else "taken-back"
    _end(root, Ended(result, "it was cut off, as by a power cut"), journal["manifest"], journal["kind"])
    if not starting:
        works.start()
    elif root.live:
        root.run("systemctl", "daemon-reload")
    return True


def _read(root: Root) -> dict[str, Any] | None:
    text = root.read(JOURNAL)
    try:
        found = json.loads(text or "null")
        return found if isinstance(found, dict) and {"kind", "from", "to", "phase", "manifest"} <= set(found) else None
    except ValueError:
        return None


def _write(root: Root, journal: dict[str, Any]) -> None:
    root.write(JOURNAL, json.dumps(journal))


def _clean(root: Root) -> None:
    for name in (UNPACKED, MANIFEST, INCOMING, TRYING, CARRIED, f"{CARRIED}.back", BEFORE_RECORDS):
        root.remove(name)


def _end(root: Root, ended: Ended, manifest: dict[str, Any], kind: str) -> Ended:
    """Write down what became of it, for the technician's page."""
    with results_held(root):
        return _ended(root, ended, manifest, kind)


@contextmanager
def results_held(root: Root) -> Iterator[None]:
    """The station's program adds lines to that file too, where a release is not even taken in; held for a moment."""
    descriptor = os.open(root.path(PLACE), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _ended(root: Root, ended: Ended, manifest: dict[str, Any], kind: str) -> Ended:
    try:
        earlier_ones = json.loads(root.read(RESULTS) or "[]")
    except ValueError:
        earlier_ones = []
    said = {key: manifest.get(key, "") for key in ("release", "version", "changes")}
    at_s = manifest.get("at_s", int(time.time()))
    one = {"at_s": at_s, "kind": kind, **said, "runs": current(root), **ended._asdict()}
    if one not in earlier_ones[:1]:  # a second time, after it was cut off
        root.write(RESULTS, json.dumps([one, *earlier_ones][:MOST_RESULTS], indent=1))
    return ended
