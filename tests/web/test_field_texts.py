"""Fields as people read them: which words are the author's, and which are ours."""

from app.web.field_texts import all_of
from content.kinds.case_study import CaseStudy, Verification


def test_a_choice_is_told_in_the_readers_language_and_a_text_stays_in_its_own() -> None:
    empty = dict.fromkeys(CaseStudy.model_fields, ())
    told = CaseStudy.model_construct(**empty | {"challenge": "Veel uitval", "verification": Verification.SELF_REPORTED})
    written = {line: field.is_written for field in all_of(told) for line in field.lines}
    assert written == {"Veel uitval": True, "het bedrijf zelf": False}
