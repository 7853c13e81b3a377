"""Filling in a form of a page: its fields as a browser would send them."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self, html: str, id: str) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: dict[str, list[str]] = {}
        self._id, self._is_in, self._area, self._select = id, False, "", ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_in = told.get("id") == self._id
        if not self._is_in:
            return
        name = told.get("name", "")
        if tag == "input" and name and told.get("type") not in ("submit", "button", "file"):
            if told.get("type") in ("checkbox", "radio") and "checked" not in told:
                return
            self.fields.setdefault(name, []).append(told.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self.fields[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and (self._select not in self.fields or "selected" in told):
            self.fields[self._select] = [told.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_in = False
        if tag == "textarea" and self._area:
            # A browser drops the one line end that follows the tag.
            self.fields[self._area][0] = self.fields[self._area][0].removeprefix("\n")
            self._area = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area][0] += data


def fields_of(html: str, form: str) -> dict[str, list[str]]:
    """The fields of the form with this id, with the values that it shows."""
    return _Form(html, form).fields
