"""The periods of standing in PostgreSQL: on which days the standing of somebody can turn, what it is from each of them.

The days may be too many, never too few: of two days that follow each other, what `standing_sql` says is the same. It
looks at the day itself, at the first and last day of the year before, and at the first day of each rolling time.
"""

from hashlib import sha256

from certification.standing_sql import ROWS, ROWS_OF_DAYS

# From the first day that a table of dates can hold sensibly: before any record, nothing is asked.
FIRST = "DATE '1900-01-01'"

# Each date on which something begins to hold, or the day after it held for the last time.
TURNS = f"""
batch AS MATERIALIZED (SELECT DISTINCT unnest(%(people)s::bigint[]) AS person_id),
asking AS MATERIALIZED (
  SELECT DISTINCT batch.person_id, asks.programme_id FROM batch
  CROSS JOIN LATERAL (
    SELECT pc.category_id FROM people_personcategory pc WHERE pc.person_id = batch.person_id OFFSET 0
  ) pc
  JOIN certification_programme_categories asks ON asks.category_id = pc.category_id
),
margins AS MATERIALIZED (
  SELECT DISTINCT v.programme_id, margin.days FROM certification_ruleversion v
  CROSS JOIN LATERAL (VALUES (1), (-v.renewal_window_days), (v.grace_days + 1)) margin(days)
  WHERE v.status = 'published'
),
ends AS MATERIALIZED (
  SELECT batch.person_id, one.* FROM batch CROSS JOIN LATERAL (
    SELECT programme_id, valid_until AS day FROM certification_certificate WHERE person_id = batch.person_id
    UNION ALL
    SELECT programme_id, valid_until FROM certification_earliercertificate WHERE person_id = batch.person_id
    UNION ALL
    SELECT programme_id, until FROM certification_relief WHERE person_id = batch.person_id
    OFFSET 0
  ) one
),
dated AS MATERIALIZED (
  SELECT batch.person_id, one.day FROM batch CROSS JOIN LATERAL (
    SELECT {FIRST} AS day
    UNION ALL
    SELECT x.day FROM people_personcategory pc CROSS JOIN LATERAL (VALUES (pc.since), (pc.until + 1)) x(day)
    WHERE pc.person_id = batch.person_id
    UNION ALL
    SELECT x.day FROM certification_certificate c CROSS JOIN LATERAL (VALUES (c.valid_from), (c.review_due)) x(day)
    WHERE c.person_id = batch.person_id
    UNION ALL
    SELECT x.day FROM certification_certificate c JOIN certification_certificateevent e ON e.certificate_id = c.id
    CROSS JOIN LATERAL (VALUES (e.on), (e.next_review)) x(day) WHERE c.person_id = batch.person_id
    UNION ALL
    SELECT x.day FROM certification_earliercertificate c
    CROSS JOIN LATERAL (VALUES (c.valid_from), (c.struck_on)) x(day) WHERE c.person_id = batch.person_id
    UNION ALL
    SELECT x.day FROM certification_relief r
    CROSS JOIN LATERAL (VALUES (r.since), (r.until + 1), (r.ended_on)) x(day) WHERE r.person_id = batch.person_id
    UNION ALL
    SELECT x.day FROM certification_circumstance s CROSS JOIN LATERAL (VALUES (s.since), (s.until + 1)) x(day)
    WHERE s.person_id = batch.person_id
    UNION ALL
    SELECT x.day FROM training_enrolment en JOIN training_edition ed ON ed.id = en.edition_id
    CROSS JOIN LATERAL (VALUES
      ((en.queued_at AT TIME ZONE %(zone)s)::date), ((en.cancelled_at AT TIME ZONE %(zone)s)::date),
      (en.completed_on), ((ed.ends AT TIME ZONE %(zone)s)::date + 1)
    ) x(day) WHERE en.person_id = batch.person_id
    OFFSET 0
  ) one
  UNION
  SELECT ends.person_id, ends.day + margins.days FROM ends JOIN margins ON margins.programme_id = ends.programme_id
  UNION
  SELECT asking.person_id, x.day FROM asking
  JOIN certification_ruleversion v ON v.programme_id = asking.programme_id AND v.status = 'published'
  CROSS JOIN LATERAL (VALUES (v.effective_from), (v.effective_to), (v.transition_until + 1)) x(day)
),
worked AS MATERIALIZED (
  SELECT dated.person_id, dated.day FROM dated WHERE dated.day IS NOT NULL
  UNION
  SELECT batch.person_id, h.day FROM batch CROSS JOIN LATERAL (
    SELECT h.on AS day FROM certification_hoursentry h WHERE h.person_id = batch.person_id OFFSET 0
  ) h
),
-- Months differ in length: of two days that follow each other, the days so many months later lie up to five apart (28
-- February and 1 March), or are the same. Some days too many do no harm.
rolling AS MATERIALIZED (
  SELECT DISTINCT asking.person_id, r.months FROM asking
  JOIN certification_ruleversion v ON v.programme_id = asking.programme_id
  JOIN certification_requirement r ON r.version_id = v.id AND r.period = 'rolling_months'
),
turns AS MATERIALIZED (
  SELECT dated.person_id, dated.day FROM dated WHERE dated.day IS NOT NULL
  UNION
  SELECT worked.person_id, make_date(EXTRACT(YEAR FROM worked.day)::int + later, 1, 1)
  FROM worked CROSS JOIN generate_series(0, 2) later
  UNION
  -- Within a rolling time, what is done counts from its own day on.
  SELECT worked.person_id, worked.day FROM worked JOIN rolling ON rolling.person_id = worked.person_id
  UNION
  SELECT worked.person_id, (worked.day + make_interval(months => rolling.months))::date + later
  FROM worked JOIN rolling ON rolling.person_id = worked.person_id CROSS JOIN generate_series(-4, 3) later
)
"""  # noqa: S608 - our own constants; what people type goes in as parameters

