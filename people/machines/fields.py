"""Values that machines send, each with bounds: nothing reaches the database that it would break on."""

from datetime import date
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

BIGGEST = 2**63 - 1
MOST_AT_ONCE = 200
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
T = TypeVar("T")


def _printable(text: str) -> str:
    """PostgreSQL knows no zero character, and half of a pair is no character at all."""
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise PydanticCustomError("unprintable", "holds a character that is none")
    return text


Identifier = Annotated[int, Field(ge=1, le=BIGGEST, examples=[17])]
# In a body JSON tells numbers from words: "17" and true are no numbers.
Number = Annotated[int, Field(strict=True, ge=1, le=BIGGEST, examples=[17])]
Whole = Annotated[int, Field(strict=True, ge=0, le=100_000)]
Line = Annotated[str, Field(max_length=160), AfterValidator(_printable)]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY, examples=["2026-03-07"])]
Many = Annotated[list[T], Field(min_length=1, max_length=MOST_AT_ONCE)]
