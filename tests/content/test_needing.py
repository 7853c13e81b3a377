"""What a piece still needs before it is sent in, and what is worth another look."""

from typing import Any

import pytest
from sqlmodel import Session, select

from app.people.models import OrganisationSector
from app.people.region import Municipality, Province, Sector
from content.checking import how_many_fit, needs
from content.draft_told import told
from content.giving_away import names_in
from content.models import Piece
from content.needing import needs_of
from content.passages import joined, passages
from content.publishing import publish
from content.readability import reading_of
from content.snapshot import Contribution, FileUse, Part, Profile, Snapshot
from content.writing import revise, save_draft
from tests.cast import Cast, content, draft, published

STORY = "De lasser meet eerst waar de tijd blijft. Daarna kiest hij de mal. Dat gaat elke keer goed. " * 5
BODY = "\n\n".join(f"## {part}\n\n{STORY}" for part in ("Wat er gebeurde", "Waarom", "Ons advies"))


def blocking(kind: str, snapshot: Snapshot) -> list[str]:
    return [need.field for need in needs_of(told(kind, "nl", snapshot)) if need.blocks]


def hints(kind: str, snapshot: Snapshot) -> list[str]:
    return [need.sentence for need in needs_of(told(kind, "nl", snapshot)) if not need.blocks]


def test_an_empty_draft_is_told_everything_that_is_missing() -> None:
    found = blocking("case_study", Snapshot(title=""))
    assert {"title", "summary", "main_topic", "metrics-0-name", "investment_eur", "organisations-0", "body"} <= set(
        found
    )


def test_a_complete_lesson_needs_nothing() -> None:
    assert blocking("lesson", content(body=BODY)) == []


@pytest.mark.parametrize(("part", "value"), [("unit", None), ("baseline", "ongeveer 6"), ("method", "geraden")])
def test_a_figure_is_asked_for_by_its_own_field(part: str, value: Any) -> None:
    whole = content("case_study", body=BODY)
    figure = {**whole.told["metrics"][0], part: value}
    figure = {name: told_ for name, told_ in figure.items() if told_ is not None}
    lacking = whole.model_copy(update={"told": {**whole.told, "metrics": [figure]}})
    assert f"metrics-0-{part}" in blocking("case_study", lacking)


@pytest.mark.parametrize(("months", "asks"), [(14, False), (16, False), (40, True), (None, True)])
def test_payback_is_held_against_the_figures(months: int | None, asks: bool) -> None:
    told_ = {"investment_eur": 28600, "benefit_eur_year": 25000, "running_cost_eur_year": 500, "payback_months": months}
    said = hints("case_study", content("case_study", body=BODY, told=told_))
    assert any("14 maanden" in sentence for sentence in said) is asks


@pytest.mark.parametrize(("costs", "asks"), [(25_000, True), (30_000, True), (24_000, False)])
def test_a_payback_of_what_costs_more_than_it_brings_is_asked_about(costs: int, asks: bool) -> None:
    figures = {"investment_eur": 12_000, "benefit_eur_year": 25_000, "running_cost_eur_year": costs}
    said = hints("case_study", content("case_study", body=BODY, told={**figures, "payback_months": 144}))
    assert any("niet meer op dan het kost" in sentence for sentence in said) is asks
    without = hints("case_study", content("case_study", body=BODY, told={**figures, "payback_months": None}))
    assert not any("niet meer op dan het kost" in sentence for sentence in without)


def test_payback_is_looked_at_while_other_fields_are_empty() -> None:
    told_ = {"investment_eur": 28600, "benefit_eur_year": 25000, "payback_months": 40}
    assert any("14 maanden" in sentence for sentence in hints("case_study", Snapshot(title="", told=told_)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("## Kop\n\n#### Te diep\n\nTekst.", "slaat een kopniveau over"),
        ("Lees [hier](https://example.org) meer.", "zegt niet waar die heen gaat"),
        ("| Wat |  |\n|---|---|\n| a | b |", "kolom zonder kop"),
        (" ".join(["woord"] * 40) + ".\n\n" + STORY * 2, "meer dan 30 woorden"),
    ],
)
def test_the_text_is_looked_at(text: str, words: str) -> None:
    assert any(words in sentence for sentence in hints("lesson", content(body=text)))
    assert not any(words in sentence for sentence in hints("lesson", content(body=BODY)))


