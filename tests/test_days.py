"""A run that begins before midnight and ends after it is green: no test keeps the day on which it was read."""

import ast
from pathlib import Path

TESTS = Path(__file__).resolve().parent
DAY = {"today", "localdate"}


class Reading(ast.NodeVisitor):
    """What is computed when a file is read: all but the insides of functions."""

    def __init__(self, names: set[str]) -> None:
        self.names, self.lines = names, set[int]()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        own = node.args
        for part in (*node.decorator_list, *own.defaults, *own.kw_defaults):
            if part:
                self.visit(part)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Its inside runs later."""

    def visit_Call(self, node: ast.Call) -> None:
        if called(node) in self.names:
            self.lines.add(node.lineno)
        self.generic_visit(node)


def called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def asking(function: ast.FunctionDef, names: set[str]) -> bool:
    return any(isinstance(one, ast.Call) and called(one) in names for one in ast.walk(function))


def days_kept(source: str) -> list[int]:
    """Lines that compute a day when the file is read, by the clock or by a function of the file that asks it."""
    tree = ast.parse(source)
    names = set(DAY)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for _step in functions:
        names |= {one.name for one in functions if asking(one, names)}
    reading = Reading(names)
    reading.visit(tree)
    return sorted(reading.lines)


def test_no_test_keeps_a_day_from_when_it_was_read():
    files = [path for path in TESTS.rglob("*.py") if path.name.startswith(("test_", "conftest"))]
    found = {str(path.relative_to(TESTS)): days_kept(path.read_text()) for path in files}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_kept_day_is_found():
    source = """
def day(number):
    return near(number)
def near(number):
    return make.today() + number
FIRST = timezone.localdate()
LATER = lambda: day(3)
class Test:
    last = day(1)
    @parametrize("on", [day(2)])
    def test(self, on, until=near(4)):
        assert near(3)
"""
    assert days_kept(source) == [6, 9, 10, 11]
