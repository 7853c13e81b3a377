from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from app.core import templating
from app.core.language import speaking
from app.core.templating import environment, provide, render


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of templates of this test's own."""
    monkeypatch.setattr(templating, "TEMPLATES", tmp_path)
    monkeypatch.setattr(templating, "_globals", {})
    environment.cache_clear()
    yield tmp_path
    environment.cache_clear()


def test_whatever_is_shown_is_escaped(folder: Path) -> None:
    (folder / "page.html").write_text('<p title="{{ text }}">{{ text }}</p>')
    assert render("page.html", text='<b "x">&') == (
        '<p title="&lt;b &#34;x&#34;&gt;&amp;">&lt;b &#34;x&#34;&gt;&amp;</p>'
    )


@pytest.mark.parametrize("source", ["{{ nothing }}", "{{ thing.nothing }}", "{% if nothing %}{% endif %}"])
def test_a_name_that_nobody_gave_is_an_error(folder: Path, source: str) -> None:
    (folder / "page.html").write_text(source)
    with pytest.raises(UndefinedError):
        render("page.html", thing=object())


def test_texts_and_numbers_are_those_of_the_language_spoken_when_it_is_rendered(folder: Path) -> None:
    (folder / "page.html").write_text(
        "{{ language() }} {{ 1234.5 | number }} {{ 900 | euros }} {{ pick('Lassen', 'Welding') }}"
        " {{ ngettext('%(n)s of these', '%(n)s of those', 2000) }}"
    )
    assert render("page.html") == "nl 1.234,5 €\xa0900 Lassen 2.000 of those"
    with speaking("en"):
        assert render("page.html") == "en 1,234.5 €900 Welding 2,000 of those"


def test_a_text_with_markup_in_a_value_is_escaped_too(folder: Path) -> None:
    (folder / "page.html").write_text("{{ _('By %(name)s', name=name) }}")
    assert render("page.html", name="<script>") == "By &lt;script&gt;"


def test_a_room_may_provide_names_for_every_template(folder: Path) -> None:
    (folder / "page.html").write_text("{{ mark() }}")
    with pytest.raises(UndefinedError):
        render("page.html")
    provide({"mark": lambda: "plot"})
    assert render("page.html") == "plot"


@pytest.mark.parametrize("name", ["../secret.html", "/etc/passwd", "nowhere.html"])
def test_only_templates_are_rendered(folder: Path, name: str) -> None:
    (folder.parent / "secret.html").write_text("secret")
    with pytest.raises(TemplateNotFound):
        render(name)
