"""The rules of the house, kept by a machine: who may know whom, how long things may grow, which way text runs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from wagtail.models import Page

ROOT = Path(__file__).resolve().parent.parent
ORDER = [
    "formats",
    "people",
    "home",
    "notifications",
    "courses",
    "training",
    "certification",
    "meetings",
    "config",
]
ROOMS = [room for room in ORDER if (ROOT / room).is_dir()]
MODELS = [model for model in apps.get_models() if model._meta.app_label in ROOMS]

MAX_FILE, MAX_FUNCTION, MAX_TEMPLATE = 300, 40, 150

# Models that belong to nobody's branch: public facts, the catalogue, machinery without people or institutions in it.
UNSCOPED = {
    "certification.Post": "what an authority asks of institutions, the same for all",
    "people.Jurisdiction": "public facts of a country",
    "people.Category": "public facts of a country",
    "people.Helpline": "public facts of a country",
    "people.Region": "public facts of a country",
}


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts and "__pycache__" not in path.parts:
                yield path


CODE = list(python_files(*ROOMS, "tools", "bench"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_relations_between_models_point_left(model):
    """import-linter does not see foreign keys named by strings."""
    own = ORDER.index(model._meta.app_label)
    for field in model._meta.get_fields(include_parents=False):
        target = getattr(field, "related_model", None)
        if target is None or field.auto_created or target._meta.app_label not in ORDER:
            continue
        assert ORDER.index(target._meta.app_label) <= own, (
            f"{model._meta.label}.{field.name} -> {target._meta.label}"
        )


def test_only_the_project_package_may_know_everybody():
    for path in python_files(*[room for room in ROOMS if room != "config"]):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                assert node.module.split(".")[0] != "config", name(path)


def imports_inside_functions(path: Path) -> list[str]:
    found = []
    for function in ast.walk(ast.parse(path.read_text())):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if path.name == "apps.py" and function.name == "ready":
            continue
        inner = (
            node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)
        )
        found += [f"{name(path)}:{node.lineno}" for node in inner]
    return found


def test_imports_stand_at_the_top():
    """Except in AppConfig.ready, where Django wants them inside."""
    assert [line for path in CODE for line in imports_inside_functions(path)] == []


@pytest.mark.parametrize("path", CODE, ids=name)
def test_files_and_functions_stay_small(path):
    text = path.read_text()
    assert text.count("\n") <= MAX_FILE, f"{name(path)} has two subjects"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MAX_FUNCTION, (
                f"{name(path)}:{node.lineno} {node.name} has {length} lines"
            )


TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_stay_small_and_clean(path):
    text = path.read_text()
    assert text.count("\n") <= MAX_TEMPLATE
    if path.suffix == ".html" and "notifications" not in path.parts:
        without_comments = re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.S)
        assert not re.search(
            r"\sstyle=|\son[a-z]+=|<script(?![^>]*(?:\bsrc=|application/json))", without_comments
        ), "inline style or script"
    assert "|safe" not in text, "user text would become code"
    assert not re.search(r"(?:src|href)=[\"']https?://", text), "another host"


def test_css_knows_no_left_and_right():
    physical = re.compile(
        r"\b(?:margin|padding|border)-(?:left|right)\b|(?:^|[\s;{])(?:left|right)\s*:|text-align:\s*(?:left|right)|float:\s*(?:left|right)"
    )
    for path in (ROOT / "static").rglob("*.css"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            assert not physical.search(line), f"{name(path)}:{number}: {line.strip()}"


def is_scoped(model) -> bool:
    """Whether rows belong to a person or an institution."""
    targets = {
        getattr(f, "related_model", None) for f in model._meta.get_fields() if not f.auto_created
    }
    labels = {t._meta.label for t in targets if t is not None}
    if issubclass(model, Page):
        return False  # pages are public when live; Wagtail's own permissions guard the rest
    return bool(
        labels & {"people.Person", "people.Organisation", "people.User"}
    ) or model._meta.label in {
        "people.Person",
        "people.Organisation",
        "people.AuditEvent",
    }


def test_every_scoped_model_that_views_read_has_visible_to():
    """Rows of people and institutions are fetched through visible_to(user); who is read through a parent says so."""
    through_parent = {
        "people.User": "read through its person",
        "people.PersonCategory": "read through its person",
        "people.Authorisation": "read through its person",
        "notifications.Message": "read by nobody: written by notify, sent by the worker",
        "notifications.OptOut": "only the reader's own, by person or signed link",
        "courses.LessonProgress": "only the reader's own, by person",
        "courses.TestAttempt": "only the reader's own, by person",
        "training.SessionTrainer": "read through its session",
        "training.PendingChange": "read by nobody: written by the session actions, told by the worker",
        "training.ReminderRule": "read through its edition",
        "training.Submission": "only the sender's own, by key",
        "training.CalendarFeed": "only the reader's own, by person or token",
        "certification.Authority": "read through its certificates",
        "certification.NumberSeries": "written only, under a lock",
        "certification.CertificateContent": "read through its certificate",
        "certification.CertificateDocument": "read through its certificate",
        "certification.CertificateEvent": "read through its certificate",
        "home.SiteImage": "public media of the CMS",
        "home.SiteDocument": "public media of the CMS",
    }
    missing = [
        model._meta.label
        for model in MODELS
        if is_scoped(model)
        and model._meta.label not in UNSCOPED
        and model._meta.label not in through_parent
        and not hasattr(model._default_manager.all(), "visible_to")
    ]
    assert missing == []


def texts() -> dict[str, str]:
    """Every file of text that we wrote, this one left out: it names what must not be there."""
    folders = [*ROOMS, "bench", "docs", "presets", "static", "templates", "tests", "tools"]
    kinds = {".py", ".html", ".txt", ".json", ".md", ".js", ".typ", ".css", ".svg", ".toml"}
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.*")]
    found += [path for path in ROOT.iterdir() if path.is_file()]
    return {
        name(path): path.read_text()
        for path in sorted(found)
        if path.suffix in kinds and path != Path(__file__).resolve()
    }


UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
A_MACHINE = re.compile(r"(?<![\w.])/(?:root|home/\w+|Users/\w+|work|tmp/\w+)/")


def test_no_unfinished_marks():
    assert UNFINISHED.search("x = 1  # TODO: later") and not UNFINISHED.search("METHODOLOGY")
    assert [path for path, text in texts().items() if UNFINISHED.search(text)] == []


def test_lock_files_name_no_host():
    for lock in (*ROOT.glob("requirements*.txt"), ROOT / "pyproject.toml"):
        assert "://" not in lock.read_text(), lock.name


def test_no_path_of_a_machine_is_kept():
    assert A_MACHINE.search("see /home/ana/x") and not A_MACHINE.search("certificate/work/1")
    assert [path for path, text in texts().items() if A_MACHINE.search(text)] == []


# Whom we name: standards, licences, authors. Names that belong to nobody (RFC 2606) and one's own machine besides.
HOSTS = {
    "creativecommons.org", "json-schema.org", "mapsvg.com", "purl.imsglobal.org", "purl.org", "schema.org",
    "schemas.openxmlformats.org", "w3id.org", "www.apache.org", "www.iana.org", "www.w3.org",
}  # fmt: skip
NOBODYS = re.compile(
    r"(?:.*\.)?(?:example(?:\.(?:org|com|net))?|localhost|test|internal)|testserver|[\d.]+|[a-z]"
)


def test_no_host_is_named_but_those_we_mean():
    """Where packages come from, and what a machine is called, is nobody's business who reads this."""
    named = {
        (path, host.lower())
        for path, text in texts().items()
        for host in re.findall(r"https?://([A-Za-z0-9.-]*[A-Za-z0-9])", text)
    }
    assert len(named) > 50
    assert sorted(n for n in named if n[1] not in HOSTS and not NOBODYS.fullmatch(n[1])) == []


def test_signals_are_at_most_three():
    found = [
        line
        for p in CODE
        for line in p.read_text().splitlines()
        if re.match(r"\w+ = Signal\(", line)
    ]
    assert 1 <= len(found) <= 3
