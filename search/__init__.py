"""How we find it."""
