"""`station release` and `station release-key`: for whoever makes releases; no station needs them."""

from __future__ import annotations

import os
from pathlib import Path

import click

from station.cli.backup import SURROUNDINGS
from station.cli.speaking import Verb
from station.cli.words import say

_path = click.Path(path_type=Path)


@click.command(cls=Verb)
@click.argument("project", type=_path)
@click.option("--key", type=_path, required=True, metavar="FILE", help="cli.option.release-key")
@click.option("--wheels", type=_path, metavar="DIR", help="cli.option.release-wheels")
@click.option("--out", type=_path, default=Path("dist"), metavar="DIR", help="cli.option.release-out")
@click.option("--keys", type=_path, multiple=True, metavar="FILE", help="cli.option.release-keys")
def release(project: Path, key: Path, wheels: Path | None, out: Path, keys: tuple[Path, ...]) -> None:
    """Make the signed archive of the clone in PROJECT."""
    from station.updating.keys import private_key, public_key, public_pem
    from station.updating.making import make_archive

    new = [public_pem(public_key(one.read_text(encoding="ascii", errors="replace"), str(one))) for one in keys]
    made = make_archive(project.resolve(), wheels, private_key(key, _passphrase()), out, new)
    click.echo(say("cli.release.done", path=str(made), mb=round(made.stat().st_size / 1e6, 1)))


@click.command(name="release-key", cls=Verb)
@click.argument("file", type=_path)
def release_key(file: Path) -> None:
    """Make a pair of keys: the private one in FILE, the public one beside it in FILE.pub.pem."""
    from station.updating.keys import make_pair, public_pem

    public = file.with_name(f"{file.name}.pub.pem")
    public.write_text(public_pem(make_pair(file, _passphrase(again=True))), encoding="ascii")
    click.echo(say("cli.release-key.done", private=str(file), public=str(public)))


def _passphrase(*, again: bool = False) -> str:
    """Of the key: of the surroundings, or asked for; none for a key that has none."""
    if SURROUNDINGS in os.environ:
        return os.environ[SURROUNDINGS]
    return str(click.prompt(say("cli.backup.passphrase"), hide_input=True, confirmation_prompt=again, default=""))
