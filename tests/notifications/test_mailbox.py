"""The demo's mailbox: readable in the demo, absent anywhere else."""

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, settings):
    settings.DEMO, settings.MAIL_FOLDER = True, str(tmp_path)
    connection = get_connection("notifications.backends.FolderBackend")
    for number, address in enumerate(["ana@example.org", "olga@example.org"]):
        mail = EmailMultiAlternatives(
            f"Codul {number}", "Codul: 1234\nhttps://localhost/x", None, [address]
        )
        mail.extra_headers["Content-Language"] = "ro"
        mail.attach_alternative("<script>alert(1)</script><p>Codul</p>", "text/html")
        connection.send_messages([mail])
    return tmp_path


def test_the_list_shows_the_newest_first_and_keeps_one_address(client, folder):
    page = client.get("/outbox/").content.decode()
    assert page.index("Codul 1") < page.index("Codul 0")
    page = client.get("/outbox/", {"to": "olga"}).content.decode()
    assert "Codul 1" in page
    assert "Codul 0" not in page


def test_a_mail_reads_as_text_with_links(client, folder):
    name = sorted(folder.glob("*.eml"))[0].stem
    page = client.get(f"/outbox/{name}/").content.decode()
    assert "Codul: 1234" in page
    assert 'href="https://localhost/x"' in page


def test_formatted_mail_is_shown_where_no_script_can_run(client, folder):
    name = sorted(folder.glob("*.eml"))[0].stem
    answer = client.get(f"/outbox/{name}/html/")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/outbox/", "/outbox/x/", "/outbox/x/html/"])
def test_outside_the_demo_there_is_no_mailbox(client, folder, settings, path):
    settings.DEMO = False
    assert client.get(path, follow=True).status_code == 404


@pytest.mark.parametrize("name", ["..", "nothing", "%2e%2e%2fsecret"])
def test_only_the_folders_own_mails_can_be_read(client, folder, name):
    (folder.parent / "secret.eml").write_text("Subject: s\n\nsecret")
    assert client.get(f"/outbox/{name}/", follow=True).status_code == 404
