"""The safe mode: a small server for when the station does not come up. No database, no drive, nothing of a release.

Anybody who reaches it reads that it is the safe mode. To see why, and to do something about it, a person needs two
things that are not in the records: the code on the patient's screen, which is another one each time and says that they
are here, and the PIN of the safe mode, which the installer made.
"""

from __future__ import annotations

import hmac
import secrets
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from station_install import please_wait
from station_install.answers import DOOR, STATION
from station_install.bundle import bundle, journal
from station_install.network import ADDRESS
from station_install.program import CURRENT, PROVEN
from station_install.root import Root, StepError
from station_install.safe_pages import opened_page, plain_page, shut_page
from station_install.watching import forget
from station_install.words import AUTHORED, Words
from station_install.works import Works

PIN = "/etc/balance-station/safe-mode.pin"
CODE = "/run/balance-station-safe-mode/code"
"""The code of now, for whoever is root at a station without a screen."""
CODE_DIGITS, PIN_DIGITS = 6, 8
LONGEST_BODY = 4096
FIRST_WAIT_S, LONGEST_WAIT_S = 2.0, 600.0
"""After a wrong try; twice as long after each further one. All tries count together, whoever makes them."""
OPEN_S = 1800.0
COOKIE = "station_safe_mode"
_FREEBIND = 15
"""IP_FREEBIND of <linux/in.h>, which Python's socket module does not name."""


@dataclass(frozen=True)
class SafeModePin:
    """The PIN is made once, and stays: somebody wrote it down."""

    name: str = "safe-mode"
    says: str = f"the PIN of the safe mode in {PIN}, which root alone reads"

    def differs(self, root: Root) -> list[str]:
        """Whether there is none."""
        return [] if root.read(PIN) else ["the safe mode has no PIN"]

    def do(self, root: Root) -> None:
        """Make one."""
        if self.differs(root):
            new_pin(root)

    def undo(self, root: Root) -> None:
        """Away."""
        root.remove(PIN)


def new_pin(root: Root) -> str:
    """Another PIN, in a file that root alone reads."""
    pin = "".join(secrets.choice("0123456789") for _ in range(PIN_DIGITS))
    root.write(PIN, f"{pin}\n", 0o600)
    return pin


