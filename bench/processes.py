"""What a server and its database cost: processor time from /proc, children included."""

import os
from dataclasses import dataclass
from pathlib import Path

TICK = 1000 / os.sysconf("SC_CLK_TCK")  # milliseconds


@dataclass(frozen=True)
class Stat:
    """The line of one process: its parent, its own ticks, those of children that ended."""

    parent: int
    own: int
    ended_children: int


def stat(number: int) -> Stat | None:
    """What /proc says about a process; None when it has gone."""
    try:
        text = Path(f"/proc/{number}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rpartition(")")[2].split()  # the name before it may hold spaces
    utime, stime, cutime, cstime = map(int, fields[11:15])
    return Stat(int(fields[1]), utime + stime, cutime + cstime)


def family(root: int) -> dict[int, Stat]:
    """A process and all that live below it."""
    everybody = {
        int(path.name): found
        for path in Path("/proc").iterdir()
        if path.name.isdigit() and (found := stat(int(path.name)))
    }
    members, fresh = {}, {root}
    while fresh:
        members |= {number: everybody[number] for number in fresh if number in everybody}
        fresh = {n for n, s in everybody.items() if s.parent in fresh and n not in members}
    return members


def cpu_ms(root: int) -> float:
    """Processor milliseconds that a process, its children and its ended children have used."""
    return sum(member.own + member.ended_children for member in family(root).values()) * TICK
