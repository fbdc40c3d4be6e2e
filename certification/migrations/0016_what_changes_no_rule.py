"""A statement that changes no row, and the draft of a rule, make nobody stale: they change no standing."""

from importlib import import_module

from django.db import migrations

before = import_module("certification.migrations.0015_periods_of_standing")

# What each table of the rules says of its version; a draft is nobody's rule until it is published.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION certification_stale_everybody() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  matters boolean := TG_LEVEL = 'ROW';
BEGIN
  IF TG_LEVEL = 'STATEMENT' AND TG_OP <> 'DELETE' THEN matters := EXISTS (SELECT FROM new_rows); END IF;
  IF TG_LEVEL = 'STATEMENT' AND TG_OP <> 'INSERT' THEN matters := matters OR EXISTS (SELECT FROM old_rows); END IF;
  IF matters THEN INSERT INTO certification_stalestanding (person) VALUES (NULL); END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION certification_stale_versions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  matters boolean := FALSE;
BEGIN
  IF TG_OP <> 'DELETE' THEN matters := EXISTS (SELECT FROM new_rows WHERE status = 'published'); END IF;
  IF TG_OP <> 'INSERT' THEN
    matters := matters OR EXISTS (SELECT FROM old_rows WHERE status = 'published');
  END IF;
  IF matters THEN INSERT INTO certification_stalestanding (person) VALUES (NULL); END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION certification_stale_requirements() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  matters boolean := FALSE;
BEGIN
  -- What is not known to be a draft's (its version may be gone in the same deed) matters.
  IF TG_OP <> 'DELETE' THEN
    matters := EXISTS (SELECT FROM new_rows LEFT JOIN certification_ruleversion v ON v.id = new_rows.version_id
      WHERE v.status IS NULL OR v.status = 'published');
  END IF;
  IF TG_OP <> 'INSERT' THEN
    matters := matters OR EXISTS (SELECT FROM old_rows
      LEFT JOIN certification_ruleversion v ON v.id = old_rows.version_id
      WHERE v.status IS NULL OR v.status = 'published');
  END IF;
  IF matters THEN INSERT INTO certification_stalestanding (person) VALUES (NULL); END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION certification_stale_equivalences() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  matters boolean := FALSE;
BEGIN
  IF TG_OP <> 'DELETE' THEN
    matters := EXISTS (SELECT FROM new_rows LEFT JOIN certification_requirement r ON r.id = new_rows.requirement_id
      LEFT JOIN certification_ruleversion v ON v.id = r.version_id WHERE v.status IS NULL OR v.status = 'published');
  END IF;
  IF TG_OP <> 'INSERT' THEN
    matters := matters OR EXISTS (SELECT FROM old_rows
      LEFT JOIN certification_requirement r ON r.id = old_rows.requirement_id
      LEFT JOIN certification_ruleversion v ON v.id = r.version_id WHERE v.status IS NULL OR v.status = 'published');
  END IF;
  IF matters THEN INSERT INTO certification_stalestanding (person) VALUES (NULL); END IF;
  RETURN NULL;
END $$;
"""
OF_VERSIONS = {
    "certification_ruleversion": "certification_stale_versions",
    "certification_requirement": "certification_stale_requirements",
    "certification_equivalence": "certification_stale_equivalences",
}
AGAIN = "".join(
    f"DROP TRIGGER stale_standing_{deed.lower()} ON {table};{before.trigger(table, deed, function)}"
    for table, function in OF_VERSIONS.items()
    for deed in before.ROWS
)
BACK = "".join(
    f"DROP TRIGGER stale_standing_{deed.lower()} ON {table};"
    + before.trigger(table, deed, "certification_stale_everybody")
    for table in OF_VERSIONS
    for deed in before.ROWS
) + "".join(f"DROP FUNCTION {function}();" for function in OF_VERSIONS.values())


class Migration(migrations.Migration):

    dependencies = [("certification", "0015_periods_of_standing")]

    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(AGAIN, BACK),
    ]
