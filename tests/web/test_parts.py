"""Every part in both languages, with StrictUndefined: a name that nobody gave is an error, not a gap."""

import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from markupsafe import Markup

from app.core.errors import BadRequest, NotAllowed, NotFound
from app.core.language import LANGUAGES, speaking
from app.core.templating import TEMPLATES, environment, render
from app.web import rendering
from app.web.cards import (
    CaseCard,
    LessonCard,
    MeasureView,
    OrganisationCard,
    PersonCard,
    PilotCard,
    TechnologyCard,
    initials,
)
from app.web.figures import maturity_step
from app.web.forms import Form
from app.web.frame import FeedLink, Frame, Member, NavEntry
from app.web.rows import Fact, FileRow, Gone, Link, Suggestion, SuggestionGroup, VersionRow
from app.web.search_view import Option

assert rendering, "importing it gives templates their drawings"

HOSTILE = "<script>alert(1)</script>\" onload=x '"

SCRAP = MeasureView(label="Uitval bij kanten", before=4.2, after=1.1, unit="%")
ADOPTERS = MeasureView(label="Bedrijven", before=0, after=21, better="higher")
ENERGY = MeasureView(label="Energie per deel", before=2.1, after=2.35, unit="kWh")
CASE = CaseCard(
    href="/kennis/kantbank",
    title="Bijna vier keer minder uitval",
    organisation="Veenstra",
    place="Heerenveen",
    staff=46,
    topic="Plaatwerk",
    summary=Markup("De <mark>uitval</mark> daalde."),
    measure=SCRAP,
    investment=38000,
    payback_months=14,
)
BARE_CASE = CaseCard(href="/kennis/x", title="Zonder cijfers", organisation="Bedrijf in Drenthe", language="nl")
LESSON = LessonCard(
    href="/kennis/nulmeting",
    title="Begin met een nulmeting",
    takeaway="Meet twee weken.",
    byline="Kennislab",
    published=date(2026, 10, 12),
    outcome="mixed",
    applies_when="iemand moet het geloven",
    language="nl",
)
TECHNOLOGY = TechnologyCard(href="/kennis/opc", title="OPC UA", summary="Talen.", cost=(1500, 12000), trl=9, used_by=5)
PILOT = PilotCard(
    href="/proefprojecten/kantbank",
    title="zelfstellende kantbank",
    number=1,
    lead="Veenstra",
    place="Heerenveen",
    summary="Vier bedrijven.",
    partners=6,
    until=date(2027, 6, 30),
    phase="Testen op de vloer",
    phase_step=3,
)
ORGANISATION = OrganisationCard(
    href="/organisaties/veenstra",
    title="Veenstra Metaalbewerking",
    place="Heerenveen",
    staff=46,
    sector="Metaal",
    pieces=3,
    is_mentioned_only=True,
)
LINKS = [Link("Kennis", "/kennis", 127, "alles", "stukken"), Link("Lessen", "/kennis/lessen")]
SUGGESTIONS = [SuggestionGroup("Zoek op", (Suggestion("uitval", "/zoeken?q=uitval", note="n", figure="4,2%"),))]


def filled_in() -> Form:
    """A form that somebody filled in, not quite right."""
    form = Form({"kvk": "123", "wat": HOSTILE, "provincie": "dr", "groot": ["50"], "bezoek": "ja"})
    form.blame("kvk", "Vul 8 cijfers in")
    form.blame("groot", "Kies er een")
    return form


GIVEN: dict[str, Any] = {
    "options": [
        Option("soort", "les", "Les", 7, is_chosen=False),
        Option("soort", "techniek", "Techniek", 0, is_chosen=True),
    ],
    "adopters": ADOPTERS,
    "bare": BARE_CASE,
    "card": CASE,
    "cards": [CASE, LESSON, TECHNOLOGY, PILOT, ORGANISATION],
    "facts_given": [Fact("Investering", "€ 38.000", "/x", "met eigen uren"), Fact("Voor", "directeur")],
    "files_given": [FileRow("Meetrapport", "/x", "Alle grafieken", "pdf, 2,1 MB"), FileRow("Ruw", "/y")],
    "form": filled_in(),
    "lesson": LESSON,
    "links": LINKS,
    "organisation": ORGANISATION,
    "person_given": PersonCard(name="Jelle de Boer", role="Lector", href="/mensen/jelle"),
    "pilot": PILOT,
    "scrap": SCRAP,
    "stranger": PersonCard(name="Noor Wiersma"),
    "groups": SUGGESTIONS,
    "technology": TECHNOLOGY,
    "versions_given": [
        VersionRow("Versie 2", "/x", "vandaag", "Cijfers", True),
        VersionRow("Versie 1", "/y", "gisteren"),
    ],
    "worse": ENERGY,
}

