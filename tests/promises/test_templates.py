"""Every template compiles, stands alone, and holds nothing that our own policy would have to forbid."""

import re
from html.parser import HTMLParser

import pytest
from jinja2 import StrictUndefined, nodes

from app.core.language import LANGUAGES
from app.core.templating import TEMPLATES, environment
from tests.promises.messages import FORMAL, LOUD

NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())

LOADING = {"src", "srcset", "poster", "data", "action", "formaction"}
"""Attributes that make a browser ask for something by itself, or send something there."""

STANDING = "pages/standing/"
"""Long texts stand here whole, a file for each language, instead of sentence by sentence in the catalogue."""

READ_OUT = {"title", "alt", "placeholder", "aria-label", "aria-description", "aria-roledescription"}
"""Attributes that people read or hear."""

SAME_IN_BOTH = {"Proeftuin", "ORCID", "Nederlands", "NL", "English", "EN", "APA", "BibTeX", "Esc"}
"""Names: of the product, of the languages in themselves, of forms of citing, of a key."""

FOREIGN = re.compile(r"\s*(https?:)?//", re.IGNORECASE)


class Wall(HTMLParser):
    """Collects what a strict policy forbids: inline script and style, handlers, and whatever comes from elsewhere."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.forbidden: list[str] = []
        self._inside = ""
        self.feed(_without_jinja(source))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside = tag
        if tag == "style" or "style" in given:
            self.forbidden.append(f"inline style in <{tag}>")
        self.forbidden += [f"{name} in <{tag}>" for name in given if name.startswith("on") or name == "hx-on"]
        self.forbidden += [f"{name} in <{tag}>" for name in given if name.startswith(("hx-on:", "hx-vars", "srcdoc"))]
        loaded = LOADING | ({"href"} if tag in ("link", "use", "image", "base") else set())
        for name, value in given.items():
            if "javascript:" in value.lower() or (name in loaded and FOREIGN.match(value) and not _is_only_told(given)):
                self.forbidden.append(f"{name}={value!r} in <{tag}>")

    def handle_data(self, data: str) -> None:
        if self._inside == "script" and data.strip():
            self.forbidden.append("inline script")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


def _is_only_told(given: dict[str, str]) -> bool:
    """A `<link>` that names a relation and loads nothing."""
    return given.get("rel") in {"license", "canonical", "alternate", "profile"}


def _without_jinja(source: str) -> str:
    """The markup alone. What Jinja puts in is escaped, so that it can add no tag and no attribute."""
    return "".join(text for _line, kind, text in environment().lex(source) if kind == "data")


class Said(HTMLParser):
    """Collects the words that a template says by itself, without asking the catalogue."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words: set[str] = set()
        self.feed(_without_jinja(source))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in READ_OUT:
                self.handle_data(value or "")

    def handle_data(self, data: str) -> None:
        # A macro may write an attribute, or a page the name of a class, where no tag is to be seen.
        told = re.sub(r"[\w-]+=\"[^\"]*\"|\w+(--|__)\w+", "", data)
        self.words |= set(re.findall(r"[^\W\d_]{2,}", told))


def source_of(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def test_templates_were_found() -> None:
    assert len(NAMES) > 30


def test_everything_shown_is_escaped_and_every_unknown_name_an_error() -> None:
    assert environment().autoescape is True
    assert environment().undefined is StrictUndefined


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles_with_the_names_and_filters_that_there_are(name: str) -> None:
    environment().get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_holds_nothing_inline_and_nothing_from_another_host(name: str) -> None:
    assert Wall(source_of(name)).forbidden == []


@pytest.mark.parametrize("name", NAMES)
def test_a_template_never_turns_escaping_off(name: str) -> None:
    tree = environment().parse(source_of(name))
    assert [node.lineno for node in tree.find_all(nodes.EvalContextModifier)] == []
    assert [node.lineno for node in tree.find_all(nodes.Filter) if node.name == "safe"] == []


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith(STANDING)])
def test_a_template_says_nothing_that_the_catalogue_does_not_know(name: str) -> None:
    assert Said(source_of(name)).words <= SAME_IN_BOTH


def test_a_standing_page_is_there_in_both_languages() -> None:
    dutch, english = (
        {name.removeprefix(f"{STANDING}{language}/") for name in NAMES if name.startswith(f"{STANDING}{language}/")}
        for language in LANGUAGES
    )
    assert dutch == english != set()


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(STANDING)])
def test_a_standing_page_speaks_as_the_catalogue_does(name: str) -> None:
    text = " ".join(re.sub(r"<[^>]*>", " ", _without_jinja(source_of(name))).split())
    assert not LOUD.search(text)
    assert not (name.startswith(f"{STANDING}nl/") and FORMAL.search(text))


def test_words_that_nobody_can_translate_are_found() -> None:
    assert Said("<p title='Go there'>{{ _('Read') }} {# why #} on</p>").words == {"Go", "there", "on"}


def test_every_part_is_used_by_some_page() -> None:
    sources = "\n".join(source_of(name) for name in NAMES)
    assert [name for name in NAMES if name.startswith("parts/") and f'"{name}"' not in sources] == []


@pytest.mark.parametrize(
    "markup",
    [
        "<p style='color:red'>",
        "<style>p{}</style>",
        "<script>alert(1)</script>",
        "<button onclick='go()'>",
        "<div hx-on:click='go()'>",
        "<a href='javascript:go()'>",
        "<img src='https://elsewhere.example/x.png'>",
        "<script src='//elsewhere.example/x.js'></script>",
        "<link rel='stylesheet' href='https://elsewhere.example/x.css'>",
        "<form action='https://elsewhere.example/'>",
        "<use href='https://elsewhere.example/icons.svg#x'>",
        "<iframe srcdoc='<p>'>",
    ],
)
def test_what_the_policy_forbids_is_found(markup: str) -> None:
    assert Wall(markup).forbidden != []


@pytest.mark.parametrize(
    "markup",
    [
        "<a href='https://creativecommons.org/licenses/by/4.0/'>CC BY</a>",
        "<script src='/static/x.js' type='module'></script>\n",
        "<img src=\"{{ picture('https://no-attribute') }}\">",
        "<link rel='license' href='https://creativecommons.org/licenses/by/4.0/'>",
    ],
)
def test_what_the_policy_allows_is_left_alone(markup: str) -> None:
    assert Wall(markup).forbidden == []
