"""Pages for people, one module per subject. A new page is a module here and its name in ROUTERS."""

from typing import Final

from fastapi import APIRouter

ROUTERS: Final[tuple[APIRouter, ...]] = ()
