"""Pages for people, one module per subject. A new page is a module here and its name in ROUTERS."""

from typing import Final

from fastapi import APIRouter

from app.web.pages import feeds, machines

ROUTERS: Final[tuple[APIRouter, ...]] = (feeds.router, machines.router)
