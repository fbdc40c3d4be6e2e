"""Moldova, Ukraine and Egypt: little is known in figures; what is not known is said to be so, never guessed."""

import pytest

from tests.cast import Cast
from tests.certification.examples.worked import check

pytestmark = pytest.mark.django_db


def test_moldova_fifty_hours_before_and_nothing_known_after(cast: Cast) -> None:
    """HG 760/2014: 50 hours of initial training. Continuing training and validity are not confirmed."""
    check(
        cast,
        "md.asistent-parental-profesionist",
        """
        2022-01-10  category     md.asistent-parental-profesionist
        2022-04-06  any          30 h
        2022-04-14  any          20 h
        2022-04-15  certificate
        """,
        """
        2022-04-06 | never | initial: missing 20 h | continuing: not known
        2022-04-14 | never | initial: done
        2022-04-15 | valid | initial: done | continuing: not known
        2026-04-15 | valid | initial: done | continuing: not known
        """,
    )


def test_moldova_the_hours_of_parent_educators_are_not_known(cast: Cast) -> None:
    check(
        cast,
        "md.parinte-educator",
        """
        2022-01-10  category     md.parinte-educator
        2022-02-10  any          100 h
        """,
        """
        2022-03-01 | never | initial: not known
        """,
    )


def test_ukraine_the_course_its_safety_part_and_the_recommendation(cast: Cast) -> None:
    """Order 245 of 2022: hours not known; the recommendation of the centre is asked."""
    check(
        cast,
        "ua.simeini-formy",
        """
        2025-03-01  category     ua.pryiomni-batky
        2025-04-01  any          60 h
        2025-04-05  any          6 h  safety-first-aid
        2025-04-10  certificate
        """,
        """
        2025-04-05 | never | course: not known | safety-first-aid: not known | recommendation: missing 1 times
        2025-04-05 | never | course-patronage: not asked | continuing: not known
        2025-04-10 | valid | recommendation: done | course: not known
        """,
    )


def test_ukraine_the_longer_course_is_asked_of_patronage_carers_only(cast: Cast) -> None:
    check(
        cast,
        "ua.simeini-formy",
        """
        2025-03-01  category     ua.patronatnyi-vykhovatel
        """,
        """
        2025-04-05 | never | course-patronage: not known | course: not known
        """,
    )


def test_ukraine_before_the_order_there_is_no_rule(cast: Cast) -> None:
    check(
        cast,
        "ua.simeini-formy",
        "2020-03-01  category  ua.pryiomni-batky",
        """
        2022-09-11 | never | course: no such requirement
        2022-09-12 | never | course: not known
        """,
    )


def test_egypt_the_course_is_passed_before_the_first_child_comes(cast: Cast) -> None:
    """Decree 2075/2010 as amended: no kafala without passing; the hours are not known."""
    check(
        cast,
        "eg.tadrib-ilzami",
        """
        2024-01-10  category      eg.usra-raghiba
        2024-02-01  any           25 h
        2024-02-10  certificate
        2024-06-01  child-placed
        """,
        """
        2024-02-01 | never | course: not known | passed: missing 1 times
        2024-02-10 | valid | course: not known | passed: done
        2026-06-01 | valid | course: not known | passed: done
        """,
    )


def test_egypt_a_course_after_the_placement_is_too_late(cast: Cast) -> None:
    check(
        cast,
        "eg.tadrib-ilzami",
        """
        2024-01-10  category      eg.usra-kafila
        2024-02-01  child-placed
        2024-03-01  any           25 h
        """,
        """
        2024-03-02 | never | passed: missing 1 times | course: not known
        """,
    )
