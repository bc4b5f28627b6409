"""Files about one patient that are made while somebody waits: one after the other, each in a process of its own with a
bound on its time and its memory, because what sets a page or packs a recording must not hold up a STOP.

They lie in a folder that nothing else reads and no backup takes, for a quarter of an hour, and go to the browser that
asked for them.
"""

from __future__ import annotations

import json
import os
import resource
import secrets
import shutil
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

from station.claim import bound
from station.faults import InputError, StationError, because, from_json
from station.recording.disk import storage_error

FOLDER = ".papers"
"""In the data folder; its name keeps it out of backups."""
FETCHED_WITHIN_S = 900.0
"""How long a file can be fetched once it is made."""
MOST_WAITING = 4
MOST_PAPERS = 12
MADE_WITHIN_S = 90.0
MOST_MEMORY_BYTES = 600_000_000
"""Of memory that a process may ask for; a report takes a sixth of it."""
_PDF = "application/pdf"
_ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


class PaperKind(NamedTuple):
    """What can be made, and within which time."""

    media: str
    ending: str
    longest_s: float = MADE_WITHIN_S
    named: bool = False
    """Whether it cannot be made without what tells who the patient is."""


_REPORTS = {name: PaperKind(_PDF, "pdf") for name in ("assessment", "progress", "visit", "handout")}
KINDS = MappingProxyType(
    {
        **_REPORTS,
        "figures": PaperKind("application/zip", "zip", 300.0),
        "fhir": PaperKind("application/fhir+json", "json", 300.0),
        "everything": PaperKind("application/zip", "zip", 900.0, named=True),
        "trends": PaperKind("application/json", "json"),
        "replay": PaperKind("text/html", "html", 300.0),
        "trace": PaperKind("application/json", "json"),
    }
)
"""By the word that the process knows them by."""


class PaperOrder(NamedTuple):
    """What is wanted."""

    kind: str
    """One of `KINDS`."""
    patient: str
    """A code."""
    visit: str = ""
    """UUID of the visit that it is about; "" for the newest in which something was done."""
    language: str = "en"
    by: str = ""
    """Who hands it out, where that is written down."""
    recording: str = ""
    """In the data folder: what is replayed, or traced."""
    named: bool = True
    """Whether it may say who the patient is."""

    def arguments(self, data: Path, out: Path) -> list[str]:
        """Of the process that makes it: the pages' own drawing replays a recording, the station makes all else."""
        if self.kind == "replay":
            options = [f"--language={self.language}", f"--patient={self.patient}"]
            return ["web_ui.viewer", str(data / self.recording), str(out), *options]
        said = {"patient": self.patient, "visit": self.visit, "language": self.language, "by": self.by}
        said |= {"recording": self.recording}
        options = [f"--{name}={value}" for name, value in said.items()]
        return ["station.exchange.making", self.kind, *options, f"--data={data}", f"--out={out}"] + (
            [] if self.named else ["--codes-only"]
        )

    @property
    def name(self) -> str:
        """Of the file, for whoever keeps it."""
        what = Path(self.recording).stem or self.kind
        return f"{self.patient.lower()}-{what}.{KINDS[self.kind].ending}"


class Paper(NamedTuple):
    """One file: waited for, made, or refused."""

    id: str
    owner: str
    order: PaperOrder
    path: Path
    since_s: float
    """Monotonic: when it was asked for, then when it was made or refused."""
    made: bool = False
    problem: StationError | None = None

    @property
    def state(self) -> Literal["waiting", "ready", "failed"]:
        """How far it is."""
        return "failed" if self.problem is not None else "ready" if self.made else "waiting"


class Papers:
    """The files of one data folder. Any thread may ask."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._folder = data / FOLDER
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._papers: dict[str, Paper] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def begin(self, owner: str, order: PaperOrder) -> Paper:
        """Have it made, for whoever has this name. Raises StationError "papers-busy" where too many wait already, and
        "disk-full" or "data-folder" where it has no place.
        """
        self._forget_old()
        with self._lock:
            if sum(one.state == "waiting" for one in self._papers.values()) >= MOST_WAITING:
                raise StationError("papers-busy", order.patient)
            if not self._papers:
                self._empty()
            name = secrets.token_urlsafe(16)
            paper = Paper(name, owner, order, self._folder / name, time.monotonic())
            self._papers[name] = paper
        threading.Thread(target=self._make, args=(paper,), name="paper", daemon=True).start()
        return paper

    def look(self, owner: str, name: str) -> Paper:
        """How it stands. Raises InputError "paper-unknown", also where it is another's."""
        self._forget_old()
        paper = self._papers.get(name)
        if paper is None or not secrets.compare_digest(paper.owner, owner):
            raise InputError("paper-unknown")
        return paper

    def forget(self, patient: str) -> None:
        """Take away what was made of this patient."""
        with self._lock:
            for one in list(self._papers.values()):
                if one.order.patient.upper() == patient.upper():
                    self._drop(one)

    def close(self) -> None:
        """End what is being made, and take all of it away."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()
            self._papers.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _make(self, paper: Paper) -> None:
        with self._turn:
            if paper.id in self._papers:
                problem = self._made(paper)
                with self._lock:
                    if paper.id in self._papers:
                        told = paper._replace(made=problem is None, problem=problem, since_s=time.monotonic())
                        self._papers[paper.id] = told
                    if problem is not None or paper.id not in self._papers:
                        paper.path.unlink(missing_ok=True)

    def _made(self, paper: Paper) -> StationError | None:
        """Why it was not made; None where it was."""
        command = bound(*paper.order.arguments(self._data, paper.path))
        longest_s = KINDS[paper.order.kind].longest_s
        try:
            process = self._begun(command)
            try:
                _, said = process.communicate(timeout=longest_s)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                return StationError("paper-failed", paper.order.kind, because("took-longer", seconds=longest_s))
        except OSError as problem:
            return storage_error(problem, paper.path)
        return None if process.returncode == 0 else _fault(paper.order.kind, process.returncode, said)

    def _begun(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self._lock:
            process = subprocess.Popen(  # noqa: S603  # our own command
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={**os.environ, **_ONE_CORE},
            )
            self._process = process
            if self._closed:
                process.kill()
        with suppress(ProcessLookupError):
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
            with suppress(PermissionError):  # under systemd it has the pages' own, which is behind everything already
                os.setpriority(os.PRIO_PROCESS, process.pid, 15)
        return process

    def _empty(self) -> None:
        """Of what an earlier process left."""
        try:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as problem:
            raise storage_error(problem, self._folder) from problem

    def _forget_old(self) -> None:
        with self._lock:
            done = sorted((one for one in self._papers.values() if one.state != "waiting"), key=lambda one: one.since_s)
            too_many = len(done) - MOST_PAPERS
            for at, one in enumerate(done):
                if at < too_many or time.monotonic() - one.since_s > FETCHED_WITHIN_S:
                    self._drop(one)

    def _drop(self, paper: Paper) -> None:
        del self._papers[paper.id]
        with suppress(OSError):
            paper.path.unlink(missing_ok=True)


def _fault(kind: str, code: int, said: bytes) -> StationError:
    """What the process said of its end in its last line."""
    lines = said.decode(errors="replace").strip().splitlines() or [""]
    try:
        told = json.loads(lines[-1])
        return StationError(told["code"], told["where"], *map(from_json, told["problems"]))
    except (ValueError, KeyError, TypeError):
        return StationError("paper-failed", kind, because("paper-ended", code=code, said=lines[-1][:200]))