def test_an_unnamed_company_may_not_be_told_by_other_fields() -> None:
    profile = Profile(sector="25", size_band="10-49", province="fryslan")
    hidden = content("case_study", body=BODY, anonymous=profile, municipality="smallingerland")
    assert {"municipality", "company_size_fte"} <= set(blocking("case_study", hidden))
    empty = content(body=BODY, anonymous=Profile(sector="", size_band="", province=""))
    assert {"anonymous-sector", "anonymous-size_band", "anonymous-province"} <= set(blocking("lesson", empty))


def test_how_many_fit_a_description_is_counted(session: Session, cast: Cast) -> None:
    province = session.exec(select(Province)).first()
    assert province is not None
    place = session.exec(select(Municipality).where(Municipality.province_id == province.id)).first()
    sector = session.exec(select(Sector).where(Sector.code == "25")).one()
    profile = Profile(sector="25", size_band="10-49", province=province.slug)
    assert place is not None
    assert how_many_fit(session, profile) == 0
    for organisation, size in ((cast.kennislab, 20), (cast.woldzicht, 49), (cast.nipt, 50)):
        organisation.municipality_id, organisation.size_fte = place.id, size
        session.add(organisation)
        session.add(OrganisationSector(organisation_id=organisation.id, sector_id=sector.id))
    session.flush()
    assert how_many_fit(session, profile) == 2
    assert how_many_fit(session, profile.model_copy(update={"sector": ""})) is None


def test_names_are_found_that_the_piece_does_not_tell_of_by_itself() -> None:
    text = (
        "Bij Veenhart Plaatwerk sprak de heer Kamping met Sanne Kuipers over een robot van Fanuc van Jansen Staal B.V."
    )
    found = names_in(text, companies=["Veenhart Plaatwerk", "Elders"], people=["Sanne Kuipers"], known=[])
    assert {(name.text, name.whose) for name in found} >= {
        ("Veenhart Plaatwerk", "company"),
        ("Sanne Kuipers", "person"),
        ("de heer Kamping", "person"),
        ("Fanuc", "brand"),
        ("Jansen Staal B.V.", "company"),
    }
    assert names_in("Bij Kwelderstaal.", companies=["Kwelderstaal"], people=[], known=["Kwelderstaal"]) == []


def test_a_hard_text_reads_harder_than_an_easy_one() -> None:
    easy = reading_of(["De lasser legt de mal neer. Hij meet de plaat. Dan last hij de naad."] * 12, "nl")
    hard = reading_of(
        ["De implementatie van procesoptimalisatiemethodieken vereist organisatiebrede verandermanagementcapaciteiten"]
        * 20,
        "nl",
    )
    assert easy is not None
    assert hard is not None
    assert easy.ease > 60 > hard.ease
    assert hard.is_hard
    assert reading_of(["Kort."], "nl") is None


def test_of_two_texts_every_word_stays_when_nobody_chooses() -> None:
    mine, theirs = "Een.\n\nTwee van mij hier.\n\nVier.", "Een.\n\nTwee van de ander hier.\n\nDrie."
    both = passages(mine, theirs)
    text = joined(both, {})
    assert next(each.is_same for each in both)
    for words in ("Een.", "Twee van mij hier.", "Twee van de ander hier.", "Drie.", "Vier."):
        assert text.count(words) == 1


PROFILE = Profile(sector="25", size_band="10-49", province="fryslan")


