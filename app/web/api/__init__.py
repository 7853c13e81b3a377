"""The API, version 1: the same rooms as the pages, as JSON."""

from typing import Final

from fastapi import APIRouter

ROUTERS: Final[tuple[APIRouter, ...]] = ()