# Of the days on which nothing turned, none is kept.
WRITE = f"""
WITH {TURNS},
found AS MATERIALIZED (
  SELECT person_id, programme_id, at, state, valid_until FROM (
    {ROWS_OF_DAYS.replace("{scope}", "SELECT turns.person_id AS id, turns.day AS at FROM turns")}
  ) one
),
each AS (
  SELECT turns.person_id, whose.programme_id, turns.day, found.state, found.valid_until,
    found.state IS DISTINCT FROM LAG(found.state) OVER days
      OR found.valid_until IS DISTINCT FROM LAG(found.valid_until) OVER days AS is_new
  FROM turns
  JOIN (SELECT DISTINCT person_id, programme_id FROM found) whose ON whose.person_id = turns.person_id
  LEFT JOIN found ON found.person_id = turns.person_id AND found.programme_id = whose.programme_id
    AND found.at = turns.day
  WINDOW days AS (PARTITION BY turns.person_id, whose.programme_id ORDER BY turns.day)
)
INSERT INTO certification_standingperiod (person, programme, since, until, state, valid_until)
SELECT person_id, programme_id, day, until, state, valid_until FROM (
  SELECT each.*, LEAD(each.day) OVER (PARTITION BY person_id, programme_id ORDER BY day) AS until
  FROM each WHERE is_new
) one WHERE state IS NOT NULL
""".replace("{{}}", "{}")  # noqa: S608

# The row of nobody says by what all others were worked out: by this very text, in days of that zone.
BASIS = f"""
SELECT state FROM certification_standingperiod WHERE person = 0 AND programme = 0 AND since = {FIRST}
"""  # noqa: S608
SET_BASIS = f"""
INSERT INTO certification_standingperiod (person, programme, since, state) VALUES (0, 0, {FIRST}, %(basis)s)
ON CONFLICT (person, programme, since) DO UPDATE SET state = EXCLUDED.state
"""  # noqa: S608


def basis(zone: str) -> str:
    """What periods depend on that stands in no table: the text that works them out, and the zone of the law."""
    return sha256(f"{zone}\n{WRITE}".encode()).hexdigest()[:12]


# Whom a category is asked of for which programme, where only one is looked at.
OF_CATEGORY = """
JOIN certification_programme_categories asks
  ON asks.programme_id = p.programme AND asks.category_id = %(category)s::bigint
CROSS JOIN LATERAL (
  SELECT pc.id FROM people_personcategory pc WHERE pc.person_id = p.person AND pc.category_id = %(category)s::bigint
    AND pc.since <= %(at)s::date AND (pc.until IS NULL OR pc.until >= %(at)s::date) LIMIT 1
) pc
"""

# Without the row that means everybody: in a list to be left out, one NULL leaves everybody out.
STALE = "SELECT stale.person FROM certification_stalestanding stale WHERE stale.person IS NOT NULL"


def kept(*, of_category: bool, but_stale: bool) -> str:
    """Who stands how on the day `%(at)s`, from the periods; of everybody in the scope or of those who are not stale."""
    return f"""
SELECT p.person AS person_id, p.programme AS programme_id, p.state, p.valid_until
FROM ({{scope}}) folk(id)
JOIN certification_standingperiod p ON p.person = folk.id
{OF_CATEGORY if of_category else ""}
WHERE p.since <= %(at)s::date AND (p.until IS NULL OR p.until > %(at)s::date)
  AND (%(programme)s::bigint IS NULL OR p.programme = %(programme)s::bigint)
  {f"AND folk.id NOT IN ({STALE})" if but_stale else ""}
"""  # noqa: S608


LIVE = f"SELECT person_id, programme_id, state, valid_until FROM ({ROWS}) one"  # noqa: S608
LIVE_OF_STALE = LIVE.replace(
    "({scope})",
    f"(SELECT folk.id FROM ({{scope}}) folk(id) WHERE folk.id IN ({STALE}))",  # noqa: S608
)
