"""What was to be done regularly and was not, of many people at once. It says what `requirements.missed` says.

Small tables of the rules are made once a statement (`books`, `duties`); each person is then looked up by index alone.
"""

# Which versions there are: the published ones, and one draft where a preview asks what it would do. A version ends
# where the next one begins, so that a draft ends the one before it.
VERSIONS = """
versions AS MATERIALIZED (
  SELECT v.id, v.programme_id, v.effective_from AS since, v.renewal_window_days AS win, v.grace_days AS grace,
    v.transition, COALESCE(v.transition_before, v.effective_from) AS cutoff, v.transition_until AS keeps_until,
    LEAST(v.effective_to, LEAD(v.effective_from) OVER programme) AS until,
    LAG(v.id) OVER programme AS former_id, LAG(v.renewal_window_days) OVER programme AS former_win,
    LAG(v.grace_days) OVER programme AS former_grace
  FROM certification_ruleversion v
  WHERE v.status = 'published' OR v.id = %(draft)s::bigint
  WINDOW programme AS (PARTITION BY v.programme_id ORDER BY v.effective_from)
)
"""

# The year before the day; for months that roll the first of them.
YEAR_FIRST = "make_date(EXTRACT(YEAR FROM %(at)s::date)::int - 1, 1, 1)"
YEAR_LAST = "make_date(EXTRACT(YEAR FROM %(at)s::date)::int - 1, 12, 31)"
ROLLING_FIRST = "((%(at)s::date - make_interval(months => r.months))::date + 1)"

# The version in force on each day that matters, and the one before it while a transition keeps it for somebody.
BOOKS = f"""
books AS MATERIALIZED (
  SELECT days.day, v.programme_id, v.id, v.win, v.grace, v.transition, v.cutoff, v.former_win, v.former_grace,
    CASE WHEN v.transition <> 'none' AND (v.keeps_until IS NULL OR days.day <= v.keeps_until)
      THEN v.former_id END AS former_id
  FROM versions v
  JOIN (
    SELECT %(at)s::date AS day UNION SELECT {YEAR_FIRST} UNION SELECT {YEAR_LAST}
    UNION SELECT {ROLLING_FIRST} FROM certification_requirement r WHERE r.period = 'rolling_months'
  ) days ON v.since <= days.day AND (v.until IS NULL OR v.until > days.day)
)
"""  # noqa: S608 - our own constants; what people type goes in as parameters

# What is asked regularly with a figure that is known, with the books of its first and its last day and of today.
DUTIES = f"""
duties AS MATERIALIZED (
  SELECT r.id, r.version_id, v.programme_id, r.topic_id, r.category_id, r.minutes, r.count, span.first, span.last,
    r.period = 'calendar_year' AS is_of_a_year, COALESCE(r.minutes, r.count) AS figure,
    CASE WHEN r.period = 'calendar_year' THEN span.last + 1 ELSE span.first END AS settled_from,
    NULLIF(CASE r.condition WHEN 'no-child-placed' THEN 'child-placed' ELSE r.condition END, '') AS condition,
    r.condition <> 'no-child-placed' AS wanted,
    CASE r.kind WHEN 'any' THEN ARRAY['theory', 'practice', 'any'] ELSE ARRAY[r.kind] END AS kinds,
    CASE WHEN r.kind IN ('theory', 'practice', 'any') THEN ARRAY['theory', 'practice', 'any'] ELSE ARRAY[r.kind] END
      AS wide_any, r.kind,
    ARRAY(SELECT e.topic_id FROM certification_equivalence e WHERE e.requirement_id = r.id AND e.topic_id > 0) AS instead,
    EXISTS (SELECT FROM certification_equivalence e WHERE e.requirement_id = r.id AND e.topic_id IS NULL) AS has_others,
    first_book.former_id AS first_former, last_book.former_id AS last_former, last_book.id AS last_id,
    now_book.former_id AS now_former,
    EXISTS (SELECT FROM certification_requirement q WHERE q.version_id = first_book.id AND q.code = r.code) AS in_first,
    EXISTS (SELECT FROM certification_requirement q
      WHERE q.version_id = first_book.former_id AND q.code = r.code) AS in_first_former,
    EXISTS (SELECT FROM certification_requirement q WHERE q.version_id = now_book.id AND q.code = r.code) AS in_now,
    EXISTS (SELECT FROM certification_requirement q
      WHERE q.version_id = now_book.former_id AND q.code = r.code) AS in_now_former,
    first_book.transition AS first_transition, first_book.cutoff AS first_cutoff,
    first_book.former_grace AS first_former_grace, last_book.transition AS last_transition,
    last_book.cutoff AS last_cutoff, last_book.former_grace AS last_former_grace
  FROM certification_requirement r
  JOIN versions v ON v.id = r.version_id
  CROSS JOIN LATERAL (
    SELECT CASE WHEN r.period = 'calendar_year' THEN {YEAR_FIRST} ELSE {ROLLING_FIRST} END AS first,
      CASE WHEN r.period = 'calendar_year' THEN {YEAR_LAST} ELSE %(at)s::date END AS last
  ) span
  JOIN books first_book ON first_book.day = span.first AND first_book.programme_id = v.programme_id
  JOIN books last_book ON last_book.day = span.last AND last_book.programme_id = v.programme_id
    AND r.version_id IN (last_book.id, last_book.former_id)
  JOIN books now_book ON now_book.day = %(at)s::date AND now_book.programme_id = v.programme_id
  WHERE r.period IN ('calendar_year', 'rolling_months') AND (r.minutes IS NOT NULL OR r.count IS NOT NULL)
    AND NOT r.unknown ?| ARRAY['period', 'mandatory']
)
"""  # noqa: S608
