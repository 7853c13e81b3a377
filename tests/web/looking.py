"""Looking at a page as a reader does: its words, its links and its headings, without the frame around it."""

from html.parser import HTMLParser

from tests.web.client import Client


class Page(HTMLParser):
    """The content of one page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.links: list[str] = []
        self.headings: list[str] = []
        self._inside_main = False
        self._heading: list[str] | None = None
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """Everything that stands there, on one line."""
        return " ".join("".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "main":
            self._inside_main = True
        if not self._inside_main:
            return
        self.words.append(" ")
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")
        if tag in ("h1", "h2", "h3"):
            self._heading = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._inside_main = False
        if tag in ("h1", "h2", "h3") and self._heading is not None:
            self.headings.append(" ".join("".join(self._heading).split()))
            self._heading = None
        self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if self._inside_main:
            self.words.append(data)
        if self._heading is not None:
            self._heading.append(data)


def look(client: Client, path: str, *, status: int = 200) -> Page:
    """The page at this address."""
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return Page(answer.text)
