"""Hardware makes no sentence: an error carries what was seen as a key with values, which have words everywhere."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.errors import Finding, HardwareError, Trouble, saw, seen_in
from hw.pi5.refusal import MOST_BYTES, pack_refusal, refusal
from station.cli.report import error_as_json
from station.faults import DeviceError
from station.faults.boundary import as_station_errors, seen_at, seen_of
from station.texts import AUTHORED, Texts
from station.texts.catalogue import catalogue
from station.texts.counting import Lacks
from station.texts.problems import ask, detail
from station.texts.pseudo import PSEUDO
from station.texts.texts import PLACEHOLDER
from tests.gates.test_texts import strays

if TYPE_CHECKING:
    from tests.gates.conftest import Module

SPOKEN = (AUTHORED, "de", *PSEUDO)
BESIDE = {"cell"}
"""What `hw.ads1115.chip.chip_fault` puts to the values of every finding."""
REUSED = {"not-one-of": "problem.not-one-of", "system-said": "seen.system-said"}


def findings(modules: list[Module]) -> Iterator[tuple[str, str, set[str]]]:
    """Place, key and names of the values of every `saw(...)` in hw; a `**` of it counts as all names."""
    for module in modules:
        if not module.path.startswith("hw/"):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "saw":
                (reason,) = node.args
                if isinstance(reason, ast.Constant):
                    yield module.path, str(reason.value), {keyword.arg or "*" for keyword in node.keywords}


def words_of(reason: str) -> str:
    return REUSED.get(reason, f"seen.{reason}")


def test_every_finding_has_words_that_name_only_its_values(modules: list[Module]) -> None:
    english, seen = catalogue(AUTHORED).messages, 0
    for path, reason, values in findings(modules):
        seen += 1
        assert words_of(reason) in english, (path, reason)
        named = {found["name"] for form in english[words_of(reason)] for found in PLACEHOLDER.finditer(form)}
        given = values | (BESIDE if path.startswith("hw/ads1115/") else set())
        assert "*" in values or named <= given, (path, reason)
        assert {name for name in values if name not in ("*", "suggestion")} <= named, (path, reason, "nobody says it")
    assert seen >= 50


def test_every_error_of_hardware_carries_a_finding(modules: list[Module]) -> None:
    """No sentence as the third: what is given is a call that makes a finding, or a finding that was made before."""
    made = [
        (module.path, node)
        for module in modules
        if module.path.startswith("hw/")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("HardwareError", "UnknownRigError")
    ]
    assert len(made) >= 25
    for path, node in made:
        assert len(node.args) == 3, path
        assert isinstance(node.args[2], ast.Call | ast.Name | ast.Attribute), (path, ast.unparse(node))
        assert not any(isinstance(part, ast.JoinedStr) and " of " in ast.unparse(part) for part in node.args[1:2]), path


VALUES = {
    "cell": ["front_left", "back_right"],
    "missing_cell": ["back_left"],
    "choices": ["simulated", "pi"],
    "status": "no_answer",
    "relay": "K1",
}


@pytest.mark.parametrize("language", SPOKEN)
def test_every_finding_is_said_from_the_catalogue(language: str, modules: list[Module]) -> None:
    lacks = Lacks()
    of = Texts(language, lacks=lacks)
    for path, reason, names in findings(modules):
        names |= {"missing", "missing_cell", "cell"}
        finding = Finding(reason, {name: VALUES.get(name, 7) for name in names if name != "*"})
        said = ask(of, seen_of(finding))
        assert said, (path, reason)
        assert "{" not in said
        assert strays(said) == [] or language not in PSEUDO, (path, reason, said)
        assert language != "de" or not any(word in said for word in ("front left", "the cell", " there ")), said
    assert lacks.seen() == ()


@pytest.mark.parametrize("language", SPOKEN)
def test_an_error_is_worded_at_the_edge(language: str) -> None:
    with pytest.raises(DeviceError) as caught, as_station_errors():
        raise HardwareError("chip-no-answer", "I2C 0x4B", saw("no-converter-answers", cell=["back_left"]))
    said = detail(Texts(language), caught.value)
    expected = {
        "en": "Nothing answers for the cell back left, nor at any other address from 0x48 to 0x4B.",
        "de": "Für die Messzelle hinten links antwortet nichts, auch an keiner anderen Adresse von 0x48 bis 0x4B.",
    }
    assert said == expected.get(language, said)
    assert strays(said) == [] or language not in PSEUDO
    assert error_as_json(caught.value)["detail"] == expected["en"]
    assert str(caught.value) == "chip-no-answer I2C 0x4B: no-converter-answers cell=back_left"


def test_a_code_that_nobody_knows_is_said_with_what_was_seen() -> None:
    with pytest.raises(DeviceError) as caught, as_station_errors():
        raise HardwareError("no-such-code", "rig.drive", saw("drive-reports-fault"))
    assert caught.value.code == "internal-error"
    assert detail(Texts(), caught.value) == "Its code is no-such-code. The motor driver reports a fault."


def test_what_others_say_is_quoted_and_what_a_driver_saw_is_worded() -> None:
    quoted = HardwareError("gpio-missing", "GPIO 4 (lamp)", seen_in(OSError(16, "Device or resource busy")))
    assert ask(Texts("de"), seen_at(quoted)) == "GPIO 4 (lamp): Device or resource busy."
    assert seen_in(Trouble(saw("daemon-ended"))) == saw("daemon-ended")
    assert seen_in(TimeoutError()) == saw("system-said", said="TimeoutError")


JSON_VALUES = st.one_of(
    st.integers(-(10**6), 10**6), st.text(max_size=400), st.lists(st.text(max_size=200), max_size=9)
)


@given(where=st.text(max_size=400), values=st.dictionaries(st.text(min_size=1, max_size=9), JSON_VALUES, max_size=6))
def test_a_guards_refusal_fits_its_packet_and_is_read_back(where, values) -> None:
    packet = pack_refusal(HardwareError("pwm-missing", where, Finding("no-pwm-for-pin", values)))
    assert len(packet) <= MOST_BYTES
    read = refusal(packet)
    assert read is not None
    assert (read.code, read.finding.reason) == ("pwm-missing", "no-pwm-for-pin")
    if len(json.dumps(values)) < 300 and max(map(len, map(str, values.values())), default=0) < 100:
        assert dict(read.finding.values) == json.loads(json.dumps(values))
