"""Tables for other programs, as CSV (RFC 4180)."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from starlette.responses import Response

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would calculate (CWE-1236)."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, name: str) -> Response:
    """These rows below this head, for one person to keep under this name."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(head)
    for row in rows:
        lines.writerow([inactive(cell) for cell in row])
    # The mark lets spreadsheets read it as UTF-8.
    body = b"\xef\xbb\xbf" + written.getvalue().encode()
    headers = {"content-disposition": f'attachment; filename="{name}.csv"', "cache-control": "private, no-store"}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


def inactive(cell: str) -> str:
    """The cell as text that no spreadsheet calculates."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