SAMPLES = {
    "chip": ["chip('Drenthe', '/zoeken')", "chips(links, '/zoeken', target='deel')", "swaps('deel')"],
    "cite": ["cite('De Boer, J. (2026).', links, 'CC BY 4.0')"],
    "crumbs": ["crumbs(links)"],
    "empty": ["call: empty('Niets gevonden')"],
    "facet": [
        "facet('Soort', options)",
        "facet('Soort', options, most=1, is_folded=true)",
        "choices('Soort', options, 1)",
        "option('soort', 'les', 'Les', 7, true)",
    ],
    "facts": ["facts(facts_given)"],
    "feedlinks": ["feedlinks(links)"],
    "files": ["files(files_given)"],
    "forms": [
        "field(form, 'kvk', 'KvK-nummer', hint='Acht cijfers.', inputmode='numeric')",
        "text_field(form, 'wat', 'Wat maken jullie?', is_optional=true, maxlength=100)",
        "select_field(form, 'provincie', 'Provincie', [('dr', 'Drenthe')])",
        "choices_field(form, 'groot', 'Hoeveel mensen?', [('10', 'Tot 10', ''), ('50', 'Tot 50', 'Of meer')])",
        "checkbox(form, 'bezoek', 'Open voor bezoek')",
        "error_summary(form)",
        "title_mark(form)",
        "form_token('geheim')",
    ],
    "fit": ["fit(['Eén zin.'], ['Dit', 'of dat'])"],
    "kind": ["kind('case_study')", "kind('lesson')", "kind('technology')", "kind('pilot')", "kind('organisation')"],
    "ledger": ["ledger([card, bare])", "row_case(card)"],
    "measure": ["measure(scrap)", "measure(worse, 'l')", "measure_set([scrap, adopters])", "measured_how('Zo', '#zo')"],
    "notice": ["call: notice('warn')"],
    "outcome": ["outcome('success')", "outcome('mixed', 'l')", "outcome('failure')", "outcome('stopped')"],
    "pager": ["pager(5, 20, '?pagina=')"],
    "person": ["person(person_given, 'Door')", "people([person_given, stranger])"],
    "results": [
        "results(cards)",
        "result(card)",
        "result_case(bare)",
        "result_lesson(lesson)",
        "result_technology(technology)",
        "result_pilot(pilot)",
        "result_organisation(organisation)",
        "title_link(card)",
        "reason(card)",
        "foreign(card)",
        "ladder(2, 4)",
    ],
    "searchbox": ["searchbox('zoek', '/zoeken', size='l', value='lassen', has_button=true, has_key=true)"],
    "section": ["section_head('Nieuw', 'nieuw', 'Alles', '/kennis')", "linklist(links)", "legend([('open', 'Loopt')])"],
    "status": ["status('Loopt', 'now')"],
    "stewards": ["sidenav([(links[0], true)])"],
    "steps": ["steps(['Proef', 'Draait'], 2, label='Rijpheid')"],
    "suggestions": ["suggestions(groups)", "suggestions([])"],
    "tag": ["tag('Plaatwerk', '/onderwerpen/plaatwerk')", "tags(links)"],
    "toc": ["toc('In deze les', links)"],
    "versions": ["versions(versions_given)", "folded_versions(versions_given)"],
}
"""Part -> calls of its macros. What is called with something inside begins with `call:`."""

CALLS = [(part, call) for part, calls in SAMPLES.items() for call in calls]


class Reader(HTMLParser):
    """Reads markup as a browser would, and notes what a strict policy would refuse and what was left open."""

    VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and "src" not in given:
            self.refused.append("inline script")
        self.refused += [name for name in given if name == "style" or name.startswith("on")]
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if tag == "a" else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An SVG shape."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag


