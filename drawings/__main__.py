"""Draw what documents show from the code, and write it where it differs."""

from __future__ import annotations

import sys
from pathlib import Path

from drawings import architecture, build, faults, wiring


def main() -> int:
    """Write each drawn file that has changed, and say which."""
    project = Path(__file__).resolve().parents[1]
    made = [(path, text) for one in (architecture, wiring, build, faults) for path, text in one.made(project).items()]
    for path, text in made:
        file = project / path
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
