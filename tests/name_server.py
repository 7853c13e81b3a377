"""A name server for tests: tells of texts (TXT) and mail servers (MX) over UDP on this machine, as the test wants."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


@dataclass
class NameServer:
    """What it tells, and what it was asked."""

    address: str
    texts: dict[str, list[str]] = field(default_factory=dict)
    """Name -> its texts. Of every other name it says that there is none."""
    servers: dict[str, str] = field(default_factory=dict)
    """Domain -> the server that takes its mail (MX)."""
    leads: dict[str, str] = field(default_factory=dict)
    """Name -> the name that it is another one for."""
    is_silent: bool = False
    refuses: bool = False
    lies: bytes = b""
    """Bytes to answer with instead."""
    asked: list[str] = field(default_factory=list)

    def answer(self, question: bytes) -> bytes | None:
        """What it answers to these bytes."""
        asked = dns.message.from_wire(question)
        told = dns.message.make_response(asked)
        told.flags |= dns.flags.RA
        name = str(asked.question[0].name).rstrip(".").lower()
        self.asked.append(name)
        if self.is_silent:
            return None
        if self.lies:
            return self.lies
        if self.refuses:
            told.set_rcode(dns.rcode.SERVFAIL)
            return told.to_wire()
        if name in self.leads:
            told.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{self.leads[name]}."))
            name = self.leads[name]
        if name in self.texts and asked.question[0].rdtype == dns.rdatatype.TXT:
            parts = [
                " ".join(f'"{text[at : at + 255]}"' for at in range(0, len(text), 255)) for text in self.texts[name]
            ]
            told.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *parts))
        elif name in self.servers:
            if asked.question[0].rdtype == dns.rdatatype.MX:
                told.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "MX", f"10 {self.servers[name]}."))
        elif not told.answer:
            told.set_rcode(dns.rcode.NXDOMAIN)
        return told.to_wire()


@contextmanager
def name_server() -> Iterator[NameServer]:
    """One that runs inside."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.1)
        server, stop = NameServer(f"127.0.0.1:{sock.getsockname()[1]}"), threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    question, peer = sock.recvfrom(4096)
                except TimeoutError:
                    continue
                if (answer := server.answer(question)) is not None:
                    sock.sendto(answer, peer)

        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        try:
            yield server
        finally:
            stop.set()
            serving.join()
