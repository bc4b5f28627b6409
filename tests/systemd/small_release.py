"""A release of a few lines that answers to all that releases ask each other: real programs, records and a server.

What it cannot do is balance. `fails` says at what it shall fail.
"""

from __future__ import annotations

import json
from pathlib import Path

INSTALLER = """#!/usr/bin/env python3
import json, os, shutil, sys
from pathlib import Path
HERE = Path(__file__).resolve().parents[1]
SAID = json.loads((HERE / "said.json").read_text())
words = sys.argv[1:]
root = Path(words[words.index("--root") + 1]) if "--root" in words else Path("/")
if "release" in words:
    files = [one.relative_to(HERE).as_posix() for one in sorted(HERE.rglob("*")) if one.is_file()]
    print(json.dumps({"release": SAID["release"], "files": files}))
elif "beside" in words:
    if SAID["fails"] == "build":
        sys.exit("no wheel of something")
    folder = root / "opt/balance-station/releases" / SAID["release"]
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE, folder)
    (folder / "release").write_text(SAID["release"] + "\\n")
elif "--only" in words:
    if SAID["fails"] == "units":
        sys.exit("no such unit")
    unit = root / "etc/systemd/system/station.target"
    unit.parent.mkdir(parents=True, exist_ok=True)
    unit.with_name("part").write_text(SAID["release"])
    os.rename(unit.with_name("part"), unit)
"""

STATION = """#!/usr/bin/python3 -IS
import json, sqlite3, sys
from pathlib import Path
HERE = Path(__file__).resolve().parents[1]
SAID = json.loads((HERE / "said.json").read_text())
OWN = SAID["schema"]
def opened(folder):
    database = sqlite3.connect(Path(folder) / "records.sqlite", isolation_level=None)
    found = database.execute("PRAGMA user_version").fetchone()[0]
    if found > OWN:
        sys.exit(f"records-newer: {found}")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("BEGIN IMMEDIATE")
    if found == 0:
        database.execute("CREATE TABLE visit (id INTEGER PRIMARY KEY, patient TEXT NOT NULL)")
        database.execute("CREATE TABLE alembic_version (version_num TEXT PRIMARY KEY)")
        found = 1
    if found < 2 <= OWN:
        database.execute("ALTER TABLE visit ADD COLUMN mood TEXT NOT NULL DEFAULT ''")
        database.execute("CREATE TABLE mood (id INTEGER PRIMARY KEY)")
    database.execute("DELETE FROM alembic_version")
    database.execute("INSERT INTO alembic_version VALUES (?)", (f"{OWN:04d}",))
    database.execute(f"PRAGMA user_version={OWN}")
    database.execute("COMMIT")
    return database
verb, *words = sys.argv[1:]
if verb == "idle":
    why = Path(words[words.index("--settings") + 1]).with_name("busy")
    if why.exists():
        print(why.read_text())
        sys.exit(5)
elif verb == "tryout":
    opened(words[0]).close()
    if SAID["fails"] == "tryout":
        sys.exit("the drill did not end")
elif verb == "run":
    if SAID["fails"] == "start":
        sys.exit(1)
    from http.server import BaseHTTPRequestHandler, HTTPServer
    database = opened(words[0])
    if SAID["visits"]:
        database.execute("INSERT INTO visit (patient) VALUES (?)", (SAID["release"],))
    class Health(BaseHTTPRequestHandler):
        def do_GET(self):
            ok = {"ok": True, "why": ""}
            found = {"control": ok, "recorder": ok, "web": ok, "release": {"ok": True, "why": SAID["release"]}}
            if SAID["fails"] == "health":
                found["recorder"] = {"ok": False, "why": "no-sign"}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())
        def log_message(self, *words):
            pass
    HTTPServer(("127.0.0.1", int(words[1])), Health).serve_forever()
"""


def make(folder: Path, version: str, *, schema: int = 1, fails: str = "", visits: bool = False) -> str:
    """Write its source into the folder, and return its name. `visits`: each life of it writes one row."""
    release = f"{version}-{(schema * 7 + len(fails)):012x}"
    said = {"release": release, "schema": schema, "fails": fails, "visits": visits}
    for name, text in {"systemd/install": INSTALLER, "bin/station": STATION, "said.json": json.dumps(said)}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
    (folder / "CHANGELOG.md").write_text(
        f"# Changes\n\n## {version}\n\n- What is new in {version}.\n\n## 0.0.1\n\n- Old.\n"
    )
    return release
