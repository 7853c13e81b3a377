"""The shapes of what the API answers. Every field stands here by name, so nothing goes out that nobody meant to.

Names are told in both languages, so that an answer is the same for everybody; `lang` says in which language a text is.
Times are RFC 3339 in UTC. Addresses are whole ones.
"""

from app.web.api.shapes.account import Me, Place, Token, Tokens
from app.web.api.shapes.base import ItemT, Kind, Lang, Listing, Moment, Named, Shape, Words
from app.web.api.shapes.drafts import Draft, DraftChange, DraftContributor, Drafts, Need, NewArticle, Unnamed
from app.web.api.shapes.pieces import (
    Article,
    ArticleShort,
    Author,
    Contributor,
    File,
    Measure,
    Profile,
    Sector,
    Terms,
    Translation,
    Version,
)
from app.web.api.shapes.searching import Corrected, FacetCount, Found, Groups, Linked, Results, Suggestion, Suggestions
from app.web.api.shapes.subjects import (
    Goal,
    Organisation,
    OrganisationPilot,
    OrganisationShort,
    Pilot,
    PilotPhase,
    PilotShort,
    Topic,
    TopicShort,
)

__all__ = [
    "Article",
    "ArticleShort",
    "Author",
    "Contributor",
    "Corrected",
    "Draft",
    "DraftChange",
    "DraftContributor",
    "Drafts",
    "FacetCount",
    "File",
    "Found",
    "Goal",
    "Groups",
    "ItemT",
    "Kind",
    "Lang",
    "Linked",
    "Listing",
    "Me",
    "Measure",
    "Moment",
    "Named",
    "Need",
    "NewArticle",
    "Organisation",
    "OrganisationPilot",
    "OrganisationShort",
    "Pilot",
    "PilotPhase",
    "PilotShort",
    "Place",
    "Profile",
    "Results",
    "Sector",
    "Shape",
    "Suggestion",
    "Suggestions",
    "Terms",
    "Token",
    "Tokens",
    "Topic",
    "TopicShort",
    "Translation",
    "Unnamed",
    "Version",
    "Words",
]
