"""What is still to be said of files, and what somebody has to look at in them, before readers get them."""

import pytest
from sqlmodel import Session

from content import checking, filing
from content.filing import Told
from content.models import Article
from content.needing import Need
from content.preparing import prepare_file
from content.seed import source
from content.snapshot import FileUse, Profile, Snapshot
from content.writing import draft_of, revise
from tests.cast import Cast, draft
from tests.content.words import picture

pytestmark = pytest.mark.whole

DRAWING = source.file("keurstation.svg")
TABLE = source.file("uitval-26-weken-terp.csv")
LOOKED = Told(shows="De cel", is_looked_over=True)


def about(session: Session, article: Article, name: str, **changes: object) -> list[Need]:
    """What the draft needs because of this file."""
    told = draft_of(session, article).content.model_copy(update=changes)
    found = checking.needs(session, article, told)
    return [need for need in found if need.field == "bestanden" and name in need.sentence]


def test_a_picture_that_readers_will_see_is_looked_over_or_asked_for(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    filing.add(session, article, prepare_file("cel.svg", DRAWING), by=cast.femke)
    filing.describe(session, article, "cel.svg", Told(shows="De cel", is_listed=False), by=cast.femke)
    assert about(session, article, "cel.svg") == []
    shown = "![](files/cel.svg)"
    (need,) = about(session, article, "cel.svg", body=shown)
    assert (need.blocks, "gezichten" in need.sentence) == (False, True)
    filing.describe(session, article, "cel.svg", LOOKED, by=cast.femke)
    assert about(session, article, "cel.svg", body=shown) == []
    assert revise(session, article, by=cast.femke).content.files[0].is_looked_over


def test_another_picture_in_its_place_is_looked_over_anew(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    filing.add(session, article, prepare_file("cel.jpg", picture()), told=LOOKED, by=cast.femke)
    same = filing.replace(session, article, "cel.jpg", prepare_file("b.jpg", picture()), by=cast.femke)
    assert same.is_looked_over
    other = filing.replace(session, article, "cel.jpg", prepare_file("b.jpg", picture((30, 30, 200))), by=cast.femke)
    assert other.shows == "De cel"
    assert not other.is_looked_over


def test_a_text_of_before_this_was_asked_reads_as_ever(session: Session, cast: Cast) -> None:
    use = FileUse(name="cel.svg", hash="0" * 64)
    old = use.model_dump(mode="json", exclude={"is_looked_over"})
    assert Snapshot.model_validate({"title": "Meet eerst", "files": [old]}).files == (use,)


def test_what_is_no_picture_may_name_the_company_that_is_not_named(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    for name, data in (("uitval.csv", TABLE), ("cel.svg", DRAWING)):
        filing.add(session, article, prepare_file(name, data), told=LOOKED, by=cast.femke)
    assert about(session, article, "uitval.csv") == []
    unnamed = Profile(sector="25", size_band="10-49", province="drenthe")
    (need,) = about(session, article, "uitval.csv", anonymous=unnamed)
    assert (need.blocks, "cel.svg" in need.sentence) == (False, False)
