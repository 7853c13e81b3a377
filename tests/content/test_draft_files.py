"""Files of a draft: put there, described, replaced, taken out and back, with room for so many."""

import tracemalloc
from dataclasses import replace as changed
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import Session, select

from app.core.clock import now
from app.core.database import Database
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.files import storage
from content import checking, filing
from content.attaching import keep_prepared
from content.drafting import save
from content.file_needs import file_needs
from content.filing import Told
from content.models import Article, Attachment
from content.preparing import PreparedFile, prepare_file
from content.seed import source
from content.snapshot import Visibility
from content.unused_files import forget_unused_files
from content.writing import draft_of, revise, save_draft
from tests.cast import Cast, content, draft

pytestmark = pytest.mark.whole

PHOTO = source.file("lascel-tijdens-proef.jpg")
TABLE = source.file("uitval-26-weken-terp.csv")


def csv(name: str = "uitval.csv", more: bytes = b"") -> PreparedFile:
    return prepare_file(name, TABLE + more)


def photo(name: str = "cel.jpg") -> PreparedFile:
    return prepare_file(name, PHOTO)


def names(session: Session, article: Article) -> list[str]:
    return [use.name for use in draft_of(session, article).content.files]


def test_a_file_is_put_with_the_draft_and_the_text_stays(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    before = draft_of(session, article).content
    filing.add(session, article, csv(), by=cast.femke)
    filing.add(session, article, photo(), by=cast.femke)
    after = draft_of(session, article).content
    assert [(use.name, use.listed) for use in after.files] == [("uitval.csv", True), ("cel.jpg", False)]
    assert after.model_copy(update={"files": ()}).is_same_as(before.model_copy(update={"files": ()}))


def test_the_same_file_again_changes_nothing_and_a_taken_name_gets_a_number(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    for _time in range(2):
        filing.add(session, article, csv(), by=cast.femke)
        filing.add(session, article, csv(more=b"27;1;1\n"), by=cast.femke)
    assert names(session, article) == ["uitval.csv", "uitval-2.csv"]


def test_adding_a_file_while_somebody_types_is_no_conflict_and_typing_loses_no_file(
    session: Session, cast: Cast
) -> None:
    article = draft(session, cast)
    before, seen = draft_of(session, article).content, draft_of(session, article).version
    filing.add(session, article, csv(), by=cast.femke)
    text = draft_of(session, article).content.model_copy(update={"title": "Een nieuwe titel"})
    saved = save(session, article, text, by=cast.femke, seen_version=seen)
    assert [use.name for use in saved.content.files] == ["uitval.csv"]
    # The control: somebody else's text is one.
    with pytest.raises(Conflict):
        save(session, article, text, by=cast.femke, seen_version=seen)
    with pytest.raises(Conflict):
        save(session, article, text, by=cast.femke, seen_version=saved.version + 1)
    save(session, article, text, by=cast.femke, seen_version=saved.version)
    # Whatever a text was told with: its files are those of the draft.
    saved = save(session, article, before, by=cast.femke, seen_version=saved.version)
    assert [use.name for use in saved.content.files] == ["uitval.csv"]


def test_a_picture_has_to_be_described_or_called_decoration(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    filing.add(session, article, photo(), by=cast.femke)

    def lacking(body: str) -> list[str]:
        told = draft_of(session, article).content.model_copy(update={"body": body})
        return file_needs(session, article, told).undescribed

    assert lacking("Zonder.") == []
    assert lacking("![](files/cel.jpg)") == ["cel.jpg"]
    assert lacking("![De cel](files/cel.jpg) en ![ ](files/cel.jpg)") == ["cel.jpg"]
    assert lacking("![De cel](files/cel.jpg)") == []
    filing.describe(session, article, "cel.jpg", Told(is_decorative=True, is_listed=False), by=cast.femke)
    assert lacking("![](files/cel.jpg)") == []
    filing.describe(session, article, "cel.jpg", Told(is_listed=True), by=cast.femke)
    assert lacking("Zonder.") == ["cel.jpg"]
    needs = checking.needs(session, article, draft_of(session, article).content)
    assert any("cel.jpg" in need.sentence for need in needs if need.blocks)


def test_what_is_said_of_a_picture_is_its_text_where_the_text_says_nothing(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    filing.add(session, article, photo(), by=cast.femke)
    filing.describe(session, article, "cel.jpg", Told(shows="De <cel> van voren"), by=cast.femke)
    told = draft_of(session, article).content
    body = '## Foto\n\n![](files/cel.jpg)\n\n![Van opzij](files/cel.jpg "Zo stond hij.")'
    save_draft(session, article, told.model_copy(update={"body": body}), by=cast.femke)
    html = revise(session, article, by=cast.femke).html
    assert 'alt="De &lt;cel&gt; van voren"' in html
    assert 'alt="Van opzij"' in html


def test_a_file_is_replaced_by_one_of_its_kind_and_older_versions_keep_theirs(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    filing.add(session, article, csv(), by=cast.femke, told=Told(title="Uitval per week"))
    first = revise(session, article, by=cast.femke)
    with pytest.raises(Invalid):
        filing.replace(session, article, "uitval.csv", photo(), by=cast.femke)
    filing.replace(session, article, "uitval.csv", csv("anders.csv", b"27;1;1\n"), by=cast.femke)
    second = revise(session, article, by=cast.femke)
    (old,), (new,) = first.content.files, second.content.files
    assert (old.name, old.title_nl) == (new.name, new.title_nl) == ("uitval.csv", "Uitval per week")
    assert storage().read(old.hash) == TABLE
    assert storage().read(new.hash) == TABLE + b"27;1;1\n"


def test_a_file_is_shown_to_fewer_people_than_its_piece_never_to_more(session: Session, cast: Cast) -> None:
    article = draft(session, cast, visibility=Visibility.MEMBERS)
    filing.add(session, article, csv(), by=cast.femke)
    for visibility in (Visibility.EVERYONE, Visibility.MEMBERS):
        with pytest.raises(Invalid):
            filing.describe(session, article, "uitval.csv", Told(visibility=visibility), by=cast.femke)
    told = Told(visibility=Visibility.ORGANISATIONS)
    assert filing.describe(session, article, "uitval.csv", told, by=cast.femke).visibility == "organisations"


def test_what_is_taken_out_can_be_put_back(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    use = filing.add(session, article, csv(), by=cast.femke)
    filing.take_out(session, article, "uitval.csv", by=cast.femke)
    assert names(session, article) == []
    with pytest.raises(NotFound):
        filing.take_out(session, article, "uitval.csv", by=cast.femke)
    for _time in range(2):
        filing.put_back(session, article, "uitval.csv", use.hash, by=cast.femke)
    assert names(session, article) == ["uitval.csv"]
    with pytest.raises(NotFound):
        filing.put_back(session, article, "anders.csv", use.hash, by=cast.femke)


def test_only_editors_of_the_owner_change_files(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    use = filing.add(session, article, csv(), by=cast.femke)
    for actor in (cast.sjoerd, cast.aafke, cast.hinke, cast.okke, cast.nobody):
        for change in (
            lambda by: filing.add(session, article, photo(), by=by),
            lambda by: filing.replace(session, article, use.name, csv(), by=by),
            lambda by: filing.describe(session, article, use.name, Told(), by=by),
            lambda by: filing.take_out(session, article, use.name, by=by),
            lambda by: filing.put_back(session, article, use.name, use.hash, by=by),
        ):
            with pytest.raises(NotAllowed):
                change(actor)


def test_there_is_room_for_so_much_and_a_sentence_says_how_much(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    article, other = draft(session, cast), draft(session, cast)
    monkeypatch.setattr(filing, "MOST_FILES", 2)
    for number in range(2):
        filing.add(session, article, csv(more=b"%d;1;1\n" % number), by=cast.femke)
    with pytest.raises(Invalid, match="2"):
        filing.add(session, article, csv(more=b"3;1;1\n"), by=cast.femke)
    filing.replace(session, article, "uitval.csv", csv(more=b"4;1;1\n"), by=cast.femke)
    monkeypatch.setattr(filing, "MOST_FILES", 100)
    large = changed(csv(more=b"5;1;1\n"), data=b"x" * 3_000_000)
    monkeypatch.setattr(filing, "MOST_OF_PIECE", 2_000_000)
    with pytest.raises(Invalid, match="2"):
        filing.add(session, article, large, by=cast.femke)
    monkeypatch.setattr(filing, "MOST_OF_PIECE", 500_000_000)
    monkeypatch.setattr(filing, "MOST_OF_OWNER", 2_000_000)
    with pytest.raises(Invalid):
        filing.add(session, other, large, by=cast.femke)


def test_a_file_is_put_back_as_it_stood(session: Session, cast: Cast) -> None:
    """Also when it was for fewer people than its piece: an undo shows it to nobody else."""
    article = draft(session, cast)
    for file in (csv(), photo(), csv("prijs.csv", b"27;1;1\n")):
        filing.add(session, article, file, by=cast.femke)
    said = Told("De cel", "De cel van voren", is_decorative=False, is_listed=True, visibility=Visibility.ORGANISATIONS)
    filing.describe(session, article, "cel.jpg", said, by=cast.femke)
    filing.describe(session, article, "prijs.csv", Told(visibility=Visibility.MEMBERS), by=cast.femke)
    before = draft_of(session, article).content
    for name in ("cel.jpg", "prijs.csv"):
        gone = filing.take_out(session, article, name, by=cast.femke)
        assert filing.put_back(session, article, name, gone.hash, by=cast.femke) == gone
        assert draft_of(session, article).content.is_same_as(before)


def test_a_file_of_which_nobody_knows_how_it_stood_comes_back_for_the_fewest(session: Session, cast: Cast) -> None:
    for visibility, fewest in (
        (Visibility.EVERYONE, Visibility.ORGANISATIONS),
        (Visibility.MEMBERS, Visibility.ORGANISATIONS),
        (Visibility.ORGANISATIONS, None),
    ):
        article = draft(session, cast, visibility=visibility)
        kept = keep_prepared(session, article, csv(), by=cast.femke)
        assert filing.put_back(session, article, kept.name, kept.hash, by=cast.femke).visibility == fewest


def test_what_nothing_uses_is_forgotten_a_month_after_it_was_taken_out_and_nothing_else(database: Database) -> None:
    began = now()
    with database.writing() as session:
        cast = Cast.in_(session)
        article = draft(session, cast)
        used = filing.add(session, article, csv(), by=cast.femke)
        told = filing.add(session, article, csv("oud.csv", b"27;1;1\n"), by=cast.femke)
        revise(session, article, by=cast.femke)
        filing.take_out(session, article, told.name, by=cast.femke)
        gone = filing.add(session, article, photo(), by=cast.femke)
    with time_machine.travel(began + timedelta(days=40), tick=False), database.writing() as session:
        filing.take_out(session, session.get_one(Article, article.id), gone.name, by=cast.femke)
    for days, is_there in ((40, True), (69, True), (71, False)):
        with time_machine.travel(began + timedelta(days=days), tick=False):
            forget_unused_files()
        assert storage().exists(gone.hash) == is_there, days
    with database.reading() as session:
        assert {row.hash for row in session.exec(select(Attachment)).all()} == {used.hash, told.hash}
    assert storage().exists(used.hash)
    assert storage().exists(told.hash)


def test_what_left_a_draft_in_another_way_is_forgotten_a_month_after_that_was_seen(database: Database) -> None:
    """And what is used again in the meantime begins anew."""
    began = now()
    with database.writing() as session:
        cast = Cast.in_(session)
        article = draft(session, cast)
        use = filing.add(session, article, csv(), by=cast.femke)
        without = draft_of(session, article).content.model_copy(update={"files": ()})
        save_draft(session, article, without, by=cast.femke)

    def after(days: int) -> bool:
        with time_machine.travel(began + timedelta(days=days), tick=False):
            forget_unused_files()
        return storage().exists(use.hash)

    assert after(35)
    with database.writing() as session:
        filing.put_back(session, session.get_one(Article, article.id), use.name, use.hash, by=cast.femke)
    assert after(70)
    with database.writing() as session:
        save_draft(session, session.get_one(Article, article.id), without, by=cast.femke)
    assert after(71)
    assert after(100)
    assert not after(102)


def test_looking_for_unused_files_takes_the_memory_of_no_text(database: Database) -> None:
    """However many versions there are: what is read of them is what they say of their files."""
    long = "Een zin die niemand nodig heeft. " * 3000
    with database.writing() as session:
        cast = Cast.in_(session)
        article = draft(session, cast, body=long)
        filing.add(session, article, csv(), by=cast.femke)
        for number in range(60):
            told = draft_of(session, article).content.model_copy(update={"title": f"Titel {number}"})
            save_draft(session, article, told, by=cast.femke)
            revise(session, article, by=cast.femke)
    tracemalloc.start()
    with time_machine.travel(now() + timedelta(days=40), tick=False):
        forget_unused_files()
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5 * len(long)


def test_a_text_as_a_test_writes_it_keeps_what_it_says_of_its_files(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    use = filing.add(session, article, csv(), by=cast.femke)
    save_draft(session, article, content(files=(use,)), by=cast.femke)
    assert names(session, article) == ["uitval.csv"]
