"""Where a link in a text may lead: one rule, asked by the parser and again by the sanitiser."""

import re
from enum import Enum, auto
from typing import Final

MAX_LENGTH: Final = 2_000
"""Characters. Browsers and mail readers agree up to about here; no page that people read has a longer address."""

PICTURES: Final = "/beeld/"
"""Where our own pictures are, and nothing else."""

_HIDDEN: Final = re.compile(
    "[\x00-\x20\x7f-\xa0\\\\\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ud800-\udfff]"
)
_LABEL: Final = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = rf"(?:{_LABEL}\.)*{_LABEL}\.?"
# ASCII: without it `[a-z]` in any case takes the long s and the Kelvin sign too.
_SPELLING: Final = re.IGNORECASE | re.ASCII
_WEB: Final = re.compile(rf"https?://(?:{_HOST}|\[[0-9a-f:.]+\])(?::\d{{1,5}})?(?:[/?#].*)?", _SPELLING)
_MAIL: Final = re.compile(rf"mailto:[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_HOST}(?:\?.*)?", _SPELLING)
_OF_A_DRAFT: Final = re.compile(r"(?:/[A-Za-z0-9_-]{1,200}){1,4}/beeld/[0-9a-f]{64}/[a-z0-9]{1,20}\.(?:webp|svg)")
"""The same below a draft, for those who may look at that."""
_HERE: Final = re.compile(r"/(?!/).*|#[^#]+")
_FILE: Final = re.compile(r"files/[^/?#]+")


class Target(Enum):
    """What an address points at."""

    ELSEWHERE = auto()
    """A page of somebody else, or ours written out in full."""
    MAIL = auto()
    HERE = auto()
    """A path or a place on a page of our own."""
    FILE = auto()
    """`files/name.pdf`: a file of the piece itself."""


_RULES: Final = ((_WEB, Target.ELSEWHERE), (_MAIL, Target.MAIL), (_HERE, Target.HERE), (_FILE, Target.FILE))


def target_of(address: str) -> Target | None:
    """What this address points at, or None when no text may lead there.

    Everything that is not named is refused: other schemes in whatever spelling, `//host`, backslashes, white space and
    control characters (browsers drop them), names and passwords before the host, relative paths (they would mean
    something else on every page).
    """
    if not 0 < len(address) <= MAX_LENGTH or _HIDDEN.search(address):
        return None
    return next((target for rule, target in _RULES if rule.fullmatch(address)), None)


def is_picture(address: str) -> bool:
    """Whether a picture may come from here: no other host learns who reads, no other page is fetched."""
    is_ours = address.startswith(PICTURES) or _OF_A_DRAFT.fullmatch(address) is not None
    return is_ours and ".." not in address and target_of(address) is Target.HERE
