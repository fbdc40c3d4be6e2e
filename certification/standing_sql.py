"""The standing of many people at once, in PostgreSQL. It says what `standing.standing` says, line by line.

Everything is worked out for all people of the scope together, step by step; the rows of a step have a number (`n`) by
which the next one joins them. What belongs to people is read by index alone (LATERAL with OFFSET 0, a fence that keeps
the planner from reading whole tables), so that a county costs the same whatever the size of the country.

The text is written for one day and for many, see `days_sql`.
"""

from certification.days_sql import for_many_days, for_one_day
from certification.duties_sql import BOOKS, DUTIES, MISSED, VERSIONS

# The people whom the reader may see (a query of Django's), and the programmes asked of their categories on the day.
FOLK = "folk AS MATERIALIZED ({scope})"
WANTED = """
wanted AS MATERIALIZED (
  SELECT row_number() OVER () AS n, one.* FROM (
    SELECT DISTINCT [[folk.at,]] folk.id AS person_id, pg.id AS programme_id
    FROM folk folk(id[[, at]])
    CROSS JOIN LATERAL (
      SELECT pc.category_id FROM people_personcategory pc
      WHERE pc.person_id = folk.id AND pc.since <= <<folk>> AND (pc.until IS NULL OR pc.until >= <<folk>>)
        AND (%(category)s::bigint IS NULL OR pc.category_id = %(category)s::bigint) OFFSET 0
    ) pc
    JOIN certification_programme_categories asks ON asks.category_id = pc.category_id
    JOIN certification_programme pg ON pg.id = asks.programme_id AND pg.is_active
    WHERE %(programme)s::bigint IS NULL OR pg.id = %(programme)s::bigint
  ) one
)
"""

# Certificates of this system and earlier ones on paper that are not struck, as long as they were known to be valid on
# the day: extensions included.
CERTS = """
extended AS MATERIALIZED (
  SELECT [[p.at,]] x.certificate_id, x.earlier_id, MAX(x.until) AS until
  FROM (SELECT DISTINCT [[at,]] person_id FROM wanted) p
  CROSS JOIN LATERAL (
    SELECT x.certificate_id, x.earlier_id, x.until FROM certification_relief x
    WHERE x.person_id = p.person_id AND x.kind = 'extension' AND x.status = 'confirmed' AND x.since <= <<p>>
      AND (x.ended_on IS NULL OR x.ended_on > <<p>>) OFFSET 0
  ) x
  GROUP BY [[p.at,]] x.certificate_id, x.earlier_id
),
certs AS MATERIALIZED (
  SELECT w.n, c.id, NULL::bigint AS earlier_id, c.valid_from, c.review_due,
    CASE WHEN c.valid_until IS NOT NULL THEN GREATEST(c.valid_until, x.until) END AS valid_until
  FROM wanted w
  CROSS JOIN LATERAL (
    SELECT c.id, c.valid_from, c.valid_until, c.review_due FROM certification_certificate c
    WHERE c.person_id = w.person_id AND c.programme_id = w.programme_id AND c.valid_from <= <<w>> OFFSET 0
  ) c
  LEFT JOIN extended x ON x.certificate_id = c.id [[AND x.at = w.at]]
  UNION ALL
  SELECT w.n, NULL, c.id, c.valid_from, NULL,
    CASE WHEN c.valid_until IS NOT NULL THEN GREATEST(c.valid_until, x.until) END
  FROM wanted w
  CROSS JOIN LATERAL (
    SELECT c.id, c.valid_from, c.valid_until FROM certification_earliercertificate c
    WHERE c.person_id = w.person_id AND c.programme_id = w.programme_id AND c.valid_from <= <<w>>
      AND (c.struck_on IS NULL OR c.struck_on > <<w>>) OFFSET 0
  ) c
  LEFT JOIN extended x ON x.earlier_id = c.id [[AND x.at = w.at]]
)
"""

