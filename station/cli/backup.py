"""`station backup` and `station restore`: all that a station keeps in one file, and back."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click

from station.cli.options import settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import say

SURROUNDINGS = "STATION_PASSPHRASE"
"""In the surroundings: the passphrase, where no file has it."""
LEAST_LETTERS = 10
_path = click.Path(path_type=Path)
_passphrase_file = click.option("--passphrase-file", type=_path, metavar="FILE", help="cli.option.passphrase-file")


@click.command(cls=Verb)
@click.argument("file", type=_path)
@_passphrase_file
@click.option("--no-encryption", is_flag=True, help="cli.option.no-encryption")
@click.option("--by", default="command line", metavar="NAME", help="cli.option.backup-by")
@settings_options
def backup(
    file: Path,
    passphrase_file: Path | None,
    no_encryption: bool,
    by: str,
    settings_file: Path | None,
    data: Path | None,
) -> None:
    """Make a backup in FILE."""
    from station.faults import InputError, because
    from station.keeping.backup import make_backup
    from station.settings import data_folder

    folder = data_folder(settings_with(settings_file, data=data))
    secret = "" if no_encryption else _passphrase(passphrase_file, again=True)
    if not no_encryption and len(secret) < LEAST_LETTERS:
        raise InputError("input-invalid", "passphrase", because("passphrase-short", least=LEAST_LETTERS))
    made = make_backup(folder, file, secret, by, settings_file)
    click.echo(say("cli.backup.done", path=str(made.path), mb=round(made.size / 1e6, 1), count=made.files))
    for name in made.left_out:
        click.echo(say("cli.backup.left-out", name=name))


@click.command(cls=Verb)
@click.argument("file", type=_path)
@_passphrase_file
@click.option("--replace", is_flag=True, help="cli.option.replace")
@click.option("--settings-to", type=_path, metavar="FILE", help="cli.option.settings-to")
@click.option("--by", default="command line", metavar="NAME", help="cli.option.backup-by")
@settings_options
def restore(
    file: Path,
    passphrase_file: Path | None,
    settings_file: Path | None,
    data: Path | None,
    **asked: object,
) -> None:
    """Put the backup in FILE back."""
    from station.claim import claim
    from station.keeping.restore import put_settings
    from station.keeping.restore import restore as put_back
    from station.settings import data_folder, runtime_folder

    settings = settings_with(settings_file, data=data)
    folder = data_folder(settings)
    with claim(runtime_folder(settings), "recorder.lock"):
        secret = _passphrase(passphrase_file) if _is_encrypted(file) else ""
        done = put_back(folder, file, secret, str(asked["by"]), replace=bool(asked["replace"]))
    made = datetime.fromtimestamp(done.made_ns / 1e9).astimezone().isoformat(" ", "minutes")
    click.echo(say("cli.restore.done", made=made, count=done.files, folder=str(folder)))
    if done.erased:
        click.echo(say("cli.restore.erased", count=done.erased))
    if done.aside:
        click.echo(say("cli.restore.aside", folder=str(folder / done.aside)))
    if done.first_broken is not None:
        click.echo(say("cli.restore.broken", number=done.first_broken))
    if done.settings and isinstance(asked["settings_to"], Path):
        put_settings(folder, asked["settings_to"])
    elif done.settings:
        click.echo(say("cli.restore.settings", path=str(folder / "settings.toml")))


def _is_encrypted(file: Path) -> bool:
    """Whether a passphrase is needed. What is no backup is refused later."""
    try:
        with file.open("rb") as opened:
            return b'"scrypt"' in opened.read(4096)
    except OSError:
        return False


def _passphrase(file: Path | None, *, again: bool = False) -> str:
    """Of the file, of the surroundings, or asked for."""
    from station.faults import InputError, because

    if file is not None:
        try:
            return file.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as problem:
            raise InputError("input-invalid", str(file), because("system-said", said=str(problem))) from problem
    if SURROUNDINGS in os.environ:
        return os.environ[SURROUNDINGS]
    return str(click.prompt(say("cli.backup.passphrase"), hide_input=True, confirmation_prompt=again))
