"""What something hostile would try in the process that looks at it. Run apart by `test_apart`."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

PLACE = Path("/tmp")


def answer(data: bytes, what: str) -> object:
    return {
        "echo": lambda: {"length": len(data), "environment": sorted(os.environ), "arguments": sys.argv[6:]},
        "read": lambda: Path("/etc/passwd").read_text(),
        "write": lambda: Path(data.decode()).write_text("here"),
        "remove": lambda: Path(data.decode()).unlink(),
        "connect": lambda: socket.create_connection(("127.0.0.1", int(data)), timeout=2).close(),
        "start": lambda: subprocess.run(["/bin/true"], check=True).returncode,
        "fork": os.fork,
        "signal": lambda: os.kill(int(data), 15),
        "memory": lambda: len(bytearray(4 << 30)),
        "time": _for_ever,
        "sleep": lambda: time.sleep(60),
        "much": lambda: "x" * (20 << 20),
        "garbage": lambda: os.write(1, b"{no json") and os._exit(0),
        "end": lambda: os._exit(3),
    }[what]()


def _for_ever() -> None:
    while True:
        pass
