"""`station calibrate`: guides a person through the calibration of the plate, at a terminal."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from station.cli.groups import handed_as
from station.cli.options import as_json, settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import agrees, say, seen, texts
from station.wire.places import CONTROL_SOCKET

if TYPE_CHECKING:
    from hw.ports import Rig
    from station.clock import StationClock
    from station.commissioning.calibrating.run import Run
    from station.settings import Settings

_HANDLING_S = 20.0
"""What a person takes to move a weight; the simulated plate drifts and creeps meanwhile."""


def _settings_of(settings_file: Path | None, data: Path | None, rig: str | None, seed: int | None) -> Settings:
    return settings_with(settings_file, rig=rig, data=data, seed=seed)


@click.command(cls=Verb)
@settings_options
@click.option("--rig", metavar="simulated|pi|pi5", help="cli.option.rig.calibrate")
@click.option("--seed", type=click.IntRange(min=0), help="cli.option.seed.calibrate")
@click.option(
    "--mass",
    "masses_kg",
    type=float,
    multiple=True,
    metavar="KG",
    help="cli.option.mass",
)
@click.option("--by", default="", metavar="NAME", help="cli.option.by")
@click.option("--status", "action", flag_value="status", help="cli.option.status")
@click.option("--abort", "action", flag_value="abort", help="cli.option.abort")
@click.option("--zero", "action", flag_value="zero", help="cli.option.zero")
@click.option("--history", "action", flag_value="history", help="cli.option.history")
@click.option("--use", "name", metavar="NAME", help="cli.option.use")
@as_json
@handed_as("settings", _settings_of)
def calibrate(
    settings: Settings, masses_kg: tuple[float, ...], by: str, action: str | None, name: str | None, as_json: bool
) -> None:
    """Calibrate the plate with weights at known places; can be left and gone on with.

    Nothing is stored until every check has passed and you have accepted it.
    """
    from station.commissioning.calibrating import unfinished
    from station.plate import calibrations as store
    from station.settings import data_folder

    folder = data_folder(settings)
    if name is not None:
        used = store.use(folder, name)
        _say({"in_use": used.name}, say("cli.calibrate.used", name=used.name), as_json)
    elif action == "history":
        _history(folder, settings.station.rig, as_json)
    elif action == "status":
        _status(folder, settings.station.rig, as_json)
    elif action == "abort":
        unfinished.drop(folder, settings.station.rig)
        _say({"aborted": True}, say("cli.calibrate.aborted"), as_json)
    elif action == "zero":
        _zero(settings, folder, by, as_json)
    else:
        _guide(settings, folder, masses_kg, by, as_json)


def _say(value: dict[str, Any], text: str, as_json: bool) -> None:
    click.echo(json.dumps(value) if as_json else text)


def _history(folder: Path, rig: str, as_json: bool) -> None:
    from station.plate import calibrations as store

    current = store.current_name(folder, rig)
    rows = []
    for path in store.history(folder):
        document = store.read_document(path)
        rows.append(
            {
                "name": path.name,
                "rig": document.get("rig"),
                "made_at": document.get("made_at"),
                "by": document.get("by"),
                "in_use": path.name == current,
                "checks": document.get("checks"),
            }
        )
    lines = [
        say(
            "cli.calibrate.row",
            mark="*" if row["in_use"] else " ",
            name=row["name"],
            rig=row["rig"],
            by=row["by"] or "-",
        )
        for row in rows
    ]
    click.echo(json.dumps(rows, indent=2) if as_json else "\n".join(lines) or say("cli.calibrate.none"))


def _status(folder: Path, rig: str, as_json: bool) -> None:
    from station.commissioning.calibrating import unfinished
    from station.plate import calibrations as store

    current, run = store.current_name(folder, rig), unfinished.load(folder, rig)
    words = [say("cli.calibrate.in-use", rig=rig, name=current) if current else say("cli.calibrate.delivered", rig=rig)]
    known: dict[str, Any] = {"rig": rig, "in_use": current, "unfinished": None}
    if run is not None:
        at = run.next
        known["unfinished"] = {"step": None if at is None else at + 1, "steps": len(run.steps)}
        steps = len(run.steps)
        words.append(
            say("cli.calibrate.all-read")
            if at is None
            else say("cli.calibrate.step-next", step=at + 1, steps=steps, to_do=seen(run.steps[at].to_do()))
        )
    _say(known, "\n".join(words), as_json)


def _guide(settings: Settings, folder: Path, masses_kg: tuple[float, ...], by: str, as_json: bool) -> None:
    from station.claim import claim
    from station.clock import MonotonicClock, VirtualClock
    from station.commissioning.calibrating import unfinished
    from station.faults import InputError, because
    from station.processes.rigs import opened_rig
    from station.settings import runtime_folder

    name = settings.station.rig
    if name == "replay":
        raise InputError("calibration-refused", "--rig replay", because("recording-is-calibrated"))
    runtime = runtime_folder(settings)
    refuse_beside_control(runtime)
    with claim(runtime):
        run = unfinished.load(folder, name)
        clock: StationClock = MonotonicClock()
        if name == "simulated":
            clock = VirtualClock()
            clock.sleep_until_ns(_last_ns(run) - clock.epoch_ns)
        with opened_rig(settings, clock) as rig:
            run = _checked(run, settings, masses_kg) or _begun(settings, rig, masses_kg)
            _Guide(run, rig, clock, folder, by, as_json).go()


def _zero(settings: Settings, folder: Path, by: str, as_json: bool) -> None:
    """The zero alone: what moved, and whether it is kept."""
    from hw.settings import FULL_SCALE_V
    from station.claim import claim
    from station.clock import MonotonicClock, VirtualClock
    from station.commissioning.calibrating.guided import Guided, do
    from station.commissioning.calibrating.reading import read_cells
    from station.commissioning.calibrating.zeroing import OfPlate
    from station.faults import InputError, because
    from station.processes.rigs import opened_rig
    from station.settings import runtime_folder

    name = settings.station.rig
    if name == "replay":
        raise InputError("calibration-refused", "--rig replay", because("recording-is-calibrated"))
    runtime = runtime_folder(settings)
    refuse_beside_control(runtime)
    clock: StationClock = VirtualClock() if name == "simulated" else MonotonicClock()
    with claim(runtime), opened_rig(settings, clock) as rig:
        seed = settings.station.seed if name == "simulated" else None
        of = OfPlate(name, seed, rig.plate, rig.calibration, FULL_SCALE_V[settings.rig.load_cells.gain])
        guided = Guided(
            folder,
            of,
            by,
            lambda: read_cells(rig, clock),
            _put_by_hand,
            lambda: (clock.epoch_ns + clock.now_ns()) / 1e9,
        )
        for cell, moved_n in do("zero", guided)["zero"].items():
            click.echo(say("cli.calibrate.zero-moved", cell=cell, n=moved_n), err=as_json)
        if not agrees(say("cli.calibrate.zero-keep")):
            do("drop-zero", guided)
            _say({"kept": None}, say("cli.calibrate.zero-left"), as_json)
            return
        kept = do("keep-zero", guided)["in_use"]
    _say({"kept": kept}, say("cli.calibrate.used", name=kept), as_json)


def _put_by_hand(grams: float, ml_mm: float, ap_mm: float) -> None:
    """A zero has no weight."""
    del grams, ml_mm, ap_mm


def refuse_beside_control(runtime: Path) -> None:
    """Control owns the converters while it runs, whoever started it."""
    from station.faults import StationError, because

    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as probe:
        if probe.connect_ex(str(runtime / CONTROL_SOCKET)) == 0:
            raise StationError("already-running", str(runtime), because("stop-to-calibrate"))


def _last_ns(run: Run | None) -> int:
    readings = [reading for reading in run.readings if reading is not None] if run is not None else []
    return round(max((reading.at_s for reading in readings), default=0.0) * 1e9)


def _checked(run: Run | None, settings: Settings, masses_kg: tuple[float, ...]) -> Run | None:
    """The calibration that was left, where it is of this plate. Raises InputError "calibration-refused"."""
    from station.faults import InputError, because

    if run is None:
        return None
    seed = settings.station.seed if settings.station.rig == "simulated" else None
    begun = sorted({step.mass_kg for step in run.steps if step.mass_kg})
    if run.seed != seed or (masses_kg and sorted(set(masses_kg)) != begun):
        other = because("another-begun", masses_kg=begun, seed=str(run.seed))
        raise InputError("calibration-refused", "station calibrate", other)
    return run


def _begun(settings: Settings, rig: Rig, masses_kg: tuple[float, ...]) -> Run:
    from hw.settings import FULL_SCALE_V
    from station.commissioning.calibrating.plan import MASSES_KG
    from station.commissioning.calibrating.run import begin

    seed = settings.station.seed if rig.name == "simulated" else None
    range_v = FULL_SCALE_V[settings.rig.load_cells.gain]
    return begin(rig.name, seed, rig.plate, rig.calibration, range_v, masses_kg or MASSES_KG)


class _Guide:
    """The dialogue: says the next step, reads, says what was wrong, and in the end asks whether to accept."""

    def __init__(self, run: Run, rig: Rig, clock: StationClock, folder: Path, by: str, as_json: bool) -> None:
        self._run = run
        self._rig = rig
        self._clock = clock
        self._folder = folder
        self._by = by
        self._as_json = as_json

    def go(self) -> None:
        """Until it is accepted, or left."""
        self._tell(say("cli.calibrate.keys"))
        while True:
            self._run.refresh(self._now_s())
            at = self._run.next
            if at is None:
                question = say("cli.calibrate.accept", steps=len(self._run.steps))
            else:
                to_do = seen(self._run.steps[at].to_do())
                question = say("cli.calibrate.step", step=at + 1, steps=len(self._run.steps), to_do=to_do)
            answer = self._ask(question)
            if answer.startswith("q"):
                self._tell(say("cli.calibrate.left"))
                return
            if answer.startswith(("b", "r")):
                self._back(answer)
            elif at is None:
                if self._accept():
                    return
            else:
                self._read(at)

    def _back(self, answer: str) -> None:
        from station.commissioning.calibrating import unfinished

        number = answer[1:].strip()
        self._run.back(int(number) - 1 if number.isdigit() else None)
        unfinished.save(self._folder, self._run)

    def _read(self, at: int) -> None:
        from station.commissioning.calibrating import unfinished
        from station.commissioning.calibrating.plan import CREEP, CREEP_WAIT_S
        from station.commissioning.calibrating.reading import read_cells
        from station.faults import InputError
        from station.texts.problems import detail

        step = self._run.steps[at]
        put = self._rig.faults.get("dead_weight")
        if put is not None:
            put(1000.0 * step.mass_kg, step.ml_mm, step.ap_mm)
        wait_s = CREEP_WAIT_S if step.kind == CREEP else _HANDLING_S if put is not None else 0.0
        self._clock.sleep_until_ns(self._clock.now_ns() + round(wait_s * 1e9))
        try:
            self._run.take(read_cells(self._rig, self._clock))
        except InputError as problem:
            self._tell(say("cli.calibrate.not-taken", why=detail(texts(), problem)))
            return
        unfinished.save(self._folder, self._run)

    def _accept(self) -> bool:
        from station.commissioning.calibrating import unfinished
        from station.faults import InputError
        from station.plate import calibrations as store
        from station.texts.problems import detail

        made_at = datetime.fromtimestamp(round(self._now_s()), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        try:
            document = self._run.finish(self._by, made_at)
        except InputError as problem:
            self._tell(say("cli.calibrate.not-accepted", why=detail(texts(), problem)))
            return False
        path = store.accept(self._folder, document)
        unfinished.drop(self._folder, self._rig.name)
        if self._as_json:
            click.echo(
                json.dumps(
                    {"calibration": str(path), "checks": document["checks"], "residuals": document["residuals"]},
                    indent=2,
                )
            )
            return True
        click.echo(say("cli.calibrate.residuals"))
        point = texts().value(0.5)[1]
        for row in document["residuals"]:
            line = (
                f"  {row['mass_kg']:4g} kg  {row['ml_mm']:6.0f} mm  {row['ap_mm']:6.0f} mm  "
                f"{row['force_percent']:+9.3f} %   {row['ml_error_mm']:+.2f}, {row['ap_error_mm']:+.2f} mm"
            )
            click.echo(line.replace(".", point))
        click.echo(say("cli.calibrate.checks", **document["checks"]))
        click.echo(say("cli.calibrate.accepted", path=path))
        return True

    def _ask(self, question: str) -> str:
        try:
            return str(click.prompt(question, default="", show_default=False, err=True)).strip().lower()
        except click.Abort:
            return "q"

    def _tell(self, text: str) -> None:
        click.echo(text, err=True)

    def _now_s(self) -> float:
        return (self._clock.epoch_ns + self._clock.now_ns()) / 1e9
