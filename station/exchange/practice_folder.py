"""The folder by which a practice's own software asks for a test and gets the results (GDT 2.1).

A request is kept in the station's data folder before it is taken out of the shared one, and until it is answered; one
that cannot be taken is kept as well, with why. So nothing is lost by a power cut, or by a share that is gone for a day.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from station.clock import NS_PER_S, local_midnight_ns
from station.exchange import gdt
from station.exchange.gdt import GdtRecord
from station.faults import InputError, StationError, StorageError, as_json, because, from_json
from station.keeping import practice_requests
from station.keeping.practice_requests import REFUSED
from station.measures.tasks.quotients import mean_of
from station.recording.disk import storage_error
from station.records.file import Records
from station.records.models import CLOSED
from station.records.patients import Patients
from station.records.visits import Visits
from station.reports.facts import is_scored, sound_of
from station.texts import Texts
from station.wire.messages import PATIENT_CODE

BY = "gdt"
"""As the audit log names who entered a patient."""
MOST_SHOWN = 20
REFUSED_KEPT_S = 30 * 24 * 3600
"""How long a file that could not be taken is kept: it may hold a name."""
_FIRST_YEAR = 1900


class PracticeNames(NamedTuple):
    """Of whom files are: four signs each."""

    own: str
    practice: str

    @property
    def incoming(self) -> re.Pattern[str]:
        """Names of files for the station: receiver, sender, then GDT or a number."""
        return re.compile(rf"^{re.escape(self.own + self.practice)}\.(gdt|[0-9]{{3}})$", re.IGNORECASE)

    def outgoing(self, number: int) -> str:
        """The name of a file for the practice; the next number where nobody has taken the one before."""
        return f"{self.practice}{self.own}.{'GDT' if number == 0 else f'{number:03d}'}"


class SentPatient(NamedTuple):
    """A patient whom the practice has sent."""

    code: str
    since_ns: int
    record: GdtRecord
    path: Path


class RefusedFile(NamedTuple):
    """A file that could not be taken."""

    name: str
    at_ns: int
    fault: StationError


class PracticeFolder:
    """For one thread, but for `waiting` and `refused`, which any may ask."""

    def __init__(self, folder: Path, names: PracticeNames, data: Path) -> None:
        self._folder, self._names, self._data = folder, names, data
        self._kept = data / practice_requests.FOLDER
        self._seen: dict[str, tuple[int, int]] = {}
        """Size and time of files at the last look: one that is still being written is left until it rests."""

    # --- in -------------------------------------------------------------------------------------------------------

    def take(self, records: Records) -> None:
        """Take what is there and rests; what waits goes with whom it is about, where a code was corrected since. Raises
        StorageError where a folder, or the records, do not answer.
        """
        try:
            practice_requests.follow(self._data, records)
            practice_requests.forget_refused(self._data, records.now_ns() - REFUSED_KEPT_S * NS_PER_S)
            found = [path for path in self._folder.iterdir() if self._names.incoming.match(path.name)]
            sizes = {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in found}
            before, self._seen = self._seen, sizes
            for path in sorted(found):
                if before.get(path.name) == sizes[path.name]:
                    self._take(path, records)
        except OSError as problem:
            raise storage_error(problem, self._folder) from problem

    def _take(self, path: Path, records: Records) -> None:
        at_ns, content = records.now_ns(), path.read_bytes()[: gdt.LONGEST_BYTES + 1]
        try:
            record = gdt.read_gdt(content, path.name)
            code = code_of(record, path.name)
            _enter(Patients(records), code, record, path.name)
        except StorageError:
            raise
        except StationError as fault:
            self._refuse(path.name, at_ns, content, fault)
        else:
            _keep(practice_requests.place_for(self._data, code, content), content)
        path.unlink()

    def _refuse(self, name: str, at_ns: int, content: bytes, fault: StationError) -> None:
        if any(path.read_bytes() == content for path in (self._kept / REFUSED).glob(f"*-{name}")):
            return  # it could not be taken out of the shared folder, and came again
        kept = self._kept / REFUSED / f"{at_ns}-{name}"
        _write(kept, content)
        why = {"code": fault.code, "where": fault.where, "problems": [as_json(one) for one in fault.problems]}
        _write(kept.with_name(f"{kept.name}.json"), json.dumps(why).encode())

    # --- what waits -----------------------------------------------------------------------------------------------

    def waiting(self) -> list[SentPatient]:
        """Who was sent and has no results yet, oldest first. Raises StorageError."""
        try:
            return [
                SentPatient(one.code, one.since_ns, gdt.read_gdt(one.path.read_bytes(), one.path.name), one.path)
                for one in practice_requests.waiting(self._data)
            ]
        except OSError as problem:
            raise storage_error(problem, self._kept) from problem

    def refused(self) -> list[RefusedFile]:
        """The newest files that could not be taken, the newest first."""
        found = []
        for why in sorted((self._kept / REFUSED).glob("*.json"), reverse=True)[:MOST_SHOWN]:
            at, _, name = why.stem.partition("-")
            try:
                said = json.loads(why.read_text(encoding="utf-8"))
                fault = StationError(said["code"], said["where"], *map(from_json, said["problems"]))
                found.append(RefusedFile(name, int(at), fault))
            except (OSError, ValueError, KeyError, TypeError):
                continue  # cut off by a power cut: the file itself is there still
        return found

    # --- out ------------------------------------------------------------------------------------------------------

    def answer(self, records: Records, texts: Texts, paper: Callable[[str, str, Path], bool]) -> None:
        """Write the results of who waits and whose visit was signed since. `paper(code, visit, file)` makes the report
        of a visit, and says whether it did. Raises StorageError; what was not answered waits on.

        Making the report takes its time. Where the visit is another patient's by then, is open again, or says
        something else, neither goes out: the next look sees who is to be answered, and with what.
        """
        for one in self.waiting():
            visit = _answers(records, one)
            if visit is None:
                continue
            report = self._folder / f"{one.code}-{_local(visit['closed_ns']):%Y%m%d-%H%M%S}.pdf"
            made = paper(one.code, visit["id"], report)
            if _answers(records, one) == visit:
                self._answer(one, visit, texts, report if made else None)
            elif made:
                _take_back(report)

    def _answer(self, one: SentPatient, visit: Mapping[str, Any], texts: Texts, report: Path | None) -> None:
        try:
            unreal = _is_unreal(self._data, visit)
            fields = [*_about(one, self._names), *results_of(visit, texts, unreal=unreal)]
            if report is not None:
                about = texts.say("gdt.report")
                fields += [(gdt.FILE_NAME, report.stem), (gdt.FILE_KIND, "PDF")]
                fields += [(gdt.FILE_ABOUT, about), (gdt.FILE_PATH, str(report))]
            names = (self._folder / self._names.outgoing(number) for number in range(1000))
            out = next((path for path in names if not path.exists()), None)
            if out is None:
                raise StorageError("practice-folder", str(self._folder), because("gdt-full"))
            _write(out, gdt.write_gdt(gdt.RESULTS, fields))
            one.path.unlink()
        except OSError as problem:
            raise storage_error(problem, self._folder) from problem


def code_of(record: GdtRecord, where: str) -> str:
    """The code of whom a request is about: the practice's number. Raises InputError "practice-file"."""
    if record.kind != gdt.REQUEST:
        raise InputError("practice-file", where, because("gdt-kind", kind=record.kind))
    number = record.get(gdt.NUMBER)
    if not re.fullmatch(PATIENT_CODE, number):
        raise InputError("practice-file", where, because("gdt-number", number=number))
    return number.upper()


