"""One small change of a file's text at a time: what a slip of the hand, or of the thought, would have written.

Numbers are doubled, halved, moved by one where they count, and swapped with 0, comparisons and arithmetic turned
round, conditions negated and settled, one side of `and` and `or` left out, `min` and `max` swapped, statements left
out, codes misspelt. Left alone are docstrings, annotations, imports, formatted text, sentences, which are words for
people, an `__all__` that its file does not read, and the name that a type variable has of itself: linters read those.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_COUNTED = 100_000
"""Nobody counts further: larger whole numbers are measured, as nanoseconds are, and one more of them is the same."""
_CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}
_NAMED = frozenset({"TypeVar", "TypeVarTuple", "ParamSpec", "NewType"})
"""Their first argument says again what they are assigned to."""


class Mutant(NamedTuple):
    """One change."""

    path: str
    where: str
    """The function with its class; "" for the file itself."""
    line: int
    until: int
    """The last line of what is changed: of the whole statement, or of its head where it holds others."""
    before: str
    after: str
    again: int
    """0, or how many equal changes stand before it in the same function."""
    outermost: str
    """The function whose code holds the change; "" where it runs while the file is imported."""
    text: str
    """The whole file, changed."""

    @property
    def name(self) -> str:
        """How it is told from all others, for as long as this code stays."""
        return _name(self.path, self.where, self.before, self.after, self.again)


def _name(path: str, where: str, before: str, after: str, again: int) -> str:
    count = f" ({again + 1})" if again else ""
    return f"{path} {where or '-'}: {before} -> {after}{count}"


class _Change(NamedTuple):
    """A change that can be made to the tree and taken back."""

    statement: ast.stmt
    where: str
    outermost: str
    make: Callable[[], None]
    undo: Callable[[], None]
    after: str = ""
    """What to show of it; "" for the statement as it is then."""


def mutants_of(path: str, text: str, chosen: Callable[[str], bool] = lambda _: True) -> list[Mutant]:
    """The changes of this file whose names are chosen, in the order of its lines."""
    tree = ast.parse(text)
    found: list[Mutant] = []
    seen: Counter[tuple[str, str, str]] = Counter()
    own_all = any(isinstance(node, ast.Name) and node.id == "__all__" and _is_read(node) for node in ast.walk(tree))
    body = tree.body if own_all else [one for one in tree.body if not _is_all(one)]
    for statement, where, outermost, make, undo, shown in _block(body, "", ""):
        before = _shown(statement)
        make()
        after = shown or _shown(statement)
        key = (where, before, after)
        if chosen(_name(path, *key, seen[key])):
            changed = ast.unparse(tree) + "\n"
            until = _last_line(statement)
            found.append(Mutant(path, where, statement.lineno, until, before, after, seen[key], outermost, changed))
        undo()
        seen[key] += 1
    return found


def _last_line(statement: ast.stmt) -> int:
    """Of the whole statement, or of its head where it holds others."""
    held = [*getattr(statement, "body", ()), *(case.pattern for case in getattr(statement, "cases", ()))]
    end = held[0].lineno - 1 if held else statement.end_lineno or statement.lineno
    return max(statement.lineno, end)


def _shown(statement: ast.stmt) -> str:
    """The statement in one line; of one with a body its head."""
    lines = ast.unparse(statement).split("\n")
    return " ".join((lines[0] if hasattr(statement, "body") else " ".join(lines)).split())


def _block(body: list[ast.stmt], where: str, outermost: str) -> Iterator[_Change]:
    """The changes of these statements and of what they hold."""
    for at, statement in enumerate(body):
        if isinstance(statement, ast.Import | ast.ImportFrom) or _is_text(statement):
            continue
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{where}.{statement.name}" if where else statement.name
            is_class = isinstance(statement, ast.ClassDef)
            if not isinstance(statement, ast.ClassDef):
                for default in (*statement.args.defaults, *filter(None, statement.args.kw_defaults)):
                    for make, undo in _within(default, statement.args):
                        yield _Change(statement, where, "", make, undo)
            yield from _block(statement.body, inner, "" if is_class and not outermost else outermost or inner)
            continue
        if outermost and _can_be_left_out(statement):
            yield _left_out(body, at, where, outermost)
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.expr) and child is not getattr(statement, "annotation", None):
                for make, undo in _within(child, statement):
                    yield _Change(statement, where, outermost, make, undo)
        inside = [getattr(statement, name, None) or [] for name in ("body", "orelse", "finalbody")]
        inside += [part.body for name in ("handlers", "cases") for part in getattr(statement, name, ())]
        for block in inside:
            yield from _block(block, where, outermost)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_read(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Load)


def _is_all(statement: ast.stmt) -> bool:
    """Whether it says what a file gives to whoever imports all of it, which nobody here does."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)


