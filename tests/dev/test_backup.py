"""./dev db: what is backed up comes back whole, and nothing is lost by mistake."""

import io
import json
import os
import shutil
import stat
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import embedded_pg
from tools import backup
from tools.say import Problem


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    """A cluster of its own: restoring empties a database."""
    folder = Path(tempfile.mkdtemp(prefix="tutela backup "))
    folder.chmod(0o755)
    embedded_pg.ensure(folder / "pg", durable=False)
    yield folder / "pg"
    embedded_pg.stop(folder / "pg")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def site(cluster: Path, tmp_path: Path, monkeypatch) -> Iterator[psycopg.Connection]:
    """A small site with one table, one constraint and two uploaded files."""
    url = embedded_pg.url(cluster)
    monkeypatch.setattr(backup, "_url", lambda: url)
    monkeypatch.setattr(backup, "VAR", tmp_path / "var")
    monkeypatch.setattr(backup, "MEDIA", tmp_path / "var/media")
    monkeypatch.setattr(backup, "PRIVATE", tmp_path / "var/private")
    monkeypatch.setenv("DEV_FOLDER", str(tmp_path))
    (tmp_path / "var/media/scris").mkdir(parents=True)
    (tmp_path / "var/media/scris/ordin nr. 5 – ședință.txt").write_text("text")
    (tmp_path / "var/media/b.bin").write_bytes(bytes(range(256)))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute("CREATE TABLE person (id bigint PRIMARY KEY, name text NOT NULL)")
        connection.execute("INSERT INTO person VALUES (1, 'Ștefan'), (2, 'Оксана'), (3, 'ليلى')")
        connection.execute("COMMENT ON DATABASE tutela IS 'stamps of long ago'")
        yield connection


