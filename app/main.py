"""The ASGI application that a web process serves."""

from app import reactions  # noqa: F401 - registers what follows from what
from app.core import log
from app.web.site import build

log.start()
app = build()
