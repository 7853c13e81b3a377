"""Servers to load: the product as `serve` runs it, and a bare application on the same server."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]

ITS_OWN = frozenset({"date", "server", "connection", "transfer-encoding"})
"""Headers that the server adds to any application's answer."""

BARE_PROCESS = """
import socket, sys, uvicorn
config = uvicorn.Config("tests.bench.bare:app", http="httptools", loop="uvloop", lifespan="on", log_config=None,
                        access_log=False, server_header=False, proxy_headers=False)
uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
"""


@contextmanager
def product(folder: Path, *, workers: int = 1, wait: bool = True) -> Iterator[str]:
    """The site with example content in this folder, on a free port; its address.

    `wait`: until the worker has nothing to do.
    """
    said = folder / "said.txt"
    with said.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--examples", "--port", "0", "--workers", str(workers)],
            cwd=ROOT,
            env=os.environ | {"PROEFTUIN_DATA_DIR": str(folder)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        while not (found := re.search(r"is ready: (\S+)", said.read_text())):
            if process.poll() is not None:
                sys.exit(said.read_text())
            time.sleep(0.1)
        # What follows from the example content is drawn and written meanwhile, and moves the epoch each time.
        while wait and json.loads(fetch(found[1], "/readyz"))["jobs"]["waiting"]:
            time.sleep(0.5)
        yield found[1]
    finally:
        process.terminate()
        process.wait()


@contextmanager
def bare(answer: str, *, workers: int = 1) -> Iterator[str]:
    """Processes that share one socket, as ours do, and give one recorded answer to everybody; their address."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        descriptor = listener.fileno()
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", BARE_PROCESS, str(descriptor)],
                cwd=ROOT,
                env=os.environ | {"BARE_ANSWER": answer},
                pass_fds=[descriptor],
            )
            for _ in range(workers)
        ]
        try:
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            record(address, "/", {})
            yield address
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait()


def fetch(address: str, path: str) -> bytes:
    """The body that somebody passing by gets."""
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=30)) as connection:
        connection.request("GET", path)
        return connection.getresponse().read()


def record(address: str, path: str, headers: dict[str, str]) -> str:
    """The answer to one request, as `bare` gives it again."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    told = [[name, value] for name, value in answer.getheaders() if name.lower() not in ITS_OWN]
    connection.close()
    return json.dumps({"headers": told, "body": b64encode(body).decode()})
