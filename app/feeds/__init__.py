"""How it reaches you: streams of pieces to follow, and the formats they are written in."""
