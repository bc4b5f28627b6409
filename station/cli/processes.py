"""`station run`, and the three processes that it starts: `control`, `recorder` and `web`."""

from __future__ import annotations

import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, NoReturn, TypeVar

import click

from station.cli.groups import handed_as
from station.cli.options import RigOptions, rig_options, settings_options, settings_with, usable_with
from station.cli.report import report
from station.cli.speaking import Verb
from station.cli.words import say, seen

if TYPE_CHECKING:
    from station.faults import StationError
    from station.keeping.last import DailyOrder
    from station.settings import Settings

T = TypeVar("T")


def _check_port(host: str, port: int) -> None:
    """Raise StationError "port-in-use" before anything is started."""
    from station.faults import StationError, because

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise StationError(
                "port-in-use", f"{host}:{port}", because("system-said", said=str(problem.strerror))
            ) from problem


def _check_host(host: str) -> None:
    from station.faults import InputError

    if host not in ("127.0.0.1", "::1", "localhost"):
        raise InputError("not-loopback", f"host {host}")


class _Address(NamedTuple):
    """Where the command line wants the pages served; None where the settings are to say it."""

    host: str | None
    port: int | None


@click.command(cls=Verb)
@rig_options
@click.option("--port", type=click.IntRange(1, 65535), help="cli.option.port")
@click.option("--host", help="cli.option.host")
@handed_as("address", _Address)
def run(
    settings_file: Path | None,
    rig: str | None,
    data: Path | None,
    seed: int | None,
    input_file: Path | None,
    address: _Address,
) -> None:
    """Start the whole station and keep it running until Ctrl-C.

    Three processes: control (the hardware, the loop, safety), recorder and web. One that dies is started again within a
    second; control always comes back disarmed.
    """
    from station.faults import InputError
    from station.settings import data_folder

    settings = settings_with(settings_file, rig=rig, data=data, seed=seed, **address._asdict())
    if settings.station.rig == "replay" and input_file is None:
        raise InputError("replay-input", "--rig replay")  # no waiting could mend that
    _check_host(settings.web.host)
    _check_port(settings.web.host, settings.web.port)
    data_folder(settings)
    common = ["--settings", str(settings_file)] if settings_file is not None else []
    common += ["--data", str(settings.station.data)]
    replayed = ["--input", str(input_file)] if input_file is not None else []
    _run_until_ended(
        settings,
        {
            "control": [*common, "--rig", settings.station.rig, "--seed", str(settings.station.seed), *replayed],
            "recorder": common,
            "web": [*common, "--host", settings.web.host, "--port", str(settings.web.port)],
        },
    )


@click.command(cls=Verb)
@settings_options
@click.option("--port", type=click.IntRange(1, 65535), help="cli.option.port")
@click.option("--host", help="cli.option.host")
@handed_as("address", _Address)
def practice(settings_file: Path | None, data: Path | None, address: _Address) -> None:
    """Start a station on which people practise with a simulated patient, until Ctrl-C. The real one must be ended.

    Its records are its own, and every page says that it is practice.
    """
    from station.settings import data_folder, dump_settings, practice_settings, runtime_folder

    settings = settings_with(settings_file, data=data, **address._asdict())
    _check_host(settings.web.host)
    _check_port(settings.web.host, settings.web.port)
    data_folder(settings)
    own = practice_settings(settings)
    file = data_folder(own) / "practice.toml"
    real = runtime_folder(settings)
    with _held(real, "lock"), _held(real, "control.lock"), _held(real, "recorder.lock"):
        file.write_text(dump_settings(own), encoding="utf-8")
        _run_until_ended(own, {verb: ["--settings", str(file)] for verb in ("control", "recorder", "web")})


def _held(runtime: Path, name: str) -> IO[bytes]:
    """This lock of the real station: none of its processes begins while somebody practises, nor the other way."""
    from station.claim import claim

    return claim(runtime, name)


def _run_until_ended(settings: Settings, own: dict[str, list[str]]) -> NoReturn:
    """Run the three processes, each with its own options, until a signal; ends this process."""
    from station.claim import claim
    from station.processes.supervisor import Child, Supervisor
    from station.settings import MEMORY, runtime_folder

    children = [Child(verb, [sys.executable, "-m", "station", verb, *options]) for verb, options in own.items()]
    runtime = runtime_folder(settings)
    with claim(runtime):
        code = Supervisor(
            children,
            lambda event: click.echo(f"station: {seen(event)}", err=True),
            lambda: _greet(settings),  # only then: to find its words takes as long as to start them all
        ).run()
        if MEMORY in runtime.parents:
            shutil.rmtree(runtime, ignore_errors=True)  # it holds memory
    click.echo(say("cli.run.stopped" if code == 0 else "cli.run.stopped-by-fault"))
    sys.exit(code)


def _greet(settings: Settings) -> None:
    address_of_pages = f"http://{settings.web.host}:{settings.web.port}"
    click.echo(say("cli.run.started", rig=settings.station.rig, address=address_of_pages, data=settings.station.data))


