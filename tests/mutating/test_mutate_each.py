"""The tool that changes one thing at a time: what it changes, and what it says of a small project."""

import ast
import json
from pathlib import Path

import pytest

from tests.mutating import trying
from tests.mutating.kept import Kept
from tests.mutating.mutate_each import (
    SURVIVORS,
    TARGETS,
    Target,
    arguments,
    drawn,
    explanations,
    is_drawn,
    judge,
    of_files,
    of_target,
    possible,
    report,
    sampled,
    share,
    share_of,
    what_part,
)
from tests.mutating.mutations import mutants_of
from tests.mutating.raise_each import CONTROL
from tests.mutating.trying import Tried, Watched, _tree, watch

MODULE = '''"""Two functions, a limit and a class."""

from __future__ import annotations

LIMIT = 0.35
"""Imported by whoever needs it."""


def bounded(value: float) -> float:
    """At most the limit."""
    return min(LIMIT, value)


class Kept:
    """Keeps what was untested."""

    def __init__(self) -> None:
        self.seen = 0

    @property
    def loud(self) -> bool:
        """Whether there was more than three."""
        return self.seen > 3
'''
TESTS = """
from pack.one import LIMIT, Kept, bounded

def test_bounded():
    assert LIMIT == 0.35
    assert bounded(1.0) == 0.35
    assert bounded(0.1) == 0.1

def test_kept():
    kept = Kept()
    assert not kept.loud
    kept.seen = 5
    assert kept.loud
"""

SIZES = (("a", 400), ("b", 12), ("c", 3))
"""Files, and how many changes each has."""


def changes(text):
    return {(mutant.before, mutant.after) for mutant in mutants_of("one.py", text)}


@pytest.mark.parametrize(
    ("line", "others"),
    [
        ("x = 0.35", {"x = 0.7", "x = 0.175"}),
        ("x = 7", {"x = 8", "x = 6", "x = 14"}),
        ("x = 4000000", {"x = 8000000", "x = 2000000"}),
        ("x = a < b", {"x = a <= b", "x = a >= b"}),
        ("x = a and b", {"x = a or b", "x = a", "x = b"}),
        ("x = min(a, b)", {"x = max(a, b)"}),
        ("x = not a", {"x = a"}),
        ("x = a if b else c", {"x = a", "x = c", "x = a if not b else c"}),
        ("x = f('code', 'two words')", {"x = f('code-', 'two words')"}),
        ("x: int = y", set()),
        ("'A text.'", set()),
        ("import a", set()),
        ("__all__ = ['a']", set()),
        ("__all__ = ['a']\nf(__all__)", {"__all__ = ['a-']"}),
        ("T = TypeVar('T', covariant=True)", {"T = TypeVar('T', covariant=False)"}),
    ],
)
def test_what_one_line_becomes(line, others) -> None:
    assert {after for _, after in changes(line)} == others


def test_in_a_function_statements_are_left_out_and_every_change_is_still_python() -> None:
    text = "def f(self, a=1):\n    self.x = a\n    self.g()\n    if a > 2:\n        raise ValueError(a)\n    return a\n"
    found = mutants_of("one.py", text)
    assert {one.before for one in found if one.after == "(left out)"} == {
        "self.x = a",
        "self.g()",
        "raise ValueError(a)",
    }
    assert {one.outermost for one in found if one.before.startswith("def")} == {""}, "a default is made at import"
    for one in found:
        ast.parse(one.text)
        assert one.text != ast.unparse(ast.parse(text)) + "\n"
    assert len({one.name for one in found}) == len(found)


