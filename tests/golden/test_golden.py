"""Figures, timelines and recordings are what they were at revision b6890f1 (`golden.json`, made there by capture.py).

Where this machine's floating point is the one that the golden file was made with, samples are equal to the bit. Another
mathematical library, or a Python that adds otherwise, may differ in a last digit: there the results are held to 1e-6.
"""

import hashlib
import importlib.util
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from drills.document import read_document
from drills.library import load_shipped
from station.cli import main
from station.recording.layout import pack_json

HERE = Path(__file__).parent
_SPEC = importlib.util.spec_from_file_location("golden_capture", HERE / "capture.py")
assert _SPEC is not None
assert _SPEC.loader is not None
capture = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(capture)

GOLDEN = json.loads((HERE / "golden.json").read_text(encoding="utf-8"))
SAME_ARITHMETIC = capture.arithmetic() == GOLDEN["arithmetic"]
FIGURES = 1e-9 if SAME_ARITHMETIC else 1e-6
TEXT = 0.0 if SAME_ARITHMETIC else 1e-6
"""Figures in a printed text: equal to the digit, or as those of JSON."""
NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?")


def station(arguments):
    """The command in this process: that it starts as one of its own is tried elsewhere, and takes a second a time."""
    ran = CliRunner(env={"COLUMNS": "80"}).invoke(main, arguments)
    return ran.exit_code, ran.stdout


def differences(found, golden, relative: float, where: str = "") -> list[str]:
    """Where two JSON values differ; numbers may by this part of the larger one."""
    if isinstance(golden, Mapping) and isinstance(found, Mapping):
        keys = sorted({*found, *golden})
        return [
            line
            for key in keys
            for line in (
                differences(found[key], golden[key], relative, f"{where}.{key}")
                if key in found and key in golden
                else [f"{where}.{key}: only {'there' if key in golden else 'here'}"]
            )
        ]
    if isinstance(golden, list) and isinstance(found, list) and len(golden) == len(found):
        pairs = enumerate(zip(found, golden, strict=True))
        return [line for i, (one, other) in pairs for line in differences(one, other, relative, f"{where}[{i}]")]
    numbers = (int, float)
    if isinstance(golden, numbers) and isinstance(found, numbers) and type(found) is type(golden) is float:
        return [] if math.isclose(found, golden, rel_tol=relative, abs_tol=1e-12) else [f"{where}: {found} {golden}"]
    if isinstance(golden, str) and isinstance(found, str) and same_text(found, golden, TEXT):
        return []
    return [] if found == golden else [f"{where}: {found!r} and not {golden!r}"]


def same_text(found: str, golden: str, relative: float) -> bool:
    """Whether two texts are equal but for the numbers with a decimal point, which may differ by this part."""
    if NUMBER.split(found) != NUMBER.split(golden):
        return False
    pairs = zip(NUMBER.findall(found), NUMBER.findall(golden), strict=True)
    return relative > 0.0 and all(math.isclose(float(one), float(other), rel_tol=relative) for one, other in pairs)


def of_now(document):
    """The document as this program writes the drill that it says: of an earlier schema, through the converter."""
    now = read_document(document, "golden").document.model_dump(mode="json")
    shipped = load_shipped(now["name"]).model_dump(mode="json")
    # What is said and shown since: the scene stands behind the bytes compared.
    now |= {name: shipped[name] for name in ("summary", "script")}
    now["feedback"]["level"] = shipped["feedback"]["level"]
    return now


def converted(golden):
    """A golden drill with the documents in its event and its header in the keys of this program."""
    started, *events = golden["events"]
    document = of_now(started["document"])
    digest = hashlib.sha256(pack_json(document).encode()).hexdigest()
    now = {"document": pack_json(document), "document_sha256": pack_json(digest)}
    headers = [{**one, **{key: value for key, value in now.items() if key in one}} for one in golden["headers"]]
    return {**golden, "events": [{**started, "document": document}, *events], "headers": headers}


@pytest.mark.parametrize("name", capture.DRILLS)
def test_a_virtual_drill_is_the_same_to_the_byte(name, tmp_path, shared_data) -> None:
    golden = converted(GOLDEN["drills"][name])
    found = capture.drill(station, capture.DRILLS[name], tmp_path, shared_data)
    if not SAME_ARITHMETIC:
        found["samples"].pop("sha256")
        golden = {**golden, "samples": {"count": golden["samples"]["count"]}}
    assert differences(found, golden, FIGURES) == []


@pytest.mark.parametrize("name", capture.FIGURES)
def test_a_command_prints_the_same_figures(name, tmp_path, shared_data) -> None:
    found = capture.without_version(capture.run(station, capture.FIGURES[name], tmp_path, shared_data))
    assert differences(found, GOLDEN["figures"][name], FIGURES) == []


def test_a_difference_is_seen() -> None:
    assert differences({"a": [1.0, 2]}, {"a": [1.0 + 1e-5, 2]}, FIGURES) != []
    assert differences({"a": 1}, {"a": 1, "b": None}, FIGURES) != []
    assert differences(["x"], ["x", "y"], FIGURES) != []
    assert differences({"said": "a,1.50"}, {"said": "a,1.51"}, FIGURES) != []


def test_a_figure_in_a_text_may_differ_in_its_last_digit_where_python_adds_otherwise() -> None:
    assert same_text("a,298.86179038488,b\n", "a,298.8617903848799,b\n", 1e-6)
    assert not same_text("a,298.86179038488,b\n", "a,298.8617903848799,b\n", 0.0)
    assert not same_text("a,298.86179038488", "a,298.87", 1e-6)
    assert not same_text("a,1.5", "b,1.5", 1e-6)
    assert not same_text("a,1.5", "a,1.5,1.5", 1e-6)