@dataclass
class Gate:
    """Whoever knows both, the code on the screen and the PIN, is let in for half an hour."""

    pin: str
    """Empty: nobody is let in."""
    now_s: Callable[[], float] = time.monotonic
    code: str = field(default_factory=lambda: "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS)))
    _wait_s: float = FIRST_WAIT_S
    _again_s: float = 0.0
    _sessions: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def try_in(self, code: str, pin: str) -> str:
        """A token where both are right, else "". Between two tries it takes time; a try before that counts as wrong."""
        with self._lock:
            now_s = self.now_s()
            if not self.pin or now_s < self._again_s:
                return ""
            right = hmac.compare_digest(code.encode(), self.code.encode())
            right &= hmac.compare_digest(pin.encode(), self.pin.encode())
            if not right:
                self._again_s = now_s + self._wait_s
                self._wait_s = min(2.0 * self._wait_s, LONGEST_WAIT_S)
                return ""
            self._wait_s = FIRST_WAIT_S
            token = secrets.token_urlsafe(24)
            self._sessions = {token: now_s + OPEN_S}  # one person at a time
            return token

    @property
    def wait_s(self) -> int:
        """How long nobody can try, whole seconds."""
        return max(0, int(self._again_s - self.now_s() + 0.999))

    def is_open(self, token: str) -> bool:
        """Whether this token was given, and counts still."""
        return self._sessions.get(token, 0.0) > self.now_s()


@dataclass(frozen=True)
class Remedies:
    """What can be done; each begins it and returns, because the safe mode ends when the station starts."""

    root: Root
    again: Callable[[], None]
    back: Callable[[], None]
    restore: Callable[[Path, str], str]
    """Of a backup with its passphrase; what it said."""

    def backups(self) -> list[Path]:
        """Files that may be backups, on sticks and in the data folder's neighbours, the newest first."""
        folders = [self.root.path(one) for one in ("/media", "/mnt", "/var/backups")]
        found = [
            file for folder in folders for depth in ("*", "*/*", "*/*/*") for file in folder.glob(f"{depth}.backup")
        ]
        return sorted({one for one in found if one.is_file()}, key=lambda one: -one.stat().st_mtime)[:50]


class SafeMode(ThreadingHTTPServer):
    """Serves on one address."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], gate: Gate, remedies: Remedies, words: Words) -> None:
        self.gate, self.remedies, self.words = gate, remedies, words
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Also at an address that the computer gets later: the wireless network may come up behind it."""
        self.socket.setsockopt(socket.SOL_IP, _FREEBIND, 1)
        super().server_bind()


class _Handler(BaseHTTPRequestHandler):
    server: SafeMode
    server_version, sys_version = "balance-station", ""
    timeout = 20

    def do_GET(self) -> None:
        """A page, the bundle, or how it stands for a program."""
        path = urlsplit(self.path).path
        gate, words = self.server.gate, self.server.words
        if path == "/patient" and self._is_here():
            self._send(please_wait.page(words, self.server.server_address[1], gate.code))
        elif path == "/healthz":
            self._send('{"safe_mode": true}', 503, "application/json")
        elif not gate.is_open(self._token()):
            self._send(shut_page(words, gate.wait_s, known=bool(gate.pin)))
        elif path == "/bundle.zip":
            self._send(bundle(self.server.remedies.root), 200, "application/zip", "bundle.zip")
        else:
            root = self.server.remedies.root
            self._send(opened_page(words, root, self.server.remedies.backups(), journal(root, 80), self._token()))

    def do_POST(self) -> None:
        """A way in, or a remedy."""
        form, gate, words = self._form(), self.server.gate, self.server.words
        path = urlsplit(self.path).path
        if not self._from_here():
            self._send(plain_page(words, "safe.refused"), 403)
        elif path == "/in":
            token = gate.try_in(form.get("code", "").replace(" ", ""), form.get("pin", "").strip())
            cookie = f"{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/" if token else ""
            self._go("/", cookie)
        elif not gate.is_open(self._token()) or not hmac.compare_digest(form.get("token", ""), self._token()):
            self._send(plain_page(words, "safe.refused"), 403)
        else:
            self._remedy(path, form)

    def _remedy(self, path: str, form: dict[str, str]) -> None:
        remedies, words = self.server.remedies, self.server.words
        try:
            if path == "/again":
                self._send(plain_page(words, "safe.begun"))
                remedies.again()
            elif path == "/back":
                self._send(plain_page(words, "safe.begun"))
                remedies.back()
            elif path == "/restore":
                chosen = [one for one in remedies.backups() if str(one) == form.get("file", "")]
                said = remedies.restore(chosen[0], form.get("passphrase", "")) if chosen else ""
                self._send(plain_page(words, "safe.restored" if chosen else "safe.refused", said))
            else:
                self._send(plain_page(words, "safe.refused"), 404)
        except StepError as problem:
            self._send(plain_page(words, "safe.failed", str(problem)), 500)

    # --- what a request says ----------------------------------------------------------------------------------------

    def _is_here(self) -> bool:
        """The patient's screen is this computer's own."""
        return str(self.client_address[0]) in ("127.0.0.1", "::1")

    def _token(self) -> str:
        for one in self.headers.get("Cookie", "").split(";"):
            name, _, value = one.strip().partition("=")
            if name == COOKIE:
                return value
        return ""

    def _from_here(self) -> bool:
        """That no other page made the browser send this."""
        origin, host = self.headers.get("Origin"), self.headers.get("Host", "")
        return origin is None or urlsplit(origin).netloc == host

    def _form(self) -> dict[str, str]:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LONGEST_BODY:
            return {}
        text = self.rfile.read(int(length)).decode("utf-8", "replace")
        return {key: values[0] for key, values in parse_qs(text, keep_blank_values=True).items()}

    # --- an answer --------------------------------------------------------------------------------------------------

    def _send(
        self, body: str | bytes, status: int = 200, kind: str = "text/html; charset=utf-8", name: str = ""
    ) -> None:
        sent = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self._headers(kind, len(sent))
        if name:
            self.send_header("Content-Disposition", f'attachment; filename="{name}"')
        self.end_headers()
        self.wfile.write(sent)

    def _go(self, place: str, cookie: str) -> None:
        self.send_response(303)
        self.send_header("Location", place)
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self._headers("text/plain", 0)
        self.end_headers()

    def _headers(self, kind: str, length: int) -> None:
        for header, value in {
            "Content-Type": kind,
            "Content-Length": str(length),
            "Safe-Mode": "1",
            "Cache-Control": "no-store",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        }.items():
            self.send_header(header, value)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Nothing: what is asked may name somebody."""


def addresses(port: int, access_point_port: int | None) -> list[tuple[str, int]]:
    """Where it is served: for the screen of this computer, and for phones at the station's own network where it has
    one. Never in a network of others: the PIN would pass there for all to read.
    """
    return [("127.0.0.1", port), *([] if access_point_port is None else [(ADDRESS, access_point_port)])]


def safe_mode(works: Works, release: Path) -> list[SafeMode]:
    """The servers of this computer; `release` is the folder whose words are said."""
    root, settings = works.root, works.settings()
    gate = Gate((root.read(PIN) or "").strip())
    root.write(CODE, f"{gate.code}\n", 0o600)
    language = settings.get("web", {}).get("patient_language") or settings.get("station", {}).get("language")
    words = Words(release, language if isinstance(language, str) else AUTHORED)
    phones = settings.get("phones", {})
    door = phones.get("access_point_port", DOOR) if phones.get("access_point") else None
    remedies = Remedies(
        root, lambda: _again(works), lambda: _back(root), lambda file, secret: _restore(root, file, secret)
    )
    return [SafeMode(address, gate, remedies, words) for address in addresses(works.port(), door)]


def _again(works: Works) -> None:
    forget(works.root)
    works.start()


def _back(root: Root) -> None:
    """By a unit of its own: this one ends when the station starts."""
    installer = str(root.path(f"{PROVEN}/systemd/install"))
    root.run("systemd-run", "--unit=station-back", "--collect", installer, "back")


def _restore(root: Root, file: Path, passphrase: str) -> str:
    """By the program of the release that runs, or of the one that came up last. Raises StepError."""
    said = ""
    for release in (CURRENT, PROVEN):
        command = [str(root.path(f"{release}/bin/station")), "restore", str(file), "--replace", "--by", "safe mode"]
        try:
            done = subprocess.run(
                [*command, "--settings", str(root.path(STATION))],
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "STATION_PASSPHRASE": passphrase},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as problem:
            said = said or str(problem)
            continue
        said = (done.stdout + done.stderr).strip()
        if done.returncode == 0:
            return said
    raise StepError(said)


def serve(servers: list[SafeMode]) -> None:
    """All of them, until the process is ended."""
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    servers[0].serve_forever()