@pytest.mark.timeout(600)  # it starts pytest about ten times; a second each, where nobody else works
def test_a_small_project_is_judged_change_by_change(tmp_path, capsys) -> None:
    project, work = tmp_path / "small", tmp_path / "work"
    for name, text in {"pack/__init__.py": "", "pack/one.py": MODULE, "tests/pack/test_one.py": TESTS}.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    work.mkdir()
    target, kept = Target("pack", ("tests",)), Kept(tmp_path / "kept")
    judged = judge(project, work, of_target(project, "pack"), target, kept)
    assert (project / "pack/one.py").read_text() == MODULE, "only the copy is changed"
    survived = [mutant.name for mutant in judged.survived]
    assert survived == [
        "pack/one.py Kept.__init__: self.seen = 0 -> self.seen = 1",
        "pack/one.py Kept.loud: return self.seen > 3 -> return self.seen >= 3",
        "pack/one.py Kept.loud: return self.seen > 3 -> return self.seen > 4",
        "pack/one.py Kept.loud: return self.seen > 3 -> return self.seen > 2",
    ]
    noticed = {mutant.before for mutant in judged.noticed}
    assert {"LIMIT = 0.35", "return min(LIMIT, value)", "self.seen = 0", "return self.seen > 3"} == noticed
    assert judged.untried == 0
    # Nothing is tried again: there is no folder to try it in.
    again = judge(project, tmp_path / "none", of_target(project, "pack"), target, kept)
    assert again._replace(seconds={}) == judged._replace(seconds={})
    assert again.seconds == pytest.approx(judged.seconds, abs=0.1), "it is written in hundredths"
    (seen,) = kept.beside.iterdir()
    (work / "watching.log").unlink()
    once = watch(work, "pack", ("tests",), kept.beside)
    assert not (work / "watching.log").exists(), "the same tests of the same tree are not run again"
    assert (len(once.seconds), once.controlled) == (2, seen.with_suffix(".passed"))
    (work / "project/pack/__init__.py").write_text("\n")
    assert _tree(work / "project", "pack", "tests") != seen.name.split(".")[1]
    over = kept._replace(until_s=0.0)
    (project / "tests/pack/test_one.py").write_text(TESTS + "\n")
    later = judge(project, tmp_path / "none", of_target(project, "pack"), target, over)
    assert (later.noticed, later.survived, later.untried) == (judged.noticed, [], 4), "other tests may notice them"
    (project / "pack/one.py").write_text(MODULE + "\n")
    later = judge(project, tmp_path / "none", of_target(project, "pack"), target, over)
    assert (later.noticed, later.untried) == ([], len(judged.noticed) + 4)
    told = dict.fromkeys(survived[1:], "why")
    (line,) = of_files(judged, told)
    count = f"{len(judged.noticed) + 4} tried, {len(judged.noticed)} noticed, 3 explained, 1 unexplained"
    assert line == f"  pack/one.py: {count}, {judged.seconds['pack/one.py']:.0f} s of the processor"
    assert judged.seconds["pack/one.py"] > 0.0
    one = {"pack": judged}
    capsys.readouterr()
    killed = judged.noticed[0].name
    known = {*survived, killed}
    assert report(one, dict.fromkeys(survived, "why"), known) == 0
    assert report(one, dict.fromkeys(survived[1:], "why"), known) == 1
    assert report(one, dict.fromkeys([*survived, killed], "why"), known) == 1
    assert report(one, dict.fromkeys([*survived, "pack/one.py gone: a -> b"], "why"), known) == 1
    said = capsys.readouterr().out
    assert f"no test notices, line 18: {survived[0]}" in said
    assert f"explained, and yet a test notices: {killed}" in said
    assert "there is no such change any more: pack/one.py gone: a -> b" in said


def test_what_changes_nothing_is_tried_once_and_nothing_is_believed_where_a_test_notices_it(tmp_path, monkeypatch):
    watched = Watched({"tests/test_a.py::test_a": 0.1}, {}, {}, [], tmp_path / "drills.passed")
    verdict, asked = "noticed", []

    def run(work: Path, name: str, command: list[str], **environment: str) -> None:
        numbers = [task["number"] for task in json.loads((work / "afresh.plan").read_text())["tasks"]]
        asked.append(numbers)
        found = [{"number": number, "verdict": verdict, "used_s": 0.1} for number in numbers]
        (work / "afresh.found").write_text("\n".join(map(json.dumps, found)))
        (work / "afresh.log").touch()

    monkeypatch.setattr(trying, "_run", run)
    tasks = [{"number": 7, "tests": ["tests/test_a.py::test_a"]}]
    with pytest.raises(RuntimeError):
        trying._afresh(tmp_path, tasks, watched)
    verdict = "survived"
    for _ in range(2):
        assert trying._afresh(tmp_path, tasks, watched) == {7: Tried("survived", 0.1)}
    assert asked == [[CONTROL, 7], [CONTROL, 7], [7]]


