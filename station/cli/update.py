"""`station update`: another release in the place of this one; and what it asks a release: `idle` and `tryout`."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import click

from station.cli.options import settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import say

_path = click.Path(path_type=Path)


@click.command(cls=Verb)
@click.argument("file", required=False)
@click.option("--back", "how", flag_value="back", help="cli.option.update-back")
@click.option("--asked", "how", flag_value="asked", help="cli.option.update-asked")
@click.option("--look", "how", flag_value="look", help="cli.option.update-look")
@click.option("--trust", type=_path, metavar="KEY.pem", help="cli.option.update-trust")
@settings_options
def update(
    file: str | None, how: str | None, trust: Path | None, settings_file: Path | None, data: Path | None
) -> None:
    """Take the release in FILE (or the last one on a stick), go back to the one before, or say how it stands."""
    from station.faults import StationError, because
    from station.updating import standing

    if sum(one is not None for one in (file, how, trust)) > 1:
        raise click.UsageError(say("cli.update.one"))
    at = standing.place()
    if at is None:
        raise StationError("update-not-here", "", because("update-desk"))
    if how == "look":
        _look(at, settings_file, data)
        return
    if (file, how, trust) == (None, None, None):
        _say_standing(at)
        return
    if os.geteuid() != 0:
        raise StationError("update-not-here", "", because("update-root"))
    if trust is not None:
        _trust(trust)
    elif how == "back":
        _hand_over(at, "back")
    else:
        _take(at, file, settings_file, data)


def _take(at: Path, file: str | None, settings_file: Path | None, data: Path | None) -> None:
    """Prove it, lay it ready, and let the installer do the rest. What is refused stands on the technician's page."""
    from station.faults import StationError
    from station.settings import data_folder
    from station.updating.fetching import fetch, forget_fetched, is_address
    from station.updating.keys import TRUSTED
    from station.updating.taking import newest_in, note_refused, take_in
    from station.updating.uploads import Uploads

    sent = Uploads(data_folder(settings_with(settings_file, data=data))) if file is None else None
    meant = None
    if sent is not None:
        asked = sent.take()
        if asked is None:
            return  # it was taken already
        source, meant = asked
    elif is_address(file or ""):
        source = fetch(file or "", at)
    else:
        source = newest_in(Path(file or ""))
    _run(at, "settle")
    try:
        manifest = take_in(source, at, TRUSTED, meant)
    except StationError as problem:
        note_refused(at, problem, source)
        raise
    finally:
        if sent is not None:
            sent.forget()
        forget_fetched(at)
    click.echo(say("cli.update.proved", version=manifest.version, release=manifest.release))
    _hand_over(at, "update")


def _look(at: Path, settings_file: Path | None, data: Path | None) -> None:
    """Ask the server of the settings; what is said and fetched belongs to the user of `station-look.service`."""
    from station.updating.asking import forget, look
    from station.updating.keys import TRUSTED

    wanted = settings_with(settings_file, data=data).update
    if not wanted.look or wanted.server is None:
        forget()
        return
    signal.signal(signal.SIGTERM, _too_long)  # the unit's time is over: that is said as a server's silence is
    found = look(wanted.server, at, TRUSTED)
    if found.release:
        click.echo(say("cli.update.waits", release=found.release))


def _too_long(*_: object) -> None:
    raise TimeoutError("the time for asking is over")


def _hand_over(at: Path, action: str) -> None:
    from station.faults import StationError, because
    from station.updating import standing

    if _run(at, action):
        last = standing.results(at)[:1]
        why = last[0]["why"] if last else ""
        raise StationError("update-failed", "", because("update-said", said=why))
    click.echo(say("cli.update.done"))


def _run(at: Path, action: str) -> int:
    """The installer of the release that runs now; it goes on whoever hangs up."""
    return subprocess.run([str(at / "current/systemd/install"), action], check=False).returncode  # noqa: S603  # our own command


def _say_standing(at: Path) -> None:
    from station.updating import standing
    from station.updating.offers import offer

    runs, before = standing.current(at), standing.earlier(at)
    click.echo(say("cli.update.runs", release="-" if runs is None else runs.name))
    if before is not None:
        click.echo(say("cli.update.earlier", release=before.name))
    waits = offer(at)
    if waits is not None and waits.release:
        click.echo(say("cli.update.waits", release=waits.release))
    for one in standing.results(at)[:5]:
        words = {"release": one["release"] or one.get("where", ""), "why": one["why"] or one.get("code", "")}
        click.echo(say("cli.update.result", at=_time(one["at_s"]), result=one["result"], **words))


def _time(at_s: int) -> str:
    from datetime import datetime

    return datetime.fromtimestamp(at_s).astimezone().isoformat(" ", "minutes")


def _trust(file: Path) -> None:
    """Whoever is root here says whose releases this station takes."""
    from station.recording.disk import write_durably
    from station.updating.keys import TRUSTED, key_id, public_key, public_pem

    key = public_key(file.read_text(encoding="ascii", errors="replace"), str(file))
    TRUSTED.mkdir(parents=True, exist_ok=True)
    place = TRUSTED / f"{key_id(key)}.pem"
    write_durably(place, public_pem(key).encode())
    click.echo(say("cli.update.trusted", path=str(place)))


@click.command(cls=Verb)
@settings_options
def idle(settings_file: Path | None, data: Path | None) -> None:
    """Whether the station may be stopped now: no drill runs, and no visit of today is open. Exit code 5: it may not."""
    from station.settings import runtime_place
    from station.updating.idle import refuse_while_used

    settings = settings_with(settings_file, data=data)
    refuse_while_used(settings.station.data, runtime_place(settings))
    click.echo(say("cli.idle"))


@click.command(cls=Verb)
@click.argument("folder", type=_path)
@settings_options
def tryout(folder: Path, settings_file: Path | None, data: Path | None) -> None:
    """Whether this release comes up with these settings and the records in FOLDER, a copy that is changed: on the
    simulated rig, with one drill. `station update` asks a release for it before it switches.
    """
    from station.claim import bound
    from station.updating.tryout import try_out

    try_out(settings_with(settings_file, data=data), folder, bound("station"))
    click.echo(say("cli.tryout"))
