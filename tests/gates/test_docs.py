"""The documents say what the program does: docstrings, fault codes, decisions, and the commands of the README."""

import ast
import re

from drawings import faults
from station.faults import CATALOGUE

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def test_every_module_says_what_it_owns(modules) -> None:
    assert [module.path for module in modules if not ast.get_docstring(module.tree)] == []


def _public(body, inside=""):
    """Public functions, classes and methods with their dotted names; not what is inside a function."""
    for node in body:
        if isinstance(node, ast.If):  # `if TYPE_CHECKING` and the like
            yield from _public([*node.body, *node.orelse], inside)
        if not isinstance(node, DEFINITIONS) or node.name.startswith("_"):
            continue
        decorators = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
        if decorators & {"overload", "setter", "override"}:
            continue
        yield f"{inside}{node.name}", node
        if isinstance(node, ast.ClassDef):
            yield from _public(node.body, f"{inside}{node.name}.")


def test_everything_public_has_a_docstring(package_modules) -> None:
    bare = [
        f"{module.path}:{node.lineno} {name}"
        for module in package_modules
        for name, node in _public(module.tree.body)
        if not ast.get_docstring(node)
    ]
    assert bare == []


def test_the_tables_of_faults_are_made_of_the_catalogue(project) -> None:
    page = (project / faults.PAGE).read_text(encoding="utf-8")
    assert faults.made(project) == {faults.PAGE: page}, "run `make drawings`"
    rows = re.findall(r"^\| (\d+) \| `([a-z0-9-]+)` \|", page, re.MULTILINE)
    assert sorted(rows) == sorted((str(fault.number), fault.code) for fault in CATALOGUE.values())


def test_faults_have_numbers_of_their_own() -> None:
    numbers = [fault.number for fault in CATALOGUE.values()]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) for code in CATALOGUE)


def test_every_code_that_is_raised_is_in_the_catalogue(package_modules, each) -> None:
    """The first argument of an error of ours is a fault code, wherever it is written out."""
    errors = {"StationError", "InputError", "StorageError", "HardwareError", "UnknownRigError"}
    raised = {
        (where, node.args[0].value)
        for where, node in each(package_modules, ast.Call)
        if ast.unparse(node.func).rpartition(".")[2] in errors and node.args and isinstance(node.args[0], ast.Constant)
    }
    assert {(where, code) for where, code in raised if code not in CATALOGUE} == set()


def test_every_decision_says_why(project) -> None:
    listed = (project / "docs/decisions/README.md").read_text()
    records = sorted((project / "docs/decisions").glob("[0-9]*.md"))
    assert records
    for number, record in enumerate(records, 1):
        text = record.read_text()
        assert re.match(rf"{number:04d}-[a-z0-9-]+\.md", record.name), f"{record.name} is not number {number:04d}"
        head = re.match(rf"# {number}\. (.+)\n\nStatus: (.+)\n\n", text)
        assert head, f"{record.name} does not begin with its number, title and status"
        assert re.fullmatch(r"(accepted|withdrawn|superseded by \d{4}), \d{4}-\d\d-\d\d", head[2]), record.name
        assert f"| {number} | [{head[1]}]({record.name}) | {head[2]} |" in listed, f"{record.name} is not in the list"
        headings = re.findall(r"^## (\w+)", text, re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequence"], record.name


def test_commands_of_the_readme_exist(project) -> None:
    blocks = re.findall(r"```.*?```|`[^`\n]+`", (project / "README.md").read_text(), re.DOTALL)
    asked = set(re.findall(r"\bmake ([a-z][a-z-]*)", "\n".join(blocks)))
    targets = set(re.findall(r"^([a-z-]+):", (project / "Makefile").read_text(), re.MULTILINE))
    assert {"run", "test"} <= asked
    assert asked - targets == set()


def test_every_link_between_documents_leads_somewhere(project, project_files) -> None:
    links = [
        (name, link)
        for name in project_files
        if name.endswith(".md")
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", (project / name).read_text())
        if "://" not in link
    ]
    assert links
    assert [f"{name}: {link}" for name, link in links if not (project / name).parent.joinpath(link).exists()] == []


def test_every_document_is_in_the_index(project) -> None:
    index = (project / "docs" / "README.md").read_text()
    assert [path.name for path in (project / "docs").glob("*.md") if f"({path.name})" not in index] == ["README.md"]


def test_every_document_that_a_message_names_exists(project, package_modules, each) -> None:
    """A remedy that sends a person to a page that is not there is worse than none."""
    named = {
        (where, found)
        for where, node in each(package_modules, ast.Constant)
        if isinstance(node.value, str)
        for found in re.findall(r"\bdocs/[a-z0-9_/-]+\.md\b", node.value)
    }
    assert {(where, path) for where, path in named if not (project / path).is_file()} == set()