def test_a_share_is_drawn_by_a_seed_and_a_larger_one_holds_it() -> None:
    names = [f"a.py f: x = {number} -> x = {number + 1}" for number in range(400)]
    tenth = {name for name in names if is_drawn(name, "1", 0.1)}
    assert 20 < len(tenth) < 60
    assert tenth < {name for name in names if is_drawn(name, "1", 0.2)}
    assert tenth != {name for name in names if is_drawn(name, "2", 0.1)}
    assert all(is_drawn(name, "1", 1.0) for name in names)


def test_a_share_is_of_all_or_of_one_target_and_the_others_are_sampled() -> None:
    drills = next(target for target in TARGETS if target.place == "drills")
    safety = next(target for target in TARGETS if target.place == "station/safety")
    for words, shares in (
        ([], (None, None)),
        (["whole"], (1.0, 1.0)),
        (["--share", "0.5"], (0.5, 0.5)),
        (["--share", "drills=0.1"], (0.1, None)),
        (["whole", "--share", "drills=0.1"], (0.1, 1.0)),
        (["--share", "drills=0.1", "0.3"], (0.1, 0.3)),
    ):
        options = arguments().parse_args(words)
        assert (share_of(drills, options), share_of(safety, options)) == shares
    for wrong in ("drill=0.1", "1.1", "-0.1", "drills=", "nan"):
        with pytest.raises(ValueError, match=r".*"):
            share(wrong)


def test_a_sample_is_so_many_of_each_file_and_a_larger_one_holds_it() -> None:
    files = [[f"{file}.py f: x = {number} -> x = {number + 1}" for number in range(many)] for file, many in SIZES]
    four, ten = (sampled(files, count, "1") for count in (4, 10))
    assert [sum(name.startswith(file) for name in ten) for file, _ in SIZES] == [10, 10, 3]
    assert [sum(name.startswith(file) for name in four) for file, _ in SIZES] == [4, 4, 3]
    assert four < ten
    assert ten != sampled(files, 10, "2")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ([], "12 of each file, seed 1"),
        (["--sample", "7"], "7 of each file, seed 1"),
        (["--sample", "7", "--seed", "b", "--share", "0.5"], "7 of each file, seed b"),
        (["--share", "0.5"], "50%, seed 1"),
        (["whole"], "100%"),
    ],
)
def test_the_report_says_which_changes_were_tried(request, words, part) -> None:
    root, only = request.config.rootpath, ["--only", "station/measures/tasks/one_foot.py"]
    place = Target("station/measures/tasks", ())
    options = arguments().parse_args([*only, *words])
    assert what_part(place, options) == part
    asked = drawn(root, place, options)
    assert {mutant.path for mutant in asked} == {only[1]}
    assert len(asked) == {"7": 7, "1": 12}.get(part[0]) or "%" in part
    there = drawn(root, place, arguments().parse_args([*only, "--where", asked[0].where or "-", *words]))
    assert {mutant.where for mutant in there} == {asked[0].where}


@pytest.mark.parametrize("wrong", ["0", "-1", "some"])
def test_a_sample_is_a_number_from_one_on(wrong, capsys) -> None:
    with pytest.raises(SystemExit):
        arguments().parse_args(["--sample", wrong])
    assert "--sample" in capsys.readouterr().err


def test_what_is_explained_is_a_change_that_there_is(request) -> None:
    """Cheap enough for every run: a change of the code that leaves an explanation behind is seen at once."""
    explained = explanations(SURVIVORS)
    assert possible(request.config.rootpath, explained) == set(explained)
    gone = {"tests/words.py said: a -> b", "drills/no.py f: a -> b", f"{next(iter(explained))}!"}
    assert possible(request.config.rootpath, gone) == set()
    assert all(why.endswith(".") for why in explained.values())
