"""`station config`: check a settings file, or print all settings."""

from __future__ import annotations

import json
from pathlib import Path

import click

from station.cli.options import as_json, settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import english, say


@click.command(cls=Verb)
@settings_options
@click.option("--check", "action", flag_value="check", default=True, help="cli.option.check")
@click.option("--dump", "action", flag_value="dump", help="cli.option.dump")
@as_json
def config(settings_file: Path | None, data: Path | None, action: str, as_json: bool) -> None:
    """Check the settings, or print them whole: defaults with the file put over them."""
    from station.settings import dump_settings

    settings = settings_with(settings_file, data=data)
    if action == "dump":
        click.echo(
            json.dumps(settings.model_dump(mode="json"), indent=2) if as_json else dump_settings(settings).rstrip()
        )
        return
    if as_json:
        name = str(settings_file) if settings_file is not None else english().say("cli.config.defaults")
        click.echo(json.dumps({"valid": True, "settings": name}))
    else:
        named = str(settings_file) if settings_file is not None else say("cli.config.defaults")
        click.echo(say("cli.config.valid", name=named))
