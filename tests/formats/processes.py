"""What does not hang on the order in which one process happens to hold things in memory."""

import subprocess
import sys

SEEDS = ("1", "2")


def printed(script: str, *words: str) -> set[str]:
    """What processes of their own print; one thing, if each prints the same."""
    return {
        subprocess.run(
            [sys.executable, "-c", script, *words],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in SEEDS
    }
