"""The fold and the sort key of names as immutable PostgreSQL functions: no extension, no ICU, PostgreSQL 17 or later.

Generated columns and indexes are built with them: whoever changes the text of a function must also write a migration
that replaces it and rebuilds what it made (a test holds the hash of both texts).
"""

from formats import letters


def _literal(text: str) -> str:
    """A string constant in plain ASCII, so that no editor or bidi rendering can disturb it."""
    return "U&'" + "".join(f"\\{ord(c):04X}" for c in text) + "'"


def _replaced(expression: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for old, new in pairs:
        expression = f"replace({expression}, {_literal(old)}, {_literal(new)})"
    return expression


def _fold() -> str:
    text = f"normalize(regexp_replace(t collate pg_c_utf8, '{letters.NEVER}', '', 'g'), NFKC)"
    text = f"normalize(translate(lower({text}), {_literal(letters.KEPT)}, {_literal(letters.HIDDEN)}), NFKD)"
    plain_from = _literal(letters.PLAIN_FROM + letters.HIDDEN)
    plain_to = _literal(letters.PLAIN_TO + letters.KEPT)
    text = (
        f"translate(regexp_replace({text}, '{letters.MARKS}', '', 'g'), {plain_from}, {plain_to})"
    )
    return f"btrim(regexp_replace({_replaced(text, letters.DOUBLED)}, '{letters.SPACES}', ' ', 'g'), ' ')"


def _sort() -> str:
    separator = _literal(letters.SEPARATOR)
    text = (
        f"lower(normalize(regexp_replace(t collate pg_c_utf8, '{letters.NEVER}', '', 'g'), NFKC))"
    )
    text = f"regexp_replace({text}, '{letters.COMMA}', {separator}, 'g')"
    text = f"translate({text}, {_literal(letters.SORT_KEPT)}, {_literal(letters.SORT_HIDDEN)})"
    romanian = f"case when lang = 'ro' then {_literal(letters.ROMANIAN)} else '' end"
    text = f"normalize(translate({text}, {romanian}, {_literal(letters.ROMANIAN_HIDDEN)}), NFKD)"
    text = f"regexp_replace(regexp_replace({text}, '{letters.MARKS}', '', 'g'), '{letters.SPACES}', ' ', 'g')"
    text = f"regexp_replace(btrim({text}, ' '), ' ?\\u{ord(letters.SEPARATOR):04x} ?', {separator}, 'g')"
    text = f"translate({text}, {_literal(letters.SORT_FROM)}, {_literal(letters.SORT_TO)})"
    return _replaced(text, letters.SORT_DOUBLED)


FOLD_SQL = f"""create or replace function fold_name(t text) returns text
language sql immutable parallel safe strict
return {_fold()};"""

SORT_SQL = f"""create or replace function sort_name(t text, lang text) returns text
language sql immutable parallel safe strict
return {_sort()};"""

# For the backwards side of a migration.
DROP_FOLD_SQL = "drop function if exists fold_name(text);"
DROP_SORT_SQL = "drop function if exists sort_name(text, text);"
