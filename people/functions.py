"""Database functions and expressions. Migrations import this module: it never moves."""

from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, DateTimeRangeField
from django.contrib.postgres.search import SearchVectorField
from django.db.models import CharField, F, Func, Value


class Fold(Func):
    """fold_name(text): the search form of a name, equal to formats.names.fold."""

    function = "fold_name"
    output_field = CharField()


class SortName(Func):
    """sort_name(text, language): a key that sorts as the language's dictionary does, by bytes."""

    function = "sort_name"
    output_field = CharField()


class SimpleVector(Func):
    """to_tsvector('simple', text) with a fixed configuration, so that it may be stored."""

    function = "to_tsvector"
    template = "%(function)s('simple'::regconfig, %(expressions)s)"
    output_field = SearchVectorField()


class Joined(Func):
    """The given texts with a space between them."""

    template = "(%(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = CharField()


class FamilyFirst(Func):
    """A family name and the rest of the name with a comma between them: what sort_name expects."""

    template = "(%(expressions)s)"
    arg_joiner = " || ', ' || "
    output_field = CharField()


class Int8Range(Func):
    """int8range(id, id, '[]'): equality of numbers inside an exclusion constraint without btree_gist."""

    function = "INT8RANGE"
    output_field = BigIntegerRangeField()

    def __init__(self, column: str, **extra: object) -> None:
        super().__init__(F(column), F(column), Value("[]"), **extra)


class Days(Func):
    """daterange(since, until, '[]'): both days included, without a last one for good."""

    function = "DATERANGE"
    output_field = DateRangeField()

    def __init__(self, start: str, end: str, **extra: object) -> None:
        super().__init__(F(start), F(end), Value("[]"), **extra)


class TsTzRange(Func):
    """tstzrange(start, end, '[)'): meetings may touch but not overlap."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()