def facts_of(record: GdtRecord) -> dict[str, Any]:
    """What the station wants to know of who is sent: initials, never the name; year of birth; height."""
    letters = [record.get(name)[:1].upper() for name in (gdt.FIRST_NAME, gdt.SURNAME)]
    born, height = record.get(gdt.BORN), record.get(gdt.HEIGHT_CM).partition(".")[0]
    year = int(born[4:]) if re.fullmatch(r"[0-9]{8}", born) else 0
    return {
        "initials": "".join(f"{letter}." for letter in letters if letter),
        "birth_year": year if year >= _FIRST_YEAR else None,
        "height_cm": int(height) if re.fullmatch(r"[0-9]{2,3}", height) else None,
    }


def _enter(patients: Patients, code: str, record: GdtRecord, where: str) -> None:
    """Write down who is new. Raises InputError "practice-file" where the records say somebody else of this code."""
    facts, known = facts_of(record), patients.find(code)
    if known is None:
        patients.enter(code, facts, BY, sure=True)
        return
    if known["birth_year"] and facts["birth_year"] and known["birth_year"] != facts["birth_year"]:
        raise InputError("practice-file", where, because("gdt-other-year", code=code))
    if _letters(known["initials"]) and facts["initials"] and _letters(known["initials"]) != _letters(facts["initials"]):
        raise InputError("practice-file", where, because("gdt-other-initials", code=code))