def told_everywhere(name: str, **changes: Any) -> Snapshot:
    """A case with this name in a heading, a cell, code, a figure, a list, a file and a link."""
    whole = content("case_study", anonymous=changes.pop("anonymous", None))
    body = f"## Bij {name}\n\n| Wat |\n|---|\n| {name} meet |\n\n```\nrobot {name}\n```\n\n[De fabriek](https://www.{name}.nl/)"
    figure = {**whole.told["metrics"][0], "name": f"Omsteltijd {name}"}
    fields = {**whole.told, "metrics": [figure], "pitfalls": [f"{name} belde niet terug."], "company_size_fte": None}
    fields = {name_: value for name_, value in fields.items() if value is not None}
    file = FileUse(name=f"meting-{name}.pdf".lower(), hash="0" * 64)
    return whole.model_copy(update={"body": body, "told": fields, "files": (file,), **changes})


@pytest.mark.parametrize("at", ["## Bij {}", "| Wat |\n|---|\n| {} |", "- {}", "`{}`"])
def test_a_name_is_found_wherever_it_stands_in_the_text(at: str) -> None:
    assert "Yaskawa" in told("lesson", "nl", content(body=at.format("Yaskawa"))).words


def test_a_name_is_found_in_every_field() -> None:
    looked_at = dict(told("case_study", "nl", told_everywhere("Yaskawa")).places)
    assert "Yaskawa" in looked_at["metrics-0-name"]
    assert "Yaskawa" in looked_at["pitfalls"]


def test_a_company_that_is_not_named_may_stand_nowhere(session: Session, cast: Cast) -> None:
    article = draft(session, cast, "case_study")
    article.owner_id = cast.woldzicht.id
    woldzicht = (Contribution(organisation="woldzicht-verspaning", part=Part.LEAD),)
    hidden = told_everywhere("Woldzicht-Verspaning", organisations=woldzicht, anonymous=PROFILE)
    found = [need.field for need in needs(session, article, hidden) if need.blocks and "Woldzicht" in need.sentence]
    assert set(found) == {"metrics-0-name", "pitfalls", "bestanden", "body"}
    named = hidden.model_copy(update={"anonymous": None})
    assert not [need for need in needs(session, article, named) if "Woldzicht" in need.sentence]


def test_who_works_there_and_wrote_it_may_not_stand_in_it_either(session: Session, cast: Cast) -> None:
    article = draft(session, cast, "case_study")
    hidden = content("case_study", authors=("femke", "sjoerd"), summary="Sjoerd Postma vertelt.", anonymous=PROFILE)
    assert [need.field for need in needs(session, article, hidden) if "Sjoerd Postma" in need.sentence] == ["summary"]


def test_versions_that_name_the_company_are_told_of(session: Session, cast: Cast) -> None:
    article = published(session, cast, "case_study")
    hidden = content("case_study", anonymous=PROFILE, told={"company_size_fte": None})
    assert any("noemen het bedrijf" in need.sentence for need in needs(session, article, hidden))


def test_the_address_of_a_piece_does_not_go_on_naming_the_company(session: Session, cast: Cast) -> None:
    article = published(session, cast, "case_study", slug="bij-woldzicht-verspaning")
    article.owner_id = cast.woldzicht.id
    session.add(article)
    hidden = content("case_study", anonymous=PROFILE)
    told_ = {name: value for name, value in hidden.told.items() if name != "company_size_fte"}
    hidden = hidden.model_copy(update={"told": told_, "organisations": ()})
    save_draft(session, article, hidden, by=cast.noor)
    revise(session, article, by=cast.noor)
    publish(session, article, by=cast.noor)
    assert article.slug == "meet-eerst-hoe-lang-het-omstellen-duurt"


def test_another_language_stops_naming_the_company_at_the_same_moment(session: Session, cast: Cast) -> None:
    dutch = published(session, cast, "case_study")
    piece = session.get_one(Piece, dutch.piece_id)
    english = published(session, cast, "case_study", language="en", piece=piece)
    hidden = content("case_study", anonymous=PROFILE)
    told_ = {name: value for name, value in hidden.told.items() if name != "company_size_fte"}
    save_draft(session, dutch, hidden.model_copy(update={"told": told_}), by=cast.femke)
    revise(session, dutch, by=cast.femke)
    publish(session, dutch, by=cast.femke)
    session.refresh(english)
    assert (english.anonymous, english.live_number) == (True, 2)
