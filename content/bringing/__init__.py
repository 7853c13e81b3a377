"""Bringing in: what was written elsewhere becomes a draft, and a report says what could not come along."""