# Whom a transition keeps under the former version, on each day that matters; nobody where there is no transition.
KEEPERS = """
[[looked AS MATERIALIZED (SELECT relevant.at, books.* FROM relevant JOIN books ON books.day = relevant.day),]]
keepers AS MATERIALIZED (
  SELECT w.n, book.day FROM [1[books]1][[looked]] book
  JOIN wanted w ON w.programme_id = book.programme_id [[AND w.at = book.at]]
  JOIN certs c ON c.n = w.n
  WHERE book.former_id IS NOT NULL AND book.transition IN ('holders', 'both')
    AND c.valid_from < book.cutoff AND c.valid_from <= book.day
    AND (c.valid_until IS NULL OR c.valid_until + book.former_grace >= book.day)
  UNION
  SELECT w.n, book.day FROM [1[books]1][[looked]] book
  JOIN wanted w ON w.programme_id = book.programme_id [[AND w.at = book.at]]
  CROSS JOIN LATERAL (
    SELECT en.status, en.cancelled_at, en.queued_at, ed.ends, course.translation_key FROM training_enrolment en
    JOIN training_edition ed ON ed.id = en.edition_id
    JOIN wagtailcore_page course ON course.id = ed.course_id
    WHERE en.person_id = w.person_id OFFSET 0
  ) en
  JOIN leads ON leads.programme_id = w.programme_id AND leads.translation_key = en.translation_key
  WHERE book.former_id IS NOT NULL AND book.transition IN ('begun', 'both')
    AND (en.queued_at AT TIME ZONE %(zone)s)::date < book.cutoff
    AND (en.queued_at AT TIME ZONE %(zone)s)::date <= book.day
    AND CASE en.status
      WHEN 'confirmed' THEN TRUE WHEN 'offered' THEN TRUE WHEN 'completed' THEN TRUE
      WHEN 'not_completed' THEN (en.ends AT TIME ZONE %(zone)s)::date >= book.day
      WHEN 'cancelled' THEN (en.cancelled_at AT TIME ZONE %(zone)s)::date > book.day
      ELSE FALSE END
)
"""

# The courses that lead to a programme, in whatever language.
LEADS = """
leads AS MATERIALIZED (
  SELECT pgc.programme_id, page.translation_key FROM certification_programmecourse pgc
  JOIN wagtailcore_page page ON page.id = pgc.course_id
)
"""

# With LEFT JOINs, then a fence: the planner must not believe that hardly anybody is left, or it goes through all rows
# of each later step for each row of the other.
ASKED = """
asked AS MATERIALIZED (
  SELECT * FROM (
    SELECT w.n, [[w.at,]] w.person_id, w.programme_id,
      CASE WHEN keeper.n IS NULL THEN book.id ELSE book.former_id END AS version_id,
      CASE WHEN keeper.n IS NULL THEN book.win ELSE book.former_win END AS win,
      CASE WHEN keeper.n IS NULL THEN book.grace ELSE book.former_grace END AS grace
    FROM wanted w
    LEFT JOIN books book ON book.programme_id = w.programme_id AND book.day = <<w>>
    LEFT JOIN keepers keeper ON keeper.n = w.n AND keeper.day = <<w>>
    OFFSET 0
  ) one WHERE version_id IS NOT NULL
)
"""


def _judged(rows: str) -> str:
    """These certificates with their last change and review by the day, and what each says alone."""
    return f"""
{rows}_touched AS MATERIALIZED (
  SELECT [[c.n,]] e.* FROM {rows} c CROSS JOIN LATERAL (
    SELECT e.id, e.certificate_id, e.kind, e.on, e.next_review FROM certification_certificateevent e
    WHERE e.certificate_id = c.id AND e.on <= <<c>> OFFSET 0
  ) e
),
{rows}_judged AS (
  SELECT c.*, change.id AS change_id, change.on AS change_on,
    CASE WHEN reviewed.id IS NULL THEN c.review_due ELSE reviewed.next_review END AS due,
    CASE
      WHEN change.kind IN ('revoked', 'suspended') THEN change.kind
      WHEN c.valid_until < <<c>> AND <<c>> <= c.valid_until + c.grace THEN 'in_grace'
      WHEN c.valid_until < <<c>> THEN 'expired'
      WHEN CASE WHEN reviewed.id IS NULL THEN c.review_due ELSE reviewed.next_review END <= <<c>>
        THEN 'review_due'
      WHEN c.valid_until - c.win <= <<c>> THEN 'expiring'
      ELSE 'valid' END AS state
  FROM {rows} c
  LEFT JOIN (
    SELECT DISTINCT ON ([[n,]] certificate_id) * FROM {rows}_touched WHERE kind <> 'reviewed'
    ORDER BY [[n,]] certificate_id, "on" DESC, id DESC
  ) change ON change.certificate_id = c.id [[AND change.n = c.n]]
  LEFT JOIN (
    SELECT DISTINCT ON ([[n,]] certificate_id) * FROM {rows}_touched WHERE kind = 'reviewed'
    ORDER BY [[n,]] certificate_id, "on" DESC, id DESC
  ) reviewed ON reviewed.certificate_id = c.id [[AND reviewed.n = c.n]]
  WHERE change.kind IS DISTINCT FROM 'replaced'
)"""  # noqa: S608 - our own constants; what people type goes in as parameters


