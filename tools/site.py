"""setup, demo and run: the site on this machine."""

import os
import secrets
import socket
import sys
import time
import urllib.error
import urllib.request

from config import embedded_pg
from tools import stamps, welcome
from tools.say import REPO, VAR, Problem, Steps, elapsed, run_quietly
from tools.supervisor import Supervisor, end_like_ctrl_c, ignore_signals
from tools.tables import READY

MANAGE = [sys.executable, "manage.py"]
WORKER = [*MANAGE, "procrastinate", "worker"]
WEB = [
    *(sys.executable, "-m", "gunicorn", "config.wsgi", "--worker-class", "gthread"),
    *("--workers", "2", "--threads", "4", "--no-control-socket", "--graceful-timeout", "5"),
]
OWNER = VAR / ".database-started-by"
PATIENCE = 90  # seconds that the first page may take on a slow machine


def steps_left() -> Steps:
    """The counting that ./dev began."""
    return Steps(int(os.environ["DEV_STEPS"]), int(os.environ["DEV_STEP"]))


def setup(words: list[str]) -> int:
    """Fonts, translations and static files; the packages are there already."""
    build_assets(steps_left())
    print("Ready. ./dev demo shows the site, ./dev run starts it without demo data.")
    return 0


def build_assets(steps: Steps) -> None:
    """Build what is not kept in the history, unless it was built from the same sources."""
    with steps("fonts, translations, static files"):
        if not stamps.assets_are_built(debug=False):
            run_quietly(
                [*MANAGE, "build_assets"],
                "Fonts, translations or static files could not be built.",
                env=os.environ | {"DEBUG": "0"},
            )
            stamps.note_assets(debug=False)


def demo(words: list[str]) -> int:
    """The whole product with its demo data."""
    port = free_port()
    env = environment(port) | {"DEMO": "1", "DEBUG": "0"}
    env.setdefault("SITE_LANGUAGE", "ro")
    web = [*WEB, "--bind", f"{address()}:{port}"]
    return _serve(web, env, port, demo=True)


def run(words: list[str]) -> int:
    """The site for those who work on it: reloads, shows errors, has no demo data."""
    port = free_port()
    env = environment(port) | {"DEBUG": "1"}
    return _serve([*MANAGE, "runserver", f"{address()}:{port}"], env, port, demo=False)


def _serve(web: list[str], env: dict[str, str], port: int, *, demo: bool) -> int:
    end_like_ctrl_c()
    steps, supervisor = steps_left(), Supervisor(VAR / "log")
    database_is_ours = False
    try:
        with steps("database"):
            if not os.environ.get("DATABASE_URL"):
                database_is_ours = _start_database()
        _prepare(steps, supervisor, env, web, demo=demo)
        with steps("web and worker"):
            _first_page(supervisor, port)  # the worker would take the second core meanwhile
            supervisor.start("worker", WORKER, env, again=True, to_terminal=not demo)
        welcome.show(env, after=elapsed(), demo=demo)
        supervisor.watch(lambda: welcome.wait_for_key(env, demo=demo))
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    finally:
        ignore_signals()
        supervisor.stop()
        if database_is_ours:
            embedded_pg.stop()
            OWNER.unlink(missing_ok=True)
    return 0


def _start_database() -> bool:
    """Start it if need be; says whether it is ours to stop, also after a ./dev that was killed."""
    ours = not embedded_pg.running() or (OWNER.exists() and not _alive(OWNER.read_text()))
    embedded_pg.ensure()
    if ours:
        OWNER.write_text(str(os.getpid()))
    return ours


def _alive(number: str) -> bool:
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def _prepare(
    steps: Steps, supervisor: Supervisor, env: dict[str, str], web: list[str], *, demo: bool
) -> None:
    """Tables and demo data on one core; fonts, translations and then the web server on the other."""
    debug = env["DEBUG"] == "1"
    have = stamps.in_database()
    seeded = not demo or (stamps.demo_data() in have and (VAR / "demo.json").exists())
    tables = assets = None
    if not seeded or stamps.tables() not in have:
        words = [sys.executable, "-m", "tools.tables", *(["--demo"] if demo else [])]
        tables = supervisor.start("tables", words, env | {"PYTHONPATH": str(REPO)}, once=True)
    if not stamps.assets_are_built(debug=debug):
        assets = supervisor.start("assets", [*MANAGE, "build_assets"], env, once=True)
    with steps("tables"):
        while not (assets is None and (tables is None or tables.said(READY) or tables.ended())):
            if assets and assets.ended():
                stamps.note_assets(debug=debug)
                assets = None
                supervisor.start("web", web, env, to_terminal=debug)
            supervisor.look()
            time.sleep(0.05)
    if not any(child.name == "web" for child in supervisor.children):
        supervisor.start("web", web, env, to_terminal=debug)
    if demo:
        with steps("demo data"):
            supervisor.wait_for(tables)
    supervisor.wait_for(tables)


def _first_page(supervisor: Supervisor, port: int) -> None:
    """Wait until the home page comes, and keep an eye on the processes meanwhile."""
    until = time.monotonic() + PATIENCE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        supervisor.look()
        try:
            with opener.open(f"http://localhost:{port}/", timeout=PATIENCE):
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
            raise Problem(
                f"The home page answers {error.code}. The reason is in {VAR / 'log/web.log'}."
            ) from error
        except OSError:
            if time.monotonic() > until:
                raise Problem(
                    f"No answer on port {port} after {PATIENCE} s; see {VAR / 'log/web.log'}."
                ) from None
        time.sleep(0.1)


def address() -> str:
    """Where the site listens: this machine only, unless BIND says otherwise."""
    return os.environ.get("BIND") or "127.0.0.1"


def free_port() -> int:
    """PORT or 8000, if nobody listens there."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Problem(f"PORT must be a number from 1 to 65535, not «{text}».")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address(), port))
        except PermissionError:
            raise Problem(f"Port {port} needs more rights: type PORT=8000 ./dev demo") from None
        except OSError as error:
            raise Problem(
                f"Port {port} is busy ({error.strerror}): something else, or another ./dev demo, "
                f"listens there. Stop it, or take another port: PORT={port + 1} ./dev demo"
            ) from None
    return port


def environment(port: int) -> dict[str, str]:
    """What the site reads from its environment; what the shell has set is respected."""
    env = dict(os.environ)
    env.setdefault("SITE_URL", f"http://localhost:{port}")
    env.setdefault("APP_SECRET_KEY", _secret())
    env.setdefault("MAIL_FOLDER", str(VAR / "mail"))
    (VAR / "mail").mkdir(parents=True, exist_ok=True)
    return env | {"PORT": str(port), "DJANGO_SETTINGS_MODULE": "config.settings"}


def _secret() -> str:
    """A key of this copy alone, made once, readable by its owner only."""
    file = VAR / "secret"
    if not file.exists():
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "w") as output:
            output.write(secrets.token_urlsafe(50))
    return file.read_text().strip()
