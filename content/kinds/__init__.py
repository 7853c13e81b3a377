"""The kinds of pieces. A new kind is a class in this folder and its name in KINDS."""

from typing import Final

from content.kinds.case_study import CaseStudy
from content.kinds.kind import Kind
from content.kinds.lesson import Lesson
from content.kinds.technology import Technology

KINDS: Final[dict[str, type[Kind]]] = {kind.slug: kind for kind in (CaseStudy, Lesson, Technology)}

BY_ADDRESS: Final[dict[str, type[Kind]]] = {kind.address: kind for kind in KINDS.values()}
"""Kinds by the word in the page address; these words can never be a slug."""

__all__ = ["BY_ADDRESS", "KINDS", "CaseStudy", "Kind", "Lesson", "Technology"]
