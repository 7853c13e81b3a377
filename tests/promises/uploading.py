"""Uploading: a writer in a browser, and a program of theirs, at every door where files come in."""

import json
import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from tests.house import Answer, Caller, House
from tests.promises.hostile_files import Named

BOUNDARY = "zqx-boundary"
FILM = "film.mp4"
LAB = "kennislab-slim-maken"
NEW = {"kind": "lesson", "lang": "nl", "organisation": LAB, "title": "x", "told": {}}


class Writer:
    """Femke with a piece of her own in which a film lies, and Tjitske, who looks after the page of their lab."""

    def __init__(self, house: House, program: Mapping[str, str]) -> None:
        """`program`: what a program of Femke sends to be known."""
        self._caller = Caller(house.port, timeout=60)
        self._origin = {"Origin": f"http://127.0.0.1:{house.port}"}
        self._tjitske = self._sign_in("tjitske")
        self._logo_token = self._token_of("/instellingen/organisatie", self._tjitske)
        self._femke = self._sign_in("femke")
        self._token = self._token_of("/schrijven/nieuw", self._femke)
        self._program = dict(program)
        self._slug = self._begun_by_program()
        told = {"kind": "lesson", "owner": LAB, "language": "nl", "token": self._token}
        self.base = self._form("/schrijven/nieuw", self._femke, told).headers["location"]
        self._instead = "instead.csv"
        for name, data in ((FILM, b"\x00\x00\x00\x18ftypmp42" + bytes(500)), (self._instead, b"a,b\n")):
            assert self.send("files", (name, data)).status == 303

    def close(self) -> None:
        """Hang up."""
        self._caller.close()

    def get(self, path: str) -> Answer:
        """What Femke sees there."""
        return self._caller.ask("GET", path, headers=self._femke)

    def send(self, door: str, *files: Named) -> Answer:
        """Send these through a door; most doors look at the first of them alone."""
        if door.startswith("program"):
            return self._by_program(door, *files[0])
        fields, who, box, path = {"token": self._token, "owner": LAB}, self._femke, "bestand", f"{self.base}/bestanden"
        match door:
            case "document":
                path = f"{self.base}/inlezen"
            case "zip":
                path = "/schrijven/inlezen"
            case "captions":
                path, fields["doe"] = f"{path}/{FILM}", "ondertitel"
            case "instead":
                path, fields["doe"] = f"{path}/{self._instead}", "vervang"
            case "logo":
                path, who, box = "/instellingen/organisatie/logo", self._tjitske, "logo"
                fields = {"token": self._logo_token, "van": LAB}
            case _:
                assert door == "files", door
        headers = who | {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        return self._caller.ask("POST", path, body=_multipart(fields, box, files), headers=headers)

    def take(self, door: str, looked: Answer) -> list[Answer]:
        """Bring in what was looked at, where that is a step of its own and the look said that it can be done."""
        path = {"document": f"{self.base}/ingelezen", "zip": "/schrijven/ingelezen"}.get(door)
        found = re.search(r'name="hash" value="([0-9a-f]{64})"', looked.text)
        if path is None or found is None:
            return []
        told = {"token": self._token, "hash": found[1], "naam": "x.docx", "owner": LAB, "plaats": "in-plaats"}
        seen = re.search(r'name="versie" value="([0-9]+)"', looked.text)
        if seen is not None:
            told["versie"] = seen[1]
        return [self._form(path, self._femke, told)]

    # --- how -------------------------------------------------------------------------------------------------

    def _sign_in(self, person: str) -> dict[str, str]:
        said = self._form("/inloggen/voorbeeld", self._origin, {"person": person})
        return self._origin | {"Cookie": said.headers["set-cookie"].partition(";")[0]}

    def _token_of(self, path: str, who: dict[str, str]) -> str:
        found = re.search(r'name="token" value="([^"]+)"', self._caller.ask("GET", path, headers=who).text)
        assert found
        return found[1]

    def _form(self, path: str, who: dict[str, str], told: dict[str, str]) -> Answer:
        headers = who | {"Content-Type": "application/x-www-form-urlencoded"}
        return self._caller.ask("POST", path, body=urlencode(told).encode(), headers=headers)

    def _begun_by_program(self) -> str:
        headers = self._program | {"Content-Type": "application/json"}
        begun = self._caller.ask("POST", "/api/v1/articles", body=json.dumps(NEW).encode(), headers=headers)
        assert begun.status == 201, begun.text
        return str(json.loads(begun.body)["slug"])

    def _by_program(self, door: str, name: str, data: bytes) -> Answer:
        headers = self._program | {"Content-Type": "application/octet-stream"}
        called = quote(name.encode("utf-8", "surrogatepass"), safe="")
        at = f"/api/v1/articles/{self._slug}"
        match door:
            case "program document":
                draft = self._caller.ask("GET", f"{at}/draft", headers=self._program)
                headers["If-Match"] = draft.headers["etag"]
                path = f"{at}/document?place=instead&name={called}"
            case "program zip":
                path = f"/api/v1/bundles?organisation={LAB}"
            case _:
                path = f"{at}/files?name={called}"
        return self._caller.ask("POST", path, body=data, headers=headers)


def _multipart(fields: dict[str, str], box: str, files: tuple[Named, ...]) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, data in files:
        quoted = name.encode("utf-8", "surrogatepass").replace(b'"', b"%22").replace(b"\x00", b"%00")
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{box}"; filename="'.encode()
        parts += [head, quoted, b'"\r\nContent-Type: application/octet-stream\r\n\r\n', data, b"\r\n"]
    return b"".join((*parts, f"--{BOUNDARY}--\r\n".encode()))
