"""Every table of the house, imported so that one look at the metadata shows them all."""

# ruff: noqa: F401 - imported for what the import does: a table is known once its module is.

from typing import Final

from app.contact import models as contact
from app.core import epoch, jobs, limits, mail, timetable
from app.feeds import models as feeds
from app.feeds import webhook_models as webhooks
from app.people import arriving, auditing, codes, kept_answers, outside_accounts, region, second_steps, tokens, ways_in
from app.people import models as people
from content import bulk_orders, credits, file_texts, links, presence, preview_links, remarks, reviews, subjects
from content import models as knowledge
from search import models as search
from search import overhearing, picking

DERIVED: Final = ("card", "cardfacet", "wordcount", "searchstate", "card_text*")
"""Tables that are filled anew from the others, and so stay out of backups."""
