"""Puts a change where a copied tree runs, and waits for what comes of it. Copied to the root of that tree."""

from __future__ import annotations

import ast
import os
import resource
import select
import sys
import time
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType
from typing import IO, Any

_INSIDE = ("fget", "func", "wrapped", "__wrapped__", "__func__")
"""Where a property, a cached property, a validator and a decorated function keep the function itself."""

_MEMORY = 6 << 30
"""Bytes of address space of a change's process: one that lets a loop grow for ever ends by itself."""
_LOOK_S = 0.5
_WAITS = 6.0
"""On a busy machine a test takes so many times its processor's time."""
_TICKS = os.sysconf("SC_CLK_TCK")


def become(module: str, function: str, text: str) -> bool:
    """Give a function that is imported already the code that it has in this text of its module.

    False where that cannot be: it has not one name, or its closure would be another. Import it afresh then.
    """
    codes = [compile(text, module, "exec")]
    for code in codes:
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    named = [code for code in codes if code.co_qualname == function]
    held: Any = sys.modules.get(module)
    for name in function.split("."):
        held = getattr(held, "__dict__", {}).get(name)
    while held is not None and not hasattr(held, "__code__"):
        held = next((getattr(held, name) for name in _INSIDE if getattr(held, name, None) is not None), None)
    if held is None or len(named) != 1 or held.__code__.co_freevars != named[0].co_freevars:
        return False
    held.__code__ = named[0]
    return True


def set_constants(module: str, text: str, places: dict[str, list[list[str]]]) -> None:
    """Give constants of a module the values that they have in this text of it: by their names, the modules that hold
    each, and under which name.
    """
    for statement in ast.parse(text).body:
        targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
        names = {
            node.id for target in targets if target is not None for node in ast.walk(target) if hasattr(node, "id")
        }
        if not places.keys() <= names:
            continue
        held = dict(sys.modules[module].__dict__)
        exec(compile(ast.Module([statement], []), module, "exec"), held)  # the tree's own text
        for name, where in places.items():
            for holder, local in where:
                if holder in sys.modules:
                    setattr(sys.modules[holder], local, held[name])
        return
    raise LookupError(sorted(places))


class _OtherText(SourceFileLoader):
    """Imports one module from another text."""

    other = ""

    def get_code(self, fullname: str) -> CodeType:
        """Never a stored one: that is of the file's own text."""
        return compile(self.other, self.path, "exec")


class _Finder:
    """Finds that module before anybody else does."""

    def __init__(self, module: str, path: str, text: str) -> None:
        self._module, self._path, self._text = module, Path(path).resolve(), text

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """None for all others."""
        if fullname != self._module:
            return None
        loader = _OtherText(fullname, str(self._path))
        loader.other = self._text
        inside = [str(self._path.parent)] if self._path.name == "__init__.py" else None
        return spec_from_file_location(fullname, self._path, loader=loader, submodule_search_locations=inside)


def import_from(module: str, path: str, text: str) -> None:
    """From here on this process imports the module of this path (from the working folder on) from another text."""
    finder: Any = _Finder(module, path, text)
    sys.meta_path.insert(0, finder)


def bound_memory() -> None:
    """Of this process, for as long as it lives."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def next_word(lines: IO[str], child: int, limit_s: float) -> str:
    """The child's next line; "hung" where it takes more of the processor's time than this, or far more by the clock."""
    begun_s, had_s = time.monotonic(), used_s(child)
    while not select.select([lines], [], [], _LOOK_S)[0]:
        if used_s(child) - had_s > limit_s or time.monotonic() - begun_s > _WAITS * limit_s:
            return "hung"
    return lines.readline().strip()


def used_s(child: int) -> float:
    """The processor's time that it has had, with that of its own children that have ended."""
    try:
        fields = Path(f"/proc/{child}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS


def reaped_s(child: int) -> float:
    """Wait for the child's end: the processor's time that it had, with that of its own children that have ended."""
    _, _, used = os.wait4(child, 0)
    return round(used.ru_utime + used.ru_stime, 3)
