"""The other language version of a piece: its words are its own, its facts those of the original."""

from typing import Any

import pytest
import time_machine
from sqlmodel import Session, col, select, update

from app.core.errors import Conflict, NotFound
from content.appearing import publish_due
from content.attaching import allowed_to, attached, keep_file
from content.drafting import save
from content.models import Article, Revision, Stage
from content.publishing import publish, schedule, show_to, withdraw
from content.snapshot import FileUse, FromOriginal, Snapshot, Visibility
from content.translating import begin_translation, to_translate
from content.writing import draft_of, revise, save_draft
from tests.cast import FAR_AWAY, Cast, content
from tests.cast import draft as begun

METRIC = {
    "name": "Lasuren per frame",
    "unit": "uur",
    "baseline": 10,
    "result": 6,
    "period": "14 weken",
    "method": "measured",
    "better": "lower",
}
ENGLISH = {"metrics-0-name": "Welding hours per frame", "metrics-0-period": "14 weeks"}


def case(**changes: Any) -> Snapshot:
    told = {**content("case_study").told, "metrics": [METRIC]}
    return content("case_study", told=told, **changes)


def article(session: Session, cast: Cast) -> Article:
    """A published case in Dutch."""
    original = begun(session, cast, "case_study")
    save_draft(session, original, case(), by=cast.femke)
    revise(session, original, by=cast.femke)
    return publish(session, original, by=cast.femke)


def translated(session: Session, cast: Cast, original: Article) -> Article:
    """Its translation, every word of it written."""
    version = begin_translation(session, original, by=cast.femke)
    draft = draft_of(session, version)
    told = {**draft.content.told, "challenge": "Slow", "pitfalls": ["A jig bent."], "contact_role": "Head"}
    told["metrics"] = [{**draft.content.told["metrics"][0], "name": "Welding hours per frame", "period": "14 weeks"}]
    links = [FromOriginal(part=f"metrics-0-{part}", source=METRIC[part]) for part in ("name", "unit", "period")]
    words = {"title": "Fewer hours", "summary": "Less time.", "body": "Measured first.", "translated": tuple(links)}
    save_draft(session, version, draft.content.model_copy(update={**words, "told": told}), by=cast.femke)
    return version


def metric(content: Snapshot) -> dict[str, Any]:
    return dict(content.told["metrics"][0])


def live(session: Session, article: Article) -> Snapshot:
    return session.get_one(Revision, article.live_revision_id).content


def test_a_translation_begins_without_words_and_with_every_fact(session: Session, cast: Cast) -> None:
    original = article(session, cast)
    show_to(session, original, Visibility.ORGANISATIONS, by=cast.femke, allowed={cast.woldzicht.id})
    version = begin_translation(session, original, by=cast.femke)
    told = draft_of(session, version).content
    assert (version.language, version.piece_id, version.owner_id) == ("en", original.piece_id, original.owner_id)
    assert (version.visibility, allowed_to(session, version)) == (Visibility.ORGANISATIONS, [cast.woldzicht.id])
    assert (told.title, told.body, told.topics) == ("", "", live(session, original).topics)
    assert (metric(told)["baseline"], metric(told)["result"]) == (10, 6)
    assert "name" not in metric(told)
    assert version.stage == Stage.DRAFT


def test_a_translation_begun_while_its_piece_was_narrowed_is_for_as_few(session: Session, cast: Cast) -> None:
    original = article(session, cast)
    assert (original.visibility, original.embargo_until) == (Visibility.EVERYONE, None)
    narrowed = update(Article).where(col(Article.id) == original.id)
    narrowed = narrowed.values(visibility=Visibility.MEMBERS, embargo_until=FAR_AWAY)
    session.exec(narrowed.execution_options(synchronize_session=False))
    version = begin_translation(session, original, by=cast.femke)
    assert (version.visibility, version.embargo_until) == (Visibility.MEMBERS, FAR_AWAY)


def test_beginning_it_twice_is_once(session: Session, cast: Cast) -> None:
    original = article(session, cast)
    assert begin_translation(session, original, by=cast.femke) is begin_translation(session, original, by=cast.femke)


def test_a_fact_that_somebody_changes_in_a_translation_stays_that_of_the_original(session: Session, cast: Cast) -> None:
    version = translated(session, cast, article(session, cast))
    draft = draft_of(session, version)
    told = {**draft.content.told, "metrics": [{**metric(draft.content), "result": 1}], "investment_eur": 1}
    save(
        session,
        version,
        draft.content.model_copy(update={"told": told, "title": "Mine", "topics": ()}),
        by=cast.femke,
        seen_version=draft.version,
    )
    kept = draft_of(session, version).content
    assert (metric(kept)["result"], kept.title) == (6, "Mine")
    assert kept.topics
    assert kept.told["investment_eur"] != 1


