"""Romania. Until 31 July 2024 HG 679/2003: 60 hours, the attestation for 3 years. From 1 August 2024 OG 27/2024:
50 hours of theory and 30 of practice, no expiry, endorsement every 2 years, a course at least once a year.
"""

import pytest

from tests.cast import Cast
from tests.certification.examples.worked import check

pytestmark = pytest.mark.django_db
PROGRAMME = "ro.asistent-maternal"


def test_under_the_former_rule_sixty_hours_and_three_years(cast: Cast) -> None:
    check(
        cast,
        PROGRAMME,
        """
        2020-01-10  category     ro.asistent-maternal
        2020-02-01  any          40 h
        2020-02-20  any          20 h
        2020-02-29  certificate
        """,
        """
        2020-02-10 | never     | initial: missing 20 h
        2020-02-28 | never     | initial: done
        2020-02-29 | valid     | initial: done
        2022-11-29 | valid     | initial: done
        2022-11-30 | expiring  | initial: done
        2023-02-28 | expiring  | initial: done
        2023-03-01 | expired   | initial: missing 60 h
        """,
    )


def test_the_rule_changes_on_its_day_and_each_side_keeps_its_own(cast: Cast) -> None:
    """Who has 60 hours on 31 July 2024 has done all; on 1 August 50 of theory and 30 of practice are asked."""
    check(
        cast,
        PROGRAMME,
        """
        2024-05-01  category     ro.asistent-maternal
        2024-06-01  theory       50 h
        2024-07-01  practice     10 h
        """,
        """
        2024-07-31 | never | initial: done
        2024-08-01 | never | initial-theory: done | initial-practice: missing 20 h
        """,
    )


def test_an_attestation_of_three_years_keeps_its_own_end_under_the_new_rule(cast: Cast) -> None:
    """What becomes of them is not known in law; the paper says three years, and so do we."""
    check(
        cast,
        PROGRAMME,
        """
        2023-01-10  category     ro.asistent-maternal
        2023-02-01  any          60 h
        2023-02-15  certificate
        2024-10-01  any          8 h
        2025-10-01  any          8 h
        """,
        """
        2024-08-01 | valid    | initial-theory: done | initial-practice: done
        2026-02-15 | expiring | initial-theory: done
        2026-02-16 | expired  | initial-theory: missing 50 h | initial-practice: missing 30 h
        """,
    )


def test_under_the_new_rule_no_expiry_a_yearly_course_and_an_endorsement_every_two_years(
    cast: Cast,
) -> None:
    check(
        cast,
        PROGRAMME,
        """
        2024-08-20  category     ro.asistent-maternal
        2024-09-10  theory       50 h
        2024-10-10  practice     30 h
        2024-10-21  certificate
        2025-11-05  any          8 h
        2026-10-21  reviewed     next 2028-10-21
        """,
        """
        2024-10-20 | never      | initial-theory: done | initial-practice: done | yearly-course: not asked
        2024-10-21 | valid      | initial-theory: done | yearly-course: not asked
        2025-01-01 | valid      | yearly-course: missing 1 times
        2025-11-05 | valid      | yearly-course: done
        2026-01-01 | valid      | yearly-course: missing 1 times
        2026-10-20 | valid      | initial-practice: done
        2026-10-21 | valid      | yearly-course: missing 1 times
        2027-01-01 | review due | yearly-course in 2026: missing 1 times | yearly-course: missing 1 times
        2028-01-01 | review due | yearly-course in 2027: missing 1 times
        """,
    )


def test_an_endorsement_that_is_late_and_one_that_settles_a_missed_year(cast: Cast) -> None:
    check(
        cast,
        PROGRAMME,
        """
        2024-08-20  category     ro.asistent-maternal
        2024-10-21  certificate
        2025-05-05  any          8 h
        2026-11-30  reviewed     next 2028-10-21
        """,
        """
        2026-10-20 | valid      | initial-theory: done
        2026-10-21 | review due | initial-theory: done
        2026-11-30 | valid      | initial-theory: done
        2027-01-01 | review due | yearly-course in 2026: missing 1 times
        """,
    )


def test_hours_that_nobody_split_are_not_counted_for_one_or_the_other(cast: Cast) -> None:
    """80 hours on the roll as theory or practice together: nobody may say that 50 of them were theory."""
    check(
        cast,
        PROGRAMME,
        """
        2024-08-20  category     ro.asistent-maternal
        2024-09-10  any          80 h
        """,
        """
        2024-09-11 | never | initial-theory: not known | initial-practice: not known
        """,
    )


def test_families_of_placement_and_persons_responsible_have_no_figures_in_law(cast: Cast) -> None:
    check(
        cast,
        "ro.plasament",
        """
        2025-07-02  category     ro.familie-de-plasament
        2025-08-01  any          30 h
        """,
        """
        2025-09-01 | never | course: not known
        """,
    )
