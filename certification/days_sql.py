"""One text of SQL for one day and for many: everybody on the day of a board, or each person on days of their own.

In such a text `<<w>>` is the day: the one that is asked for (`%(at)s`), or that of the row `w`. What stands in `[[ ]]`
is there for many days only, what stands in `[1[ ]1]` for one day only.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_DAY = re.compile(r"<<(\w+)>>")
_MANY = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_ONE = re.compile(r"\[1\[(.*?)\]1\]", re.DOTALL)


def for_one_day(text: str) -> str:
    """The statement for the day `%(at)s`; its scope gives people."""
    return _DAY.sub("%(at)s::date", _ONE.sub(r"\1", _MANY.sub("", text)))


def for_many_days(text: str) -> str:
    """The statement for a scope that gives people and days (`id`, `at`); each row says of which day it is (`at`)."""
    return _DAY.sub(r"\1.at", _MANY.sub(r"\1", _ONE.sub("", text)))


def together(statements: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[str, dict[str, Any]]:
    """Statements with their parameters as one statement: before each row stands which of them it is of, from 0."""
    texts: list[str] = []
    values: dict[str, Any] = {}
    for n, (text, own) in enumerate(statements):
        # Each has parameters of its own.
        texts.append(f"SELECT {n}, one{n}.* FROM ({text.replace('%(', f'%(one{n}_')}) one{n}")  # noqa: S608
        values |= {f"one{n}_{name}": value for name, value in own.items()}
    return " UNION ALL ".join(texts), values