# The certificate that speaks for the person: the best of the good ones (`good`), else the newest (`bad`); ours before
# one on paper. Only where nothing good is found are the older ones looked at.
BEST = f"""
alive AS MATERIALIZED (
  SELECT c.*, a.win, a.grace[[, a.at]] FROM certs c JOIN asked a ON a.n = c.n
  WHERE c.valid_until IS NULL OR c.valid_until + a.grace >= <<a>>
),
{_judged("alive")},
good AS MATERIALIZED (
  SELECT DISTINCT ON (n) *, array_position(ARRAY['valid', 'expiring', 'review_due', 'in_grace'], state::text) AS rank
  FROM alive_judged WHERE state IN ('valid', 'expiring', 'review_due', 'in_grace')
  ORDER BY n, rank, COALESCE(valid_until, 'infinity') DESC, earlier_id IS NOT NULL, valid_from DESC, id DESC,
    earlier_id DESC
),
rest AS MATERIALIZED (
  SELECT c.*, a.win, a.grace[[, a.at]] FROM asked a JOIN certs c ON c.n = a.n LEFT JOIN good ON good.n = a.n
  WHERE good.n IS NULL
),
{_judged("rest")},
best AS MATERIALIZED (
  SELECT n, id, earlier_id, valid_from, valid_until, win, grace, change_id, change_on, due, state FROM good
  UNION ALL (
    SELECT DISTINCT ON (n) n, id, earlier_id, valid_from, valid_until, win, grace, change_id, change_on, due, state
    FROM rest_judged ORDER BY n, earlier_id IS NOT NULL, valid_from DESC, id DESC, earlier_id DESC
  )
)
"""  # noqa: S608

# Since when those without a certificate have a place on a course that leads to the programme, on that day.
UNDER_WAY = """
under_way AS MATERIALIZED (
  SELECT a.n, MIN((en.queued_at AT TIME ZONE %(zone)s)::date) AS since
  FROM asked a
  LEFT JOIN best ON best.n = a.n
  CROSS JOIN LATERAL (
    SELECT en.queued_at, course.translation_key FROM training_enrolment en
    JOIN training_edition ed ON ed.id = en.edition_id
    JOIN wagtailcore_page course ON course.id = ed.course_id
    WHERE en.person_id = a.person_id AND (en.queued_at AT TIME ZONE %(zone)s)::date <= <<a>>
      AND CASE en.status
        WHEN 'confirmed' THEN TRUE WHEN 'offered' THEN TRUE
        WHEN 'completed' THEN en.completed_on > <<a>>
        WHEN 'not_completed' THEN (ed.ends AT TIME ZONE %(zone)s)::date >= <<a>>
        WHEN 'cancelled' THEN (en.cancelled_at AT TIME ZONE %(zone)s)::date > <<a>>
        ELSE FALSE END
    OFFSET 0
  ) en
  JOIN leads ON leads.programme_id = a.programme_id AND leads.translation_key = en.translation_key
  WHERE best.n IS NULL
  GROUP BY a.n
)
"""

