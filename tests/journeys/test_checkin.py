"""Checking in, walked in Chromium: a code read back from the trainer's screen rotates, the old one is refused.

The new one works, late by the server's clock; the screen counts it; the trainer's camera reads a person's own code.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import cluster
from tests.journeys import carers
from tests.journeys import site as real
from tests.journeys.conftest import Cast
from tests.journeys.site import Site, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORLD = Path(__file__).parent / "checkin_world.py"
# Chromium on Linux has no BarcodeDetector, and a test machine no camera: both as other machines have them.
CAMERA = """code => {
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect() { return [{ rawValue: code }]; }
  };
  const picture = document.createElement("canvas");
  picture.getContext("2d").fillRect(0, 0, 9, 9);
  Object.defineProperty(navigator, "mediaDevices", {
    value: { getUserMedia: async () => picture.captureStream(5) },
  });
}"""


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, worker_name, tmp_path_factory) -> Iterator[Site]:
    """A site of its own: the other journeys' people are not here."""
    folder = tmp_path_factory.mktemp("checkin")
    with cluster.clone(f"{worker_name}_checkin") as url, real.running(url, folder) as running:
        yield running


def read_code(page: Page, picture: Path) -> str:
    """What a phone's camera reads on that screen."""
    page.screenshot(path=picture)
    read = ["zbarimg", "-q", "--raw", str(picture)]
    return subprocess.run(read, capture_output=True, text=True, check=True).stdout.strip()


def in_english(page: Page) -> None:
    page.goto(re.sub(r"/ro/", "/en/", page.url, count=1))


def test_checkin(cast: Cast, site: Site, tmp_path: Path) -> None:
    maria = cast.newcomer("maria")
    carers.sign_up(maria, site, "maria@carers.example", "Ștefănescu", "Maria", "Timiș")
    printed = site.manage("manage.py", "shell", "-c", WORLD.read_text())
    world = json.loads(printed.strip().splitlines()[-1])
    trainer = cast.staff("trainer", "Timiș")
    trainer.goto(f"{site.url}/en/training/roll/{world['session']}/")
    trainer.locator("a[href$='/screen/']").click()
    trainer.locator(".room-qr").wait_for()
    old = read_code(trainer, tmp_path / "old.png")
    assert old.startswith(f"{site.url}/in/{world['session']}/")
    without_javascript_it_shows_the_same(cast, site, trainer, tmp_path)
    by_camera_the_trainer_marks_vasile(cast, site, trainer, world)
    new = the_code_rotates_twice(trainer, old, tmp_path)
    the_old_code_is_refused(cast, maria, old)
    the_new_code_works(cast, maria, new)
    expect(trainer.locator(".room-count")).to_contain_text("2", timeout=20_000)
    cast.picture(trainer, "screen-counts")
    maria_is_late_by_the_clock(cast, site, trainer, world)


def without_javascript_it_shows_the_same(
    cast: Cast, site: Site, trainer: Page, folder: Path
) -> None:
    context = cast.browser.new_context(
        java_script_enabled=False, storage_state=trainer.context.storage_state()
    )
    page = context.new_page()
    page.goto(trainer.url)
    refresh = page.locator("noscript meta[http-equiv=refresh]").get_attribute("content")
    assert 1 <= int(refresh or 0) <= 30
    assert read_code(page, folder / "plain.png").startswith(f"{site.url}/in/")
    context.close()


def by_camera_the_trainer_marks_vasile(cast: Cast, site: Site, trainer: Page, world: dict) -> None:
    page = trainer.context.new_page()
    page.add_init_script(f"({CAMERA})('{site.url}/p/{world['code']}/')")
    page.goto(f"{site.url}/en/training/roll/{world['session']}/scan/")
    page.locator("[data-scan-start] button").click()
    expect(page.locator(".banner-success")).to_contain_text("Vasile Țurcanu", timeout=30_000)
    # The code is still held before the camera: it is sent once.
    page.wait_for_timeout(1200)
    expect(page.locator(".banner-success")).to_be_visible()
    cast.picture(page, "scanned-by-camera")
    page.close()


def the_code_rotates_twice(trainer: Page, old: str, folder: Path) -> str:
    """The page renews itself; until the first code is two steps old, which takes a minute."""
    codes = [old]
    trainer.bring_to_front()

    def rotated() -> str:
        shown = read_code(trainer, folder / "now.png")
        if shown != codes[-1]:
            codes.append(shown)
        return shown if len(codes) > 2 else ""

    return wait_for("the third code on the screen", rotated)


def the_old_code_is_refused(cast: Cast, maria: Page, old: str) -> None:
    maria.goto(old)
    expect(maria.locator(".callout-warning")).to_be_visible(timeout=20_000)
    expect(maria.locator("main form[method=post]")).to_have_count(0)
    cast.picture(maria, "old-code-refused")
    in_english(maria)
    expect(maria.locator(".callout-warning")).to_contain_text("on the screen now")


def the_new_code_works(cast: Cast, maria: Page, new: str) -> None:
    maria.goto(new)
    cast.picture(maria, "new-code-opened")
    maria.locator("main form button").click()
    expect(maria.locator(".confirmation")).to_be_visible(timeout=20_000)
    cast.picture(maria, "checked-in")
    maria.goto(new)
    expect(maria.locator(".confirmation")).to_be_visible()


def maria_is_late_by_the_clock(cast: Cast, site: Site, trainer: Page, world: dict) -> None:
    script = (
        "from training.models import Attendance; import json;"
        f"row = Attendance.objects.get(enrolment={world['mine']});"
        "print(json.dumps([row.mark, row.method, row.minutes]))"
    )
    mark, method, minutes = json.loads(
        site.manage("manage.py", "shell", "-v0", "-c", script).splitlines()[-1]
    )
    assert (mark, method) == ("late", "self")
    assert 70 <= minutes < 80
    trainer.goto(f"{site.url}/en/training/roll/{world['session']}/")
    cast.picture(trainer, "roll-after-check-in")
