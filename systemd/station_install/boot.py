"""What the firmware and the kernel of a Raspberry Pi are told: a block in config.txt, and words in cmdline.txt.

The rest of both files belongs to others, so an undo takes away what is ours and leaves the rest as it is then.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from station_install.root import BEFORE, Root, StepError

FOLDERS = ("/boot/firmware", "/boot")
"""Where the boot partition is: since bookworm, and before."""
BEGIN, END = "# --- balance station: begin ---", "# --- balance station: end ---"
_ADDED = f"{BEFORE}/cmdline-words.json"


def boot_file(root: Root, name: str) -> str | None:
    """Where this file of the boot partition is; None where the computer has none, as any that is no Pi."""
    return next((f"{folder}/{name}" for folder in FOLDERS if root.path(f"{folder}/{name}").is_file()), None)


@dataclass(frozen=True)
class ConfigTxt:
    """Lines of config.txt, in a block of ours at its end, where they count over the same keys before."""

    lines: Sequence[str]
    name: str = "config-txt"
    says: str = "a block at the end of the boot partition's config.txt: I2C, SPI, sound, PWM, clock chip, watchdog"

    def differs(self, root: Root) -> list[str]:
        """Whether the block is another one."""
        file = boot_file(root, "config.txt")
        if file is None:
            return ["the boot partition has no config.txt"] if self.lines else []
        text = root.read(file) or ""
        return [] if self._with_block(text) == text else [f"{file} lacks the station's lines, or has others"]

    def do(self, root: Root) -> None:
        """Put the block in the place of the old one."""
        file = boot_file(root, "config.txt")
        if file is None:
            if self.lines:
                raise StepError("There is no config.txt on the boot partition: is it mounted at /boot/firmware?")
            return
        root.write(file, self._with_block(root.read(file) or ""), 0o755)

    def undo(self, root: Root) -> None:
        """Take the block away."""
        file = boot_file(root, "config.txt")
        if file is not None:
            root.write(file, _without_block(root.read(file) or ""), 0o755)

    def _with_block(self, text: str) -> str:
        rest = _without_block(text)
        if not self.lines:
            return rest
        return f"{rest}{'' if not rest or rest.endswith(chr(10)) else chr(10)}{BEGIN}\n[all]\n" + "".join(
            f"{line}\n" for line in (*self.lines, END)
        )


def _without_block(text: str) -> str:
    """The text without our block; one whose end is missing, because somebody cut it, goes to the end."""
    before, begin, after = text.partition(f"{BEGIN}\n")
    if not begin:
        return text
    return before + after.partition(f"{END}\n")[2]


@dataclass(frozen=True)
class KernelWords:
    """Words of the kernel's command line. Those that were there before are nobody's to take away."""

    words: Sequence[str]
    name: str = "cmdline"
    says: str = "words on the kernel's command line: the core of the loop, no blanking, file system check, screen"

    def differs(self, root: Root) -> list[str]:
        """Which words are missing, and which of ours are not wanted any more."""
        file = boot_file(root, "cmdline.txt")
        if file is None:
            return ["the boot partition has no cmdline.txt"] if self.words else []
        there = (root.read(file) or "").split()
        facts = [f"{file} lacks {word}" for word in self.words if word not in there]
        return facts + [f"{file} has {word}" for word in _added(root) if word in there and word not in self.words]

    def do(self, root: Root) -> None:
        """Add and take away; the line stays one line."""
        file = boot_file(root, "cmdline.txt")
        if file is None:
            if self.words:
                raise StepError("There is no cmdline.txt on the boot partition: is it mounted at /boot/firmware?")
            return
        there = (root.read(file) or "").split()
        added = _added(root)
        new = [word for word in self.words if word not in there]
        # First what will be ours, then the line: a cut between them leaves words in the list that are not there.
        root.write(_ADDED, json.dumps(sorted({*added, *new})))
        stays = [word for word in there if word not in added or word in self.words]
        root.write(file, " ".join([*stays, *new]) + "\n", 0o755)
        root.write(_ADDED, json.dumps(sorted({*added, *new} & {*self.words})))

    def undo(self, root: Root) -> None:
        """Take our words away."""
        file = boot_file(root, "cmdline.txt")
        if file is not None:
            added = _added(root)
            stays = [word for word in (root.read(file) or "").split() if word not in added]
            root.write(file, " ".join(stays) + "\n", 0o755)
        root.remove(_ADDED)


def _added(root: Root) -> list[str]:
    """The words that are ours."""
    return list(json.loads(root.read(_ADDED) or "[]"))
