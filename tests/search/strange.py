"""Questions that nobody should ask and somebody will."""

import random
from collections.abc import Iterator


def strange_questions(n: int) -> Iterator[str]:
    chance = random.Random(11)
    bits = [
        *"\"-()*\\%_':{}[]^$~",
        "cobot",
        "AND",
        "OR",
        "NOT",
        "🤖",
        "\u202e",
        "مرحبا",
        "日本語",
        "ß",
        "e\u0301" * 9,
        "\x00",
    ]
    bits += ["\n", "a" * 400, "1e400", "NaN", "../", "<b>", "${x}", "tokens"]
    for _ in range(n):
        yield chance.choice(("", " ")).join(chance.choices(bits, k=chance.randint(1, 12)))
