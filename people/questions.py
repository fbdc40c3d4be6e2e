"""Questions of the ORM that every request asks: their words are made once a process, and planned once a connection.

What `people.statements` does for words of our own, a `Question` does for a QuerySet, which stays the one place that
says what is asked: `select_related`, `only`, locks and annotations included. For a few rows Django takes longer to
make the words than PostgreSQL to answer them.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Generic

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

from people.statements import Row, answers

# Values that stand in the words for what is asked later; nothing in the database is called so.
NUMBERS = range(-900_001, -900_100, -1)
DAYS = [date(1, 1, 1 + n) for n in range(9)]


class Question(Generic[Row]):
    """A QuerySet that is asked again and again with other values.

    `ask` is called once, with a stand-in for each of `values`: names of numbers, and of days where they end in `day`.
    Only for questions whose words are the same whatever the values.
    """

    def __init__(self, ask: Callable[..., QuerySet[Row, Any]], *values: str) -> None:
        self._ask, self._values = ask, values
        self._made: _Made | None = None

    def asked(self, **values: Any) -> tuple[str, list[Any]]:
        """The words and what stands in them, for whoever asks several things at once."""
        return self._words.with_values(values)

    def answers(self, **values: Any) -> list[tuple[Any, ...]]:
        """What the database gives, as it gives it."""
        return answers(*self.asked(**values))

    def rows(self, **values: Any) -> list[Row]:
        """The objects of the model, as the QuerySet gives them."""
        return self.made_of(self.answers(**values))

    def made_of(self, found: list[tuple[Any, ...]]) -> list[Row]:
        """The objects of the model, out of what the database gave."""
        return list(_Found(self._words, found)) if found else []

    @property
    def _words(self) -> "_Made":
        self._made = self._made or _Made(self._ask, self._values)
        return self._made


class _Made:
    """The words of a question, and where in them its values stand."""

    def __init__(self, ask: Callable[..., QuerySet[Any, Any]], names: tuple[str, ...]) -> None:
        numbers, days = iter(NUMBERS), iter(DAYS)
        stand_ins = {name: next(days if name.endswith("day") else numbers) for name in names}
        rows = ask(**stand_ins)
        self.compiler: SQLCompiler = rows.query.get_compiler(using=connection.alias)
        self.statement, given = self.compiler.as_sql()
        places = {value: name for name, value in stand_ins.items()}
        self.params = [(value, places.get(value)) for value in given]
        if missing := set(names) - {name for _value, name in self.params}:
            raise TypeError(f"the question does not ask for {sorted(missing)}")
        self.locks = rows.query.select_for_update
        fields = [column[0] for column in self.compiler.select]
        self.converters = self.compiler.get_converters(fields)

    def with_values(self, values: dict[str, Any]) -> tuple[str, list[Any]]:
        if self.locks and connection.get_autocommit():
            raise TransactionManagementError("a lock holds for a transaction, and there is none")
        return self.statement, [values[name] if name else value for value, name in self.params]


class _Found(ModelIterable):
    """Django's own making of objects, out of rows that are there already."""

    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, made: _Made, rows: list[tuple[Any, ...]]) -> None:
        super().__init__(self)
        self.query, self.db, self.found = self, connection.alias, rows
        compiler, self.converters = made.compiler, made.converters
        self.convert = compiler.apply_converters
        self.select, self.klass_info = compiler.select, compiler.klass_info
        self.annotation_col_map = compiler.annotation_col_map

    def get_compiler(self, using: str) -> "_Found":
        return self

    def execute_sql(self, **_how: Any) -> list[tuple[Any, ...]]:
        return self.found

    def results_iter(self, results: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        return self.convert(results, self.converters) if self.converters else iter(results)
