"""A bare ASGI application that answers every request with one recorded answer: the yardstick of the page store."""

import json
import os
from base64 import b64decode

_recorded = json.loads(os.environ["BARE_ANSWER"])
_start = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in _recorded["headers"]],
}
_body = {"type": "http.response.body", "body": b64decode(_recorded["body"])}


async def app(scope, receive, send):
    """The same bytes and headers, whatever was asked."""
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send(_start)
    await send(_body)
