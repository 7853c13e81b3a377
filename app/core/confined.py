"""Confined: the other side of `apart`. A process gives up what it does not need, and then looks at the bytes.

Imports nothing of ours, so that it starts quickly and holds nothing worth stealing.
"""

import ctypes
import importlib
import json
import os
import platform
import resource
import struct
import sys
from typing import Final

MEGABYTE: Final = 1 << 20

# Linux: linux/seccomp.h, linux/filter.h, linux/prctl.h, linux/audit.h.
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001
_NUMBER_AT, _MACHINE_AT = 0, 4
_OTHER_TABLE: Final = 0x40000000
"""Calls above this number are those of the x32 table, under which the same could be done."""

_MACHINES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_REFUSED: Final = {
    # socket and what sends; fork and exec; ptrace and its like; opening, removing and renaming files; signals.
    "x86_64": (
        *(41, 42, 43, 44, 46, 49, 50, 53, 288, 307),
        *(56, 57, 58, 59, 322, 435),
        *(101, 310, 311, 425, 321, 272, 308),
        *(2, 85, 257, 437, 76, 77, 82, 83, 84, 86, 87, 88, 90, 91, 92, 94, 133, 258, 259, 260),
        *(263, 264, 265, 266, 268, 316, 452, 165, 161, 80, 81),
        *(62, 200, 234, 129, 297, 424),
        *(434, 438, 302),  # descriptors of other processes, and their limits
    ),
    "aarch64": (
        *(198, 199, 200, 201, 202, 203, 206, 211, 242, 269),
        *(220, 221, 281, 435),
        *(117, 270, 271, 425, 280, 97, 268),
        *(56, 437, 45, 46, 33, 34, 35, 36, 37, 38, 52, 53, 54, 55, 276, 452, 40, 51, 49, 50),
        *(129, 130, 131, 138, 240, 424),
        *(434, 438, 261),
    ),
}
"""Numbers of system calls. Reading, writing to what is open already, and memory are all that is left."""


def main() -> None:
    """Read bytes from the standard input and write what the module answers to the standard output.

    A line of JSON, and behind it the bytes that the module made, if it gives a pair with those.
    """
    _, _, module, megabytes, seconds, answer_megabytes, *told = sys.argv
    data = sys.stdin.buffer.read()
    work = importlib.import_module(module)
    _limit(int(megabytes) * MEGABYTE + len(data), int(seconds), int(answer_megabytes) * MEGABYTE)
    _refuse_calls()
    answered = work.answer(data, *told)
    says, made = answered if isinstance(answered, tuple) else (answered, [])
    head = json.dumps({"told": says, "sizes": [len(each) for each in made]}).encode()
    for part in (head, b"\n", *made):
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()
    # Without the interpreter's farewell, which may want what is refused now.
    os._exit(0)


def _limit(memory: int, seconds: int, answer: int) -> None:
    os.nice(10)
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, answer),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def filter_for(machine: str) -> list[tuple[int, int, int, int]]:
    """The filter as steps (code, jump if true, jump if false, value); a jump counts the steps that are passed over.

    Refuses what stands in _REFUSED, and everything that is called by another machine's table.
    """
    refused = _REFUSED[machine]
    return [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 0, len(refused) + 3, _MACHINES[machine]),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, len(refused) + 1, 0, _OTHER_TABLE),
        *((_EQUAL, len(refused) - place, 0, number) for place, number in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]


def _refuse_calls() -> None:
    """Have the kernel refuse, for ever, what looking at bytes does not need. Ends the process where it will not."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _REFUSED:
        return
    program = filter_for(machine)
    steps = b"".join(struct.pack("HBBI", *step) for step in program)
    held = ctypes.create_string_buffer(steps, len(steps))
    whole = struct.pack("HxxxxxxP", len(program), ctypes.addressof(held))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_void_p] * 4
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(_SECCOMP, _FILTER, whole, 0, 0):
        # No filter here (a very old kernel, or one that forbids it): the limits alone hold.
        return
