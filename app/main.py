"""The ASGI application that a web process serves."""

from app import reactions  # noqa: F401 - registers what follows from what
from app.core import log
from app.web.site import build
from search import words

log.start()
words.make_ready()
app = build()