def part(name: str, call: str, **more: Any) -> str:
    """What one call of one macro makes."""
    is_block = call.startswith("call: ")
    call = call.removeprefix("call: ")
    macro = call.partition("(")[0]
    body = f"{{% call {call} %}}<p>Tekst</p>{{% endcall %}}" if is_block else f"{{{{ {call} }}}}"
    source = f'{{% from "parts/{name}.html" import {macro} %}}{body}'
    return environment().from_string(source).render(**GIVEN, **more)


def frame(language: str = "nl", **changed: Any) -> Frame:
    """A frame as the web room builds it, for somebody passing by."""
    prefix = "" if language == "nl" else "/en"
    given: dict[str, Any] = {
        "language": language,
        "here": f"{prefix}/kennis",
        "home": prefix or "/",
        "other_language": "/en/kennis" if language == "nl" else "/kennis",
        "search_address": f"{prefix}/zoeken",
        "nav": (NavEntry("knowledge", "Kennis", f"{prefix}/kennis"),),
        "section": "knowledge",
        "sign_in": f"{prefix}/inloggen",
        "sign_out": f"{prefix}/uitloggen",
        "operator": "Kenniscentrum",
        "funders": "SNN",
    }
    return Frame(**(given | changed))


def page(**changed: Any) -> str:
    """A page of one word inside the frame."""
    source = '{% extends "layout.html" %}{% block title %}Proef{% endblock %}{% block main %}Inhoud{% endblock %}'
    shown = frame(**changed)
    with speaking(shown.language):
        return environment().from_string(source).render(frame=shown)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "call"), CALLS, ids=[f"{name}:{call.partition('(')[0]}" for name, call in CALLS])
def test_a_part_can_be_drawn_in_both_languages(name: str, call: str, language: str) -> None:
    with speaking(language):
        reader = Reader(part(name, call))
    assert not reader.open
    assert not reader.refused
    assert len(reader.ids) == len(set(reader.ids))


def test_every_macro_of_these_parts_is_tried() -> None:
    for name in SAMPLES:
        macros = re.findall(r"{%-? macro ([a-z]\w*)\(", (TEMPLATES / "parts" / f"{name}.html").read_text())
        helpers = {"side"} if name == "fit" else set()
        tried = {call.removeprefix("call: ").partition("(")[0] for call in SAMPLES[name]}
        assert set(macros) - helpers == tried, name


def test_words_from_outside_stay_words() -> None:
    hostile = CaseCard(href=HOSTILE, title=HOSTILE, organisation=HOSTILE, place=HOSTILE, topic=HOSTILE, summary=HOSTILE)
    drawn = part("results", "result(hostile)", hostile=hostile) + part("ledger", "row_case(hostile)", hostile=hostile)
    assert not Reader(drawn).refused
    assert "<script" not in drawn


def test_what_a_search_found_stays_marked() -> None:
    assert "<mark>uitval</mark>" in part("results", "result_case(card)")


def test_figures_are_written_as_the_reader_writes_them() -> None:
    with speaking("nl"):
        drawn = part("results", "result_case(card)")
        assert "4,2%" in drawn
        assert "€\xa038.000" in drawn
        assert "14 maanden" in drawn
        assert part("results", "result_technology(technology)").count("€\xa01.500 tot €\xa012.000") == 1
    with speaking("en"):
        drawn = part("results", "result_case(card)")
        assert "4.2%" in drawn
        assert "€38,000" in drawn
        assert "14 months" in drawn


def test_a_figure_that_began_at_nothing_has_no_percentage() -> None:
    assert ADOPTERS.delta == ""
    assert "measure__delta" not in part("measure", "measure(adopters)")


def test_better_and_worse_follow_the_indicator_and_not_the_sign() -> None:
    assert not SCRAP.is_worse
    assert not ADOPTERS.is_worse
    assert ENERGY.is_worse
    with speaking("nl"):
        assert "slechter geworden" in part("measure", "measure(worse)")
        assert "slechter geworden" not in part("measure", "measure(scrap)")