@click.command(cls=Verb)
@rig_options
@handed_as("options", RigOptions)
def control(options: RigOptions) -> None:
    """The control process alone: hardware, loop, drills, safety (`station run` and the service start it)."""
    from station.faults import InputError
    from station.processes.control import run_control, wait_for_settings
    from station.processes.starting import supervised
    from station.settings import runtime_folder

    stop = _stop_on_signal()
    try:
        settings = options.settings()
    except InputError as problem:
        if not (supervised() and problem.code.startswith("settings-")):
            raise
        runtime = _wait(lambda: runtime_folder(usable_with(options.settings_file, data=options.data)), stop)
        if runtime is not None:
            wait_for_settings(options.settings, runtime, stop, _tell)
        return  # whoever started it starts it again, with settings that may name another folder
    runtime = _wait(lambda: _free(runtime_folder(settings), "control.lock"), stop)
    if runtime is not None:
        run_control(settings, runtime, stop, options.input_file, _tell)


def _daily(settings: Settings, settings_file: Path | None, data: Path) -> DailyOrder | None:
    """What the automatic backup is to be; None where the settings name no place for it."""
    from station.keeping.last import DailyOrder, Keep

    asked = settings.backup
    if asked.folder is None:
        return None
    keep = Keep(asked.keep_days, asked.keep_weeks, asked.keep_months)
    return DailyOrder(data, asked.folder, asked.passphrase_file if asked.encrypted else None, settings_file, keep)


@click.command(cls=Verb)
@settings_options
def recorder(settings_file: Path | None, data: Path | None) -> None:
    """The recorder process alone: samples and results to the data folder."""
    from station.faults import InputError
    from station.processes.daily_backup import DailyBackup
    from station.processes.housework import Housework
    from station.processes.recorder import run_recorder
    from station.processes.recorder_waiting import wait_as_recorder
    from station.processes.starting import supervised
    from station.settings import data_folder, runtime_folder
    from station.wire.places import BACKUP_WANTED, SELFTEST

    stop = _stop_on_signal()
    try:
        settings = settings_with(settings_file, data=data)
    except InputError:
        if not supervised():
            raise
        runtime = _wait(lambda: runtime_folder(usable_with(settings_file, data=data)), stop)
        if runtime is not None:
            wait_as_recorder(lambda: settings_with(settings_file, data=data), runtime, stop, _tell)
        return  # as control does
    runtime = _wait(lambda: _free(runtime_folder(settings), "recorder.lock"), stop)
    if runtime is None:
        return
    folder = (
        wait_as_recorder(lambda: data_folder(settings), runtime, stop, _tell) if supervised() else data_folder(settings)
    )
    if folder is not None:
        backup = DailyBackup(_daily(settings, settings_file, folder), wanted=runtime / BACKUP_WANTED)
        run_recorder(runtime, folder, stop=stop, housework=Housework(folder, backup, runtime / SELFTEST))


@click.command(cls=Verb)
@settings_options
@click.option("--host", help="cli.option.host.processes")
@click.option("--port", type=click.IntRange(1, 65535), help="cli.option.port.processes")
@handed_as("address", _Address)
def web(settings_file: Path | None, data: Path | None, address: _Address) -> None:
    """The web process alone: the pages and the API."""
    # The room above is found by its entry point: the station must not import the pages (docs/decisions/0002).
    from importlib.metadata import entry_points

    from station.clock import MonotonicClock
    from station.faults import InputError
    from station.processes.starting import end_when_right, patiently, supervised
    from station.settings import runtime_place

    (process,) = entry_points(group="balance_station.processes", name="web")

    def read() -> Settings:
        return settings_with(settings_file, data=data, **address._asdict())

    def serve() -> None:
        try:
            settings = read()
        except InputError:
            if not supervised():
                raise
            settings = usable_with(settings_file, data=data, **address._asdict())
            end_when_right(read)
        process.load()(
            runtime=runtime_place(settings),
            data=settings.station.data,
            host=settings.web.host,
            port=settings.web.port,
            settings=settings,
            settings_file=settings_file,
        )

    patiently(serve, MonotonicClock(), lambda: True, _tell)


def _wait(attempt: Callable[[], T], stop: threading.Event) -> T | None:
    """What `attempt` returns: `station.processes.starting.patiently`."""
    from station.clock import MonotonicClock
    from station.processes.starting import patiently

    return patiently(attempt, MonotonicClock(), lambda: not stop.is_set(), _tell)


def _free(runtime: Path, lock: str) -> Path:
    """The folder, where nobody has it yet. Raises StationError as `station.claim.claim`."""
    from station.claim import claim

    claim(runtime, lock).close()
    return runtime


def _tell(fault: StationError) -> None:
    """What a process waits for, on the error stream."""
    report(fault, as_json=False)
    click.echo(f"  {say('cli.tries-again')}", err=True)


def _stop_on_signal() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def on_signal(number: int, frame: object) -> None:
        del number, frame
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stop