# One row a person and a programme. A certificate that counts, though something regular was missed, waits for a review
# (decision 0014). What a reader of these rows does not ask for, the planner leaves out with its joins.
TEXT = f"""
WITH {FOLK}, {VERSIONS}, {BOOKS}, {DUTIES}, {LEADS}, {WANTED}, {CERTS}, {KEEPERS}, {ASKED}, {BEST}, {UNDER_WAY},
{MISSED}
SELECT [[a.at,]] a.person_id, a.programme_id,
  CASE WHEN missed.ids IS NOT NULL THEN 'review_due' WHEN best.state IS NOT NULL THEN best.state
    WHEN under_way.since IS NULL THEN 'never' ELSE 'in_progress' END AS state,
  CASE
    WHEN missed.ids IS NOT NULL
      THEN LEAST(missed.since, CASE WHEN best.state = 'review_due' THEN best.due END)
    WHEN best.state IS NULL THEN under_way.since
    WHEN best.state IN ('revoked', 'suspended') THEN best.change_on
    WHEN best.state = 'in_grace' THEN best.valid_until + 1
    WHEN best.state = 'expired' THEN best.valid_until + best.grace + 1
    WHEN best.state = 'review_due' THEN best.due
    WHEN best.state = 'expiring' THEN GREATEST(best.valid_from, best.change_on, best.valid_until - best.win)
    ELSE GREATEST(best.valid_from, best.change_on)
  END AS since,
  CASE
    WHEN best.state = 'in_grace' THEN best.valid_until + best.grace
    WHEN best.state IN ('valid', 'expiring', 'review_due') THEN best.valid_until
  END AS until,
  best.id AS certificate_id, best.earlier_id, COALESCE(paper.issuer, '') AS issuer,
  COALESCE(ours.number, paper.number, '') AS number, best.valid_until, best.due AS review_due,
  CASE WHEN best.state IN ('revoked', 'suspended') THEN change.reason ELSE '' END AS said,
  COALESCE(missed.ids, '{{{{}}}}') AS missed
FROM asked a
LEFT JOIN best ON best.n = a.n
LEFT JOIN under_way ON under_way.n = a.n
LEFT JOIN missed ON missed.n = a.n
LEFT JOIN certification_certificate ours ON ours.id = best.id
LEFT JOIN certification_earliercertificate paper ON paper.id = best.earlier_id
LEFT JOIN certification_certificateevent change ON change.id = best.change_id
"""  # noqa: S608

ROWS = for_one_day(TEXT)
# For days of each person's own: the scope gives `id` and `at`, the rows say `at`.
ROWS_OF_DAYS = for_many_days(TEXT)

# A certificate that counts on the day and ends so many days later at most.
ENDS = "(found.state IN ('valid', 'expiring', 'review_due') AND found.valid_until <= %(at)s::date + {days}::int)"
WITHIN = f"(%(within)s::int IS NULL OR {ENDS.format(days='%(within)s')})"

COUNTS = f"SELECT state, COUNT(*) FROM ({ROWS}) found WHERE {WITHIN} GROUP BY state"  # noqa: S608

# What needs doing first; the order of standing.State.
STATE_ORDER = (
    "array_position(ARRAY['never','in_progress','expired','revoked','suspended','in_grace','expiring','review_due','valid'],"
    " found.state)"
)
ORDERS = {
    "name": "person.sort_key, person.id, found.programme_id",
    "-name": "person.sort_key DESC, person.id DESC, found.programme_id",
    "state": f"{STATE_ORDER}, person.sort_key, person.id, found.programme_id",
    "-state": f"{STATE_ORDER} DESC, person.sort_key, person.id, found.programme_id",
    "until": "found.valid_until NULLS LAST, person.sort_key, person.id, found.programme_id",
    "-until": "found.valid_until DESC NULLS LAST, person.sort_key, person.id, found.programme_id",
}

LIST = f"""
SELECT found.*, person.family_name, person.given_name, person.patronymic, person.language
FROM ({ROWS}) found
JOIN people_person person ON person.id = found.person_id
WHERE (%(state)s::text IS NULL OR found.state = %(state)s::text) AND {WITHIN}
ORDER BY {{order}}
LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608
