"""Providers of identity: going there, coming back, and what of their answer is believed (OpenID Connect Core 1.0)."""
