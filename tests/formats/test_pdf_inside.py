"""Files from strangers: nothing unpacks without end, nothing raises, and what travels inside comes out as it was."""

import zlib

import pytest

from formats.certificate import render
from formats.pdf_inside import attached, is_modest
from tests.formats.papers import CLOCK
from tests.formats.test_certificate import attachments, changed


@pytest.fixture(scope="module")
def paper(fonts) -> bytes:
    kept = attachments(("credential.json", '{"name": "Ștefan العربية"}'.encode(), "application/vc"))
    return render(changed(attachments=kept), fonts=fonts, timestamp=CLOCK)


def test_what_is_attached_comes_out(paper: bytes) -> None:
    assert attached(paper, "credential.json") == '{"name": "Ștefan العربية"}'.encode()
    assert attached(paper, "another.json") is None and is_modest(paper)


def stream(data: bytes, words: bytes = b"/Filter /FlateDecode") -> bytes:
    return b"%PDF-1.7\n1 0 obj <<" + words + b">>\nstream\r\n" + data + b"\nendstream\nendobj\n"


BOMB = zlib.compress(b"0" * (64 * 2**20), 9)
BOMBS = {
    "plain": stream(BOMB),
    "without a filter": stream(BOMB, b""),
    "with a disguised filter": stream(BOMB, b"/Fl#61teDecode"),
    "twice packed": stream(zlib.compress(BOMB)),
    "three times packed": stream(zlib.compress(zlib.compress(BOMB))),
    "in many parts": b"".join(stream(zlib.compress(b"0" * 2**20)) for _ in range(60)),
    "in thousands of parts": b"".join(stream(b"x") for _ in range(3_100)),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_unpacks_without_end_is_not_opened(bomb: str) -> None:
    assert len(BOMBS[bomb]) < 3 * 2**20
    assert not is_modest(BOMBS[bomb])


BAD = {
    "nothing": b"", "head only": b"%PDF-1.7\n", "no pdf": b"hello", "zeros": b"\0" * 500,
    "a loop": b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer << /Size 1 /Prev 9 >>\nstartxref\n9\n%%EOF\n",
    "brackets": b"%PDF-1.7\n1 0 obj " + b"[" * 50_000 + b"\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF",
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_file_holds_nothing_and_raises_nothing(bad: str) -> None:
    assert attached(BAD[bad], "credential.json") is None
    assert is_modest(BAD[bad])


@pytest.mark.parametrize("cut", [10, 100, 1_000, 10_000, 40_000])
def test_a_file_cut_short_raises_nothing(paper: bytes, cut: int) -> None:
    assert attached(paper[:cut], "credential.json") is None
    assert attached(paper[:-cut], "credential.json") in (None, attached(paper, "credential.json"))
