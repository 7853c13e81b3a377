"""Who may see a piece or a file, in the same words wherever that is told or chosen."""

from app.core.language import gettext as _
from content.snapshot import Visibility


def who(visibility: Visibility) -> str:
    """Whom this lets in."""
    return {
        Visibility.EVERYONE: _("Everyone"),
        Visibility.MEMBERS: _("Members only"),
        Visibility.ORGANISATIONS: _("Only the organisations that it names"),
    }[visibility]


def about(visibility: Visibility) -> str:
    """The same in a few more words, for whoever chooses."""
    return {
        Visibility.EVERYONE: _("Search engines find it too."),
        Visibility.MEMBERS: _("Everybody at an organisation that takes part."),
        Visibility.ORGANISATIONS: _("Yours, and those that you tick below."),
    }[visibility]