def _can_be_left_out(statement: ast.stmt) -> bool:
    """Whether the function still makes sense without it: a name that is set nowhere else would only be missing."""
    if isinstance(statement, ast.Assign):
        return not all(isinstance(target, ast.Name) for target in statement.targets)
    return isinstance(statement, ast.Expr | ast.AugAssign | ast.Raise | ast.Continue | ast.Break)


def _left_out(body: list[ast.stmt], at: int, where: str, outermost: str) -> _Change:
    statement = body[at]

    def leave_out() -> None:
        body[at] = ast.Pass()

    def put_back() -> None:
        body[at] = statement

    return _Change(statement, where, outermost, leave_out, put_back, "(left out)")


_Pair = tuple[Callable[[], None], Callable[[], None]]


def _within(node: ast.expr, parent: ast.AST) -> Iterator[_Pair]:
    """The changes of an expression that is a child of `parent`, and of all that it holds."""
    if isinstance(node, ast.JoinedStr):
        return
    for other in _others(node):
        yield _swap(parent, node, other)
    tested = getattr(parent, "test", None) is node or (isinstance(parent, ast.comprehension) and node in parent.ifs)
    if tested:
        yield _swap(parent, node, ast.UnaryOp(ast.Not(), node))
    if tested and isinstance(node, ast.BoolOp | ast.Compare):
        yield _swap(parent, node, ast.Constant(True))
        yield _swap(parent, node, ast.Constant(False))
    is_named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NAMED
    for child in ast.iter_child_nodes(node):
        if is_named and isinstance(child, ast.Constant):
            continue
        if isinstance(child, ast.comprehension):
            for part in (child.iter, *child.ifs):
                yield from _within(part, child)
        elif isinstance(child, ast.keyword):
            yield from _within(child.value, child)
        elif isinstance(child, ast.expr):
            yield from _within(child, node)


def _others(node: ast.expr) -> Iterator[ast.expr]:
    """What could stand in the place of an expression."""
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield from (ast.Constant(other) for other in dict.fromkeys(_numbers(value)))
        case ast.Constant(value=str(value)) if value and " " not in value:
            yield ast.Constant(f"{value}-")
        case ast.Compare(ops=[operator], left=left, comparators=comparators):
            yield from (ast.Compare(left, [other()], comparators) for other in _COMPARED[type(operator)])
        case ast.Compare(ops=[first, second], left=left, comparators=comparators):
            yield ast.Compare(left, [_COMPARED[type(first)][0](), second], comparators)
            yield ast.Compare(left, [first, _COMPARED[type(second)][0]()], comparators)
        case ast.BinOp(op=operator, left=left, right=right) if type(operator) in _CALCULATED:
            yield ast.BinOp(left, _CALCULATED[type(operator)](), right)
        case ast.BoolOp(op=operator, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
            for at in range(len(values)):
                left = [value for other, value in enumerate(values) if other != at]
                yield left[0] if len(left) == 1 else ast.BoolOp(operator, left)
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert(), operand=operand):
            yield operand
        case ast.IfExp(body=body, orelse=orelse):
            yield body
            yield orelse
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords) if name in _CALLED:
            yield ast.Call(ast.Name(_CALLED[name]), arguments, keywords)
        case ast.Call(func=ast.Name(id="abs"), args=[argument]):
            yield argument


def _numbers(value: float) -> tuple[float, ...]:
    if isinstance(value, int) and abs(value) <= _COUNTED:
        return (1,) if value == 0 else (0, 2) if value == 1 else (value + 1, value - 1, 2 * value)
    if isinstance(value, int):
        return (2 * value, value // 2)
    return (1.0,) if value == 0.0 else (2.0 * value, 0.5 * value)


def _swap(parent: ast.AST, node: ast.AST, other: ast.AST) -> _Pair:
    """Put `other` where `node` is a child of `parent`, and back."""
    for name, value in ast.iter_fields(parent):
        if value is node:
            return partial(setattr, parent, name, other), partial(setattr, parent, name, node)
        if isinstance(value, list) and any(one is node for one in value):
            at = next(index for index, one in enumerate(value) if one is node)
            return partial(value.__setitem__, at, other), partial(value.__setitem__, at, node)
    raise LookupError(ast.dump(node))
