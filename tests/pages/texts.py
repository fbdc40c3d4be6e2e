"""What a page says, read back from its HTML: words for the reader, without names, codes and other languages."""

from html.parser import HTMLParser

UNSEEN = {"script", "style", "template", "code", "bdi", "svg", "textarea"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
VOID |= {"track", "wbr", "path", "circle"}
SAID = ("aria-label", "title", "placeholder", "alt", "data-label")


class Texts(HTMLParser):
    """The texts and spoken attributes of a page; what stands in <bdi>, or has a language of its own, is data."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        hidden = any(hides for _tag, hides in self._open)
        other = tag in UNSEEN or given.get("dir") == "auto" or (tag != "html" and "lang" in given)
        if not (hidden or other):
            self.found += [words for name in SAID if (words := given.get(name))]
            if tag == "meta" and given.get("name") == "description":
                self.found.append(given.get("content") or "")
        if tag not in VOID:
            self._open.append((tag, other))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words and not any(hides for _tag, hides in self._open):
            self.found.append(words)