def names(connection: psycopg.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT name FROM person ORDER BY id")]


def uploads(folder: Path) -> dict[str, bytes]:
    media = folder / "var/media"
    return {str(p.relative_to(media)): p.read_bytes() for p in media.rglob("*") if p.is_file()}


def contents(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class TestThereAndBack:
    def test_everything_comes_back(self, site, tmp_path: Path, capsys) -> None:
        people, files = names(site), uploads(tmp_path)
        assert backup.command(["backup", "all.tar"]) == 0
        assert "Backed up 1 tables and 2 uploaded file(s)" in capsys.readouterr().out
        site.execute("DROP TABLE person")
        site.execute("CREATE TABLE newer (id int)")
        shutil.rmtree(tmp_path / "var/media")
        assert backup.command(["restore", "all.tar", "--force"]) == 0
        assert names(site) == people
        assert uploads(tmp_path) == files
        left = site.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        assert left == [("person",)], "what was not in the backup is gone"

    def test_private_files_come_back_for_their_owner_only(self, site, tmp_path: Path) -> None:
        paper = tmp_path / "var/private/evidence/proof.jpg"
        paper.parent.mkdir(parents=True)
        paper.write_bytes(b"paper")
        backup.command(["backup", "all.tar"])
        shutil.rmtree(tmp_path / "var/private")
        backup.command(["restore", "all.tar", "--force"])
        assert paper.read_bytes() == b"paper"
        assert [p.stat().st_mode & 0o777 for p in (paper, paper.parent)] == [0o600, 0o700]

    def test_it_can_be_done_again_and_again(self, site, tmp_path: Path) -> None:
        backup.command(["backup", "first.tar"])
        backup.command(["restore", "first.tar", "--force"])
        backup.command(["backup", "second.tar"])
        backup.command(["restore", "second.tar", "--force"])
        assert len(names(site)) == 3

    def test_constraints_come_back(self, site, tmp_path: Path) -> None:
        backup.command(["backup", "all.tar"])
        backup.command(["restore", "all.tar", "--force"])
        with pytest.raises(psycopg.errors.UniqueViolation):
            site.execute("INSERT INTO person VALUES (1, 'again')")

    def test_an_empty_site_needs_no_force(self, site, tmp_path: Path) -> None:
        backup.command(["backup", "all.tar"])
        site.execute("DROP TABLE person")
        shutil.rmtree(tmp_path / "var/media")
        assert backup.command(["restore", "all.tar"]) == 0
        assert len(names(site)) == 3
        assert not (tmp_path / "var/backups").exists()

    def test_the_stamps_of_the_old_data_are_forgotten(self, site) -> None:
        backup.command(["backup", "all.tar"])
        backup.command(["restore", "all.tar", "--force"])
        question = (
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'tutela'"
        )
        assert site.execute(question).fetchone() == (None,)

    def test_it_says_what_it_did(self, site, tmp_path: Path, capsys) -> None:
        backup.command(["backup", "all.tar"])
        backup.command(["restore", "all.tar", "--force"])
        said = capsys.readouterr().out
        assert "First a backup of what is there now." in said
        assert (
            f"Restored 1 tables and 2 uploaded file(s) from {tmp_path / 'all.tar'}, made 20" in said
        )


class TestNothingIsLost:
    def test_only_its_owner_can_read_a_backup(self, site, tmp_path: Path) -> None:
        backup.command(["backup", "all.tar"])
        assert stat.S_IMODE((tmp_path / "all.tar").stat().st_mode) == 0o600

    def test_an_existing_file_is_not_overwritten(self, site, tmp_path: Path) -> None:
        (tmp_path / "all.tar").write_text("precious")
        with pytest.raises(Problem, match="exists already and stays as it is"):
            backup.command(["backup", "all.tar"])
        assert (tmp_path / "all.tar").read_text() == "precious"

    def test_a_full_site_is_not_replaced_without_force(self, site, tmp_path: Path) -> None:
        backup.command(["backup", "all.tar"])
        site.execute("DELETE FROM person WHERE id = 1")
        with pytest.raises(
            Problem, match="Nothing was changed: .* ./dev db restore all.tar --force"
        ):
            backup.command(["restore", "all.tar"])
        assert len(names(site)) == 2

    def test_uploaded_files_alone_are_worth_asking_too(self, site, tmp_path: Path) -> None:
        backup.command(["backup", "all.tar"])
        site.execute("DROP TABLE person")
        with pytest.raises(Problem, match="Nothing was changed"):
            backup.command(["restore", "all.tar"])

    def test_what_force_replaces_is_backed_up_first(self, site, tmp_path: Path) -> None:
        backup.command(["backup", "all.tar"])
        site.execute("UPDATE person SET name = 'later' WHERE id = 1")
        backup.command(["restore", "all.tar", "--force"])
        (saved,) = (tmp_path / "var/backups").iterdir()
        backup.command(["restore", str(saved), "--force"])
        assert names(site)[0] == "later"

    def test_a_failed_backup_leaves_no_half_file(self, site, tmp_path: Path, monkeypatch) -> None:
        def fail(*words: object, **more: object) -> None:
            raise OSError("disk full")

        monkeypatch.setattr(backup, "_add_text", fail)
        with pytest.raises(OSError, match="disk full"):
            backup.command(["backup", "all.tar"])
        assert contents(tmp_path) == ["var"]

    def test_a_backup_that_cannot_be_loaded_changes_nothing(self, site, tmp_path: Path) -> None:
        backup.command(["backup", "all.tar"])
        with (
            tarfile.open(tmp_path / "all.tar") as whole,
            tarfile.open(tmp_path / "cut.tar", "w") as cut,
        ):
            for member in whole.getmembers():
                inside = whole.extractfile(member)
                data = inside.read() if inside else b""
                if member.name == "database.dump":
                    data = data[:-20]
                    member.size = len(data)
                cut.addfile(member, io.BytesIO(data))
        with pytest.raises(Problem, match="Nothing was changed"):
            backup.command(["restore", "cut.tar", "--force"])
        assert len(names(site)) == 3
        assert len(uploads(tmp_path)) == 2

    def test_a_site_in_use_is_left_alone(self, site, cluster: Path, monkeypatch) -> None:
        monkeypatch.setattr(backup, "EMPTY", backup.EMPTY.replace("10s", "200ms"))
        backup.command(["backup", "all.tar"])
        with psycopg.connect(embedded_pg.url(cluster)) as user:
            user.execute("SELECT * FROM person").fetchall()
            with pytest.raises(Problem, match="The site is in use: stop it and try again"):
                backup.command(["restore", "all.tar", "--force"])
        assert len(names(site)) == 3


class TestWhatIsNoBackup:
    def archive(self, folder: Path, *members: tuple[str, bytes], form: int = 1) -> str:
        with tarfile.open(folder / "odd.tar", "w") as tar:
            about = ("about.json", json.dumps({"form": form}).encode())
            for name, data in (about, *members):
                member = tarfile.TarInfo(name)
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
        return "odd.tar"

    def test_a_file_that_is_not_there(self, site) -> None:
        with pytest.raises(Problem, match="is not there"):
            backup.command(["restore", "none.tar"])

    def test_a_file_that_is_no_archive(self, site, tmp_path: Path) -> None:
        (tmp_path / "letter.txt").write_text("Dear all")
        with pytest.raises(Problem, match="cannot be read as a backup"):
            backup.command(["restore", "letter.txt"])

    def test_an_archive_of_something_else(self, site, tmp_path: Path) -> None:
        with tarfile.open(tmp_path / "other.tar", "w") as tar:
            tar.add(tmp_path / "var/media/b.bin", "b.bin")
        with pytest.raises(Problem, match="is no backup of this site"):
            backup.command(["restore", "other.tar"])

    @pytest.mark.parametrize(
        "name",
        ["../outside", "media/../../outside", "/outside", "etc/passwd", "media/../about.json"],
    )
    def test_nothing_is_written_outside(self, site, tmp_path: Path, name: str) -> None:
        with pytest.raises(Problem, match="it is no backup of this site"):
            backup.command(["restore", self.archive(tmp_path, (name, b"x")), "--force"])
        assert not (tmp_path / "outside").exists()

    def test_a_link_is_no_upload(self, site, tmp_path: Path) -> None:
        name = self.archive(tmp_path)
        with tarfile.open(tmp_path / name, "a") as tar:
            link = tarfile.TarInfo("media/link")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(link)
        with pytest.raises(Problem, match="it is no backup of this site"):
            backup.command(["restore", name, "--force"])

    def test_a_form_of_the_future(self, site, tmp_path: Path) -> None:
        with pytest.raises(Problem, match="made by a newer version"):
            backup.command(["restore", self.archive(tmp_path, form=2)])

    def test_a_folder_that_is_not_there(self, site) -> None:
        with pytest.raises(Problem, match="There is no folder"):
            backup.command(["backup", "nowhere/all.tar"])


class TestCommand:
    @pytest.mark.parametrize(
        "words",
        [
            [],
            ["delete"],
            ["backup"],
            ["backup", "a", "b"],
            ["backup", "a", "--force"],
            ["restore"],
            ["start", "x"],
        ],
    )
    def test_anything_else_shows_the_usage(self, words: list[str], capsys) -> None:
        assert backup.command(words) == 2
        assert capsys.readouterr().err.startswith("usage: ./dev db start | stop")

    def test_start_and_stop(self, monkeypatch, capsys) -> None:
        monkeypatch.delenv("DATABASE_URL", raising=False)
        monkeypatch.setattr(embedded_pg, "ensure", lambda: "postgresql://here")
        answers = iter([True, False])
        monkeypatch.setattr(embedded_pg, "stop", lambda: next(answers))
        for word in ("start", "stop", "stop"):
            assert backup.command([word]) == 0
        assert capsys.readouterr().out.split("\n")[:3] == [
            "postgresql://here",
            "The database has stopped.",
            "The database was not running.",
        ]

    @pytest.mark.parametrize("word", ["start", "stop"])
    def test_another_server_is_not_ours_to_stop(self, word: str, monkeypatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/x")
        with pytest.raises(Problem, match="not ours to start or stop"):
            backup.command([word])

    def test_shell_becomes_psql(self, site, monkeypatch) -> None:
        called: list[list[str]] = []
        monkeypatch.setattr(os, "execv", lambda program, words: called.append([program, *words]))
        assert backup.command(["shell"]) == 0
        assert called[0][0].endswith("/psql")
        assert called[0][2].startswith("postgresql://tutela@/")

    def test_a_server_that_wants_tls_is_explained(self, monkeypatch) -> None:
        monkeypatch.setattr(backup, "_url", lambda: "postgresql:///x?sslmode=require")
        with pytest.raises(Problem, match="pg_dump says: .*\n.*use your own pg_dump"):
            backup._program("pg_dump", backup._url())
