"""./dev test: the programs that tests need, their own database, then pytest."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from config import embedded_pg
from tools.say import REPO, VAR, warn
from tools.site import build_assets, steps_left
from tools.supervisor import end_like_ctrl_c

# Debian package -> its programs, and the mark of the tests that need them.
PROGRAMS = {
    "chromium": (("chromium",), "browser"),
    "poppler-utils": (("pdfsig", "pdftotext", "pdftoppm"), "pdf"),
    "qpdf": (("qpdf",), "pdf"),
    "zbar-tools": (("zbarimg",), "pdf"),
    "gettext": (("msgfmt", "xgettext", "msgmerge"), "messages"),
}
EXACT = (  # 100 %: who is let in, who gets a place, who gets a certificate
    *("people/permissions.py", "people/roles.py", "people/access.py"),
    "certification/actions/certificates.py",
    *("training/actions/enrolments.py", "training/actions/placing.py", "training/actions/seats.py"),
    *(
        "training/actions/promotion.py",
        "training/actions/outcomes.py",
        "training/actions/approvals.py",
    ),
    *(
        "training/actions/transfers.py",
        "training/actions/households.py",
        "training/actions/conditions.py",
    ),
)


def test(words: list[str]) -> int:
    """Without arguments: everything, on two cores, with the coverage gates. Else: pytest's own."""
    end_like_ctrl_c()
    steps = steps_left()
    with steps("programs for browser and PDF tests"):
        missing = _install_programs()
    build_assets(steps)
    data = VAR / "pgtest"
    ours = not os.environ.get("DATABASE_URL") and not embedded_pg.running(data)
    with steps("database for tests"):
        if not os.environ.get("DATABASE_URL"):
            embedded_pg.ensure(data, durable=False)
    try:
        code = _pytest(words)
        return code or (0 if words else _coverage())
    finally:
        if ours and _nobody_else(data):
            embedded_pg.stop(data)
        if missing:
            warn(f"\n{_advice(missing)}")


def _pytest(words: list[str]) -> int:
    everything = ["-n", "2", "--cov", "--cov-report="]
    command = [sys.executable, "-m", "pytest", *(words or everything)]
    # From where the user stands, so that paths mean what they say.
    folder = os.environ.get("DEV_FOLDER", REPO) if words else REPO
    inside = Path(folder).is_relative_to(REPO)
    return subprocess.run(command, cwd=folder if inside else REPO, check=False).returncode


def _coverage() -> int:
    """90 % of all branches; all of what enrols, issues and permits."""
    coverage = [sys.executable, "-m", "coverage", "report", "--precision=1"]
    codes = [subprocess.run([*coverage, "--fail-under=90"], cwd=REPO, check=False).returncode]
    exact = [*coverage, f"--include={','.join(EXACT)}", "--fail-under=100"]
    codes.append(subprocess.run(exact, cwd=REPO, check=False).returncode)
    if any(codes):
        warn(
            "Coverage is below its gate: 90 % of branches, 100 % where people enrol or are allowed."
        )
    return max(codes)


def missing_packages() -> list[str]:
    """Debian packages of which at least one program is not there."""
    return [
        package
        for package, (programs, _mark) in PROGRAMS.items()
        if not all(map(shutil.which, programs))
    ]


def _install_programs() -> list[str]:
    """Install what is missing if we may; returns what is missing still."""
    missing = missing_packages()
    apt = _apt()
    if not missing or apt is None:
        return missing
    install = [*apt, "install", "--yes", "--quiet", "--no-install-recommends", *missing]
    for command in ([*apt, "update", "--quiet"], install):
        log = VAR / "log/apt.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
            )
    return missing_packages()


def _apt() -> list[str] | None:
    """How to call apt-get: as root, through a sudo that asks for no password, or not at all."""
    if not shutil.which("apt-get"):
        return None
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if os.geteuid() == 0:
        return apt
    if shutil.which("sudo"):
        allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if allowed.returncode == 0:
            return ["sudo", "-n", *apt]
    return None


def _advice(missing: list[str]) -> str:
    marks = sorted({PROGRAMS[package][1] for package in missing})
    return (
        f"Left out: tests marked {', '.join(marks)}, because {', '.join(missing)} "
        f"{'is' if len(missing) == 1 else 'are'} not installed. To run them too, type:\n"
        f"    sudo apt install {' '.join(missing)}"
    )


def _nobody_else(data: Path) -> bool:
    """Whether no other test run uses the cluster: people may test at the same time."""
    question = "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'test_%'"
    words = [embedded_pg.binary("psql"), "-XAtqc", question, embedded_pg.url(data)]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    return done.stdout.strip() == "0"
