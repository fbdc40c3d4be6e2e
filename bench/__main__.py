"""`./dev bench [NAME …] [--scale N] [--rounds N] [--requests N] [--small]`."""

import argparse
import importlib
import os
import pkgutil
import sys

import django

from bench import cases
from bench.harness import BenchError, Options


def names() -> list[str]:
    """Every bench there is."""
    return sorted(module.name for module in pkgutil.iter_modules(cases.__path__))


def main(words: list[str]) -> int:
    """Run the named benches, or all."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()  # the benches import models
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()))
    parser.add_argument("--scale", type=int, default=1, help="how many times the usual data")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each side; medians count")
    parser.add_argument("--requests", type=int, default=400, help="requests of each side per turn")
    parser.add_argument("--small", action="store_true", help="only to see that it works")
    given = parser.parse_args(words)
    if unknown := set(given.names) - set(names()):
        print(f"No bench «{sorted(unknown)[0]}»; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    rounds, requests = (1, 40) if given.small else (given.rounds, given.requests)
    options = Options(given.scale, rounds, requests, small=given.small)
    for name in given.names or names():
        try:
            importlib.import_module(f"bench.cases.{name}").run(options)
        except BenchError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
