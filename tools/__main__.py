"""`python -m tools COMMAND …`: what ./dev becomes once the packages are there."""

import sys

from config.pg_place import EmbeddedPostgresError
from tools import backup, checks, site, testing
from tools.say import Problem, commands_text, warn


def main(words: list[str]) -> int:
    """Run one command; every expected failure is a sentence and a code other than 0."""
    commands = {
        "setup": site.setup,
        "demo": site.demo,
        "run": site.run,
        "test": testing.test,
        "check": checks.check,
        "bench": checks.bench,
        "messages": checks.messages,
        "lock": checks.lock,
        "db": backup.command,
    }
    if not words or words[0] not in commands:
        warn(commands_text())
        return 2
    try:
        return commands[words[0]](words[1:])
    except (Problem, EmbeddedPostgresError) as problem:
        warn(f"\n{problem}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