def test_other_figures_of_the_original_reach_readers_of_the_translation_and_no_word_changes(
    session: Session, cast: Cast
) -> None:
    original = article(session, cast)
    version = translated(session, cast, original)
    revise(session, version, by=cast.femke)
    publish(session, version, by=cast.femke)
    before = live(session, version)
    save_draft(session, version, draft_of(session, version).content.model_copy(update={"title": "New"}), by=cast.femke)
    save_draft(session, original, case(title="Nog minder uren", topics=("cobots",)), by=cast.femke)
    told = {**draft_of(session, original).content.told, "metrics": [{**METRIC, "result": 5}]}
    save_draft(session, original, draft_of(session, original).content.model_copy(update={"told": told}), by=cast.femke)
    revise(session, original, by=cast.femke)
    publish(session, original, by=cast.femke)
    after = live(session, version)
    assert (metric(after)["result"], version.live_number) == (5, 2)
    assert {**metric(after), "result": 6} == metric(before)
    assert (after.title, after.body) == (before.title, before.body)
    draft = draft_of(session, version).content
    assert (draft.title, metric(draft)["result"]) == ("New", 5)


def test_a_file_that_the_original_makes_more_private_is_so_in_the_translation(session: Session, cast: Cast) -> None:
    original = article(session, cast)
    prices = keep_file(session, original, "prijs.csv", b"deel;prijs\n1;4200\n", by=cast.femke)
    manual = keep_file(session, original, "uitleg.csv", b"deel;uitleg\n1;links\n", by=cast.femke)

    def appears(visibility: Visibility | None) -> None:
        files = (
            FileUse(name=prices.name, hash=prices.hash, visibility=visibility),
            FileUse(name=manual.name, hash=manual.hash),
        )
        save_draft(session, original, case(files=files), by=cast.femke)
        revise(session, original, by=cast.femke)
        publish(session, original, by=cast.femke)

    appears(None)
    version = translated(session, cast, original)
    revise(session, version, by=cast.femke)
    publish(session, version, by=cast.femke)
    assert attached(session, version, "prijs.csv", cast.nobody)
    appears(Visibility.MEMBERS)
    for number in (None, 1, 2):
        with pytest.raises(NotFound):
            attached(session, version, "prijs.csv", cast.nobody, number=number)
        assert attached(session, version, "prijs.csv", cast.sjoerd, number=number)
        assert attached(session, version, "uitleg.csv", cast.nobody, number=number)
    assert [use.visibility for use in draft_of(session, version).content.files] == [Visibility.MEMBERS, None]


def test_a_figure_that_is_called_otherwise_waits_for_its_words(session: Session, cast: Cast) -> None:
    original = article(session, cast)
    version = translated(session, cast, original)
    revise(session, version, by=cast.femke)
    publish(session, version, by=cast.femke)
    told = {**case().told, "metrics": [{**METRIC, "name": "Uitval", "unit": "%", "result": 2}]}
    save_draft(session, original, case().model_copy(update={"told": told}), by=cast.femke)
    revise(session, original, by=cast.femke)
    publish(session, original, by=cast.femke)
    # Numbers of scrap would stand below words about hours.
    assert (version.live_number, metric(live(session, version))["result"]) == (1, 6)
    assert to_translate(session, version, draft_of(session, version).content) > 0


def test_another_unit_takes_the_place_of_the_translated_one(session: Session, cast: Cast) -> None:
    original = article(session, cast)
    version = translated(session, cast, original)
    told = {**case().told, "metrics": [{**METRIC, "unit": "min", "baseline": 600, "result": 360}]}
    save_draft(session, original, case().model_copy(update={"told": told}), by=cast.femke)
    revise(session, original, by=cast.femke)
    publish(session, original, by=cast.femke)
    draft = draft_of(session, version).content
    assert (metric(draft)["result"], metric(draft)["unit"]) == (360, "min")


def test_a_translation_cannot_bring_back_what_the_knowledge_centre_took_away(session: Session, cast: Cast) -> None:
    original = article(session, cast)
    version = translated(session, cast, original)
    revise(session, version, by=cast.femke)
    withdraw(session, original, by=cast.noor, reason_nl="Niet waar.")
    with pytest.raises(Conflict):
        publish(session, version, by=cast.femke)
    assert original.stage == Stage.WITHDRAWN


