"""The times of SessionTrainer follow those of Session: a foreign key over all four columns keeps the copy equal."""

from django.db import migrations

ADD = """
ALTER TABLE training_sessiontrainer ADD CONSTRAINT sessiontrainer_same_times
FOREIGN KEY (session_id, starts, ends, is_cancelled)
REFERENCES training_session (id, starts, ends, is_cancelled) ON UPDATE CASCADE ON DELETE CASCADE
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]
    operations = [
        migrations.RunSQL(ADD, "ALTER TABLE training_sessiontrainer DROP CONSTRAINT sessiontrainer_same_times"),
    ]
