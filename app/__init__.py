"""Proeftuin: the frame of the house. `core` is the ground, `web` the doors."""