def test_new_texts_of_both_languages_appear_at_the_same_minute(session: Session, cast: Cast) -> None:
    original = article(session, cast)
    version = translated(session, cast, original)
    revise(session, version, by=cast.femke)
    publish(session, version, by=cast.femke)
    told = {**case().told, "metrics": [{**METRIC, "result": 5}]}
    save_draft(session, original, case().model_copy(update={"told": told}), by=cast.femke)
    revise(session, original, by=cast.femke)
    schedule(session, original, at=FAR_AWAY, by=cast.femke)
    draft = draft_of(session, version).content
    save_draft(session, version, draft.model_copy(update={"title": "Still fewer hours"}), by=cast.femke)
    revise(session, version, by=cast.femke)
    schedule(session, version, at=FAR_AWAY, by=cast.femke)
    with time_machine.travel(FAR_AWAY, tick=False):
        assert publish_due(session) == 2
    assert (version.title, metric(live(session, version))["result"]) == ("Still fewer hours", 5)


def test_a_translation_that_waits_for_its_minute_does_not_bring_back_its_piece(session: Session, cast: Cast) -> None:
    original = article(session, cast)
    version = translated(session, cast, original)
    revise(session, version, by=cast.femke)
    schedule(session, version, at=FAR_AWAY, by=cast.femke)
    withdraw(session, original, by=cast.femke, reason_nl="Vertrouwelijk.")
    with time_machine.travel(FAR_AWAY, tick=False):
        assert publish_due(session) == 0
    assert (original.stage, version.stage) == (Stage.WITHDRAWN, Stage.DRAFT)


def test_both_versions_are_withdrawn_and_shown_together(session: Session, cast: Cast) -> None:
    original = article(session, cast)
    version = translated(session, cast, original)
    revise(session, version, by=cast.femke)
    publish(session, version, by=cast.femke)
    show_to(session, version, Visibility.EVERYONE, by=cast.femke, allowed=set())
    assert original.visibility == Visibility.EVERYONE
    withdraw(session, version, by=cast.femke, reason_nl="Niet waar.")
    assert (original.stage, version.stage) == (Stage.WITHDRAWN, Stage.WITHDRAWN)


SECOND = {**METRIC, "name": "Uitval", "unit": "procent"}


def tell(session: Session, cast: Cast, original: Article, *figures: dict[str, Any]) -> None:
    """The original tells these figures from now on."""
    told = {**case().told, "metrics": list(figures)}
    save_draft(session, original, case().model_copy(update={"told": told}), by=cast.femke)
    revise(session, original, by=cast.femke)
    publish(session, original, by=cast.femke)


def with_two(session: Session, cast: Cast, original: Article) -> Article:
    """A translation with words of its own for two figures."""
    tell(session, cast, original, METRIC, SECOND)
    version = begin_translation(session, original, by=cast.femke)
    draft = draft_of(session, version).content
    words = [{"name": "Welding hours", "period": "14 weeks"}, {"name": "Scrap", "period": "six weeks"}]
    figures = [{**figure, **said} for figure, said in zip(draft.told["metrics"], words, strict=True)]
    links = [
        FromOriginal(part=f"metrics-{at}-{part}", source=figure[part])
        for at, figure in enumerate((METRIC, SECOND))
        for part in ("name", "unit", "period")
    ]
    told = {**draft.told, "metrics": figures}
    save_draft(session, version, draft.model_copy(update={"told": told, "translated": tuple(links)}), by=cast.femke)
    return version


def test_words_for_a_figure_that_the_original_drops_are_put_aside(session: Session, cast: Cast) -> None:
    original = article(session, cast)
    version = with_two(session, cast, original)
    tell(session, cast, original, METRIC)
    assert "Scrap" not in repr(draft_of(session, version).content.told)
    aside = session.exec(select(Revision).where(Revision.article_id == version.id)).all()
    assert ["Scrap" in repr(each.content.told) for each in aside] == [True]


def test_nothing_is_put_aside_while_only_numbers_and_places_change(session: Session, cast: Cast) -> None:
    original = article(session, cast)
    version = with_two(session, cast, original)
    tell(session, cast, original, {**SECOND, "result": 3}, METRIC)
    assert [each["name"] for each in draft_of(session, version).content.told["metrics"]] == ["Scrap", "Welding hours"]
    assert session.exec(select(Revision).where(Revision.article_id == version.id)).all() == []
