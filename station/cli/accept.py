"""`station accept`: leads through the acceptance of a built station at a terminal, and prints its sheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from station.cli.groups import handed_as
from station.cli.options import as_json, settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import marks, say, seen, texts

if TYPE_CHECKING:
    from station.commissioning.accepting.gauge import Gauge
    from station.commissioning.accepting.parts import SheetPart
    from station.commissioning.accepting.sheet import AcceptanceSheet, SheetResult
    from station.records.audit import AuditLog
    from station.settings import Settings

_MARKS = {True: "ok", False: "fail", None: "na"}


class _AcceptWish(NamedTuple):
    """What is wanted of it."""

    by: str
    action: str | None
    """"status", "abort", "history" or "sheet"."""
    name: str
    """Of a finished sheet; "" for the newest."""
    out: Path | None
    as_json: bool


def _settings_of(settings_file: Path | None, data: Path | None, rig: str | None, seed: int | None) -> Settings:
    return settings_with(settings_file, rig=rig, data=data, seed=seed)


@click.command(cls=Verb)
@settings_options
@click.option("--rig", metavar="simulated|pi|pi5", help="cli.option.rig.calibrate")
@click.option("--seed", type=click.IntRange(min=0), help="cli.option.seed.calibrate")
@click.option("--by", default="", metavar="NAME", help="cli.option.by.accept")
@click.option("--status", "action", flag_value="status", help="cli.option.status.accept")
@click.option("--abort", "action", flag_value="abort", help="cli.option.abort.accept")
@click.option("--history", "action", flag_value="history", help="cli.option.history.accept")
@click.option("--sheet", "action", flag_value="sheet", help="cli.option.sheet.accept")
@click.option("--name", default="", metavar="NAME", help="cli.option.name.accept")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.pdf", help="cli.option.out.accept")
@as_json
@handed_as("wish", _AcceptWish)
@handed_as("settings", _settings_of)
def accept(settings: Settings, wish: _AcceptWish) -> None:
    """Accept a built station: weights, ruler, swinging weight, each way to stop, one-shots, noise, the room.

    Asks, measures with the station's own cells and judges, part by part; can be left and gone on with. Nobody stands on
    the plate; it will shake. Stop the station first.
    """
    from station.commissioning.accepting import kept
    from station.settings import data_folder

    folder = data_folder(settings)
    if wish.action == "sheet" or wish.out is not None:
        _print_sheet(folder, wish)
    elif wish.action == "history":
        _history(folder, wish.as_json)
    elif wish.action == "status":
        _status(folder, settings.station.rig, wish.as_json)
    elif wish.action == "abort":
        kept.drop(folder, settings.station.rig)
        click.echo(json.dumps({"aborted": True}) if wish.as_json else say("cli.accept.aborted"))
    else:
        _guide(settings, folder, wish)


def _print_sheet(folder: Path, wish: _AcceptWish) -> None:
    from station.commissioning.accepting import kept
    from station.recording.disk import storage_error
    from station.reports.acceptance import acceptance_page
    from station.reports.printing import pdf_of
    from station.reports.words_only import lines_of

    sheet, document = kept.read_sheet(kept.find(folder, wish.name))
    if wish.as_json:
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    page = acceptance_page(sheet, document, texts())
    if wish.out is None:
        click.echo("\n".join(lines_of(page)))
        return
    try:
        wish.out.write_bytes(pdf_of(page))
    except OSError as problem:
        raise storage_error(problem, wish.out) from problem
    click.echo(say("cli.export.wrote", path=wish.out))


def _history(folder: Path, as_json: bool) -> None:
    from station.commissioning.accepting import kept

    rows = []
    for path in kept.history(folder):
        sheet, document = kept.read_sheet(path)
        rows.append({"name": path.stem, "rig": sheet.rig, "by": str(document["by"]), "verdict": sheet.verdict})
    lines = [
        say("cli.accept.row", name=row["name"], rig=row["rig"], by=row["by"], verdict=_verdict(row["verdict"]))
        for row in rows
    ]
    click.echo(json.dumps(rows, indent=2) if as_json else "\n".join(lines) or say("cli.accept.none"))


def _verdict(verdict: str) -> str:
    return say(f"accept.verdict.{verdict}")


def _status(folder: Path, rig: str, as_json: bool) -> None:
    from station.commissioning.accepting import kept
    from station.commissioning.accepting.parts import PARTS

    sheet = kept.load(folder, rig)
    done, n = (0 if sheet is None else len(sheet.results)), len(PARTS)
    if as_json:
        known = None if sheet is None else {"done": done, "parts": n, "verdict": sheet.verdict}
        click.echo(json.dumps({"rig": rig, "unfinished": known, "finished": len(kept.history(folder))}))
    elif sheet is None:
        click.echo(say("cli.accept.not-begun"))
    else:
        click.echo(say("cli.accept.begun", done=done, parts=n))


def _guide(settings: Settings, folder: Path, wish: _AcceptWish) -> None:
    from station.claim import claim
    from station.cli.calibrate import refuse_beside_control
    from station.clock import MonotonicClock, StationClock, VirtualClock
    from station.commissioning.accepting import kept
    from station.faults import InputError, because
    from station.processes.rigs import opened_rig
    from station.settings import runtime_folder

    name = settings.station.rig
    if name == "replay":
        raise InputError("acceptance-refused", "--rig replay", because("recording-not-tested"))
    runtime = runtime_folder(settings)
    refuse_beside_control(runtime)
    with claim(runtime):
        sheet = kept.load(folder, name)
        clock: StationClock = VirtualClock() if name == "simulated" else MonotonicClock()
        with opened_rig(settings, clock) as rig:
            gauge = _gauge_of(settings, folder, rig, clock)
            sheet = _checked(sheet, settings) or _begun(settings, folder, gauge)
            if sheet.recalibrated(_calibration(folder, gauge)):
                click.echo(say("cli.accept.recalibrated"), err=True)
            _Lead(sheet, gauge, folder, wish).go()


def _gauge_of(settings: Settings, folder: Path, rig: Any, clock: Any) -> Gauge:  # noqa: ANN401  # ports, imported late
    from hw.mechanics import interpolate
    from hw.settings import FULL_SCALE_V
    from station.commissioning.accepting.gauge import Gauge
    from station.plate.calibrations import calibration_for

    known = calibration_for(folder, rig.name, settings.station.seed, rig.plate)
    cells = settings.rig.load_cells
    return Gauge(
        rig,
        clock,
        rig.calibration if known is None else known.calibration,
        FULL_SCALE_V[cells.gain],
        lambda hz: interpolate(settings.rig.drive.displacement_pp_mm, hz),
        lambda to_do: click.echo(f"  -> {seen(to_do)}", err=True),
        cells.addresses if cells.layout == "four_chips" else (),
    )


def _seed(settings: Settings) -> int | None:
    return settings.station.seed if settings.station.rig == "simulated" else None


def _checked(sheet: AcceptanceSheet | None, settings: Settings) -> AcceptanceSheet | None:
    """The acceptance that was left, where it is of this plate. Raises InputError "acceptance-refused"."""
    from station.commissioning.accepting.gauge import refused
    from station.faults import because

    if sheet is not None and sheet.seed != _seed(settings):
        raise refused(because("accept-another-begun", seed=str(sheet.seed)))
    return sheet


def _begun(settings: Settings, folder: Path, gauge: Gauge) -> AcceptanceSheet:
    import time
    from importlib.metadata import version

    from station.commissioning.accepting.sheet import AcceptanceSheet

    program = version("balance-station")
    return AcceptanceSheet(
        gauge.rig.name, _seed(settings), gauge.rig.plate, _calibration(folder, gauge), program, time.time()
    )


def _calibration(folder: Path, gauge: Gauge) -> str:
    """The id of the calibration that is measured by; "" as delivered."""
    from station.plate.calibrations import current_name

    known = current_name(folder, gauge.rig.name) or ""
    return "" if gauge.calibration == gauge.rig.calibration else known.removesuffix(".json")


class _Lead:
    """The dialogue: says what is next, asks, measures, says what was found, and in the end who keeps the sheet."""

    def __init__(self, sheet: AcceptanceSheet, gauge: Gauge, folder: Path, wish: _AcceptWish) -> None:
        self._sheet = sheet
        self._gauge = gauge
        self._folder = folder
        self._wish = wish
        self._by = wish.by

    def go(self) -> None:
        """Until the sheet is kept, or left."""
        from station.commissioning.accepting import kept
        from station.commissioning.accepting.sheet import words_of
        from station.faults import InputError
        from station.texts.problems import detail

        self._by = words_of(self._by)
        self._tell(say("cli.accept.keys"))
        while not self._by:
            answer = self._ask(say("cli.accept.who"))
            if answer is None:
                return
            self._by = words_of(answer)
        while True:
            try:
                if not self._one():
                    return
            except InputError as problem:
                self._tell(say("cli.accept.not-taken", why=detail(texts(), problem)))
                continue
            kept.save(self._folder, self._sheet)

    def _one(self) -> bool:
        """The next part, or what a person wants instead; False when it is over. Raises InputError for what is wrong."""
        from station.commissioning.accepting.doing import measured, to_do
        from station.commissioning.accepting.parts import PARTS

        part = self._sheet.next
        if part is None:
            return self._finish()
        number = PARTS.index(part) + 1
        self._tell("")
        self._tell(say("cli.accept.part", number=number, n=len(PARTS), part=say(f"accept.part.{part.name}")))
        self._tell(f"  {seen(to_do(part, self._gauge))}")
        if part.measured or not part.questions:
            answer = self._ask(f"  {say('cli.accept.enter')}")
            if answer is None or (answer and not self._instead(answer, part)):
                return False
            if answer:
                return True
        given: dict[str, float | str] = {}
        for question in part.questions:
            value = self._answered(question, part)
            if value is None:
                return False
            if value == _ELSEWHERE:
                return True
            given[question.name] = value
        found = measured(part, given, self._gauge, self._sheet)
        result = self._sheet.take(part, given, found, self._by, _now_s())
        self._say_result(part, result)
        return True

    def _answered(self, question: Any, part: SheetPart) -> float | str | None:  # noqa: ANN401  # imported late
        """The answer, asked for until it is one; None to leave, `_ELSEWHERE` where another part comes first."""
        from station.commissioning.accepting.parts import NO, YES
        from station.commissioning.accepting.sheet import answer_of
        from station.faults import InputError
        from station.texts.answers import yes_or_no
        from station.texts.problems import detail

        earlier = [one.given.get(question.name) for one in self._sheet.results.values()] if question.number else []
        usual = next((f"{value:g}" for value in reversed(earlier) if isinstance(value, float)), "")
        shown = f" [{usual}]" if usual else ""
        while True:
            answer = self._ask(f"  {say(f'accept.ask.{question.name}')}{shown}")
            if answer is None:
                return None
            answer = answer or usual
            if answer.strip() in ("q", "b", _LEAVES_OUT) or answer.startswith("r "):
                return _ELSEWHERE if self._instead(answer, part) else None
            try:
                meant = yes_or_no(answer, texts()) if question.choice else None
                return answer_of(question, answer if meant is None else YES if meant else NO)
            except InputError as problem:
                self._tell(f"  {say('cli.accept.not-taken', why=detail(texts(), problem))}")

    def _instead(self, answer: str, part: SheetPart) -> bool:
        """What the keys want; False to leave. Raises InputError for keys that mean nothing."""
        from station.commissioning.accepting.gauge import refused
        from station.faults import because

        key, _, rest = answer.strip().lower().partition(" ")
        if key == "q":
            self._tell(say("cli.accept.left"))
            return False
        if key == "b":
            self._sheet.back()
        elif key == "r" and rest.isdigit():
            self._sheet.back(int(rest))
        elif key == _LEAVES_OUT:
            reason = self._ask(f"  {say('cli.accept.why')}")
            if reason is None:
                return False
            self._sheet.leave_out(part, reason, self._by, _now_s())
        else:
            raise refused(because("accept-keys"))
        return True

    def _say_result(self, part: SheetPart, result: SheetResult) -> None:
        from station.reports.acceptance import bound_words, figure_words
        from station.texts.faults import fault_words

        own = texts()
        for bound in part.bounds:
            value = result.value(bound.figure)
            mark = marks()[_MARKS[bound.holds(value)]]
            self._tell(f"  {mark}  {figure_words(bound.figure, value, own)} ({bound_words(bound, own)})")
        if result.fault:
            what, _, remedy = fault_words(own, result.fault)
            self._tell(f"  {marks()['fail']}  {what} {remedy}  [{result.fault}]")
        elif not part.bounds:
            self._tell(f"  {marks()[_MARKS[result.passed]]}")
        if result.passed is False:
            self._tell(f"  {say('cli.accept.failed')}")

    def _finish(self) -> bool:
        """Ask who keeps the sheet; keep it, in the audit log too, and print it. False when it is over."""
        import hashlib

        from station.commissioning.accepting import kept
        from station.commissioning.accepting.parts import PARTS
        from station.reports.acceptance import acceptance_page
        from station.reports.words_only import lines_of

        sheet = self._sheet
        self._tell("")
        self._tell(say("cli.accept.all-done", n=len(PARTS), verdict=_verdict(sheet.verdict)))
        answer = self._ask(say("cli.accept.keep"))
        if answer is None:
            return False
        if answer.strip().lower() != "k":
            return self._instead(answer, PARTS[-1])
        log, now_ns = _audit_log(self._folder)  # first: no sheet is kept without its line
        path = kept.finish(self._folder, sheet, self._by, _now_s())
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        log.add(now_ns, self._by, "acceptance", {"sheet": path.name, "verdict": sheet.verdict, "sha256": sha256})
        kept_sheet, document = kept.read_sheet(path)
        if self._wish.as_json:
            click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        else:
            click.echo("\n".join(lines_of(acceptance_page(kept_sheet, document, texts()))))
            click.echo(say("cli.accept.kept", path=path))
        return False

    def _ask(self, question: str) -> str | None:
        """The answer; None where nobody is there to give one."""
        try:
            return str(click.prompt(question, default="", show_default=False, err=True))
        except click.Abort:
            self._tell(say("cli.accept.left"))
            return None

    def _tell(self, text: str) -> None:
        click.echo(text, err=True)


_LEAVES_OUT = "x"
"""A letter with which no language's yes or no begins: Spanish and Portuguese say yes with an s."""
_ELSEWHERE = "\0"
"""No answer can be this: controls are taken out of them."""


def _now_s() -> float:
    import time

    return time.time()


def _audit_log(folder: Path) -> tuple[AuditLog, int]:
    """The audit log of the records, which are made where the station has not run yet, and the time."""
    from station.recording.books import Books, open_or_begin_again
    from station.records.audit import AuditLog

    records = open_or_begin_again(folder)
    Books(folder, records).identify()
    return AuditLog(records), records.now_ns()