def _is_unreal(data: Path, visit: Mapping[str, Any]) -> bool:
    from station.recording.rigs import any_simulated  # reads recordings: only where something is answered

    return any_simulated(data, (each["recording"] for each in visit["sessions"]))


def _local(at_ns: int) -> datetime:
    return datetime.fromtimestamp(at_ns / NS_PER_S).astimezone()


def _letters(initials: str) -> str:
    return "".join(filter(str.isalpha, initials)).upper()


def _answers(records: Records, sent: SentPatient) -> dict[str, Any] | None:
    """The newest visit that answers a request: signed since, and of its day or later. One of an earlier day that is
    moved to its patient, and signed again, answers nothing that was asked later.
    """
    visits = Visits(records)
    day_ns = local_midnight_ns(sent.since_ns)
    for line in visits.newest(sent.code):
        if line["state"] != CLOSED or (line["closed_ns"] or 0) <= sent.since_ns:
            continue
        whole = visits.whole(line["id"])
        if whole is None or whole["patient"] != sent.code:
            continue
        done = (one["ended_ns"] or one["started_ns"] for one in whole["sessions"])
        if max(whole["opened_ns"], *done, 0) >= day_ns:
            return whole
    return None


def _take_back(report: Path) -> None:
    try:
        report.unlink(missing_ok=True)
    except OSError as problem:
        raise storage_error(problem, report) from problem


def _about(sent: SentPatient, names: PracticeNames) -> list[tuple[str, str]]:
    """The head: to whom, and about whom, as it was asked. The number is the one that is right by now: figures of a
    person whose number was corrected are not filed under the wrong one.
    """
    request, same = sent.record, (gdt.SURNAME, gdt.FIRST_NAME, gdt.BORN, gdt.TEST)
    asked = request.get(gdt.NUMBER)
    return [
        (gdt.RECEIVER, request.get(gdt.SENDER) or names.practice),
        (gdt.SENDER, request.get(gdt.RECEIVER) or names.own),
        (gdt.CHARSET, gdt.OWN_CHARSET),
        (gdt.VERSION, "02.10"),
        (gdt.NUMBER, asked if asked.upper() == sent.code else sent.code),
        *((number, request.get(number)) for number in same if request.get(number)),
    ]


def results_of(visit: Mapping[str, Any], texts: Texts, *, unreal: bool) -> list[tuple[str, str]]:
    """A line of text and two figures of each drill that was done: the longest that was held, and the mean sway of the
    tries that were held and are not suspect, as the report has it; none of what is counted.
    `unreal`: on a rig on which nobody stands; then the text and the name of every figure say so.
    """
    mark = f"{texts.say('report.simulated.mark')}: " if unreal else ""
    done = _local(visit["closed_ns"])
    fields = [(gdt.DAY, f"{done:%d%m%Y}"), (gdt.TIME, f"{done:%H%M%S}")]
    if unreal:
        fields += [(gdt.TEXT, line) for line in gdt.text_lines(texts.say("report.simulated.warning"))]
    figures: list[tuple[str, str]] = []
    for number, session in enumerate((one for one in visit["sessions"] if one["trials"]), 1):
        trials, key = session["trials"], f"drill.{session['drill']}.title"
        drill = texts.say(key) if texts.has(key) else session["drill"]
        leg = f"word.leg.{session['leg_word']}"
        what = texts.say("page.card.drill-leg", drill=drill, leg=texts.say(leg)) if texts.has(leg) else drill
        what = f"{mark}{what}"
        longest = max(one["hold_s"] for one in trials)
        held = sum(one["outcome"] == "held" for one in trials)
        said = texts.say("gdt.line", what=what, held=held, count=len(trials), seconds=round(longest, 1))
        fields += [(gdt.TEXT, line) for line in gdt.text_lines(said)]
        figures += _figure(f"HOLD{number:02d}", texts.say("gdt.held", what=what), longest, "s")
        mean = mean_of([] if is_scored(trials) else sound_of(trials), "mean_velocity_mm_s")
        if not mean.why:
            figures += _figure(f"SWAY{number:02d}", texts.say("gdt.sway", what=what), mean.value, "mm/s")
    return [*fields, *figures]


def _figure(name: str, words: str, value: float, unit: str) -> list[tuple[str, str]]:
    return [(gdt.RESULT, name), (gdt.RESULT_NAME, words), (gdt.VALUE, f"{value:.1f}"), (gdt.UNIT, unit)]


def _keep(path: Path, content: bytes) -> None:
    """`_write`, but what is there already stays as old as it is."""
    if not path.is_file() or path.read_bytes() != content:
        _write(path, content)


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, under its name. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.part")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