@pytest.mark.parametrize(
    ("before", "after", "unit", "shown"),
    [
        (4.2, 1.1, "%", ("4,2%", "1,1%", "−74%")),
        (15, 2, "dagen", ("15", "2", "−87%")),
        (2.1, 2.35, "kWh", ("2,10", "2,35", "+12%")),
        (1200, 2400, "", ("1.200", "2.400", "+100%")),
        (1000, 1004, "", ("1.000", "1.004", "+0,4%")),
        (5, 5, "", ("5", "5", "")),
        (0, 2.5, "", ("0", "2,5", "")),
        (12.4, 9.85, "EUR", ("€\xa012,40", "€\xa09,85", "−21%")),
        (-4, -2, "°C", ("-4", "-2", "+50%")),
    ],
)
def test_before_and_after_carry_equally_many_decimals(
    before: float, after: float, unit: str, shown: tuple[str, str, str]
) -> None:
    view = MeasureView(label="x", before=before, after=after, unit=unit)
    with speaking("nl"):
        assert (view.before_text, view.after_text, view.delta) == shown


def test_what_nobody_told_is_said_and_not_invented() -> None:
    with speaking("nl"):
        drawn = part("ledger", "row_case(bare)")
        assert drawn.count("niet opgegeven") == 2
        assert "Niet gemeten" in drawn
        assert "medewerkers" not in drawn


def test_a_text_in_the_other_language_says_so() -> None:
    with speaking("en"):
        drawn = part("results", "result_lesson(lesson)")
        assert 'lang="nl"' in drawn
        assert "in Dutch" in drawn
    with speaking("nl"):
        assert "lang=" not in part("results", "result_lesson(lesson)")


def test_a_lesson_is_found_by_its_title_and_read_by_its_takeaway() -> None:
    drawn = part("results", "result_lesson(lesson)")
    assert re.search(r"<h3[^>]*><a [^>]*>Begin met een nulmeting</a></h3>", drawn)
    assert "Meet twee weken." in drawn


def test_a_filter_that_leads_nowhere_stays_visible_and_greyed() -> None:
    assert "is-empty" in part("facet", "option('soort', 'les', 'Les', 0)")
    assert "is-empty" not in part("facet", "option('soort', 'les', 'Les', 0, true)")


def test_a_field_in_error_says_what_and_points_at_it() -> None:
    drawn = part("forms", SAMPLES["forms"][0])
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="kvk-hulp kvk-fout"' in drawn
    assert drawn.index("Acht cijfers.") < drawn.index("Vul 8 cijfers in") < drawn.index("<input")


def test_what_was_typed_stands_in_the_form_that_is_shown_again() -> None:
    assert 'value="123"' in part("forms", SAMPLES["forms"][0])
    assert '<option value="dr" selected>' in part("forms", SAMPLES["forms"][2])
    assert 'value="50" checked' in part("forms", SAMPLES["forms"][3]).replace(' id="groot"', "")
    assert 'value="ja" checked' in part("forms", SAMPLES["forms"][4])


def test_the_summary_of_errors_leads_to_each_field_and_takes_focus() -> None:
    drawn = part("forms", "error_summary(form)")
    assert Reader(drawn).links == ["#kvk", "#groot"]
    assert "Twee dingen" not in drawn
    assert "2 dingen kloppen nog niet" in drawn
    assert "data-focus" in drawn


def test_a_long_list_of_pages_shows_its_ends_and_its_neighbours() -> None:
    drawn = part("pager", "pager(5, 20, '?pagina=')")
    assert Reader(drawn).links == [f"?pagina={n}" for n in (4, 1, 4, 6, 20, 6)]
    assert drawn.count("…") == 2
    assert part("pager", "pager(1, 1, '?pagina=')").strip() == ""


def test_suggestions_are_announced_once_with_their_number() -> None:
    with speaking("nl"):
        assert 'data-status="1 suggestie. Gebruik de pijltjes."' in part("suggestions", "suggestions(groups)")
        assert "role=" not in part("suggestions", "suggestions([])")


@pytest.mark.parametrize("trl", range(1, 10))
def test_maturity_has_four_steps(trl: int) -> None:
    assert maturity_step(trl) == [1, 1, 1, 2, 2, 2, 3, 3, 4][trl - 1]


@pytest.mark.parametrize(
    ("name", "capitals"),
    [
        ("Jelle de Boer", "JB"),
        ("Noorderplaat", "NO"),
        ("Sjoerd Postma", "SP"),
        ("van der meer", "VM"),
        ("3D Noord", "3N"),
    ],
)
def test_initials_pass_over_small_words(name: str, capitals: str) -> None:
    assert initials(name) == capitals


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frame_fits_a_strict_policy_and_closes_what_it_opens(language: str) -> None:
    reader = Reader(page(language=language, has_examples=True))
    assert not reader.refused
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))


