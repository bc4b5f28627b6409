"""What a person who helps from afar needs to see, and nothing of a patient: states, versions, and the journal scrubbed.

No database and no recording is opened. Lines of the journal are the program's, which names patients by codes alone;
what could be one, and whatever stands in quotes, is blotted out.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Mapping

from station_install.root import Root
from station_install.updating import RESULTS, current, earlier
from station_install.watching import failures

UNITS = ("station-control", "station-recorder", "station-web", "station-pigpiod", "station-watch", "station-update")
LINES = 400
_STATES = "ActiveState,SubState,Result,ExecMainCode,ExecMainStatus,NRestarts,ActiveEnterTimestamp"
_BLOT = "…"
_SCRUBBED = (
    (re.compile(r"(?<=/)(?:patients|patient|visits|sessions|p|phones|incidents|papers)/[^\s\"'?]+"), _BLOT),
    (re.compile(r"\"[^\"]*\"|(?<!\w)'[^']*'"), f"'{_BLOT}'"),
    (re.compile(r"\b(patients?|code|initials|name|by|names|phone)(\s*[=:]\s*)\S+", re.IGNORECASE), rf"\1\2{_BLOT}"),
    (re.compile(r"\b[A-Z]{1,6}[-._]?\d{1,6}\b(?![.\w-]*\.(?:py|service|so)\b)"), _BLOT),
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), _BLOT),
)
"""Addresses of a person's pages; what is quoted; values of fields that name somebody; codes; names of sessions."""


def scrubbed(line: str) -> str:
    """The line without whatever may be of a patient."""
    for pattern, blot in _SCRUBBED:
        line = pattern.sub(blot, line)
    return line


def journal(root: Root, lines: int = LINES) -> list[str]:
    """The last lines of the station's units, scrubbed; "" where there is no journal."""
    units = [f"--unit={unit}.service" for unit in UNITS]
    command = ("journalctl", "--no-pager", "--output=short-iso", f"--lines={lines}", *units)
    return [scrubbed(line) for line in root.run(*command, may_fail=True).stdout.splitlines()]


def bundle(root: Root) -> bytes:
    """A zip of short texts."""
    parts: Mapping[str, str] = {
        "why.json": json.dumps(failures(root), indent=1),
        "releases.json": json.dumps({"current": current(root), "earlier": earlier(root)}, indent=1),
        "updates.json": scrubbed_json(root.read(RESULTS) or "[]"),
        "journal.txt": "\n".join(journal(root)),
        "units.txt": _units(root),
        "computer.txt": _computer(root),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return out.getvalue()


def scrubbed_json(text: str) -> str:
    """The same values, with every `why` scrubbed."""
    try:
        found = json.loads(text)
    except ValueError:
        return ""
    kept = ("at_s", "kind", "release", "version", "runs", "result", "code")
    lines = [{**{key: one.get(key) for key in kept}, "why": scrubbed(str(one.get("why", "")))} for one in found]
    return json.dumps(lines, indent=1)


def _units(root: Root) -> str:
    said = []
    for unit in UNITS:
        shown = root.run("systemctl", "show", f"--property={_STATES}", f"{unit}.service", may_fail=True).stdout
        said.append(f"[{unit}]\n{shown}")
    return "\n".join(said)


def _computer(root: Root) -> str:
    """Kernel, memory, room on the disks."""
    lines = [root.run("uname", "-srm", may_fail=True).stdout.strip()]
    lines += (root.read("/proc/meminfo") or "").splitlines()[:3]
    for folder in ("/", "/var/lib/balance-station", "/boot/firmware"):
        if root.path(folder).is_dir():
            used = shutil.disk_usage(root.path(folder))
            lines.append(f"{folder}: {used.free // 1_000_000} MB free of {used.total // 1_000_000}")
    return "\n".join(lines)
