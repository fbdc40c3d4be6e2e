"""Bulgaria. Ordinance of ПМС 314/2006: 45 hours of basic training, 24 more for professional families; with a child
placed 24 hours a year, 2 individual and 3 group supervisions a year; no expiry, a review every year.
"""

import pytest

from tests.cast import Cast
from tests.certification.examples.worked import check

pytestmark = pytest.mark.django_db
PROGRAMME = "bg.priemni-semeystva"


def test_a_volunteer_needs_forty_five_hours_a_professional_twenty_four_more(cast: Cast) -> None:
    check(
        cast,
        PROGRAMME,
        """
        2025-01-10  category     bg.dobrovolno-priemno-semeystvo
        2025-02-01  any          40 h
        2025-03-01  any          5 h
        """,
        """
        2025-02-01 | never | basic: missing 5 h | professional: not asked
        2025-03-01 | never | basic: done | professional: not asked | trainer-report: missing 1 times
        """,
    )


def test_the_same_hour_is_not_basic_and_professional_at_once(cast: Cast) -> None:
    check(
        cast,
        PROGRAMME,
        """
        2025-01-10  category     bg.profesionalno-priemno-semeystvo
        2025-02-01  any          60 h
        2025-03-01  any          9 h
        """,
        """
        2025-02-01 | never | basic: done | professional: missing 9 h
        2025-03-01 | never | basic: done | professional: done
        """,
    )


def test_before_the_amendment_the_basic_hours_are_not_known(cast: Cast) -> None:
    check(
        cast,
        PROGRAMME,
        """
        2024-01-10  category     bg.dobrovolno-priemno-semeystvo
        2024-02-01  any          50 h
        """,
        """
        2024-08-01 | never | basic: not known
        2024-08-02 | never | basic: done
        """,
    )


FOSTERING = """
    2024-09-01  category     bg.dobrovolno-priemno-semeystvo
    2024-10-01  any          45 h
    2024-11-01  certificate
    2024-12-15  child-placed
    2025-03-01  supervision  1 h  supervision-individual
    2025-04-01  supervision  2 h  supervision-group
    2025-05-01  any          16 h
    2025-06-01  supervision  2 h  supervision-group
    2025-09-01  supervision  1 h  supervision-individual
    2025-10-01  supervision  2 h  supervision-group
"""


def test_with_a_child_placed_all_the_year_everything_is_asked(cast: Cast) -> None:
    """Done but for 8 of the 24 hours: from 1 January the review is due, and it was due anyway on 1 November."""
    check(
        cast,
        PROGRAMME,
        FOSTERING + "2025-10-20  reviewed     next 2026-10-20",
        """
        2024-12-31 | valid      | upgrading-child-placed: not asked
        2025-01-01 | valid      | upgrading-child-placed: missing 24 h | supervision-individual: missing 2 times
        2025-05-01 | valid      | upgrading-child-placed: missing 8 h | supervision-group: missing 2 times
        2025-12-31 | valid      | upgrading-child-placed: missing 8 h | supervision-group: done
        2026-01-01 | review due | upgrading-child-placed in 2025: missing 8 h | supervision-group: missing 3 times
        """,
    )


def test_the_yearly_review_settles_the_year(cast: Cast) -> None:
    check(
        cast,
        PROGRAMME,
        FOSTERING + "2026-01-20  reviewed     next 2027-01-20",
        """
        2025-10-31 | valid      | basic: done
        2025-11-01 | review due | basic: done
        2026-01-19 | review due | upgrading-child-placed in 2025: missing 8 h
        2026-01-20 | valid      | upgrading-child-placed: missing 24 h
        """,
    )


def test_without_a_child_the_yearly_hours_are_offered_not_asked(cast: Cast) -> None:
    check(
        cast,
        PROGRAMME,
        """
        2024-09-01  category     bg.dobrovolno-priemno-semeystvo
        2024-11-01  certificate
        2025-10-20  reviewed     next 2026-10-20
        """,
        """
        2025-06-01 | valid | upgrading-child-placed: not asked | supervision-group: not asked
        2026-01-01 | valid | upgrading-child-placed: not asked
        """,
    )


def test_when_a_placement_has_ended_supervision_is_asked_once_more(cast: Cast) -> None:
    """Individual or group: either is supervision."""
    check(
        cast,
        PROGRAMME,
        """
        2024-09-01  category         bg.dobrovolno-priemno-semeystvo
        2024-11-01  certificate
        2025-02-01  child-placed
        2025-05-31  ends             child-placed
        2025-05-20  supervision      1 h  supervision-individual
        2025-06-01  placement-ended
        2025-06-20  supervision      1 h  supervision-group
        """,
        """
        2025-05-31 | valid | supervision-placement-ended: not asked
        2025-06-01 | valid | supervision-placement-ended: missing 1 times
        2025-06-20 | valid | supervision-placement-ended: done
        """,
    )


def test_who_becomes_a_professional_owes_the_additional_hours(cast: Cast) -> None:
    check(
        cast,
        PROGRAMME,
        """
        2024-09-01  category     bg.dobrovolno-priemno-semeystvo
        2024-10-01  any          45 h
        2024-11-01  certificate
        2025-03-01  category     bg.profesionalno-priemno-semeystvo
        2025-04-01  any          20 h
        """,
        """
        2025-02-28 | valid | basic: done | professional: not asked
        2025-03-01 | valid | basic: done | professional: missing 24 h
        2025-04-01 | valid | basic: done | professional: missing 4 h
        """,
    )


def test_the_staff_of_services_have_hours_that_nobody_has_read_yet(cast: Cast) -> None:
    check(
        cast,
        "bg.slujiteli",
        """
        2024-09-01  category     bg.rakovoditel-sotsialna-usluga
        2025-02-01  any          40 h
        """,
        """
        2025-06-01 | never | continuing: not known | supervision: not known
        """,
    )