def test_the_frame_holds_no_link_to_what_is_not_there() -> None:
    reader = Reader(page(sign_in="").partition("<body>")[2].partition("</body>")[0])
    assert set(reader.links) == {"#inhoud", "/", "/kennis", "/en/kennis", "/zoeken"}


def test_the_frame_marks_where_the_reader_is_and_leads_to_the_other_language() -> None:
    drawn = page()
    assert '<a href="/kennis" aria-current="page">Kennis</a>' in drawn
    assert '<a href="/en/kennis" lang="en" hreflang="en" title="English">' in drawn
    assert "<title>Proef — Proeftuin</title>" in drawn


def test_the_theme_that_a_reader_chose_is_printed_by_the_server() -> None:
    assert '<html lang="nl">' in page()
    assert '<html lang="en" data-theme="dark">' in page(language="en", theme="dark")


def test_the_head_tells_where_else_this_content_is() -> None:
    drawn = page(
        canonical="https://proeftuin.example/kennis",
        alternates={"nl": "https://proeftuin.example/kennis", "en": "https://proeftuin.example/en/kennis"},
        feeds=(FeedLink("/feeds/alles.atom", "Alles nieuw"),),
    )
    assert '<link rel="canonical" href="https://proeftuin.example/kennis">' in drawn
    assert '<link rel="alternate" hreflang="en" href="https://proeftuin.example/en/kennis">' in drawn
    assert 'type="application/atom+xml" href="/feeds/alles.atom" title="Alles nieuw"' in drawn
    assert "canonical" not in page()
    assert 'content="noindex"' in page(is_indexed=False)


def test_a_member_is_named_and_can_sign_out_without_script() -> None:
    own = (NavEntry("overview", "Mijn overzicht", "/overzicht"), NavEntry("settings", "Instellingen", "/instellingen"))
    drawn = page(member=Member("Sjoerd Postma", "SP", own), form_token="geheim", join="/aanmelden")
    assert drawn.count('<form action="/uitloggen" method="post">') == 2
    assert drawn.count('name="token" value="geheim"') == 2
    assert "Ingelogd als Sjoerd Postma" in drawn
    assert "/inloggen" not in drawn
    assert "/aanmelden" not in drawn.partition("<footer")[0]
    for way in ("/overzicht", "/instellingen"):
        assert drawn.count(f'<a href="{way}">') == 2


def test_invented_content_is_said_on_every_page() -> None:
    sign = "Voorbeeld. Bedrijven, mensen en cijfers zijn verzonnen."
    assert sign in page(has_examples=True)
    assert sign not in page()


def test_the_typeface_for_reading_is_fetched_early_only_where_there_is_text() -> None:
    assert "literata" in page(reads=True)
    assert "literata" not in page()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("problem", [BadRequest(HOSTILE), NotAllowed(HOSTILE), NotFound(HOSTILE)])
def test_a_problem_has_its_page_in_both_languages(problem: Any, language: str) -> None:
    with speaking(language):
        drawn = render(f"errors/{problem.status}.html", frame=frame(language, shows_search=False), problem=problem)
    assert not Reader(drawn).refused
    assert str(problem.status) in drawn


def test_a_piece_that_was_taken_back_keeps_its_title_and_names_what_to_read() -> None:
    gone = Gone("RFID op elk product", "3 februari 2026", "De prijzen klopten niet meer.", "Noor", CASE, tuple(LINKS))
    problem = NotFound("x")
    problem.status = 410
    with speaking("nl"):
        drawn = render("errors/410.html", frame=frame(), problem=problem, gone=gone)
    assert "Ingetrokken op 3 februari 2026" in drawn
    assert "De prijzen klopten niet meer." in drawn
    assert 'href="/kennis/kantbank"' in drawn


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", [500, 503])
def test_when_the_house_is_in_trouble_its_page_needs_nothing_of_it(status: int, language: str) -> None:
    with speaking(language):
        drawn = render(f"errors/{status}.html", language=language, home="/", sentence="Nu niet.", reference="7F3A-21C")
    assert not Reader(drawn).refused
    assert f'lang="{language}"' in drawn
    assert "7F3A-21C" in drawn
    assert "<script" not in drawn
